//! Random bodies, written in the formats that contain the text of the body, and under each layer that logs and tools put
//! over a text. Each body is read back exactly and verifies as valid.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;

use zoomhook::capture::{self, Capture, Format, Headers, RecordLimits};
use zoomhook::diagnosis::{Role, SecretText, Secrets};
use zoomhook::verify::{AgeRule, CaptureJudge, CaptureSource, DeliveryVerdict, VerifyPlan, verify};

use crate::support::requests::{SECRET, sign};

/// The number of bodies.
const BODIES: usize = 10_000;

/// The share of the formats in which one body is written: one in three, in turn. So every format gets a third of the
/// bodies, and the test takes a third of the time.
const TURNS: usize = 3;

/// A xorshift64* generator, so that every run has the same bodies.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}

/// Parts of JSON strings that are hard to quote.
const PIECES: &[&str] = &[
    "a",
    "Weekly sync",
    " ",
    "  ",
    "é",
    "–",
    "’",
    "'",
    "`",
    "$",
    "$HOME",
    "$(date)",
    "${A}",
    "!",
    "%",
    "%PATH%",
    "^",
    "&",
    "|",
    "<",
    ">",
    "\\\"",
    "\\\\",
    "\\/",
    "\\n",
    "\\t",
    "\\u0000",
    "\\u001f",
    "\\uD83D\\uDE92",
    "\\ud83d\\ude92",
    "\\uD83D",
    "🚒",
    "👩‍👩‍👧",
    "\u{2028}",
    "ñ",
    "ñ",
    "{",
    "}",
    "[",
    ",",
    ":",
    ";",
    "#",
    "//",
    "@",
    "###",
    "EOF",
    "{x}",
    "x-zm-signature",
    "HTTP/1.1 200 OK",
    "curl ",
    "=",
    "\u{7f}",
    "?",
    "*",
    "~",
];

/// A body as Zoom could send it, with a random topic.
fn body(random: &mut Random) -> String {
    let topic: String = (0..random.below(12)).map(|_| PIECES[random.below(PIECES.len())]).collect();
    let number = ["0", "-1", "1.0", "1e3", "12345678901234567890", "1795507200123"][random.below(6)];
    let (event, payload) = (
        r#""event":"meeting.started""#,
        format!(r#""payload":{{"object":{{"topic":"{topic}","n":{number}}}}}"#),
    );
    if random.below(2) == 0 { format!("{{{event},{payload}}}") } else { format!("{{{payload},{event}}}") }
}

/// `text` as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// `text` in single quotes for a Unix shell.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `text` as `$'…'` for bash, with UTF-16 escapes, as browsers write it.
fn ansi_c(text: &str) -> String {
    let mut out = String::from("$'");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b @ (b'\'' | b'\\')) => write!(out, "\\{}", char::from(b)).unwrap(),
            Ok(b @ 0x20..0x7f) if b != b'!' => out.push(char::from(b)),
            _ => write!(out, "\\u{unit:04x}").unwrap(),
        }
    }
    out + "'"
}

/// `text` in double quotes for PowerShell.
fn powershell(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b @ (b'"' | b'`' | b'$')) => write!(out, "`{}", char::from(b)).unwrap(),
            Ok(b @ 0x20..0x7f) => out.push(char::from(b)),
            _ => write!(out, "$([char]{unit})").unwrap(),
        }
    }
    out + "\""
}

fn chunked(body: &str) -> String {
    let middle = (0..=body.len() / 2).rev().find(|at| body.is_char_boundary(*at)).unwrap();
    let chunk =
        |part: &str| if part.is_empty() { String::new() } else { format!("{:x}\r\n{part}\r\n", part.len()) };
    format!("{}{}0\r\n\r\n", chunk(&body[..middle]), chunk(&body[middle..]))
}

