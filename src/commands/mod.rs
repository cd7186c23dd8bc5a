//! One file a command: its arguments and a short run.
//!
//! Uses: everything. Used by: `main.rs`.
