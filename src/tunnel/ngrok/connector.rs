//! Dials ngrok for the SDK. The entry point is [`Connector::connect`]. The first connection has one attempt; after a
//! loss, the supervisor triggers each attempt.
//!
//! The SDK's own retries wait 50 ms, 2.5 s, 125 s, 6,250 s and so on. Dialing here avoids these delays. If ngrok does
//! not resume a session after a dial, the session is given up instead of retried.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use ngrok::prelude::ConnInfo;
use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::{AcceptError, HttpTunnel};
use rustls::ClientConfig;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;

use super::link::{Link, LinkEvent};
use super::wording::{Loss, Wording};
use crate::http::{DialError, Proxies, dial};
use crate::tunnel::{Connection, TunnelLimits};

/// Dials for the SDK.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) wording: Arc<Wording>,
    pub(super) limits: TunnelLimits,
    pub(super) proxies: Proxies,
    pub(super) link: Arc<Link>,
}

impl Connector {
    /// Opens a connection for the SDK. `error` is why the last one ended; `None` for the first.
    pub(super) async fn connect(
        self,
        tls: Arc<ClientConfig>,
        error: Option<AcceptError>,
    ) -> Result<Box<dyn IoStream>, ConnectError> {
        if self.link.is_over() {
            return Err(ConnectError::Canceled);
        }
        match error {
            None => Ok(self.link.attach(self.dial(&tls).await?, false)),
            Some(error) => self.reconnect(&tls, &error).await,
        }
    }

    async fn reconnect(
        &self,
        tls: &Arc<ClientConfig>,
        error: &AcceptError,
    ) -> Result<Box<dyn IoStream>, ConnectError> {
        match self.wording.lost(error) {
            Loss::Failed(failure) => {
                self.link.report(LinkEvent::Failed(failure));
                return Err(ConnectError::Canceled);
            }
            Loss::Broke(reason) => {
                let reason = self.link.take_cut_reason().unwrap_or(reason);
                self.link.report(LinkEvent::Lost(reason));
            }
        }
        while self.link.may_dial().await {
            match self.dial(tls).await {
                Ok(io) => return Ok(self.link.attach(io, true)),
                Err(error) => {
                    self.link.report(LinkEvent::Missed(self.wording.connect_failed(&error).reason()));
                }
            }
        }
        Err(ConnectError::Canceled)
    }

    /// Makes one attempt within the time limit.
    async fn dial(&self, tls: &Arc<ClientConfig>) -> Result<Box<dyn IoStream>, ConnectError> {
        let limit = self.limits.step;
        tokio::time::timeout(limit, self.dial_unlimited(tls)).await.unwrap_or_else(|_| {
            let text = format!("no connection within {limit:?}");
            Err(ConnectError::Tcp(io::Error::new(io::ErrorKind::TimedOut, text)))
        })
    }

    async fn dial_unlimited(&self, tls: &Arc<ClientConfig>) -> Result<Box<dyn IoStream>, ConnectError> {
        let address = &self.wording.address;
        let tls = TlsConnector::from(tls.clone());
        match dial::tls(&address.host, address.port, &self.proxies, &tls).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(DialError::Unreachable(error)) => Err(ConnectError::Tcp(error)),
            Err(DialError::Tls(error)) => Err(ConnectError::Tls(error)),
        }
    }
}

/// How a tunnel ended. It contains the tunnel, because dropping the tunnel sends another unbind request to ngrok. The
/// caller drops it once the connection is closed.
pub(super) struct Ended {
    pub(super) _tunnel: HttpTunnel,
    /// `None` if this side closed the tunnel.
    pub(super) error: Option<AcceptError>,
}

/// Runs until the tunnel ends; `traffic` counts the connections.
pub(super) async fn run(
    mut tunnel: HttpTunnel,
    queue: mpsc::Sender<Connection>,
    traffic: Arc<AtomicU64>,
) -> Ended {
    let error = loop {
        match tunnel.next().await {
            Some(Ok(io)) => {
                traffic.fetch_add(1, Ordering::Relaxed);
                let peer = io.remote_addr();
                // If the queue is full or the listener has stopped, the connection is dropped, and ngrok answers the
                // client with 502.
                let _ = queue.try_send(Connection { io: Box::new(io), peer });
            }
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    Ended { _tunnel: tunnel, error }
}
