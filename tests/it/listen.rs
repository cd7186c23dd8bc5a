//! `zoomhook listen` as a process: its answers, its output, and its end.

use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::json;

use crate::support::process::{self, Listen};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, signed, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

/// Requests signed by Python's `hmac`; see the file for how.
const SIGNED_ELSEWHERE: &str = include_str!("../data/signed_elsewhere.json");

#[tokio::test]
async fn requests_signed_by_another_program_are_accepted_and_tampered_copies_refused() {
    let mut listen = Listen::start(&["--max-age", "876000h"]);
    let data: serde_json::Value = serde_json::from_str(SIGNED_ELSEWHERE).unwrap();
    for case in data["requests"].as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let head = format!(
            "POST /webhook HTTP/1.1\r\nhost: x\r\nX-Zm-Request-Timestamp: {}\r\nX-Zm-Signature: {}\r\n",
            text("timestamp"),
            text("signature")
        );
        let body = text("body");
        let mut client = RawClient::connect(listen.address).await;
        let reply = client.request(&with_length(head.clone(), body.as_bytes())).await;
        assert_eq!(reply.status, 204, "{}", text("name"));
        let line = listen.delivery();
        assert_eq!((&line["verdict"], &line["body"]), (&json!("valid"), &json!(body)));
        let tampered = body.replacen("meeting", "meetinG", 1);
        assert_ne!(tampered, body);
        let reply = client.request(&with_length(head, tampered.as_bytes())).await;
        assert_eq!(reply.status, 401, "{}", text("name"));
        assert_eq!(listen.delivery()["reason"], "signature_mismatch");
    }
}

#[tokio::test]
async fn the_cause_of_a_wrong_signature_is_named_if_it_is_proven() {
    let mut listen = Listen::start(&[]);
    let body = event("meeting.started", 0);
    for (secret, cause) in
        [("zoomhook-test-secret\n", json!("secret-whitespace")), ("somebody-else", json!(null))]
    {
        let head = head_with("/webhook", &timestamp(0), secret, &body);
        let mut client = RawClient::connect(listen.address).await;
        assert_eq!(client.request(&with_length(head, &body)).await.status, 401);
        let line = listen.delivery();
        assert_eq!((&line["reason"], &line["cause"]), (&json!("signature_mismatch"), &cause));
        assert!(!line["detail"].as_str().unwrap().contains(SECRET), "{line}");
    }
}

#[tokio::test]
async fn the_answer_to_a_challenge_is_exact() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../data/vectors.json")).unwrap();
    let published = &vectors["challenges"][0];
    let text = |name: &str| published[name].as_str().unwrap();
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--secret", text("secret")]);
    });
    let token = text("plainToken");
    let body = format!(
        r#"{{"payload":{{"plainToken":"{token}"}},"event_ts":1720705455858,"event":"endpoint.url_validation"}}"#
    );
    let head = head_with("/webhook", &timestamp(0), text("secret"), body.as_bytes());
    let reply = RawClient::connect(listen.address).await.request(&with_length(head, body.as_bytes())).await;
    let answer = format!(r#"{{"plainToken":"{token}","encryptedToken":"{}"}}"#, text("encryptedToken"));
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!(String::from_utf8(reply.body).unwrap(), answer);
    let line = listen.delivery();
    assert_eq!((&line["event"], &line["answer"]["status"]), (&json!("endpoint.url_validation"), &json!(200)));
}

#[tokio::test]
async fn unsigned_challenges_are_refused_unless_they_are_allowed() {
    let body = br#"{"payload":{"plainToken":"abc"},"event":"endpoint.url_validation"}"#;
    let request = with_length("POST /webhook HTTP/1.1\r\nhost: x\r\n".into(), body);
    for (arguments, status) in [(&[][..], 401), (&["--allow-unsigned-challenge"][..], 200)] {
        let listen = Listen::start(arguments);
        assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, status);
    }
}

#[tokio::test]
async fn the_secret_that_matched_is_named() {
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--secret", "one=aaaaaaaaaaaaaaaaaaaaaa"]);
        command.args(["--secret", "two=bbbbbbbbbbbbbbbbbbbbbb"]);
    });
    let body = event("a.b", 0);
    let request = with_length(head_with("/webhook", &timestamp(0), "bbbbbbbbbbbbbbbbbbbbbb", &body), &body);
    assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 204);
    assert_eq!(listen.delivery()["secret_name"], "two");
}

#[tokio::test]
async fn several_requests_with_the_same_offset_give_a_warning_about_the_clock() {
    let mut listen = Listen::start(&[]);
    let mut client = RawClient::connect(listen.address).await;
    // The clock is read once: if a second ends between two requests, both would get the same timestamp.
    let signed_at: u64 = timestamp(-1_002).parse().unwrap();
    for second in 0..3 {
        let body = event("a.b", second);
        let stamp = (signed_at + second as u64).to_string();
        let reply = client.request(&with_length(head_with("/webhook", &stamp, SECRET, &body), &body)).await;
        assert_eq!(reply.status, 401);
        assert_eq!(listen.delivery()["reason"], "stale");
    }
    let warning = listen.line("warning");
    assert_eq!(warning["code"], "clock_off");
}

