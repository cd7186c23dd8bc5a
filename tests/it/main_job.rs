//! The main job from end to end: the real binary opens a tunnel through the real SDK, and Zoom's requests come
//! in at the public edge.

use std::process::{Command, Stdio};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::{
    ngrok_server::{GOOD_TOKEN, NgrokServer, PATIENCE, Script},
    process::{Listen, finish, zoomhook},
    raw_client::{RawClient, Reply},
    requests::{SECRET, event, sign, timestamp, with_length},
};

/// What a user passes to reach the double.
fn through(server: &NgrokServer, command: &mut Command) {
    command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
    command.arg("--ngrok-ca").arg(server.ca_file());
    command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
}

/// Posts at the public edge under the endpoint's host name.
async fn post(server: &NgrokServer, url: &str, body: &[u8]) -> Reply {
    let host = url.strip_prefix("https://").unwrap().split('/').next().unwrap();
    let stamp = timestamp(0);
    let head = format!(
        "POST /webhook HTTP/1.1\r\nhost: {host}\r\nx-zm-request-timestamp: {stamp}\r\nx-zm-signature: {}\r\n",
        sign(SECRET, &stamp, body)
    );
    RawClient::connect(server.edge_address).await.request(&with_length(head, body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_and_events_come_in_through_the_tunnel() {
    let server = NgrokServer::start(Script::default());
    let mut listen = Listen::start_with(|command| through(&server, command));
    let url = listen.ready["url"].as_str().unwrap().to_owned();
    assert_eq!(url, format!("https://{}/webhook", server.endpoint().host));

    let challenge = br#"{"payload":{"plainToken":"abc"},"event_ts":1,"event":"endpoint.url_validation"}"#;
    let reply = post(&server, &url, challenge).await;
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, &answer["plainToken"]), (200, &json!("abc")));
    assert_eq!(listen.delivery()["event"], "endpoint.url_validation");

    let reply = post(&server, &url, &event("meeting.started", 300_000)).await;
    assert_eq!(reply.status, 204);
    let line = listen.delivery();
    assert_eq!((&line["event"], &line["verdict"]), (&json!("meeting.started"), &json!("valid")));
    assert_eq!(line["route"], "tunnel");
    assert!(line["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_shows_the_url_alone_and_the_clients_address() {
    let server = NgrokServer::start(Script::default());
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", "0", "--exit-after", "1"]);
    through(&server, &mut command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    // Whatever fails below, the process ends with the test, which would wait for it otherwise.
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    let mut screen = BufReader::new(child.stderr.take().unwrap()).lines();
    // The endpoint may be known at the server before the agent knows that it is: the screen tells.
    let shows_the_url = async {
        while let Some(line) = screen.next_line().await.unwrap() {
            if line.trim().starts_with("https://") {
                return line.trim().to_owned();
            }
        }
        panic!("the screen shows no URL");
    };
    let url = tokio::time::timeout(PATIENCE, shows_the_url).await.expect("no URL in time");
    assert_eq!(url, format!("https://{}/webhook", server.endpoint().host));
    assert_eq!(post(&server, &url, &event("meeting.started", 0)).await.status, 204);
    let finished = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    assert_eq!(finished.status.code(), Some(0));
    let stdout = String::from_utf8(finished.stdout).unwrap();
    assert!(stdout.contains("from 127.0.0.1"), "{stdout}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_end_takes_the_endpoint_back() {
    let server = NgrokServer::start(Script::default());
    let listen = Listen::start_with(|command| through(&server, command));
    let (status, lines, stderr) = listen.interrupted();
    assert_eq!(status.code(), Some(0), "{stderr}");
    let states: Vec<_> = lines.iter().filter(|line| line["type"] == "tunnel").collect();
    assert_eq!(states.last().unwrap()["state"], "stopped", "{states:?}");
    server.until("no agent is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
}

#[test]
fn a_wrong_authtoken_ends_it_with_6_and_is_nowhere_repeated() {
    let server = NgrokServer::start(Script::default());
    let home = tempfile::tempdir().unwrap();
    for format in ["pretty", "json"] {
        let mut command = zoomhook(home.path());
        command.args(["listen", "--port", "0", "--format", format]);
        through(&server, &mut command);
        let token = "2wrongTokenThatNobodyMaySee_1234567890abcdefghijkl";
        command.env("NGROK_AUTHTOKEN", token);
        let finished = finish(command);
        assert_eq!(finished.code, Some(6), "{finished:?}");
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert!(said.contains("ERR_NGROK_105"), "{said}");
        assert!(!said.contains(token) && !said.contains("NobodyMaySee"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agents_own_configuration_file_is_enough() {
    let server = NgrokServer::start(Script::default());
    let ca = server.ca_file();
    let yml = format!(
        "version: 3\nagent:\n  authtoken: {GOOD_TOKEN}\n  connect_url: {}\n  connect_cas: {}\n",
        server.agent_address,
        ca.display()
    );
    let config = tempfile::tempdir().unwrap();
    let path = config.path().join("ngrok.yml");
    std::fs::write(&path, yml).unwrap();
    let listen = Listen::start_with(|command| {
        command.arg("--ngrok-config").arg(&path).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert!(listen.ready["url"].as_str().unwrap().starts_with("https://"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_url_of_ones_own_needs_no_tunnel() {
    let mut listen = Listen::start_with(|command| {
        command.args(["--public-url", "https://hooks.example.com/webhook"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://hooks.example.com/webhook");
    let body = event("a.b", 0);
    let stamp = timestamp(0);
    let head = format!(
        "POST /webhook HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\nx-zm-request-timestamp: {stamp}\r\nx-zm-signature: {}\r\n",
        sign(SECRET, &stamp, &body)
    );
    assert_eq!(RawClient::connect(listen.address).await.request(&with_length(head, &body)).await.status, 204);
    assert_eq!(listen.delivery()["route"], "local");
}
