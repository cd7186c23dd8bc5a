//! `--public-url`: what the probe shows of the user's own tunnel or gateway.

use serde_json::Value;

use crate::support::app::reserved_port;
use crate::support::gateway::{Gateway, GatewayRule, free_port};
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, head_with, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

/// A gateway in front of a listener that it knows, and the listener's port.
async fn gateway(rule: GatewayRule) -> (Gateway, String) {
    let port = free_port();
    (Gateway::start(([127, 0, 0, 1], port).into(), rule).await, port.to_string())
}

fn listen(gateway: &Gateway, port: &str) -> Listen {
    let url = format!("http://{}", gateway.address);
    Listen::start_at(port, |command| {
        command.args(["--public-url", &url]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

/// The lines of a session with this gateway until it is ready and a little later.
async fn lines_of(gateway: &Gateway, port: &str) -> Vec<Value> {
    let url = format!("http://{}", gateway.address);
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", port, "--public-url", &url, "--format", "json", "--timeout", "1s"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The states of the tunnel and of the session, with the reason for a doubt.
fn states(lines: &[Value]) -> Vec<String> {
    let of_session =
        lines.iter().filter(|line| ["tunnel", "ready"].contains(&line["type"].as_str().unwrap()));
    let state = |line: &Value| match (line["state"].as_str(), line["reason"].as_str()) {
        (Some("unproven"), Some(reason)) => reason.to_owned(),
        (Some(state), _) => state.to_owned(),
        (None, _) => "ready".to_owned(),
    };
    let unproven = lines.iter().find(|line| line["state"] == "unproven");
    for line in lines.iter().filter(|line| line["type"] == "ready" || line["state"] == "online") {
        let reason = unproven.map_or(&Value::Null, |line| &line["reason"]);
        assert_eq!(&line["unproven"], reason, "{line}");
    }
    of_session.map(state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_url_that_leads_here_is_proven() {
    let (gateway, port) = gateway(GatewayRule::Pass).await;
    let listen = listen(&gateway, &port);
    assert_eq!(listen.ready["url"], format!("http://{}/webhook", gateway.address));
    let (_, lines, _) = listen.interrupted();
    assert!(lines.iter().all(|line| line["type"] != "delivery" && line["state"] != "unproven"), "{lines:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_gateway_is_named() {
    let page = &[("content-type", "text/html; charset=utf-8")];
    let elsewhere = "the answer at the public URL is not from this session";
    let between = "something between the public URL and this machine";
    for (rule, reason) in [
        (
            GatewayRule::Path("/zoom"),
            format!("{between} changes the path: requests arrive at /zoom, where they are answered with 404"),
        ),
        (
            GatewayRule::StripSignature,
            format!(
                "{between} removes or changes the headers x-zm-signature and x-zm-request-timestamp, so that requests \
                 cannot be verified"
            ),
        ),
        (
            GatewayRule::StripAll,
            format!(
                "{between} removes or changes the headers x-zm-signature and x-zm-request-timestamp, so that requests \
                 cannot be verified"
            ),
        ),
        (
            GatewayRule::Reserialize,
            format!("{between} changes request bodies, so that signatures will not match"),
        ),
        (GatewayRule::Answer(404, &[], ""), format!("{elsewhere} (404)")),
        (GatewayRule::Answer(200, page, "<p>"), format!("{elsewhere} (200, an HTML page)")),
        (
            GatewayRule::Answer(401, page, "<title>Sign in\u{1b}[2J</title>"),
            format!("{elsewhere} (401, the HTML page “Sign in\u{1b}[2J”)"),
        ),
        (
            GatewayRule::Answer(308, &[("location", "/webhook/")], ""),
            format!("{elsewhere} (308, a redirect to /webhook/, which Zoom does not follow)"),
        ),
    ] {
        let (gateway, port) = gateway(rule.clone()).await;
        let lines = lines_of(&gateway, &port).await;
        assert_eq!(states(&lines), ["starting", &reason, "online", "ready", "stopped"], "{rule:?}");
        assert!(lines.iter().all(|line| line["type"] != "delivery"), "{rule:?}: {lines:#?}");
    }
}

/// What a session with this gateway shows on the screen.
async fn screen_of(rule: GatewayRule) -> Finished {
    let (gateway, port) = gateway(rule).await;
    let url = format!("http://{}", gateway.address);
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", &port, "--public-url", &url, "--timeout", "1s"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_shows_a_fault_above_the_url() {
    assert_run!(screen_of(GatewayRule::Answer(404, &[], "")).await, @"
    exit: 0
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      Tunnel    your own (--public-url) · starting
      Tunnel    your own (--public-url) · not proven: the answer at the public URL is not from this session (404)

      Event notification endpoint URL:

          http://127.0.0.1:?????/webhook

      Paste it in Marketplace: your app > Feature > Event Subscriptions, then press Validate.

      Ran for ?.? s.
      · 0 events verified
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_without_an_upstream_is_named() {
    // Nothing listens behind it, and no other program can take the port.
    let upstream = reserved_port();
    let gateway = Gateway::start(upstream.local_addr().unwrap(), GatewayRule::Pass).await;
    let port = free_port().to_string();
    let reason = "requests to the public URL do not arrive here (502)";
    let listen = listen(&gateway, &port);
    // One more attempt, in case the tunnel behind it has just been started.
    assert_eq!(states(&listen.before), ["starting", "lost", "retrying", reason, "online"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_is_older_than_three_days_is_reported() {
    let (gateway, port) = gateway(GatewayRule::Pass).await;
    let (url, folder) = (format!("http://{}", gateway.address), tempfile::tempdir().unwrap());
    let start = || {
        Listen::start_at(&port, |command| {
            command.args(["--public-url", &url]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
            command.arg("--history-file").arg(folder.path().join("h.db"));
        })
    };
    let warnings = |listen: Listen| -> Vec<String> {
        let (_, lines, _) = listen.interrupted();
        let warnings = lines.iter().filter(|line| line["code"] == "validation_overdue");
        warnings.map(|line| line["message"].as_str().unwrap().to_owned()).collect()
    };
    let listen = start();
    let body = br#"{"event":"endpoint.url_validation","event_ts":1,"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}"#;
    let head = head_with("/webhook", &timestamp(0), SECRET, body);
    assert_eq!(RawClient::connect(listen.address).await.request(&with_length(head, body)).await.status, 200);
    listen.interrupted();
    assert_eq!(warnings(start()), Vec::<String>::new(), "a new one");

    // Four days earlier, as an older version stored it: without a checksum.
    let file = rusqlite::Connection::open(folder.path().join("h.db")).unwrap();
    file.execute_batch(
        "UPDATE deliveries SET received_ms = received_ms - 4 * 86400000; UPDATE contents SET checksum = NULL;
         UPDATE unchecked SET up_to = (SELECT max(seq) FROM deliveries)",
    )
    .unwrap();
    drop(file);
    let listen = start();
    let warned =
        listen.before.iter().chain([&listen.ready]).find(|line| line["code"] == "validation_overdue");
    let message = warned.expect("a warning")["message"].as_str().unwrap().to_owned();
    let (before, after) = message.split_once("is from ").unwrap();
    let (_, after) = after.split_once(", 4 days").unwrap();
    assert_text!(format!("{before}is from …, 4 days{after}"), @"The last challenge for http://127.0.0.1:????? in the history is from …, 4 days ago. Zoom validates the URL of an app again every 72 hours, and disables the subscription after six failures in a row. A reason can be that this machine was off, or that your app now has another URL. If your app has this URL, press Validate in Marketplace.");
}
