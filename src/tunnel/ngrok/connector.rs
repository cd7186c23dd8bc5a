//! Dials ngrok for the SDK: the first time once, after a loss until it works, is refused for good or is stopped.
//!
//! The SDK's own retries wait 50 ms, 2.5 s, 125 s, 6,250 s and so on; dialling in here keeps the waits short.

use std::io;
use std::sync::Arc;

use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::AcceptError;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Limits;
use super::backoff;
use super::link::{Event, Link};
use super::wording::{Loss, Wording};
use crate::tunnel::stop::Stop;

/// Everything that dialling needs.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) wording: Arc<Wording>,
    pub(super) limits: Limits,
    pub(super) link: Arc<Link>,
    pub(super) stop: Stop,
}

impl Connector {
    /// A connection for the SDK. `error` is why the last one ended; `None` for the first one.
    pub(super) async fn connect(
        self,
        tls: Arc<ClientConfig>,
        error: Option<AcceptError>,
    ) -> Result<Box<dyn IoStream>, ConnectError> {
        if self.stop.is_asked() {
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
            Loss::Final(refusal) => {
                self.link.refuse(refusal);
                return Err(ConnectError::Canceled);
            }
            Loss::Passing(reason) => {
                let reason = self.link.take_cut_reason().unwrap_or(reason);
                self.link.tell(Event::Lost(reason));
            }
        }
        tokio::select! {
            () = self.stop.asked() => Err(ConnectError::Canceled),
            io = self.dial_until_it_works(tls) => Ok(self.link.attach(io, true)),
        }
    }

    async fn dial_until_it_works(&self, tls: &Arc<ClientConfig>) -> Box<dyn IoStream> {
        loop {
            let attempt = self.link.next_attempt();
            let after = self.limits.backoff.delay(attempt, backoff::random());
            self.link.tell(Event::Retrying { attempt, after });
            tokio::time::sleep(after).await;
            if let Ok(io) = self.dial(tls).await {
                return io;
            }
        }
    }

    /// One try, within the limit.
    async fn dial(&self, tls: &Arc<ClientConfig>) -> Result<Box<dyn IoStream>, ConnectError> {
        let limit = self.limits.step;
        tokio::time::timeout(limit, self.dial_unlimited(tls)).await.unwrap_or_else(|_| {
            let text = format!("no connection within {limit:?}");
            Err(ConnectError::Tcp(io::Error::new(io::ErrorKind::TimedOut, text)))
        })
    }

    async fn dial_unlimited(&self, tls: &Arc<ClientConfig>) -> Result<Box<dyn IoStream>, ConnectError> {
        let address = &self.wording.address;
        let name =
            address.server_name().ok_or_else(|| ConnectError::Tcp(io::ErrorKind::InvalidInput.into()))?;
        let socket =
            TcpStream::connect((address.host.as_str(), address.port)).await.map_err(ConnectError::Tcp)?;
        // Without it each exchange takes 40 ms more: two small frames wait for one another's acknowledgement.
        socket.set_nodelay(true).map_err(ConnectError::Tcp)?;
        let stream =
            TlsConnector::from(tls.clone()).connect(name, socket).await.map_err(ConnectError::Tls)?;
        Ok(Box::new(stream))
    }
}
