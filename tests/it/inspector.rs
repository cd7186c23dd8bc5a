//! The inspector: who may ask, what they get, and what a slow client must not cause.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::App;
use crate::support::inspector::InspectorClient;
use crate::support::process::{Listen, at_home, finish, zoomhook};
use crate::support::requests::{SECRET, event, signed};

/// A `listen` with an inspector, in this home.
fn listen(home: &TempDir, arguments: &[&str]) -> (Listen, InspectorClient) {
    let listen = Listen::start_with(|command| {
        at_home(command, home.path());
        command.args(["--tunnel", "none", "--inspect", "0"]).args(arguments);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let client = InspectorClient::open(listen.ready["inspect_url"].as_str().unwrap());
    (listen, client)
}

fn in_new_home(arguments: &[&str]) -> (Listen, InspectorClient, TempDir) {
    let home = TempDir::new().unwrap();
    let (listen, client) = listen(&home, arguments);
    (listen, client, home)
}

/// Posts these bodies over one connection, each with a correct signature. Returns the statuses.
fn post_all(listen: &Listen, bodies: &[Vec<u8>]) -> Vec<u16> {
    let mut stream = TcpStream::connect(listen.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut statuses = Vec::new();
    for body in bodies {
        stream.write_all(&signed("/webhook", body)).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        statuses.push(head[9..12].parse().unwrap());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut rest = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut rest).unwrap();
    }
    statuses
}

fn post(listen: &Listen, body: &[u8]) -> u16 {
    post_all(listen, &[body.to_vec()])[0]
}

fn ids(list: &Value) -> Vec<&str> {
    list["deliveries"].as_array().unwrap().iter().map(|delivery| delivery["id"].as_str().unwrap()).collect()
}

#[test]
fn every_answer_has_the_headers_of_its_security_and_none_that_opens_it() {
    let (listen, client, _home) = in_new_home(&[]);
    let host = client.host();
    let without_key = client.ask(&format!("GET / HTTP/1.1\r\nhost: {host}\r\n"), "");
    for answer in [
        client.get("/"),
        client.get("/assets/app.js"),
        client.get("/assets/vendor/preact.js"),
        client.get("/api/v1/session"),
        client.get("/api/v1/nothing"),
        client.get("/nothing"),
        client.get("/d/01J2GZ5YHJ0000000000000001"),
        without_key,
    ] {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:?}");
        }
        let opens = |name: &str| name.starts_with("access-control-");
        assert!(!answer.headers.iter().any(|(name, _)| opens(name)), "{answer:?}");
    }
    assert_eq!(client.get("/assets/app.js").header("content-type"), Some("text/javascript; charset=utf-8"));
    // The port that the tunnel leads to has nothing of it.
    let public =
        InspectorClient { address: listen.address, cookie: client.cookie.clone(), token: String::new() };
    assert_eq!([public.get("/").status, public.get("/api/v1/session").status], [404, 404]);
}

