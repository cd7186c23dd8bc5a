//! One ngrok session from start to end: what is asked of the SDK in which order, and what is told of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ngrok::Session;
use ngrok::config::TunnelBuilder;
use ngrok::prelude::{EndpointInfo, TunnelInfo};
use ngrok::session::SessionBuilder;
use ngrok::tunnel::HttpTunnel;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::address::Address;
use super::connector::Connector;
use super::forwarder::{self, Ended};
use super::link::{CutOnDrop, Event, Link};
use super::redact::Redactor;
use super::wording::Wording;
use super::{Limits, Settings};
use crate::notice::{TunnelRefusal, TunnelState};
use crate::tunnel::Ends;

/// Taking the endpoint back at ngrok may take this long; then the connection is cut all the same. Below the
/// limit of the whole end.
const UNBIND_LIMIT: Duration = Duration::from_secs(2);

/// Runs until it is stopped or ngrok refuses for good, and tells which.
pub(in crate::tunnel) async fn run(settings: Settings, forwards_to: String, limits: Limits, ends: Ends) {
    ends.tell(TunnelState::Starting).await;
    let last = match serve(settings, forwards_to, limits, &ends).await {
        Ok(()) => TunnelState::Stopped,
        Err(refusal) => TunnelState::Refused(refusal),
    };
    ends.tell(last).await;
}

/// Ends with `Ok` when it was asked to stop.
async fn serve(
    settings: Settings,
    forwards_to: String,
    limits: Limits,
    ends: &Ends,
) -> Result<(), TunnelRefusal> {
    let wording = Arc::new(check(&settings)?);
    let (link, events) = Link::new();
    // Whatever happens from here on, also when this task is aborted, no connection stays behind.
    let _cut = CutOnDrop(link.clone());
    let connector = Connector {
        wording: wording.clone(),
        limits: limits.clone(),
        link: link.clone(),
        stop: ends.stop.clone(),
    };
    let mut opening = Opening { wording: wording.clone(), limits: limits.clone(), events };
    let builder = session_builder(&settings, connector)?;
    let (session, tunnel) = tokio::select! {
        // Asked first: a wish to stop outweighs whatever happened at the same time.
        biased;
        () = ends.stop.asked() => return Ok(()),
        opened = opening.open(&builder, &settings, forwards_to) => opened?,
    };
    let online = Online {
        url: tunnel.url().to_owned(),
        id: tunnel.id().to_owned(),
        forwarder: tokio::spawn(forwarder::run(tunnel, ends.connections.clone())),
        events: opening.events,
        session,
        link,
        wording,
        limits,
        bound: true,
    };
    online.run(ends).await
}

/// What can be seen to be wrong before anything is sent.
fn check(settings: &Settings) -> Result<Wording, TunnelRefusal> {
    let address =
        Address::of(settings.connect_url.as_deref()).map_err(|error| Wording::bad_address(&error))?;
    if let Some(ca) = &settings.ca {
        // The SDK would pass over what it cannot read, and then trust nobody.
        CertificateDer::pem_slice_iter(ca).next().and_then(Result::ok).ok_or_else(Wording::bad_ca)?;
    }
    Ok(Wording { address, domain: settings.domain.clone(), redactor: Redactor::new(&settings.authtoken) })
}

fn session_builder(settings: &Settings, connector: Connector) -> Result<SessionBuilder, TunnelRefusal> {
    // The SDK takes the process's default provider, and panics where there is none. An error means that there
    // is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address = connector.wording.address.to_string();
    let (limits, link) = (connector.limits.clone(), connector.link.clone());
    let mut builder = Session::builder();
    builder
        .authtoken(settings.authtoken.trim())
        .client_info("zoomhook", env!("CARGO_PKG_VERSION"), None::<String>)
        .connector(move |_host, _port, tls, error| connector.clone().connect(tls, error))
        .handle_heartbeat(move |latency: Option<Duration>| {
            match latency {
                Some(latency) => link.heartbeat(latency),
                None => link.cut("ngrok did not answer a heartbeat".to_owned()),
            }
            async { Ok(()) }
        });
    if let Some(ca) = &settings.ca {
        builder.ca_cert(Bytes::copy_from_slice(ca));
    }
    let unusable = |error: &dyn std::error::Error| TunnelRefusal {
        code: None,
        meaning: format!("The ngrok SDK does not take a setting: {error}."),
        remedy: "Leave --ngrok-connect-url out.".to_owned(),
    };
    builder.server_addr(address).map_err(|error| unusable(&error))?;
    builder.heartbeat_interval(limits.heartbeat_interval).map_err(|error| unusable(&error))?;
    builder.heartbeat_tolerance(limits.heartbeat_tolerance).map_err(|error| unusable(&error))?;
    Ok(builder)
}

