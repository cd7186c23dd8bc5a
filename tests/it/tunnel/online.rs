//! A public URL, and requests that arrive through it.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::*;
use crate::support::ngrok_server::{Request as Asked, Script};

#[tokio::test]
async fn a_request_arrives_with_the_address_of_the_client() {
    let server = NgrokServer::start(Script::default());
    let (mut tunnel, url) = start_online(&server, quick()).await;
    assert_eq!(url, format!("https://{}", server.endpoint().host));
    serve(&mut tunnel);
    let (status, text, client) = post(&server, &url, "{\"event\":\"meeting.started\"}").await;
    assert_eq!((status, text), (200, format!("{client} 127.0.0.1 {{\"event\":\"meeting.started\"}}")));
    tunnel.stop().await;
}

#[tokio::test]
async fn a_domain_of_the_account_is_used() {
    let mut script = Script::default();
    script.reserved.insert("mine.example.com".to_owned(), GOOD_TOKEN.to_owned());
    let server = NgrokServer::start(script);
    let mut tunnel = start(
        ngrok::NgrokSettings { domain: Some("mine.example.com".to_owned()), ..settings(&server) },
        quick(),
    );
    let states = until(&mut tunnel, is_online).await;
    assert!(
        matches!(states.last(), Some(TunnelState::Online { url, .. }) if url == "https://mine.example.com"),
        "{states:?}"
    );
}

#[tokio::test]
async fn ngrok_gets_the_client_and_the_target_of_the_tunnel() {
    let server = NgrokServer::start(Script::default());
    let (tunnel, _) = start_online(&server, quick()).await;
    let auth = server.requests(Asked::Auth).remove(0);
    assert_eq!(auth["Extra"]["ClientType"], json!("zoomhook"));
    assert_eq!(auth["Extra"]["Version"], json!(env!("CARGO_PKG_VERSION")));
    assert_eq!(auth["Extra"]["HeartbeatInterval"], json!(10_000_000_000_u64));
    let bind = server.requests(Asked::Bind).remove(0);
    assert_eq!(bind["ForwardsTo"], json!("127.0.0.1:4000"));
    assert_eq!(bind["Proto"], json!("https"));
    tunnel.stop().await;
}

#[tokio::test]
async fn an_unanswered_request_delays_no_other() {
    let server = Arc::new(NgrokServer::start(Script::default()));
    let (mut tunnel, url) = start_online(&server, quick()).await;
    let slow = tokio::spawn({
        let (server, url) = (server.clone(), url.clone());
        async move { post(&server, &url, "slow").await.0 }
    });
    let _kept = timeout(PATIENCE, tunnel.connections.recv()).await.unwrap().unwrap();
    serve(&mut tunnel);
    for _ in 0..20 {
        assert_eq!(timeout(PATIENCE, post(&server, &url, "quick")).await.unwrap().0, 200);
    }
    assert!(!slow.is_finished());
    slow.abort();
    tunnel.stop().await;
}

#[tokio::test]
async fn the_edge_of_ngrok_gets_its_settings() {
    let mut script = Script::default();
    script.reserved.insert("mine.example.com".to_owned(), GOOD_TOKEN.to_owned());
    let server = NgrokServer::start(script);
    let policy = r#"{"on_http_request":[]}"#;
    let edge = ngrok::Edge {
        allow_cidr: vec!["3.7.35.0/25".to_owned()],
        deny_cidr: vec!["203.0.113.0/24".to_owned()],
        policy: Some(policy.to_owned()),
        pool: true,
        verify: Some(Zeroizing::new("zooms-secret".to_owned())),
    };
    let settings =
        ngrok::NgrokSettings { domain: Some("mine.example.com".to_owned()), edge, ..settings(&server) };
    let shown = format!("{settings:?}");
    let mut tunnel = start(settings, quick());
    until(&mut tunnel, is_online).await;
    let bind = server.requests(Asked::Bind).remove(0);
    assert_eq!(bind["Opts"]["IPRestriction"]["allow_cidrs"], json!(["3.7.35.0/25"]));
    assert_eq!(bind["Opts"]["IPRestriction"]["deny_cidrs"], json!(["203.0.113.0/24"]));
    assert_eq!(bind["Opts"]["TrafficPolicy"], json!(policy));
    assert_eq!(bind["Opts"]["WebhookVerification"]["provider"], json!("zoom"));
    assert_eq!(bind["Opts"]["WebhookVerification"]["secret"], json!("zooms-secret"));
    assert_eq!(bind["Extra"]["PoolingEnabled"], json!(true));
    assert!(!shown.contains("zooms-secret"));
    tunnel.stop().await;
}

#[tokio::test]
async fn a_listener_that_accepts_nothing_does_not_block_the_session() {
    // The number of connections that may wait for the listener, and some more.
    const WAITING: usize = 256;
    const DROPPED: usize = 40;
    let server = Arc::new(NgrokServer::start(Script::default()));
    let (mut tunnel, url) = start_online(&server, quick()).await;
    let mut clients = JoinSet::new();
    for number in 1..=WAITING + DROPPED {
        let (server, url) = (server.clone(), url.clone());
        clients.spawn(async move { post(&server, &url, "").await.0 });
        // Not all at once: connections beyond the system's backlog at the double's edge would dial again only after
        // a second or more.
        if number % 32 == 0 {
            let arrived = || tunnel.connections.len() >= number.min(WAITING);
            while !arrived() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }
    // No connection is accepted, so the surplus is refused at once.
    for _ in 0..DROPPED {
        assert_eq!(timeout(PATIENCE, clients.join_next()).await.unwrap().unwrap().unwrap(), 502);
    }
    // The others are served as soon as the listener accepts them.
    serve(&mut tunnel);
    for _ in 0..WAITING {
        assert_eq!(timeout(PATIENCE, clients.join_next()).await.unwrap().unwrap().unwrap(), 200);
    }
    tunnel.stop().await;
}
