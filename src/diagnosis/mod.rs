//! What several deliveries tell together: a wrong clock, a retry. Pure.
//!
//! Uses: `zoom`, `delivery`. Used by: `session`.

mod clock;
mod retry;

pub use clock::{ClockCheck, ClockOff};
pub use retry::RetryLog;
