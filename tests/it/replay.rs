//! `zoomhook replay`: deliveries that a real `listen` recorded, sent to the app again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::history::{exported, history};
use crate::support::app::{App, Received};
#[cfg(unix)]
use crate::support::process::{Finished, Listen, finish, signal, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, sign, signed, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// An app, and a folder with the history of a `listen` that forwards to it.
struct Kept {
    folder: TempDir,
    app: App,
    listen: Listen,
}

impl Kept {
    async fn start() -> Self {
        let (folder, app) = (TempDir::new().unwrap(), App::start().await);
        let listen = Listen::start_with(|command| {
            command.args(["--tunnel", "none", "--forward", &app.address.port().to_string()]);
            command.arg("--history-file").arg(folder.path().join("h.db"));
            command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        });
        Self { folder, app, listen }
    }

    /// Sends one request through `listen`; returns what the app got, and the id.
    async fn take(&mut self, request: &[u8]) -> (Received, String) {
        RawClient::connect(self.listen.address).await.request(request).await;
        let id = self.listen.delivery()["id"].as_str().unwrap().to_owned();
        (self.app.next().await, id)
    }

    /// Sends one request that `listen` refuses itself.
    async fn refuse(&mut self, request: &[u8]) {
        RawClient::connect(self.listen.address).await.request(request).await;
        assert_eq!(self.listen.delivery()["relayed"], Value::Null);
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        command(self.folder.path(), arguments)
    }

    fn replay(&self, arguments: &[&str]) -> Finished {
        finish(self.command(arguments))
    }

    /// The lines of `--format json`.
    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let finished = self.replay(&[arguments, &["--format", "json"]].concat());
        finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn command(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = zoomhook(folder);
    command.arg("replay").args(arguments).arg("--history-file").arg(folder.join("h.db"));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command
}

/// A delivery that was signed some seconds ago, with a request id of Zoom.
fn delivered(body: &[u8], seconds_ago: i64) -> Vec<u8> {
    let head = head_with("/webhook?a=b", &timestamp(-seconds_ago), SECRET, body);
    with_length(head + "x-zm-request-id: a_b\r\ncontent-type: application/json\r\n", body)
}

const BODY: &[u8] =
    br#"{ "event":"meeting.started", "payload":{"object":{"topic":"caf\u00e9 \/","n":1.0}},"event_ts":1 }"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_has_a_new_signature_and_every_byte_of_the_body() {
    let mut kept = Kept::start().await;
    let (first, _) = kept.take(&delivered(BODY, 60)).await;
    assert_run!(kept.replay(&[]), @"
    exit: 0
    --- stdout
      ✓ meeting.started   204 in ?.? ms  ?????????? → http://localhost:?????
        Same answer as before.
    ");
    let again = kept.app.next().await;
    assert_eq!(again.body, BODY);
    assert!(again.head.starts_with("POST /webhook?a=b HTTP/1.1\r\n"), "{}", again.head);
    let stamp = again.header("x-zm-request-timestamp")[0];
    assert_ne!(first.header("x-zm-request-timestamp"), [stamp]);
    assert_eq!(again.header("x-zm-signature"), [sign(SECRET, stamp, BODY)]);
    for name in ["x-zm-request-id", "content-type", "host", "x-forwarded-for", "x-forwarded-proto"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_sends_the_recorded_request_and_needs_no_secret() {
    let mut kept = Kept::start().await;
    let request = delivered(BODY, 60);
    let head_end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let with_credentials =
        [&request[..head_end], b"\r\nauthorization: Bearer hush", &request[head_end..]].concat();
    let (first, _) = kept.take(&with_credentials).await;
    let mut command = kept.command(&["last", "--exact"]);
    command.env_remove("ZOOM_WEBHOOK_SECRET_TOKEN");
    assert_run!(finish(command), @"
    exit: 0
    --- stdout
      ✓ meeting.started   204 in ?.? ms  ?????????? → http://localhost:?????
        Same answer as before.
    --- stderr
      The old signature is sent. A good receiver refuses a signature older than 5 minutes.
      Sent without these headers, because the history stores no credentials: authorization.
    ");
    let again = kept.app.next().await;
    // `listen` marks what it forwards; `replay` is another session.
    let is_kept =
        |line: &&str| !line.starts_with("authorization:") && !line.starts_with("x-zoomhook-forward:");
    let without_credentials: String = first.head.split_inclusive('\n').filter(is_kept).collect();
    assert!(first.head.contains("authorization: Bearer hush\r\n"));
    assert_eq!((again.head, again.body), (without_credentials, first.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_not_received_is_not_sent_as_an_empty_one() {
    let mut kept = Kept::start().await;
    for request in [
        with_length("POST /hook HTTP/1.1\r\nhost: x\r\n".to_owned(), BODY),
        with_length("PUT /webhook HTTP/1.1\r\nhost: x\r\n".to_owned(), BODY),
    ] {
        kept.refuse(&request).await;
        for arguments in [&["last"][..], &["last", "--exact", "--to", "3000"]] {
            let finished = kept.replay(arguments);
            assert_eq!(finished.code, Some(2));
            assert!(finished.stderr.contains("its body was not received"), "{}", finished.stderr);
        }
    }
    assert_run!(kept.replay(&["last"]), @"
    exit: 2
    --- stderr
    error: ??????????????????????????: its body was not received, because the request was refused first
      `zoomhook history show ID` shows the complete delivery.
    ");
    kept.refuse(&signed("/hook", BODY)).await;
    let port = kept.app.address.port().to_string();
    assert_eq!(kept.replay(&["--all", "--verdict", "valid", "--to", &port]).code, Some(0));
    assert_eq!(kept.app.next().await.body, BODY);
    assert!(kept.app.got_nothing_more());
}

#[tokio::test(flavor = "multi_thread")]
async fn set_changes_one_value_and_nothing_else() {
    let mut kept = Kept::start().await;
    kept.take(&delivered(BODY, 0)).await;
    assert_eq!(kept.replay(&["last", "--set", "payload.object.n:=2"]).code, Some(0));
    let again = kept.app.next().await;
    let expected = String::from_utf8(BODY.to_vec()).unwrap().replace("1.0", "2").into_bytes();
    assert_eq!(again.body, expected);
    let stamp = again.header("x-zm-request-timestamp")[0];
    assert_eq!(again.header("x-zm-signature"), [sign(SECRET, stamp, &expected)]);
    assert_run!(kept.replay(&["last", "--set", "event.x=1"]), @"
    exit: 2
    --- stderr
    error: ??????????????????????????: --set cannot be applied to this delivery: event.x: event is neither an object nor a list
      `zoomhook history show ID` shows the complete delivery.
    ");
    assert_run!(kept.replay(&["last", "--exact", "--set", "a=1"]), @"
    exit: 2
    --- stderr
    error: the argument '--exact' cannot be used with '--set <PATH=TEXT|PATH:=JSON>'

    Usage: zoomhook replay --exact --history-file <PATH> <ID>...

    For more information, try '--help'.
    ");
    assert!(kept.app.got_nothing_more());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_reports_how_the_answer_differs() {
    let mut kept = Kept::start().await;
    let ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    kept.app.answers(&format!("{ok}content-length: 12\r\n\r\n{{\"stored\":1}}"));
    let (_, id) = kept.take(&delivered(BODY, 0)).await;
    assert_eq!(kept.lines(&[&id])[0]["changed"], json!([]));
    kept.app.answers(&format!("{ok}content-length: 12\r\n\r\n{{\"stored\":2}}").replace("200 OK", "500 Oh"));
    let line = &kept.lines(&[&id[..12]])[0];
    let expected = json!([
        {"what": "status", "then": "200", "now": "500"},
        {"what": "body.stored", "then": "1", "now": "2"},
    ]);
    assert_eq!((&line["changed"], &line["zoom"], &line["id"]), (&expected, &json!("retried"), &json!(id)));
    assert_run!(kept.replay(&[&id]), @r#"
    exit: 5
    --- stdout
      ✗ meeting.started   500 in ?.? ms  ?????????? → http://localhost:?????
        Zoom would retry after 5 minutes.
        It answered: {"stored":2}
        status: was 200, is 500
        body ~ stored: was 1, is 2
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sends_matching_deliveries_in_order_without_retries_and_challenges() {
    let mut kept = Kept::start().await;
    for name in ["meeting.started", "phone.ringing", "meeting.ended"] {
        kept.take(&signed("/webhook", &event(name, 0))).await;
    }
    let repeated = event("meeting.again", 0);
    kept.take(&delivered(&repeated, 2)).await;
    kept.take(&delivered(&repeated, 1)).await;
    kept.take(&signed("/webhook", br#"{"payload":{"plainToken":"a"},"event":"endpoint.url_validation"}"#))
        .await;
    let sent = |arguments: &[&str]| -> Vec<String> {
        kept.lines(arguments).iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
    };
    let all = ["meeting.started", "phone.ringing", "meeting.ended", "meeting.again"];
    assert_eq!(sent(&["--all"]), all);
    assert_eq!(sent(&["--all", "--event", "phone.*"]), ["phone.ringing"]);
    assert_eq!(sent(&["--all", "--with-retries", "--search", "again"]).len(), 2);
    for event_name in all {
        assert_eq!(kept.app.next().await.body, event(event_name, 0));
    }
    assert_run!(kept.replay(&["--event", "phone.*"]), @"
    exit: 2
    --- stderr
    error: a filter needs --all
      `zoomhook replay --all --since 1h --event 'meeting.*'` sends all that match.
    ");
    assert_run!(kept.replay(&["--all", "--event", "no.such"]), @"
    exit: 2
    --- stderr
    error: no stored delivery matches
      `zoomhook history list` takes the same filters. Retries need --with-retries. Challenges, and deliveries that none of your secret tokens signed, must be named by id.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn speed_keeps_the_gaps_between_deliveries() {
    let mut kept = Kept::start().await;
    for name in ["first.event", "second.event"] {
        kept.take(&signed("/webhook", &event(name, 0))).await;
    }
    let port = kept.app.address.port().to_string();
    let took = |gap: Duration, speed: &str| {
        let apart = apart(kept.folder.path(), gap);
        let begun = Instant::now();
        let finished = finish(command(apart.path(), &["--all", "--to", &port, "--speed", speed]));
        let took = begun.elapsed();
        insta::allow_duplicates! { assert_run!(finished, @"
        exit: 0
        --- stdout
          ✓ first.event   204 in ?.? ms  ?????????? → http://localhost:?????
            Same answer as before.
          ✓ second.event   204 in ?.? ms  ?????????? → http://localhost:?????
            Same answer as before.
        --- stderr
          2 deliveries sent again: 2 accepted; 2 answers as before, 0 changed.
        "); }
        took
    };
    let (short, long) = (Duration::from_millis(400), Duration::from_secs(10));
    assert!(took(short, "1x") >= short);
    let at_ten = took(long, "10x");
    assert!(at_ten >= long / 10 && at_ten < long, "{at_ten:?}");
    assert!(took(long, "max") < long);
}

/// The two deliveries of this history in another history, with this gap between them.
fn apart(folder: &Path, gap: Duration) -> TempDir {
    let apart = TempDir::new().unwrap();
    let mut lines = exported(folder);
    let first: jiff::Timestamp = lines[0]["received_at"].as_str().unwrap().parse().unwrap();
    lines[1]["received_at"] = json!((first + gap).to_string());
    let file = apart.path().join("apart.ndjson");
    std::fs::write(&file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let imported = history(apart.path(), &["import", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    apart
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_delivery_can_be_sent_again_with_a_correct_signature() {
    let mut kept = Kept::start().await;
    let body = event("a.b", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    RawClient::connect(kept.listen.address).await.request(&forged).await;
    kept.listen.delivery();
    let port = kept.app.address.port().to_string();
    let line = &kept.lines(&["last", "--to", &port])[0];
    assert_eq!((&line["changed"], &line["right"]), (&Value::Null, &json!(true)));
    let again = kept.app.next().await;
    let stamp = again.header("x-zm-request-timestamp")[0];
    assert_eq!(again.header("x-zm-signature"), [sign(SECRET, stamp, &body)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_fails_if_its_answer_is_wrong() {
    let mut kept = Kept::start().await;
    kept.app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    kept.take(&signed("/webhook", br#"{"payload":{"plainToken":"a"},"event":"endpoint.url_validation"}"#))
        .await;
    kept.listen.line("relayed");
    let finished = kept.replay(&["last", "--format", "json"]);
    let line: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((finished.code, &line["hints"]), (Some(5), &json!(["app_challenge"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_download_token_is_reported() {
    let mut kept = Kept::start().await;
    let body =
        br#"{"event":"recording.completed","event_ts":1700000000000,"payload":{},"download_token":"abc"}"#;
    kept.take(&delivered(body, 0)).await;
    assert_run!(kept.replay(&["last"]).put("expired (.*) ago", "…"), @"
    exit: 0
    --- stdout
      ✓ recording.completed   204 in ?.? ms  ?????????? → http://localhost:?????
        Same answer as before.
        download_token expired … ago: your app cannot use it.
    ");
    assert_eq!(kept.lines(&["last"])[0]["expired"][0]["path"], "download_token");
}

/// A delivery with a credential, and with Zoom's client id.
fn with_credentials(seconds_ago: i64) -> Vec<u8> {
    let head = head_with("/webhook", &timestamp(-seconds_ago), SECRET, BODY);
    with_length(head + "clientid: abc\r\nauthorization: Bearer hush\r\n", BODY)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_the_app_lacks_is_named_once_and_the_client_id_only_when_the_app_refuses() {
    let mut kept = Kept::start().await;
    kept.take(&with_credentials(0)).await;
    kept.take(&with_credentials(1)).await;
    assert_run!(kept.replay(&["last", "last-1"]), @"
    exit: 0
    --- stdout
      ✓ meeting.started   204 in ?.? ms  ?????????? → http://localhost:?????
        Same answer as before.
      ✓ meeting.started   204 in ?.? ms  ?????????? → http://localhost:?????
        Same answer as before.
    --- stderr
      Sent without these headers, because the history stores no credentials: authorization.
      2 deliveries sent again: 2 accepted; 2 answers as before, 0 changed.
    ");
    let with_header = kept.replay(&["last", "--header", "Authorization: Bearer new"]);
    assert_eq!((with_header.code, &*with_header.stderr), (Some(0), ""));
    kept.app.answers("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n");
    assert_run!(kept.replay(&["last", "--header", "Authorization: Bearer new"]), @"
    exit: 5
    --- stdout
      ✗ meeting.started   401 in ?.? ms  ?????????? → http://localhost:?????
        Zoom would not retry after 401: the event would be lost.
        Your app answered 401 to a correctly signed request.
        To find out why, by experiment:
        zoomhook check http://localhost:?????/webhook
        status: was 204, is 401
    --- stderr
      Sent without these headers, because the history stores no credentials: clientid.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_events_name_means_its_newest_delivery() {
    let mut kept = Kept::start().await;
    for (name, seconds_ago) in [("meeting.started", 9), ("meeting.started", 6), ("meeting.ended", 3)] {
        kept.take(&delivered(&event(name, 0), seconds_ago)).await;
    }
    // Anyone can send this. A replay would sign it.
    let body = event("meeting.started", 9);
    kept.refuse(&with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body)).await;
    let newest = &exported(kept.folder.path())[1]["id"];
    assert_eq!(&kept.lines(&["meeting.started"])[0]["id"], newest);
    let shown = history(kept.folder.path(), &["show", "meeting.started", "--format", "json"]);
    assert_eq!(&serde_json::from_str::<Value>(&shown.stdout).unwrap()["id"], newest);
    assert_run!(kept.replay(&["meeting.startd"]), @"
    exit: 2
    --- stderr
    error: no verified delivery of meeting.startd is stored
      Did you mean meeting.started?
    ");
    assert_run!(kept.replay(&["recording.completed"]), @"
    exit: 2
    --- stderr
    error: no verified delivery of recording.completed is stored
      `zoomhook history list --event recording.completed` shows all that have the name.
    ");
    assert_run!(kept.replay(&["meeting.*"]), @"
    exit: 2
    --- stderr
    error: meeting.* is a pattern of events, not a delivery
      `zoomhook replay --all --event 'meeting.*'` sends all that match, oldest first.
    ");
    assert_run!(kept.replay(&["file"]), @"
    exit: 2
    --- stderr
    error: no delivery has an id that begins with file
      `zoomhook history list` shows the ids.
    ");
    assert_run!(history(kept.folder.path(), &["show", "recording.*"]), @"
    exit: 2
    --- stderr
    error: recording.* is a pattern of events, not a delivery
      `zoomhook history list --event 'recording.*'` shows those that match a pattern, with their ids.
    ");
    assert_run!(history(kept.folder.path(), &["delete", "meeting.started"]), @"
    exit: 2
    --- stderr
    error: meeting.started is not the id of a delivery
      `zoomhook history delete --event 'meeting.started'` deletes all that match.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_app_fails_with_5_and_a_missing_delivery_with_2() {
    let mut kept = Kept::start().await;
    kept.take(&delivered(BODY, 0)).await;
    let reserved = crate::support::app::reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    assert_run!(kept.replay(&["--to", &port]), @"
    exit: 5
    --- stdout
      ✗ meeting.started   not connected   ?????????? → http://localhost:?????
        Your app is not reachable at http://localhost:????? (Connection refused). Zoom would retry after 5 minutes.
        outcome: was answered, is unreachable
    ");
    assert_run!(kept.replay(&["0000000000"]), @"
    exit: 2
    --- stderr
    error: no delivery has an id that begins with 0000000000
      `zoomhook history list` shows the ids.
    ");
    assert_run!(kept.replay(&["--to", "https://hooks.example.com/zoom"]), @"
    exit: 2
    --- stderr
    error: https://hooks.example.com/zoom is not on this machine, and its receiver treats the events as new
      To send anyway, add --yes.
    ");
    assert_run!(kept.replay(&["--to", "example.com:80"]), @"
    exit: 2
    --- stderr
    error: http://example.com is not on this machine, and its receiver treats the events as new
      To send anyway, add --yes.
    ");
    let empty = TempDir::new().unwrap();
    assert_run!(finish(command(empty.path(), &[])), @"
    exit: 2
    --- stderr
    error: there is no history at /folder/of/test/h.db
      `zoomhook listen` stores every delivery. To use another file, add --history-file.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_to_the_machine_that_received_the_delivery_must_be_confirmed() {
    let folder = TempDir::new().unwrap();
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--forward", "http://app.invalid"]);
        command.arg("--history-file").arg(folder.path().join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    RawClient::connect(listen.address).await.request(&delivered(BODY, 0)).await;
    listen.delivery();
    assert_run!(finish(command(folder.path(), &["last"])), @"
    exit: 2
    --- stderr
    error: http://app.invalid is not on this machine, and its receiver treats the events as new
      It received the delivery the first time. To send anyway, add --yes. To send it to an app on this machine, add --to, such as --to 3000.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_sends_again_after_each_change_until_ctrl_c() {
    let mut kept = Kept::start().await;
    kept.take(&delivered(BODY, 0)).await;
    let source = kept.folder.path().join("src");
    std::fs::create_dir(&source).unwrap();
    let mut watching = kept.command(&["last", "--watch", "src"]);
    let mut child = watching.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    // A line of a command that still runs.
    let mut waits = || assert!(notes.any(|line| line.unwrap().contains("Waiting for a change")));
    for content in ["one", "two"] {
        assert_eq!(kept.app.next().await.body, BODY);
        waits();
        std::fs::write(source.join("app.js"), content).unwrap();
    }
    assert_eq!(kept.app.next().await.body, BODY);
    waits();
    #[cfg(unix)]
    {
        signal(child.id(), "INT");
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    #[cfg(windows)]
    {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kept.app.got_nothing_more());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_replay_ends_with_130() {
    let mut kept = Kept::start().await;
    kept.take(&delivered(BODY, 0)).await;
    // The app reads the request and does not answer.
    kept.app.answers("");
    let mut child = kept.command(&["last"]).stdout(Stdio::null()).spawn().unwrap();
    kept.app.next().await;
    signal(child.id(), "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
