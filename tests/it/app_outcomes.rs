//! What became of events at the user's app: delivered, refused, failed, late. The screen, the summary, NDJSON,
//! `--expect` and the exit code agree.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use crate::support::app::{App, reserved_port};
use crate::support::process::{Finished, Listen, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, signed, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

const PATIENCE: Duration = Duration::from_secs(20);

/// A `zoomhook listen` with the output for a person, into pipes.
struct Session {
    child: Child,
    stderr: BufReader<ChildStderr>,
    head: String,
    address: SocketAddr,
    _home: TempDir,
}

impl Session {
    async fn start(port: u16, arguments: &[&str]) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = zoomhook(home.path());
        command.args(["listen", "--tunnel", "none", "--port", "0", "--compact", "--forward"]);
        command.arg(port.to_string()).args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Command::from(command).kill_on_drop(true).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut head = String::new();
        let address = loop {
            let start = head.len();
            assert_ne!(stderr.read_line(&mut head).await.unwrap(), 0, "{head}");
            if let Some((_, url)) =
                head[start..].split_once("http://").filter(|_| head[start..].contains("Local"))
            {
                break url.split('/').next().unwrap().parse().unwrap();
            }
        };
        Self { child, stderr, head, address, _home: home }
    }

    async fn send(&self, request: &[u8]) -> u16 {
        RawClient::connect(self.address).await.request(request).await.status
    }

    /// Waits for the end.
    async fn ended(mut self) -> Finished {
        let mut stderr = self.head;
        let rest = async {
            self.stderr.read_to_string(&mut stderr).await.unwrap();
            self.child.wait_with_output().await.unwrap()
        };
        let output = tokio::time::timeout(PATIENCE, rest).await.expect("the session does not end");
        Finished { stderr, ..output.into() }
    }
}

