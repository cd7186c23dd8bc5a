//! `zoomhook listen` as a process whose tunnel fails: its reports, its end, and the secrets that it must not print.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::ngrok_server::{Control, GOOD_TOKEN, NgrokServer, Request, Script, Step};
use crate::support::process::{Listen, signal, zoomhook};
use crate::support::proxy::ProxyDouble;
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, timestamp, with_length};
use crate::support::snapshot::assert_text;

/// Shutdown takes no longer than this, in any state of the tunnel.
const END: Duration = Duration::from_secs(3);

/// The flags and variables with which a user reaches the double.
fn through(server: &NgrokServer, command: &mut Command) {
    command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
    command.arg("--ngrok-ca").arg(server.ca_file());
    command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
}

fn listen(server: &NgrokServer, arguments: &[&str]) -> Listen {
    Listen::start_with(|command| {
        through(server, command);
        command.args(arguments);
    })
}

/// The next `tunnel` line with this state.
fn state(listen: &mut Listen, wanted: &str) -> Value {
    loop {
        let line = listen.line("tunnel");
        if line["state"] == wanted {
            return line;
        }
    }
}

/// A signed event for the public edge under a URL's host.
fn request(url: &str, name: &str) -> Vec<u8> {
    let host = url.strip_prefix("https://").unwrap().split('/').next().unwrap();
    let body = event(name, 100);
    let head = head_with("/webhook", &timestamp(0), SECRET, &body);
    with_length(head.replace("host: localhost", &format!("host: {host}")), &body)
}

