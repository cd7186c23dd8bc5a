//! The references in `docs/` against the program: the table of exit codes, and every field of NDJSON.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use zoomhook::commands::ExitStatus;

use crate::check::serve;
use crate::support::app::{App, reserved_port};
use crate::support::faulty_app::Fault;
use crate::support::nats_server::NatsServer;
use crate::support::ngrok_server::{Control, GOOD_TOKEN, NgrokServer, Script};
use crate::support::process::{Listen, at_home, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, signed, signed_head, timestamp, with_length};

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let page = include_str!("../../docs/exit-codes.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    let expected: Vec<_> =
        ExitStatus::ALL.iter().map(|status| format!("| {} | {} |", status.code(), status.doc())).collect();
    assert_eq!(rows, expected);
}

/// What marks a field that is printed only with a stream.
const SHARED: [&str; 2] = ["*with `--share`:*", "*in `follow`"];

/// The fields of each section of the reference.
fn documented() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let sections = include_str!("../../docs/ndjson.md").split("\n## ").skip(1);
    // Without a server of NATS, nothing is shared.
    let is_possible = |line: &&str| NatsServer::is_there() || !SHARED.iter().any(|mark| line.contains(mark));
    let fields = |section: &'static str| {
        let rows = section.lines().filter(is_possible).filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| Some(row.split_once('`')?.0)).collect()
    };
    sections.map(|section| (section.lines().next().unwrap(), fields(section))).collect()
}

/// Collects what a value has: fields that are documented, and those that should be.
fn collect(value: &Value, path: &str, documented: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
    let below = |sign| documented.iter().any(|known| known.starts_with(&format!("{path}{sign}")));
    match value {
        _ if documented.contains(path) => {
            found.insert(path.to_owned());
        }
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if path.is_empty() { "" } else { "." };
                collect(member, &format!("{path}{dot}{name}"), documented, found);
            }
        }
        Value::Array(items) if below("[]") => {
            for item in items {
                collect(item, &format!("{path}[]"), documented, found);
            }
        }
        Value::Null if below(".") || below("[]") => {}
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// Holds the fields of these lines against a section.
fn holds(section: &str, lines: &[&Value]) {
    let mut documented = documented().remove(section).unwrap_or_else(|| panic!("no section {section}"));
    assert!(!documented.is_empty() && !lines.is_empty(), "{section}");
    documented.extend(["v", "type"].iter().filter(|_| section != "changes"));
    let mut found = BTreeSet::new();
    for line in lines {
        collect(line, "", &documented, &mut found);
    }
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let (missing, too_much): (Vec<_>, Vec<_>) =
        (found.difference(&documented).collect(), documented.difference(&found).collect());
    assert!(missing.is_empty(), "{section}: printed and not in the reference: {missing:?}");
    assert!(too_much.is_empty(), "{section}: in the reference and never printed: {too_much:?}");
}

fn of_type<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// What a command prints, whatever its exit code.
fn lines(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = finish(command);
    let parsed = finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>();
    assert!(!parsed.is_empty(), "{arguments:?}: {finished:?}");
    parsed
}

/// Imports a copy of a delivery, whose app had not answered when another machine exported it. Not all of its headers are
/// UTF-8.
fn import_waiting(home: &Path, mut line: Value) {
    let id = line["id"].as_str().unwrap();
    let last = if id.ends_with('Z') { "Y" } else { "Z" };
    line["id"] = format!("{}{last}", &id[..25]).into();
    (line["pending"], line["pending_until"]) = ("answer".into(), line["received_at"].clone());
    let odd = json!([["x-odd", "Y2Fm6Q=="]]);
    line["headers_base64"] = odd.clone();
    line["relayed"] = json!([
        { "target": "http://a", "role": "observed", "outcome": "answered", "status": 204, "ms": 1, "headers_base64": odd }
    ]);
    std::fs::write(home.join("waiting.ndjson"), line.to_string()).unwrap();
    let mut command = zoomhook(home);
    command.args(["history", "--history-file", "h.db", "import", "waiting.ndjson"]);
    assert_eq!(finish(command).code, Some(0));
}

/// A session in which everything happens; its lines, and its history.
struct Recorded {
    lines: Vec<Value>,
    home: TempDir,
    app: App,
    slow: App,
    /// A port at which no app is.
    gone: tokio::net::TcpSocket,
}

