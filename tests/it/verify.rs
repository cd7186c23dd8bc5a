//! `zoomhook verify` as a process: verdicts and exit codes, formats of output, what it says when it cannot.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use zoomhook::zoom::SecretToken;

use crate::support::process::{Finished, finish, zoomhook};

const SECRET: &str = "zoomhook-test-secret";
const TIMESTAMP: &str = "1795507201";
const BODY: &str =
    r#"{"event":"meeting.started","payload":{"object":{"topic":"Caf\u00e9"}},"event_ts":1795507200123}"#;

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(captures().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_none_or(|e| e != "body")).collect();
    files.sort();
    files
}

/// `zoomhook verify` in an empty folder, with the secret of the captures.
fn command(home: &TempDir) -> Command {
    let mut command = zoomhook(home.path());
    command.arg("verify").env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command
}

fn verify<A: AsRef<std::ffi::OsStr>>(arguments: &[A]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = command(&home);
    command.args(arguments);
    without_secret(finish(command))
}

/// With something on stdin.
fn verify_stdin(arguments: &[&str], input: &[u8]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = command(&home);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // It may end before it has read all.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    without_secret(Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    })
}

/// Holds for whatever is asked: the secret is nowhere in the output.
fn without_secret(finished: Finished) -> Finished {
    assert!(!finished.stdout.contains(SECRET) && !finished.stderr.contains(SECRET), "{finished:?}");
    finished
}

fn lines(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of NDJSON")).collect()
}

fn signature(body: &str) -> String {
    SecretToken::new(SECRET).unwrap().sign(TIMESTAMP.as_bytes(), body.as_bytes()).to_string()
}

/// A raw HTTP request, rightly signed.
fn request(body: &str) -> String {
    format!(
        "POST /webhook HTTP/1.1\r\nhost: a\r\nx-zm-request-timestamp: {TIMESTAMP}\r\nx-zm-signature: {}\r\n\
         content-length: {}\r\n\r\n{body}",
        signature(body),
        body.len()
    )
}

#[test]
fn every_capture_gets_the_verdict_of_its_folder() {
    for (folder, verdict, code) in
        [("valid", "valid", 0), ("invalid", "invalid", 3), ("cannot-tell", "unknown", 4)]
    {
        for file in files(folder) {
            let finished = verify(&[file.to_str().unwrap(), "--format", "json"]);
            assert_eq!(finished.code, Some(code), "{finished:?}");
            for line in lines(&finished) {
                assert_eq!(line["verdict"], verdict, "{line}");
                assert_eq!((&line["v"], &line["type"]), (&1.into(), &"verdict".into()), "{line}");
            }
        }
    }
}

#[test]
fn names_the_cause_that_the_file_is_called_after() {
    for (file, cause) in [
        ("base64-signature", "signature-encoding"),
        ("body-ascii-escaped", "body-reserialised"),
        ("body-only-hmac", "message-without-timestamp"),
        ("body-pretty-printed", "body-reserialised"),
        ("missing-signature", "signature-missing"),
        ("no-v0-prefix", "signature-prefix"),
        ("secret-trailing-newline", "secret-whitespace"),
        ("tampered", "unexplained"),
        ("wrong-secret", "unexplained"),
    ] {
        let file = captures().join(format!("invalid/raw-http.{file}.http"));
        let finished = verify(&[file.to_str().unwrap(), "--format", "json", "--framework", "flask"]);
        let line = &lines(&finished)[0];
        assert_eq!(line["cause"], cause, "{line}");
        assert!(line["finding"]["remedy"].as_str().unwrap().ends_with('.'), "{line}");
        let pretty = verify(&[file.to_str().unwrap()]);
        assert!(pretty.stdout.contains("✗ INVALID, because ") && pretty.stdout.contains(cause), "{pretty:?}");
        assert!(pretty.stderr.is_empty(), "{pretty:?}");
    }
}

#[test]
fn a_screen_has_verdict_remedy_picture_and_age() {
    let file = captures().join("invalid/raw-http.body-ascii-escaped.http");
    let shown = verify(&[file.to_str().unwrap(), "--framework", "express", "--at", TIMESTAMP]).stdout;
    for part in [
        "✗ INVALID, because the body was written again",
        "req.rawBody = buf",
        "This gives the signature: HMAC-SHA256",
        "from byte 198 on",
        "Stand-up·caf\\u00e9",
        "0 ms before the time of --at",
        "raw HTTP · the original bytes",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "no colours in a pipe: {shown}");
}

