//! One wrong or rewritten request for each kind of cause, with the verdict, the cause and the words that it deserves.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use serde_json::Value;
use sha2::{Sha256, Sha512};
use tempfile::TempDir;

use crate::support::process::{finish, zoomhook};

const SECRET: &str = "zoomhook-test-secret";
const TIMESTAMP: &str = "1795507201";

/// An event as Zoom writes it, with accents, an emoji and a null.
const ZOOM: &str = concat!(
    r#"{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":45,"#,
    r#""start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Revisión · week 48 \uD83D\uDE80","#,
    r#""id":"93100442210","type":2,"uuid":"Zb/1Qm+TSR2rKfYx0cWvPg==","host_id":"hH8gG7fF6eE5dD4cC3bB2a","#,
    r#""host_email":null}},"event_ts":1795507200123}"#,
);

/// The same event after a program has sorted its keys by length, as Postgres' jsonb does.
const JSONB: &str = concat!(
    r#"{"event": "meeting.started", "payload": {"object": {"id": "93100442210", "type": 2, "#,
    r#""uuid": "Zb/1Qm+TSR2rKfYx0cWvPg==", "topic": "Revisión · week 48 🚀", "host_id": "hH8gG7fF6eE5dD4cC3bB2a", "#,
    r#""duration": 45, "timezone": "Europe/Madrid", "host_email": null, "start_time": "2026-11-23T08:00:00Z"}, "#,
    r#""account_id": "AbCdEf0123456789ghijkl"}, "event_ts": 1795507200123}"#,
);

/// With sorted keys, compact.
const SORTED: &str = concat!(
    r#"{"event":"meeting.started","event_ts":1795507200123,"payload":{"account_id":"AbCdEf0123456789ghijkl","#,
    r#""object":{"duration":45,"host_email":null,"host_id":"hH8gG7fF6eE5dD4cC3bB2a","id":"93100442210","#,
    r#""start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Revisión · week 48 🚀","type":2,"#,
    r#""uuid":"Zb/1Qm+TSR2rKfYx0cWvPg=="}}}"#,
);

/// Without characters that serializers write in different ways.
const PLAIN: &str = concat!(
    r#"{"event":"meeting.ended","payload":{"account_id":"AbC","object":{"id":"91234567890","topic":"Sync"}},"#,
    r#""event_ts":1795507200123}"#,
);

fn hmac_hex(key: &[u8], message: &[u8]) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

/// The digits of the signature over a body.
fn digits(key: &[u8], timestamp: &str, body: &[u8]) -> String {
    hmac_hex(key, &[b"v0:", timestamp.as_bytes(), b":", body].concat())
}

fn signature(body: impl AsRef<[u8]>) -> String {
    format!("v0={}", digits(SECRET.as_bytes(), TIMESTAMP, body.as_ref()))
}

