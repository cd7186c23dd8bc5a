//! `zoomhook sign`: correct signatures in every format, and wrong ones that a receiver refuses.

use std::process::Command;

use serde_json::Value;
use zoomhook::zoom::SecretToken;

use crate::support::process::{Finished, Listen, finish, finish_with_input, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::receiver::Receiver;
use crate::support::requests::{SECRET, timestamp};
use crate::support::snapshot::assert_run;

const BODY: &str =
    r#"{"event":"meeting.started","payload":{"object":{"topic":"It’s Zoë's \uD83D\uDE92 $(x) `y` \"z\""}}}"#;

/// The signature of a timestamp that changes.
const SIGNATURE: &str = r"v0=(\w{64})";

const BREAKS: [&str; 8] =
    ["secret", "body", "timestamp", "prefix", "missing-signature", "missing-timestamp", "stale", "encoding"];

fn sign(args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.arg("sign").args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[test]
fn signatures_equal_those_of_an_independent_implementation() {
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
        let finished = finish_with_input(command, &body);
        assert_eq!(finished.stdout.trim(), signature, "{finished:?}");
    }
}

#[tokio::test]
async fn listen_accepts_the_raw_request() {
    let mut listen = Listen::start(&[]);
    let http = sign(&[BODY, "--format", "http"]).stdout;
    assert_eq!(RawClient::connect(listen.address).await.request(http.as_bytes()).await.status, 204);
    assert_eq!(listen.delivery()["verdict"], "valid");
}

#[test]
fn the_curl_command_sends_any_body_byte_for_byte() {
    let receiver = Receiver::start();
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("it's a body.bin");
    std::fs::write(&binary, b"{\"event\":\"a\xff\0b\"}").unwrap();
    for (body, status) in [(BODY, "204"), ("{\"event\":\n\t\"a.b\"}", "204"), ("{\"event\":\"@x\"}", "204")] {
        let command = sign(&[body, "--format", "curl"]).stdout;
        assert_eq!(run_curl(&command, &receiver), status.to_owned(), "{command}");
    }
    // This receiver fails on a body that is not JSON, but only after the signature matched.
    let signed = sign(&[binary.to_str().unwrap(), "--format", "curl"]);
    assert_eq!(run_curl(&signed.stdout.replace("/webhook'", "/fail'"), &receiver), "500");
    assert_run!(signed.hide(SIGNATURE).hide("clientid: ([^']+)"), @r"
    exit: 0
    --- stdout
    curl -sS -i -X POST 'http://127.0.0.1:4000/webhook' \
      -H 'content-type: application/json; charset=utf-8' \
      -H 'user-agent: Zoom Marketplace/1.0a' \
      -H 'traceparent: 00-????????????????????????????????-????????????????-02' \
      -H 'x-zm-request-id: ????????_????_????_????_????????????' \
      -H 'x-zm-request-timestamp: ??????????' \
      -H 'x-zm-signature: v0=????????????????????????????????????????????????????????????????' \
      -H 'x-zm-trackingid: v=2.0;clid=us02;rid=WEB_????????????????????????????????' \
      -H 'zm-trace-upstream: Meeting_Web_marketplace-consumer' \
      -H 'clientid: ??????????????????????' \
      -H 'accept:' \
      --data-binary '@/folder/of/test/it'\''s a body.bin'
    ");
}

/// Runs the command against the receiver; returns the status that curl prints.
fn run_curl(command: &str, receiver: &Receiver) -> String {
    let command = command.replace("http://127.0.0.1:4000", &receiver.url(""));
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    shown.split_whitespace().nth(1).unwrap_or("nothing").to_owned()
}

#[test]
fn an_independent_receiver_accepts_an_event_and_a_challenge() {
    let receiver = Receiver::start();
    let url = receiver.url("/webhook");
    assert_run!(sign(&[BODY, "--to", &url]), @"
    exit: 0
    --- stdout
     ✓ meeting.started   204 in ?.? ms
    ");
    assert_run!(sign(&["--challenge", "--to", &url]), @"
    exit: 0
    --- stdout
     ✓ endpoint.url_validation   200 in ?.? ms
    ");
}

#[test]
fn an_independent_receiver_refuses_every_break() {
    let receiver = Receiver::start();
    for how in BREAKS {
        let refused = sign(&[BODY, "--break", how, "--to", &receiver.url("/webhook")]);
        assert_eq!(refused.code, Some(0), "{refused:?}");
        let conclusion = "Refused with 401; a genuine request was accepted with 204.";
        assert!(refused.stdout.starts_with(" ✓ ") && refused.stdout.contains(conclusion), "{refused:?}");
    }
}

#[test]
fn a_wrong_answer_to_a_challenge_is_reported() {
    let receiver = Receiver::start();
    assert_run!(sign(&["--challenge", "--to", &receiver.url("/accept")]), @"
    exit: 5
    --- stdout
     ✗ endpoint.url_validation   200 in ?.? ms
         The answer has no body; Zoom expects a JSON object.
    ");
}

#[test]
fn a_missing_file_is_reported_before_a_missing_secret() {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["sign", "nothing.json"]);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: cannot read nothing.json: No such file or directory
      BODY is a file, '-' for stdin, or the body itself if it begins with '{'.
    ");
}

#[test]
fn json_has_the_exact_body_and_the_signature_twice() {
    let json: Value = serde_json::from_str(&sign(&[BODY, "--format", "json"]).stdout).unwrap();
    assert_eq!(json["body"], BODY);
    assert_eq!(json["headers"]["x-zm-signature"], json["signature"]);
}

/// The output of `verify` for the output of `sign`.
fn verified(args: &[&str], more: &[&str]) -> String {
    let signed = sign(args);
    assert_eq!(signed.code, Some(0), "{signed:?}");
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "-", "--format", "json"]).args(more).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish_with_input(command, signed.stdout.as_bytes()).stdout
}

#[test]
fn verify_accepts_every_format_that_has_the_body() {
    // Shells do not agree about backslashes and quotes.
    let quoting = r#"{"event":"a.b","path":"C:\\x","text":"it's \\\"so\\\" \\"}"#;
    for form in ["curl", "http", "json", "powershell", "har", ".http"] {
        for body in [BODY, quoting] {
            let line: Value = serde_json::from_str(&verified(&[body, "--format", form], &[])).unwrap();
            assert_eq!(line["verdict"], "valid", "{form}: {line}");
        }
    }
    // Headers alone, and the body in a file.
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("body"), BODY).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--body", "body"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    for header in sign(&[BODY, "--format", "headers"]).stdout.lines() {
        command.args(["--header", header]);
    }
    assert_run!(finish(command).put("signed (.*)", "…"), @"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Age         signed …
        Read        body
                    raw HTTP · the bytes that were signed …
    ");
}

#[test]
fn verify_finds_the_cause_of_every_break() {
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
        let options = ["--max-age", "5m", "--at", &timestamp(0)];
        let line = verified(&[BODY, "--format", "http", "--break", how], &options);
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["cause"], code, "{how}: {line}");
    }
}

