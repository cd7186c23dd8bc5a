//! A lost session is reported at once and reconnects, unless ngrok refuses it for good.

use super::*;
use crate::support::ngrok_server::{Control, Script};

fn is_lost(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Lost { .. })
}

fn is_retry(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Retrying { .. })
}

#[tokio::test]
async fn a_cut_is_reported_and_heals_under_the_same_url() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, url) = start_online(&server, quick()).await;
    serve(&mut tunnel);
    // Each cut comes soon after the reconnection, so the count of tries goes on.
    for try_number in 1..=3 {
        server.control(&Control::Cut);
        let states = until(&mut tunnel, is_online).await;
        assert!(is_lost(&states[0]), "{states:?}");
        assert!(
            matches!(states[1], TunnelState::Retrying { attempt, .. } if attempt == try_number),
            "{states:?}"
        );
        assert!(matches!(&states[2], TunnelState::Online { url: again, .. } if *again == url), "{states:?}");
        assert_eq!(states.len(), 3, "{states:?}");
        assert_eq!(post(&server, &url, "again").await.0, 200);
    }
    tunnel.stop().await;
}

#[tokio::test]
async fn an_unreachable_server_is_tried_again_until_it_is_back() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, _) = start_online(&server, quick()).await;
    server.script(|script| script.hang_up = true);
    server.control(&Control::Cut);
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Retrying { attempt: 4, .. })).await;
    assert!(is_lost(&states[0]) && states.iter().filter(|state| is_retry(state)).count() == 4, "{states:?}");
    server.script(|script| script.hang_up = false);
    until(&mut tunnel, is_online).await;
    tunnel.stop().await;
}

#[tokio::test]
async fn a_frozen_connection_is_noticed_by_its_heartbeat() {
    let server = NgrokServer::start(Script::default());
    let limits = TunnelLimits {
        heartbeat_interval: Duration::from_millis(100),
        heartbeat_tolerance: Duration::from_millis(900),
        ..quick()
    };
    let (mut tunnel, url) = start_online(&server, limits).await;
    serve(&mut tunnel);
    server.control(&Control::Freeze);
    let states = until(&mut tunnel, is_online).await;
    assert_eq!(states[0], TunnelState::Lost { reason: "ngrok did not answer a heartbeat".to_owned() });
    assert_eq!(post(&server, &url, "again").await.0, 200);
    tunnel.stop().await;
}

#[tokio::test]
async fn a_session_that_ngrok_ends_is_replaced() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, url) = start_online(&server, quick()).await;
    serve(&mut tunnel);
    server.control(&Control::GoAway);
    let states = until(&mut tunnel, is_online).await;
    assert!(is_lost(&states[0]), "{states:?}");
    assert_eq!(post(&server, &url, "again").await.0, 200);
    tunnel.stop().await;
}

#[tokio::test]
async fn another_url_after_a_cut_is_reported() {
    let server = NgrokServer::start(Script { keep_url: false, ..Script::default() });
    let (mut tunnel, old) = start_online(&server, quick()).await;
    server.control(&Control::Cut);
    let states = until(&mut tunnel, is_online).await;
    let new = format!("https://{}", server.endpoint().host);
    assert_ne!(old, new);
    assert_eq!(states[states.len() - 2], TunnelState::UrlChanged { old, new: new.clone() });
    assert!(matches!(states.last(), Some(TunnelState::Online { url, .. }) if *url == new), "{states:?}");
    tunnel.stop().await;
}

#[tokio::test]
async fn a_token_revoked_while_online_is_refused_for_good() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, _) = start_online(&server, quick()).await;
    server.script(|script| script.tokens.clear());
    server.control(&Control::Cut);
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    assert!(
        matches!(states.last(), Some(TunnelState::Refused(refusal)) if refusal.code.as_deref() == Some("ERR_NGROK_105"))
    );
    assert!(is_lost(&states[0]));
    assert!(!format!("{states:?}").contains(GOOD_TOKEN));
    assert_eq!(next(&mut tunnel).await, None);
    server.until("no agent is left", |state| state.agents.is_empty()).await;
}

#[tokio::test]
async fn a_stop_from_the_dashboard_ends_the_tunnel_with_the_reason_of_ngrok() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, _) = start_online(&server, quick()).await;
    server.stop_tunnel(&server.endpoint(), "stopped by an administrator", Some("ERR_NGROK_3208"));
    let Some(TunnelState::Refused(refusal)) = next(&mut tunnel).await else { panic!("not refused") };
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_3208"));
    assert_text!(refusal.meaning, @"ngrok stopped the tunnel: stopped by an administrator.");
    assert_eq!(next(&mut tunnel).await, None);
    server.until("no agent is left", |state| state.agents.is_empty()).await;
}
