//! Probes through the public URL: a tunnel is online once they arrive.

use std::sync::Arc;

use tokio_util::sync::{CancellationToken, DropGuard};
use zoomhook::delivery::{EventReceiver, Route, event_channel};
use zoomhook::listener::{self, Connections, Endpoint, Pipeline, Slots};
use zoomhook::zoom::{NamedSecret, SecretToken};

use super::*;
use crate::support::ngrok_server::{Control, Script};
use crate::support::requests::SECRET;

/// A tunnel's connections for the real listener.
struct FromTunnel(mpsc::Receiver<Connection>);

impl Connections for FromTunnel {
    type Io = Box<dyn zoomhook::tunnel::Io>;

    async fn next(&mut self) -> Option<(Self::Io, std::net::SocketAddr)> {
        self.0.recv().await.map(|connection| (connection.io, connection.peer))
    }
}

/// Serves a tunnel with the real listener, which answers probes under `key`; returns its events.
pub(super) fn listen(tunnel: &mut Tunnel, key: ProbeKey) -> (EventReceiver, DropGuard) {
    let (_, empty) = mpsc::channel(1);
    let connections = FromTunnel(std::mem::replace(&mut tunnel.connections, empty));
    let token = SecretToken::new(SECRET).unwrap();
    let endpoint = Endpoint {
        path: "/webhook".to_owned(),
        secrets: vec![NamedSecret { name: "test".into(), token }],
        max_age: Duration::from_secs(300),
        allow_unsigned_challenge: false,
    };
    let limits = listener::ListenerLimits::default();
    let (sender, events) = event_channel(1024);
    let pipeline = Arc::new(Pipeline::new(endpoint, limits, sender).recognizing_own(key));
    let stop = CancellationToken::new();
    let grace = Duration::from_secs(1);
    tokio::spawn(listener::serve(
        connections,
        Route::Tunnel,
        pipeline,
        Slots::new(512, Route::Tunnel),
        stop.clone(),
        grace,
    ));
    (events, stop.drop_guard())
}

/// Starts a tunnel that probes itself through the double's edge.
pub(super) fn start_probed(server: &NgrokServer, limits: TunnelLimits) -> Tunnel {
    start_any(
        TunnelSettings::Ngrok(Box::new(settings(server))),
        limits,
        ProbeRoute::Edge(server.edge_address),
    )
}

/// Ends a tunnel; returns the number of events of its listener.
async fn told(tunnel: Tunnel, mut events: EventReceiver, stop: DropGuard) -> usize {
    tunnel.stop().await;
    drop(stop);
    let mut all = Vec::new();
    while events.next_batch(&mut all, 1024).await {}
    all.len()
}

#[tokio::test]
async fn a_tunnel_is_online_once_a_probe_has_arrived_and_reports_the_latency() {
    let server = NgrokServer::start(Script::default());
    let mut tunnel = start_probed(&server, quick());
    let (events, stop) = listen(&mut tunnel, probe_key());
    for _ in 0..2 {
        let states = until(&mut tunnel, is_online).await;
        let Some(TunnelState::Online { latency: Some(latency), .. }) = states.last() else {
            panic!("{states:?}")
        };
        assert!(*latency > Duration::ZERO && *latency < PATIENCE);
        server.control(&Control::Cut);
    }
    until(&mut tunnel, is_online).await;
    assert_eq!(told(tunnel, events, stop).await, 0, "a probe was shown as a delivery");
}

#[tokio::test]
async fn a_gateway_that_rewrites_bodies_is_reported_but_blocks_nothing() {
    let server = NgrokServer::start(Script { rewrite_bodies: true, ..Script::default() });
    let mut tunnel = start_probed(&server, quick());
    let (events, stop) = listen(&mut tunnel, probe_key());
    let states = until(&mut tunnel, is_online).await;
    let [.., TunnelState::Unproven { reason, .. }, _] = &states[..] else { panic!("{states:?}") };
    assert_text!(reason, @"something between the public URL and this machine changes request bodies, so that signatures will not match");
    assert_eq!(told(tunnel, events, stop).await, 0);
}

#[tokio::test]
async fn the_answer_of_another_server_is_not_a_proof() {
    let server = NgrokServer::start(Script::default());
    let mut tunnel = start_probed(&server, quick());
    let (events, stop) = listen(&mut tunnel, ProbeKey::new([8; 32]).unwrap());
    let states = until(&mut tunnel, is_online).await;
    let [.., TunnelState::Unproven { reason, .. }, _] = &states[..] else { panic!("{states:?}") };
    assert_text!(reason, @"the answer at the public URL is not from this session (401)");
    assert!(told(tunnel, events, stop).await > 0, "the other listener saw no request");
}

#[tokio::test]
async fn a_warning_page_of_the_edge_is_named() {
    let script = Script { answer_at_the_edge: Some((200, "ERR_NGROK_6024")), ..Script::default() };
    let server = NgrokServer::start(script);
    let mut tunnel = start_probed(&server, quick());
    let states = until(&mut tunnel, is_online).await;
    let [.., TunnelState::Unproven { reason, .. }, _] = &states[..] else { panic!("{states:?}") };
    assert_text!(reason, @"the answer at the public URL is not from this session (ngrok shows its warning page for browsers; 200, ERR_NGROK_6024)");
    tunnel.stop().await;
}

#[tokio::test]
async fn a_probe_that_the_users_own_rules_refuse_is_not_reported() {
    let script = Script { answer_at_the_edge: Some((403, "ERR_NGROK_3205")), ..Script::default() };
    let server = NgrokServer::start(script);
    let mut settings = settings(&server);
    settings.edge.allow_cidr.push("3.7.35.0/25".to_owned());
    let probes = ProbeRoute::Edge(server.edge_address);
    let mut tunnel = start_any(TunnelSettings::Ngrok(Box::new(settings)), quick(), probes);
    until(&mut tunnel, is_online).await;
    tunnel.ending.stop().await;
    assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
}

#[tokio::test]
async fn a_tunnel_that_ngrok_stopped_silently_is_noticed_and_opened_again() {
    let server = NgrokServer::start(Script::default());
    let limits = TunnelLimits { check_interval: Duration::from_millis(200), ..quick() };
    let mut tunnel = start_probed(&server, limits);
    let (_notices, _stop) = listen(&mut tunnel, probe_key());
    until(&mut tunnel, is_online).await;
    // After a reconnection the SDK ignores the command that stops a tunnel.
    server.control(&Control::Cut);
    until(&mut tunnel, is_online).await;
    server.take_offline();
    let states = until(&mut tunnel, is_online).await;
    let TunnelState::Lost { reason } = &states[0] else { panic!("{states:?}") };
    assert_text!(reason, @"requests to the public URL do not arrive here (the endpoint is offline; 404, ERR_NGROK_3200)");
    tunnel.stop().await;
    server.until("nothing is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
}
