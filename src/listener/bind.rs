//! Binds the local socket.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

use super::port_holder;

/// The port of Zoom's own sample app, which its tutorials forward.
pub const USUAL_PORT: u16 = 4000;

/// How many ports after the usual one are tried: more than the servers that a developer runs at the same time.
const NEXT_PORTS: u16 = 50;

/// Which port to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// [`USUAL_PORT`], or the next free one.
    Usual,
    /// This port; 0 for any free one.
    Asked(u16),
}

/// The bound socket.
#[derive(Debug)]
pub struct Bound {
    /// The socket, listening.
    pub listener: TcpListener,
    /// Its address.
    pub local: SocketAddr,
    /// `Some` if the usual port was taken; the inner value is the process that holds it, if known.
    pub usual_is_taken: Option<Option<String>>,
}

/// Why no socket could be bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program listens there.
    #[error("port {port} on {host} is taken{}", by(.holder.as_deref()))]
    Taken {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
        /// The process that holds it, if known.
        holder: Option<String>,
    },
    /// The usual port and all those after it are taken.
    #[error("ports {USUAL_PORT} to {} on {host} are all taken", USUAL_PORT + NEXT_PORTS)]
    AllTaken {
        /// The address.
        host: IpAddr,
    },
    /// No network interface has this address.
    #[error("{host} is not an address of this machine")]
    NotOurs {
        /// The address.
        host: IpAddr,
    },
    /// The system reserves this port.
    #[error("this user is not allowed to open port {port}")]
    NotAllowed {
        /// The port.
        port: u16,
    },
    /// Anything else.
    #[error("cannot listen on {address}: {error}")]
    Other {
        /// The address and port.
        address: SocketAddr,
        /// The system's error.
        error: io::Error,
    },
}

impl BindError {
    /// What to do next; `None` if the message is all that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Taken { port: USUAL_PORT, .. } => {
                "Leave out --port to use the next free port, or stop the other program."
            }
            Self::Taken { .. } => "Use --port 0 for any free port, or stop the other program.",
            Self::AllTaken { .. } => "Use --port 0 for any free port.",
            Self::NotOurs { .. } => "Use --host with 127.0.0.1 or another address of this machine.",
            Self::NotAllowed { .. } => "Use --port with a port of 1024 or above.",
            Self::Other { .. } => return None,
        })
    }
}

fn by(holder: Option<&str>) -> String {
    holder.map(|holder| format!(" by {holder}")).unwrap_or_default()
}

/// Binds a listening socket.
///
/// # Errors
/// [`BindError`], with the process that holds the port, if known.
pub async fn bind(host: IpAddr, port: Port) -> Result<Bound, BindError> {
    match port {
        Port::Asked(port) => {
            let listener = bind_exactly(host, port).await.map_err(|error| explain(error, host, port))?;
            bound(listener, host, port, None)
        }
        Port::Usual => bind_usual(host).await,
    }
}

async fn bind_usual(host: IpAddr) -> Result<Bound, BindError> {
    for port in USUAL_PORT..=USUAL_PORT + NEXT_PORTS {
        match bind_exactly(host, port).await {
            Ok(listener) => {
                let taken = (port != USUAL_PORT).then(|| port_holder::of(USUAL_PORT));
                return bound(listener, host, port, taken);
            }
            // Windows reserves ranges of ports and reports "access denied" for them.
            Err(error) if is_taken(&error) || error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(explain(error, host, port)),
        }
    }
    Err(BindError::AllTaken { host })
}

/// Binds the first free one of `count` ports. With port 0, any free port.
///
/// # Errors
/// [`BindError`].
pub(crate) async fn bind_free(
    host: IpAddr,
    first: u16,
    count: u16,
) -> Result<(TcpListener, SocketAddr), BindError> {
    let mut failure = BindError::AllTaken { host };
    for port in first..=first.saturating_add(count.saturating_sub(1)) {
        match bind_exactly(host, port).await {
            Ok(listener) => {
                let bound = bound(listener, host, port, None)?;
                return Ok((bound.listener, bound.local));
            }
            Err(error) => failure = explain(error, host, port),
        }
    }
    Err(failure)
}

async fn bind_exactly(host: IpAddr, port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::new(host, port);
    // Except on Linux, 127.0.0.1:4000 can be bound while another program listens on *:4000. zoomhook would then
    // receive that program's requests.
    #[cfg(not(target_os = "linux"))]
    if port != 0 && host.is_loopback() && is_answered(address).await {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    TcpListener::bind(address).await
}

#[cfg(not(target_os = "linux"))]
async fn is_answered(address: SocketAddr) -> bool {
    // A listening socket on loopback accepts at once.
    let limit = std::time::Duration::from_millis(200);
    matches!(tokio::time::timeout(limit, tokio::net::TcpStream::connect(address)).await, Ok(Ok(_)))
}

fn bound(
    listener: TcpListener,
    host: IpAddr,
    port: u16,
    usual_is_taken: Option<Option<String>>,
) -> Result<Bound, BindError> {
    let local = listener
        .local_addr()
        .map_err(|error| BindError::Other { address: SocketAddr::new(host, port), error })?;
    Ok(Bound { listener, local, usual_is_taken })
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
}

fn explain(error: io::Error, host: IpAddr, port: u16) -> BindError {
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::Taken { host, port, holder: port_holder::of(port) },
        io::ErrorKind::AddrNotAvailable => BindError::NotOurs { host },
        io::ErrorKind::PermissionDenied => BindError::NotAllowed { port },
        _ => BindError::Other { address: SocketAddr::new(host, port), error },
    }
}
