//! The HTTP client: one way to reach a server, for every part that sends requests.
//!
//! [`HttpClient`] is the entry point: one target, its kept connections, one request and its answer within limits of
//! time and size. It speaks HTTP/1.1, follows no redirects and sends the headers that the caller gives it.
//! A part that needs only bytes, as the ngrok transport does, dials with [`dial`].
//!
//! | file | holds |
//! | --- | --- |
//! | `client.rs` | one request and its answer |
//! | `pool.rs` | connections that are kept open between requests |
//! | `dial.rs` | a new connection: TCP, TLS, Unix socket, through a proxy |
//! | `tls.rs` | whose certificates are trusted, by purpose |
//! | `target.rs` | where requests go, as it is typed. Pure |
//! | `loopback.rs` | which hosts are this machine. Pure |
//! | `proxy.rs`, `bypass.rs` | a proxy's URL, and the hosts that are reached without it. Pure |

mod bypass;
mod client;
pub(crate) mod dial;
mod loopback;
mod pool;
mod proxy;
mod target;
mod tls;

pub use bypass::Bypass;
pub(crate) use client::{ExchangeLimits, HttpAnswer, HttpClient, HttpError, HttpExchange};
pub(crate) use dial::DialError;
pub(crate) use loopback::is_loopback;
pub use proxy::Proxies;
pub(crate) use proxy::{InvalidProxy, Proxy};
pub(crate) use target::{InvalidTarget, Target};
pub(crate) use tls::{TlsRoots, TlsRootsError};
