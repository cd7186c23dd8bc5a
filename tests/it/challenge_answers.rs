//! Wrong answers to a challenge: every command reports the same codes and sentences, in the same order.

use std::fs;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zoomhook::zoom::{Challenge, Envelope, SecretToken};

use crate::support::app::{App, Received};
use crate::support::process::{Listen, run};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, sign, signed};

/// The secret token of another app. Every command gets it too.
const OTHER: &str = "another-apps-secret-token";

/// The secret token that signs the challenge is the first.
const SECRETS: [&str; 4] =
    ["--secret", "app=zoomhook-test-secret", "--secret", "other=another-apps-secret-token"];

/// An answer of the app.
struct Given {
    status: u16,
    header: &'static str,
    body: Vec<u8>,
}

/// The faults that a command reports: code and sentence.
type Faults = Vec<(String, String)>;

/// One answer: its name, a function that makes it from the plainToken, and the faults that every command must report.
struct Case {
    name: &'static str,
    make: fn(&str) -> Given,
    faults: &'static [(&'static str, &'static str)],
}

fn ok(body: impl Into<Vec<u8>>) -> Given {
    given(200, body)
}

fn given(status: u16, body: impl Into<Vec<u8>>) -> Given {
    Given { status, header: "x-app: test", body: body.into() }
}

/// The correct encryptedToken.
fn encrypted(plain: &str) -> String {
    encrypted_under(SECRET, plain)
}

fn encrypted_under(secret: &str, plain: &str) -> String {
    let body = challenge(plain);
    let challenge = Challenge::recognize(&Envelope::parse(&body).unwrap()).unwrap().unwrap();
    challenge.answer(&SecretToken::new(secret).unwrap()).encrypted_token
}

/// An answer in the correct format with this encryptedToken.
fn with(plain: &str, encrypted: &str) -> String {
    json!({"plainToken": plain, "encryptedToken": encrypted}).to_string()
}

fn right(plain: &str) -> String {
    with(plain, &encrypted(plain))
}

const NO_PLAIN: (&str, &str) = ("answer-field", "The answer has no field plainToken.");
const NO_ENCRYPTED: (&str, &str) = ("answer-field", "The answer has no field encryptedToken.");
const NOT_JSON: (&str, &str) =
    ("answer-text", "The answer is not JSON; Zoom expects a JSON object with two fields.");
const NO_BODY: (&str, &str) = ("answer-text", "The answer has no body; Zoom expects a JSON object.");
const HTML: (&str, &str) =
    ("answer-text", "The answer is an HTML page; Zoom expects a JSON object with two fields.");
const OTHER_PLAIN: (&str, &str) = ("answer-plain-token", "plainToken is not the one in the challenge.");
const NOT_THE_HMAC: (&str, &str) = (
    "answer-hmac",
    "encryptedToken is not the HMAC-SHA256 of the plainToken with the secret token as the key.",
);
const LATE: (&str, &str) =
    ("answer-late", "The answer did not arrive within 3 s; Zoom does not wait longer.");

