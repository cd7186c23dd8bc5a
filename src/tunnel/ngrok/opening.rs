//! Opens an ngrok session: builds the SDK's session from the settings, connects, and binds the endpoint, each within a
//! time limit. The entry points are [`check`], [`session_builder`] and [`Opening::open`].

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ngrok::Session;
use ngrok::config::{HttpTunnelBuilder, TunnelBuilder};
use ngrok::session::SessionBuilder;
use ngrok::tunnel::HttpTunnel;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::mpsc::UnboundedReceiver;

use super::address::Address;
use super::connector::Connector;
use super::link::LinkEvent;
use super::redact::Redactor;
use super::wording::Wording;
use super::{Authorities, NgrokSettings};
use crate::delivery::TunnelRefusal;
use crate::delivery::TunnelRefusalKind;
use crate::tunnel::TunnelLimits;
use crate::tunnel::kind::TunnelFailure;

/// Checks the settings before anything is sent.
pub(super) fn check(settings: &NgrokSettings) -> Result<Wording, TunnelFailure> {
    let address =
        Address::of(settings.connect_url.as_deref()).map_err(|error| Wording::bad_address(&error))?;
    if let Authorities::Pem(ca) = &settings.ca {
        // The SDK ignores invalid PEM and then trusts no server.
        CertificateDer::pem_slice_iter(ca).next().and_then(Result::ok).ok_or_else(Wording::bad_ca)?;
    }
    Ok(Wording { address, domain: settings.domain.clone(), redactor: Redactor::new(&settings.authtoken) })
}

/// The SDK's session builder, with zoomhook's connector.
pub(super) fn session_builder(
    settings: &NgrokSettings,
    connector: Connector,
) -> Result<SessionBuilder, TunnelFailure> {
    // The SDK panics if the process has no default crypto provider. An error means that there already is one.
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
    let unusable = |error: &dyn std::error::Error| {
        TunnelFailure::lasting(TunnelRefusal {
            kind: TunnelRefusalKind::Failed,
            code: None,
            meaning: format!("The ngrok SDK rejects a setting: {error}."),
            remedy: "Leave out --ngrok-connect-url and --ngrok-ca.".to_owned(),
        })
    };
    match &settings.ca {
        Authorities::Ngrok => {}
        Authorities::System => _ = builder.root_cas("host").map_err(|error| unusable(&error))?,
        Authorities::Pem(ca) => _ = builder.ca_cert(Bytes::copy_from_slice(ca)),
    }
    builder.server_addr(address).map_err(|error| unusable(&error))?;
    builder.heartbeat_interval(limits.heartbeat_interval).map_err(|error| unusable(&error))?;
    builder.heartbeat_tolerance(limits.heartbeat_tolerance).map_err(|error| unusable(&error))?;
    Ok(builder)
}

/// Opens the first connection of a session.
pub(super) struct Opening {
    pub(super) wording: Arc<Wording>,
    pub(super) limits: TunnelLimits,
    pub(super) events: UnboundedReceiver<LinkEvent>,
}

impl Opening {
    /// Connects, authenticates and binds the endpoint, each step within its limit.
    pub(super) async fn open(
        &mut self,
        builder: &SessionBuilder,
        settings: &NgrokSettings,
        forwards_to: String,
    ) -> Result<(Session, HttpTunnel), TunnelFailure> {
        let limit = self.limits.step;
        let session = tokio::select! {
            connected = builder.connect() => {
                connected.map_err(|error| self.wording.connect_failed(&error))?
            }
            () = silence(&mut self.events, limit) => {
                return Err(self.wording.silent("the authentication", limit));
            }
        };
        let endpoint = endpoint(&session, settings, forwards_to);
        match tokio::time::timeout(limit, endpoint.listen()).await {
            Ok(Ok(tunnel)) => Ok((session, tunnel)),
            Ok(Err(error)) => Err(self.wording.rpc_failed(&error)),
            Err(_) => Err(self.wording.silent("the request for an endpoint", limit)),
        }
    }
}

/// The endpoint with the edge's settings.
fn endpoint(session: &Session, settings: &NgrokSettings, forwards_to: String) -> HttpTunnelBuilder {
    let mut endpoint = session.http_endpoint();
    let edge = &settings.edge;
    endpoint.forwards_to(forwards_to).pooling_enabled(edge.pool);
    if let Some(domain) = &settings.domain {
        endpoint.domain(domain);
    }
    for cidr in &edge.allow_cidr {
        endpoint.allow_cidr(cidr);
    }
    for cidr in &edge.deny_cidr {
        endpoint.deny_cidr(cidr);
    }
    if let Some(policy) = &edge.policy {
        endpoint.traffic_policy(policy);
    }
    if let Some(secret) = &edge.verify {
        endpoint.webhook_verification("zoom", secret.as_str());
    }
    endpoint
}

/// Completes `limit` after the connection is established. Dialing has its own limit.
async fn silence(events: &mut UnboundedReceiver<LinkEvent>, limit: Duration) {
    while events.recv().await != Some(LinkEvent::Attached) {}
    tokio::time::sleep(limit).await;
}