/// Interrupts it, and asserts that nothing is left at the server.
async fn ends_in_time(listen: Listen, server: &NgrokServer, code: i32) -> Vec<Value> {
    let began = Instant::now();
    let (status, lines, stderr) = listen.interrupted();
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    assert_eq!(status.code(), Some(code), "{stderr}");
    server.until("nothing is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_is_quick_while_the_tunnel_starts() {
    for step in [Step::Tls, Step::Authentication, Step::Binding] {
        let server = NgrokServer::start(Script { silent_at: Some(step), ..Script::default() });
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        command.args(["listen", "--port", "0"]);
        through(&server, &mut command);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        server
            .until("the step is reached", |state| match step {
                Step::Tls => state.dials == 1,
                Step::Authentication => state.requests(Request::Auth).count() == 1,
                Step::Binding => state.requests(Request::Bind).count() == 1,
            })
            .await;
        let began = Instant::now();
        signal(child.id(), "INT");
        let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        assert!(began.elapsed() < END, "{step:?}: {:?}", began.elapsed());
        assert_eq!(status.code(), Some(130));
        server.until("nothing is left", |state| state.agents.is_empty()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_is_quick_while_retrying_and_with_a_frozen_connection() {
    let server = NgrokServer::start(Script::default());
    let mut away = listen(&server, &[]);
    server.script(|script| script.hang_up = true);
    server.control(&Control::Cut);
    state(&mut away, "retrying");
    let lines = ends_in_time(away, &server, 0).await;
    assert!(lines.iter().any(|line| line["state"] == "stopped"), "{lines:?}");

    server.script(|script| script.hang_up = false);
    let frozen = listen(&server, &[]);
    server.control(&Control::Freeze);
    let began = Instant::now();
    let mut frozen = frozen;
    frozen.signal("TERM");
    let (status, ..) = frozen.ended();
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    assert_eq!(status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_is_quick_under_load_and_every_acknowledged_delivery_is_printed() {
    let server = NgrokServer::start(Script::default());
    let mut listen = listen(&server, &[]);
    let url = listen.ready["url"].as_str().unwrap().to_owned();
    let edge = server.edge_address;
    let load: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let (mut client, mut acknowledged) = (RawClient::connect(edge).await, 0_usize);
                loop {
                    client.send_while_taken(&request(&url, "a.b")).await;
                    match client.reply().await {
                        Some(reply) if reply.status == 204 => acknowledged += 1,
                        _ => return acknowledged,
                    }
                }
            })
        })
        .collect();
    // Each of the eight clients has an answer to all of its deliveries except the last: more than a hundred answers.
    for _ in 0..109 {
        listen.delivery();
    }
    let lines = ends_in_time(listen, &server, 0).await;
    let mut acknowledged = 0;
    for client in load {
        acknowledged += client.await.unwrap();
    }
    let told = 109 + lines.iter().filter(|line| line["type"] == "delivery").count();
    assert!(acknowledged > 100 && told >= acknowledged, "{acknowledged} acknowledged, {told} told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_url_is_reported_and_ends_with_6_with_strict_url() {
    for strict in [false, true] {
        let server = NgrokServer::start(Script { keep_url: false, ..Script::default() });
        let mut listen = listen(&server, if strict { &["--strict-url"] } else { &[] });
        let old = format!("https://{}", server.endpoint().host);
        server.control(&Control::Cut);
        let line = state(&mut listen, "url_changed");
        assert_eq!(line["old"], json!(old));
        let new = line["new"].as_str().unwrap().to_owned();
        assert_ne!(new, old);
        if !strict {
            assert_eq!(state(&mut listen, "online")["url"], json!(new));
            continue;
        }
        let (status, _, stderr) = listen.ended();
        assert_eq!(status.code(), Some(6), "{stderr}");
        assert_text!(stderr.replace(&old, "OLD").replace(&new, "NEW"), @"
        error: the public URL has changed from OLD to NEW
          Paste the new URL in Marketplace and press Validate. To keep one URL, use --domain.
        ");
        server.until("nothing is left", |state| state.agents.is_empty()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_while_online_ends_with_6_and_is_not_printed() {
    let server = NgrokServer::start(Script::default());
    let mut listen = listen(&server, &[]);
    server.script(|script| script.tokens.clear());
    server.control(&Control::Cut);
    let refused = state(&mut listen, "refused");
    assert_eq!(refused["code"], "ERR_NGROK_105");
    let (status, lines, stderr) = listen.ended();
    assert_eq!(status.code(), Some(6));
    let said = format!("{refused} {lines:?} {stderr}");
    assert_text!(stderr, @"
    error: no tunnel: The authtoken does not have the form of an ngrok authtoken. (ERR_NGROK_105)
      Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.
    ");
    assert!(!said.contains(GOOD_TOKEN), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tunnel_and_probe_use_the_proxy_of_the_environment() {
    let server = NgrokServer::start(Script::default());
    let proxy = ProxyDouble::start(Some("jill:hush"), server.tls_edge_address);
    let mut listen = Listen::start_with(|command| {
        through(&server, command);
        command.env("https_proxy", format!("http://jill:hush@{}", proxy.address));
    });
    let url = listen.ready["url"].as_str().unwrap().to_owned();
    assert_eq!(
        RawClient::connect(server.edge_address).await.request(&request(&url, "a.b")).await.status,
        204
    );
    assert_eq!(listen.delivery()["event"], "a.b", "the probe was shown as a delivery");
    let (_, lines, stderr) = listen.interrupted();
    assert!(!lines.iter().any(|line| line["state"] == "unproven"), "{lines:?}");
    assert!(!format!("{lines:?}{stderr}").contains("hush"));
    assert_eq!(proxy.targets().len(), 2, "{:?}", proxy.targets());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_gets_the_secret_only_with_ngrok_verify() {
    for verify in [true, false] {
        let server = NgrokServer::start(Script::default());
        let listen = listen(&server, if verify { &["--ngrok-verify"] } else { &[] });
        let bind = server.requests(Request::Bind).remove(0).to_string();
        assert_eq!(bind.contains(SECRET), verify, "{bind}");
        let (_, lines, stderr) = listen.interrupted();
        assert!(!format!("{lines:?}{stderr}").contains(SECRET));
    }
}