/// The way to being online for the first time.
struct Opening {
    wording: Arc<Wording>,
    limits: Limits,
    events: UnboundedReceiver<Event>,
}

impl Opening {
    async fn open(
        &mut self,
        builder: &SessionBuilder,
        settings: &Settings,
        forwards_to: String,
    ) -> Result<(Session, HttpTunnel), TunnelRefusal> {
        let limit = self.limits.step;
        let session = tokio::select! {
            connected = builder.connect() => {
                connected.map_err(|error| self.wording.connect_failed(&error))?
            }
            () = silence(&mut self.events, limit) => {
                return Err(self.wording.silent("the authentication", limit));
            }
        };
        let mut endpoint = session.http_endpoint();
        endpoint.forwards_to(forwards_to);
        if let Some(domain) = &settings.domain {
            endpoint.domain(domain);
        }
        match tokio::time::timeout(limit, endpoint.listen()).await {
            Ok(Ok(tunnel)) => Ok((session, tunnel)),
            Ok(Err(error)) => Err(self.wording.rpc_failed(&error)),
            Err(_) => Err(self.wording.silent("the request for an endpoint", limit)),
        }
    }
}

/// Ends `limit` after a connection stands; dialling has a limit of its own.
async fn silence(events: &mut UnboundedReceiver<Event>, limit: Duration) {
    while events.recv().await != Some(Event::Attached) {}
    tokio::time::sleep(limit).await;
}

/// A session that has been online, and may be between two connections.
struct Online {
    /// The URL that was told last.
    url: String,
    /// The endpoint's id at ngrok.
    id: String,
    forwarder: JoinHandle<Ended>,
    events: UnboundedReceiver<Event>,
    session: Session,
    link: Arc<Link>,
    wording: Arc<Wording>,
    limits: Limits,
    /// Whether the endpoint is bound right now.
    bound: bool,
}

impl Online {
    async fn run(mut self, ends: &Ends) -> Result<(), TunnelRefusal> {
        ends.tell(self.online()).await;
        let mut deadline = None;
        loop {
            tokio::select! {
                biased;
                () = ends.stop.asked() => {
                    self.end().await;
                    return Ok(());
                }
                Some(event) = self.events.recv() => deadline = self.follow(event, ends).await,
                () = reached(deadline) => {
                    deadline = None;
                    let limit = self.limits.step;
                    self.link.cut(format!("ngrok accepted the connection, but did not answer within {limit:?}"));
                }
                ended = &mut self.forwarder => return Err(self.refusal(ended.ok())),
            }
        }
    }

    /// Tells what an event means; until when the next one has to come, where that has a limit.
    async fn follow(&mut self, event: Event, ends: &Ends) -> Option<Instant> {
        match event {
            // The first connection's event may still wait here when the endpoint is bound already.
            Event::Attached if self.bound => {}
            // Authentication and binding have a limit each; the SDK has none.
            Event::Attached => return Some(Instant::now() + 2 * self.limits.step),
            Event::Lost(reason) => {
                self.bound = false;
                ends.tell(TunnelState::Lost { reason }).await;
            }
            Event::Retrying { attempt, after } => ends.tell(TunnelState::Retrying { attempt, after }).await,
            Event::Bound(url) => {
                self.bound = true;
                if url != self.url {
                    let old = std::mem::replace(&mut self.url, url.clone());
                    ends.tell(TunnelState::UrlChanged { old, new: url }).await;
                }
                ends.tell(self.online()).await;
            }
        }
        None
    }

    fn online(&self) -> TunnelState {
        TunnelState::Online { url: self.url.clone(), latency: self.link.latency() }
    }

    /// Takes the endpoint back, so that its domain is free at once, then cuts the connection. `close()` of the
    /// SDK would leave it open.
    async fn end(&self) {
        if self.bound {
            // An error means that the endpoint is gone in another way.
            let _ = tokio::time::timeout(UNBIND_LIMIT, self.session.close_tunnel(&self.id)).await;
        }
        self.link.cut("the tunnel was ended".to_owned());
    }

    /// Why the SDK's tunnel ended without us.
    fn refusal(&self, ended: Option<Ended>) -> TunnelRefusal {
        let error = ended.and_then(|ended| ended.error);
        self.link.take_refusal().unwrap_or_else(|| self.wording.stopped_by_ngrok(error.as_ref()))
    }
}

/// Waits for a moment, or for ever where there is none.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