fn gzip(body: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

const HEAD: &str = "POST / HTTP/1.1\r\nx-zm-signature: v0=ab\r\nx-zm-request-timestamp: 1\r\n";
const HEADERS: &str = r#""headers":{"x-zm-signature":"v0=ab","x-zm-request-timestamp":"1"}"#;

/// The body in every format that contains its text.
fn written(body: &str) -> Vec<(Format, Vec<u8>)> {
    let (text, length) = (quoted(body), body.len());
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, body);
    let texts = [
        (Format::RawHttp, format!("{HEAD}content-length: {length}\r\n\r\n{body}")),
        (Format::RawHttp, format!("{}content-length: {length}\n\n{body}\n", HEAD.replace("\r\n", "\n"))),
        (Format::RawHttp, format!("{HEAD}\r\n{body}\n")),
        (Format::RawHttp, format!("{HEAD}transfer-encoding: chunked\r\n\r\n{}", chunked(body))),
        (
            Format::Json,
            format!(
                r#"{{"log":{{"entries":[{{"request":{{"headers":[{{"name":"x-zm-signature","value":"v0=ab"}}],"postData":{{"text":{text}}}}}}}]}}}}"#
            ),
        ),
        (Format::Json, format!(r#"{{"token_id":"t","method":"POST","content":{text},{HEADERS}}}"#)),
        (Format::Json, format!(r#"{{"httpMethod":"POST",{HEADERS},"body":{text},"isBase64Encoded":false}}"#)),
        (
            Format::Json,
            format!(r#"{{"httpMethod":"POST",{HEADERS},"body":"{base64}","isBase64Encoded":true}}"#),
        ),
        (Format::Zoomhook, format!(r#"{{"v":1,"type":"delivery",{HEADERS},"body":{text}}}"#)),
        (Format::Json, format!(r#"{{{HEADERS},"body":{text}}}"#)),
        (Format::Json, format!(r#"{{{HEADERS},"body":{body}}}"#)),
        (Format::Json, format!(r#"{{"request_headers":"x-zm-signature: v0=ab","request_body":{text}}}"#)),
    ];
    let mut all: Vec<_> = texts.into_iter().map(|(format, text)| (format, text.into_bytes())).collect();
    let head = format!("{HEAD}content-encoding: gzip\r\n\r\n").into_bytes();
    all.push((Format::RawHttp, [head, gzip(body)].concat()));
    all
}

fn read(format: Format, bytes: &[u8]) -> Vec<Capture> {
    let files = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    capture::read(bytes, format, RecordLimits::default(), &files).collect::<Result<_, _>>().unwrap()
}

const TIMESTAMP: &str = "1795507201";

/// Replaces the short signature and timestamp of the capture with real ones.
fn signed(mut capture: Capture, signature: &str) -> Capture {
    let real = [("x-zm-signature", signature), ("x-zm-request-timestamp", TIMESTAMP)];
    let others: Vec<_> = capture.headers.iter().filter(|(name, _)| !name.starts_with("x-zm-")).collect();
    let real = real.iter().map(|(name, value)| (*name, value.as_bytes()));
    let headers: Headers = real.chain(others).collect();
    capture.headers = headers;
    capture
}

#[test]
fn reads_bodies_back_from_every_format_as_valid() {
    let mut random = Random(0x5EED);
    let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]);
    let judge = CaptureJudge::new(secrets, AgeRule::default());
    for round in 0..BODIES {
        let body = body(&mut random);
        let signature = sign(SECRET, TIMESTAMP, body.as_bytes());
        for (format, bytes) in written(&body).into_iter().skip(round % TURNS).step_by(TURNS) {
            // Detection tries all formats and takes longer than reading, so it runs for every tenth body.
            if round % 10 == 0 {
                let detected = capture::detect(&bytes).map(Format::name);
                assert_eq!(detected, Some(format.name()), "{}", String::from_utf8_lossy(&bytes));
            }
            let captures = read(format, &bytes);
            let shown = || String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(captures.len(), 1, "{}: {}", format.name(), shown());
            assert!(captures[0].headers.contains("x-zm-signature"), "{}: {}", format.name(), shown());
            let found = captures[0].body.candidates().any(|candidate| candidate == body.as_bytes());
            assert!(found, "{}: {body}\n{:#?}\n{}", format.name(), captures[0].body, shown());
            let judged = judge.judge(signed(captures.into_iter().next().unwrap(), &signature));
            assert_eq!(judged.verdict(), DeliveryVerdict::Valid, "{}: {judged:#?}", format.name());
        }
    }
}

/// A log line for each line of a text.
fn rows(text: &str) -> String {
    text.lines()
        .map(|line| format!("{{\"log\":{},\"stream\":\"stdout\"}}\n", quoted(&format!("{line}\n"))))
        .collect()
}

/// Each line after this text.
fn after(prefix: &str, text: &str) -> String {
    text.lines().map(|line| format!("{prefix}{line}\n")).collect()
}

/// Broken into lines of this many characters.
fn wrapped(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let chars: Vec<char> = line.chars().collect();
        chars.chunks(width).map(|part| part.iter().collect::<String>() + "\n").collect::<String>()
    };
    text.lines().map(line).collect()
}

/// The bytes that `is_kept` rejects, written by `escape`.
fn escaped(text: &str, is_kept: impl Fn(u8) -> bool, escape: impl Fn(u8) -> String) -> String {
    text.bytes().map(|b| if is_kept(b) { char::from(b).to_string() } else { escape(b) }).collect()
}

fn pairs(text: &str) -> Vec<String> {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

fn hex_dump(text: &str) -> String {
    let pairs = pairs(text);
    let row = |(row, pairs): (usize, &[String])| {
        format!("{:08x}  {:<48} |................|\n", row * 16, pairs.join(" "))
    };
    pairs.chunks(16).enumerate().map(row).collect()
}

/// `text` in double quotes for a Unix shell.
fn double_quoted(text: &str) -> String {
    let escaped: String =
        text.chars().flat_map(|c| "\\\"$`".contains(c).then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

/// A command as browsers write it for cmd.exe.
fn cmd(body: &str, signature: &str) -> String {
    let quoted = |text: &str| {
        let inner: String = text.replace('\\', "\\\\").replace('"', "\\\"");
        let carets: String = inner
            .chars()
            .flat_map(|c| (!c.is_alphanumeric() && c != ' ').then_some('^').into_iter().chain([c]))
            .collect();
        format!("^\"{carets}^\"")
    };
    format!(
        "curl u ^\n  -H ^\"x-zm-signature: {signature}^\" ^\n  -H ^\"x-zm-request-timestamp: {TIMESTAMP}^\" ^\n  --data-raw {}\n",
        quoted(body)
    )
}

/// The request as a log prints it, under each layer.
fn layered(body: &str, signature: &str) -> Vec<(&'static str, Vec<u8>)> {
    let base64 = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    let head = format!("x-zm-signature: {signature}\nx-zm-request-timestamp: {TIMESTAMP}\n");
    let log = format!("headers\n{head}body\n{body}\n");
    let with_body = |text: String| format!("headers\n{head}body: {text}\n");
    let is_plain = |b: u8| (0x20..0x7f).contains(&b) && !b"\"\\".contains(&b);
    let hex = |b: u8| format!("\\x{b:02X}");
    let percent = |text: &str| escaped(text, |b| b.is_ascii_alphanumeric(), |b| format!("%{b:02X}"));
    let entities = |text: &str| {
        text.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('\'', "&#39;")
    };
    let bytes: Vec<String> = body.bytes().map(|b| b.to_string()).collect();
    let curl = |data: String| {
        format!(
            "curl u \\\n -H 'x-zm-signature: {signature}' \\\n -H 'x-zm-request-timestamp: {TIMESTAMP}' \\\n --data-binary {data}\n"
        )
    };
    let dense: String = log.lines().map(|line| format!("{line}\n\n")).collect();
    let object = format!(
        r#"{{"headers":{{"x-zm-signature":"{signature}","x-zm-request-timestamp":"{TIMESTAMP}"}},"rawBody":{}}}"#,
        quoted(body)
    );
    let texts = [
        ("as it is", log.clone()),
        ("line prefixes", after("zoom-app-1  | ", &log)),
        ("times before the lines", after("2026-11-24T08:00:01.123Z stdout F ", &log)),
        ("doubled newlines", dense),
        ("wrapped lines", wrapped(&log, 72)),
        ("terminal colors", with_body(format!("\x1b[32m{body}\x1b[39m"))),
        ("log entries", rows(&log)),
        (
            "backslash escapes",
            format!(
                "level=warn msg={} sig=\"x-zm-signature: {signature}\" ts=\"x-zm-request-timestamp: {TIMESTAMP}\"\n",
                quoted(body)
            ),
        ),
        ("a JSON string in a JSON string", format!("{{\"message\":{}}}\n", quoted(&object))),
        ("JSON after other words", format!("2026-11-24 08:00:01 WARN bad signature {object} end\n")),
        (
            "\\x escapes",
            format!("\"POST /\" 401 \"{signature}\" \"{TIMESTAMP}\" \"{}\"\n", escaped(body, is_plain, hex)),
        ),
        ("doubled quotes", format!("time,message\n1,\"{}\"\n", object.replace('"', "\"\""))),
        ("HTML entities", entities(&log)),
        (
            "percent encoding",
            format!(
                "x-zm-signature={}&x-zm-request-timestamp={TIMESTAMP}&body={}\n",
                percent(signature),
                percent(body)
            ),
        ),
        ("base64", with_body(base64(body))),
        ("base64 in lines", with_body(wrapped(&base64(body), 76))),
        ("base64 of everything", base64(&log)),
        ("hex digits", with_body(pairs(body).concat())),
        ("hex with colons", with_body(pairs(body).join(":"))),
        ("a hex dump", hex_dump(&log)),
        ("a list of bytes", with_body(format!("[{}]", bytes.join(", ")))),
        ("a Buffer", with_body(format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", bytes.join(",")))),
        ("single quotes of a shell", curl(single_quoted(body))),
        ("ANSI-C quotes of bash", curl(ansi_c(body))),
        ("double quotes of a shell", curl(double_quoted(body))),
        ("a here-document", curl(format!("@- <<'END-OF-BODY'\n{body}\nEND-OF-BODY"))),
        ("quotes of cmd.exe", cmd(body, signature)),
        (
            "quotes of PowerShell",
            format!(
                "irm u -Headers @{{\"x-zm-signature\"=\"{signature}\"; \"x-zm-request-timestamp\"=\"{TIMESTAMP}\"}} -Body {}",
                powershell(body)
            ),
        ),
        (
            "a REST client's variables",
            format!(
                "@sig = {signature}\n\nPOST http://a\nx-zm-request-timestamp: {TIMESTAMP}\nx-zm-signature: {{{{sig}}}}\n\n{body}\n\n###\n"
            ),
        ),
        (
            "var_dump",
            format!(
                "array(1) {{\n  [\"x-zm-signature\"]=>\n  string(67) \"{signature}\"\n  [\"x-zm-request-timestamp\"]=>\n  string(10) \"{TIMESTAMP}\"\n}}\nstring({}) \"{body}\"\n",
                body.len()
            ),
        ),
        ("prefixes over base64", after("app[web.1]: ", &with_body(base64(body)))),
    ];
    let mut all: Vec<_> = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    all.push(("gzip", gzip(&log)));
    all.push((
        "UTF-16",
        [0xff, 0xfe].into_iter().chain(log.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
    ));
    all
}

#[test]
fn reads_bodies_back_from_under_every_layer_as_valid() {
    let mut random = Random(0x1A7E5);
    let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]);
    let judge = CaptureJudge::new(secrets, AgeRule::default());
    let mut failed = Vec::new();
    for round in 0..BODIES {
        let body = body(&mut random);
        let signature = sign(SECRET, TIMESTAMP, body.as_bytes());
        // One layer for each body, in turn: a search takes longer than reading a format.
        let layers = layered(&body, &signature);
        let (name, bytes) = layers[round % layers.len()].clone();
        let source = CaptureSource::Memory { name: name.to_owned(), bytes: bytes.clone() };
        let plan = VerifyPlan { sources: vec![source], ..VerifyPlan::default() };
        let mut outcomes = Vec::new();
        verify(&plan, &judge, |step| {
            outcomes.extend(step.outcomes);
            ControlFlow::Continue(())
        });
        let is_read = matches!(&outcomes[..], [outcome] if outcome.result.as_ref().is_ok_and(|found| found.body() == body.as_bytes()))
            && outcomes[0].verdict() == DeliveryVerdict::Valid;
        if !is_read {
            failed.push(format!("{name}: {body}\n{}\n{outcomes:#?}", String::from_utf8_lossy(&bytes)));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed[..failed.len().min(5)].join("\n\n"));
}
