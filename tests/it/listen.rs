//! `zoomhook listen` as a process: what it answers, what it says, and how it ends.

use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::json;

use crate::support::{
    process::{self, Listen},
    raw_client::RawClient,
    requests::{SECRET, event, head_with, signed, timestamp, with_length},
};

/// Requests signed by Python's `hmac`; see the file for how.
const SIGNED_ELSEWHERE: &str = include_str!("../data/signed_elsewhere.json");

#[tokio::test]
async fn accepts_requests_that_were_signed_elsewhere_and_refuses_their_tampered_twins() {
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
async fn names_the_cause_of_a_wrong_signature_where_it_can_be_proved() {
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
async fn answers_a_challenge_exactly() {
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
async fn refuses_unsigned_challenges_unless_told_otherwise() {
    let body = br#"{"payload":{"plainToken":"abc"},"event":"endpoint.url_validation"}"#;
    let request = with_length("POST /webhook HTTP/1.1\r\nhost: x\r\n".into(), body);
    for (arguments, status) in [(&[][..], 401), (&["--allow-unsigned-challenge"][..], 200)] {
        let listen = Listen::start(arguments);
        assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, status);
    }
}

#[tokio::test]
async fn names_the_secret_that_matched() {
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
async fn several_requests_off_by_the_same_amount_tell_that_the_clock_is_wrong() {
    let mut listen = Listen::start(&[]);
    let mut client = RawClient::connect(listen.address).await;
    // Read once: a second that ends between two requests must not give both the same timestamp.
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

#[tokio::test]
async fn a_retry_is_told_as_one() {
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
async fn ends_with_0_once_all_expected_events_were_seen() {
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
async fn ends_with_7_and_says_what_is_missing_when_the_time_is_up() {
    let mut listen = Listen::start(&["--expect", "a.b=2", "--timeout", "400ms"]);
    let mut client = RawClient::connect(listen.address).await;
    client.request(&signed("/webhook", &event("a.b", 0))).await;
    let (status, _, stderr) = listen.ended();
    assert_eq!(status.code(), Some(7));
    assert!(stderr.contains("a.b (1 of 2)"), "{stderr}");
}

#[tokio::test]
async fn counts_only_what_the_filters_let_through_and_answers_everything() {
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
async fn ends_in_order_when_it_is_asked_to_under_load() {
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
        let told = 100 + lines.iter().filter(|line| line["type"] == "delivery").count() as u64;
        assert!(told >= acknowledged, "{acknowledged} acknowledged, {told} told");
        let summary = lines.last().unwrap();
        assert_eq!(summary["type"], "summary", "{summary}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let listen = Listen::start(&[]);
    // A request that never finishes would keep it for the second and a half of grace.
    let mut client = RawClient::connect(listen.address).await;
    client.send(b"POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{").await;
    client_is_being_served(&listen).await;
    let begun = std::time::Instant::now();
    listen.signal("INT");
    // The local socket is closed once the first signal has been taken.
    while tokio::net::TcpStream::connect(listen.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let (status, _, _) = listen.interrupted();
    assert!(begun.elapsed() < std::time::Duration::from_millis(1500), "it waited for the request");
    assert_eq!(status.code(), Some(130));
}

#[cfg(unix)]
async fn client_is_being_served(listen: &Listen) {
    // Connections are accepted in order: one that is answered proves that those before it are served.
    RawClient::connect(listen.address).await.request(&signed("/webhook", &event("a.b", 0))).await;
}

#[cfg(unix)]
#[tokio::test]
async fn running_out_of_descriptors_is_told_and_survived() {
    let mut listen = Listen::start_with(|command| {
        // The shell lowers the limit and becomes the program.
        let program = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
        let environment: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
        let folder = command.get_current_dir().unwrap().to_owned();
        *command = std::process::Command::new("/bin/sh");
        command.args(["-c", "ulimit -n 40; exec \"$@\"", "sh"]).arg(program).args(arguments);
        command.args(["--tunnel", "none"]).env_clear().envs(environment).current_dir(folder);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).stdin(Stdio::null());
    });
    let mut clients = Vec::new();
    for _ in 0..60 {
        clients.push(RawClient::connect(listen.address).await);
    }
    assert_eq!(listen.line("warning")["code"], "accept_failing");
    drop(clients);
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&signed("/webhook", &event("a.b", 0))).await.status, 204);
}

/// `listen` with NDJSON into a pipe, of which the `ready` line has been read.
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
async fn a_closed_pipe_ends_it_quietly() {
    let home = tempfile::TempDir::new().unwrap();
    let (child, stdout, address) = piped(home.path(), &[]);
    drop(stdout);
    let mut client = RawClient::connect(address).await;
    client.send_while_taken(&signed("/webhook", &event("a.b", 0))).await;
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[tokio::test]
async fn ends_with_7_also_where_nobody_reads_the_output() {
    let home = tempfile::TempDir::new().unwrap();
    let (child, stdout, address) = piped(home.path(), &["--expect", "a.b=2", "--timeout", "2s"]);
    // More than a pipe holds.
    let body = event("a.b", 300_000);
    assert_eq!(RawClient::connect(address).await.request(&signed("/webhook", &body)).await.status, 204);
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    drop(stdout);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{stderr}");
    assert!(stderr.contains("a.b (1 of 2)"), "{stderr}");
}

#[tokio::test]
async fn what_is_no_request_is_told_a_few_times() {
    let mut listen = Listen::start(&["--max-header-size", "16KiB", "--exit-after", "1"]);
    let large = format!("POST /webhook HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let mut client = RawClient::connect(listen.address).await;
    client.send_while_taken(large.as_bytes()).await;
    assert_eq!(client.reply().await.unwrap().status, 431);
    assert!(listen.line("warning")["message"].as_str().unwrap().contains("more than 16 KiB"));
    for _ in 0..5 {
        // The beginning of TLS, as of a browser that was sent to https://localhost.
        let mut client = RawClient::connect(listen.address).await;
        client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").await;
        assert_eq!(client.reply().await.unwrap().status, 400);
    }
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&signed("/webhook", &event("a.b", 0))).await.status, 204);
    let (_, lines, _) = listen.ended();
    let told: Vec<_> = lines.iter().filter(|line| line["code"] == "unreadable_request").collect();
    assert_eq!(told.len(), 2, "three in all: {told:?}");
}