#[cfg(unix)]
#[tokio::test]
async fn a_signed_request_to_another_path_is_kept_and_counts_as_refused() {
    let mut listen = Listen::start(&[]);
    let body = event("meeting.started", 0);
    for request in [signed("/hook?a=b", &body), b"GET /favicon.ico HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()] {
        assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 404);
    }
    let line = listen.delivery();
    assert_eq!((&line["verdict"], &line["reason"]), (&json!("valid"), &json!("signed_for_other_path")));
    assert_eq!(line["event"], "meeting.started");
    assert_text!(line["detail"].as_str().unwrap(), @"The request is correctly signed, but posted to /hook?a=b; this endpoint is /webhook. Correct the URL in Marketplace.");
    assert_eq!(line["body"].as_str().unwrap().as_bytes(), body);
    let (_, lines, _) = listen.interrupted();
    let summary = lines.last().unwrap();
    assert_eq!(summary["refused"], json!({"signed_for_other_path": 1}));
}

#[tokio::test]
async fn a_retry_is_reported_as_a_retry() {
    let mut listen = Listen::start(&[]);
    let body = event("a.b", 0);
    let mut client = RawClient::connect(listen.address).await;
    for (offset, first) in [(-9, true), (-4, false)] {
        let head = head_with("/webhook", &timestamp(offset), SECRET, &body) + "x-zm-request-id: a_b\r\n";
        assert_eq!(client.request(&with_length(head, &body)).await.status, 204);
        let line = listen.delivery();
        assert_eq!(line["request_id"], "a_b");
        assert_eq!(line["retry_of"].is_null(), first, "{line}");
    }
}

#[tokio::test]
async fn listen_ends_with_0_after_all_expected_events() {
    let mut listen = Listen::start(&["--expect", "a.b=2", "--expect", "c.*", "--timeout", "20s"]);
    let mut client = RawClient::connect(listen.address).await;
    for name in ["a.b", "c.d", "x.y", "a.b"] {
        assert_eq!(client.request(&signed("/webhook", &event(name, 0))).await.status, 204);
    }
    let (status, lines, _) = listen.ended();
    assert_eq!(status.code(), Some(0));
    assert_eq!(lines.iter().filter(|line| line["type"] == "delivery").count(), 4);
}

#[tokio::test]
async fn listen_ends_with_7_and_names_the_missing_events_after_the_timeout() {
    let mut listen = Listen::start(&["--expect", "a.b=2", "--timeout", "400ms"]);
    let mut client = RawClient::connect(listen.address).await;
    client.request(&signed("/webhook", &event("a.b", 0))).await;
    let (status, _, stderr) = listen.ended();
    assert_eq!(status.code(), Some(7));
    assert_text!(stderr, @"error: not delivered in time: a.b (1 of 2)");
}

#[tokio::test]
async fn filters_select_the_events_that_count_and_every_event_is_answered() {
    let mut listen = Listen::start(&[
        "--events",
        "meeting.*",
        "--where",
        "payload.object.topic=xx",
        "--exit-after",
        "1",
        "--timeout",
        "20s",
    ]);
    let mut client = RawClient::connect(listen.address).await;
    for (name, padding) in [("recording.completed", 2), ("meeting.ended", 3), ("meeting.started", 2)] {
        assert_eq!(client.request(&signed("/webhook", &event(name, padding))).await.status, 204);
    }
    let (status, lines, _) = listen.ended();
    assert_eq!(status.code(), Some(0));
    let shown: Vec<_> =
        lines.iter().filter(|line| line["type"] == "delivery").map(|line| &line["event"]).collect();
    assert_eq!(shown, [&json!("meeting.started")]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_under_load_ends_the_session_in_order() {
    for signal in ["TERM", "INT"] {
        let mut listen = Listen::start(&[]);
        let address = listen.address;
        let load: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn(async move {
                    let (mut client, mut acknowledged) = (RawClient::connect(address).await, 0u64);
                    loop {
                        client.send_while_taken(&signed("/webhook", &event("a.b", 100))).await;
                        match client.reply().await {
                            Some(reply) => assert_eq!(reply.status, 204),
                            None => return acknowledged,
                        }
                        acknowledged += 1;
                    }
                })
            })
            .collect();
        for _ in 0..100 {
            listen.delivery();
        }
        listen.signal(signal);
        let mut acknowledged = 0;
        for client in load {
            acknowledged += client.await.unwrap();
        }
        let (status, lines, stderr) = listen.ended();
        assert_eq!(status.code(), Some(0), "{stderr}");
        let printed = 100 + lines.iter().filter(|line| line["type"] == "delivery").count() as u64;
        assert!(printed >= acknowledged, "{acknowledged} acknowledged, {printed} printed");
        let summary = lines.last().unwrap();
        assert_eq!(summary["type"], "summary", "{summary}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_signal_ends_the_session_at_once() {
    let listen = Listen::start(&[]);
    // Because of a request that never finishes, one signal would take the grace period of 1.5 s.
    let mut client = RawClient::connect(listen.address).await;
    client.send(b"POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{").await;
    client_is_being_served(&listen).await;
    let begun = std::time::Instant::now();
    listen.signal("INT");
    // The listener is closed once the first signal has arrived.
    while tokio::net::TcpStream::connect(listen.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let (status, _, _) = listen.interrupted();
    assert!(begun.elapsed() < std::time::Duration::from_millis(1500), "listen waited for the request");
    assert_eq!(status.code(), Some(130));
}

#[cfg(unix)]
async fn client_is_being_served(listen: &Listen) {
    // Connections are accepted in order: one that is answered proves that those before it are served.
    RawClient::connect(listen.address).await.request(&signed("/webhook", &event("a.b", 0))).await;
}

#[cfg(unix)]
#[tokio::test]
async fn few_file_descriptors_limit_the_connections_and_are_survived() {
    let mut listen = Listen::start_with(|command| {
        // The shell lowers the limit and becomes the program.
        let program = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
        let environment: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
        let folder = command.get_current_dir().unwrap().to_owned();
        *command = std::process::Command::new("/bin/sh");
        command.args(["-c", "ulimit -n 56; exec \"$@\"", "sh"]).arg(program).args(arguments);
        command.args(["--tunnel", "none"]).env_clear().envs(environment).current_dir(folder);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).stdin(Stdio::null());
    });
    let mut clients = Vec::new();
    for _ in 0..60 {
        clients.push(RawClient::connect(listen.address).await);
    }
    assert_eq!(listen.line("warning")["code"], "connections_exhausted");
    drop(clients);
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&signed("/webhook", &event("a.b", 0))).await.status, 204);
}

