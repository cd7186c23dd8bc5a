//! What is published, what a follower makes of it, and who gets what.

use serde_json::{Value, json};

use super::{names, numbered, send, send_numbered, sharing, status, zooms};
use crate::support::nats_server::NatsServer;
use crate::support::process::{Listen, finish, zoomhook};
use crate::support::requests::{SECRET, event, head_with, timestamp, with_length};
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_gets_the_exact_bytes_and_verifies_them_itself() {
    let Some(server) = NatsServer::start() else { return };
    let mut hub = sharing(&server);
    let mut follower = Listen::follow(&server.url(), &["--as", "maria", "--headers"]);
    assert_eq!(follower.ready["stream"]["as"], "maria");
    assert_eq!(hub.ready["shares_on"], json!({ "server": server.url(), "app": "default" }));

    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 0)).await.status, 204);
    let (at_hub, here) = (hub.delivery(), follower.delivery());
    for field in ["received_at", "verdict", "body", "event", "request_id", "target", "secret_name", "peer"] {
        assert_eq!(here[field], at_hub[field], "{field}");
    }
    assert_eq!((&here["verdict"], &here["route"]), (&json!("valid"), &json!("stream")));
    assert_eq!(here["answer"], json!({ "status": 204, "ms": null }));
    let id = |line: &Value| line["id"].as_str().unwrap().to_owned();
    assert_eq!(id(&here)[..10], id(&at_hub)[..10], "the time of the delivery");
    assert_ne!(id(&here), id(&at_hub), "both may be in one history");
    let headers = here["headers"].to_string();
    assert!(headers.contains("x-zm-signature") && !headers.contains("zoomhook-"), "{headers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_and_sessions_behind_one_url_store_an_event_once() {
    let Some(server) = NatsServer::start() else { return };
    let (one, other) = (sharing(&server), sharing(&server));
    for (hub, age) in [(&one, 9), (&one, 4), (&other, 2), (&other, 0)] {
        assert_eq!(send(hub, &zooms("meeting.started", "r1", age)).await.status, 204);
    }
    assert_eq!(send(&other, &zooms("meeting.started", "r2", 0)).await.status, 204);
    assert_eq!(status(&server)["events"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_was_away_catches_up_in_order() {
    let Some(server) = NatsServer::start() else { return };
    let count = std::env::var("ZOOMHOOK_STREAM_EVENTS").map_or(300, |count| count.parse().unwrap());
    let hub = sharing(&server);
    let home = tempfile::tempdir().unwrap();
    let history = home.path().join("history.db");
    let history = history.to_str().unwrap();
    let arguments = ["--as", "maria", "--history-file", history];
    let mut follower = Listen::follow(&server.url(), &arguments);
    send_numbered(&hub, 0..2).await;
    assert_eq!(names(&mut follower, 2), numbered(0..2));
    assert_eq!(follower.interrupted().0.code(), Some(0));

    send_numbered(&hub, 2..count).await;
    let mut follower = Listen::follow(&server.url(), &arguments);
    assert_eq!(follower.ready["behind"], count - 2);
    assert_eq!(names(&mut follower, count - 2), numbered(2..count));
    assert_eq!(follower.interrupted().0.code(), Some(0));
    assert_eq!(status(&server)["followers"][0]["behind"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_name_gets_everything_and_processes_of_one_name_share_it() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let follow = |name| Listen::follow(&server.url(), &["--as", name]);
    let (mut alone, one, other) = (follow("alone"), follow("shared"), follow("shared"));
    send_numbered(&hub, 0..60).await;
    assert_eq!(names(&mut alone, 60), numbered(0..60));
    // Ctrl-C after everything was confirmed: nothing comes later.
    while status(&server)["followers"].as_array().unwrap().iter().any(|one| one["unconfirmed"] != 0) {}
    let mut seen: Vec<_> = [one, other]
        .into_iter()
        .flat_map(|follower| follower.interrupted().1)
        .filter(|line| line["type"] == "delivery")
        .map(|line| line["event"].as_str().unwrap().to_owned())
        .collect();
    seen.sort_by_key(|name| name["event.n".len()..].parse::<usize>().unwrap());
    assert_eq!(seen, numbered(0..60));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_begins_now_or_in_the_past() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    send_numbered(&hub, 0..3).await;
    let mut new = Listen::follow(&server.url(), &["--as", "new"]);
    let mut back = Listen::follow(&server.url(), &["--as", "back", "--since", "1h"]);
    assert_eq!((&new.ready["new"], &back.ready["behind"]), (&json!(true), &json!(3)));
    send_numbered(&hub, 3..4).await;
    assert_eq!(names(&mut new, 1), numbered(3..4));
    assert_eq!(names(&mut back, 4), numbered(0..4));
    assert_eq!(back.interrupted().0.code(), Some(0));
    // `--new` skips what was missed.
    send_numbered(&hub, 4..6).await;
    let mut back = Listen::follow(&server.url(), &["--as", "back", "--new"]);
    send_numbered(&hub, 6..7).await;
    assert_eq!(names(&mut back, 1), numbered(6..7));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_secret_token_nothing_is_called_genuine() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let mut none = Listen::follow_with(|command| {
        command.args([&server.url(), "--as", "none"]);
    });
    let mut other = Listen::follow_with(|command| {
        command.args([&server.url(), "--as", "other"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", "another-secret");
    });
    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 0)).await.status, 204);
    let (none, other) = (none.delivery(), other.delivery());
    assert_eq!((&none["verdict"], &none["reason"]), (&json!("unknown"), &json!("no_secret")));
    assert_eq!((&none["event"], &none["zoom"]), (&json!("meeting.started"), &Value::Null));
    assert_eq!((&other["verdict"], &other["reason"]), (&json!("invalid"), &json!("signature_mismatch")));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_requests_are_shared_only_if_wanted_and_are_never_duplicates() {
    let Some(server) = NatsServer::start() else { return };
    let hub = Listen::start(&["--share", &server.url(), "--share-refused"]);
    let quiet = sharing(&server);
    let mut follower = Listen::follow(&server.url(), &["--as", "maria"]);
    let body = event("meeting.started", 0);
    let head = head_with("/webhook", &timestamp(0), "another-secret", &body);
    let forged = with_length(format!("{head}x-zm-request-id: r1\r\nnats-rollup: all\r\n"), &body);
    // The request id of a forged request must not keep the genuine event out.
    for hub in [&hub, &hub, &quiet] {
        assert_eq!(send(hub, &forged).await.status, 401);
    }
    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 0)).await.status, 204);
    let verdicts: Vec<_> = (0..3).map(|_| follower.delivery()["verdict"].clone()).collect();
    assert_eq!(verdicts, ["invalid", "invalid", "valid"]);
    assert_eq!(status(&server)["events"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_is_answered_and_not_shared() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let body = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}"#;
    let head = head_with("/webhook", &timestamp(0), SECRET, body);
    assert_eq!(send(&hub, &with_length(head, body)).await.status, 200);
    assert_eq!(status(&server)["events"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_expectations_work_as_in_listen() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let arguments = ["--as", "ci", "--events", "event.n1", "--expect", "event.n1"];
    let mut follower = Listen::follow(&server.url(), &arguments);
    send_numbered(&hub, 0..2).await;
    let (status, lines, stderr) = follower.ended();
    assert_eq!(status.code(), Some(0), "{stderr}");
    let shown: Vec<_> = lines.iter().filter(|line| line["type"] == "delivery").collect();
    assert_eq!((shown.len(), &shown[0]["event"]), (1, &json!("event.n1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_where_a_follower_begins_and_what_it_gets() {
    let Some(server) = NatsServer::start() else { return };
    let home = tempfile::tempdir().unwrap();
    let hub = sharing(&server);
    drop(Listen::follow(&server.url(), &["--as", "maria"]));
    send_numbered(&hub, 0..1).await;
    let mut command = zoomhook(home.path());
    command.args(["follow", &server.url(), "--as", "maria", "--exit-after", "1"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    assert_run!(finished, @r#"
    exit: 0
    --- stdout
     ??:??:??.???  ✓ event.n0
                   {
                     "event": "event.n0",
                     "payload": {
                       "account_id": "abc",
                       "object": {
                         "topic": ""
                       }
                     },
                     "event_ts": 1
                   }
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Stream    nats://127.0.0.1:?????   app default   as maria
      History   on · 0 deliveries stored

      1 earlier event first, then new ones.


      Ran for ?.? s.
      ✓ 1 event verified
          event.n0   1
    "#);
}
