//! Requests in, answers out: accept, limit, judge, answer, tell.
//!
//! Uses: `zoom`, `delivery`, `notice`. Used by: `session`, `settings`.

use std::time::Duration;

use crate::zoom::NamedSecret;

/// What a stranger may send, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest body in bytes; more is answered with 413.
    pub body: usize,
    /// The largest request head in bytes.
    pub headers: usize,
    /// The time in which a request's head has to arrive.
    pub header_time: Duration,
    /// The time in which a request's body has to arrive.
    pub body_time: Duration,
    /// How long a connection may stay open between two requests.
    pub idle_time: Duration,
    /// Connections at a time, those of the tunnel included.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Zoom's largest published events are below 10 KiB.
            body: 1024 * 1024,
            headers: 64 * 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(10),
            // ngrok's edge and common load balancers keep theirs for 60 s; the server should not close first.
            idle_time: Duration::from_secs(75),
            connections: 1024,
        }
    }
}

/// The endpoint that Zoom posts to, and how its requests are judged.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The path, with its leading slash, without a query.
    pub path: String,
    /// The secret tokens in the order in which they are tried; at least one.
    pub secrets: Vec<NamedSecret>,
    /// How far a timestamp may be from this machine's time, in either direction.
    pub max_age: Duration,
    /// Answer challenges that carry no signature.
    pub allow_unsigned_challenge: bool,
}
