//! What cannot work is said once, in plain words, and without the authtoken.

use std::time::Instant;

use super::*;
use crate::support::ngrok_server::{Script, Step};

#[tokio::test]
async fn fails_with_the_code_and_without_the_token_for_a_wrong_token() {
    let server = NgrokServer::start(Script::default());
    let token = "2wrongTokenOfNobody_7Hs2Kq9Vx4Bm1Zt6Rc8Ju3Lp5Gn0";
    let settings = ngrok::Settings { authtoken: Zeroizing::new(token.to_owned()), ..settings(&server) };
    let shown = format!("{settings:?} {:?}", Settings::Ngrok(Box::new(settings.clone())));
    let refusal = refused(settings, quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_105"));
    assert!(refusal.remedy.contains("--ngrok-authtoken"), "{refusal:?}");
    assert!(!format!("{shown} {refusal:?}").contains(token));
}

#[tokio::test]
async fn fails_with_ngroks_words_and_without_the_token_for_an_unknown_code() {
    let said = format!("Not today.\r\nYour authtoken: {GOOD_TOKEN}\r\n\r\nERR_NGROK_9999\r\n");
    let server = NgrokServer::start(Script { refuse_bind: Some(said), ..Script::default() });
    let refusal = refused(settings(&server), quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_9999"));
    assert_eq!(refusal.meaning, "ngrok refused: Not today. Your authtoken: [authtoken]");
}

#[tokio::test]
async fn fails_with_the_domain_that_is_not_ours() {
    let mut script = Script::default();
    script.reserved.insert("theirs.example.com".to_owned(), "another account".to_owned());
    let server = NgrokServer::start(script);
    for (domain, code) in [("nobodys.example.com", "ERR_NGROK_319"), ("theirs.example.com", "ERR_NGROK_320")]
    {
        let settings = ngrok::Settings { domain: Some(domain.to_owned()), ..settings(&server) };
        let refusal = refused(settings, quick()).await;
        assert_eq!(refusal.code.as_deref(), Some(code));
        assert!(refusal.meaning.contains(domain) && refusal.remedy.contains("--domain"), "{refusal:?}");
        server.until("the refused agent is gone", |state| state.agents.is_empty()).await;
    }
}

#[tokio::test]
async fn fails_with_the_session_limit() {
    let server = NgrokServer::start(Script::default());
    let (tunnel, _) = start_online(&server, quick()).await;
    let refusal = refused(settings(&server), quick()).await;
    assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_108"));
    tunnel.stop().await;
}

#[tokio::test]
async fn fails_after_the_limit_when_the_server_is_silent() {
    for step in [Step::Tls, Step::Authentication, Step::Binding] {
        let server = NgrokServer::start(Script { silent_at: Some(step), ..Script::default() });
        let limits = Limits { step: Duration::from_millis(200), ..quick() };
        let refusal = refused(settings(&server), limits).await;
        assert!(refusal.meaning.contains("within 200ms"), "{step:?}: {refusal:?}");
        assert_eq!(refusal.code, None);
        server.until("the silent connection is closed", |state| state.agents.is_empty()).await;
    }
}

#[tokio::test]
async fn fails_with_the_address_where_nothing_listens() {
    let server = NgrokServer::start(Script::default());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let settings = ngrok::Settings { connect_url: Some(free.clone()), ..settings(&server) };
    let refusal = refused(settings, quick()).await;
    assert!(refusal.meaning.contains(&free), "{refusal:?}");
}

#[tokio::test]
async fn fails_with_a_hint_at_the_certificate_authority() {
    let server = NgrokServer::start(Script::default());
    let untrusting = ngrok::Settings { ca: Authorities::Ngrok, ..settings(&server) };
    let refusal = refused(untrusting, quick()).await;
    assert!(refusal.remedy.contains("--ngrok-ca"), "{refusal:?}");
    let empty = ngrok::Settings { ca: Authorities::Pem(b"no certificate".to_vec()), ..settings(&server) };
    let refusal = refused(empty, quick()).await;
    assert!(refusal.meaning.contains("no certificate"), "{refusal:?}");
}

#[tokio::test]
async fn fails_at_once_for_an_ipv6_address() {
    let server = NgrokServer::start(Script::default());
    let settings = ngrok::Settings { connect_url: Some("[::1]:443".to_owned()), ..settings(&server) };
    let began = Instant::now();
    let refusal = refused(settings, quick()).await;
    assert!(refusal.meaning.contains("IPv6") && began.elapsed() < Duration::from_secs(5), "{refusal:?}");
    assert_eq!(server.look(|state| state.dials), 0);
}
