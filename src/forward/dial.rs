//! A new connection to a target: TCP, TLS over it, or a Unix socket.

use std::fmt;
use std::io;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::target::Place;
use crate::system_words::without_numbers;

/// The sending side of a connection.
pub(super) type Sender = SendRequest<Full<Bytes>>;

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum DialError {
    /// Nobody listens there.
    Unreachable(io::Error),
    /// Somebody does, but not TLS, or with a certificate that is not trusted.
    Tls(io::Error),
    /// HTTP could not be started.
    Http(hyper::Error),
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => f.write_str(&in_words(error)),
            Self::Tls(error) => write!(f, "no TLS connection: {}", in_words(error)),
            Self::Http(error) => error.fmt(f),
        }
    }
}

/// Connects. `tls` is there whenever the place asks for it.
pub(super) async fn dial(place: &Place, tls: Option<&TlsConnector>) -> Result<Sender, DialError> {
    match (place, tls) {
        (Place::Tcp { host, port, tls: true }, Some(tls)) => {
            let stream = tcp(host, *port).await?;
            let name = ServerName::try_from(host.clone()).map_err(|e| DialError::Tls(io::Error::other(e)))?;
            start(tls.connect(name, stream).await.map_err(DialError::Tls)?).await
        }
        (Place::Tcp { host, port, .. }, _) => start(tcp(host, *port).await?).await,
        #[cfg(unix)]
        (Place::Unix(file), _) => {
            let stream = tokio::net::UnixStream::connect(file).await.map_err(DialError::Unreachable)?;
            start(stream).await
        }
        #[cfg(not(unix))]
        (Place::Unix(_), _) => Err(DialError::Unreachable(io::ErrorKind::Unsupported.into())),
    }
}

/// The system's words, to stand within a sentence.
fn in_words(error: &io::Error) -> String {
    without_numbers(&error.to_string()).trim_end_matches('.').to_owned()
}

/// Sees whether somebody listens; sends nothing.
pub(super) async fn knock(place: &Place) -> io::Result<()> {
    match place {
        Place::Tcp { host, port, .. } => TcpStream::connect((host.as_str(), *port)).await.map(drop),
        #[cfg(unix)]
        Place::Unix(file) => tokio::net::UnixStream::connect(file).await.map(drop),
        #[cfg(not(unix))]
        Place::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// `localhost` may be IPv4, IPv6 or both, and an app listens on one of them: all addresses are tried.
async fn tcp(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let stream = TcpStream::connect((host, port)).await.map_err(DialError::Unreachable)?;
    stream.set_nodelay(true).map_err(DialError::Unreachable)?;
    Ok(stream)
}

async fn start<T>(stream: T) -> Result<Sender, DialError>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(DialError::Http)?;
    // It ends with its sender, or when the app closes. What goes wrong reaches the sender.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
