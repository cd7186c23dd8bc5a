//! What refusals have in common, told from the deliveries alone. Pure.
//!
//! Uses: `zoom`. Used by: `session`.
