//! From settings to an endpoint that is online: what is asked of the SDK, in which order, and how long each step
//! may take.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ngrok::Session;
use ngrok::config::TunnelBuilder;
use ngrok::session::SessionBuilder;
use ngrok::tunnel::HttpTunnel;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::mpsc::UnboundedReceiver;

use super::address::Address;
use super::connector::Connector;
use super::link::Event;
use super::redact::Redactor;
use super::wording::Wording;
use super::{Limits, Settings};
use crate::notice::TunnelRefusal;

/// What can be seen to be wrong before anything is sent.
pub(super) fn check(settings: &Settings) -> Result<Wording, TunnelRefusal> {
    let address =
        Address::of(settings.connect_url.as_deref()).map_err(|error| Wording::bad_address(&error))?;
    if let Some(ca) = &settings.ca {
        // The SDK would pass over what it cannot read, and then trust nobody.
        CertificateDer::pem_slice_iter(ca).next().and_then(Result::ok).ok_or_else(Wording::bad_ca)?;
    }
    Ok(Wording { address, domain: settings.domain.clone(), redactor: Redactor::new(&settings.authtoken) })
}

/// The SDK's session as we want it, with our connector below it.
pub(super) fn session_builder(
    settings: &Settings,
    connector: Connector,
) -> Result<SessionBuilder, TunnelRefusal> {
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
pub(super) struct Opening {
    pub(super) wording: Arc<Wording>,
    pub(super) limits: Limits,
    pub(super) events: UnboundedReceiver<Event>,
}

impl Opening {
    /// Connects, authenticates and binds the endpoint, each step within its limit.
    pub(super) async fn open(
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