fn signed_by(key: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> String {
    format!("v0={}", digits(key.as_ref(), TIMESTAMP, body.as_ref()))
}

/// A captured request, and what `verify` should say about it.
struct Case {
    name: &'static str,
    file: Vec<u8>,
    verdict: &'static str,
    cause: Option<&'static str>,
    says: Vec<&'static str>,
    never: Vec<&'static str>,
}

/// The parts of a captured raw request.
struct Raw {
    timestamp: String,
    signature: String,
    body: Vec<u8>,
    content_length: Option<usize>,
}

fn raw(body: impl AsRef<[u8]>, signature: String) -> Raw {
    let body = body.as_ref().to_vec();
    Raw { timestamp: TIMESTAMP.into(), signature, content_length: Some(body.len()), body }
}

impl Raw {
    fn at(self, timestamp: &str) -> Self {
        Self { timestamp: timestamp.into(), ..self }
    }

    fn length(self, content_length: impl Into<Option<usize>>) -> Self {
        Self { content_length: content_length.into(), ..self }
    }

    fn case(self, name: &'static str, verdict: &'static str, cause: impl Into<Option<&'static str>>) -> Case {
        let length =
            self.content_length.map_or(String::new(), |length| format!("content-length: {length}\r\n"));
        let head = format!(
            "POST /webhook HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n{length}\
             x-zm-request-timestamp: {}\r\nx-zm-signature: {}\r\n\r\n",
            self.timestamp, self.signature
        );
        let file = [head.as_bytes(), &self.body].concat();
        Case { name, file, verdict, cause: cause.into(), says: Vec::new(), never: Vec::new() }
    }

    fn invalid(self, name: &'static str, cause: &'static str) -> Case {
        self.case(name, "invalid", cause)
    }

    fn unknown(self, name: &'static str) -> Case {
        self.case(name, "unknown", None)
    }
}

impl Case {
    fn says(mut self, words: &'static str) -> Self {
        self.says.push(words);
        self
    }

    fn never(mut self, words: &'static str) -> Self {
        self.never.push(words);
        self
    }
}

/// Runs `verify` once on all cases, and returns every difference.
fn wrong(cases: &[Case], arguments: &[&str]) -> Vec<String> {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--format", "json"]).args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    for case in cases {
        let file = home.path().join(case.name);
        std::fs::write(&file, &case.file).unwrap();
        command.arg(file);
    }
    let output = finish(command).stdout;
    let lines: Vec<Value> = output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut wrong = Vec::new();
    for case in cases {
        let mut own = lines.iter().filter(|line| {
            line["source"].as_str().is_some_and(|source| source.ends_with(&format!("/{}", case.name)))
        });
        let (Some(line), None) = (own.next(), own.next()) else {
            wrong.push(format!("{}: not one request", case.name));
            continue;
        };
        let text = line.to_string();
        let is_right = line["verdict"] == case.verdict
            && case.cause.is_none_or(|cause| line["cause"] == cause)
            && case.says.iter().all(|words| text.contains(words))
            && !case.never.iter().any(|words| text.contains(words));
        if !is_right {
            let mut shown = line.clone();
            shown.as_object_mut().unwrap().retain(|name, _| {
                ["verdict", "cause", "detail", "finding", "notes", "remarks", "matched"]
                    .contains(&name.as_str())
            });
            wrong.push(format!(
                "{}: {} {:?} {:?} {:?}\n  {shown}",
                case.name, case.verdict, case.cause, case.says, case.never
            ));
        }
    }
    wrong
}

