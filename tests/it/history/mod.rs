//! The history that `listen` writes to disk, and `zoomhook history`, which reads it.
//!
//! - `durable.rs`: acknowledged deliveries after a kill, and with the file removed, locked or truncated
//! - `damage.rs`: a damaged file
//! - `forms.rs`: deliveries exported for other programs, and imported again
//! - `follow.rs`: `list --follow`
//! - `full.rs`: a full disk, a limit on file sizes, a read-only folder
//! - `load.rs`: many requests at once, and the check of what was stored
//! - `shared.rs`: several processes on one file
//! - `outcomes.rs`: what became of each delivery at the user's app, also while it waits
//! - `projects.rs`: several projects in one history, and deleting from it
//! - `ids.rs`: deliveries named by their ids: verified, compared, completed
//! - `pager.rs`: long output on a terminal

mod damage;
mod durable;
mod follow;
mod forms;
#[cfg(unix)]
mod full;
mod ids;
mod load;
mod outcomes;
#[cfg(unix)]
mod pager;
mod projects;
mod shared;

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::{App, reserved_port};
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, signed, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// The signature of a timestamp that changes.
const SIGNATURE: &str = r"v0=(\w{64})";

/// Posts a correctly signed event, which is acknowledged.
async fn keep(listen: &Listen, name: &str, padding: usize) {
    assert_eq!(send(listen, &signed("/webhook", &event(name, padding))).await, 204);
}