#[test]
fn a_body_that_cannot_be_read_and_a_wrong_timestamp_fail() {
    assert_run!(sign(&["absent.json"]), @"
    exit: 2
    --- stderr
    error: cannot read absent.json: No such file or directory
      BODY is a file, '-' for stdin, or the body itself if it begins with '{'.
    ");
    assert_run!(sign(&["{}", "--timestamp", "soon"]), @"
    exit: 2
    --- stderr
    error: invalid value 'soon' for '--at <TIME>': write a time such as 2026-11-24T08:00:01Z, Unix seconds, or an offset from now such as -10m

    For more information, try '--help'.
    ");
}

#[test]
fn no_format_prints_the_token() {
    for form in ["headers", "curl", "http", "json", "raw-signature", "powershell", "httpie", "har", ".http"] {
        let signed = sign(&[BODY, "--format", form]);
        assert_eq!(signed.code, Some(0), "{form}: {signed:?}");
        assert!(!signed.stdout.contains(SECRET) && !signed.stderr.contains(SECRET), "{form}");
    }
}

/// As [`sign`], with its output in one order and the listener's port left out.
fn sign_to(listen: &Listen, path: &str, args: &[&str]) -> Finished {
    let url = format!("http://{}{path}", listen.address);
    sign(&[args, &["--to", &url]].concat())
}

#[test]
fn an_answer_of_listen_itself_is_not_attributed_to_an_app() {
    let listen = Listen::start(&[]);
    assert_run!(sign_to(&listen, "/webhook", &["--challenge"]), @"
    exit: 0
    --- stdout
     ✓ endpoint.url_validation   200 in ?.? ms
         zoomhook itself answered this challenge, not your app. To check your app's answer, name it with --to.
    ");
    assert_run!(sign_to(&listen, "/webhook", &[BODY, "--at", "-10m"]), @"
    exit: 5
    --- stdout
     ✗ meeting.started   401 in ?.? ms
         zoomhook itself answered 401: The timestamp is too far from this machine's time.
         Zoom would not retry after 401: the event would be lost.
    ");
    assert_run!(sign_to(&listen, "/zoom", &[BODY]), @"
    exit: 5
    --- stdout
     ✗ meeting.started   404 in ?.? ms
         zoomhook itself answered 404: There is no endpoint at this path.
         Zoom would not retry after 404: the event would be lost.
    ");
    assert_run!(sign_to(&listen, "/webhook", &[BODY, "--break", "missing-signature"]), @"
    exit: 0
    --- stdout
     ✓ meeting.started   401 in ?.? ms
         zoomhook itself answered this, not your app. To test your app, name it with --to.
    ");
    assert_run!(sign_to(&listen, "/webhook", &[BODY]), @"
    exit: 0
    --- stdout
     ✓ meeting.started   204 in ?.? ms
    ");
}

#[test]
fn a_challenge_is_not_said_to_be_retried() {
    let port = crate::support::gateway::free_port().to_string();
    // The system's words for it differ.
    let finished = sign(&["--challenge", "--to", &port]).put(r"connection failed: (.*)\.", "…");
    assert_run!(finished, @"
    exit: 5
    --- stdout
     ✗ endpoint.url_validation   not connected in ?.? ms
         The connection failed: ….
         Validate fails in Marketplace.
    ");
}

#[test]
fn the_form_of_a_line_in_a_dotenv_file_is_explained() {
    for (line, reason) in [
        ("=\"abcdefghijklmnopqrstuv", "has a value that begins with a quote and does not end with one"),
        ("=abc defghijklmnopqrstuv", "has a value with a space; put the value into single quotes"),
        (
            "=ab${NOT_SET_ANYWHERE}cdefghijklmnopqrst",
            "refers with $ to a variable that is not set; put a value with $ into single quotes",
        ),
        (": abcdefghijklmnopqrstuv", "is not set in the form NAME=value"),
    ] {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".env"), format!("ZOOM_WEBHOOK_SECRET_TOKEN{line}\n")).unwrap();
        let mut command = zoomhook(home.path());
        command.args(["sign", "{}", "--format", "raw-signature"]);
        let finished = finish(command);
        assert_eq!(finished.code, Some(2));
        let expected = format!("error: .env, line 1: ZOOM_WEBHOOK_SECRET_TOKEN {reason}\n");
        assert!(finished.stderr.starts_with(&expected), "{}", finished.stderr);
    }
}
