//! The local socket as a source of connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::serve::Connections;
use crate::delivery::{EventSender, SessionEvent, Warning};

/// The backoff after a failure to accept. If descriptors ran out, they are freed when connections end.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Accepts connections from a bound socket. Backs off while the system has no free descriptors.
#[derive(Debug)]
pub struct LocalConnections {
    listener: TcpListener,
    events: EventSender,
    pause: Duration,
}

impl LocalConnections {
    /// Accepts from `listener` and reports failures to `events`.
    #[must_use]
    pub fn new(listener: TcpListener, events: EventSender) -> Self {
        Self { listener, events, pause: FIRST_PAUSE }
    }

    async fn back_off(&mut self, error: &io::Error) {
        if self.pause == FIRST_PAUSE {
            let warning = Warning::AcceptFailing { error: error.to_string() };
            self.events.send_if_room(SessionEvent::Warning(warning));
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

impl Connections for LocalConnections {
    type Io = TokioIo<TcpStream>;

    async fn next(&mut self) -> Option<(Self::Io, SocketAddr)> {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    self.pause = FIRST_PAUSE;
                    // Answers are small and must not wait for a full segment. A failure only costs speed.
                    let _ = stream.set_nodelay(true);
                    return Some((TokioIo::new(stream), peer));
                }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => self.back_off(&error).await,
            }
        }
    }
}

/// Whether the error concerns one connection only: the peer disconnected before it was accepted.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
