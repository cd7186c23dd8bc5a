//! The HTTP client for all parts that send requests.
//!
//! [`HttpClient`] is the entry point. It has one target and a pool of connections, and sends one request within limits
//! of time and size. It speaks HTTP/1.1, does not follow redirects, and sends the caller's headers. [`dial`]
//! establishes connections without HTTP.
//!
//! | file | holds |
//! | --- | --- |
//! | `client.rs` | one request and its answer |
//! | `connection.rs` | one connection that carries it |
//! | `reads_to_end.rs` | a stream that is read to its end after a failed write |
//! | `body_pieces.rs` | a body that arrives in pieces. Pure |
//! | `pool.rs` | idle connections that are reused |
//! | `dial.rs` | a new connection: TCP, TLS, Unix socket, proxy |
//! | `tls.rs` | which certificates are trusted, by purpose |
//! | `inspect.rs` | what a server sends in a TLS handshake, and whether it is trusted |
//! | `target.rs` | parses where requests go; which hosts are loopback. Pure |
//! | `replaced_headers.rs` | sets headers that the user gave. Pure |
//! | `proxy.rs`, `bypass.rs` | parse a proxy's URL, and the hosts that are reached without it. Pure |

mod body_pieces;
mod bypass;
mod client;
mod connection;
pub(crate) mod dial;
mod inspect;
mod pool;
mod proxy;
mod reads_to_end;
mod replaced_headers;
mod target;
mod tls;

pub(crate) use body_pieces::BodyPieces;
pub use bypass::Bypass;
pub(crate) use client::{ExchangeLimits, HttpAnswer, HttpClient, HttpError, HttpExchange, HttpStream, RESET};
pub(crate) use dial::{DialError, UNTRUSTED};
pub(crate) use inspect::{CertificateFault, HandshakeFault, TlsInspection, inspect_tls};
pub use proxy::Proxies;
pub(crate) use proxy::{InvalidProxy, Proxy, percent_decoded};
pub(crate) use replaced_headers::replace_headers;
pub(crate) use target::{InvalidTarget, Target, is_loopback};
pub(crate) use tls::{TlsRoots, TlsRootsError};
