//! Refusals: one message, with a cause and a remedy, and without the authtoken.

use std::time::Instant;

use super::*;
use crate::support::ngrok_server::{Script, Step};

#[tokio::test]
async fn a_wrong_token_fails_with_a_code_and_is_not_printed() {
    let server = NgrokServer::start(Script::default());
    let token = "2wrongTokenOfNobody_7Hs2Kq9Vx4Bm1Zt6Rc8Ju3Lp5Gn0";
    let settings = ngrok::NgrokSettings { authtoken: Zeroizing::new(token.to_owned()), ..settings(&server) };
    let shown = format!("{settings:?} {:?}", TunnelSettings::Ngrok(Box::new(settings.clone())));
    let refusal = refused(settings, quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_105"));
    assert_text!(text_of(&refusal), @"
    The authtoken does not have the form of an ngrok authtoken.
    Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.
    ");
    assert!(!format!("{shown} {refusal:?}").contains(token));
}

#[tokio::test]
async fn an_unknown_code_fails_with_the_text_of_ngrok_without_the_token() {
    let said = format!("Not today.\r\nYour authtoken: {GOOD_TOKEN}\r\n\r\nERR_NGROK_9999\r\n");
    let server = NgrokServer::start(Script { refuse_bind: Some(said), ..Script::default() });
    let refusal = refused(settings(&server), quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_9999"));
    assert_text!(text_of(&refusal), @"
    ngrok refused: Not today. Your authtoken: [authtoken]
    See https://ngrok.com/docs/errors/err_ngrok_9999
    ");
}

#[tokio::test]
async fn a_domain_of_another_account_fails_with_the_domain() {
    let mut script = Script::default();
    script.reserved.insert("theirs.example.com".to_owned(), "another account".to_owned());
    let server = NgrokServer::start(script);
    let mut texts = Vec::new();
    for (domain, code) in [("nobodys.example.com", "ERR_NGROK_319"), ("theirs.example.com", "ERR_NGROK_320")]
    {
        let settings = ngrok::NgrokSettings { domain: Some(domain.to_owned()), ..settings(&server) };
        let refusal = refused(settings, quick()).await;
        assert_eq!(refusal.code.as_deref(), Some(code));
        texts.push(text_of(&refusal));
        server.until("the refused agent is gone", |state| state.agents.is_empty()).await;
    }
    assert_text!(texts.join("\n\n"), @"
    The domain nobodys.example.com is not reserved for this account.
    Use a domain that https://dashboard.ngrok.com/domains lists for this account, or leave out --domain to use the account's free domain.

    The domain theirs.example.com is reserved for another account.
    Use a domain that https://dashboard.ngrok.com/domains lists for this account, or leave out --domain to use the account's free domain.
    ");
}

#[tokio::test]
async fn one_session_too_many_fails_with_the_code_of_the_limit() {
    let server = NgrokServer::start(Script::default());
    let (tunnel, _) = start_online(&server, quick()).await;
    let refusal = refused(settings(&server), quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_108"));
    tunnel.stop().await;
}

#[tokio::test]
async fn a_silent_server_fails_after_the_time_limit() {
    let mut texts = Vec::new();
    for step in [Step::Tls, Step::Authentication, Step::Binding] {
        let server = NgrokServer::start(Script { silent_at: Some(step), ..Script::default() });
        let limits = TunnelLimits { step: Duration::from_millis(200), ..quick() };
        let refusal = refused(settings(&server), limits).await;
        texts.push(format!("{step:?}: {}", text_of(&refusal)));
        assert_eq!(refusal.code, None);
        server.until("the silent connection is closed", |state| state.agents.is_empty()).await;
    }
    assert_text!(texts.join("\n\n"), @"
    Tls: ngrok cannot be reached at 127.0.0.1:?????: no connection within 200ms.
    Check the network and any firewall or proxy in between. Alternatives: --public-url with your own URL, or --tunnel none without a public URL.

    Authentication: 127.0.0.1:????? accepted the connection, but did not answer the authentication within 200ms.
    Try again. A firewall or proxy in between may block the answer. Alternatives: --public-url with your own URL, or --tunnel none without a public URL.

    Binding: 127.0.0.1:????? accepted the connection, but did not answer the request for an endpoint within 200ms.
    Try again. A firewall or proxy in between may block the answer. Alternatives: --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

#[tokio::test]
async fn an_address_without_a_server_fails_with_the_address() {
    let server = NgrokServer::start(Script::default());
    server.expect_no_call();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let settings = ngrok::NgrokSettings { connect_url: Some(free.clone()), ..settings(&server) };
    let refusal = refused(settings, quick()).await;
    assert!(refusal.meaning.contains(&free), "{refusal:?}");
    assert_text!(text_of(&refusal), @"
    ngrok cannot be reached at 127.0.0.1:?????: Connection refused.
    Check the network and any firewall or proxy in between. Alternatives: --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

#[tokio::test]
async fn an_unknown_certificate_authority_fails_with_a_hint() {
    let server = NgrokServer::start(Script::default());
    let untrusting = ngrok::NgrokSettings { ca: Authorities::Ngrok, ..settings(&server) };
    let refusal = refused(untrusting, quick()).await;
    assert_text!(text_of(&refusal), @"
    TLS with 127.0.0.1:????? failed: invalid peer certificate: UnknownIssuer.
    If a company proxy intercepts TLS, pass its certificate authority with --ngrok-ca.
    ");
    let empty =
        ngrok::NgrokSettings { ca: Authorities::Pem(b"no certificate".to_vec()), ..settings(&server) };
    let refusal = refused(empty, quick()).await;
    assert_text!(text_of(&refusal), @"
    The certificate authorities for ngrok contain no certificate in PEM format.
    Pass --ngrok-ca a file with lines such as -----BEGIN CERTIFICATE-----.
    ");
}

#[tokio::test]
async fn an_ipv6_address_fails_at_once() {
    let server = NgrokServer::start(Script::default());
    server.expect_no_call();
    let settings = ngrok::NgrokSettings { connect_url: Some("[::1]:443".to_owned()), ..settings(&server) };
    let began = Instant::now();
    let refusal = refused(settings, quick()).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_text!(text_of(&refusal), @r#"
    ngrok's connect URL "[::1]:443" is an IPv6 address, which the ngrok SDK cannot use.
    Use a host name or an IPv4 address, such as connect.ngrok-agent.com:443.
    "#);
}
