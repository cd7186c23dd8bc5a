//! The inspector: who may ask, what they get, and what a slow client must not cause.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::{App, reserved_port};
use crate::support::inspector::{EventStream, InspectorClient};
use crate::support::process::{Listen, at_home, finish, zoomhook};
use crate::support::requests::{SECRET, event, signed, with_length};

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
}

#[test]
fn an_inspector_without_a_history_is_refused() {
    let home = TempDir::new().unwrap();
    for flags in [&["--inspect", "0"][..], &["--open"], &["--inspect-host", "hooks.example.com"]] {
        let mut command = zoomhook(home.path());
        command.args(["listen", "--tunnel", "none", "--no-history"]).args(flags);
        let finished = finish(command);
        let conflict = format!("'--no-history' cannot be used with '{}", flags[0]);
        assert!(finished.code == Some(2) && finished.stderr.contains(&conflict), "{finished:?}");
    }
}

#[test]
fn a_wrong_signature_over_received_bytes_is_invalid_in_every_form_of_the_body() {
    let (mut listen, client, _home) = in_new_home(&[]);
    let request =
        signed("/webhook", br#"{"event": "meeting.started", "event_ts": 1, "payload": {"object": {}}}"#);
    let spaced = String::from_utf8(request).unwrap().replace("meeting.started", "meeting.stopped");
    let mut stream = TcpStream::connect(listen.address).unwrap();
    stream.write_all(spaced.as_bytes()).unwrap();
    assert_eq!(listen.delivery()["verdict"], "invalid");
    let verdict = client.get("/api/v1/deliveries/last/verdict").json();
    assert_eq!(
        (&verdict["verdict"], &verdict["cause"]),
        (&json!("invalid"), &json!("unexplained")),
        "{verdict}"
    );
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
        ("zoom=delivered", 2),
        ("zoom=retried", 0),
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

#[test]
fn a_stream_goes_on_without_a_gap_after_the_session_was_killed() {
    let home = TempDir::new().unwrap();
    let (listen, client) = listen(&home, &[]);
    let mut stream = client.stream("", None);
    let address = listen.address;
    // Posts until the session is gone, and counts what was acknowledged.
    let sender = std::thread::spawn(move || {
        let mut socket = TcpStream::connect(address).unwrap();
        let mut answer = [0; 1024];
        for n in 0.. {
            let body = format!(r#"{{"event":"meeting.started","event_ts":{n},"payload":{{}}}}"#);
            let is_sent = socket.write_all(&signed("/webhook", body.as_bytes())).is_ok();
            if !is_sent
                || !matches!(socket.read(&mut answer), Ok(length) if answer[..length].starts_with(b"HTTP/1.1 204"))
            {
                return n;
            }
        }
        0
    });
    let mut seen: Vec<u64> = Vec::new();
    let mut last = String::new();
    for _ in 0..20 {
        let event = stream.delivery();
        seen.push(event.data["event_ts"].as_u64().unwrap());
        last = event.id.unwrap();
    }
    // The guard kills it.
    drop((stream, listen));
    let acknowledged: u64 = sender.join().unwrap();
    let (_next, client) = self::listen(&home, &[]);
    let mut stream = client.stream("", Some(&last));
    while (seen.len() as u64) < acknowledged {
        seen.push(stream.delivery().data["event_ts"].as_u64().unwrap());
    }
    assert_eq!(seen, (0..acknowledged).collect::<Vec<_>>());
}

/// A `listen` with an inspector on this port, in this home, of the project in this folder.
fn listen_at(home: &TempDir, port: u16, project: &Path) -> Listen {
    Listen::start_with(|command| {
        at_home(command, home.path());
        command.current_dir(project).args(["--tunnel", "none", "--inspect", &port.to_string()]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

/// A port that the system does not give away for now.
fn free_port() -> u16 {
    reserved_port().local_addr().unwrap().port()
}

/// A page that is refused goes on where it was: each of 10,000 deliveries once, in order.
#[test]
fn a_page_goes_on_after_it_and_the_session_were_killed() {
    let (home, port) = (TempDir::new().unwrap(), free_port());
    import(&home, &(0..10_000).map(|n| imported_line(n, r#"{"event":"a.b"}"#)).collect::<String>());
    let session = listen_at(&home, port, home.path());
    let mut page = InspectorClient::open(session.ready["inspect_url"].as_str().unwrap());
    let key = page.resume_key();
    let id = |n: u32| format!("01J2GZ5YHJ00000000{n:08}");
    let mut stream = page.stream("", Some(&id(0)));
    let mut next = 1;
    let mut read_until = |stream: &mut EventStream, end: u32| {
        while next < end {
            assert_eq!(stream.delivery().data["id"], id(next));
            next += 1;
        }
        id(next - 1)
    };
    let at = read_until(&mut stream, 1_500);
    // The page is gone without a goodbye.
    drop(stream);
    let mut stream = page.stream("", Some(&at));
    let at = read_until(&mut stream, 4_500);
    // The guard kills the session.
    drop(session);
    let session = listen_at(&home, port, home.path());
    let resumed = page.resume(&key);
    assert_eq!(resumed.status, 200, "{}", resumed.text());
    let mut stream = page.stream("", Some(&at));
    read_until(&mut stream, 10_000);
    post(&session, &event("meeting.started", 0));
    assert_eq!(stream.delivery().data["event"], "meeting.started");
}

#[test]
fn only_a_page_of_the_same_project_and_port_goes_on_and_only_with_a_fresh_proof() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let session = listen_at(&home, port, home.path());
    let mut page = InspectorClient::open(session.ready["inspect_url"].as_str().unwrap());
    let key = page.resume_key();
    drop(session);
    let (session, other) = listen(&home, &[]);
    let no_key = other.post("/api/v1/resume-key", &json!({})).json();
    assert_eq!(no_key["key"], Value::Null, "the system chose the port, so it does not come again");
    drop(session);
    // The page of one project does not turn into that of another.
    let elsewhere = home.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let session = listen_at(&home, port, &elsewhere);
    assert_eq!(page.resume(&key).status, 401);
    drop(session);
    let session = listen_at(&home, port, home.path());
    // The key itself is no proof.
    let host = page.host();
    let write = |authorization: &str| {
        let head = format!(
            "POST /api/v1/resume HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\nauthorization: {authorization}\r\n"
        );
        page.ask(&head, "{}").status
    };
    assert_eq!([write(&format!("Resume {key}")), write("Resume "), write("Bearer x")], [401, 401, 401]);
    assert_eq!(page.get("/api/v1/session").status, 401);
    assert_eq!(page.resume(&key).status, 200);
    let folder = home.path().join(".local/state/zoomhook/inspector");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "one for each project: {files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(session);
}

#[test]
fn connections_that_idle_with_the_key_do_not_keep_a_page_out() {
    let (_listen, client, _home) = in_new_home(&[]);
    let request = format!(
        "GET /assets/icon.svg HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n",
        client.host(),
        client.cookie
    );
    let idle: Vec<_> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(client.address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream
        })
        .collect();
    for _ in 0..4 {
        assert_eq!(client.get("/api/v1/session").status, 200);
    }
    drop(idle);
}

#[test]
fn a_parameter_that_does_not_exist_is_refused_everywhere() {
    let (mut listen, client, _home) = in_new_home(&[]);
    post(&listen, &event("meeting.started", 0));
    listen.delivery();
    for (path, known) in [
        (
            "deliveries?foo=1",
            "event, verdict, zoom, status, search, since, until, project, provenance, order, limit, after",
        ),
        ("stream?foo=1", "event, verdict, zoom, status, search, since, until, project, provenance, after"),
        ("timeline?foo=1", "since"),
        ("events/meeting.started?foo=1", "seed"),
    ] {
        let refused = client.get(&format!("/api/v1/{path}"));
        assert_eq!(refused.status, 400, "{path}");
        let expected = format!("foo: there is no such parameter. This path has {known}.");
        assert_eq!(refused.json()["message"], json!(expected), "{path}");
    }
    for path in ["session", "deliveries/last", "deliveries/last/verdict", "deliveries/last/curl", "events"] {
        let refused = client.get(&format!("/api/v1/{path}?foo=1"));
        assert_eq!(
            (refused.status, &refused.json()["message"]),
            (400, &json!("foo: this path has no parameters")),
            "{path}"
        );
    }
}

#[test]
fn deliveries_of_a_project_and_imported_ones_can_be_filtered() {
    let home = TempDir::new().unwrap();
    let (mut here, client) = listen(&home, &[]);
    post(&here, &event("meeting.started", 0));
    here.delivery();
    let other = home.path().join("other");
    std::fs::create_dir_all(other.join(".git")).unwrap();
    let mut there = Listen::start_with(|command| {
        at_home(command, home.path());
        command.current_dir(&other).args(["--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    post(&there, &event("user.created", 0));
    there.delivery();
    import(&home, &imported_line(1, "{}"));
    let events = |query: &str| -> Vec<Value> {
        let list = client.get(&format!("/api/v1/deliveries?{query}")).json();
        list["deliveries"].as_array().unwrap().iter().map(|row| row["event"].clone()).collect()
    };
    // The time of an imported one is that of its file.
    assert_eq!(events(""), ["user.created", "meeting.started", "a.b"]);
    let session = client.get("/api/v1/session").json();
    let own = session["project"].as_str().unwrap();
    assert_eq!(events(&format!("project={own}")), ["meeting.started"]);
    let other = other.canonicalize().unwrap();
    assert_eq!(events(&format!("project={}", other.display())), ["user.created"]);
    // An imported one belongs to the project in which it was imported.
    assert_eq!(events(&format!("project={}", other.parent().unwrap().display())), ["a.b"]);
    assert_eq!(events("provenance=recorded"), ["user.created", "meeting.started"]);
    assert_eq!(events("provenance=imported"), ["a.b"]);
    assert_eq!(client.get("/api/v1/deliveries?provenance=x").status, 400);
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
    // Whatever a name server says of the name.
    let below_localhost = format!("http://any.name.localhost:{to}");
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id], "to": below_localhost })).lines();
    assert_eq!(lines[0]["right"], json!(true), "{lines:?}");
    app.next().await;
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
    let name = page.header("content-disposition").unwrap();
    let day = regex::Regex::new(r#"^attachment; filename="zoomhook-meeting.started-\d{4}-\d\d-\d\d.html"$"#)
        .unwrap();
    assert!(day.is_match(name), "{name}");
    assert!(page.text().contains("jill@example.com") && !page.text().contains("<script"), "{}", page.text());
    let masked = export("html", true);
    assert!(!masked.text().contains("jill@example.com"), "{}", masked.text());
    assert_eq!(export("har", false).json()["log"]["entries"].as_array().unwrap().len(), 1);
    assert_eq!(export("ndjson", false).lines()[0]["id"], json!(id));
    assert_eq!(export("exe", false).status, 400);
    let unasked = client.post("/api/v1/export", &json!({ "ids": [id], "format": "html" }));
    assert!(!unasked.text().contains("jill@example.com"), "masked unless that is refused");
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

/// A line of `history import`, of a delivery with this body.
fn imported_line(id: u32, body: &str) -> String {
    let body = json!(body);
    format!(
        r#"{{"v":1,"type":"delivery","id":"01J2GZ5YHJ00000000{id:08}","received_at":"2024-07-11T13:44:15.858Z","verdict":"valid","event":"a.b","body":{body},"method":"POST","target":"/","peer":"","route":"local","tunnel":"none","answer":{{"status":200,"ms":5}},"headers":[],"relayed":[]}}"#
    ) + "\n"
}

fn import(home: &TempDir, lines: &str) {
    std::fs::write(home.path().join("imported.ndjson"), lines).unwrap();
    let mut import = zoomhook(home.path());
    import.args(["history", "import", "imported.ndjson"]);
    assert_eq!(finish(import).code, Some(0));
}

#[test]
fn silent_connections_do_not_keep_a_page_out() {
    let (listen, client, _home) = in_new_home(&[]);
    let silent: Vec<_> = (0..100).map(|_| TcpStream::connect(client.address).unwrap()).collect();
    let mut begun = TcpStream::connect(client.address).unwrap();
    begun.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    let started = std::time::Instant::now();
    let mut streams: Vec<_> = (0..6).map(|_| client.stream("", None)).collect();
    for _ in 0..30 {
        assert_eq!(client.get("/api/v1/session").status, 200);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    post(&listen, &event("meeting.started", 0));
    streams.iter_mut().for_each(|stream| assert_eq!(stream.delivery().kind, "delivery"));
    drop((silent, begun));
}

#[test]
fn too_many_streams_are_refused_and_leave_the_places_of_requests() {
    let (_listen, client, _home) = in_new_home(&[]);
    let _streams: Vec<_> = (0..24).map(|_| client.stream("", None)).collect();
    let refused = client.get("/api/v1/stream");
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json()["message"], "Too many pages are open. Close some of them.");
    assert_eq!(client.get("/api/v1/session").status, 200);
}

#[test]
fn rows_are_short_and_one_delivery_is_whole() {
    let (mut listen, client, _home) = in_new_home(&[]);
    let topic = "x".repeat(900_000);
    let body = format!(
        r#"{{"event":"meeting.started","event_ts":1,"payload":{{"object":{{"id":"88512345678","topic":"{topic}"}}}}}}"#
    );
    let mut stream = client.stream("", None);
    assert_eq!(post_all(&listen, &vec![body.clone().into_bytes(); 3]), [204, 204, 204]);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    let list = client.get("/api/v1/deliveries");
    assert!(list.body.len() < 10_000, "{}", list.body.len());
    let row = stream.delivery().data;
    let title = row["title"].as_str().unwrap();
    assert_eq!((title.chars().count(), title.ends_with('…')), (201, true));
    assert_eq!(row["body_bytes"], json!(body.len()));
    assert_eq!(client.get(&format!("/api/v1/deliveries/{id}")).json()["body"], json!(body));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_is_found_page_by_page() {
    let app = App::start().await;
    let to = app.address.port().to_string();
    let (listen, client, _home) = in_new_home(&["--forward", &to]);
    let mut count = 0;
    app.answers_by(move |_| {
        count += 1;
        let status = if count % 3 == 0 { "401 No" } else { "200 OK" };
        format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    let statuses = post_all(&listen, &vec![event("meeting.started", 0); 12]);
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 4);
    for (zoom, expected) in [("lost", 4), ("delivered", 8), ("retried", 0)] {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page =
                client.get(&format!("/api/v1/deliveries?zoom={zoom}&limit=3&search=abc{after}")).json();
            found.extend(ids(&page).into_iter().map(str::to_owned));
            assert!(page["deliveries"].as_array().unwrap().iter().all(|row| row["zoom"] == zoom), "{page}");
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(found.len(), expected, "{zoom}");
        assert!(found.is_sorted_by(|one, other| one > other), "{found:?}");
    }
}

/// What the page says about a delivery.
fn sentences(client: &InspectorClient, id: &str) -> String {
    let outcome = client.get(&format!("/api/v1/deliveries/{id}/outcome")).json();
    let sentences = outcome["sentences"].as_array().unwrap().iter();
    let lines =
        sentences.map(|one| format!("{}: {}", one["tone"].as_str().unwrap(), one["text"].as_str().unwrap()));
    std::iter::once(outcome["source"].as_str().unwrap().to_owned())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn says_what_became_of_a_local_request_without_a_word_about_what_zoom_did() {
    let app = App::start().await;
    let to = app.address.port().to_string();
    let (mut listen, client, _home) = in_new_home(&["--forward", &to]);
    app.answers(
        "HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"error\":\"no\"}",
    );
    assert_eq!(post(&listen, &event("meeting.started", 0)), 401);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    let said = sentences(&client, &id);
    assert!(
        said.starts_with("local\nbad: Your app answered 401 to a correctly signed event after "),
        "{said}"
    );
    assert!(
        said.contains("Zoom would not retry a 4xx.") && said.contains("It answered: {\"error\":\"no\"}"),
        "{said}"
    );
    let refused = with_length("POST /webhook HTTP/1.1\r\nhost: x\r\n".into(), &event("meeting.started", 0));
    let mut stream = TcpStream::connect(listen.address).unwrap();
    stream.write_all(&refused).unwrap();
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    assert_eq!(sentences(&client, &id), "local\nbad: zoomhook refused it with 401: no signature.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_delivery_is_shown_as_imported_and_needs_a_target() {
    let mut app = App::start().await;
    let to = app.address.port().to_string();
    let (_listen, client, home) = in_new_home(&["--forward", &to]);
    import(&home, &imported_line(1, r#"{"event":"a.b"}"#));
    let row = client.get("/api/v1/deliveries").json()["deliveries"][0].clone();
    assert_eq!((&row["imported"], &row["source"]), (&json!(true), &json!("imported")));
    let id = row["id"].as_str().unwrap();
    assert_eq!(
        sentences(&client, id),
        "imported\nplain: Its file says that it was answered with 200 after 5 ms."
    );
    let page = client.post("/api/v1/export", &json!({ "ids": [id], "format": "html" }));
    assert!(page.text().contains("not verified on this machine"), "{}", page.text());
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id] })).lines();
    assert_eq!(
        lines.last().unwrap()["message"],
        "The delivery was imported, so it has no target. Name the port of your app."
    );
    assert!(app.got_nothing_more());
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id], "to": to })).lines();
    assert_eq!((&lines[0]["type"], &lines.last().unwrap()["type"]), (&json!("note"), &json!("replayed")));
    assert_eq!(app.next().await.body, br#"{"event":"a.b"}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_to_the_app_that_received_it_and_says_so() {
    let home = TempDir::new().unwrap();
    let (mut first, mut second) = (App::start().await, App::start().await);
    let port = |app: &App| app.address.port().to_string();
    let (mut earlier, _) = listen(&home, &["--forward", &port(&first)]);
    assert_eq!(post(&earlier, &event("meeting.started", 0)), 204);
    let id = earlier.delivery()["id"].as_str().unwrap().to_owned();
    first.next().await;
    drop(earlier);
    let (now, client) = listen(&home, &["--forward", &port(&second)]);
    assert_eq!(post(&now, &event("meeting.started", 0)), 204);
    second.next().await;
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id] })).lines();
    let note = lines[0]["message"].as_str().unwrap();
    let expected = format!(
        "http://localhost:{} received it, so it goes there. No running session forwards to it.",
        port(&first)
    );
    assert_eq!(note, expected);
    first.next().await;
    assert!(second.got_nothing_more());
}

#[test]
fn an_exact_replay_has_no_other_body() {
    let (mut listen, client, _home) = in_new_home(&[]);
    post(&listen, &event("meeting.started", 0));
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    let refused = client.post("/api/v1/replay", &json!({ "ids": [id], "body": "{}", "exact": true }));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["message"], "body: `exact` sends the stored body. Leave out one of the two.");
    let lines = client.post("/api/v1/replay", &json!({ "ids": [id], "exact": true })).lines();
    assert_eq!(
        lines[0]["message"],
        "No app has received it, so it goes to this session, which handles it as a new one."
    );
    let again = listen.delivery();
    assert_eq!((&again["verdict"], &again["event"]), (&json!("valid"), &json!("meeting.started")));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletes_a_selection_but_not_what_the_app_is_answering() {
    let app = App::start().await;
    let to = app.address.port().to_string();
    let (mut listen, client, _home) = in_new_home(&["--forward", &to]);
    assert_eq!(post(&listen, &event("meeting.started", 0)), 204);
    let old = listen.delivery()["id"].as_str().unwrap().to_owned();
    app.pauses(Duration::from_millis(900));
    let mut stream = client.stream("", None);
    let address = listen.address;
    let sender = std::thread::spawn(move || {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.write_all(&signed("/webhook", &event("meeting.ended", 0))).unwrap();
        let _ = socket.read(&mut [0; 64]);
    });
    let waiting = stream.delivery().data;
    assert_eq!(waiting["pending"], "answer");
    let kept = waiting["id"].as_str().unwrap();
    let deleted = client.post("/api/v1/delete", &json!({ "ids": [old, kept] })).json();
    assert_eq!((&deleted["deliveries"], &deleted["kept"]), (&json!(1), &json!([kept])));
    sender.join().unwrap();
    listen.delivery();
    assert_eq!(ids(&client.get("/api/v1/deliveries").json()), [kept]);
    let deleted = client.post("/api/v1/delete", &json!({ "ids": [kept] })).json();
    assert_eq!((&deleted["deliveries"], &deleted["kept"]), (&json!(1), &json!([])));
    assert_eq!(client.get("/api/v1/deliveries").json()["total"], 0);
    assert_eq!(client.post("/api/v1/delete", &json!({ "ids": [kept] })).status, 404);
    assert_eq!(client.post("/api/v1/delete", &json!({ "ids": [] })).status, 400);
    assert_eq!(client.post("/api/v1/delete", &json!({ "ids": ["meeting.ended"] })).status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_the_app_with_the_lines_of_the_command() {
    let app = App::start().await;
    let to = format!("{}/zoom", app.address.port());
    let (_listen, client, home) = in_new_home(&["--forward", &to]);
    assert_eq!(client.get("/api/v1/session").json()["check"], json!(format!("http://localhost:{to}")));
    let all = client.post("/api/v1/check", &json!({ "events": true, "quick": true })).lines();
    let (progress, result): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|line| line["type"] == "check_progress");
    assert!(progress.len() > 10 && progress[0]["sends"].is_string(), "{progress:?}");
    // One definition: the lines of the command, apart from times.
    let mut command = zoomhook(home.path());
    command.args(["check", &to, "--quick", "--format", "json", "--secret", SECRET]);
    let command: Vec<Value> =
        finish(command).stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let without_times = |lines: &[Value]| -> Vec<Value> {
        let mut lines = lines.to_vec();
        lines.iter_mut().for_each(|line| drop(line.as_object_mut().unwrap().remove("ms")));
        lines
    };
    assert_eq!(without_times(&result), without_times(&command));
    assert_eq!(result.last().unwrap()["type"], "check_summary");
    let quiet = client.post("/api/v1/check", &json!({ "events": false, "quick": true })).lines();
    let sends = |lines: &[Value]| lines.iter().filter(|line| line["status"].is_number()).count();
    assert!(sends(&quiet) < sends(&result));
    for elsewhere in ["http://example.com/", "https://10.0.0.1:443", "unix:/run/docker.sock"] {
        let refused = client.post("/api/v1/check", &json!({ "events": true, "to": elsewhere }));
        assert_eq!(refused.status, 400, "{elsewhere}");
    }
    assert_eq!(client.post("/api/v1/check", &json!({ "quick": true })).status, 400, "events is a choice");
}

#[test]
fn shows_the_session_with_what_it_expects_and_who_signs() {
    let (mut listen, client, _home) = in_new_home(&["--expect", "meeting.started=2"]);
    let session = client.get("/api/v1/session").json();
    assert_eq!(session["expected"][0]["text"], "meeting.started (0 of 2)");
    post(&listen, &event("meeting.started", 0));
    listen.delivery();
    let session = client.get("/api/v1/session").json();
    assert_eq!((&session["expected"][0]["seen"], &session["expected"][0]["met"]), (&json!(1), &json!(false)));
    assert_eq!(session["secrets"][0]["source"], "environment  ZOOM_WEBHOOK_SECRET_TOKEN");
    assert_eq!(session["secrets"][0]["fingerprint"].as_str().unwrap().len(), 8);
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
