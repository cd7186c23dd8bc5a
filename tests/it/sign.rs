//! `zoomhook sign`: right signatures in every form, and wrong ones that a receiver refuses.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use zoomhook::zoom::SecretToken;

use crate::support::{
    process::{Finished, Listen, finish, zoomhook},
    raw_client::RawClient,
    receiver::Receiver,
    requests::{SECRET, timestamp},
};

const BODY: &str =
    r#"{"event":"meeting.started","payload":{"object":{"topic":"It’s Zoë's \uD83D\uDE92 $(x) `y` \"z\""}}}"#;

const BREAKS: [&str; 8] =
    ["secret", "body", "timestamp", "prefix", "missing-signature", "missing-timestamp", "stale", "encoding"];

fn sign(args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.arg("sign").args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[test]
fn signatures_equal_those_of_an_independent_hmac() {
    let secret = SecretToken::new(SECRET).unwrap();
    let lines = include_str!("../data/signatures.txt").lines();
    let mut count = 0;
    for line in lines {
        let [timestamp, body, signature] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let body = hex::decode(body.trim_matches('-')).unwrap();
        assert_eq!(secret.sign(timestamp.as_bytes(), &body).to_string(), signature, "{line}");
        count += 1;
    }
    assert_eq!(count, 1000);
}

#[test]
fn the_program_signs_exactly_the_bytes_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let lines = include_str!("../data/signatures.txt").lines().step_by(250);
    for line in lines {
        let [timestamp, body, signature] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let body = hex::decode(body.trim_matches('-')).unwrap();
        let args = ["sign", "-", "--timestamp", timestamp, "--format", "raw-signature"];
        let mut command = zoomhook(folder.path());
        command.args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&body).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), signature);
    }
}

#[tokio::test]
async fn the_raw_request_is_taken_by_listen() {
    let mut listen = Listen::start(&[]);
    let http = sign(&[BODY, "--format", "http"]).stdout;
    assert_eq!(RawClient::connect(listen.address).await.request(http.as_bytes()).await.status, 204);
    assert_eq!(listen.delivery()["verdict"], "valid");
}

#[test]
fn the_curl_command_does_what_it_says_whatever_is_in_the_body() {
    let Some(receiver) = Receiver::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("it's a body.bin");
    std::fs::write(&binary, b"{\"event\":\"a\xff\0b\"}").unwrap();
    for (body, status) in [(BODY, "204"), ("{\"event\":\n\t\"a.b\"}", "204"), ("{\"event\":\"@x\"}", "204")] {
        let command = sign(&[body, "--format", "curl"]).stdout;
        assert_eq!(run_curl(&command, &receiver), status.to_owned(), "{command}");
    }
    // Not JSON, so this receiver fails on it, but only after the signature was found right.
    let command = sign(&[binary.to_str().unwrap(), "--format", "curl"]).stdout;
    assert!(command.contains("--data-binary '@"), "{command}");
    let url = receiver.url("/fail");
    assert_eq!(run_curl(&command.replace("/webhook'", "/fail'"), &receiver), "500", "{url}");
}

/// Runs the command against the receiver; the status that curl shows.
fn run_curl(command: &str, receiver: &Receiver) -> String {
    let command = command.replace("http://127.0.0.1:4000", &receiver.url(""));
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    shown.split_whitespace().nth(1).unwrap_or("nothing").to_owned()
}

#[test]
fn a_receiver_that_is_not_ours_takes_an_event_and_a_challenge() {
    let Some(receiver) = Receiver::start() else { return };
    let url = receiver.url("/webhook");
    let event = sign(&[BODY, "--to", &url]);
    assert_eq!(event.code, Some(0), "{event:?}");
    assert!(event.stdout.contains("✓ meeting.started   204"), "{event:?}");
    let challenge = sign(&["--challenge", "--to", &url]);
    assert_eq!(challenge.code, Some(0), "{challenge:?}");
    assert!(challenge.stdout.contains("✓ endpoint.url_validation   200"), "{challenge:?}");
}

