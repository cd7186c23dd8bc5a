//! What `listen` keeps on disk, and `zoomhook history` tells of it.
//!
//! - `durable.rs`: what was acknowledged, after a kill and with the file gone, locked or cut
//! - `forms.rs`: kept deliveries as other programs take them, and back into the file
//! - `follow.rs`: each delivery as it is stored
//! - `full.rs`: a full disk, a limit on files, a folder that cannot be written
//! - `load.rs`: many requests at once, and what became of each
//! - `shared.rs`: several processes on one file
//! - `ids.rs`: deliveries named by their ids: verified, compared, completed
//! - `pager.rs`: long output on a terminal

mod durable;
mod follow;
mod forms;
#[cfg(unix)]
mod full;
mod ids;
mod load;
#[cfg(unix)]
mod pager;
mod shared;

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    app::{App, reserved_port},
    process::{Finished, Listen, finish, zoomhook},
    raw_client::RawClient,
    requests::{SECRET, event, head_with, signed, timestamp, with_length},
};

/// Posts an event, signed rightly, and has it acknowledged.
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

/// All that is kept, the oldest first.
pub(crate) fn exported(folder: &Path) -> Vec<Value> {
    let finished = history(folder, &["export"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn send(listen: &Listen, request: &[u8]) -> u16 {
    RawClient::connect(listen.address).await.request(request).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_deliveries_byte_for_byte_and_the_refused_ones_too() {
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
async fn lists_shows_and_compares_what_was_kept() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    for (name, padding) in [("meeting.started", 1), ("meeting.started", 2), ("phone.ringing", 0)] {
        assert_eq!(send(&listen, &signed("/webhook", &event(name, padding))).await, 204);
    }
    let list = history(folder.path(), &["list", "--event", "meeting.*"]);
    assert_eq!(list.stdout.matches("✓ meeting.started").count(), 2, "{}", list.stdout);
    assert!(list.stdout.contains("2 deliveries of 3"), "{}", list.stdout);
    let show = history(folder.path(), &["show", "last"]);
    assert!(
        show.stdout.starts_with("phone.ringing") && show.stdout.contains("x-zm-signature"),
        "{}",
        show.stdout
    );
    let diff = history(folder.path(), &["diff", "last-2", "last-1"]);
    assert!(diff.stdout.contains("~ payload.object.topic"), "{}", diff.stdout);
    let stats = history(folder.path(), &["stats"]);
    assert!(stats.stdout.contains("3 deliveries"), "{}", stats.stdout);
    assert_eq!(stats_line(folder.path())["deliveries"], 3);
    let short = list.stdout.split_whitespace().next().unwrap().to_owned();
    assert_eq!(history(folder.path(), &["show", &short]).code, Some(0));
    assert_eq!(history(folder.path(), &["show", "01NOTANID"]).code, Some(2));
}

/// The counts, for a program.
fn stats_line(folder: &Path) -> Value {
    let stats = history(folder, &["stats", "--format", "json"]);
    assert_eq!(stats.code, Some(0), "{stats:?}");
    serde_json::from_str(&stats.stdout).unwrap()
}

#[test]
fn a_program_gets_counts_where_nothing_is_kept() {
    let folder = TempDir::new().unwrap();
    assert_eq!(stats_line(folder.path())["deliveries"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_kept_as_one() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let body = event("a.b", 0);
    for offset in [-9, -4] {
        let head = head_with("/webhook", &timestamp(offset), SECRET, &body) + "x-zm-request-id: a_b\r\n";
        assert_eq!(send(&listen, &with_length(head, &body)).await, 204);
    }
    let kept = exported(folder.path());
    assert_eq!((&kept[0]["retry_of"], &kept[1]["retry_of"]), (&Value::Null, &kept[0]["id"]));
    assert!(history(folder.path(), &["stats"]).stdout.contains("1 retry"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_recognised_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let body = event("a.b", 0);
    let request = |offset, trackingid: &str| {
        let head = head_with("/webhook", &timestamp(offset), SECRET, &body);
        let ids = format!("x-zm-request-id: a_b\r\nx-zm-trackingid: {trackingid}\r\n");
        with_length(head + &ids, &body)
    };
    let nobody = reserved_port();
    let port = nobody.local_addr().unwrap().port().to_string();
    let listen = keeping(folder.path(), &["--forward", &port]);
    assert_eq!(send(&listen, &request(-9, "one")).await, 502);
    listen.interrupted();
    let mut listen = keeping(folder.path(), &["--forward", &port]);
    assert_eq!(send(&listen, &request(-4, "two")).await, 502);
    let line = listen.delivery();
    assert_eq!((&line["retry_of"], &line["retry"]["number"]), (&exported(folder.path())[0]["id"], &json!(1)));
    let changed: Vec<_> = line["retry"]["changed_headers"].as_array().unwrap().iter().collect();
    assert!(changed.contains(&&json!("x-zm-trackingid")) && !changed.contains(&&json!("host")), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_what_the_app_answered() {
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
async fn a_file_that_is_no_history_is_told_and_let_pass_where_asked_to() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("h.db"), "this is no database, and was never one".repeat(100)).unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none", "--port", "0", "--history-file", "h.db"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = finish(command);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(
        finished.stderr.contains("h.db") && finished.stderr.contains("--no-history"),
        "{}",
        finished.stderr
    );
    let mut listen = keeping(folder.path(), &["--history", "best-effort"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await, 204);
    assert_eq!(listen.line("delivery")["verdict"], "valid");
}

#[test]
fn nothing_kept_is_no_error() {
    let folder = TempDir::new().unwrap();
    let finished = history(folder.path(), &["list"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), ""), "{finished:?}");
    assert!(finished.stderr.contains("Nothing is kept in "), "{}", finished.stderr);
}

#[test]
fn fails_with_2_where_one_was_named_and_there_is_no_history() {
    let folder = TempDir::new().unwrap();
    for command in [&["show"][..], &["show", "last"], &["diff", "last-1"]] {
        let finished = history(folder.path(), command);
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""), "{finished:?}");
        assert!(finished.stderr.contains("there is no history at"), "{}", finished.stderr);
    }
}
