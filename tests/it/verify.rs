//! `zoomhook verify` as a process: verdicts, exit codes, output formats, and errors.

use std::fs;
#[cfg(target_os = "linux")]
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use zoomhook::zoom::SecretToken;

use crate::support::process::{Finished, finish, finish_with_input, zoomhook};
use crate::support::snapshot::assert_run;

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
    command.args(arguments);
    without_secret(finish_with_input(command, input))
}

/// Asserts that no output contains the secret.
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

/// Without the folder of a file, which depends on the machine.
fn at(mut finished: Finished, file: &Path) -> Finished {
    let folder = format!("{}{}", file.parent().unwrap().display(), std::path::MAIN_SEPARATOR);
    for stream in [&mut finished.stdout, &mut finished.stderr] {
        *stream = stream.replace(&folder, "");
    }
    finished
}

/// A raw HTTP request, correctly signed.
fn request(body: &str) -> String {
    format!(
        "POST /webhook HTTP/1.1\r\nhost: a\r\nx-zm-request-timestamp: {TIMESTAMP}\r\nx-zm-signature: {}\r\n\
         content-length: {}\r\n\r\n{body}",
        signature(body),
        body.len()
    )
}

#[test]
fn the_cause_is_the_one_in_the_name_of_the_file() {
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
    }
    let shown = |name: &str| {
        let file = captures().join(format!("invalid/raw-http.{name}.http"));
        at(verify(&[file.to_str().unwrap(), "--at", TIMESTAMP]), &file)
    };
    assert_run!(shown("base64-signature"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the signature is not lower-case hex   meeting.started

        The signature is not in Zoom's format: it is in base64.

        Cause       signature-encoding
        Do          Write the digest as lower-case hex: 64 characters after v0=.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as captured (316 bytes)

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.base64-signature.http
                    raw HTTP · the bytes that were signed · 316 bytes
    ");
    assert_run!(shown("body-ascii-escaped"), @r#"
    exit: 3
    --- stdout

      ✗ INVALID, because the body was re-serialized   meeting.started

        The body was rewritten: \u.... for accents, emoji escaped in lower-case hex. The signature matches the same JSON in another form. json.dumps with separators=(',', ':') (Python), json_encode with JSON_UNESCAPED_SLASHES (PHP) or JSON.generate with ascii_only (Ruby) writes JSON in this way. A proxy, a log or the capture tool may have rewritten it after it was signed.

        Cause       body-reserialised
        Do          Hash the bytes of the body as received, before a JSON parser reads them. If only the capture was re-serialized, capture those bytes.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as JSON.stringify (JavaScript), encoding/json from a struct (Go), json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP) or 7 other serializers writes it (316 bytes)

        Differs     from byte 184 of the body on; lengths: 328 (here) and 316 (signed)
                    here    …d","topic":"Stand-up·caf\u00e9·\ud83c\udf89","id…
                                                     ^
                    signed  …d","topic":"Stand-up·café·🎉","id":"912345678…
                                                     ^

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.body-ascii-escaped.http
                    raw HTTP · not the bytes that were signed · 328 bytes
    "#);
    assert_run!(shown("body-only-hmac"), @r#"
    exit: 3
    --- stdout

      ✗ INVALID, because the timestamp was not signed   meeting.started

        The signed message is the body alone. Zoom signs v0:{timestamp}:{body}.

        Cause       message-without-timestamp
        Do          Sign v0, the timestamp and the body, joined by colons: v0:{timestamp}:{body}.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    the body alone
                    body       as captured (316 bytes)

        Differs     from byte 1 of the signed message on; lengths: 330 (here) and 316 (signed)
                    here    v0:1795507201:{"event":"…
                            ^
                    signed  {"event":"meeting.starte…
                            ^

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.body-only-hmac.http
                    raw HTTP · the bytes that were signed · 316 bytes
    "#);
    assert_run!(shown("body-pretty-printed"), @r#"
    exit: 3
    --- stdout

      ✗ INVALID, because the body was re-serialized   meeting.started

        The body was rewritten: indented. The signature matches the same JSON in another form. JSON.stringify with 2-space indentation (JavaScript), JSON.pretty_generate (Ruby), json.Indent (Go) or json.dumps with indent=2, ensure_ascii=False (Python) writes JSON in this way. A proxy, a log or the capture tool may have rewritten it after it was signed.

        Cause       body-reserialised
        Do          Hash the bytes of the body as received, before a JSON parser reads them. If only the capture was re-serialized, capture those bytes.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as JSON.stringify (JavaScript), encoding/json from a struct (Go), json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP) or 7 other serializers writes it (316 bytes)

        Differs     from byte 2 of the body on; lengths: 413 (here) and 316 (signed)
                    here    {␊··"event":·"meeting.sta…
                             ^
                    signed  {"event":"meeting.started…
                             ^

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.body-pretty-printed.http
                    raw HTTP · not the bytes that were signed · 413 bytes
    "#);
    assert_run!(shown("missing-signature"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because there is no signature   meeting.started

        There is no x-zm-signature header. Zoom signs every request.

        Cause       signature-missing
        Do          Configure the gateway or proxy to forward x-zm-signature and x-zm-request-timestamp. If nothing removes them, this request is not from Zoom: reject it.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.missing-signature.http
                    raw HTTP · the body as captured · 316 bytes
    ");
    assert_run!(shown("no-v0-prefix"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the signature does not begin with v0=   meeting.started

        The signature is not in Zoom's format: v0= is missing.

        Cause       signature-prefix
        Do          Write v0= followed by the hex digest, and nothing else.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as captured (316 bytes)

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.no-v0-prefix.http
                    raw HTTP · the bytes that were signed · 316 bytes
    ");
    assert_run!(shown("secret-trailing-newline"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the secret token has extra characters   meeting.started

        The signature matches if the HMAC key is the secret token with a newline at its end.

        Cause       secret-whitespace
        Do          Store only the token, without a newline, spaces, quotes or a name around it. Trim it where your code reads it.

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN, with a newline at its end
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as captured (316 bytes)

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.secret-trailing-newline.http
                    raw HTTP · the bytes that were signed · 316 bytes
    ");
    assert_run!(shown("tampered"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the signature does not match   meeting.started

        None of the variants tried gives this signature. The usual reasons: it was made with a different secret token, or over a different body.

        Cause       unexplained
        Do          Compare the secret token with the one on the app's Feature page, and capture the raw bytes of the body.

        Tried       Other forms of the secret token, timestamp, body, message, hash and header, alone and in likely pairs. The steps are in --format json.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.tampered.http
                    raw HTTP · the body as captured · 316 bytes
    ");
    assert_run!(shown("wrong-secret"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the signature does not match   meeting.started

        None of the variants tried gives this signature. The usual reasons: it was made with a different secret token, or over a different body.

        Cause       unexplained
        Do          Compare the secret token with the one on the app's Feature page, and capture the raw bytes of the body.

        Tried       Other forms of the secret token, timestamp, body, message, hash and header, alone and in likely pairs. The steps are in --format json.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.wrong-secret.http
                    raw HTTP · the body as captured · 316 bytes
    ");
}

#[test]
fn the_screen_shows_verdict_remedy_difference_and_age() {
    let file = captures().join("invalid/raw-http.body-ascii-escaped.http");
    let shown = verify(&[file.to_str().unwrap(), "--framework", "express", "--at", TIMESTAMP]);
    assert_run!(at(shown, &file), @r#"
    exit: 3
    --- stdout

      ✗ INVALID, because the body was re-serialized   meeting.started

        The body was rewritten: \u.... for accents, emoji escaped in lower-case hex. The signature matches the same JSON in another form. json.dumps with separators=(',', ':') (Python), json_encode with JSON_UNESCAPED_SLASHES (PHP) or JSON.generate with ascii_only (Ruby) writes JSON in this way. A proxy, a log or the capture tool may have rewritten it after it was signed.

        Cause       body-reserialised
        Do          Hash the bytes of the body as received, before a JSON parser reads them. If only the capture was re-serialized, capture those bytes.

          app.use(express.json({ verify: (req, res, buf) => { req.rawBody = buf } }))

        Proof       This gives the signature: HMAC-SHA256
                    key        the secret token from ZOOM_WEBHOOK_SECRET_TOKEN
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as JSON.stringify (JavaScript), encoding/json from a struct (Go), json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP) or 7 other serializers writes it (316 bytes)

        Differs     from byte 184 of the body on; lengths: 328 (here) and 316 (signed)
                    here    …d","topic":"Stand-up·caf\u00e9·\ud83c\udf89","id…
                                                     ^
                    signed  …d","topic":"Stand-up·café·🎉","id":"912345678…
                                                     ^

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.body-ascii-escaped.http
                    raw HTTP · not the bytes that were signed · 328 bytes
    "#);
}

#[test]
fn one_invalid_request_decides_the_exit_code() {
    let valid = captures().join("valid/raw-http.lf.http");
    let invalid = captures().join("invalid/raw-http.tampered.http");
    let unknown = captures().join("cannot-tell/raw-http.truncated.http");
    let code = |files: &[&PathBuf]| verify(files).code;
    assert_eq!(code(&[&valid, &valid]), Some(0));
    assert_eq!(code(&[&valid, &unknown]), Some(4));
    assert_eq!(code(&[&unknown, &invalid, &valid]), Some(3));
    let finished = at(at(at(verify(&[&unknown, &invalid, &valid]), &unknown), &invalid), &valid);
    assert_run!(finished, @"
    exit: 3
    --- stdout
      ? raw-http.truncated.http:1   the body is incomplete or missing in the capture
        This capture does not contain the whole body: content-length says 354 bytes, the capture holds 314.
        Capture the raw body too: a raw HTTP message, a request from ngrok's inspector, or the bytes that your handler received, in base64.

      ✗ raw-http.tampered.http:1   meeting.started   the signature does not match
        None of the variants tried gives this signature. The usual reasons: it was made with a different secret token, or over a different body.
        Compare the secret token with the one on the app's Feature page, and capture the raw bytes of the body.

      ✓ raw-http.lf.http:1   meeting.started   valid

      ✗ 3 requests: 1 valid, 1 invalid, 1 unknown.
          1  unexplained                 the signature does not match
          1  cannot tell
    ");
}

#[test]
fn folders_are_read_in_order_without_other_files() {
    let folder = captures().join("valid");
    let finished = verify(&["-r", "--format", "json", folder.to_str().unwrap()]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let sources: Vec<_> =
        lines(&finished).iter().map(|line| line["source"].as_str().unwrap().to_owned()).collect();
    assert!(sources.is_sorted() && sources.len() > 100, "{}", sources.len());
    let finished = Finished { stdout: String::new(), ..at(finished, &folder.join("file")) };
    assert_run!(finished, @"
    exit: 0
    --- stderr
      ▲ emoji.body was skipped: zoomhook cannot read it as a capture.
    ");
    assert_run!(at(verify(&[folder.to_str().unwrap()]), &folder), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        valid is a folder; use --recursive to read the captures in it.
    ");
}

#[test]
fn the_requests_of_each_source_are_numbered() {
    let one = captures().join("valid/har.several.x3.har");
    let finished = verify(&[&one, &one].map(|path| path.as_os_str()));
    assert_run!(at(finished, &one), @"
    exit: 0
    --- stdout
      ✓ har.several.x3.har:1   meeting.started   valid
      ✓ har.several.x3.har:1   meeting.started   valid
      ✓ har.several.x3.har:1   meeting.started   valid
      ✓ har.several.x3.har:1   meeting.started   valid
      ✓ har.several.x3.har:1   meeting.started   valid
      ✓ har.several.x3.har:1   meeting.started   valid

      ✓ 6 requests: 6 valid.
    ");
    let finished = verify(&["--format", "json", one.to_str().unwrap(), one.to_str().unwrap()]);
    let indices: Vec<_> = lines(&finished).iter().map(|line| line["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn stdin_is_read_and_headers_may_be_apart_from_the_body() {
    let finished = verify_stdin(&["-", "--format", "json"], request(BODY).as_bytes());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(lines(&finished)[0]["source"], "-");
    let headers =
        [format!("X-Zm-Signature: {}", signature(BODY)), format!("x-zm-request-timestamp: {TIMESTAMP}")];
    let args = ["--body", "-", "-H", &headers[0], "--header", &headers[1]];
    assert_eq!(verify_stdin(&args, BODY.as_bytes()).code, Some(0));
    assert_eq!(verify_stdin(&args, format!("{BODY} ").as_bytes()).code, Some(3));
    assert_run!(verify_stdin(&["-"], BODY.as_bytes()), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        - contains no request: it has a JSON body (line 1), but no signature; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'.
    ");
}

#[test]
fn the_secret_that_matched_is_named() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("request.http"), request(BODY)).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "request.http", "--format", "json"]);
    command.args(["--secret", "other=qgg8vlvZRS6UYooatFL8Aw", "--secret", &format!("mine={SECRET}")]);
    let line = &lines(&without_secret(finish(command)))[0];
    assert_eq!((&line["verdict"], &line["secret_name"]), (&"valid".into(), &"mine".into()));
}

#[test]
fn another_credential_in_the_dotenv_is_named_but_not_printed() {
    let home = TempDir::new().unwrap();
    let client_secret = "client-secret-2fb1c0d9";
    let dotenv = format!("ZOOM_WEBHOOK_SECRET_TOKEN=the-right-token-1\nZOOM_CLIENT_SECRET={client_secret}\n");
    fs::write(home.path().join(".env"), dotenv).unwrap();
    let signed = SecretToken::new(client_secret).unwrap().sign(TIMESTAMP.as_bytes(), BODY.as_bytes());
    let capture = request(BODY).replace(&signature(BODY), &signed.to_string());
    fs::write(home.path().join("request.http"), capture).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "request.http", "--at", TIMESTAMP]);
    assert_run!(finish(command), @"
    exit: 3
    --- stdout

      ✗ INVALID, because it was signed with another credential   meeting.started

        The signature was made with ZOOM_CLIENT_SECRET in .env, which is not a secret token.

        Cause       secret-is-other-credential
        Do          Use the Secret Token from the app's Feature page. Zoom does not sign with the client secret or the verification token.

        Proof       This gives the signature: HMAC-SHA256
                    key        ZOOM_CLIENT_SECRET in .env
                    message    v0:{timestamp}:{body}
                    timestamp  1795507201
                    body       as captured (95 bytes)

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        request.http
                    raw HTTP · the bytes that were signed · 95 bytes
    ");
}

#[test]
fn the_signature_of_the_users_own_code_is_explained() {
    let home = TempDir::new().unwrap();
    // Zoom escapes an emoji; JSON.stringify does not.
    let sent = r#"{"event":"meeting.started","payload":{"object":{"topic":"\uD83D\uDE92"}}}"#;
    fs::write(home.path().join("request.http"), request(sent)).unwrap();
    let parsed = sent.replace(r"\uD83D\uDE92", "🚒");
    let run = |mine: &str| {
        let mut command = command(&home);
        command.args(["request.http", "--framework", "express", "--at", TIMESTAMP, "--mine", mine]);
        finish(command)
    };
    assert_run!(run(&signature(&parsed)), @r#"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Your code   hashes a different serialization of this JSON: the body as JSON.stringify (JavaScript), encoding/json from a map (Go), encoding/json from a struct (Go), Gson (Java), json_encode with JSON_UNESCAPED_UNICODE (PHP), json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP), to_json in Rails (<>& escaped), JSON.generate (Ruby), Jackson (Java), Newtonsoft.Json (.NET), Gson from a map (Java), serde_json (Rust), json.dumps with separators=(',', ':') and ensure_ascii=False (Python), JSON.generate with script_safe (Ruby), json_encode from objects with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP) or encoding/json from a map without HTML escapes (Go) writes it.
        Do          Hash the bytes of the body as received, before a JSON parser reads them. If only the capture was re-serialized, capture those bytes.

          app.use(express.json({ verify: (req, res, buf) => { req.rawBody = buf } }))

        Differs     from byte 58 of the body on; lengths: 73 (right) and 65 (yours)
                    right  …ad":{"object":{"topic":"\uD83D\uDE92"}}}
                                                    ^
                    yours  …ad":{"object":{"topic":"🚒"}}}
                                                    ^

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        request.http
                    raw HTTP · the bytes that were signed · 73 bytes
    "#);
    assert_run!(run(&signature(sent)), @"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Your code   ✓ computes the right value, with ZOOM_WEBHOOK_SECRET_TOKEN.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        request.http
                    raw HTTP · the bytes that were signed · 73 bytes
    ");
    assert_run!(run(signature(sent).trim_start_matches("v0=")), @"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Your code   Its signature is not in Zoom's format: v0= is missing.
        Do          Write v0= followed by the hex digest, and nothing else.

          const expected = 'v0=' + crypto.createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        request.http
                    raw HTTP · the bytes that were signed · 73 bytes
    ");
    assert_run!(run("hello"), @"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Your code   computed a value that is not a digest: a signature is v0= and 64 hex digits.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        request.http
                    raw HTTP · the bytes that were signed · 73 bytes
    ");
}

#[test]
fn the_signed_string_is_printed_byte_for_byte() {
    let file = captures().join("valid/raw-http.lf.http");
    let args = [file.to_str().unwrap(), "--show-signed-string"];
    assert_run!(at(verify(&[args[0], args[1], "--at", TIMESTAMP]), &file), @r#"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Signed      330 bytes, with invisible characters marked:
                    v0:1795507201:{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Stand-up·café·🎉","id":"91234567890","type":2,"uuid":"q1w2e3r4T5y6U7i8o9p0aa==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        raw-http.lf.http
                    raw HTTP · the bytes that were signed · 316 bytes
                    a newline after the body was removed, to match content-length
    "#);
    let line = &lines(&verify(&[args[0], args[1], "--format", "json"]))[0];
    let (text, length) = (line["signed_string"].as_str().unwrap(), line["signed_bytes"].as_u64().unwrap());
    assert_eq!(text.len() as u64, length);
}

#[test]
fn what_is_said_of_the_body_follows_the_proof() {
    let raw = |body: &str| {
        let signature = signature(BODY);
        format!("POST / HTTP/1.1\nx-zm-request-timestamp: {TIMESTAMP}\nx-zm-signature: {signature}\n\n{body}")
    };
    let of_listen = |body: &str| {
        serde_json::json!({
            "v": 1, "type": "delivery", "received_at": "2026-11-24T08:00:01.400Z", "body": body,
            "headers": [
                ["x-zm-request-timestamp", TIMESTAMP], ["x-zm-signature", signature(BODY)],
                ["content-length", BODY.len().to_string()]
            ],
        })
        .to_string()
    };
    let (spaced, other) = (BODY.replace(r#"":"#, r#"": "#), BODY.replace("started", "stopped"));
    for (text, words, is_signed) in [
        (raw(BODY), "the bytes that were signed", Value::Bool(true)),
        (raw(&spaced), "not the bytes that were signed", Value::Bool(false)),
        (raw(&other), "the body as captured", Value::Null),
        (of_listen(BODY), "the original bytes", Value::Bool(true)),
        (of_listen(&other), "the original bytes", Value::Null),
        (of_listen(&spaced), "not the bytes that were signed", Value::Bool(false)),
        (of_listen(&other[..80]), "not exactly the bytes that were sent", Value::Null),
    ] {
        let shown = verify_stdin(&["-", "--at", TIMESTAMP], text.as_bytes()).stdout;
        assert!(shown.contains(&format!(" · {words} · ")), "{words}: {shown}");
        let line = &lines(&verify_stdin(&["-", "--format", "json"], text.as_bytes()))[0];
        assert_eq!(line["body_signed"], is_signed, "{line}");
    }
}

#[test]
fn without_a_time_in_the_capture_the_age_on_arrival_is_unknown_unless_it_is_within_the_limit_now() {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().to_string();
    let fresh = request(BODY).replace(TIMESTAMP, &now).replace(
        &signature(BODY),
        &SecretToken::new(SECRET).unwrap().sign(now.as_bytes(), BODY.as_bytes()).to_string(),
    );
    assert_eq!(verify_stdin(&["-", "--max-age", "5m", "-q"], fresh.as_bytes()).code, Some(0));
    let old = request(BODY);
    let line = &lines(&verify_stdin(&["-", "--max-age", "5m", "--format", "json"], old.as_bytes()))[0];
    assert_eq!((&line["verdict"], &line["age_against"]), (&"unknown".into(), &"now".into()));
    let shown = verify_stdin(&["-", "--max-age", "5m"], old.as_bytes());
    let without_age = shown.stdout.lines().filter(|line| !line.contains("before now"));
    let shown = Finished { stdout: without_age.map(|line| format!("{line}\n")).collect(), ..shown };
    assert_run!(shown, @"
    exit: 4
    --- stdout

      ? CANNOT TELL, because its age at arrival is unknown   meeting.started

        The signature matches, but the capture does not say when the request arrived, so its age at that time is unknown.

        Instead     Pass the time to compare with: --at TIME.

        Read        -
                    raw HTTP · the bytes that were signed · 95 bytes
    ");
}

#[test]
fn max_age_alone_makes_an_old_request_invalid() {
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
    // This capture has no time of its own, so its age on arrival is unknown.
    assert_eq!(run(&["--max-age", "5m"]).0, Some(4));
    let own = captures().join("valid/ngrok.list.x3.json");
    assert_eq!(verify(&[own.to_str().unwrap(), "--max-age", "5m", "-q"]).code, Some(0));
}

#[test]
fn the_answer_in_the_capture_of_a_challenge_is_checked() {
    let good = fs::read_to_string(captures().join("valid/raw-http.challenge-with-answer.http")).unwrap();
    assert_run!(verify_stdin(&["-", "--at", TIMESTAMP], good.as_bytes()), @r#"
    exit: 0
    --- stdout

      ✓ VALID   endpoint.url_validation

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Challenge   The right answer is 200 with this body:
                    {"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"3ac1266dbcf22a689472388bfdc18b752a1ce1faa903920634fbbdeee90fc066"}
                    ✓ The captured answer is right.

        Age         signed 2026-11-24 08:00:01, 0 ms before the time of --at
        Read        -
                    raw HTTP · the bytes that were signed · 110 bytes
    "#);
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
    // Every element is closed, and every ampersand is escaped.
    for name in ["testsuites", "testsuite", "failure", "error"] {
        let closed = count(&format!("</{name}>"));
        assert_eq!(count(&format!("<{name} ")), closed, "{name}");
    }
    assert_eq!(count("<testcase "), count("</testcase>") + count("\"/>\n"));
    let stripped = xml.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace("&quot;", "");
    assert!(!stripped.contains('&'), "{stripped}");
}

#[test]
fn quiet_prints_nothing_except_data() {
    let file = captures().join("invalid/raw-http.tampered.http");
    assert_run!(verify(&[file.to_str().unwrap(), "--quiet"]), @"exit: 3");
    assert_eq!(lines(&verify(&[file.to_str().unwrap(), "-q", "--format", "json"])).len(), 1);
}

#[test]
fn a_file_in_the_place_of_the_secret_and_no_file_at_all_fail() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("request.http"), request(BODY)).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--secret", "request.http"]);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: --secret took 'request.http' as the token, and no file is left to verify
      The token goes before the file: zoomhook verify --secret TOKEN request.http
      Other users can see a command line. It is safer to set ZOOM_WEBHOOK_SECRET_TOKEN or to put it in .env: zoomhook verify request.http
    ");
    assert_run!(verify::<&str>(&[]), @"
    exit: 2
    --- stderr
    error: there is no file to verify
      Name a file with a captured request, or pipe one in: zoomhook verify request.http
      Headers and body separately: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'
    ");
}

#[test]
fn a_capture_that_cannot_be_read_fails_with_file_and_line() {
    assert_run!(verify(&["nothing.http"]), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        nothing.http cannot be read: No such file or directory.
    ");
    assert_run!(verify_stdin(&["-"], b"\x00\x01\x02 rubbish \xff\xfe"), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        - contains no request: it has no signature and no event of Zoom; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'.
    ");
    assert_run!(verify_stdin(&["-", "--input", "json"], b"{\"log\":{\"entries\":[\n{]}}"), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        -: line 2, column 2: expected a name in quotes (JSON).
    ");
    assert_run!(verify_stdin(&["-"], b""), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        - is empty.
    ");
}

/// A number in the body is not the header, and no cause.
#[test]
fn a_text_without_the_timestamp_proves_nothing_about_the_sender() {
    let event_ts: i64 = TIMESTAMP.parse::<i64>().unwrap() * 1000 - 877;
    let body = format!(r#"{{"event":"meeting.started","event_ts":{event_ts},"payload":{{}}}}"#);
    let text =
        format!("Request headers\n\n{{\n  \"x-zm-signature\": \"{}\"\n}}\n\n{body}\n", signature(&body));
    let finished = verify_stdin(&["-"], text.as_bytes());
    assert_run!(finished, @"
    exit: 4
    --- stdout

      ? CANNOT TELL, because the capture lacks a header of Zoom   meeting.started

        The text has no x-zm-request-timestamp. The signature is correct if it was 1795507201.

        Instead     Capture x-zm-signature and x-zm-request-timestamp together with the body, or pass them separately.

        Read        -, line 4
                    found in the text · the bytes that were signed · 65 bytes
                    signature at line 4, body at line 7
    ");
}

/// The age of a request changes nothing about how its capture is read.
#[test]
fn a_limit_on_the_age_does_not_change_how_a_capture_is_read() {
    let read = |arguments: &[&str]| {
        let line = lines(&verify_stdin(arguments, request(BODY).as_bytes())).remove(0);
        (line["format"].clone(), line["fidelity"].clone())
    };
    let format = ["-", "--format", "json"];
    let plain = read(&format);
    assert_eq!(plain, ("raw-http".into(), "original".into()));
    assert_eq!(read(&[&format[..], &["--max-age", "5m"]].concat()), plain);
    assert_eq!(read(&[&format[..], &["--max-age", "5m", "--at", "2030-01-01T00:00:00Z"]].concat()), plain);
}

#[test]
fn a_capture_that_cannot_be_read_is_reported_also_without_a_secret() {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "nothing.http", "."]);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: nothing.http cannot be read: No such file or directory
    error: . is a folder; use --recursive to read the captures in it
    error: there is no secret token, which is needed to verify and to sign requests
      It is in Marketplace: your app > Feature > Token > Secret Token. Provide it in one of these ways:
        ZOOM_WEBHOOK_SECRET_TOKEN=TOKEN
            in the environment, or in a .env.local or .env file in this folder or above
            (in the file also as ZOOM_WEBHOOK_SECRET or WEBHOOK_SECRET_TOKEN)
        --env-file PATH      a .env file elsewhere
        --secret-file PATH   a file that contains only the token
        --secret TOKEN       visible to other users of this machine
        --secret             asks for it, on a terminal
      No Zoom app at hand? `zoomhook demo` needs no secret.
    ");
}

#[test]
fn white_space_in_a_secret_is_named_but_the_secret_is_not() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("request.http"), request(BODY)).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "request.http", "--secret", "tok en of an app", "--at", TIMESTAMP]);
    let finished = finish(command);
    assert!(!format!("{finished:?}").contains("tok en"), "{finished:?}");
    assert_run!(Finished { stdout: String::new(), ..finished }, @"
    exit: 4
    --- stderr
      ▲ The secret token from --secret contains white space. Zoom's secret tokens have 22 letters, digits, '-' and '_'. Copy it from Marketplace: your app > Feature > Token > Secret Token.
    ");
}

#[test]
fn the_text_of_a_capture_cannot_control_a_terminal() {
    let body = "{\"event\":\"\\u001b[31mred\\u202e\",\"payload\":{}}";
    for args in
        [&["-"][..], &["-", "--format", "json"], &["-", "--format", "junit"], &["-", "--show-signed-string"]]
    {
        let shown = verify_stdin(args, request(body).as_bytes()).stdout;
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    }
}

/// The program itself takes some of it, and more of it in a debug build, so that the file has to be compared with a small one.
#[cfg(target_os = "linux")]
#[test]
fn a_large_file_takes_little_memory() {
    let (small, large) = (peak_kib_of_a_file(100), peak_kib_of_a_file(2000));
    assert!(large < small + 20 * 1024, "{small} and {large} KiB");
}

/// The most memory that `verify` takes for a file with so many requests of 32 KiB.
#[cfg(target_os = "linux")]
fn peak_kib_of_a_file(requests: usize) -> u64 {
    let home = TempDir::new().unwrap();
    let path = home.path().join("large.ndjson");
    let body = BODY.replace("Caf", &"a".repeat(32 * 1024));
    let line = serde_json::json!({
        "v": 1, "type": "delivery", "received_at": "2026-11-24T08:00:01.400Z", "body": body,
        "headers": [["x-zm-request-timestamp", TIMESTAMP], ["x-zm-signature", signature(&body)]],
    });
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for _ in 0..requests {
        writeln!(file, "{line}").unwrap();
    }
    file.into_inner().unwrap();
    // stdin stays open: the process waits for more and can be looked at when it has judged the file.
    let mut command = command(&home);
    command.args(["large.ndjson", "-", "--format", "json", "--input", "zoomhook"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = std::io::BufReader::new(child.stdout.take().unwrap());
    // The last ones are judged in one batch.
    for _ in 0..requests - 10 {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["verdict"], "valid", "{line}");
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim();
    let kib: u64 = peak.trim_end_matches(" kB").parse().unwrap();
    drop(child.stdin.take());
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
    // stdin held no request.
    assert_eq!(child.wait().unwrap().code(), Some(4));
    kib
}

/// A file in `tests/captures/posted`.
fn posted(name: &str) -> PathBuf {
    captures().join("posted").join(name)
}

/// The verdict and the cause of each request in a text on stdin.
fn judged(arguments: &[&str], text: &str) -> Vec<(String, String)> {
    let finished = verify_stdin(&[&["-", "--format", "json"], arguments].concat(), text.as_bytes());
    let word = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    lines(&finished).iter().map(|line| (word(line, "verdict"), word(line, "cause"))).collect()
}

fn is(verdict: &str, cause: &str) -> Vec<(String, String)> {
    vec![(verdict.to_owned(), cause.to_owned())]
}

#[test]
fn the_screen_says_where_a_request_was_found_in_a_text() {
    let file = posted("heroku_noderaw.log");
    assert_run!(at(verify(&[file.to_str().unwrap(), "--at", TIMESTAMP]), &file), @"
    exit: 0
    --- stdout

      ✓ VALID   meeting.started

        The signature matches these exact bytes.

        Secret      ZOOM_WEBHOOK_SECRET_TOKEN

        Age         signed 2025-11-29 07:06:40, 360 days before the time of --at
        Read        heroku_noderaw.log, line 7
                    found in the text · the bytes that were signed · 331 bytes
                    signature at line 7, timestamp at line 6, body at line 11
    ");
}

#[test]
fn the_scheme_of_ai_services_is_accepted_only_if_it_is_asked_for() {
    let file = posted("ai_services.http");
    assert_run!(at(verify(&[file.to_str().unwrap(), "--at", TIMESTAMP]), &file), @"
    exit: 4
    --- stdout

      ? CANNOT TELL, because it is signed in another scheme

        The request is correctly signed in the scheme of Zoom's AI Services, which write sha256= before the digest. Webhooks have v0= there.

        Instead     If AI Services sent it, verify it with --scheme ai-services.

        Age         signed 2025-11-29 07:06:40, 360 days before the time of --at
        Read        ai_services.http
                    raw HTTP · the body as captured · 89 bytes
    ");
    let code = |file: &Path, scheme: &str| verify(&[file.to_str().unwrap(), "--scheme", scheme, "-q"]).code;
    assert_eq!(
        ["webhooks", "ai-services", "auto"].map(|scheme| code(&file, scheme)),
        [Some(4), Some(0), Some(0)]
    );
    let webhook = posted("abs_uri.http");
    assert_eq!(
        ["webhooks", "ai-services", "auto"].map(|scheme| code(&webhook, scheme)),
        [Some(0), Some(3), Some(0)]
    );
    let mixed = posted("sig_sha256prefix.http");
    assert_eq!(
        ["webhooks", "ai-services", "auto"].map(|scheme| code(&mixed, scheme)),
        [Some(3), Some(0), Some(0)]
    );
}

#[test]
fn a_value_that_the_users_own_code_computed_does_not_make_a_request_valid() {
    let (right, wrong) = (signature(BODY), format!("v0={}", "ab".repeat(32)));
    for text in [
        format!("x-zm-signature: {wrong}\nx-zm-request-timestamp: {TIMESTAMP}\n{BODY}\ncomputed: {right}\n"),
        format!("timestamp {TIMESTAMP}\nexpected {right}\nbody {BODY}\n"),
        format!(
            r#"{{"headers":{{"x-zm-signature":"{wrong}","x-zm-request-timestamp":"{TIMESTAMP}"}},"expectedZoomSignature":"{right}","body":{BODY}}}"#
        ),
        format!(
            "POST / HTTP/1.1\nx-zm-signature: {wrong}\nx-zm-request-timestamp: {TIMESTAMP}\n\n{BODY}\n\nx-zm-signature: {right}\n"
        ),
    ] {
        assert!(judged(&[], &text).iter().all(|(verdict, _)| verdict != "valid"), "{text}");
    }
}

#[test]
fn text_after_the_body_is_not_taken_for_a_body_that_ends_early() {
    let head = |length: Option<usize>| {
        let length = length.map(|length| format!("content-length: {length}\n")).unwrap_or_default();
        format!(
            "POST / HTTP/1.1\nx-zm-signature: {}\nx-zm-request-timestamp: {TIMESTAMP}\n{length}\n{BODY}",
            signature(BODY)
        )
    };
    let length = BODY.len();
    assert_eq!(judged(&[], &(head(None) + "\n-- answered 401 --\n")), is("invalid", "body-surplus"));
    assert_eq!(judged(&[], &(head(Some(length)) + "\n-- answered 401 --\n")), is("valid", ""));
    assert_eq!(judged(&[], &(head(Some(length)) + "\n")), is("valid", ""));
    assert_eq!(judged(&[], &(head(Some(length + 1)) + "\n")), is("invalid", "body-newline"));
    // A wrong body of another length may be a wrong capture.
    assert_eq!(judged(&[], &head(Some(length)).replace("Caf", "Cafe")), is("unknown", ""));
    // So may a body of the same length that is not in Zoom's form: it has an escape for é.
    assert_eq!(judged(&[], &head(Some(length)).replace("Caf", "Kaf")), is("unknown", ""));
    let changed = head(Some(length)).replace("Caf\\u00e9", "Kaffee ");
    assert_eq!(judged(&[], &changed), is("unknown", ""));
    let changed = head(Some(length)).replace("Caf\\u00e9", "Kaffee!!!");
    assert_eq!(judged(&[], &changed), is("invalid", "unexplained"));
}

#[test]
fn a_signature_is_found_under_other_names_and_notations() {
    let right = signature(BODY);
    for headers in [
        format!("http-x-zm-signature: {right}\nhttp-x-zm-request-timestamp: {TIMESTAMP}"),
        format!("X_ZM_SIGNATURE={right}\nX_ZM_REQUEST_TIMESTAMP={TIMESTAMP}"),
        format!("[[\"x-zm-signature\",\"{right}\"],[\"x-zm-request-timestamp\",\"{TIMESTAMP}\"]]"),
        format!("xZmSignature: '{right}', xZmRequestTimestamp: '{TIMESTAMP}'"),
        format!("GET /?x-zm-signature={}&x-zm-request-timestamp={TIMESTAMP}", right.replace('=', "%3D")),
    ] {
        assert_eq!(judged(&[], &format!("{headers}\n\n{BODY}\n")), is("valid", ""), "{headers}");
    }
    let masks =
        ["v0=...", "v0=ab12…", "***", "[Redacted]", "<hidden>", "v0=xxxxxxxx", "\"<HEX>\"", "v0=ab12[cut]"];
    for mask in masks.into_iter().chain(["--", "$SIGNATURE", "{{signature}}", "v0=%SIG%"]) {
        let text =
            format!("POST / HTTP/1.1\nx-zm-signature: {mask}\nx-zm-request-timestamp: {TIMESTAMP}\n\n{BODY}");
        assert_eq!(judged(&[], &text), is("unknown", ""), "{mask}");
    }
}

#[test]
fn a_part_of_an_event_is_not_the_body() {
    let payload = r#"{"object":{"topic":"Caf\u00e9"}}"#;
    assert!(BODY.contains(payload));
    let raw = request(BODY).replace(&signature(BODY), &signature(payload));
    assert_eq!(judged(&[], &raw), is("invalid", "body-encoding"));
    let log = format!(
        "headers x-zm-signature={} x-zm-request-timestamp={TIMESTAMP}\nbody {BODY}\n",
        signature(payload)
    );
    assert_ne!(judged(&[], &log)[0].0, "valid");
}

#[test]
fn a_request_is_searched_where_the_message_without_a_signature_is() {
    let of_url = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { (b as char).into() } else { format!("%{b:02X}") })
            .collect()
    };
    let query = format!(
        "GET /?x-zm-signature={}&x-zm-request-timestamp={TIMESTAMP}&body={} HTTP/1.1\r\nhost: a\r\n\r\n",
        of_url(&signature(BODY)),
        of_url(BODY)
    );
    let long = BODY.to_owned() + &" ".repeat(300_000);
    let unsigned = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let source = [&request(&long), unsigned, &query].concat();
    let finished = verify_stdin(&["-", "--format", "json"], source.as_bytes());
    let shown = |line: &Value| {
        format!(
            "{}, line {}, signature at {}",
            line["verdict"], line["line"], line["found"]["signature_line"]
        )
    };
    assert_eq!(
        lines(&finished).iter().map(shown).collect::<Vec<_>>(),
        [
            "\"valid\", line 1, signature at null",
            "\"invalid\", line 7, signature at null",
            "\"valid\", line 10, signature at 10"
        ]
    );
}

#[test]
fn several_requests_in_a_log_come_out_in_order_and_a_wrong_one_stays_wrong() {
    let request = |n: usize, signed: &str| {
        let body = BODY.replace("Caf", &format!("Nr {n}"));
        format!(
            "2026-11-24T08:00:0{n}Z app[web.1]: x-zm-signature={} x-zm-request-timestamp={TIMESTAMP}\n2026-11-24T08:00:0{n}Z app[web.1]: body={body}\n",
            if signed.is_empty() { signature(&body) } else { signed.to_owned() }
        )
    };
    let log =
        format!("{}{}{}", request(1, ""), request(2, &format!("v0={}", "ab".repeat(32))), request(3, ""));
    let words: Vec<String> = judged(&[], &log).into_iter().map(|(verdict, _)| verdict).collect();
    assert_eq!(words, ["valid", "unknown", "valid"]);
}

#[test]
fn a_text_without_a_request_says_what_it_has_and_what_is_missing() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("body.json"), BODY).unwrap();
    fs::write(home.path().join("notes.txt"), "hello\n").unwrap();
    fs::write(home.path().join("headers.txt"), format!("x-zm-signature: {}\n", signature(BODY))).unwrap();
    let shown = |file: &str| {
        let mut command = command(&home);
        command.arg(file);
        without_secret(finish(command))
    };
    assert_run!(shown("body.json"), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        body.json contains no request: it has a JSON body (line 1), but no signature; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'.
    ");
    assert_run!(shown("notes.txt"), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        notes.txt contains no request: it has no signature and no event of Zoom; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'.
    ");
    assert_run!(shown("headers.txt"), @"
    exit: 4
    --- stdout

      ? CANNOT TELL, because the body is incomplete or missing in the capture

        This capture does not contain the body, and the signature covers the body's bytes.

        Instead     Capture the raw body too: a raw HTTP message, a request from ngrok's inspector, or the bytes that your handler received, in base64.

        Read        headers.txt
                    found in the text · no body · 0 bytes
                    signature at line 1
    ");
}
