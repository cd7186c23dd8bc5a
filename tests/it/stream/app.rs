//! The follower's app: what it gets, when, and with which signature.

use serde_json::json;

use super::{names, numbered, send, send_numbered, sharing, status, zooms};
use crate::support::app::{App, reserved_port};
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;
use crate::support::requests::{SECRET, event, head_with, sign, timestamp, with_length};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_confirmed_once_the_app_took_it() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let mut app = App::start().await;
    let port = app.address.port().to_string();
    let mut follower = Listen::follow(&server.url(), &["--as", "maria", "--forward", &port]);
    let request = zooms("meeting.started", "r1", 0);
    assert_eq!(send(&hub, &request).await.status, 204);
    let received = app.next().await;
    assert_eq!(received.body, event("meeting.started", 0));
    // The signature is Zoom's own as long as it is recent.
    let stamp = received.header("x-zm-request-timestamp")[0];
    assert!(String::from_utf8_lossy(&request).contains(&format!("x-zm-request-timestamp: {stamp}\r\n")));
    assert_eq!(follower.delivery()["relayed"], json!(null));
    let relayed = follower.line("relayed");
    assert_eq!((&relayed["role"], &relayed["status"]), (&json!("queued"), &json!(204)));
    assert_eq!(relayed["signed_afresh"], json!(null));
    assert_eq!(follower.interrupted().0.code(), Some(0));
    assert_eq!(status(&server)["followers"][0]["unconfirmed"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_event_is_signed_afresh_for_the_app() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let mut app = App::start().await;
    let port = app.address.port().to_string();
    let mut follower = Listen::follow(&server.url(), &["--as", "maria", "--forward", &port]);
    let body = event("meeting.started", 0);
    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 120)).await.status, 204);
    let received = app.next().await;
    let stamp = received.header("x-zm-request-timestamp")[0];
    assert!(stamp >= timestamp(-10).as_str(), "{stamp}");
    assert_eq!(received.header("x-zm-signature"), [sign(SECRET, stamp, &body)]);
    assert_eq!(received.header("x-zm-request-id"), ["r1"]);
    assert_eq!(follower.line("relayed")["signed_afresh"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_did_not_take_comes_again_and_is_not_shown_again() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let home = tempfile::tempdir().unwrap();
    let history = home.path().join("history.db").display().to_string();
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let arguments = ["--as", "maria", "--forward", &port, "--hold", "--history-file", &history];
    let mut follower = Listen::follow(&server.url(), &arguments);
    send_numbered(&hub, 0..3).await;
    assert_eq!(names(&mut follower, 3), numbered(0..3));
    assert_eq!(follower.interrupted().0.code(), Some(0));
    assert_eq!(status(&server)["followers"][0]["unconfirmed"], 3);

    let mut app = App::start_on(reserved);
    let mut follower = Listen::follow(&server.url(), &arguments);
    assert_eq!(follower.ready["behind"], 3);
    assert_eq!(follower.line("warning")["code"], "stream_resumes");
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(app.next().await.body);
        assert_eq!(follower.line("relayed")["status"], 204);
    }
    bodies.sort();
    assert_eq!(bodies, [0, 1, 2].map(|number| event(&format!("event.n{number}"), 0)));
    let (_, lines, _) = follower.interrupted();
    assert!(lines.iter().all(|line| line["type"] != "delivery"), "{lines:?}");
    assert_eq!(status(&server)["followers"][0]["unconfirmed"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_ack_now_an_event_is_confirmed_before_the_app_has_it() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let arguments = ["--as", "maria", "--forward", &port, "--hold", "--ack", "now"];
    let mut follower = Listen::follow(&server.url(), &arguments);
    send_numbered(&hub, 0..1).await;
    assert_eq!(names(&mut follower, 1), numbered(0..1));
    assert_eq!(follower.line("relayed")["outcome"], "unreachable");
    assert_eq!(status(&server)["followers"][0]["unconfirmed"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_of_the_session_that_shares_gets_events_after_zoom_is_answered() {
    let Some(server) = NatsServer::start() else { return };
    let mut app = App::start().await;
    app.answers("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    let port = app.address.port().to_string();
    let mut hub = Listen::start(&["--share", &server.url(), "--forward", &port]);
    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 0)).await.status, 204);
    app.next().await;
    let relayed = hub.line("relayed");
    assert_eq!((&relayed["role"], &relayed["status"]), (&json!("queued"), &json!(401)));
}

#[tokio::test(flavor = "multi_thread")]
async fn unverified_events_reach_the_app_only_if_the_user_wants_it() {
    let Some(server) = NatsServer::start() else { return };
    let hub = Listen::start(&["--share", &server.url(), "--share-refused"]);
    let mut app = App::start().await;
    let port = app.address.port().to_string();
    let arguments = ["--as", "maria", "--forward", &port, "--forward-unverified"];
    let mut follower = Listen::follow(&server.url(), &arguments);
    let body = event("meeting.started", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    assert_eq!(send(&hub, &forged).await.status, 401);
    assert_eq!(app.next().await.body, body);
    assert_eq!(follower.delivery()["verdict"], "invalid");
}