/// An app answers, one is too slow, and one is not there; the tunnel is lost, gets another URL, and is refused.
async fn recorded() -> Recorded {
    let server = NgrokServer::start(Script { keep_url: false, ..Script::default() });
    let (app, slow, gone) = (App::start().await, App::start().await, reserved_port());
    slow.pauses(Duration::from_secs(60));
    let home = TempDir::new().unwrap();
    let ports = [&app.address, &slow.address, &gone.local_addr().unwrap()].map(|address| address.port());
    let mut listen = Listen::start_with(|command| set_up(command, &server, home.path(), ports));

    server.control(&Control::Cut);
    let mut lines = vec![listen.ready.clone()];
    for state in ["url_changed", "online"] {
        let mut line = listen.line("tunnel");
        while line["state"] != state {
            line = listen.line("tunnel");
        }
        lines.push(line);
    }

    let mut client = RawClient::connect(listen.address).await;
    let mut post = async |head: String, body: &[u8]| client.request(&with_length(head, body)).await.status;
    let with_id = |stamp| {
        let head = head_with("/webhook", &timestamp(stamp), SECRET, &recording());
        format!("{head}x-zm-request-id: 6009d653_d487_445d_8406_42b654974899\r\n")
    };
    // Zoom sends again what an app answered with 5xx.
    app.answers("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(post(with_id(-1), &recording()).await, 500);
    app.answers("HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(post(with_id(0), &recording()).await, 204);
    for (name, status) in [("down.a", 502), ("slow.a", 504), ("copy.a", 204)] {
        let body = event(name, 0);
        assert_eq!(post(signed_head("/webhook", &body), &body).await, status, "{name}");
    }
    let forged = head_with("/webhook", &timestamp(0), "another-secret", b"\xff");
    assert_eq!(post(forged, b"\xff").await, 401);

    // Warnings: what is not HTTP, and too many connections.
    assert_eq!(RawClient::connect(listen.address).await.request(b"nonsense\r\n\r\n").await.status, 400);
    let mut idle = Vec::new();
    for _ in 0..8 {
        let mut client = RawClient::connect(listen.address).await;
        assert_eq!(client.request(b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n").await.status, 404);
        idle.push(client);
    }

    server.script(|script| script.tokens.clear());
    server.control(&Control::Cut);
    let (status, rest, stderr) = listen.ended();
    assert_eq!(status.code(), Some(6), "{stderr}");
    lines.extend(rest);
    Recorded { lines, home, app, slow, gone }
}

fn set_up(command: &mut Command, server: &NgrokServer, home: &Path, [app, slow, gone]: [u16; 3]) {
    let targets = [
        format!("down.*={gone}"),
        format!("slow.*={slow}"),
        app.to_string(),
        format!("copy.*={slow}"),
        format!("copy.*={gone}"),
    ];
    for target in &targets {
        command.args(["--forward", target]);
    }
    command.args([
        "--headers",
        "--inspect",
        "0",
        "--forward-timeout",
        "200ms",
        "--max-connections",
        "8",
        "--expect",
        "never.sent",
    ]);
    command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
    command.arg("--ngrok-ca").arg(server.ca_file());
    command.arg("--history-file").arg(home.join("h.db"));
    command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
}

/// An event with a download token that has expired long ago.
fn recording() -> Vec<u8> {
    br#"{"event":"recording.completed","event_ts":1700000000000,"payload":{},"download_token":"abc"}"#
        .to_vec()
}

/// The lines of a session that gets a challenge, and whose app answers it wrongly.
async fn challenged(arguments: &[&str]) -> Vec<Value> {
    let mut listen = Listen::start(arguments);
    let challenge = br#"{"event":"endpoint.url_validation","event_ts":1,"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}"#;
    RawClient::connect(listen.address).await.request(&signed("/webhook", challenge)).await;
    let kinds: &[&str] = if arguments.contains(&"answer") { &["delivery", "relayed"] } else { &["delivery"] };
    kinds.iter().map(|kind| listen.line(kind)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ndjson_of_a_session_and_of_its_history_has_the_fields_of_the_reference() {
    let mut recorded = recorded().await;
    let doubtful = ["listen", "--port", "0", "--public-url", "http://127.0.0.1:1", "--format", "json"];
    recorded.lines.extend(lines(recorded.home.path(), &[&doubtful[..], &["--timeout", "500ms"]].concat()));
    let port = recorded.app.address.port().to_string();
    for answerer in ["forward", "answer"] {
        recorded.lines.extend(challenged(&["--forward", &port, "--crc", answerer]).await);
    }
    recorded.lines.extend(shared().await);
    for kind in ["ready", "tunnel", "delivery", "relayed", "warning", "summary"] {
        holds(kind, &of_type(&recorded.lines, kind));
    }

    let file = recorded.home.path().join("h.db");
    let ask = |arguments: &[&str]| {
        let own = ["--format", "json", "--history-file", file.to_str().unwrap()];
        lines(recorded.home.path(), &[arguments, &own].concat())
    };
    import_waiting(recorded.home.path(), ask(&["history", "show"]).remove(0));
    let stored = ask(&["history", "list"]);
    holds("stored delivery", &of_type(&stored, "delivery"));
    holds("stats", &ask(&["history", "stats"]).iter().collect::<Vec<_>>());
    let oldest = stored.iter().map(|line| line["id"].as_str().unwrap()).min().unwrap();
    let changes = ask(&["history", "diff", oldest, "last"]).remove(0);
    holds("changes", &changes.as_array().unwrap().iter().collect::<Vec<_>>());

    let mut replayed = ask(&["replay", oldest]);
    for port in [recorded.slow.address, recorded.gone.local_addr().unwrap()].map(|address| address.port()) {
        replayed.extend(ask(&["replay", oldest, "--timeout", "200ms", "--to", &port.to_string()]));
    }
    holds("replayed", &of_type(&replayed, "replayed"));

    let to = format!("http://{}/webhook", recorded.app.address);
    let events = ["trigger", "meeting.started", "endpoint.url_validation"];
    let posted = lines(recorded.home.path(), &[&events[..], &["--format", "json", "--to", &to]].concat());
    holds("posted", &of_type(&posted, "posted"));
    holds("summary of trigger", &of_type(&posted, "summary"));
}

/// Lines of a session that shares, and of a follower whose app gets an old event; none without a server of NATS.
async fn shared() -> Vec<Value> {
    let Some(server) = NatsServer::start() else { return Vec::new() };
    let app = App::start().await;
    let port = app.address.port().to_string();
    let hub = Listen::start(&["--share", &server.url()]);
    let mut follower =
        Listen::follow(&server.url(), &["--as", "maria", "--forward", &port, "--inspect", "0"]);
    let body = event("old.event", 0);
    let old = with_length(head_with("/webhook", &timestamp(-120), SECRET, &body), &body);
    assert_eq!(RawClient::connect(hub.address).await.request(&old).await.status, 204);
    let relayed = follower.line("relayed");
    holds("ready of follow", &[&follower.ready]);
    let home = TempDir::new().unwrap();
    holds("stream", &[&lines(home.path(), &["stream", "status", &server.url(), "--format", "json"])[0]]);
    vec![hub.ready.clone(), relayed]
}

#[test]
fn the_ndjson_of_read_tokens_has_the_fields_of_the_reference() {
    let home = TempDir::new().unwrap();
    let hub = Listen::start_with(|command| {
        at_home(command, home.path());
        command.current_dir(home.path()).args(["--tunnel", "none", "--inspect", "0"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let mut make = zoomhook(home.path());
    make.args(["inspect", "token", "create", "maria", "--events", "meeting.*"]);
    let token = finish(make).stdout;
    let url = hub.ready["inspect_url"].as_str().unwrap().split_once("/?").unwrap().0;
    let _follower = Listen::follow_with(|command| {
        command.args([url, "--as", "maria"]).env("ZOOMHOOK_READ_TOKEN", token.trim());
    });
    let listed = || lines(home.path(), &["inspect", "token", "list", "--format", "json"]).remove(0);
    while listed()["used_at"].is_null() {}
    holds("read_token", &[&listed()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ndjson_of_check_has_the_fields_of_the_reference() {
    let app = serve(&[Fault::Stringify]).await;
    let to = format!("http://{}/webhook", app.address);
    let home = TempDir::new().unwrap();
    let checked =
        tokio::task::spawn_blocking(move || lines(home.path(), &["check", &to, "--format", "json"]));
    let checked = checked.await.unwrap();
    for kind in ["check_case", "check_conclusion", "check_summary"] {
        holds(kind, &of_type(&checked, kind));
    }
}

#[test]
fn the_ndjson_of_status_has_the_fields_of_the_reference() {
    let home = TempDir::new().unwrap();
    let _listen = Listen::start_with(|command| {
        at_home(command, home.path());
        command.args(["--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let sessions = lines(home.path(), &["status", "--format", "json"]);
    holds("session", &of_type(&sessions, "session"));
}

#[test]
fn the_ndjson_of_config_has_the_fields_of_the_reference() {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("zoomhook.toml"), "[listen]\nport = 1\nquiet = true\n").unwrap();
    std::fs::write(home.path().join(".env"), "NGROK_AUTHTOKEN=hush\n").unwrap();
    let settings = lines(home.path(), &["config", "listen", "--format", "json"]);
    holds("setting", &of_type(&settings, "setting"));
}

#[test]
fn the_ndjson_of_doctor_has_the_fields_of_the_reference() {
    let home = TempDir::new().unwrap();
    let found = lines(home.path(), &["doctor", "--format", "json"]);
    holds("check", &of_type(&found, "check"));
    holds("summary of doctor", &of_type(&found, "summary"));
}

#[test]
fn the_ndjson_of_verify_has_the_fields_of_the_reference() {
    let home = TempDir::new().unwrap();
    let oracle = r#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1795507201:{}"}}"#;
    let mut sign = zoomhook(home.path());
    sign.args(["sign", oracle, "--format", "http"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    std::fs::write(home.path().join("oracle.http"), finish(sign).stdout).unwrap();
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let files = [
        "valid/raw-http.challenge-with-answer.http",
        "invalid/raw-http.body-pretty-printed.http",
        "invalid/raw-http.wrong-secret.http",
        "cannot-tell/raw-http.truncated.http",
        "posted/heroku_noderaw.log",
    ];
    let files = files.map(|file| captures.join(file).display().to_string());
    let mine = format!("v0={}", "1".repeat(64));
    let show = ["oracle.http", "--mine", &mine, "--show-signed-string", "--format", "json"];
    let files: Vec<&str> = ["verify"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let verdicts = lines(home.path(), &[&files[..], &show].concat());
    holds("verdict", &of_type(&verdicts, "verdict"));
}