/// Listens with a history in `folder`.
fn keeping(folder: &Path, arguments: &[&str]) -> Listen {
    Listen::start_with(|command| {
        command.args(["--tunnel", "none"]).args(arguments);
        command.arg("--history-file").arg(folder.join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

pub(crate) fn history(folder: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(folder);
    command.arg("history").arg("--history-file").arg(folder.join("h.db")).args(arguments);
    finish(command)
}

/// All stored deliveries, the oldest first.
pub(crate) fn exported(folder: &Path) -> Vec<Value> {
    let finished = history(folder, &["export"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn send(listen: &Listen, request: &[u8]) -> u16 {
    RawClient::connect(listen.address).await.request(request).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_stored_byte_for_byte_and_refused_ones_too() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path(), &[]);
    let body = br#"{"event":"meeting.started","payload":{"object":{"topic":"\u00e9 \uD83D\uDE80","n":1.0}}}"#;
    assert_eq!(send(&listen, &signed("/webhook", body)).await, 204);
    let other = event("meeting.ended", 0);
    let head =
        head_with("/webhook", &timestamp(0), "another-secret", &other) + "authorization: Bearer hush\r\n";
    assert_eq!(send(&listen, &with_length(head, &other)).await, 401);
    let ids = [listen.delivery(), listen.delivery()].map(|line| line["id"].clone());

    let kept = exported(folder.path());
    assert_eq!(kept.iter().map(|line| line["id"].clone()).collect::<Vec<_>>(), ids);
    assert_eq!(kept[0]["body"], std::str::from_utf8(body).unwrap());
    assert_eq!((&kept[1]["verdict"], &kept[1]["reason"]), (&"invalid".into(), &"signature_mismatch".into()));
    let file = std::fs::read(folder.path().join("h.db")).unwrap();
    let wal = std::fs::read(folder.path().join("h.db-wal")).unwrap_or_default();
    for secret in [&b"Bearer hush"[..], SECRET.as_bytes()] {
        assert!(![&file, &wal].iter().any(|bytes| bytes.windows(secret.len()).any(|part| part == secret)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn list_show_diff_and_stats_print_the_stored_deliveries() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    for (name, padding) in [("meeting.started", 1), ("meeting.started", 2), ("phone.ringing", 0)] {
        assert_eq!(send(&listen, &signed("/webhook", &event(name, padding))).await, 204);
    }
    let list = history(folder.path(), &["list", "--event", "meeting.*"]);
    let short = list.stdout.split_whitespace().next().unwrap().to_owned();
    assert_run!(list, @"
    exit: 0
    --- stdout
      ??????????  last-1  ????-??-?? ??:??:??  ✓ meeting.started  204 in ?.? ms  xx
      ??????????  last-2  ????-??-?? ??:??:??  ✓ meeting.started  204 in ?.? ms  x
    2 of 3 deliveries shown
    ");
    assert_run!(history(folder.path(), &["show", "last"]).hide(SIGNATURE), @r#"
    exit: 0
    --- stdout
    phone.ringing  ??????????????????????????

      Received  ????-??-?? ??:??:??
      Verdict   valid
      Secret    ZOOM_WEBHOOK_SECRET_TOKEN
      Answered  204 in ?.? ms
      From      127.0.0.1:????? (local)
      Request   POST http://localhost/webhook
      Project   /folder/of/test

    Headers
      host: localhost
      x-zm-request-timestamp: ??????????
      x-zm-signature: v0=????????????????????????????????????????????????????????????????
      content-length: 91

    Body  91 bytes
      {
        "event": "phone.ringing",
        "payload": {
          "account_id": "abc",
          "object": {
            "topic": ""
          }
        },
        "event_ts": 1
      }
    "#);
    assert_run!(history(folder.path(), &["diff", "last-2", "last-1"]), @r#"
    exit: 0
    --- stdout
    - ??????????????????????????  ????-??-?? ??:??:??  meeting.started
    + ??????????????????????????  ????-??-?? ??:??:??  meeting.started

    Headers
    ~ content-length
        - 94
        + 95

    Body
    ~ payload.object.topic
        - "x"
        + "xx"
    "#);
    assert_run!(history(folder.path(), &["stats"]), @"
    exit: 0
    --- stdout
    3 deliveries, 0 retries
    3 events verified

    Events
      meeting.started  2
      phone.ringing    1

    Verdicts
      valid  3

    Answers
      204  3
    ");
    assert_eq!(stats_line(folder.path())["deliveries"], 3);
    assert_eq!(history(folder.path(), &["show", &short]).code, Some(0));
    assert_run!(history(folder.path(), &["show", "0000000000"]), @"
    exit: 2
    --- stderr
    error: no delivery has an id that begins with 0000000000
      `zoomhook history list` shows the ids.
    ");
}

/// The counts in JSON.
fn stats_line(folder: &Path) -> Value {
    let stats = history(folder, &["stats", "--format", "json"]);
    assert_eq!(stats.code, Some(0), "{stats:?}");
    serde_json::from_str(&stats.stdout).unwrap()
}

#[test]
fn stats_in_json_has_counts_without_a_history() {
    let folder = TempDir::new().unwrap();
    assert_eq!(stats_line(folder.path())["deliveries"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_stored_as_a_retry() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let body = event("a.b", 0);
    for offset in [-9, -4] {
        let head = head_with("/webhook", &timestamp(offset), SECRET, &body) + "x-zm-request-id: a_b\r\n";
        assert_eq!(send(&listen, &with_length(head, &body)).await, 204);
    }
    let kept = exported(folder.path());
    assert_eq!((&kept[0]["retry_of"], &kept[1]["retry_of"]), (&Value::Null, &kept[0]["id"]));
    assert_run!(history(folder.path(), &["stats"]), @"
    exit: 0
    --- stdout
    2 deliveries, 1 retry
    2 events verified

    Events
      a.b  2

    Verdicts
      valid  2

    Answers
      204  2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_recognized_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let body = event("a.b", 0);
    let request = |offset, trackingid: &str| {
        let head = head_with("/webhook", &timestamp(offset), SECRET, &body);
        let ids = format!("x-zm-request-id: a_b\r\nx-zm-trackingid: {trackingid}\r\n");
        with_length(head + &ids, &body)
    };
    let closed = reserved_port();
    let port = closed.local_addr().unwrap().port().to_string();
    let listen = keeping(folder.path(), &["--forward", &port]);
    assert_eq!(send(&listen, &request(-9, "one")).await, 502);
    listen.interrupted();
    let mut listen = keeping(folder.path(), &["--forward", &port]);
    assert_eq!(send(&listen, &request(-4, "two")).await, 502);
    let line = listen.delivery();
    assert_eq!((&line["retry_of"], &line["retry"]["number"]), (&exported(folder.path())[0]["id"], &json!(1)));
    let changed = ["x-zm-request-timestamp", "x-zm-signature", "x-zm-trackingid"];
    assert_eq!(line["retry"]["changed_headers"], json!(changed), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_the_app_is_stored() {
    let folder = TempDir::new().unwrap();
    let mut app = App::start().await;
    app.answers("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok");
    let port = app.address.port().to_string();
    let mut listen = keeping(folder.path(), &["--forward", &port, "--ack", "now"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 204);
    app.next().await;
    listen.line("relayed");
    let kept = exported(folder.path());
    assert_eq!((&kept[0]["relayed"][0]["status"], &kept[0]["answer"]["status"]), (&201.into(), &204.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_a_history_fails_unless_best_effort_is_set() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("h.db"), "this is no database, and was never one".repeat(100)).unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none", "--port", "0", "--history-file", "h.db"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: h.db is not a zoomhook history, or nothing is left of it: file is not a database
      Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
    ");
    let mut listen = keeping(folder.path(), &["--history", "best-effort"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 204);
    assert_eq!(listen.line("delivery")["verdict"], "valid");
}

#[test]
fn a_list_without_a_history_is_not_an_error() {
    let folder = TempDir::new().unwrap();
    assert_run!(history(folder.path(), &["list"]), @"
    exit: 0
    --- stderr
    Nothing is stored in /folder/of/test/h.db yet. `zoomhook listen` stores every delivery.
    ");
}

#[test]
fn a_delivery_without_a_history_fails_with_2() {
    let folder = TempDir::new().unwrap();
    for command in [&["show"][..], &["show", "last"], &["diff", "last-1"]] {
        insta::allow_duplicates! { assert_run!(history(folder.path(), command), @"
        exit: 2
        --- stderr
        error: there is no history at /folder/of/test/h.db
          `zoomhook listen` stores every delivery. To use another file, add --history-file.
        "); }
    }
}
