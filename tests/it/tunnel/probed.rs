//! The tunnel's own requests through the public URL: online means that they arrive.

use std::sync::Arc;

use tokio_util::sync::{CancellationToken, DropGuard};
use zoomhook::delivery::{EventReceiver, Route, event_channel};
use zoomhook::listener::{self, Connections, Endpoint, Pipeline, Slots};
use zoomhook::zoom::{NamedSecret, SecretToken};

use super::*;
use crate::support::{
    ngrok_server::{Control, Script},
    requests::SECRET,
};

/// A tunnel's connections for the real listener.
struct FromTunnel(mpsc::Receiver<Connection>);

impl Connections for FromTunnel {
    type Io = Box<dyn zoomhook::tunnel::Io>;

    async fn next(&mut self) -> Option<(Self::Io, std::net::SocketAddr)> {
        self.0.recv().await.map(|connection| (connection.io, connection.peer))
    }
}

/// Serves a tunnel by the real listener, which answers probes under `key`; what it tells.
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
    let limits = listener::Limits::default();
    let (teller, notices) = event_channel(1024);
    let pipeline = Arc::new(Pipeline::new(endpoint, limits, teller).answering_probes(key));
    let stop = CancellationToken::new();
    let grace = Duration::from_secs(1);
    tokio::spawn(listener::serve(connections, Route::Tunnel, pipeline, Slots::new(512), stop.clone(), grace));
    (notices, stop.drop_guard())
}

/// Starts a tunnel that probes itself through the double's edge.
pub(super) fn start_probed(server: &NgrokServer, limits: Limits) -> Tunnel {
    start_any(Settings::Ngrok(Box::new(settings(server))), limits, ProbeRoute::Edge(server.edge_address))
}

/// Ends a tunnel; how many notices its listener told.
async fn told(tunnel: Tunnel, mut notices: EventReceiver, stop: DropGuard) -> usize {
    tunnel.stop().await;
    drop(stop);
    let mut all = Vec::new();
    while notices.next_batch(&mut all, 1024).await {}
    all.len()
}

#[tokio::test]
async fn online_means_that_a_request_has_come_through_and_is_told_with_its_time() {
    let server = NgrokServer::start(Script::default());
    let mut tunnel = start_probed(&server, quick());
    let (notices, stop) = listen(&mut tunnel, probe_key());
    for _ in 0..2 {
        let states = until(&mut tunnel, is_online).await;
        let Some(TunnelState::Online { latency: Some(latency), .. }) = states.last() else {
            panic!("{states:?}")
        };
        assert!(*latency > Duration::ZERO && *latency < PATIENCE);
        server.control(&Control::Cut);
    }
    until(&mut tunnel, is_online).await;
    assert_eq!(told(tunnel, notices, stop).await, 0, "a probe is no delivery");
}

#[tokio::test]
async fn a_gateway_that_rewrites_bodies_is_told_but_does_not_hold_up() {
    let server = NgrokServer::start(Script { rewrite_bodies: true, ..Script::default() });
    let mut tunnel = start_probed(&server, quick());
    let (notices, stop) = listen(&mut tunnel, probe_key());
    until(&mut tunnel, is_online).await;
    let Some(TunnelState::Unproven { reason }) = next(&mut tunnel).await else { panic!("no doubt") };
    assert!(reason.contains("changes bodies"), "{reason}");
    assert_eq!(told(tunnel, notices, stop).await, 0);
}

#[tokio::test]
async fn somebody_elses_answer_is_no_proof() {
    let server = NgrokServer::start(Script::default());
    let mut tunnel = start_probed(&server, quick());
    let (notices, stop) = listen(&mut tunnel, ProbeKey::new([8; 32]).unwrap());
    until(&mut tunnel, is_online).await;
    let Some(TunnelState::Unproven { reason }) = next(&mut tunnel).await else { panic!("no doubt") };
    assert!(reason.contains("somebody else answers"), "{reason}");
    assert!(told(tunnel, notices, stop).await > 0, "for the other one it is a request like any");
}

#[tokio::test]
async fn the_edges_own_page_is_named() {
    let script = Script { answer_at_the_edge: Some((200, "ERR_NGROK_6024")), ..Script::default() };
    let server = NgrokServer::start(script);
    let mut tunnel = start_probed(&server, quick());
    until(&mut tunnel, is_online).await;
    let Some(TunnelState::Unproven { reason }) = next(&mut tunnel).await else { panic!("no doubt") };
    assert!(reason.contains("warning page") && reason.contains("ERR_NGROK_6024"), "{reason}");
    tunnel.stop().await;
}

#[tokio::test]
async fn an_edge_that_turns_away_whom_the_user_excludes_is_no_news() {
    let script = Script { answer_at_the_edge: Some((403, "ERR_NGROK_3205")), ..Script::default() };
    let server = NgrokServer::start(script);
    let mut settings = settings(&server);
    settings.edge.allow_cidr.push("3.7.35.0/25".to_owned());
    let probes = ProbeRoute::Edge(server.edge_address);
    let mut tunnel = start_any(Settings::Ngrok(Box::new(settings)), quick(), probes);
    until(&mut tunnel, is_online).await;
    tunnel.ending.stop().await;
    assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
}

#[tokio::test]
async fn a_tunnel_that_was_stopped_at_ngrok_without_a_word_is_noticed_and_opened_anew() {
    let server = NgrokServer::start(Script::default());
    let limits = Limits { check_interval: Duration::from_millis(200), ..quick() };
    let mut tunnel = start_probed(&server, limits);
    let (_notices, _stop) = listen(&mut tunnel, probe_key());
    until(&mut tunnel, is_online).await;
    // After a reconnect the SDK passes over the command that stops a tunnel.
    server.control(&Control::Cut);
    until(&mut tunnel, is_online).await;
    server.take_offline();
    let states = until(&mut tunnel, is_online).await;
    assert!(
        matches!(&states[0], TunnelState::Lost { reason } if reason.contains("ERR_NGROK_3200")),
        "{states:?}"
    );
    tunnel.stop().await;
    server.until("nothing is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
}