const CASES: &[Case] = &[
    Case {
        name: "base64 of the digest",
        make: |plain| ok(with(plain, &BASE64.encode(hex::decode(encrypted(plain)).unwrap()))),
        faults: &[(
            "answer-encoding",
            "encryptedToken has the correct digest, but it is in base64; Zoom expects exactly 64 lower-case hex digits.",
        )],
    },
    Case {
        name: "upper-case hex",
        make: |plain| ok(with(plain, &encrypted(plain).to_uppercase())),
        faults: &[(
            "answer-encoding",
            "encryptedToken has the correct digest, but it is in upper-case hex; Zoom expects exactly 64 lower-case hex digits.",
        )],
    },
    Case {
        name: "v0= before the token",
        make: |plain| ok(with(plain, &format!("v0={}", encrypted(plain)))),
        faults: &[(
            "answer-encoding",
            "encryptedToken has the correct digest, but it starts with v0=; Zoom expects exactly 64 lower-case hex digits.",
        )],
    },
    Case {
        name: "white space around encryptedToken",
        make: |plain| ok(with(plain, &format!(" {}\n", encrypted(plain)))),
        faults: &[(
            "answer-encoding",
            "encryptedToken has the correct digest, but there is whitespace around it; Zoom expects exactly 64 lower-case hex digits.",
        )],
    },
    Case {
        name: "SHA-256 of the token",
        make: |plain| ok(with(plain, &hex::encode(Sha256::digest(plain)))),
        faults: &[(
            "answer-hmac",
            "encryptedToken is wrong. Your code computes the plain SHA-256 of the message, not HMAC-SHA256 with the secret token as the key.",
        )],
    },
    Case {
        name: "the plainToken in both fields",
        make: |plain| ok(with(plain, plain)),
        faults: &[("answer-hmac", "encryptedToken is the plainToken itself, not its HMAC.")],
    },
    Case {
        name: "another app's secret token",
        make: |plain| ok(with(plain, &encrypted_under(OTHER, plain))),
        faults: &[(
            "answer-key",
            "encryptedToken is wrong. It was computed with the secret token of other; the challenge was signed with a different one.",
        )],
    },
    Case {
        name: "a newline at the end of the secret token",
        make: |plain| ok(with(plain, &encrypted_under(&format!("{SECRET}\n"), plain))),
        faults: &[(
            "answer-key",
            "encryptedToken is wrong. Your code's HMAC key is the secret token with a newline at its end.",
        )],
    },
    Case {
        name: "a token that nothing explains",
        make: |plain| ok(with(plain, &"0".repeat(64))),
        faults: &[NOT_THE_HMAC],
    },
    Case { name: "an empty token", make: |plain| ok(with(plain, "")), faults: &[NOT_THE_HMAC] },
    Case {
        name: "both tokens swapped",
        make: |plain| ok(with(&encrypted(plain), plain)),
        faults: &[OTHER_PLAIN, ("answer-hmac", "encryptedToken is the plainToken itself, not its HMAC.")],
    },
    Case {
        name: "stringified twice",
        make: |plain| ok(json!(right(plain)).to_string()),
        faults: &[(
            "answer-json-string",
            "The answer is a JSON string that contains the object: it was stringified twice.",
        )],
    },
    Case {
        name: "wrapped in data",
        make: |plain| ok(format!(r#"{{"data":{}}}"#, right(plain))),
        faults: &[(
            "answer-wrapped",
            "The answer is wrapped in another object; plainToken and encryptedToken belong at the top level.",
        )],
    },
    Case {
        name: "wrapped, and the token is wrong",
        make: |plain| ok(format!(r#"{{"statusCode":200,"body":{}}}"#, with(plain, &"0".repeat(64)))),
        faults: &[
            (
                "answer-wrapped",
                "The answer is wrapped in another object; plainToken and encryptedToken belong at the top level.",
            ),
            NOT_THE_HMAC,
        ],
    },
    Case {
        name: "no encryptedToken",
        make: |plain| ok(json!({"plainToken": plain}).to_string()),
        faults: &[NO_ENCRYPTED],
    },
    Case {
        name: "no plainToken",
        make: |plain| ok(json!({"encryptedToken": encrypted(plain)}).to_string()),
        faults: &[NO_PLAIN],
    },
    Case { name: "an empty object", make: |_| ok("{}"), faults: &[NO_PLAIN, NO_ENCRYPTED] },
    Case {
        name: "a renamed field",
        make: |plain| ok(right(plain).replace("encryptedToken", "encrypted_token")),
        faults: &[("answer-field", "The answer has no field encryptedToken; it has encrypted_token.")],
    },
    Case {
        name: "a field that is not a string",
        make: |plain| ok(json!({"plainToken": plain, "encryptedToken": null}).to_string()),
        faults: &[("answer-field", "encryptedToken is not a string.")],
    },
    Case {
        name: "another plainToken",
        make: |plain| ok(with("another", &encrypted(plain))),
        faults: &[OTHER_PLAIN],
    },
    Case {
        name: "white space around plainToken",
        make: |plain| ok(with(&format!("{plain}\n"), &encrypted(plain))),
        faults: &[(
            "answer-plain-token",
            "plainToken has whitespace around it; return it exactly as received.",
        )],
    },
    Case { name: "text", make: |_| ok("ok"), faults: &[NOT_JSON] },
    Case { name: "the encryptedToken alone", make: |plain| ok(encrypted(plain)), faults: &[NOT_JSON] },
    Case {
        name: "a JSON string",
        make: |_| ok(r#""ok""#),
        faults: &[("answer-text", "The answer is a JSON string; Zoom expects an object with two fields.")],
    },
    Case {
        name: "an array",
        make: |plain| ok(format!("[{}]", right(plain))),
        faults: &[("answer-text", "The answer is a JSON array; Zoom expects an object with two fields.")],
    },
    Case {
        name: "another JSON value",
        make: |_| ok("null"),
        faults: &[(
            "answer-text",
            "The answer is JSON, but not an object; Zoom expects an object with two fields.",
        )],
    },
    Case { name: "an empty body", make: |_| ok(""), faults: &[NO_BODY] },
    Case { name: "a page", make: |_| ok("<!DOCTYPE html><title>App</title>"), faults: &[HTML] },
    Case {
        name: "a byte order mark",
        make: |plain| ok(format!("\u{feff}{}", right(plain))),
        faults: &[(
            "answer-text",
            "The answer starts with a byte order mark (U+FEFF); JSON must not have one.",
        )],
    },
    Case {
        name: "201",
        make: |plain| given(201, right(plain)),
        faults: &[("answer-status", "The status is 201; answer a challenge with 200.")],
    },
    Case {
        name: "204",
        make: |_| given(204, ""),
        faults: &[
            (
                "answer-status",
                "The status is 204, which has no body; answer a challenge with 200 and a JSON body.",
            ),
            NO_BODY,
        ],
    },
    Case {
        name: "a redirect",
        make: |plain| Given { header: "location: /zoom/", ..given(302, right(plain)) },
        faults: &[("answer-status", "The status is 302; answer a challenge with 200.")],
    },
    Case {
        name: "401",
        make: |_| given(401, r#"{"error":"signature"}"#),
        faults: &[
            ("answer-status", "The status is 401; answer a challenge with 200."),
            NO_PLAIN,
            NO_ENCRYPTED,
        ],
    },
    Case {
        name: "404",
        make: |_| given(404, "<html></html>"),
        faults: &[("answer-status", "The status is 404; answer a challenge with 200."), HTML],
    },
    Case {
        name: "500",
        make: |_| given(500, "Internal Server Error"),
        faults: &[("answer-status", "The status is 500; answer a challenge with 200."), NOT_JSON],
    },
    Case { name: "right", make: |plain| ok(right(plain)), faults: &[] },
    Case {
        name: "right, with whitespace and another field",
        make: |plain| {
            let (plain, encrypted) = (json!(plain), encrypted(plain));
            ok(format!(
                "\n{{ \"encryptedToken\": \"{encrypted}\",\n\t\"plainToken\": {plain}, \"more\": 1 }}\n"
            ))
        },
        faults: &[],
    },
];

impl Case {
    fn expected(&self) -> Faults {
        self.faults.iter().map(|(code, sentence)| ((*code).to_owned(), (*sentence).to_owned())).collect()
    }
}

/// The bytes of the answer to a request with a challenge.
fn answer(make: fn(&str) -> Given, request: &Received) -> Vec<u8> {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let Given { status, header, body } = make(body["payload"]["plainToken"].as_str().unwrap());
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let mut bytes = format!("HTTP/1.1 {status} Status\r\n{header}\r\n{length}\r\n").into_bytes();
    bytes.extend_from_slice(&body);
    bytes
}

/// An app that answers each request with the next case.
async fn app_with(cases: &'static [Case]) -> App {
    let app = App::start().await;
    let mut cases = cases.iter();
    app.answers_by(move |request| answer(cases.next().expect("more requests than cases").make, request));
    app
}

fn challenge(plain: &str) -> Vec<u8> {
    json!({"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": plain}})
        .to_string()
        .into_bytes()
}

/// The member `challenge_faults` of a line of NDJSON.
fn faults(line: &Value) -> Faults {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let faults = line["challenge_faults"].as_array().unwrap_or_else(|| panic!("not judged: {line}"));
    faults.iter().map(|fault| (text(fault, "code"), text(fault, "sentence"))).collect()
}

/// Starts `listen` for an app that answers challenges itself.
fn listen(app: &App, history: &TempDir) -> Listen {
    Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--crc", "forward", "--forward", &app.address.port().to_string()]);
        command.arg("--history-file").arg(history.path().join("h.db")).args(SECRETS);
    })
}

/// Sends one challenge to `listen` and returns its line.
async fn through(listen: &mut Listen, plain: &str) -> Value {
    RawClient::connect(listen.address).await.request(&signed("/webhook", &challenge(plain))).await;
    listen.delivery()
}

/// A HAR entry with a challenge and this answer.
fn entry(make: fn(&str) -> Given, took_ms: u64) -> Value {
    let (plain, timestamp) = ("qgg8vlvZRS6UYooatFL8Aw", "1795507201");
    let (body, given) = (challenge(plain), make(plain));
    let headers = json!([
        {"name": "x-zm-request-timestamp", "value": timestamp},
        {"name": "x-zm-signature", "value": sign(SECRET, timestamp, &body)},
    ]);
    json!({
        "startedDateTime": "2026-11-24T09:00:01.000Z",
        "time": took_ms,
        "request": {
            "method": "POST", "url": "https://hooks.example.com/webhook", "headers": headers,
            "postData": {"mimeType": "application/json", "text": String::from_utf8(body).unwrap()},
        },
        "response": {
            "status": given.status, "headers": [],
            "content": {"text": BASE64.encode(given.body), "encoding": "base64"},
        },
    })
}

/// The faults that `verify` reports for each answer in a HAR.
fn verified(entries: Vec<Value>) -> Vec<Faults> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("challenges.har");
    let log =
        json!({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}});
    fs::write(&file, log.to_string()).unwrap();
    let finished = run(&[&["verify", file.to_str().unwrap(), "--format", "json"], &SECRETS[..]].concat());
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let challenges = lines.map(|line| line["challenge"].clone()).filter(Value::is_object);
    let texts = |list: &Value| -> Vec<String> { serde_json::from_value(list.clone()).unwrap() };
    challenges
        .map(|challenge| {
            texts(&challenge["faults"]).into_iter().zip(texts(&challenge["fault_details"])).collect()
        })
        .collect()
}

/// The faults that `trigger` reports for the app's answer.
fn triggered(url: &str) -> Faults {
    let arguments = ["trigger", "endpoint.url_validation", "--to", url, "--format", "json", "--quiet"];
    let finished = run(&[&arguments[..], &SECRETS].concat());
    let line: Value = serde_json::from_str(finished.stdout.lines().next().unwrap()).unwrap();
    let faults = faults(&line);
    assert_eq!(line["challenge_fault"].as_str(), faults.first().map(|(_, sentence)| sentence.as_str()));
    assert_eq!(finished.code, Some(if faults.is_empty() { 0 } else { 5 }), "{finished:?}");
    faults
}

/// The sentences that `sign --challenge` shows for the app's answer: all lines except the first and the answer itself.
fn posted(url: &str) -> Vec<String> {
    let finished = run(&[&["sign", "--challenge", "--to", url], &SECRETS[..]].concat());
    let below = finished.stdout.lines().skip(1).map(|line| line.trim().to_owned());
    let shown: Vec<_> = below.take_while(|line| !line.starts_with("It answered:")).collect();
    assert_eq!(finished.code, Some(if shown.is_empty() { 0 } else { 5 }), "{finished:?}");
    shown
}

fn sentences(faults: &Faults) -> Vec<String> {
    faults.iter().map(|(_, sentence)| sentence.clone()).collect()
}

#[test]
fn verify_reports_the_faults_of_a_captured_answer() {
    let found = verified(CASES.iter().map(|case| entry(case.make, 12)).collect());
    assert_eq!(found.len(), CASES.len());
    for (case, found) in CASES.iter().zip(found) {
        assert_eq!(found, case.expected(), "{}", case.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listen_and_replay_report_the_same_faults_of_the_apps_answer() {
    let (app, history) = (app_with(CASES).await, TempDir::new().unwrap());
    let mut listen = listen(&app, &history);
    let mut ids = Vec::new();
    for case in CASES {
        let line = through(&mut listen, "qgg8vlvZRS6UYooatFL8Aw").await;
        let relayed = &line["relayed"][0];
        assert_eq!(faults(relayed), case.expected(), "{}", case.name);
        let is_hinted = relayed["hints"].as_array().unwrap().first() == Some(&json!("app_challenge"));
        assert_eq!(is_hinted, !case.faults.is_empty(), "{}: {line}", case.name);
        ids.push(line["id"].as_str().unwrap().to_owned());
    }
    let (file, again) = (history.path().join("h.db"), app_with(CASES).await);
    let to = format!("http://127.0.0.1:{}", again.address.port());
    let fixed = ["--to", &to, "--format", "json", "--history-file", file.to_str().unwrap()];
    let ids = ids.iter().map(String::as_str);
    let arguments: Vec<_> = ["replay"].into_iter().chain(ids).chain(fixed).chain(SECRETS).collect();
    let finished = run(&arguments);
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let replayed: Vec<_> = lines.filter(|line| line["type"] == "replayed").collect();
    assert_eq!(replayed.len(), CASES.len(), "{finished:?}");
    for (case, line) in CASES.iter().zip(&replayed) {
        assert_eq!(faults(line), case.expected(), "{}", case.name);
        assert_eq!(line["right"], json!(case.faults.is_empty()), "{}", case.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trigger_and_sign_report_the_same_faults_of_the_endpoints_answer() {
    let app = App::start().await;
    let url = format!("http://127.0.0.1:{}/webhook", app.address.port());
    for case in CASES {
        app.answers_by(move |request| answer(case.make, request));
        let (first, second) = (url.clone(), url.clone());
        let triggered = tokio::task::spawn_blocking(move || triggered(&first));
        let posted = tokio::task::spawn_blocking(move || posted(&second));
        assert_eq!(triggered.await.unwrap(), case.expected(), "{}", case.name);
        assert_eq!(posted.await.unwrap(), sentences(&case.expected()), "{}", case.name);
    }
}

/// All commands wait concurrently.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_late_for_every_command() {
    let late: Faults = vec![(LATE.0.to_owned(), LATE.1.to_owned())];
    let make = |plain: &str| ok(right(plain));
    assert_eq!(verified(vec![entry(make, 2999), entry(make, 3000)]), [Vec::new(), late.clone()]);

    let app = App::start().await;
    app.answers_by(move |request| answer(make, request));
    app.pauses(Duration::from_millis(3_050));
    let url = format!("http://127.0.0.1:{}/webhook", app.address.port());
    let (first, second) = (url.clone(), url);
    let triggered = tokio::task::spawn_blocking(move || triggered(&first));
    let posted = tokio::task::spawn_blocking(move || posted(&second));
    let history = TempDir::new().unwrap();
    let mut listen = listen(&app, &history);
    assert_eq!(faults(&through(&mut listen, "abc").await["relayed"][0]), late);
    assert_eq!(triggered.await.unwrap(), late);
    assert_eq!(posted.await.unwrap()[0], LATE.1);
}