#[test]
fn a_receiver_that_is_not_ours_refuses_every_break() {
    let Some(receiver) = Receiver::start() else { return };
    for how in BREAKS {
        let refused = sign(&[BODY, "--break", how, "--to", &receiver.url("/webhook")]);
        assert_eq!(refused.code, Some(0), "{how}: {refused:?}");
        assert!(refused.stdout.contains("401") && refused.stdout.contains("refused: right"), "{refused:?}");
    }
    let taken = sign(&[BODY, "--break", "stale", "--to", &receiver.url("/accept")]);
    assert_eq!(taken.code, Some(5), "{taken:?}");
}

#[test]
fn a_challenge_that_is_answered_wrongly_is_told() {
    let Some(receiver) = Receiver::start() else { return };
    let wrong = sign(&["--challenge", "--to", &receiver.url("/accept")]);
    assert_eq!(wrong.code, Some(5), "{wrong:?}");
    assert!(wrong.stdout.contains("The answer has no body; Zoom wants a JSON object."), "{wrong:?}");
}

#[test]
fn json_holds_the_exact_body_and_says_what_it_is_for() {
    let json: Value = serde_json::from_str(&sign(&[BODY, "--format", "json"]).stdout).unwrap();
    assert_eq!(json["body"], BODY);
    assert_eq!(json["headers"]["x-zm-signature"], json["signature"]);
}

/// What `verify` says about what `sign` prints.
fn verified(args: &[&str], more: &[&str]) -> String {
    let signed = sign(args);
    assert_eq!(signed.code, Some(0), "{signed:?}");
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "-", "--format", "json"]).args(more).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(signed.stdout.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn verify_reads_and_believes_every_form_that_holds_the_body() {
    for form in ["curl", "http", "json", "powershell", "har", ".http"] {
        let told = verified(&[BODY, "--format", form], &[]);
        assert!(told.contains(r#""verdict":"valid""#), "{form}: {told}");
    }
    // Headers alone, and the body in a file.
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("body"), BODY).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--body", "body"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    for header in sign(&[BODY, "--format", "headers"]).stdout.lines() {
        command.args(["--header", header]);
    }
    let told = finish(command);
    assert_eq!(told.code, Some(0), "{told:?}");
}

#[test]
fn verify_names_every_break() {
    for (how, code) in [
        ("secret", "secret-empty"),
        ("body", "body-reserialised"),
        ("timestamp", "timestamp-unit"),
        ("prefix", "signature-prefix"),
        ("missing-signature", "signature-missing"),
        ("missing-timestamp", "timestamp-missing"),
        ("stale", "stale"),
        ("encoding", "signature-encoding"),
    ] {
        let told = verified(
            &[BODY, "--format", "http", "--break", how],
            &["--max-age", "5m", "--at", &timestamp(0)],
        );
        assert!(told.contains(&format!("\"{code}\"")), "{how}: {told}");
    }
}

#[test]
fn fails_without_a_body_that_can_be_read() {
    let failed = sign(&["absent.json"]);
    assert_eq!(failed.code, Some(2));
    assert!(failed.stderr.contains("absent.json") && failed.stderr.contains("'-' for stdin"), "{failed:?}");
    assert_eq!(sign(&["{}", "--timestamp", "1795507201042"]).code, Some(2));
}

#[test]
fn the_token_is_nowhere_in_what_it_prints() {
    for form in ["headers", "curl", "http", "json", "raw-signature", "powershell", "httpie", "har", ".http"] {
        let signed = sign(&[BODY, "--format", form]);
        assert_eq!(signed.code, Some(0), "{form}: {signed:?}");
        assert!(!signed.stdout.contains(SECRET) && !signed.stderr.contains(SECRET), "{form}");
    }
}
