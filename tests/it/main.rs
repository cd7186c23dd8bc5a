//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `capture_properties.rs`: readers of captures against random, damaged and endless input
//! - `capture_writers.rs`: random bodies, written in every format and read back
//! - `captures.rs`: every file of `tests/captures` read, and its signature checked
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library

mod capture_properties;
mod capture_writers;
mod captures;
mod listener;
mod support;
