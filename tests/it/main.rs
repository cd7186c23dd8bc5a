//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `protocol.rs`: the published vectors, and properties that hold for all secrets and bodies
//! - `layout.rs`: which part of the source may import which
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library

// A test may unwrap: a failed assumption there is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod layout;
mod listener;
mod protocol;
mod support;
