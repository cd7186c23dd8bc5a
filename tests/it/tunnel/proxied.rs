//! Connections through a proxy: to ngrok, and of the probe, whose TLS is real here.

use super::probed::listen;
use super::*;
use crate::support::ngrok_server::Script;
use crate::support::proxy::ProxyDouble;

fn through(server: &NgrokServer, proxy: &str) -> TunnelSettings {
    let mut settings = settings(server);
    settings.proxies.proxy = Some(proxy.parse().unwrap());
    TunnelSettings::Ngrok(Box::new(settings))
}

#[tokio::test]
async fn session_and_probe_use_http_and_socks_proxies_with_and_without_credentials() {
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
        assert_eq!(
            tunnel.states.recv().await,
            Some(TunnelState::Stopped),
            "the URL was reported as unproven"
        );
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_the_credentials_is_named_without_them() {
    let server = NgrokServer::start(Script::default());
    server.expect_no_call();
    let proxy = ProxyDouble::start(Some("jill:hush"), server.tls_edge_address);
    let url = format!("http://jill:wrong@{}", proxy.address);
    let settings = through(&server, &url);
    let shown = format!("{settings:?}");
    let mut tunnel = start_any(settings, quick(), ProbeRoute::Off);
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert!(refusal.meaning.contains(&format!("http://{}", proxy.address)), "{refusal:?}");
    assert_text!(text_of(refusal), @"
    ngrok cannot be reached at 127.0.0.1:?????: through the proxy http://127.0.0.1:?????: it asks for a user name and a password (407).
    Check the network and any firewall or proxy in between. Alternatives: --public-url with your own URL, or --tunnel none without a public URL.
    ");
    assert!(!format!("{shown} {states:?}").contains("wrong"));
}

#[tokio::test]
async fn addresses_in_the_bypass_list_are_reached_without_the_proxy() {
    let server = NgrokServer::start(Script::default());
    let proxy = ProxyDouble::start(None, server.tls_edge_address);
    proxy.expect_no_call();
    let mut settings = settings(&server);
    settings.proxies.proxy = Some(format!("http://{}", proxy.address).parse().unwrap());
    settings.proxies.bypass = zoomhook::tunnel::Bypass::parse("127.0.0.0/8");
    let mut tunnel = start(settings, quick());
    until(&mut tunnel, is_online).await;
    assert!(proxy.targets().is_empty());
    tunnel.stop().await;
}
