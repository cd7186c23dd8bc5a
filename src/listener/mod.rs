//! Requests in, answers out: accept, limit, judge, report, answer.
//!
//! The same code serves the local socket and the tunnel's stream: [`serve`] takes any source of connections.
//! Nothing here prints, installs a signal handler, or decides which port to use; `bind.rs` binds what it is
//! told to.
//!
//! | file | holds |
//! | --- | --- |
//! | `bind.rs`, `port_holder.rs` | the local socket, and who holds a port that is taken |
//! | `accept.rs` | the local socket as a source of connections |
//! | `serve.rs` | connections to tasks, the number of them, the orderly end |
//! | `timed_io.rs`, `exchange.rs` | the time limits of one connection |
//! | `in_flight.rs` | requests whose peer has gone while the app is busy with them |
//! | `pipeline.rs`, `body.rs` | one request: read, judge, handle, report, answer |
//! | `ids.rs` | ids that sort by arrival |
//! | `hooks.rs` | the contract with the session, which forwards and records |
//! | `judge.rs`, `answer.rs` | what a request is worth, and what is sent back. Pure |

mod accept;
mod answer;
mod bind;
mod body;
mod exchange;
mod hooks;
mod ids;
mod in_flight;
mod judge;
mod pipeline;
mod port_holder;
mod serve;
mod timed_io;

use std::time::Duration;

use crate::zoom::NamedSecret;

pub use accept::LocalConnections;
pub use bind::{BindError, Bound, Port, USUAL_PORT, bind};
pub use hooks::{Handled, Handler, JudgedRequest};
pub use judge::judge;
pub use pipeline::Pipeline;
pub use serve::{Connections, Slots, serve};

/// What a stranger may send, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerLimits {
    /// The largest body in bytes; more is answered with 413.
    pub body: usize,
    /// The largest request head in bytes; more is answered with 431.
    pub headers: usize,
    /// The time in which a request's head has to arrive.
    pub header_time: Duration,
    /// The time in which a request's body has to arrive, and in which an answer has to be taken.
    pub body_time: Duration,
    /// How long a connection may stay open between two requests.
    pub idle_time: Duration,
    /// Connections at a time, those of the tunnel included.
    pub connections: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            // A hundred times what Zoom's published events come to.
            body: 1024 * 1024,
            headers: 64 * 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(10),
            // Common proxies keep theirs for 60 s, and the server should not be the first to close.
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
