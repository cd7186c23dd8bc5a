//! `zoomhook listen --forward`: the user's app behind the real binary.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::support::app::{App, reserved_port};
use crate::support::ngrok_server::certificate;
use crate::support::process::{Listen, run};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, sign, signed, signed_head, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

fn forwarding(app: &App, arguments: &[&str]) -> Listen {
    let port = app.address.port().to_string();
    Listen::start(&[&["--forward", &port], arguments].concat())
}

async fn send(listen: &Listen, request: &[u8]) -> crate::support::raw_client::Reply {
    RawClient::connect(listen.address).await.request(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_byte_reaches_the_app_and_its_answer_goes_back_unchanged() {
    let mut app = App::start().await;
    let mut listen = forwarding(&app, &[]);
    app.answers("HTTP/1.1 202 Accepted\r\ncontent-length: 4\r\nx-from: app\r\nset-cookie: a=1\r\n\r\ndone");
    for size in [0, 1, 4_000, 70_000, 1_000_000] {
        let body = event("meeting.started", size);
        let reply = send(&listen, &signed("/webhook?a=b", &body)).await;
        assert_eq!((reply.status, reply.header("x-from"), &reply.body[..]), (202, Some("app"), &b"done"[..]));
        let received = app.next().await;
        assert_eq!(received.body, body);
        assert!(received.head.starts_with("POST /webhook?a=b HTTP/1.1\r\n"), "{}", received.head);
        let stamp = received.header("x-zm-request-timestamp")[0];
        assert_eq!(received.header("x-zm-signature"), [sign(SECRET, stamp, &body)]);
        assert_eq!(received.header("host"), [format!("localhost:{}", app.address.port())]);
        let line = listen.delivery();
        assert_eq!((&line["answer"]["status"], &line["relayed"][0]["status"]), (&json!(202), &json!(202)));
    }
    assert_eq!(app.connections(), 1, "the connection was not kept");
}

/// An app that reads the head of each request, sends this, and closes the connection with the body unread.
async fn app_that_reads_only_heads(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    port
}

// Windows discards what was not read before a reset.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_answers_before_it_has_read_the_body_has_answered() {
    let with_length = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 3\r\n\r\nbig";
    for answer in [with_length, "HTTP/1.1 413 Too Large\r\nconnection: close\r\n\r\nbig"] {
        let port = app_that_reads_only_heads(answer).await.to_string();
        let listen = Listen::start(&["--forward", &port]);
        for _ in 0..15 {
            let reply = send(&listen, &signed("/webhook", &event("meeting.started", 1_000_000))).await;
            assert_eq!((reply.status, &reply.body[..]), (413, &b"big"[..]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_not_accused_when_its_connection_is_reset() {
    let port = app_that_reads_only_heads("").await.to_string();
    let mut listen = Listen::start(&["--forward", &port]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 1_000_000))).await.status, 502);
    let relayed = &listen.delivery()["relayed"][0];
    assert_eq!(relayed["outcome"], "broken");
    assert_text!(relayed["detail"].as_str().unwrap(), @"the connection was reset before the answer was complete");
}

// An app that crashes on Windows resets the connection.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_crashes_on_a_request_does_not_get_it_again() {
    let mut app = App::start().await;
    let listen = forwarding(&app, &[]);
    for (answer, status) in [("HTTP/1.1 204 No Content\r\n\r\n", 204), ("close", 502)] {
        app.answers(answer);
        assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, status);
        app.next().await;
    }
    assert!(app.got_nothing_more() && app.connections() == 1, "the request was sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_requests_reach_the_app_only_with_forward_unverified() {
    for (arguments, reaches) in [(&[][..], false), (&["--forward-unverified"][..], true)] {
        let app = App::start().await;
        if !reaches {
            app.expect_no_call();
        }
        let mut listen = forwarding(&app, arguments);
        let body = event("a.b", 0);
        let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
        let status = send(&listen, &forged).await.status;
        assert_eq!(status, if reaches { 204 } else { 401 });
        assert_eq!(listen.delivery()["verdict"], "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_app_is_down_zoom_gets_502_and_held_events_follow_in_order() {
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let mut listen = Listen::start(&["--forward", &port, "--hold"]);
    for name in ["first.event", "second.event"] {
        assert_eq!(send(&listen, &signed("/webhook", &event(name, 0))).await.status, 502);
        assert_eq!(listen.delivery()["relayed"][0]["outcome"], "unreachable");
    }
    let mut app = App::start_on(reserved);
    for name in ["first.event", "second.event"] {
        // The connection that finds the port open carries no request.
        assert_eq!(app.next().await.body, event(name, 0));
        let line = listen.line("relayed");
        assert_eq!((&line["event"], &line["status"]), (&json!(name), &json!(204)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ack_now_answers_before_the_app_gets_the_event() {
    let mut app = App::start().await;
    let mut listen = forwarding(&app, &["--ack", "now"]);
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 204);
    let told = listen.delivery();
    assert_eq!(app.next().await.body, event("a.b", 0));
    let line = listen.line("relayed");
    assert_eq!((&line["id"], &line["status"]), (&told["id"], &json!(200)));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_events_that_never_reached_the_app_are_reported_at_the_end() {
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let mut listen = Listen::start(&["--forward", &port, "--ack", "now"]);
    for _ in 0..3 {
        assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 204);
    }
    listen.signal("INT");
    let warning = listen.line("warning");
    assert_eq!(warning["code"], "not_handed_on");
    assert_text!(warning["message"].as_str().unwrap(), @"3 deliveries queued for your app did not reach it. `zoomhook replay ID` sends one to it; `zoomhook history list` shows the ids.");
    assert_eq!(listen.ended().0.code(), Some(0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_app_handles_at_the_end_is_answered_and_reported() {
    let mut app = App::start().await;
    app.pauses(Duration::from_secs(30));
    let mut listen = forwarding(&app, &[]);
    let address = listen.address;
    let asked = tokio::spawn(async move {
        RawClient::connect(address).await.request(&signed("/webhook", &event("a.b", 0))).await.status
    });
    app.next().await;
    listen.signal("INT");
    let line = listen.delivery();
    // The app had no fault: its time was not up.
    assert_eq!((&line["zoom"], &line["relayed"][0]["outcome"]), (&json!("retried"), &json!("stopped")));
    assert_eq!(line["relayed"][0]["limit_ms"], json!(null));
    assert_eq!(asked.await.unwrap(), 504);
    assert_eq!(listen.ended().0.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_are_answered_by_zoomhook_and_the_answer_of_the_app_is_checked() {
    let body = br#"{"payload":{"plainToken":"abc"},"event":"endpoint.url_validation"}"#;
    let mut app = App::start().await;
    let mut listen = forwarding(&app, &[]);
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let reply = send(&listen, &signed("/webhook", body)).await;
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(answer["plainToken"], "abc");
    assert!(answer["encryptedToken"].is_string(), "{answer}");
    assert_eq!(app.next().await.body, body);
    assert_eq!(listen.line("relayed")["hints"], json!(["app_challenge"]));

    let listen = forwarding(&app, &["--crc", "forward"]);
    assert_eq!(send(&listen, &signed("/webhook", body)).await.body, b"ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_go_to_the_first_target_that_matches_and_copies_to_the_others() {
    let (mut meetings, mut all) = (App::start().await, App::start().await);
    let first = format!("meeting.*={}", meetings.address.port());
    let second = all.address.port().to_string();
    let mut listen = Listen::start(&["--forward", &first, "--forward", &second]);
    meetings.answers("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(send(&listen, &signed("/webhook", &event("meeting.ended", 0))).await.status, 201);
    assert_eq!(meetings.next().await.body, event("meeting.ended", 0));
    assert_eq!(all.next().await.body, event("meeting.ended", 0));
    assert_eq!(listen.line("relayed")["role"], "observed");
    assert_eq!(send(&listen, &signed("/webhook", &event("phone.ringing", 0))).await.status, 204);
    assert_eq!(all.next().await.body, event("phone.ringing", 0));
    assert!(meetings.got_nothing_more());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_down_does_not_delay_the_copies_of_its_events() {
    for acknowledge in [&["--ack", "now"][..], &["--ack", "now", "--hold"]] {
        let (down, mut copies) = (reserved_port(), App::start().await);
        let targets = [down.local_addr().unwrap().port().to_string(), copies.address.port().to_string()];
        let forward = ["--forward", &targets[0], "--forward", &targets[1]];
        let listen = Listen::start(&[&forward[..], acknowledge].concat());
        for name in ["meeting.started", "meeting.ended"] {
            assert_eq!(send(&listen, &signed("/webhook", &event(name, 0))).await.status, 204);
        }
        for name in ["meeting.started", "meeting.ended"] {
            assert_eq!(copies.next().await.body, event(name, 0));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_event_is_copied_once() {
    let (down, mut copies) = (reserved_port(), App::start().await);
    let targets = [down.local_addr().unwrap().port().to_string(), copies.address.port().to_string()];
    let listen = Listen::start(&["--forward", &targets[0], "--forward", &targets[1], "--hold"]);
    assert_eq!(send(&listen, &signed("/webhook", &event("meeting.started", 0))).await.status, 502);
    assert_eq!(copies.next().await.body, event("meeting.started", 0));
    let mut app = App::start_on(down);
    assert_eq!(app.next().await.body, event("meeting.started", 0));
    assert!(copies.got_nothing_more());
}

/// Longer than every default timeout: Zoom gives up after 3 s, zoomhook after 10 s.
const BREAKPOINT: Duration = Duration::from_millis(10_500);

#[tokio::test(flavor = "multi_thread")]
async fn a_breakpoint_longer_than_every_timeout_is_reported_as_what_it_is() {
    let at_once = async {
        let mut app = App::start().await;
        app.pauses(BREAKPOINT);
        let mut listen = forwarding(&app, &["--ack", "now"]);
        assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 204);
        app.next().await;
        let relayed = tokio::task::spawn_blocking(move || listen.line("relayed")).await.unwrap();
        assert_eq!((&relayed["outcome"], &relayed["status"]), (&json!("answered"), &json!(204)));
        assert!(relayed["first_byte_ms"].as_f64().unwrap() >= 10_500.0, "{relayed}");
        assert!(app.got_nothing_more(), "the event was sent a second time");
    };
    let with_app = async {
        let mut app = App::start().await;
        app.pauses(BREAKPOINT);
        let mut listen = forwarding(&app, &["--forward-timeout", "1m"]);
        let mut zoom = RawClient::connect(listen.address).await;
        zoom.send(&signed("/webhook", &event("a.b", 0))).await;
        app.next().await;
        // Zoom gives up and closes the connection.
        drop(zoom);
        let line = tokio::task::spawn_blocking(move || listen.delivery()).await.unwrap();
        assert_eq!((&line["verdict"], &line["relayed"][0]["status"]), (&json!("valid"), &json!(204)));
        assert!(line["relayed"][0]["first_byte_ms"].as_f64().unwrap() >= 10_500.0, "{line}");
    };
    let usual = async {
        let app = App::start().await;
        app.pauses(BREAKPOINT);
        let mut listen = forwarding(&app, &[]);
        assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 504);
        let line = tokio::task::spawn_blocking(move || listen.delivery()).await.unwrap();
        assert_eq!(line["relayed"][0]["outcome"], "timed_out", "{line}");
    };
    tokio::join!(at_once, with_app, usual);
}

/// Sends bodies of several sizes to an app, and compares every byte.
async fn reaches(mut app: App, arguments: &[&str]) {
    let listen = Listen::start(arguments);
    for size in [0, 1, 16_000, 100_000, 1_000_000] {
        let body = event("meeting.started", size);
        assert_eq!(send(&listen, &signed("/webhook", &body)).await.status, 204, "{arguments:?}");
        assert_eq!(app.next().await.body, body, "{arguments:?}");
    }
    assert_eq!(app.connections(), 1, "the connection was not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_behind_tls_is_reached_only_if_its_certificate_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certificate::make();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, &certificate.ca_pem).unwrap();
    let start = || App::start_with_tls(TlsAcceptor::from(certificate.server.clone()));
    let url = |app: &App| format!("https://localhost:{}", app.address.port());

    let app = start();
    let target = url(&app);
    reaches(app, &["--forward", &target, "--forward-insecure"]).await;
    let app = start();
    let target = url(&app);
    reaches(app, &["--forward", &target, "--forward-ca", ca.to_str().unwrap()]).await;

    let app = start();
    app.expect_no_call();
    let listen = Listen::start(&["--forward", &url(&app)]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 502);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_app_at_a_unix_socket_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let app = App::start_at_path(&path);
    reaches(app, &["--forward", &format!("unix:{}", path.display())]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_on_ipv6_is_reached() {
    let app = App::start_on_v6();
    let target = format!("[::1]:{}", app.address.port());
    reaches(app, &["--forward", &target]).await;
}

/// A free port, as text. Another process could take it before it is used, which no test run has seen.
fn free_port() -> String {
    reserved_port().local_addr().unwrap().port().to_string()
}

#[test]
fn a_target_that_is_the_session_itself_fails_at_the_start() {
    for form in ["{port}", "localhost:{port}/zoom", "meeting.*=http://127.0.0.1:{port}"] {
        let port = free_port();
        let target = form.replace("{port}", &port);
        let arguments = ["listen", "--tunnel", "none", "--secret", SECRET, "--port", &port];
        let mut finished = run(&[&arguments[..], &["--forward", "1", "--forward", &target]].concat());
        assert_eq!(finished.code, Some(2), "{form}: {}", finished.stderr);
        finished.stderr = finished.stderr.replace(&port, "PORT");
        assert!(finished.stderr.contains("leads back to zoomhook itself"), "{form}: {}", finished.stderr);
        if form == "{port}" {
            assert_run!(finished, @"
            exit: 2
            --- stderr
            error: --forward http://localhost:PORT leads back to zoomhook itself, which listens on 127.0.0.1:PORT
              Give --forward the port of your app. If that is PORT, let zoomhook listen on another port:
                zoomhook listen --port 0 --forward PORT
            ");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_the_port_of_the_session_on_another_address_is_not_the_session() {
    let mut app = App::start_on_v6();
    let port = app.address.port().to_string();
    let listen = Listen::start_on(&port, &["--forward", &format!("[::1]:{port}")]);
    assert_eq!(send(&listen, &signed("/webhook", &event("a.b", 0))).await.status, 204);
    assert_eq!(app.next().await.body, event("a.b", 0));
}

/// Passes every connection on to an address, like a reverse proxy in front of the wrong port.
#[cfg(unix)]
async fn pass_on(listener: TcpListener, to: std::net::SocketAddr) {
    while let Ok((mut from, _)) = listener.accept().await {
        let mut to = TcpStream::connect(to).await.unwrap();
        tokio::spawn(async move { drop(tokio::io::copy_bidirectional(&mut from, &mut to).await) });
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_request_that_comes_back_is_one_delivery_and_answered_with_508() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let listen = Listen::start(&["--forward", &port]);
    tokio::spawn(pass_on(listener, listen.address));
    for _ in 0..2 {
        let reply = send(&listen, &signed("/webhook", &event("a.b", 0))).await;
        assert_eq!(reply.status, 508);
        assert!(reply.body.starts_with(b"{\"error\":\"forward_loop\""));
    }
    let (_, lines, _) = listen.interrupted();
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).cloned().collect::<Vec<_>>();
    assert_eq!(of("delivery").len(), 2, "{lines:?}");
    let warnings = of("warning");
    assert_eq!((warnings.len(), &warnings[0]["code"]), (1, &json!("forward_loop")));
    assert_text!(warnings[0]["message"].as_str().unwrap(), @"A request that was forwarded came back to this session and was answered with 508: a --forward target leads to zoomhook itself, or to another zoomhook that forwards to this one. Use the address of your app.");
    assert_eq!(of("summary")[0]["outcomes"]["app_failed"], json!({"508": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_forward_to_one_another_answer_with_508() {
    let second_port = reserved_port().local_addr().unwrap().port().to_string();
    let first = Listen::start(&["--forward", &second_port]);
    let second = Listen::start_on(&second_port, &["--forward", &first.address.port().to_string()]);
    let reply = send(&first, &signed("/webhook", &event("a.b", 0))).await;
    assert_eq!((reply.status, reply.body.starts_with(b"{\"error\":\"forward_loop\"")), (508, true));
    for (session, warnings) in [(first, 1), (second, 0)] {
        let (_, lines, _) = session.interrupted();
        let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).collect::<Vec<_>>();
        assert_eq!(of("delivery").len(), 1, "{lines:?}");
        assert_eq!(of("warning").len(), warnings, "{lines:?}");
        assert!(of("warning").iter().all(|warning| warning["code"] == "forward_loop"), "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mark_of_another_session_is_forwarded_and_refuses_nothing() {
    let mut app = App::start().await;
    let listen = forwarding(&app, &["--forward-header", "X-Zoomhook-Forward: mine"]);
    let body = event("a.b", 0);
    let other = format!("v0={}", "0".repeat(64));
    let head = format!(
        "{}x-zoomhook-forward: theirs\r\nx-zoomhook-forward: {other}\r\n",
        signed_head("/webhook", &body)
    );
    assert_eq!(send(&listen, &with_length(head, &body)).await.status, 204);
    let request = app.next().await;
    let marks = request.header("x-zoomhook-forward");
    assert!(marks.len() == 2 && marks[0] == other && marks[1].starts_with("v0="), "{marks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_down_does_not_delay_another_one() {
    let (down, mut app) = (reserved_port(), App::start().await);
    let (meetings, phone) = (
        format!("meeting.*={}", down.local_addr().unwrap().port()),
        format!("phone.*={}", app.address.port()),
    );
    let listen = Listen::start(&["--forward", &meetings, "--forward", &phone, "--ack", "now", "--hold"]);
    for name in ["meeting.started", "phone.ringing", "meeting.ended", "phone.missed"] {
        assert_eq!(send(&listen, &signed("/webhook", &event(name, 0))).await.status, 204);
    }
    for name in ["phone.ringing", "phone.missed"] {
        assert_eq!(app.next().await.body, event(name, 0));
    }
    // The order for each of them is kept.
    let mut late = App::start_on(down);
    for name in ["meeting.started", "meeting.ended"] {
        assert_eq!(late.next().await.body, event(name, 0));
    }
}