#[test]
fn refuses_other_hosts_other_pages_and_whoever_has_no_key() {
    let (_listen, client, _home) = in_new_home(&[]);
    let (host, cookie) = (client.host(), &client.cookie);
    let get = |host: &str, more: &str| {
        client.ask(&format!("GET /api/v1/session HTTP/1.1\r\nhost: {host}\r\n{more}"), "").status
    };
    let cookie_line = format!("cookie: {cookie}\r\n");
    assert_eq!(get(&host, &cookie_line), 200);
    assert_eq!(get(&format!("evil.test:{}", client.address.port()), &cookie_line), 421);
    assert_eq!(get("127.0.0.1", &cookie_line), 421);
    assert_eq!(get(&host, ""), 401);
    assert_eq!(get(&host, "cookie: zoomhook=x\r\n"), 401);
    assert_eq!(get(&host, &format!("authorization: Bearer {}\r\n", client.token)), 200);
    assert_eq!(get(&host, "authorization: Bearer x\r\n"), 401);
    for site in ["cross-site", "same-site"] {
        assert_eq!(get(&host, &format!("{cookie_line}sec-fetch-site: {site}\r\n")), 403, "{site}");
    }
    let write = |more: &str| {
        let head = format!("POST /api/v1/replay HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n{more}");
        client.ask(&head, r#"{"ids":["last"]}"#).status
    };
    let json = "content-type: application/json\r\n";
    assert_eq!(write(json), 403);
    assert_eq!(write(&format!("{json}origin: http://evil.test\r\n")), 403);
    assert_eq!(write(&format!("content-type: text/plain\r\norigin: http://{host}\r\n")), 415);
    // Nothing is stored, so there is nothing to replay.
    assert_eq!(write(&format!("{json}origin: http://{host}\r\n")), 404);
    let large = client.post("/api/v1/replay", &json!({ "ids": ["last"], "body": "x".repeat(5 << 20) }));
    assert_eq!(large.status, 413);
}

#[test]
fn a_program_gets_no_inspector_unless_it_asks_for_one() {
    let quiet = Listen::start(&[]);
    assert_eq!(quiet.ready.get("inspect_url"), None);
    let mut without_history = Listen::start(&["--no-history", "--inspect", "0"]);
    assert_eq!(without_history.ready.get("inspect_url"), None);
    let warned = without_history.before.iter().any(|line| line["code"] == "inspector_needs_history");
    assert!(warned, "{:?}", without_history.before);
    without_history.before.clear();
}

#[test]
fn lists_filters_and_shows_what_the_history_has() {
    let (mut listen, client, home) = in_new_home(&[]);
    let started = br#"{"event":"meeting.started","event_ts":1,"payload":{"object":{"id":"88512345678","topic":"Weekly","n":1.0}}}"#;
    assert_eq!(post_all(&listen, &[started.to_vec(), event("user.created", 0)]), [204, 204]);
    let first = listen.delivery();
    let second = listen.delivery();
    let list = client.get("/api/v1/deliveries").json();
    assert_eq!(ids(&list), [second["id"].as_str().unwrap(), first["id"].as_str().unwrap()]);
    assert_eq!((&list["total"], &list["next"], &list["newest"]), (&json!(2), &Value::Null, &second["id"]));
    let row = &list["deliveries"][1];
    assert_eq!(
        (&row["title"], row.get("body"), row.get("headers")),
        (&json!("Weekly · 885 1234 5678"), None, None)
    );

    for (query, expected) in [
        ("event=meeting.*", 1),
        ("search=weekly", 1),
        ("search=nothing", 0),
        ("verdict=invalid", 0),
        ("status=2xx", 2),
        ("status=5xx", 0),
        ("since=4102444800000", 0),
        ("event=user.*&event=meeting.*", 2),
    ] {
        let found = client.get(&format!("/api/v1/deliveries?{query}")).json();
        assert_eq!(ids(&found).len(), expected, "{query}");
    }
    assert_eq!(client.get("/api/v1/deliveries?verdict=good").status, 400);
    let page = client.get("/api/v1/deliveries?limit=1&order=oldest").json();
    assert_eq!(ids(&page), [first["id"].as_str().unwrap()]);
    let next = page["next"].as_str().unwrap();
    let page = client.get(&format!("/api/v1/deliveries?limit=1&order=oldest&after={next}")).json();
    assert_eq!(ids(&page), [second["id"].as_str().unwrap()]);

    // One definition: the line of `history show`.
    let id = first["id"].as_str().unwrap();
    let one = client.get(&format!("/api/v1/deliveries/{id}"));
    let mut show = zoomhook(home.path());
    show.args(["history", "show", id, "--format", "json"]);
    assert_eq!(one.text(), finish(show).stdout);
    let verdict = client.get(&format!("/api/v1/deliveries/{id}/verdict")).json();
    assert_eq!(verdict["verdict"], "valid");
    let timestamp = one.json()["headers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|pair| pair[0] == "x-zm-request-timestamp")
        .unwrap()[1]
        .clone();
    let signed_string =
        format!("v0:{}:{}", timestamp.as_str().unwrap(), std::str::from_utf8(started).unwrap());
    assert_eq!(verdict["signed_string"], signed_string);
    assert_eq!(client.get(&format!("/api/v1/deliveries/{id}/body")).body, started);
    let curl = client.get(&format!("/api/v1/deliveries/{id}/curl"));
    assert!(
        curl.text().starts_with("curl ") && curl.text().contains("x-zm-signature: v0="),
        "{}",
        curl.text()
    );
    let diff = client.get(&format!("/api/v1/deliveries/{id}/diff/last")).json();
    assert!(diff.as_array().unwrap().iter().any(|change| change["path"] == "payload.object.topic"), "{diff}");
    assert_eq!(client.get("/api/v1/deliveries/01J2GZ5YHJ0000000000000001").status, 404);
}

#[test]
fn the_stream_goes_on_after_the_last_delivery_also_in_another_process() {
    let home = TempDir::new().unwrap();
    let (listen, client) = listen(&home, &[]);
    let bodies = |from: u32, to: u32| -> Vec<Vec<u8>> {
        (from..to)
            .map(|n| format!(r#"{{"event":"meeting.started","event_ts":{n},"payload":{{}}}}"#).into_bytes())
            .collect()
    };
    let mut stream = client.stream("", None);
    let mut seen = Vec::new();
    let mut see = |event: &crate::support::inspector::PageEvent| {
        assert_eq!(event.id.as_deref(), event.data["id"].as_str());
        seen.push(event.data["event_ts"].as_u64().unwrap());
        event.id.clone().unwrap()
    };
    post_all(&listen, &bodies(0, 300));
    let mut last = String::new();
    for _ in 0..250 {
        last = see(&stream.delivery());
    }
    // The page is gone without a goodbye, and more arrives meanwhile.
    drop(stream);
    post_all(&listen, &bodies(300, 400));
    let mut stream = client.stream("", Some(&last));
    for _ in 0..100 {
        last = see(&stream.delivery());
    }
    // The session is killed, and the history alone goes on.
    drop(stream);
    drop(listen);
    let (inspect, client) = inspect_alone(&home);
    let mut stream = client.stream("", Some(&last));
    for _ in 0..50 {
        last = see(&stream.delivery());
    }
    drop((stream, inspect));
    let (next, client) = self::listen(&home, &[]);
    let mut stream = client.stream("", Some(&last));
    post_all(&next, &bodies(400, 450));
    for _ in 0..50 {
        see(&stream.delivery());
    }
    assert_eq!(seen, (0..450).collect::<Vec<_>>());
}

/// `zoomhook inspect`, killed when it is dropped.
struct Inspect(std::process::Child);

impl Drop for Inspect {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn inspect_alone(home: &TempDir) -> (Inspect, InspectorClient) {
    let mut command = zoomhook(home.path());
    command.args(["inspect", "--port", "0"]).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    (Inspect(child), InspectorClient::open(line.trim()))
}

#[test]
fn every_delivery_of_a_large_history_is_streamed_once_and_in_order() {
    let home = TempDir::new().unwrap();
    let line = |n: u32| {
        format!(
            r#"{{"v":1,"type":"delivery","id":"01J2GZ5YHJ00000000{n:08}","received_at":"2024-07-11T13:44:15.858Z","verdict":"valid","event":"a.b","event_ts":{n},"body":"{{}}","method":"POST","target":"/","peer":"","route":"local","tunnel":"none","headers":[],"relayed":[]}}"#
        )
    };
    let file = home.path().join("many.ndjson");
    std::fs::write(&file, (0..10_000).map(|n| line(n) + "\n").collect::<String>()).unwrap();
    let mut import = zoomhook(home.path());
    import.args(["history", "import", "many.ndjson"]);
    assert_eq!(finish(import).code, Some(0));
    let (_inspect, client) = inspect_alone(&home);
    let first = client.get("/api/v1/deliveries?order=oldest&limit=1").json();
    let mut last = ids(&first)[0].to_owned();
    let mut expected = 1;
    while expected < 10_000 {
        let mut stream = client.stream("", Some(&last));
        for _ in 0..3_000.min(10_000 - expected) {
            let event = stream.delivery();
            assert_eq!(event.data["event_ts"], expected);
            (expected, last) = (expected + 1, event.id.unwrap());
        }
    }
}

#[test]
fn a_client_that_does_not_read_holds_up_nothing() {
    let (listen, client, _home) = in_new_home(&[]);
    let streams: Vec<_> = (0..4).map(|_| client.stream("", None)).collect();
    let bodies: Vec<_> = (0..60).map(|_| event("meeting.started", 40_000)).collect();
    assert!(post_all(&listen, &bodies).iter().all(|status| *status == 204));
    assert_eq!(ids(&client.get("/api/v1/deliveries").json()).len(), 60);
    drop(streams);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_the_app_has_is_pending_until_it_answers() {
    let app = App::start().await;
    let to = app.address.port().to_string();
    app.pauses(Duration::from_millis(600));
    let (listen, client, _home) = in_new_home(&["--forward", &to]);
    let mut stream = client.stream("", None);
    let sender = std::thread::spawn(move || post(&listen, &event("meeting.started", 0)));
    let pending = loop {
        let event = stream.next();
        if event.kind == "pending" {
            break event;
        }
    };
    let session = client.get("/api/v1/session").json();
    assert_eq!(session["pending"][0]["id"], pending.data["id"]);
    assert_eq!(sender.join().unwrap(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_an_edited_body_signed_afresh_and_only_to_this_machine() {
    let mut app = App::start().await;
    let to = app.address.port().to_string();
    let (mut listen, client, _home) = in_new_home(&["--forward", &to]);
    assert_eq!(post(&listen, &event("meeting.started", 0)), 204);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    let first = app.next().await;
    let edited = r#"{"event":"meeting.started","event_ts":7,"payload":{"edited":true}}"#;
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id], "body": edited })).lines();
    assert_eq!((lines[0]["type"].as_str(), &lines[0]["right"]), (Some("replayed"), &json!(true)));
    let again = app.next().await;
    assert_eq!(again.body, edited.as_bytes());
    assert_ne!(again.header("x-zm-signature"), first.header("x-zm-signature"));
    let timestamp = again.header("x-zm-request-timestamp")[0].to_owned();
    assert_eq!(
        again.header("x-zm-signature"),
        [crate::support::requests::sign(SECRET, &timestamp, edited.as_bytes())]
    );
    for elsewhere in
        ["http://example.com/", "https://10.0.0.1:443", "unix:/run/docker.sock", "meeting.*=3000"]
    {
        let refused = client.post("/api/v1/replay", &json!({ "ids": [id], "to": elsewhere }));
        assert_eq!(refused.status, 400, "{elsewhere}");
        let refused = client.post("/api/v1/trigger", &json!({ "event": "meeting.started", "to": elsewhere }));
        assert_eq!(refused.status, 400, "{elsewhere}");
    }
    assert!(app.got_nothing_more());
}

#[test]
fn triggers_an_event_that_then_arrives() {
    let (mut listen, client, _home) = in_new_home(&[]);
    let event = client.get("/api/v1/events/meeting.started").json();
    assert_eq!(event["fields"]["payload.object.id"]["type"], "string");
    let body = event["sample"].as_str().unwrap();
    let lines = client.post("/api/v1/trigger", &json!({ "event": "meeting.started", "body": body })).lines();
    assert_eq!((lines.len(), &lines[0]["status"]), (1, &json!(204)));
    let arrived = listen.delivery();
    assert_eq!((&arrived["verdict"], &arrived["body"]), (&json!("valid"), &json!(body)));
    assert_eq!(client.post("/api/v1/trigger", &json!({ "event": "no.event" })).status, 400);
    let names = client.get("/api/v1/events").json();
    assert!(names["events"].as_array().unwrap().len() > 600);
    let scenario = client.post("/api/v1/trigger", &json!({ "scenario": "app-deauthorized" })).lines();
    assert!(!scenario.is_empty() && scenario.iter().all(|line| line["right"] == true), "{scenario:?}");
}

#[test]
fn exports_a_selection_as_one_file_that_shows_texts_as_texts() {
    let (mut listen, client, _home) = in_new_home(&[]);
    let hostile = br#"{"event":"meeting.started","event_ts":1,"payload":{"object":{"host_email":"jill@example.com","topic":"<script>alert(1)</script>"}}}"#;
    post(&listen, hostile);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    let export = |format: &str, redact: bool| {
        client.post("/api/v1/export", &json!({ "ids": [id], "format": format, "redact": redact }))
    };
    let page = export("html", false);
    assert_eq!(page.header("content-disposition"), Some("attachment; filename=\"deliveries.html\""));
    assert!(page.text().contains("jill@example.com") && !page.text().contains("<script"), "{}", page.text());
    let masked = export("html", true);
    assert!(!masked.text().contains("jill@example.com"), "{}", masked.text());
    assert_eq!(export("har", false).json()["log"]["entries"].as_array().unwrap().len(), 1);
    assert_eq!(export("ndjson", false).lines()[0]["id"], json!(id));
    assert_eq!(export("exe", false).status, 400);
}

#[test]
fn inspect_finds_the_running_session() {
    let home = TempDir::new().unwrap();
    let (listen, client) = listen(&home, &[]);
    let mut inspect = zoomhook(home.path());
    inspect.arg("inspect");
    assert_eq!(finish(inspect).stdout, format!("{}\n", listen.ready["inspect_url"].as_str().unwrap()));
    let ticket = client.post("/api/v1/ticket", &json!({})).json();
    let url = ticket["url"].as_str().unwrap().to_owned();
    InspectorClient::open(&url);
    let again = client.ask(
        &format!("GET /?token={} HTTP/1.1\r\nhost: {}\r\n", url.split_once('=').unwrap().1, client.host()),
        "",
    );
    assert_eq!(again.status, 401);
}

/// Runs a real browser over the page: `tests/browser`.
#[test]
#[ignore = "needs Chromium and Node: .ci/browser installs them and runs this"]
fn needs_browser_the_page_works() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
    let mut node = std::process::Command::new("node");
    node.args(["--test", "--test-reporter=spec", "page.test.mjs"]).current_dir(folder);
    assert!(node.env("ZOOMHOOK", env!("CARGO_BIN_EXE_zoomhook")).status().unwrap().success());
}
