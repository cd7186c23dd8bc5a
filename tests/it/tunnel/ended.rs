//! After the end nothing is left, neither here nor at the server.

use std::time::Instant;

use super::*;
use crate::support::ngrok_server::{Control, Request as Asked, Script, Step};

/// Far below the limit of three seconds, because nothing here has to wait.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn nothing_is_left(server: &NgrokServer) {
    server
        .until("no agent and no endpoint is left", |state| {
            state.agents.is_empty() && state.endpoints.is_empty()
        })
        .await;
}

#[tokio::test]
async fn a_stop_removes_the_endpoint_once_and_closes_the_connection() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, _) = start_online(&server, quick()).await;
    let began = Instant::now();
    tunnel.ending.stop().await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
    assert_eq!(tunnel.states.recv().await, None);
    nothing_is_left(&server).await;
    assert_eq!(server.requests(Asked::Unbind).len(), 1);
    assert_eq!(server.look(|state| state.dials), 1);
}

#[tokio::test]
async fn a_stop_while_starting_ends_at_once() {
    for step in [Step::Tls, Step::Authentication, Step::Binding] {
        let server = NgrokServer::start(Script { silent_at: Some(step), ..Script::default() });
        let mut tunnel = start(settings(&server), quick());
        server
            .until("the step is reached", |state| match step {
                Step::Tls => state.dials == 1,
                Step::Authentication => state.requests(Asked::Auth).count() == 1,
                Step::Binding => state.requests(Asked::Bind).count() == 1,
            })
            .await;
        let began = Instant::now();
        tunnel.ending.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{step:?}: {:?}", began.elapsed());
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Starting));
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
        nothing_is_left(&server).await;
    }
}

#[tokio::test]
async fn a_stop_between_two_tries_ends_at_once() {
    let server = NgrokServer::start(Script::default());
    let backoff = Backoff { min: Duration::from_secs(3600), max: Duration::from_secs(3600) };
    let (mut tunnel, _) = start_online(&server, TunnelLimits { backoff, ..quick() }).await;
    server.control(&Control::Cut);
    until(&mut tunnel, |state| matches!(state, TunnelState::Retrying { .. })).await;
    let began = Instant::now();
    tunnel.ending.stop().await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
    nothing_is_left(&server).await;
    assert_eq!(server.look(|state| state.dials), 1);
}

#[tokio::test]
async fn a_stop_with_a_frozen_connection_keeps_its_time_limit() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, _) = start_online(&server, quick()).await;
    server.control(&Control::Freeze);
    let began = Instant::now();
    tunnel.ending.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
}

#[tokio::test]
async fn a_dropped_tunnel_leaves_nothing_behind() {
    let server = NgrokServer::start(Script::default());
    let (tunnel, _) = start_online(&server, quick()).await;
    drop(tunnel);
    nothing_is_left(&server).await;
    assert_eq!(server.look(|state| state.dials), 1);
}
