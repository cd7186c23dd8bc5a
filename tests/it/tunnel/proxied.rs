//! The way out through a proxy: the connection to ngrok as well as the probe, whose TLS is real here.

use super::probed::listen;
use super::*;
use crate::support::{ngrok_server::Script, proxy::ProxyDouble};

fn through(server: &NgrokServer, proxy: &str) -> Settings {
    let mut settings = settings(server);
    settings.proxies.proxy = Some(proxy.parse().unwrap());
    Settings::Ngrok(Box::new(settings))
}

#[tokio::test]
async fn session_and_probe_go_through_either_kind_of_proxy_with_and_without_credentials() {
    for (scheme, credentials) in
        [("http", None), ("socks5", None), ("http", Some("jill:hush")), ("socks5", Some("jill:hush"))]
    {
        let server = NgrokServer::start(Script::default());
        let proxy = ProxyDouble::start(credentials, server.tls_edge_address);
        let user = credentials.map(|text| format!("{text}@")).unwrap_or_default();
        let url = format!("{scheme}://{user}{}", proxy.address);
        let mut tunnel = start_any(through(&server, &url), quick(), ProbeRoute::Public);
        let (_notices, _stop) = listen(&mut tunnel, probe_key());
        let states = until(&mut tunnel, is_online).await;
        let Some(TunnelState::Online { url: online, latency: Some(_) }) = states.last() else {
            panic!("{url}: {states:?}")
        };
        let host = online.strip_prefix("https://").unwrap();
        assert_eq!(proxy.targets(), [server.agent_address.to_string(), format!("{host}:443")], "{url}");
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped), "no doubt was told");
    }
}

#[tokio::test]
async fn fails_with_the_proxy_that_asks_for_credentials_and_shows_none() {
    let server = NgrokServer::start(Script::default());
    let proxy = ProxyDouble::start(Some("jill:hush"), server.tls_edge_address);
    let url = format!("http://jill:wrong@{}", proxy.address);
    let settings = through(&server, &url);
    let shown = format!("{settings:?}");
    let mut tunnel = start_any(settings, quick(), ProbeRoute::Off);
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert!(refusal.meaning.contains(&format!("through the proxy http://{}", proxy.address)), "{refusal:?}");
    assert!(refusal.meaning.contains("(407)"), "{refusal:?}");
    assert!(!format!("{shown} {states:?}").contains("wrong"));
}

#[tokio::test]
async fn what_the_bypass_names_is_reached_without_the_proxy() {
    let server = NgrokServer::start(Script::default());
    let proxy = ProxyDouble::start(None, server.tls_edge_address);
    let mut settings = settings(&server);
    settings.proxies.proxy = Some(format!("http://{}", proxy.address).parse().unwrap());
    settings.proxies.bypass = zoomhook::tunnel::Bypass::parse("127.0.0.0/8");
    let mut tunnel = start(settings, quick());
    until(&mut tunnel, is_online).await;
    assert!(proxy.targets().is_empty());
    tunnel.stop().await;
}
