//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `diagnosis.rs`: every cause of a wrong signature is named rightly, on cases made by a script
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library

mod diagnosis;
mod listener;
mod support;
