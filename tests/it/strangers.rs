//! Requests of strangers to a public URL must never cause: texts signed with the user's secret token, control sequences
//! on a terminal, unwanted requests, or personal data in redacted output.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, head_with, sign, signed, signed_head, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

const GENUINE: &[u8] = br#"{"event":"meeting.started","payload":{},"event_ts":1}"#;
const FORGED: &[u8] = br#"{"event":"user.deleted","payload":{"forged":true},"event_ts":2}"#;

fn keeping(folder: &Path) -> Listen {
    Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(folder.join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

async fn send(listen: &mut Listen, request: &[u8]) -> String {
    RawClient::connect(listen.address).await.request(request).await;
    listen.delivery()["id"].as_str().unwrap().to_owned()
}

fn run(folder: &Path, secret: &str, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(folder);
    command.args(arguments).arg("--history-file").arg(folder.join("h.db"));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", secret);
    finish(command)
}

/// A request that is signed with another token than the listener's.
fn forged() -> Vec<u8> {
    with_length(head_with("/webhook", &timestamp(0), "another token", FORGED), FORGED)
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_all_leaves_out_forged_requests_and_reports_them() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let mut listen = keeping(folder.path());
    send(&mut listen, &forged()).await;
    send(&mut listen, b"DELETE /api/users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    send(&mut listen, &signed("/webhook", GENUINE)).await;
    let to = app.address.port().to_string();
    let mut notes = Vec::new();
    for how in [&[][..], &["--exact"]] {
        let finished = run(folder.path(), SECRET, &[&["replay", "--all", "--to", &to], how].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        notes.push(finished.stderr);
        assert_eq!(app.next().await.body, GENUINE);
        assert!(app.got_nothing_more());
    }
    assert_text!(notes.concat(), @"
    Deliveries that were skipped: 2. Their signatures match none of your secret tokens, and a new signature would hide that. To send them, give their ids.
    The old signature is sent. A good receiver refuses a signature older than 5 minutes.
    Refused deliveries that were skipped: 2. Nothing shows that Zoom sent them. To send them, give their ids or --verdict.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_signs_a_forged_request_warns_about_it() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let mut listen = keeping(folder.path());
    send(&mut listen, &forged()).await;
    let to = app.address.port().to_string();
    let named = run(folder.path(), SECRET, &["replay", "last", "--to", &to]);
    assert_text!(named.stderr, @"  ?????????? was refused: nothing shows that Zoom sent it. It is now signed with your secret token, so your app cannot tell it from a request from Zoom. `zoomhook verify ??????????` shows why it was refused.");
    assert_eq!(app.next().await.body, FORGED);
    // A filter names no delivery.
    let filtered = run(folder.path(), SECRET, &["replay", "--all", "--verdict", "invalid", "--to", &to]);
    assert_run!(filtered, @"
    exit: 2
    --- stderr
      Deliveries that were skipped: 1. Their signatures match none of your secret tokens, and a new signature would hide that. To send them, give their ids.
    error: no stored delivery matches
      `zoomhook history list` takes the same filters. Retries need --with-retries. Challenges, and deliveries that none of your secret tokens signed, must be named by id.
    ");
    assert!(app.got_nothing_more());
    let as_stored = ["replay", "--all", "--verdict", "invalid", "--exact", "--to", &to];
    assert_eq!(run(folder.path(), SECRET, &as_stored).code, Some(0));
    assert_eq!(app.next().await.body, FORGED);
    let exact = run(folder.path(), SECRET, &["replay", "last", "--exact", "--to", &to]);
    assert_run!(exact, @"
    exit: 0
    --- stdout
      ✓ user.deleted   204 in ?.? ms  ?????????? → http://localhost:?????
    --- stderr
      The old signature is sent. A good receiver refuses a signature older than 5 minutes.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_counts_as_genuine_once_its_token_is_known() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let mut listen = keeping(folder.path());
    send(&mut listen, &forged()).await;
    let to = app.address.port().to_string();
    let finished = run(folder.path(), "another token", &["replay", "--all", "--to", &to]);
    assert_run!(finished, @"
    exit: 0
    --- stdout
      ✓ user.deleted   204 in ?.? ms  ?????????? → http://localhost:?????
    ");
    let again = app.next().await;
    let stamp = again.header("x-zm-request-timestamp")[0];
    assert_eq!(again.header("x-zm-signature"), [sign("another token", stamp, FORGED)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_text_controls_neither_a_terminal_nor_the_menu_of_a_shell() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path());
    let name = "m\u{9b}31m\u{202e};$(id)`id`\u{200b}";
    let body = format!(r#"{{"event":"{name}\u001b[2J\r\n\tx","payload":{{"object":{{"topic":"{name}"}}}}}}"#);
    let head = signed_head("/webhook?a=[1-9]&b={x,y}", body.as_bytes()) + &format!("x-a: {name}\r\n");
    let id = send(&mut listen, &with_length(head, body.as_bytes())).await;
    for arguments in
        [&["history", "list"][..], &["history", "show"], &["history", "stats"], &["history", "diff", "last"]]
    {
        let finished = run(folder.path(), SECRET, arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let acts = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}".contains(c);
        assert!(!finished.stdout.contains(acts), "{arguments:?}: {:?}", finished.stdout);
    }
    for shell in ["bash", "zsh", "fish"] {
        let mut command = zoomhook(folder.path());
        command.env("COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", "5").env("_CLAP_IFS", "\n");
        command.args(["--", "zoomhook", "history", "show", "--history-file"]).arg(folder.path().join("h.db"));
        let menu = {
            command.arg("");
            finish(command)
        }
        .stdout;
        assert!(menu.contains(&id[..10]), "{shell}: {menu:?}");
    }
    // `--globoff`: one URL, not eighteen.
    let curl = run(folder.path(), SECRET, &["history", "show", "--format", "curl"]);
    assert_run!(curl.hide(r"v0=(\w{64})"), @r"
    exit: 0
    --- stdout
    printf %s 'eyJldmVudCI6Im3CmzMxbeKArjskKGlkKWBpZGDigItcdTAwMWJbMkpcclxuXHR4IiwicGF5bG9hZCI6eyJvYmplY3QiOnsidG9waWMiOiJtwpszMW3igK47JChpZClgaWRg4oCLIn19fQ==' | base64 -d | curl -sS -i -X POST --globoff 'http://localhost/webhook?a=[1-9]&b={x,y}' \
      -H 'x-zm-request-timestamp: ??????????' \
      -H 'x-zm-signature: v0=????????????????????????????????????????????????????????????????' \
      -H 'x-a: m\u{9b}31m\u{202e};$(id)`id`\u{200b}' \
      -H 'accept:' \
      --data-binary @-
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_name_of_half_a_megabyte_does_not_fill_a_table() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path());
    for name in ["a".repeat(500_000), "b".to_owned()] {
        send(&mut listen, &signed("/webhook", format!(r#"{{"event":"{name}"}}"#).as_bytes())).await;
    }
    for arguments in [&["history", "list"][..], &["history", "stats"]] {
        let shown = run(folder.path(), SECRET, arguments).stdout;
        assert!(shown.contains("aaa") && shown.len() < 2_000, "{arguments:?}: {}", shown.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_request_is_refused() {
    let mut app = App::start().await;
    let mut listen = Listen::start(&["--forward", &app.address.port().to_string()]);
    let head = signed_head("/webhook", GENUINE);
    let length = format!("content-length: {}\r\n", GENUINE.len());
    let text = String::from_utf8(GENUINE.to_vec()).unwrap();
    for ambiguous in [
        format!("{head}{length}transfer-encoding: chunked\r\n\r\n0\r\n\r\n{text}"),
        format!("{head}{length}content-length: 3\r\n\r\n{text}"),
        format!("{head}{length}x-zm-signature: v0=00\r\n\r\n{text}"),
        format!("{head}{length} x-folded: 1\r\n\r\n{text}"),
        format!("{head}content-length: +{}\r\n\r\n{text}", GENUINE.len()),
    ] {
        let status = RawClient::connect(listen.address).await.request(ambiguous.as_bytes()).await.status;
        assert!([400, 401].contains(&status), "{status}: {ambiguous}");
        assert!(app.got_nothing_more(), "{ambiguous}");
    }
    // Chunks with an extension and a trailer, and Zoom's header named in `connection`: this is one whole request.
    let chunked = format!(
        "{head}connection: x-zm-signature\r\ntransfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n\
         {:x};a=b\r\n{text}\r\n0\r\nx-late: 1\r\nx-zm-signature: v0=00\r\n\r\n",
        GENUINE.len()
    );
    assert_eq!(RawClient::connect(listen.address).await.request(chunked.as_bytes()).await.status, 204);
    let received = app.next().await;
    assert_eq!((&received.body[..], received.header("x-zm-signature").len()), (GENUINE, 1));
    assert_eq!(received.header("content-length"), [GENUINE.len().to_string()]);
    for name in ["transfer-encoding", "trailer", "x-late", "connection"] {
        assert!(received.header(name).is_empty(), "{name}: {}", received.head);
    }
    while listen.delivery()["verdict"] != "valid" {}
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_an_app_to_an_unsigned_challenge_stays_private() {
    let mut app = App::start().await;
    app.answers(
        "HTTP/1.1 200 OK\r\nx-own: oracle\r\ncontent-length: 27\r\n\r\n{\"encryptedToken\":\"oracle\"}",
    );
    let mut listen = Listen::start(&["--forward", &app.address.port().to_string(), "--forward-unverified"]);
    let challenge = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}"#;
    let unsigned = with_length("POST /webhook HTTP/1.1\r\nhost: localhost\r\n".to_owned(), challenge);
    let reply = RawClient::connect(listen.address).await.request(&unsigned).await;
    assert_eq!((reply.status, &reply.body[..], reply.header("x-own")), (200, &b""[..], None));
    // The user sees what the app would have revealed.
    assert_eq!(app.next().await.body, challenge);
    assert_eq!(listen.delivery()["relayed"][0]["status"], 200);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_a_history_keeps_its_bytes_and_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("h.db");
    std::fs::write(&file, "#!/bin/sh\n# of somebody else\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    let finished = run(folder.path(), SECRET, &["listen", "--tunnel", "none", "--port", "0"]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o755);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("#!/bin/sh"));
}

/// The persons in the samples, and everything in the form of an address.
fn is_personal(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let persons = [
        "Zoë",
        "Jill",
        "José",
        "Anaïs",
        "Søren",
        "Łukasz",
        "Çağla",
        "François",
        "Björn",
        "Siobhán",
        "陽子",
        "Dmitri",
        "Nguyễn",
        "Priya",
        "Eleni",
        "Sam",
    ];
    persons.iter().any(|person| text.split(' ').any(|word| word == *person))
        || text.contains('@')
        || (text.starts_with('+') && digits > 6)
        || text.parse::<std::net::IpAddr>().is_ok()
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

#[test]
fn a_redacted_export_has_no_personal_data_of_any_event() {
    let folder = TempDir::new().unwrap();
    let sample = |seed: &str| {
        let mut command = zoomhook(folder.path());
        command.args(["events", "sample", "--all", "--full", "--seed", seed]);
        finish(command).stdout
    };
    let samples = ["7", "8", "9"].map(sample).concat();
    let line = |(at, body): (usize, &str)| {
        json!({
            "v": 1, "type": "delivery", "id": format!("01J2GZ5YHJ{at:016}"),
            "event": serde_json::from_str::<Value>(body).unwrap()["event"], "received_at": "2026-01-01T00:00:00Z", "verdict": "valid", "method": "POST", "target": "/webhook",
            "peer": "203.0.113.9:5", "body": body,
            "headers": [["x-forwarded-for", "203.0.113.9, 203.0.113.10"], ["x-api-key", "hush"]],
            "relayed": [{"target": "http://localhost:3000", "role": "answers", "outcome": "answered",
                "status": 200, "ms": 1, "body": body, "headers": [["x-user", "jill@example.com"]]}],
        })
        .to_string()
    };
    let export: Vec<_> = samples.lines().enumerate().map(line).collect();
    assert!(export.len() > 500);
    let file = folder.path().join("export.ndjson");
    std::fs::write(&file, export.join("\n")).unwrap();
    let imported = run(folder.path(), SECRET, &["history", "import", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let redacted = run(folder.path(), SECRET, &["history", "export", "--redact"]).stdout;
    assert_eq!(redacted.lines().count(), export.len());
    for line in redacted.lines() {
        assert!(!line.contains("hush") && !line.contains("203.0.113"), "{line}");
        let line: Value = serde_json::from_str(line).unwrap();
        // The peer's mask is that of the first address.
        assert_eq!(line["headers"][0][1].as_str().unwrap().split(", ").next(), line["peer"].as_str());
        for body in
            [&line["body"], &line["relayed"][0]["body"], &json!(line["relayed"][0]["headers"].to_string())]
        {
            let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
            let mut found = Vec::new();
            texts(&body, &mut found);
            let personal: Vec<_> = found.into_iter().filter(|text| is_personal(text)).collect();
            assert!(personal.is_empty(), "{}: {personal:?}", line["event"]);
        }
    }
}

/// Texts that a person could have in any field.
const PLANTED: [&str; 4] =
    ["Zaphod Beeblebrox", "zaphod@example.com", "call zaphod at +1 555 123 4567", "https://zoom.us/s/zaphod"];

fn plant(value: &mut Value, at: &mut usize) {
    match value {
        Value::String(text) => {
            *at += 1;
            PLANTED[*at % PLANTED.len()].clone_into(text);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, at)),
        Value::Object(members) => members.values_mut().for_each(|member| plant(member, at)),
        _ => {}
    }
}

#[test]
fn no_planted_value_survives_a_redacted_export() {
    let folder = TempDir::new().unwrap();
    let samples = run_without_history(folder.path(), &["events", "sample", "--all", "--full", "--seed", "4"]);
    let line = |(at, sample): (usize, &str)| {
        let mut body: Value = serde_json::from_str(sample).unwrap();
        let event = body["event"].clone();
        plant(&mut body, &mut { at });
        body["event"] = event.clone();
        json!({
            "v": 1, "type": "delivery", "id": format!("01J2GZ5YHJ{at:016}"), "event": event,
            "received_at": "2026-01-01T00:00:00Z", "verdict": "valid", "method": "POST",
            "target": "/webhook/zaphod?key=zaphod", "peer": "203.0.113.9:5", "body": body.to_string(),
            "public_url": "https://zaphod.example.com", "secret_name": "zaphod's app",
            "headers": [["user-agent", "bot of Zaphod Beeblebrox"], ["x-user", "zaphod"]],
        })
        .to_string()
    };
    let export: Vec<_> = samples.stdout.lines().enumerate().map(line).collect();
    let file = folder.path().join("export.ndjson");
    std::fs::write(&file, export.join("\n")).unwrap();
    assert_eq!(run(folder.path(), SECRET, &["history", "import", file.to_str().unwrap()]).code, Some(0));
    for arguments in
        [&["history", "export", "--redact"][..], &["history", "export", "--redact", "--keep-ids"]]
    {
        let redacted = run(folder.path(), SECRET, arguments);
        assert_eq!((redacted.code, redacted.stdout.lines().count()), (Some(0), 614), "{:?}", redacted.stderr);
        for line in redacted.stdout.lines() {
            for planted in ["aphod", "Beeble", "555 123", "zoom.us"] {
                assert!(!line.contains(planted), "{planted}: {line}");
            }
        }
    }
}

fn run_without_history(folder: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(folder);
    command.args(arguments);
    finish(command)
}
