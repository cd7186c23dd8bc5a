//! Connections to the outside, through a proxy where there is one.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | which way, and the connection itself |
//! | `proxy.rs` | a proxy's URL. Pure |
//! | `bypass.rs` | hosts that are reached without it. Pure |
//! | `trust.rs` | certificate authorities |

mod bypass;
mod proxy;
pub(super) mod trust;

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;

pub use bypass::Bypass;
pub use proxy::{InvalidProxy, Proxy, Scheme};

/// The longest answer of a proxy to CONNECT; its headers are not read.
const LONGEST_HEAD: usize = 16 * 1024;

/// How to reach the outside. The default is without a proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy, where there is one.
    pub proxy: Option<Proxy>,
    /// What is reached without it.
    pub bypass: Bypass,
}

impl Proxies {
    /// The proxy for a host, where there is one.
    #[must_use]
    pub fn for_host(&self, host: &str, port: u16) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|_| !self.bypass.covers(host, port))
    }

    /// A connection to `host`, with small writes sent at once. A proxy resolves the name itself.
    pub(super) async fn connect(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let socket = match self.for_host(host, port) {
            None => TcpStream::connect((host, port)).await?,
            Some(proxy) => through(proxy, host, port).await.map_err(|error| {
                io::Error::new(error.kind(), format!("through the proxy {proxy}: {error}"))
            })?,
        };
        // Without it each exchange takes 40 ms more: two small frames wait for one another's acknowledgement.
        socket.set_nodelay(true)?;
        Ok(socket)
    }
}

async fn through(proxy: &Proxy, host: &str, port: u16) -> io::Result<TcpStream> {
    let socket = TcpStream::connect((proxy.host(), proxy.port())).await?;
    match proxy.scheme() {
        Scheme::Http => http_connect(socket, proxy, host, port).await,
        Scheme::Socks5 => {
            let stream = match proxy.credentials() {
                None => Socks5Stream::connect_with_socket(socket, (host, port)).await,
                Some((user, password)) => {
                    Socks5Stream::connect_with_password_and_socket(socket, (host, port), user, password).await
                }
            };
            stream.map(Socks5Stream::into_inner).map_err(io::Error::other)
        }
    }
}

async fn http_connect(mut socket: TcpStream, proxy: &Proxy, host: &str, port: u16) -> io::Result<TcpStream> {
    socket.write_all(proxy.connect_request(host, port).as_bytes()).await?;
    // Byte by byte, because what follows the head belongs to the connection behind the proxy. It is short.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(io::Error::other("it does not speak HTTP"));
        }
        head.push(socket.read_u8().await?);
    }
    proxy::read_answer(&head).map_err(io::Error::other)?;
    Ok(socket)
}