/// `listen` with NDJSON into a pipe, after its `ready` line.
fn piped(home: &std::path::Path, more: &[&str]) -> (Child, ChildStdout, SocketAddr) {
    let mut command = process::zoomhook(home);
    command.args(["listen", "--tunnel", "none", "--port", "0", "--format", "json"]).args(more);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        line.push(byte[0]);
    }
    let ready: serde_json::Value = serde_json::from_slice(&line).unwrap();
    let port = u16::try_from(ready["port"].as_u64().unwrap()).unwrap();
    (child, stdout, ([127, 0, 0, 1], port).into())
}

#[tokio::test]
async fn a_closed_stdout_ends_the_session_without_an_error() {
    let home = tempfile::TempDir::new().unwrap();
    let (child, stdout, address) = piped(home.path(), &[]);
    drop(stdout);
    let mut client = RawClient::connect(address).await;
    client.send_while_taken(&signed("/webhook", &event("a.b", 0))).await;
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert_run!(output.into(), @"exit: 0");
}

#[tokio::test]
async fn listen_ends_with_7_even_if_its_output_is_not_read() {
    let home = tempfile::TempDir::new().unwrap();
    let (child, stdout, address) = piped(home.path(), &["--expect", "a.b=2", "--timeout", "2s"]);
    // More than a pipe holds.
    let body = event("a.b", 300_000);
    assert_eq!(RawClient::connect(address).await.request(&signed("/webhook", &body)).await.status, 204);
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    drop(stdout);
    assert_run!(output.into(), @"
    exit: 7
    --- stderr
    error: not delivered in time: a.b (1 of 2)
    ");
}

#[tokio::test]
async fn unreadable_requests_are_reported_a_few_times() {
    let mut listen = Listen::start(&["--max-header-size", "16KiB", "--exit-after", "1"]);
    let large = format!("POST /webhook HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let mut client = RawClient::connect(listen.address).await;
    client.send_while_taken(large.as_bytes()).await;
    assert_eq!(client.reply().await.unwrap().status, 431);
    assert_text!(listen.line("warning")["message"].as_str().unwrap(), @"A request from 127.0.0.1:????? has headers of more than 16 KiB and was answered with 431 (--max-header-size).");
    let many = format!("POST /webhook HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101));
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(many.as_bytes()).await.status, 431);
    assert_text!(listen.line("warning")["message"].as_str().unwrap(), @"A request from 127.0.0.1:????? has more than 100 headers, the limit, and was answered with 431.");
    for _ in 0..5 {
        // The start of TLS, such as from a browser at https://localhost.
        let mut client = RawClient::connect(listen.address).await;
        client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").await;
        assert_eq!(client.reply().await.unwrap().status, 400);
    }
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&signed("/webhook", &event("a.b", 0))).await.status, 204);
    let (_, lines, _) = listen.ended();
    let warnings: Vec<_> = lines.iter().filter(|line| line["code"] == "unreadable_request").collect();
    assert_eq!(warnings.len(), 1, "three warnings in all: {warnings:?}");
}
