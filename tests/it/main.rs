//! The integration tests, one binary.
//!
//! - `generated_files`: what is kept in the repository is what the program prints
//! - `usage`: what the program says when it cannot start

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed assumption in a test is a failed test"
)]

mod generated_files;
mod usage;