fn assert_all(cases: &[Case]) {
    let wrong = wrong(cases, &[]);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn indented(sorted: &str, indent: &str) -> String {
    let value: Value = serde_json::from_str(sorted).unwrap();
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    serde::Serialize::serialize(&value, &mut serde_json::Serializer::with_formatter(&mut out, formatter))
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// Every character beyond ASCII as `\u....`, and spaces after `,` and `:` if they are there.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out
}

#[test]
fn a_rewritten_body_is_restored_and_proven() {
    let python = ascii(SORTED).replace("\":", "\": ").replace(",\"", ", \"");
    let swift = SORTED.replace('/', "\\/");
    let without_nulls = |body: &str| body.replace(",\"host_email\":null", "");
    let reordered = r#"{"payload":{"object":{"topic":"Sync","id":"91234567890"},"account_id":"AbC"},"event_ts":1795507200123,"event":"meeting.ended"}"#;
    let rewritten = |body: &str, name| {
        raw(body, signature(ZOOM)).invalid(name, "body-reserialised").never("different secret token")
    };
    assert_all(&[
        rewritten(JSONB, "jsonb").says("keys sorted by length"),
        rewritten(SORTED, "go-map").says("keys sorted"),
        rewritten(&indented(SORTED, "  "), "jq").says("keys sorted"),
        rewritten(&python, "python-sort-keys").says("keys sorted"),
        rewritten(&swift, "swift").says("keys sorted"),
        rewritten(&without_nulls(ZOOM), "nulls-dropped").says("null"),
        rewritten(&without_nulls(SORTED), "sorted-and-nulls-dropped").says("keys sorted").says("null"),
        // The viewer has shown another form than the one that was sent: content-length is that of the bytes sent.
        raw(indented(SORTED, "    "), signature(ZOOM))
            .length(ZOOM.len())
            .case("httpie", "valid", None)
            .says("over the body in the form that Zoom sends"),
        raw(reordered, signature(PLAIN)).invalid("any-order", "body-reserialised"),
    ]);
}

#[test]
fn a_body_that_is_visibly_not_zooms_is_not_blamed_on_the_secret() {
    let other = |body: &str| signed_by("another-secret", body);
    let spaced = PLAIN.replace("\":", "\": ").replace(",\"", ", \"");
    let unknown = |body: &str, name| {
        raw(body, other(PLAIN)).unknown(name).never("different secret token").never("another secret")
    };
    let latin =
        [&br#"{"event":"meeting.ended","payload":{"object":{"topic":"caf"#[..], b"\xe9", br#""}}}"#].concat();
    assert_all(&[
        unknown(&spaced, "spaces").says("spaces"),
        unknown(&indented(PLAIN, "  "), "indented").says("indented"),
        unknown(SORTED, "sorted").says("keys sorted"),
        unknown(JSONB, "sorted-by-length").says("keys sorted by length"),
        unknown(&PLAIN.replace("Sync", r"Caf\u00e9"), "ascii").says("for accents"),
        // Requests made for tests often have it, and it shows nothing alone.
        raw(PLAIN.replace("Sync", "Sync 🚀"), other(PLAIN)).invalid("raw-emoji", "unexplained"),
        unknown(&PLAIN.replace("Sync", r"a\/b"), "slashes").says("\\\\/"),
        raw(latin, other(PLAIN)).unknown("latin-1").says("not UTF-8").never("different secret"),
        unknown(&PLAIN.replace("Sync", "Caf\u{fffd}"), "replaced").says("U+FFFD"),
        unknown(&PLAIN.replace("Sync", "M?nchen"), "question-mark").says("?"),
        raw(PLAIN, other(PLAIN)).length(PLAIN.len() + 4).unknown("content-length").says("content-length"),
        // Zoom's form: nothing speaks for a changed body.
        raw(ZOOM, other(ZOOM)).invalid("in-zooms-form", "unexplained").says("different secret token"),
        raw(PLAIN.replace("Sync", "Really?"), other(PLAIN)).invalid("a-question", "unexplained"),
        // A proof counts even where content-length differs.
        raw(spaced, signature(PLAIN)).length(PLAIN.len()).case("proven-length", "valid", None),
        raw(PLAIN, signed_by(format!("{SECRET}\n"), PLAIN))
            .length(PLAIN.len() + 4)
            .invalid("proven-secret", "secret-whitespace"),
    ]);
}

/// Lines of this many characters.
fn wrapped(text: &str, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(width).map(String::from_iter).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_body_that_the_capture_changed_is_restored_and_valid() {
    let sent = ZOOM.replace("Revisión", "Café");
    let changed = |body: &[u8], name| {
        raw(body, signature(&sent)).length(sent.len()).case(name, "valid", None).says("over the body ")
    };
    let latin: Vec<u8> = sent.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let mojibake: String = sent.bytes().map(char::from).collect();
    let html = sent.replace('"', "&quot;");
    let with_newline = format!("{sent}\n");
    let shown = |body: &str, name| {
        raw(body, signature(&sent)).length(None).case(name, "valid", None).says("over the body ")
    };
    assert_all(&[
        changed(wrapped(&sent, 60).as_bytes(), "wrapped-60"),
        changed(wrapped(&sent, 80).as_bytes(), "wrapped-80"),
        changed(&latin, "latin-1"),
        changed(mojibake.as_bytes(), "mojibake"),
        changed(sent.replace('é', "e\u{301}").as_bytes(), "nfd"),
        changed(html.as_bytes(), "html"),
        raw(&sent, signature(&with_newline)).length(with_newline.len()).case("newline-lost", "valid", None),
        shown(&wrapped(&sent, 60), "wrapped-60-without-length"),
        shown(&wrapped(&sent, 80), "wrapped-80-without-length"),
        shown(&wrapped(&sent, 100), "wrapped-100-without-length"),
        shown(&html, "html-without-length"),
        // These bytes may have been sent.
        raw(&html, signature(&sent)).invalid("html-sent", "body-encoding"),
        raw(wrapped(&sent, 60), signature(&sent)).invalid("wrapped-sent", "body-newline"),
        raw(&sent, signature(&with_newline)).length(None).invalid("newline", "body-newline"),
        // The length is that of neither body.
        raw(wrapped(&sent, 60), signature(&sent)).length(sent.len() + 1).invalid("length", "body-newline"),
        raw(wrapped(&sent, 60), signed_by("another-secret", &sent))
            .length(sent.len())
            .unknown("other-secret"),
    ]);
    let lines = |width| {
        let (signature, body) = (signature(&sent), wrapped(&sent, width));
        format!("x-zm-signature: {signature}\nx-zm-request-timestamp: {TIMESTAMP}\n\n{body}\n").into_bytes()
    };
    assert_all(&[
        Case { file: lines(60), ..shown("", "lines-60") },
        Case { file: lines(80), ..shown("", "lines-80") },
        Case { file: lines(100), ..raw("", String::new()).case("lines-100", "valid", None) },
    ]);
}

#[test]
fn a_body_that_ends_in_the_middle_of_its_json_may_be_cut_by_the_capture() {
    let cut = |at: usize, name| {
        raw(&ZOOM[..at], signature(ZOOM)).length(None).unknown(name).says("in the middle of its JSON")
    };
    assert_all(&[
        cut(300, "in-a-string"),
        cut(ZOOM.len() - 1, "at-the-end"),
        cut(ZOOM.find("payload").unwrap() - 1, "between-members"),
        raw(format!("{}\n", &ZOOM[..300]), signature(ZOOM)).length(None).unknown("with-a-newline"),
        // These bytes were sent.
        raw(&ZOOM[..300], signature(ZOOM)).invalid("sent", "unexplained"),
        raw(ZOOM, signed_by("another-secret", ZOOM)).length(None).invalid("whole", "unexplained"),
    ]);
}

#[test]
fn a_log_that_cuts_a_body_or_writes_the_time_as_a_float_is_no_mistake_of_the_request() {
    let log = |time: &str, body: &str, name, verdict| {
        let signature = signature(PLAIN);
        let text = format!(
            "2026-11-24 INFO headers x-zm-signature: {signature} x-zm-request-timestamp: {time}\n2026-11-24 INFO body {body}\n"
        );
        Case { file: text.into_bytes(), ..raw("", String::new()).case(name, verdict, None) }
    };
    let cut = format!("{}...", &PLAIN[..80]);
    let json = format!(
        r#"{{"headers":{{"x-zm-signature":"{}","x-zm-request-timestamp":{TIMESTAMP}.0}},"rawBody":{}}}"#,
        signature(PLAIN),
        Value::from(PLAIN)
    );
    let float = format!("{TIMESTAMP}.0");
    assert_all(&[
        log(&float, PLAIN, "float", "valid"),
        log(&format!("{TIMESTAMP}.5"), PLAIN, "fraction", "invalid"),
        Case { file: json.into_bytes(), ..raw("", String::new()).case("json-float", "valid", None) },
        raw(PLAIN, signature(PLAIN)).at(&float).invalid("sent-as-a-float", "timestamp-other"),
        log(TIMESTAMP, &cut, "dots", "unknown").says("in the middle of its JSON").says("in the middle"),
        log(TIMESTAMP, &format!("'{cut}' (17 more)"), "dots-in-quotes", "unknown")
            .says("in the middle of its JSON"),
        log(TIMESTAMP, &PLAIN[..80], "without-dots", "unknown").says("in the middle of its JSON"),
        log(TIMESTAMP, "-", "no-body", "unknown").says("does not contain the body"),
    ]);
}

#[test]
fn every_kind_of_mistake_has_its_cause() {
    let secret = SECRET.as_bytes();
    let message = [b"v0:", TIMESTAMP.as_bytes(), b":", PLAIN.as_bytes()].concat();
    let buffer = format!(
        r#"{{"type":"Buffer","data":[{}]}}"#,
        PLAIN.bytes().map(|b| b.to_string()).collect::<Vec<_>>().join(",")
    );
    let stringified = ZOOM.replace(r"\uD83D\uDE80", "🚀");
    let plain = signature(PLAIN);
    let digest = hex::decode(&plain[3..]).unwrap();
    let sha512 = {
        let mut mac = <Hmac<Sha512> as KeyInit>::new_from_slice(secret).unwrap();
        mac.update(&message);
        hex::encode(mac.finalize().into_bytes())
    };
    let md5 = {
        let mut mac = <Hmac<Md5> as KeyInit>::new_from_slice(secret).unwrap();
        mac.update(&message);
        hex::encode(mac.finalize().into_bytes())
    };
    let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let with_plus = (0..1000)
        .map(|n| PLAIN.replace("Sync", &format!("Sync {n}")))
        .find(|body| base64(&hex::decode(&signature(body)[3..]).unwrap()).contains('+'))
        .unwrap();
    let blanks = base64(&hex::decode(&signature(&with_plus)[3..]).unwrap()).replace('+', " ");
    assert_all(&[
        raw(PLAIN, signature(&buffer)).invalid("stringified-buffer", "body-encoding").says("Buffer"),
        raw(&buffer, plain.clone()).invalid("captured-buffer", "body-encoding").says("Buffer"),
        raw(PLAIN, format!("v0={plain}")).invalid("v0-twice", "signature-prefix").says("twice"),
        raw(PLAIN, plain.replace('=', "%3D")).invalid("percent", "signature-encoding").says("%3D"),
        raw(&with_plus, format!("v0={blanks}")).invalid("blank-for-plus", "signature-encoding").says("blank"),
        raw(PLAIN, format!("v0={}", base64(&digest))).invalid("base64", "signature-encoding"),
        raw(PLAIN, format!("v0={md5}")).invalid("md5", "hash-other").says("MD5").says("Use SHA-256"),
        raw(PLAIN, format!("v0={sha512}"))
            .invalid("sha-512", "hash-other")
            .says("SHA512")
            .says("Use SHA-256"),
        raw(PLAIN, plain[..43].into()).invalid("forty-digits", "signature-malformed").says("truncated"),
        raw(PLAIN, plain[..60].into()).invalid("fewer-digits", "signature-malformed").says("truncated"),
        raw(PLAIN, signed_by("", PLAIN)).invalid("empty-secret", "secret-empty").says("'hex'"),
        raw(ZOOM, signed_by("", &stringified)).invalid("empty-secret-stringified", "secret-empty"),
        raw(ZOOM, signed_by("undefined", &stringified)).invalid("undefined-stringified", "secret-empty"),
        raw(format!("{},}}", &PLAIN[..PLAIN.len() - 1]), plain.clone())
            .invalid("trailing-comma", "body-reserialised")
            .says("comma"),
        raw(PLAIN.replacen('{', "{ /* a test */", 1), plain.clone())
            .invalid("comment", "body-reserialised")
            .says("comment"),
        raw(format!("{PLAIN} "), plain.clone()).invalid("blank", "body-newline").never("newline at its end"),
    ]);
}

#[test]
fn a_direct_cause_wins_over_a_coincidence() {
    // The second after event_ts: every one of these could be explained by event_ts too.
    let plain = signature(PLAIN);
    let timestamp = |header: &str, name| {
        raw(PLAIN, plain.clone()).at(header).case(name, "invalid", None).never("event_ts / 1000")
    };
    assert_all(&[
        timestamp("\"1795507201\"", "quoted").says("without the quotes"),
        timestamp("2026-11-24T08:00:01Z", "iso").says("in Unix seconds"),
        timestamp("2026-11-24T08:00:01.000Z", "iso-milliseconds").says("in Unix seconds"),
        timestamp("1795507201.0", "float").says("without its fraction"),
        timestamp("1795507201000", "milliseconds").says("in seconds"),
    ]);
}

#[test]
fn every_serializer_that_writes_the_same_bytes_is_named() {
    let spaced = PLAIN.replace("\":", "\": ").replace(",\"", ", \"");
    let stringified = ZOOM.replace(r"\uD83D\uDE80", "🚀");
    let cases = [
        raw(ZOOM, signature(&stringified))
            .invalid("raw-emoji", "body-reserialised")
            .says("JSON.stringify")
            .says("JSON.generate")
            .says("Jackson"),
        raw(PLAIN, signature(&spaced))
            .invalid("spaced", "body-reserialised")
            .says("json.dumps")
            .never("JSON.stringify"),
        raw(&spaced, signature(PLAIN)).invalid("restored", "body-reserialised").never("JSON.stringify"),
    ];
    assert_all(&cases);
    let variant = |framework: &str| {
        let home = TempDir::new().unwrap();
        let file = home.path().join("request.http");
        std::fs::write(&file, &cases[0].file).unwrap();
        let mut command = zoomhook(home.path());
        command
            .args(["verify", "--format", "json", "--framework", framework])
            .arg(&file)
            .env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        let line: Value = serde_json::from_str(finish(command).stdout.trim()).unwrap();
        line["finding"]["variants"][0].as_str().unwrap().to_owned()
    };
    assert!(variant("rails").starts_with("as to_json in Rails"), "{}", variant("rails"));
    assert!(variant("spring").starts_with("as Jackson"), "{}", variant("spring"));
    assert!(variant("flask").starts_with("as json.dumps with separators"), "{}", variant("flask"));
    assert!(variant("express").starts_with("as JSON.stringify"), "{}", variant("express"));
}

#[test]
fn a_signature_in_a_proven_body_is_not_another_request() {
    let other = format!("v0={}", "ab".repeat(32));
    let body = PLAIN.replace("Sync", &format!("our x-zm-signature: {other}"));
    let text = format!(
        "2026-11-24 headers x-zm-signature: {} x-zm-request-timestamp: {TIMESTAMP}\n2026-11-24 body {body}\n",
        signature(&body)
    );
    let log = Case { file: text.into_bytes(), ..raw(&body, signature(&body)).case("log", "valid", None) };
    assert_all(&[raw(&body, signature(&body)).case("raw", "valid", None), log]);
}
