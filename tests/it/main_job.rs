//! The main job from end to end: the real binary opens a tunnel with the real SDK, and Zoom's requests arrive at the
//! public edge.

use std::process::{Command, Stdio};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, PATIENCE, Script};
use crate::support::process::{Listen, finish, zoomhook};
use crate::support::raw_client::{RawClient, Reply};
use crate::support::requests::{SECRET, event, sign, timestamp, with_length};
use crate::support::snapshot::{assert_run, assert_text};

/// The flags and variables with which a user reaches the double.
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
async fn a_challenge_and_events_arrive_through_the_tunnel() {
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
async fn the_screen_shows_the_url_on_its_own_line_and_the_address_of_the_client() {
    let server = NgrokServer::start(Script::default());
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", "0", "--exit-after", "1"]);
    through(&server, &mut command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    // If the test fails, the process is killed; otherwise the test would wait for it.
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    let mut screen = BufReader::new(child.stderr.take().unwrap()).lines();
    // The server may know the endpoint before the agent does, so the test reads the URL from the screen.
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
    assert_text!(String::from_utf8(finished.stdout).unwrap(), @r#"
    ??:??:??.???  ✓ meeting.started   204 in ?.? ms · from 127.0.0.1
                  {
                    "event": "meeting.started",
                    "payload": {
                      "account_id": "abc",
                      "object": {
                        "topic": ""
                      }
                    },
                    "event_ts": 1
                  }
    "#);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn shutdown_removes_the_endpoint() {
    let server = NgrokServer::start(Script::default());
    let listen = Listen::start_with(|command| through(&server, command));
    let (status, lines, stderr) = listen.interrupted();
    assert_eq!(status.code(), Some(0), "{stderr}");
    let states: Vec<_> = lines.iter().filter(|line| line["type"] == "tunnel").collect();
    assert_eq!(states.last().unwrap()["state"], "stopped", "{states:?}");
    server.until("no agent is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
}

#[test]
fn a_wrong_authtoken_ends_with_6_and_is_not_printed() {
    let server = NgrokServer::start(Script::default());
    let home = tempfile::tempdir().unwrap();
    let failed = |format| {
        let mut command = zoomhook(home.path());
        command.args(["listen", "--port", "0", "--format", format]);
        through(&server, &mut command);
        let token = "2wrongTokenThatNobodyMaySee_1234567890abcdefghijkl";
        command.env("NGROK_AUTHTOKEN", token);
        finish(command)
    };
    assert_run!(failed("pretty"), @"
    exit: 6
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      Tunnel    ngrok · starting
      Tunnel    ngrok · refused · ERR_NGROK_105

      Ran for ?.? s.
      · 0 events verified

    error: no tunnel: The authtoken does not have the form of an ngrok authtoken. (ERR_NGROK_105)
      Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.
    ");
    assert_run!(failed("json"), @r#"
    exit: 6
    --- stdout
    {"v":1,"type":"tunnel","at":"????-??-??T??:??:??.???Z","state":"starting"}
    {"v":1,"type":"tunnel","at":"????-??-??T??:??:??.???Z","state":"refused","code":"ERR_NGROK_105","meaning":"The authtoken does not have the form of an ngrok authtoken.","remedy":"Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN."}
    {"v":1,"type":"summary","at":"????-??-??T??:??:??.???Z","ran_for_ms":?.???,"events":{},"events_total":0,"outcomes":{"delivered":0,"lost":0,"retried":0,"pending":0,"app_refused":{},"app_failed":{},"too_late":0,"not_reachable":0,"no_answer":0,"given_up":0,"abandoned":0},"challenges":0,"challenges_failed":0,"app_challenges_failed":0,"refused":{},"refused_total":0,"unchecked":0,"accepted_unverified":0,"missing":[],"missing_text":[]}
    --- stderr
    error: no tunnel: The authtoken does not have the form of an ngrok authtoken. (ERR_NGROK_105)
      Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_file_of_the_ngrok_agent_is_enough() {
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
async fn a_public_url_of_the_user_needs_no_tunnel() {
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
