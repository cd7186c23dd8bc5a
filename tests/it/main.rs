//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library

mod listener;
mod support;
