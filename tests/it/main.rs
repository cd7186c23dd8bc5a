//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `captures.rs`: every file of `tests/captures` read, and its signature checked
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library

mod captures;
mod listener;
mod support;
