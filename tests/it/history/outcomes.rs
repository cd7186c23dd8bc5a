//! What became of each delivery at the user's app: in the list, the counts and the export, also while the app has not
//! answered.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::follow::Followed;
use super::{exported, history, keeping, send, stats_line};
use crate::support::app::{App, reserved_port};
use crate::support::process::{Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, signed, timestamp, with_length};
use crate::support::snapshot::assert_run;

const PATIENCE: Duration = Duration::from_secs(20);

fn answer(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} Status\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// Answers each event with the status in its name, such as `a.status401`.
async fn app_by_name() -> App {
    let app = App::start().await;
    app.answers_by(|received| {
        let body = String::from_utf8_lossy(&received.body).into_owned();
        answer(body.split_once("status").unwrap().1[..3].parse().unwrap())
    });
    app
}

fn forwarding(folder: &Path, app: &App, arguments: &[&str]) -> Listen {
    let port = app.address.port().to_string();
    keeping(folder, &[&["--forward", &port], arguments].concat())
}

/// Waits until the newest stored delivery is as wanted.
fn wait_for(folder: &Path, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let newest = exported(folder).pop().unwrap_or_default();
        if is_wanted(&newest) {
            return newest;
        }
        assert!(Instant::now() < deadline, "{newest}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_that_is_no_event_has_no_check_mark() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    assert_eq!(send(&listen, &signed("/webhook", b"not an event")).await, 400);
    let list = history(folder.path(), &["list"]);
    assert!(list.stdout.contains(" ✗ POST /webhook"), "{list:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_event_that_the_app_refused_has_no_check_mark() {
    let (folder, app) = (TempDir::new().unwrap(), app_by_name().await);
    let listen = forwarding(folder.path(), &app, &[]);
    for status in [200, 401, 503] {
        let request = signed("/webhook", &event(&format!("a.status{status}"), 0));
        assert_eq!(send(&listen, &request).await, status);
    }
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last    ????-??-?? ??:??:??  ▲ a.status503  503 in ?.? ms  app 503 in ?.? ms
      ??????????  last-1  ????-??-?? ??:??:??  ▲ a.status401  401 in ?.? ms  app 401 in ?.? ms
      ??????????  last-2  ????-??-?? ??:??:??  ✓ a.status200  200 in ?.? ms  app 200 in ?.? ms
    3 deliveries
    ");
    assert_run!(history(folder.path(), &["stats"]).put(r"first byte: (.*)", "…").put(r"(?s)(Slowest.*)", "…"), @"
    exit: 0
    --- stdout
    3 deliveries, 0 retries
    3 events: 1 delivered, 1 refused by your app (401), 1 failed in your app (503)

    Events
      a.status200  1
      a.status401  1
      a.status503  1

    Verdicts
      valid  3

    Answers
      200  1
      401  1
      503  1

    Your app's first byte: …

    …
    ");
    let stats = stats_line(folder.path());
    assert_eq!(
        (&stats["outcomes"]["delivered"], &stats["outcomes"]["lost"], &stats["outcomes"]["retried"]),
        (&json!(1), &json!(1), &json!(1))
    );
    // With a search, the counts come from the deliveries themselves.
    let found = history(folder.path(), &["stats", "--search", "account_id", "--format", "json"]);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["outcomes"], stats["outcomes"]);
    let zoom: Vec<_> = exported(folder.path()).into_iter().map(|line| line["zoom"].clone()).collect();
    assert_eq!(zoom, ["delivered", "lost", "retried"]);
    let show = history(folder.path(), &["show", "last-1"]);
    assert!(
        show.stdout.contains("  Outcome   refused by your app (401); Zoom would not retry it\n"),
        "{}",
        show.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_verdict_is_not_shown_as_verified() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let listen = keeping(folder.path(), &[]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 204);
    std::fs::write(other.path().join("e.ndjson"), history(folder.path(), &["export"]).stdout).unwrap();
    assert_eq!(history(other.path(), &["import", "e.ndjson"]).code, Some(0));
    assert_run!(history(other.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ○ a.b  204 in ?.? ms  imported as valid, not verified here
    1 delivery
    ");
    assert_eq!(
        (&exported(other.path())[0]["imported"], &exported(other.path())[0]["zoom"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(stats_line(other.path())["outcomes"]["delivered"], 0);
    let show = history(other.path(), &["show"]);
    assert!(
        show.stdout.contains("  Verdict   valid, as its file says; not verified on this machine\n"),
        "{show:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_stored_while_the_app_has_it_and_completed_by_its_answer() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    app.pauses(Duration::from_millis(1_500));
    let listen = forwarding(folder.path(), &app, &[]);
    let request = signed("/webhook", &event("meeting.started", 0));
    let address = listen.address;
    let sending =
        tokio::spawn(async move { RawClient::connect(address).await.request(&request).await.status });
    app.next().await;
    let waiting = wait_for(folder.path(), |newest| newest["pending"] == "answer");
    let followed = Followed::start(folder.path(), &["--format", "json"]);
    let line = || serde_json::from_str::<Value>(&followed.line()).unwrap();
    assert_eq!(line()["pending"], "answer");
    assert_eq!((&waiting["answer"], &waiting["zoom"]), (&Value::Null, &Value::Null));
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  → meeting.started  no answer yet  waiting for your app
    1 delivery
    ");
    assert_eq!(stats_line(folder.path())["waiting"], 1);
    assert_eq!(sending.await.unwrap(), 204);
    let completed = line();
    assert_eq!((&completed["id"], &completed["pending"]), (&waiting["id"], &Value::Null));
    let stored = exported(folder.path());
    assert_eq!(stored.len(), 1);
    assert_eq!((&stored[0]["answer"]["status"], &stored[0]["pending"]), (&json!(204), &Value::Null));
    assert_eq!(
        (&stored[0]["zoom"], &stored[0]["relayed"][0]["role"]),
        (&json!("delivered"), &json!("answers"))
    );
    assert_run!(history(folder.path(), &["list"]).hide(r"1\.(\d) s"), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ✓ meeting.started  204 in 1.? s  app 204 in 1.? s
    1 delivery
    ");
    assert_run!(history(folder.path(), &["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 1 delivery was checked.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_whose_session_was_killed_says_so_and_can_be_replayed() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    app.pauses(Duration::from_secs(10));
    let listen = forwarding(folder.path(), &app, &[]);
    let request = signed("/webhook", &event("meeting.started", 0));
    let address = listen.address;
    // A client that has gone would not be answered, so it stays.
    let mut client = RawClient::connect(address).await;
    client.send(&request).await;
    app.next().await;
    wait_for(folder.path(), |newest| newest["pending"] == "answer");
    // The guard kills it with SIGKILL.
    drop(listen);
    assert_run!(history(folder.path(), &["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 1 delivery was checked.
    ");
    app.pauses(Duration::ZERO);
    let mut replay = zoomhook(folder.path());
    replay.args(["replay", "--to", &app.address.port().to_string(), "--history-file", "h.db"]);
    let replayed = finish({
        replay.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        replay
    });
    assert_eq!(replayed.code, Some(0), "{replayed:?}");

    // Long after the time in which the app could answer; without a checksum, as an older version stored it.
    let file = rusqlite::Connection::open(folder.path().join("h.db")).unwrap();
    file.execute_batch(
        "UPDATE deliveries SET waits_until = received_ms; UPDATE contents SET checksum = NULL;
         UPDATE unchecked SET up_to = (SELECT max(seq) FROM deliveries)",
    )
    .unwrap();
    drop(file);
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ▲ meeting.started  no answer  the session ended before your app answered
    1 delivery
    ");
    assert_eq!(exported(folder.path())[0]["zoom"], "retried");
    assert_eq!(stats_line(folder.path())["outcomes"]["no_answer"], 1);
    let mut replay = zoomhook(folder.path());
    replay.args(["replay", "--to", &app.address.port().to_string(), "--history-file", "h.db"]);
    replay.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let replayed = finish(replay);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ✓ meeting.started  no answer  then app 204 in ?.? ms
    1 delivery
    ");
    // Zoom had no answer.
    assert_eq!(exported(folder.path())[0]["zoom"], "retried");
    assert_eq!(stats_line(folder.path())["outcomes"]["delivered"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_delivery_whose_session_was_killed_says_so_until_a_replay_is_taken() {
    let folder = TempDir::new().unwrap();
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let listen = keeping(folder.path(), &["--forward", &port, "--hold"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 502);
    // The guard kills it with SIGKILL.
    drop(listen);
    assert_run!(history(folder.path(), &["list"]).hide(r"app (.*) ·"), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ▲ a.b  502 in ?.? ms  app ??????????? · the session ended before your app answered
    1 delivery
    ");
    let stored = exported(folder.path());
    assert_eq!((&stored[0]["pending"], &stored[0]["zoom"]), (&json!("ended"), &json!("retried")));
    assert_eq!(stats_line(folder.path())["outcomes"]["abandoned"], 1);
    assert_run!(history(folder.path(), &["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 1 delivery was checked.
    ");
    let mut app = App::start_on(reserved);
    let mut replay = zoomhook(folder.path());
    replay.args(["replay", "--to", &port, "--history-file", "h.db"]);
    replay.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let replayed = finish(replay);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    app.next().await;
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ✓ a.b  502 in ?.? ms  then app 204 in ?.? ms
    1 delivery
    ");
    assert_eq!(exported(folder.path())[0]["pending"], Value::Null);
    assert_eq!(stats_line(folder.path())["outcomes"]["delivered"], 1);
    assert_run!(history(folder.path(), &["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 1 delivery was checked.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_delivery_is_pending_while_its_session_runs_and_lost_once_it_is_killed() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    app.pauses(Duration::from_secs(10));
    let listen = forwarding(folder.path(), &app, &["--ack", "now"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 204);
    app.next().await;
    let zoom = || {
        let line = exported(folder.path())[0].clone();
        (line["pending"].clone(), line["zoom"].clone())
    };
    assert_eq!(zoom(), (json!("queue"), json!("delivered")));
    drop(listen);
    assert_eq!(zoom(), (json!("ended"), json!("lost")));
    let shown = history(folder.path(), &["show"]).stdout;
    assert!(
        shown.contains("  Outcome   the session ended before your app answered; Zoom would not retry it\n"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_was_held_for_the_app_shows_what_the_app_did_later() {
    let folder = TempDir::new().unwrap();
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let listen = keeping(folder.path(), &["--forward", &port, "--hold"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 502);
    assert_run!(history(folder.path(), &["list"]).hide(r"app (.*) ·"), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  → a.b  502 in ?.? ms  app ??????????? · not yet received by your app
    1 delivery
    ");
    let mut app = App::start_on(reserved);
    app.next().await;
    let stored = wait_for(folder.path(), |newest| newest["pending"].is_null());
    assert_eq!((&stored["zoom"], &stored["relayed"][1]["role"]), (&json!("retried"), &json!("queued")));
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ✓ a.b  502 in ?.? ms  then app 204 in ?.? ms
    1 delivery
    ");
    assert_eq!(stats_line(folder.path())["outcomes"]["delivered"], 1);
    assert_run!(history(folder.path(), &["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 1 delivery was checked.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_delivery_that_the_app_refuses_is_lost() {
    let (folder, mut app) = (TempDir::new().unwrap(), app_by_name().await);
    let listen = forwarding(folder.path(), &app, &["--ack", "now"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.status401", 0))).await, 204);
    app.next().await;
    let stored = wait_for(folder.path(), |newest| !newest["relayed"][0].is_null());
    assert_eq!((&stored["pending"], &stored["zoom"]), (&Value::Null, &json!("lost")));
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ▲ a.status401  204 in ?.? ms  then app 401 in ?.? ms
    1 delivery
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_the_app_answers_wrongly_has_no_check_mark() {
    let (folder, app) = (TempDir::new().unwrap(), App::start().await);
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let listen = forwarding(folder.path(), &app, &["--crc", "forward"]);
    let body = br#"{"event":"endpoint.url_validation","event_ts":1,"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}"#;
    let head = head_with("/webhook", &timestamp(0), SECRET, body);
    assert_eq!(send(&listen, &with_length(head, body)).await, 200);
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stdout
      ??????????  last  ????-??-?? ??:??:??  ▲ endpoint.url_validation  200 in ?.? ms  app 200 in ?.? ms
    1 delivery
    ");
}