fn status_line(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} Status\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// Answers each event with the status in its name, such as `status.401`.
async fn app_by_name() -> App {
    let app = App::start().await;
    app.answers_by(|received| {
        let body = String::from_utf8_lossy(&received.body).into_owned();
        let (_, rest) = body.split_once("status.").unwrap();
        status_line(rest[..3].parse().unwrap())
    });
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_and_the_exit_code_count_what_the_app_did_not_take() {
    let app = app_by_name().await;
    let session = Session::start(app.address.port(), &["--exit-after", "5"]).await;
    for status in [200, 401, 302, 500, 204] {
        assert_eq!(session.send(&signed("/webhook", &event(&format!("status.{status}"), 0))).await, status);
    }
    assert_run!(session.ended().await, @"
    exit: 5
    --- stdout
     ??:??:??.???  ✓ status.200   200 in ?.? ms
     ??:??:??.???  ▲ status.401   401 in ?.? ms
     ??:??:??.???  ▲ status.302   302 in ?.? ms
     ??:??:??.???  ▲ status.500   500 in ?.? ms
     ??:??:??.???  ✓ status.204   204 in ?.? ms
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      ✗ 5 events: 2 delivered, 2 refused by your app (302, 401), 1 failed in your app (500). Zoom does not retry a refused event.
          status.200   1
          status.204   1
          status.302   1
          status.401   1
          status.500   1

    error: your app did not take every event: 2 delivered, 2 refused by your app (302, 401), 1 failed in your app (500)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_event_that_the_app_refuses_ends_the_session_with_5() {
    let app = app_by_name().await;
    let arguments = ["--expect", "status.200", "--expect", "status.401", "--timeout", "20s"];
    let session = Session::start(app.address.port(), &arguments).await;
    for status in [200, 401] {
        assert_eq!(session.send(&signed("/webhook", &event(&format!("status.{status}"), 0))).await, status);
    }
    assert_run!(session.ended().await, @"
    exit: 5
    --- stdout
     ??:??:??.???  ✓ status.200   200 in ?.? ms
     ??:??:??.???  ▲ status.401   401 in ?.? ms
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      ✗ 2 events: 1 delivered, 1 refused by your app (401). Zoom does not retry a refused event.
          status.200   1
          status.401   1
      ✗ Not delivered: status.401 (0 of 1, your app refused 1).

    error: your app answered 401 to an expected event: status.401
      To see its answer:
        zoomhook history show ????????????
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_event_that_the_app_fails_to_answer_stays_missing() {
    let app = app_by_name().await;
    let arguments = ["--expect", "status.500", "--timeout", "2s", "--format", "json"];
    let session = Session::start(app.address.port(), &["--timeout", "2s", "--expect", "status.500"]).await;
    assert_eq!(session.send(&signed("/webhook", &event("status.500", 0))).await, 500);
    assert_run!(session.ended().await, @"
    exit: 7
    --- stdout
     ??:??:??.???  ▲ status.500   500 in ?.? ms
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      ✗ 1 event: failed in your app (500).
          status.500   1
      ✗ Not delivered: status.500 (0 of 1, your app failed or was late for 1).

    error: not delivered in time: status.500 (0 of 1, your app failed or was late for 1)
    ");

    let port = app.address.port().to_string();
    let mut listen = Listen::start(&[&["--forward", &port], &arguments[..4]].concat());
    RawClient::connect(listen.address).await.request(&signed("/webhook", &event("status.500", 0))).await;
    let delivery = listen.delivery();
    assert_eq!(delivery["zoom"], "retried");
    let summary = listen.line("summary");
    assert_eq!(
        summary["missing"],
        json!([{"event": "status.500", "wanted": 1, "seen": 0, "refused": 0, "failed": 1}])
    );
    assert_eq!(summary["missing_text"], json!(["status.500 (0 of 1)"]));
    assert_eq!(
        summary["outcomes"],
        json!({"delivered": 0, "lost": 0, "retried": 1, "pending": 0, "app_refused": {}, "app_failed": {"500": 1},
               "too_late": 0, "not_reachable": 0, "no_answer": 0, "given_up": 0, "abandoned": 0})
    );
    assert_eq!(listen.ended().0.code(), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_ack_now_the_later_answer_of_the_app_decides() {
    let app = app_by_name().await;
    let arguments = ["--ack", "now", "--expect", "status.200", "--expect", "status.404", "--timeout", "20s"];
    let session = Session::start(app.address.port(), &arguments).await;
    for status in [200, 404] {
        assert_eq!(session.send(&signed("/webhook", &event(&format!("status.{status}"), 0))).await, 204);
    }
    let finished = session.ended().await;
    // The two lines of one event may stand in either order.
    assert_run!(Finished { stdout: String::new(), ..finished }, @"
    exit: 5
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      ✗ 2 events: 1 delivered, 1 refused by your app (404). Zoom had its answer before your app.
          status.200   1
          status.404   1
      ✗ Not delivered: status.404 (0 of 1, your app refused 1).

    error: your app answered 404 to an expected event: status.404
      To see its answer:
        zoomhook history show ????????????
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_pending_first_and_then_retried_by_zoom() {
    let app = App::start().await;
    app.pauses(Duration::from_millis(3_100));
    let port = app.address.port().to_string();
    let mut listen = Listen::start(&["--forward", &port]);
    let mut zoom = RawClient::connect(listen.address).await;
    zoom.send(&signed("/webhook", &event("meeting.started", 0))).await;
    let (pending, delivery) =
        tokio::task::spawn_blocking(move || (listen.line("pending"), listen.delivery())).await.unwrap();
    assert_eq!((&pending["event"], &pending["id"]), (&json!("meeting.started"), &delivery["id"]));
    assert_eq!(pending["target"], format!("http://localhost:{port}"));
    assert_eq!((&delivery["zoom"], &delivery["relayed"][0]["status"]), (&json!("retried"), &json!(204)));
    assert_eq!(delivery["relayed"][0]["hints"], json!(["app_too_late"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_app_shows_as_waiting_without_a_terminal() {
    let app = App::start().await;
    app.pauses(Duration::from_millis(600));
    let session = Session::start(app.address.port(), &["--exit-after", "1"]).await;
    session.send(&signed("/webhook", &event("meeting.started", 0))).await;
    assert_text!(session.ended().await.stdout, @"
    ??:??:??.???  → meeting.started   waiting for your app …
    ??:??:??.???  ✓ meeting.started   204 in ?.? ms
    ");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_app_shows_on_the_status_line_of_a_terminal() {
    use crate::support::screen::Screen;
    let app = App::start().await;
    app.pauses(Duration::from_millis(2_500));
    let port = app.address.port().to_string();
    let mut screen = Screen::listen(&["--forward", &port, "--compact"]);
    let mut zoom = RawClient::connect(screen.address()).await;
    zoom.send(&signed("/webhook", &event("meeting.started", 0))).await;
    screen.ends_with("→ meeting.started  waiting for your app …");
    screen.ends_with("→ meeting.started  waiting for your app … 1 s");
    screen.ends_with("Waiting for events · 1 delivered");
    screen.press("q");
    assert_eq!(screen.ended().exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_accepts_a_forged_request_is_named() {
    let app = App::start().await;
    let session = Session::start(app.address.port(), &["--forward-unverified", "--exit-after", "1"]).await;
    let body = event("a.b", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    assert_eq!(session.send(&forged).await, 204);
    app.answers("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(session.send(&forged).await, 401);
    app.answers("HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(session.send(&signed("/webhook", &body)).await, 204);
    let finished = session.ended().await;
    assert_run!(finished, @"
    exit: 0
    --- stdout
     ??:??:??.???  ✗ a.b   signature does not match   204 · from this machine
     ??:??:??.???  ✗ a.b   signature does not match   401 · from this machine
     ??:??:??.???  ✓ a.b   204 in ?.? ms
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.

      ▲ Requests without a valid signature are forwarded as well (--forward-unverified): anyone who knows the URL can reach your app.


      Ran for ?.? s.
      ✓ 1 event delivered
          a.b   1
      ✗ 2 requests refused; your app accepted 1 of them. Zoom does not retry a 4xx.
          signature does not match   2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_with_a_wrong_answer_is_not_counted_as_answered() {
    let app = App::start().await;
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK");
    let arguments = ["--crc", "forward", "--expect", "endpoint.url_validation", "--timeout", "20s"];
    let session = Session::start(app.address.port(), &arguments).await;
    assert_eq!(
        session
            .send(&signed(
                "/webhook",
                br#"{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}"#
            ))
            .await,
        200
    );
    assert_run!(session.ended().await, @"
    exit: 5
    --- stdout
     ??:??:??.???  ▲ endpoint.url_validation   not the right answer   200 in ?.? ms
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      · 0 events verified
      ✗ 1 challenge: Validate fails with your app's answer.
      ✗ Not delivered: endpoint.url_validation (0 of 1, your app refused 1).

    error: Validate fails with your app's answer to the challenge
      To see its answer:
        zoomhook history show ????????????
      To send your app another challenge:
        zoomhook doctor --only app --online --forward http://localhost:?????
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_down_is_named_in_the_summary() {
    let reserved = reserved_port();
    let session = Session::start(reserved.local_addr().unwrap().port(), &["--exit-after", "1"]).await;
    assert_eq!(session.send(&signed("/webhook", &event("a.b", 0))).await, 502);
    assert_text!(session.ended().await.stderr, @"

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      App       http://localhost:?????
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.


      Ran for ?.? s.
      ✗ 1 event: sent while your app was not reachable.
          a.b   1

    error: your app did not take every event: 1 sent while your app was not reachable
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_ack_now_a_copy_that_hangs_does_not_delay_the_app() {
    let (mut app, slow) = (App::start().await, App::start().await);
    slow.pauses(Duration::from_secs(60));
    let ports = [&app, &slow].map(|app| app.address.port().to_string());
    let arguments = ["--ack", "now", "--forward", &ports[0], "--forward", &ports[1]];
    let mut listen = Listen::start(&arguments);
    for name in ["first.event", "second.event"] {
        let request = signed("/webhook", &event(name, 0));
        assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 204);
        assert_eq!(app.next().await.body, event(name, 0));
        let line = listen.line("relayed");
        assert_eq!((&line["event"], &line["status"]), (&json!(name), &json!(204)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_of_the_app_to_a_challenge_that_zoomhook_answered_is_counted() {
    let app = App::start().await;
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK");
    let mut listen = Listen::start(&["--forward", &app.address.port().to_string()]);
    let challenge = br#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}"#;
    let reply = RawClient::connect(listen.address).await.request(&signed("/webhook", challenge)).await;
    assert_eq!((reply.status, reply.header("x-zoomhook-answer")), (200, Some("own")));
    let relayed = listen.line("relayed");
    assert_eq!(relayed["challenge_faults"][0]["code"], "answer-text", "{relayed}");
    let (_, lines, _) = listen.interrupted();
    let summary = lines.last().unwrap();
    assert_eq!(
        (&summary["challenges"], &summary["challenges_failed"], &summary["app_challenges_failed"]),
        (&1.into(), &0.into(), &1.into())
    );

    let session = Session::start(app.address.port(), &["--timeout", "1s"]).await;
    assert_eq!(session.send(&signed("/webhook", challenge)).await, 200);
    let finished = session.ended().await;
    let says = "Your app's own answer to it is wrong. zoomhook answered Zoom in its place";
    assert!(
        finished.stderr.contains("✓ 1 challenge answered") && finished.stderr.contains(says),
        "{}",
        finished.stderr
    );
}
