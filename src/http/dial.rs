//! Establishes connections: TCP, optionally through a proxy and with TLS, or a Unix socket.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use rustls::pki_types::ServerName;
use rustls::{CertificateError, InvalidMessage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_socks::tcp::Socks5Stream;

use super::proxy::{self, Proxies, Proxy, ProxyScheme};
use super::target::{Target, TargetAddress, is_loopback};
use crate::system_words::without_numbers;

/// Limit on the head of a proxy's answer to CONNECT. Its headers are not used.
const LARGEST_HEAD: usize = 16 * 1024;

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum DialError {
    /// There is no server, or the proxy cannot reach it.
    Unreachable(io::Error),
    /// The TLS handshake failed: another protocol, or a certificate that is not trusted.
    Tls(io::Error),
}

/// Formatted as a part of a sentence, without the system's error numbers and a final period.
impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, error) = match self {
            Self::Unreachable(error) => ("", error),
            Self::Tls(error) => match error.get_ref().and_then(|error| error.downcast_ref()) {
                Some(rustls::Error::InvalidCertificate(why)) => {
                    return write!(f, "{UNTRUSTED}: {}", in_words(why));
                }
                // What came was not TLS. Servers for plain HTTP answer 400 to the beginning of a handshake.
                Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
                    return f.write_str("the answer is not TLS; if this port speaks plain HTTP, write http:// instead of https://");
                }
                _ => ("no TLS connection: ", error),
            },
        };
        write!(f, "{before}{}", without_numbers(&error.to_string()).trim_end_matches('.'))
    }
}

/// The beginning of the message about a certificate that is not trusted. What to do differs between commands.
pub(crate) const UNTRUSTED: &str = "the certificate is not trusted";

/// Why a certificate is not trusted.
fn in_words(why: &CertificateError) -> String {
    match why {
        CertificateError::UnknownIssuer => "its issuer is unknown".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host name".to_owned()
        }
        other => other.to_string(),
    }
}

/// Connects to `host` with TCP_NODELAY. A proxy resolves the name itself. Without a proxy, all addresses of the name
/// are tried: `localhost` may be IPv4, IPv6 or both, and a server may listen on only one of them.
pub(crate) async fn tcp(host: &str, port: u16, proxies: &Proxies) -> Result<TcpStream, DialError> {
    let stream = match proxies.for_host(host, port) {
        None => direct(host, port).await,
        Some(proxy) => through(proxy, host, port)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("through the proxy {proxy}: {error}"))),
    };
    let stream = stream.map_err(DialError::Unreachable)?;
    // Without it, an exchange can take 40 ms longer: the second of two small writes waits for an acknowledgment.
    stream.set_nodelay(true).map_err(DialError::Unreachable)?;
    Ok(stream)
}

/// Connects without a proxy. A name below `localhost` is this machine, whatever a name server says: requests to it are
/// signed without a question.
async fn direct(host: &str, port: u16) -> io::Result<TcpStream> {
    let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    if is_loopback(host) && !is_address {
        let here: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()];
        return TcpStream::connect(&here[..]).await;
    }
    TcpStream::connect((host, port)).await
}

/// A TCP connection to the target, without a proxy and without TLS; `None` if there is none, and for a Unix socket.
pub(crate) async fn without_proxy(target: &Target) -> Option<TcpStream> {
    let TargetAddress::Tcp { host, port, .. } = target.address() else { return None };
    direct(host, *port).await.ok()
}

/// TLS over [`tcp`]. The certificate has to be for `host`.
pub(crate) async fn tls(
    host: &str,
    port: u16,
    proxies: &Proxies,
    tls: &TlsConnector,
) -> Result<TlsStream<TcpStream>, DialError> {
    let stream = tcp(host, port, proxies).await?;
    let name = ServerName::try_from(host.to_owned()).map_err(|e| DialError::Tls(io::Error::other(e)))?;
    tls.connect(name, stream).await.map_err(DialError::Tls)
}

/// Connects to a Unix socket.
#[cfg(unix)]
pub(super) async fn unix(file: &std::path::Path) -> Result<tokio::net::UnixStream, DialError> {
    tokio::net::UnixStream::connect(file).await.map_err(DialError::Unreachable)
}

/// Whether a connection can be established. Sends nothing and uses no proxy.
pub(super) async fn is_open(address: &TargetAddress) -> bool {
    match address {
        TargetAddress::Tcp { host, port, .. } => direct(host, *port).await.is_ok(),
        #[cfg(unix)]
        TargetAddress::Unix(file) => unix(file).await.is_ok(),
        #[cfg(not(unix))]
        TargetAddress::Unix(_) => false,
    }
}

async fn through(proxy: &Proxy, host: &str, port: u16) -> io::Result<TcpStream> {
    let socket = TcpStream::connect((proxy.host(), proxy.port())).await?;
    match proxy.scheme() {
        ProxyScheme::Http => http_connect(socket, proxy, host, port).await,
        ProxyScheme::Socks5 => {
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
    // Byte by byte, because the bytes after the head belong to the server. The head is short.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LARGEST_HEAD {
            return Err(io::Error::other("it does not speak HTTP"));
        }
        head.push(socket.read_u8().await?);
    }
    proxy::read_answer(&head).map_err(io::Error::other)?;
    Ok(socket)
}
