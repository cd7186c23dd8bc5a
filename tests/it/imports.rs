//! `history import` of files that others wrote: they choose no target, nothing of them is signed unasked, and they hide
//! nothing that this machine received.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, sign, signed, timestamp};
use crate::support::snapshot::{assert_run, assert_text};

const CRAFTED: &str = r#"{"event":"user.deleted","payload":{"crafted":true},"event_ts":2}"#;

fn run(folder: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(folder);
    command.args(arguments).arg("--history-file").arg(folder.join("h.db"));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

fn import(folder: &Path, lines: &[Value]) -> Finished {
    let file = folder.join("crafted.ndjson");
    std::fs::write(&file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    run(folder, &["history", "import", file.to_str().unwrap()])
}

fn imported(folder: &Path, lines: &[Value]) {
    let finished = import(folder, lines);
    assert_eq!((finished.code, &*finished.stderr), (Some(0), &*format!("{} imported.\n", lines.len())));
}

/// A line that claims everything: received through the tunnel, valid, signed with the user's token, sent to `target`.
fn crafted(number: u8, method: &str, target: &str) -> Value {
    json!({
        "v": 1, "type": "delivery", "id": format!("01J2GZ5YHJ{number:016}"), "received_at": "2024-07-11T13:44:15.858Z",
        "verdict": "valid", "secret_name": "ZOOM_WEBHOOK_SECRET_TOKEN", "event": "user.deleted", "body": CRAFTED,
        "method": method, "target": "/v1/containers/app", "route": "tunnel", "tunnel": "ngrok", "headers": [],
        "relayed": [{"target": target, "role": "answers", "outcome": "answered", "status": 200, "ms": 1.0,
            "headers": [], "body": ""}],
    })
}

fn keeping(folder: &Path) -> Listen {
    Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(folder.join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

/// Sends an event to `listen`; returns the line of the delivery.
async fn received(listen: &mut Listen, name: &str) -> Value {
    RawClient::connect(listen.address).await.request(&signed("/webhook", &event(name, 0))).await;
    listen.delivery()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_or_a_method_of_an_imported_file_is_not_used() {
    let (folder, mut service) = (TempDir::new().unwrap(), App::start().await);
    let target = format!("http://{}", service.address);
    imported(folder.path(), &[crafted(1, "POST", "unix:/run/docker.sock"), crafted(2, "DELETE", &target)]);
    assert_run!(run(folder.path(), &["replay", "last", "--exact"]), @"
    exit: 2
    --- stderr
      The old signature is sent. A good receiver refuses a signature older than 5 minutes.
    error: the delivery was imported, so it has no target
      Name a target with --to, such as --to 3000.
    ");
    assert_run!(run(folder.path(), &["replay", "last-1"]), @"
    exit: 2
    --- stderr
    error: the delivery was imported, so it has no target
      Name a target with --to, such as --to 3000.
    ");
    assert_run!(run(folder.path(), &["replay", "--all", "--exact"]), @"
    exit: 2
    --- stderr
      The old signature is sent. A good receiver refuses a signature older than 5 minutes.
      Imported deliveries that were skipped: 2. They have no target. To send them, add --to.
    error: no stored delivery matches
      `zoomhook history list` takes the same filters. Retries need --with-retries. Challenges, and deliveries that none of your secret tokens signed, must be named by id.
    ");
    // The running `listen` is not a target either.
    let _listen = keeping(folder.path());
    assert_eq!(run(folder.path(), &["replay", "last-1", "--yes"]).code, Some(2));
    let port = service.address.port().to_string();
    assert_run!(run(folder.path(), &["replay", "last", "--to", &port]), @"
    exit: 2
    --- stderr
    error: ??????????????????????????: its method is not POST, and Zoom sends no other
      To send the request as it is stored, add --exact and --to.
    ");
    assert!(service.got_nothing_more());
    assert_run!(run(folder.path(), &["replay", "last", "--exact", "--to", &port]), @"
    exit: 0
    --- stdout
      ✓ user.deleted   204 in ?.? ms  ?????????????????????????? → http://localhost:?????
        status: was 200, is 204
    --- stderr
      The old signature is sent. A good receiver refuses a signature older than 5 minutes.
    ");
    assert!(service.next().await.head.starts_with("DELETE /v1/containers/app HTTP/1.1\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_request_without_a_known_signature_is_signed_only_by_its_id() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let mut unsigned = crafted(1, "POST", "http://localhost:1");
    let mut refused = crafted(2, "POST", "http://localhost:1");
    for name in ["route", "secret_name", "relayed"] {
        unsigned.as_object_mut().unwrap().remove(name);
        refused.as_object_mut().unwrap().remove(name);
    }
    refused["verdict"] = json!("invalid");
    refused["reason"] = json!("signature_mismatch");
    // What the user's token signed is genuine, whoever exported it.
    let mut genuine = crafted(3, "POST", "http://localhost:1");
    let signature = sign(SECRET, "1720705455", CRAFTED.as_bytes());
    genuine["headers"] = json!([["x-zm-request-timestamp", "1720705455"], ["x-zm-signature", signature]]);
    imported(folder.path(), &[crafted(4, "POST", "http://localhost:1"), unsigned, refused, genuine.clone()]);
    let to = app.address.port().to_string();
    assert_run!(run(folder.path(), &["replay", "--all", "--to", &to]), @"
    exit: 0
    --- stdout
      ✓ user.deleted   204 in ?.? ms  ?????????????????????????? → http://localhost:?????
        status: was 200, is 204
    --- stderr
      Deliveries that were skipped: 3. Their signatures match none of your secret tokens, and a new signature would hide that. To send them, give their ids.
    ");
    assert_eq!(app.next().await.body, CRAFTED.as_bytes());
    for verdict in ["valid", "invalid", "unknown"] {
        let all =
            run(folder.path(), &["replay", "--all", "--verdict", verdict, "--to", &to, "--format", "json"]);
        let sent = all.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone());
        let expected = if verdict == "valid" { vec![genuine["id"].clone()] } else { Vec::new() };
        assert_eq!(sent.collect::<Vec<_>>(), expected, "{verdict}");
    }
    app.next().await;
    assert!(app.got_nothing_more());
    let named = run(folder.path(), &["replay", "01J2GZ5YHJ0000000000000001", "--to", &to]);
    assert_run!(named, @"
    exit: 0
    --- stdout
      ✓ user.deleted   204 in ?.? ms  ?????????????????????????? → http://localhost:?????
    --- stderr
      ?????????????????????????? was imported, and its signature matches none of your secret tokens: nothing shows that Zoom sent it. It is now signed with your secret token, so your app cannot tell it from a request from Zoom. `zoomhook verify ??????????????????????????` shows what its signature matches.
    ");
    let again = app.next().await;
    let stamp = again.header("x-zm-request-timestamp")[0];
    assert_eq!(again.header("x-zm-signature"), [sign(SECRET, stamp, CRAFTED.as_bytes())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_token_signed_is_signed_only_by_its_id() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let mut listen = keeping(folder.path());
    received(&mut listen, "meeting.started").await;
    let to = app.address.port().to_string();
    let replay = |arguments: &[&str]| {
        let mut command = zoomhook(folder.path());
        command.arg("replay").args(arguments).args(["--to", &to, "--history-file", "h.db"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", "token of another app");
        finish(command)
    };
    assert_run!(replay(&["--all"]), @"
    exit: 2
    --- stderr
      Deliveries that were skipped: 1. Their signatures match none of your secret tokens, and a new signature would hide that. To send them, give their ids.
    error: no stored delivery matches
      `zoomhook history list` takes the same filters. Retries need --with-retries. Challenges, and deliveries that none of your secret tokens signed, must be named by id.
    ");
    assert!(app.got_nothing_more());
    assert_run!(replay(&["last"]), @"
    exit: 0
    --- stdout
      ✓ meeting.started   204 in ?.? ms  ?????????? → http://localhost:?????
    --- stderr
      ?????????? was accepted when it arrived, but its signature matches none of your secret tokens now. It is now signed with your secret token, so your app cannot tell it from a request from Zoom. `zoomhook verify ??????????` shows what its signature matches.
    ");
    app.next().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_delivery_never_hides_a_received_one() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path());
    let id = received(&mut listen, "meeting.started").await["id"].as_str().unwrap().to_owned();
    let now = jiff::Timestamp::now();
    let at = |time: jiff::Timestamp, number| {
        let mut line = crafted(number, "POST", "http://localhost:1");
        let id = ulid::Ulid::from_parts(time.as_millisecond().unsigned_abs(), number.into());
        line["id"] = json!(id.to_string());
        line["received_at"] = json!(time.to_string());
        line
    };
    let hours = |hours| now + jiff::SignedDuration::from_hours(hours);
    let mut late_id = at(hours(1), 1);
    late_id["id"] = json!("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    let mut late_time = at(hours(1), 2);
    late_time["received_at"] = json!("2126-01-01T00:00:00Z");
    // Without the fields of an export, the line is a capture.
    let captured = json!({"v": 1, "type": "delivery", "received_at": "2126-01-01T00:00:00Z", "method": "POST",
        "target": "/", "headers": {"x-zm-signature": "v0=ab"}, "body": CRAFTED});
    assert_run!(import(folder.path(), &[late_id, late_time, captured, at(hours(23), 3), at(hours(-9), 4)]), @"
    exit: 4
    --- stderr
    /folder/of/test/crafted.ndjson: line 1: its time in the id, 281474976710655 ms after 1970, is more than a day in the future; check this machine's clock
    /folder/of/test/crafted.ndjson: line 2: its received_at, 2126-01-01T00:00:00Z, is more than a day in the future; check this machine's clock
    /folder/of/test/crafted.ndjson: line 3: its time of capture, 2126-01-01T00:00:00Z, is more than a day in the future; check this machine's clock
    2 imported, 3 could not be read.
    ");
    let shown = |which: &str| {
        let line = run(folder.path(), &["history", "show", which, "--format", "json"]).stdout;
        serde_json::from_str::<Value>(&line).unwrap()["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(shown("last"), id);
    // Imported ones in the order of the import, not of the times that they claim.
    assert_eq!(shown("last-1"), at(hours(-9), 4)["id"].as_str().unwrap());
    assert_eq!(shown("last-2"), at(hours(23), 3)["id"].as_str().unwrap());
    assert_eq!(run(folder.path(), &["history", "show", "last-3"]).code, Some(2));
    let listed = run(folder.path(), &["history", "list"]).stdout;
    assert_eq!(listed.lines().filter(|line| line.contains("imported")).count(), 2, "{listed}");
    let next = received(&mut listen, "meeting.ended").await["id"].as_str().unwrap().to_owned();
    assert_eq!((shown("last"), shown("last-1")), (next, id));
}

#[test]
fn an_imported_delivery_waits_for_nothing() {
    let folder = TempDir::new().unwrap();
    let now = jiff::Timestamp::now();
    let waiting = |number, pending: &str, until: Option<jiff::Timestamp>| {
        let mut line = crafted(number, "POST", "http://localhost:1");
        line["received_at"] = json!(now.to_string());
        line["relayed"] = json!([]);
        line["pending"] = json!(pending);
        line["pending_until"] = json!(until.map(|until| until.to_string()));
        line
    };
    let in_an_hour = now + jiff::SignedDuration::from_hours(1);
    imported(
        folder.path(),
        &[waiting(1, "queue", None), waiting(2, "answer", Some(in_an_hour)), waiting(3, "ended", None)],
    );
    assert_run!(run(folder.path(), &["history", "list"]), @"
    exit: 0
    --- stdout
      ??????????????????????????  last    ????-??-?? ??:??:??  ○ user.deleted  no answer  imported as valid, not verified here · the session ended before your app answered
      ??????????????????????????  last-1  ????-??-?? ??:??:??  ○ user.deleted  no answer  imported as valid, not verified here · the session ended before your app answered
      ??????????????????????????  last-2  ????-??-?? ??:??:??  ○ user.deleted  no answer  imported as valid, not verified here · the session ended before your app answered
    3 deliveries
    ");
    // What is exported again is stored in the same way.
    let exported = |folder: &Path| -> Vec<Value> {
        let lines = run(folder, &["history", "export"]).stdout;
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (first, other) = (exported(folder.path()), TempDir::new().unwrap());
    imported(other.path(), &first);
    let waits = |lines: &[Value]| -> Vec<Value> {
        lines.iter().map(|line| json!([line["pending"], line["pending_until"]])).collect()
    };
    assert_eq!(waits(&exported(other.path())), waits(&first));
    assert_eq!((&first[0]["pending"], &first[2]["pending"]), (&json!("ended"), &json!("ended")));
}

#[test]
fn a_list_and_one_delivery_have_the_same_time_of_the_apps_answer() {
    let folder = TempDir::new().unwrap();
    let mut line = crafted(1, "POST", "http://localhost:1");
    line["relayed"][0]["first_byte_ms"] = json!(1.0);
    line["relayed"][0]["ms"] = json!(2900.0);
    imported(folder.path(), &[line]);
    assert!(run(folder.path(), &["history", "list"]).stdout.contains("app 200 in 2.9 s"));
    assert!(run(folder.path(), &["history", "show"]).stdout.contains("answered 200 in 2.9 s"));
}

#[test]
fn a_line_with_a_value_that_no_session_records_is_refused() {
    let folder = TempDir::new().unwrap();
    let with = |pointer: &str, value: Value| {
        let mut line = crafted(1, "POST", "http://localhost:1");
        line["answer"] = json!({"status": 204, "ms": 1.0});
        line["event_ts"] = json!(1);
        for absent in ["reason", "pending", "retry_of"] {
            line[absent] = Value::Null;
        }
        *line.pointer_mut(pointer).unwrap() = value;
        line
    };
    let lines = [
        with("/answer/status", json!(0)),
        with("/answer/status", json!(99_999)),
        with("/relayed/0/status", json!(99)),
        with("/answer/ms", json!(-1)),
        with("/relayed/0/ms", json!(1e300)),
        with("/event_ts", json!(1.5)),
        with("/received_at", json!("1969-07-20T20:17:40Z")),
        with("/received_at", json!("yesterday")),
        with("/id", json!("1")),
        with("/method", json!("GET /")),
        with("/headers", json!({"a": "b"})),
        with("/event_ts", json!(-1)),
        with("/verdict", json!("great")),
        with("/reason", json!("\u{1b}]52;c;eA==\u{7}")),
        with("/route", json!("websocket")),
        with("/tunnel", json!("zrok")),
        with("/relayed/0/role", json!("boss")),
        with("/relayed/0/outcome", json!("great")),
        with("/pending", json!("forever")),
        with("/pending", json!("answer")),
        with("/retry_of", json!("the first")),
        with("/target", json!("/a HTTP/1.1\r\nx-admin: 1")),
        with("/relayed/0/target", json!("http://a\n")),
        with("/headers", json!([["a\r\nx-admin", "1"]])),
        with("/headers", json!([["a", "1\r\nx-admin: 1"]])),
        with("/v", json!(0)),
        with("/event", json!("kept")),
    ];
    assert_run!(import(folder.path(), &lines), @r"
    exit: 4
    --- stderr
    /folder/of/test/crafted.ndjson: line 1: its answer's status is 0, which is not an HTTP status from 100 to 999
    /folder/of/test/crafted.ndjson: line 2: its answer's status is 99999, which is not an HTTP status from 100 to 999
    /folder/of/test/crafted.ndjson: line 3: its relay's status is 99, which is not an HTTP status from 100 to 999
    /folder/of/test/crafted.ndjson: line 4: its answer's ms is -1, which is not a time from 0 ms to a week
    /folder/of/test/crafted.ndjson: line 5: its relay's ms is 1e+300, which is not a time from 0 ms to a week
    /folder/of/test/crafted.ndjson: line 6: its event_ts is 1.5, which is not a whole number of milliseconds since 1970
    /folder/of/test/crafted.ndjson: line 7: its received_at is 1969-07-20T20:17:40Z, which is not a time after 1970
    /folder/of/test/crafted.ndjson: line 8: its received_at is yesterday, which is not a time in RFC 3339
    /folder/of/test/crafted.ndjson: line 9: its id is 1, which is not an id of zoomhook (26 letters and digits)
    /folder/of/test/crafted.ndjson: line 10: its method is GET /, which is not an HTTP method
    /folder/of/test/crafted.ndjson: line 11: not a zoomhook delivery line: invalid type: map, expected a sequence at line 1 column 164
    /folder/of/test/crafted.ndjson: line 12: its event_ts is -1, which is not a whole number of milliseconds since 1970
    /folder/of/test/crafted.ndjson: line 13: its verdict is great, which is not valid, invalid or unknown
    /folder/of/test/crafted.ndjson: line 14: its reason is \u{1b}]52;c;eA==\u{7}, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 15: its route is websocket, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 16: its tunnel is zrok, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 17: its relay's role is boss, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 18: its relay's outcome is great, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 19: its pending is forever, a word that this version of zoomhook does not have; a newer one may
    /folder/of/test/crafted.ndjson: line 20: its pending_until is missing, which is not a time up to a week after received_at
    /folder/of/test/crafted.ndjson: line 21: its retry_of is the first, which is not an id of zoomhook (26 letters and digits)
    /folder/of/test/crafted.ndjson: line 22: its target is /a HTTP/1.1\r\nx-admin: 1, which is not a path or a URL
    /folder/of/test/crafted.ndjson: line 23: its relay's target is http://a\n, which is not a path or a URL
    /folder/of/test/crafted.ndjson: line 24: its header is a\r\nx-admin, which is not the name of an HTTP header
    /folder/of/test/crafted.ndjson: line 25: its header's value is 1\r\nx-admin: 1, which is not the value of an HTTP header
    /folder/of/test/crafted.ndjson: line 26: its v is 0, which is not the number of a format
    1 imported, 26 could not be read.
    ");
}

#[test]
fn a_line_of_a_newer_version_is_named_as_such() {
    let folder = TempDir::new().unwrap();
    let mut newer = crafted(1, "POST", "http://localhost:1");
    newer["v"] = json!(99);
    let ready = json!({"v": 2, "type": "hello"});
    assert_run!(import(folder.path(), &[newer, ready]), @"
    exit: 4
    --- stderr
    /folder/of/test/crafted.ndjson: line 1: it has format 99, and this version of zoomhook reads format 1: update zoomhook
    /folder/of/test/crafted.ndjson: line 2: it has format 2, and this version of zoomhook reads format 1: update zoomhook
    0 imported, 2 could not be read.
    ");
}

#[test]
fn the_number_of_outcomes_of_a_line_is_limited() {
    let folder = TempDir::new().unwrap();
    let mut line = crafted(1, "POST", "http://localhost:1");
    let outcome = json!({"target": "a", "role": "queued", "outcome": "answered", "ms": 1});
    line["relayed"] = vec![outcome; 3_000].into();
    assert_run!(import(folder.path(), &[line]), @"
    exit: 4
    --- stderr
    /folder/of/test/crafted.ndjson: line 1: its number of relayed is 3000, which is not at most 1,000
    0 imported, 1 could not be read.
    ");
}

#[test]
fn a_capture_with_a_header_that_http_cannot_carry_is_refused() {
    let folder = TempDir::new().unwrap();
    let har = |url: &str, name: &str, value: &str| {
        let headers = json!([{"name": "x-zm-signature", "value": "v0=ab"}, {"name": name, "value": value}]);
        let body = json!({"mimeType": "application/json", "text": CRAFTED});
        json!({"request": {"method": "POST", "url": url, "headers": headers, "postData": body}})
    };
    let entries = [
        har("http://a/\r\nx-admin: 1", "a", "1"),
        har("http://a/", "a\r\nx-admin", "1"),
        har("http://a/", "a", "1\r\nx-admin: 1"),
        har("http://a/", "a", "1"),
    ];
    let file = folder.path().join("crafted.har");
    std::fs::write(&file, json!({"log": {"entries": entries}}).to_string()).unwrap();
    assert_run!(run(folder.path(), &["history", "import", file.to_str().unwrap()]), @r"
    exit: 4
    --- stderr
    /folder/of/test/crafted.har: line 1: its target is http://a/\r\nx-admin: 1, which is not a path or a URL
    /folder/of/test/crafted.har: line 1: its header is a\r\nx-admin, which is not the name of an HTTP header
    /folder/of/test/crafted.har: line 1: its header's value is 1\r\nx-admin: 1, which is not the value of an HTTP header
    1 imported, 3 could not be read.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_delivery_does_not_make_a_first_attempt_a_retry() {
    let folder = TempDir::new().unwrap();
    let body = String::from_utf8(event("meeting.started", 0)).unwrap();
    let mut line = crafted(1, "POST", "http://localhost:1");
    line["received_at"] = json!(jiff::Timestamp::now().to_string());
    line["id"] = json!(ulid::Ulid::from_parts(timestamp(0).parse::<u64>().unwrap() * 1000, 1).to_string());
    line["body"] = json!(body);
    imported(folder.path(), &[line]);
    let mut listen = keeping(folder.path());
    assert_eq!(received(&mut listen, "meeting.started").await["retry_of"], Value::Null);
    drop(listen);
    // A received one is recognized after a restart.
    let mut listen = keeping(folder.path());
    assert!(received(&mut listen, "meeting.started").await["retry_of"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_earlier_version_is_updated_before_it_is_read() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path());
    let id = received(&mut listen, "meeting.started").await["id"].as_str().unwrap().to_owned();
    drop(listen);
    imported(folder.path(), &[crafted(1, "POST", "http://localhost:1")]);
    let file = Connection::open(folder.path().join("h.db")).unwrap();
    file.execute_batch(
        "ALTER TABLE deliveries DROP COLUMN project;
         ALTER TABLE deliveries DROP COLUMN waits_until;
         ALTER TABLE deliveries DROP COLUMN imported;
         ALTER TABLE deliveries DROP COLUMN relays;
         ALTER TABLE contents DROP COLUMN checksum;
         ALTER TABLE relays DROP COLUMN checksum;
         DROP TABLE unchecked;
         PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(file);
    let shown = run(folder.path(), &["history", "show", "last", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&shown.stdout).unwrap()["id"], json!(id), "{shown:?}");
    // Its time proves that it was imported.
    let replayed = run(folder.path(), &["replay", "01J2GZ5YHJ0000000000000001"]);
    assert_text!(replayed.stderr, @"
    error: the delivery was imported, so it has no target
      Name a target with --to, such as --to 3000.
    ");
}