#[test]
fn one_invalid_request_outweighs_any_that_cannot_be_told() {
    let valid = captures().join("valid/raw-http.lf.http");
    let invalid = captures().join("invalid/raw-http.tampered.http");
    let unknown = captures().join("cannot-tell/raw-http.truncated.http");
    let code = |files: &[&PathBuf]| verify(files).code;
    assert_eq!(code(&[&valid, &valid]), Some(0));
    assert_eq!(code(&[&valid, &unknown]), Some(4));
    assert_eq!(code(&[&unknown, &invalid, &valid]), Some(3));
    let finished = verify(&[&unknown, &invalid, &valid]);
    assert!(
        finished.stdout.contains("3 requests: 1 valid, 1 invalid, 1 cannot be told."),
        "{}",
        finished.stdout
    );
}

#[test]
fn reads_folders_in_order_and_leaves_out_what_is_no_capture() {
    let folder = captures().join("valid");
    let finished = verify(&["-r", "--format", "json", folder.to_str().unwrap()]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stderr.is_empty() || finished.stderr.contains("emoji.body was left out"));
    let sources: Vec<_> =
        lines(&finished).iter().map(|line| line["source"].as_str().unwrap().to_owned()).collect();
    assert!(sources.is_sorted() && sources.len() > 100, "{}", sources.len());
    let closed = verify(&[folder.to_str().unwrap()]);
    assert_eq!(closed.code, Some(4));
    assert!(closed.stdout.contains("--recursive"), "{}", closed.stdout);
}

#[test]
fn several_requests_are_numbered_within_their_source() {
    let one = captures().join("valid/har.several.x3.har");
    let finished = verify(&[&one, &one].map(|path| path.as_os_str()));
    assert!(finished.stdout.contains("6 requests: 6 valid."), "{}", finished.stdout);
    let finished = verify(&["--format", "json", one.to_str().unwrap(), one.to_str().unwrap()]);
    let indices: Vec<_> = lines(&finished).iter().map(|line| line["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn reads_stdin_and_headers_apart_from_the_body() {
    let finished = verify_stdin(&["-", "--format", "json"], request(BODY).as_bytes());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(lines(&finished)[0]["source"], "-");
    let headers =
        [format!("X-Zm-Signature: {}", signature(BODY)), format!("x-zm-request-timestamp: {TIMESTAMP}")];
    let args = ["--body", "-", "-H", &headers[0], "--header", &headers[1]];
    assert_eq!(verify_stdin(&args, BODY.as_bytes()).code, Some(0));
    assert_eq!(verify_stdin(&args, format!("{BODY} ").as_bytes()).code, Some(3));
    let bare = verify_stdin(&["-"], BODY.as_bytes());
    assert_eq!(bare.code, Some(4));
    assert!(bare.stdout.contains("--body - --header 'x-zm-signature"), "{}", bare.stdout);
}

#[test]
fn names_the_secret_that_matched_among_several() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("request.http"), request(BODY)).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "request.http", "--format", "json"]);
    command.args(["--secret", "other=qgg8vlvZRS6UYooatFL8Aw", "--secret", &format!("mine={SECRET}")]);
    let line = &lines(&without_secret(finish(command)))[0];
    assert_eq!((&line["verdict"], &line["secret_name"]), (&"valid".into(), &"mine".into()));
}

#[test]
fn another_credential_of_the_dotenv_is_named_and_not_shown() {
    let home = TempDir::new().unwrap();
    let client_secret = "client-secret-2fb1c0d9";
    let dotenv = format!("ZOOM_WEBHOOK_SECRET_TOKEN=the-right-token-1\nZOOM_CLIENT_SECRET={client_secret}\n");
    fs::write(home.path().join(".env"), dotenv).unwrap();
    let signed = SecretToken::new(client_secret).unwrap().sign(TIMESTAMP.as_bytes(), BODY.as_bytes());
    let capture = request(BODY).replace(&signature(BODY), &signed.to_string());
    fs::write(home.path().join("request.http"), capture).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "request.http"]);
    let finished = finish(command);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let shown = finished.stdout + &finished.stderr;
    assert!(shown.contains("secret-is-other-credential") && shown.contains("ZOOM_CLIENT_SECRET"), "{shown}");
    assert!(!shown.contains(client_secret) && !shown.contains("the-right-token"), "{shown}");
}

