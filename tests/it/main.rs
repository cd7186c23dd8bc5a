//! The integration tests: one binary, because each further one would be linked with everything again.
//!
//! - `tunnel`: the public side through the library, against a double of ngrok's server
//! - `support`: doubles, guards and waits that the tests share

// A test may unwrap: a failed assumption there is a failed test. The setting in clippy.toml does not reach
// helper functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;
mod tunnel;
