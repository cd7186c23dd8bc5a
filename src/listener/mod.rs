//! The HTTP server: accepts, limits, judges, reports and answers requests.
//!
//! [`serve()`] is the entry point. It takes any source of connections, so the same code serves the local socket and the
//! tunnel. This module does not print and installs no signal handlers.
//!
//! | file | holds |
//! | --- | --- |
//! | `bind.rs`, `port_holder.rs` | binds the local socket; finds the process that holds a port |
//! | `serve.rs` | accepts connections, runs a task for each; graceful shutdown |
//! | `slots.rs` | the limit on connections, and which one is closed for a new one |
//! | `timed_io.rs` | the time limits and the state of one connection |
//! | `in_flight.rs` | requests that outlive their connection |
//! | `unreadable.rs` | why hyper could not read a request |
//! | `http2.rs` | refuses HTTP/2 in a form that its clients understand |
//! | `pipeline.rs`, `body.rs` | one request: read, judge, handle, report, answer |
//! | `ids.rs` | ids that sort by arrival |
//! | `hooks.rs` | the interface to the session, which forwards and records |
//! | `judge.rs`, `answer.rs` | judges a request, and builds the answer. Pure |

mod answer;
mod bind;
mod body;
mod hooks;
mod http2;
mod ids;
mod in_flight;
mod judge;
mod pipeline;
mod port_holder;
mod serve;
mod slots;
mod timed_io;
mod unreadable;

use std::time::Duration;

use crate::zoom::NamedSecret;

pub(crate) use bind::bind_free;
pub use bind::{BindError, Bound, Port, USUAL_PORT, bind};
pub use hooks::{Handled, Handler, JudgedRequest, NotKept};
pub use judge::judge;
pub use pipeline::Pipeline;
pub(crate) use pipeline::answer_to_probe;
pub(crate) use port_holder::{has_earlier_connections, holders};
pub use serve::{Connections, LocalConnections, serve};
pub use slots::Slots;

/// Limits on what a client may send, and on the time for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerLimits {
    /// The largest body in bytes; a larger one is answered with 413.
    pub body: usize,
    /// The largest request head in bytes; a larger one is answered with 431.
    pub headers: usize,
    /// Time limit for receiving a request's head.
    pub header_time: Duration,
    /// Time limit for receiving a request's body, and for sending the whole answer.
    pub body_time: Duration,
    /// How long a connection may stay open between two requests.
    pub idle_time: Duration,
    /// Limit on open connections, including those of the tunnel.
    pub connections: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            // A hundred times the size of Zoom's published events.
            body: 1024 * 1024,
            headers: 64 * 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(10),
            // Common proxies keep a connection open for 60 s, and the server should not be the first to close.
            idle_time: Duration::from_secs(75),
            connections: 1024,
        }
    }
}

/// The endpoint that Zoom posts to, and how its requests are judged.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The path, with its leading slash and without a query.
    pub path: String,
    /// The secret tokens, in the order in which they are tried. At least one.
    pub secrets: Vec<NamedSecret>,
    /// How far a timestamp may be from this machine's time, in either direction.
    pub max_age: Duration,
    /// Answers challenges without a signature.
    pub allow_unsigned_challenge: bool,
}