#[test]
fn explains_the_value_of_the_users_own_code() {
    let home = TempDir::new().unwrap();
    // Zoom escapes an emoji; JSON.stringify does not.
    let sent = r#"{"event":"meeting.started","payload":{"object":{"topic":"\uD83D\uDE92"}}}"#;
    fs::write(home.path().join("request.http"), request(sent)).unwrap();
    let parsed = sent.replace(r"\uD83D\uDE92", "🚒");
    let run = |mine: &str| {
        let mut command = command(&home);
        command.args(["request.http", "--framework", "express", "--mine", mine]);
        finish(command)
    };
    let wrong = run(&signature(&parsed));
    assert_eq!(wrong.code, Some(0), "the request itself is valid: {wrong:?}");
    for part in ["JSON.stringify", "req.rawBody", "right", "yours", "\\uD83D\\uDE92", "🚒", "^"] {
        assert!(wrong.stdout.contains(part), "{part}: {}", wrong.stdout);
    }
    assert!(run(&signature(sent)).stdout.contains("computes the right value"));
    assert!(run("hello").stdout.contains("no digest"));
}

#[test]
fn shows_what_is_signed_byte_for_byte() {
    let file = captures().join("valid/raw-http.lf.http");
    let args = [file.to_str().unwrap(), "--show-signed-string"];
    assert!(verify(&args).stdout.contains("v0:1795507201:{\"event\":\"meeting.started\""));
    let line = &lines(&verify(&[args[0], args[1], "--format", "json"]))[0];
    let (text, length) = (line["signed_string"].as_str().unwrap(), line["signed_bytes"].as_u64().unwrap());
    assert_eq!(text.len() as u64, length);
}

#[test]
fn age_is_judged_only_when_that_is_asked_for() {
    let file = captures().join("valid/raw-http.lf.http");
    let run = |args: &[&str]| {
        let mut all = vec![file.to_str().unwrap(), "--format", "json"];
        all.extend(args);
        let finished = verify(&all);
        (finished.code, lines(&finished).remove(0))
    };
    let (code, line) = run(&["--at", "2026-11-27T08:00:01Z"]);
    assert_eq!((code, line["age_s"].as_f64()), (Some(0), Some(259_200.0)));
    let (code, line) = run(&["--at", "2026-11-27T08:00:01Z", "--max-age", "5m"]);
    assert_eq!((code, &line["cause"]), (Some(3), &"stale".into()));
    assert_eq!(run(&["--at", "1795507301", "--max-age", "5m"]).0, Some(0));
    // The capture has no time of its own, and today says nothing.
    assert_eq!(run(&["--max-age", "5m"]).0, Some(4));
    let own = captures().join("valid/ngrok.list.x3.json");
    assert_eq!(verify(&[own.to_str().unwrap(), "--max-age", "5m", "-q"]).code, Some(0));
}

#[test]
fn judges_the_answer_beside_a_challenge() {
    let good = fs::read_to_string(captures().join("valid/raw-http.challenge-with-answer.http")).unwrap();
    let right = verify_stdin(&["-"], good.as_bytes()).stdout;
    assert!(right.contains("✓ The captured answer is right."), "{right}");
    let line = &lines(&verify_stdin(&["-", "--format", "json"], good.as_bytes()))[0];
    let token = line["challenge"]["right"][0].as_str().unwrap().to_owned();
    let token: Value = serde_json::from_str(&token).unwrap();
    let wrong = good.replace(token["encryptedToken"].as_str().unwrap(), &"0".repeat(64));
    let line = &lines(&verify_stdin(&["-", "--format", "json"], wrong.as_bytes()))[0];
    assert_eq!(line["challenge"]["faults"][0], "answer-hmac", "{line}");
}

#[test]
fn junit_is_well_formed_and_has_a_case_for_each_request() {
    let folders = ["valid", "invalid", "cannot-tell"].map(|folder| captures().join(folder));
    let mut args: Vec<&str> = vec!["-r", "--format", "junit"];
    args.extend(folders.iter().map(|folder| folder.to_str().unwrap()));
    let finished = verify(&args);
    assert_eq!(finished.code, Some(3));
    let xml = &finished.stdout;
    let count = |text: &str| xml.matches(text).count();
    assert_eq!(count("<failure type="), files("invalid").len());
    assert!(count("<error type=") >= files("cannot-tell").len());
    assert!(count("<testcase ") > 100);
    // Every element that is opened is closed, and nothing is left bare.
    for name in ["testsuites", "testsuite", "failure", "error"] {
        let closed = count(&format!("</{name}>"));
        assert_eq!(count(&format!("<{name} ")), closed, "{name}");
    }
    assert_eq!(count("<testcase "), count("</testcase>") + count("\"/>\n"));
    let stripped = xml.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace("&quot;", "");
    assert!(!stripped.contains('&'), "{stripped}");
}

#[test]
fn quiet_says_nothing_and_leaves_data_alone() {
    let file = captures().join("invalid/raw-http.tampered.http");
    let quiet = verify(&[file.to_str().unwrap(), "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (Some(3), "", ""));
    assert_eq!(lines(&verify(&[file.to_str().unwrap(), "-q", "--format", "json"])).len(), 1);
}

#[test]
fn fails_with_a_file_that_was_taken_for_the_secret() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("request.http"), request(BODY)).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--secret", "request.http"]);
    let finished = finish(command);
    assert_eq!(finished.code, Some(2));
    assert!(finished.stderr.contains("--secret took 'request.http'"), "{}", finished.stderr);
    assert!(finished.stderr.contains("zoomhook verify --secret TOKEN request.http"), "{}", finished.stderr);
    let nothing = verify::<&str>(&[]);
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.stderr.contains("there is no file to verify"), "{}", nothing.stderr);
}

#[test]
fn fails_with_files_that_cannot_be_read_and_says_where() {
    let missing = verify(&["nothing.http"]);
    assert_eq!(missing.code, Some(4));
    assert!(missing.stdout.contains("nothing.http cannot be read"), "{}", missing.stdout);
    let rubbish = verify_stdin(&["-"], b"\x00\x01\x02 rubbish \xff\xfe");
    assert_eq!(rubbish.code, Some(4));
    assert!(rubbish.stdout.contains("--input FORMAT"), "{}", rubbish.stdout);
    let broken = verify_stdin(&["-", "--input", "har"], b"{\"log\":{\"entries\":[\n{]}}");
    assert_eq!(broken.code, Some(4));
    assert!(broken.stdout.contains("-: line 2"), "{}", broken.stdout);
    assert_eq!(verify_stdin(&["-"], b"").code, Some(4));
}

#[test]
fn what_a_capture_says_cannot_drive_a_terminal() {
    let body = "{\"event\":\"\\u001b[31mred\\u202e\",\"payload\":{}}";
    for args in
        [&["-"][..], &["-", "--format", "json"], &["-", "--format", "junit"], &["-", "--show-signed-string"]]
    {
        let shown = verify_stdin(args, request(body).as_bytes()).stdout;
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    }
}

/// A file of 64 MB is read in a small part of that.
#[cfg(target_os = "linux")]
#[test]
fn a_large_file_takes_little_memory() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("large.ndjson");
    let body = BODY.replace("Caf", &"a".repeat(32 * 1024));
    let line = serde_json::json!({
        "v": 1, "type": "delivery", "received_at": "2026-11-24T08:00:01.400Z", "body": body,
        "headers": [["x-zm-request-timestamp", TIMESTAMP], ["x-zm-signature", signature(&body)]],
    });
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for _ in 0..2000 {
        writeln!(file, "{line}").unwrap();
    }
    file.into_inner().unwrap();
    assert!(fs::metadata(&path).unwrap().len() > 64_000_000);
    // stdin stays open: the process waits for more and can be looked at when it has judged the file.
    let mut command = command(&home);
    command.args(["large.ndjson", "-", "--format", "json", "--input", "zoomhook"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = std::io::BufReader::new(child.stdout.take().unwrap());
    for _ in 0..1990 {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
        assert!(line.contains("\"verdict\":\"valid\""), "{line}");
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim();
    let kib: u64 = peak.trim_end_matches(" kB").parse().unwrap();
    drop(child.stdin.take());
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
    // stdin held no request.
    assert_eq!(child.wait().unwrap().code(), Some(4));
    assert!(kib < 40 * 1024, "{kib} KiB");
}
