//! A user's app with faults, as a pure function from request to answer. A fault is one row of [`Fault::ALL`].
//!
//! The unit tests of `src/check` include this file as well, so it uses nothing of the other doubles.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The secret token of the app, except where it is wrong.
pub const APP_SECRET: &str = "zoomhook-test-secret";

/// A request, as the app sees it.
pub struct Asked<'a> {
    pub method: &'a str,
    /// Names as they were written.
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: &'a [u8],
}

/// The app's answer.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub delay: Duration,
    /// Closes the connection instead of an answer.
    pub closes: bool,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident => $code:literal,)*) => {
        /// What is wrong with an app.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $fault,)*
        }

        impl Fault {
            /// Each fault.
            #[allow(dead_code, reason = "only the unit tests use it")]
            pub const ALL: &'static [Self] = &[$(Self::$fault,)*];

            /// The conclusion that `check` must draw.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$fault => $code,)*
                }
            }
        }
    };
}

faults! {
    // The signature.
    NewlineInSecret => "secret-whitespace",
    QuotesInSecret => "secret-whitespace",
    EmptySecret => "secret-empty",
    UndefinedSecret => "secret-empty",
    DecodedSecret => "key-decoded",
    UnknownSecret => "refuses-everything",
    MillisecondTimestamp => "timestamp-unit",
    SignsMilliseconds => "timestamp-unit",
    NoVersion => "message-without-version",
    BodyAlone => "message-without-timestamp",
    Dots => "message-separator",
    Base64 => "signature-encoding",
    UpperHex => "signature-encoding",
    NoPrefix => "signature-prefix",
    PlainHash => "hash-not-hmac",
    Sha1 => "hash-sha1",
    HeaderName => "header-name",
    TimestampName => "header-name",
    Stringify => "body-reserialised",
    PythonDumps => "body-reserialised",
    PythonCompact => "body-reserialised",
    PythonUnicode => "body-reserialised",
    Ascii => "body-charset",
    EmptyBody => "body-empty",
    // What is checked.
    NotChecked => "signature-not-checked",
    UnsignedAccepted => "unsigned-accepted",
    EmptyKeyAccepted => "empty-key-accepted",
    StaleAccepted => "stale-accepted",
    // How it refuses.
    RefusesWith500 => "refusal-without-4xx",
    RefusesByRedirect => "refusal-without-4xx",
    RefusesByClosing => "refusal-without-4xx",
    StackTrace => "error-details",
    // The challenge.
    NoChallengeHandler => "no-challenge-handler",
    ChallengeRefused => "challenge-refused",
    Cached => "challenge-cached",
    UpperHexAnswer => "answer-encoding",
    Base64Answer => "answer-encoding",
    JsonString => "answer-json-string",
    Wrapped => "answer-wrapped",
    SnakeCase => "answer-field",
    SnakeCaseBoth => "answer-field",
    OtherNames => "answer-field",
    AnswerWithPrefix => "answer-encoding",
    PlainText => "challenge-content-type",
    SlowChallenge => "challenge-slow",
    Oracle => "signing-oracle",
    ChallengeNotChecked => "challenge-not-checked",
    NoGuard => "signs-messages",
    // Events.
    Status201 => "odd-status",
    UnknownRefused => "unknown-event-refused",
    LargeRefused => "large-body-refused",
    RetryRefused => "retry-refused",
    NeedsObject => "deauthorization-refused",
    NeedsLowerCase => "header-case-refused",
    // Bad input.
    FailsOnBadJson => "crashes-on-bad-input",
    AcceptsNonEvents => "accepts-non-events",
    // All requests.
    Redirects => "redirect",
    LoginPage => "web-page",
    Closes => "closes-connection",
    Slow => "too-slow",
    NotFound => "no-handler",
    RefusesEverything => "refuses-everything",
    Limited => "rate-limited",
}

/// An app. Without faults, it does what Zoom requires and refuses everything else.
#[derive(Debug, Clone)]
pub struct FaultyApp {
    faults: Vec<Fault>,
    cached: Option<Said>,
    seen: Vec<String>,
    refuses_duplicates: bool,
    knows_one_name: bool,
    /// How long it takes for a body that it accepts, by the number of requests before it.
    delay: Option<fn(&str, usize) -> Duration>,
    answered: usize,
}

impl FaultyApp {
    pub fn with(faults: &[Fault]) -> Self {
        Self {
            faults: faults.to_vec(),
            cached: None,
            seen: Vec::new(),
            refuses_duplicates: false,
            knows_one_name: false,
            delay: None,
            answered: 0,
        }
    }

    /// An app that answers 409 to an event with a name and a time that it knows, and to a signature that it knows. Both
    /// are right.
    pub fn refusing_duplicates(self) -> Self {
        Self { refuses_duplicates: true, ..self }
    }

    /// An app that answers 400 to each event other than `meeting.started`.
    #[allow(dead_code, reason = "only the unit tests use it")]
    pub fn knowing_one_name(self) -> Self {
        Self { knows_one_name: true, ..self }
    }

    /// An app that takes this long for a body that it accepts, by the number of requests before it.
    #[allow(dead_code, reason = "only the unit tests use it")]
    pub fn delaying(self, delay: fn(&str, usize) -> Duration) -> Self {
        Self { delay: Some(delay), ..self }
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// The answer to a request.
    pub fn answer(&mut self, asked: &Asked<'_>) -> Said {
        if self.has(Fault::Closes) {
            return Said { closes: true, ..said(0, "") };
        }
        let mut answer = self.route(asked);
        if self.has(Fault::Slow) {
            answer.delay = Duration::from_millis(3_500);
        }
        if let Some(delay) = self.delay.filter(|_| answer.status == 200) {
            answer.delay = delay(&String::from_utf8_lossy(asked.body), self.answered);
        }
        self.answered += 1;
        answer
    }

    fn route(&mut self, asked: &Asked<'_>) -> Said {
        if self.has(Fault::Redirects) {
            let mut answer = said(307, "");
            answer.headers.push(("location", "/webhook/".to_owned()));
            return answer;
        }
        if self.has(Fault::LoginPage) {
            let mut answer = said(200, "<!doctype html><html><title>Sign in</title></html>");
            answer.headers.push(("content-type", "text/html".to_owned()));
            return answer;
        }
        if self.has(Fault::NotFound) {
            return said(404, "");
        }
        if self.has(Fault::Limited) {
            let mut answer = said(429, "");
            answer.headers.push(("retry-after", "0".to_owned()));
            return answer;
        }
        if self.has(Fault::RefusesEverything) {
            return self.refusal();
        }
        if asked.method != "POST" {
            return said(405, "");
        }
        if self.has(Fault::LargeRefused) && asked.body.len() > 50_000 {
            return said(413, "");
        }
        let json: Option<Value> = serde_json::from_slice(asked.body).ok();
        let event = json.as_ref().and_then(|json| json["event"].as_str()).map(str::to_owned);
        let token = json.as_ref().and_then(|json| json["payload"]["plainToken"].as_str()).map(str::to_owned);
        let challenge = token.filter(|_| event.as_deref() == Some("endpoint.url_validation"));
        let is_early = self.has(Fault::Oracle) || self.has(Fault::ChallengeNotChecked);
        if is_early && let Some(token) = &challenge {
            return self.challenge(token);
        }
        if !self.verifies(asked) {
            return self.refusal();
        }
        if json.is_none() && self.has(Fault::FailsOnBadJson) {
            return said(500, "SyntaxError: Unexpected end of JSON input");
        }
        if event.is_none() && !self.has(Fault::AcceptsNonEvents) {
            return said(400, "");
        }
        if let Some(token) = &challenge {
            return self.challenge(token);
        }
        self.event(asked, event.as_deref().unwrap_or_default(), json.as_ref())
    }

    /// The answer to what does not verify.
    fn refusal(&self) -> Said {
        match () {
            () if self.has(Fault::RefusesWith500) => said(500, "Internal Server Error"),
            () if self.has(Fault::RefusesByClosing) => Said { closes: true, ..said(0, "") },
            () if self.has(Fault::RefusesByRedirect) => {
                let mut answer = said(302, "");
                answer.headers.push(("location", "/login".to_owned()));
                answer
            }
            () if self.has(Fault::StackTrace) => {
                said(401, "Error: wrong\n    at verify (/app/server.js:12:9)")
            }
            () => said(401, ""),
        }
    }

    fn event(&mut self, asked: &Asked<'_>, event: &str, json: Option<&Value>) -> Said {
        let id = self.header(asked, "x-zm-request-id").unwrap_or_default().to_owned();
        let is_known = self.seen.contains(&id) && event == "meeting.started";
        self.seen.push(id);
        if self.refuses_duplicates {
            let time = json.map(|json| json["event_ts"].to_string()).unwrap_or_default();
            let signature = self.header(asked, "x-zm-signature").unwrap_or_default().to_owned();
            let keys = [format!("{event} {time}"), signature];
            if keys.iter().any(|key| self.seen.contains(key)) {
                return said(409, "");
            }
            self.seen.extend(keys);
        }
        if self.knows_one_name && event != "meeting.started" {
            return said(400, "");
        }
        let has_object = json.is_none_or(|json| json["payload"]["object"].is_object());
        if self.has(Fault::UnknownRefused) && event.starts_with("zoomhook.") {
            return said(404, "");
        }
        if self.has(Fault::RetryRefused) && is_known {
            return said(400, "");
        }
        if self.has(Fault::NeedsObject) && !has_object {
            return said(500, "TypeError: Cannot read properties of undefined");
        }
        said(if self.has(Fault::Status201) { 201 } else { 200 }, "")
    }

    fn challenge(&mut self, token: &str) -> Said {
        if self.has(Fault::NoChallengeHandler) {
            return said(200, "");
        }
        if self.has(Fault::ChallengeRefused) {
            return said(404, "");
        }
        if token.starts_with("v0:") && !self.has(Fault::NoGuard) && !self.has(Fault::Oracle) {
            return said(400, "");
        }
        let mut encrypted = hex::encode(self.digest(token.as_bytes()));
        if self.has(Fault::UpperHexAnswer) || self.has(Fault::UpperHex) {
            encrypted = encrypted.to_uppercase();
        }
        if self.has(Fault::Base64Answer) || self.has(Fault::Base64) {
            encrypted = STANDARD.encode(self.digest(token.as_bytes()));
        }
        if self.has(Fault::AnswerWithPrefix) {
            encrypted = format!("v0={encrypted}");
        }
        let [plain, name] = match () {
            () if self.has(Fault::SnakeCase) => ["plainToken", "encrypted_token"],
            () if self.has(Fault::SnakeCaseBoth) => ["plain_token", "encrypted_token"],
            () if self.has(Fault::OtherNames) => ["token", "hash"],
            () => ["plainToken", "encryptedToken"],
        };
        let mut body = serde_json::json!({plain: token, name: encrypted}).to_string();
        if self.has(Fault::JsonString) {
            body = serde_json::to_string(&body).unwrap();
        }
        if self.has(Fault::Wrapped) {
            body = format!(r#"{{"message":{body}}}"#);
        }
        let mut answer = said(if self.has(Fault::Status201) { 201 } else { 200 }, &body);
        let kind = if self.has(Fault::PlainText) { "text/plain" } else { "application/json; charset=utf-8" };
        answer.headers.push(("content-type", kind.to_owned()));
        if self.has(Fault::SlowChallenge) {
            answer.delay = Duration::from_millis(1_200);
        }
        if self.has(Fault::Cached) {
            return self.cached.get_or_insert(answer).clone();
        }
        answer
    }

    fn header<'a>(&self, asked: &Asked<'a>, name: &str) -> Option<&'a str> {
        let is = |given: &str| match self.has(Fault::NeedsLowerCase) {
            true => given == name,
            false => given.eq_ignore_ascii_case(name),
        };
        asked.headers.iter().find(|(given, _)| is(given)).map(|(_, value)| *value)
    }

    fn verifies(&self, asked: &Asked<'_>) -> bool {
        if self.has(Fault::NotChecked) {
            return true;
        }
        let name = if self.has(Fault::HeaderName) { "x-zoom-signature" } else { "x-zm-signature" };
        let Some(signature) = self.header(asked, name) else { return self.has(Fault::UnsignedAccepted) };
        let name = if self.has(Fault::TimestampName) { "x-zm-timestamp" } else { "x-zm-request-timestamp" };
        let Some(timestamp) = self.header(asked, name) else { return false };
        let Ok(time) = timestamp.parse::<u64>() else { return false };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let is_fresh = match self.has(Fault::MillisecondTimestamp) {
            true => (now * 1000).abs_diff(time) < 300_000,
            false => now.abs_diff(time) < 300,
        };
        if !is_fresh && !self.has(Fault::StaleAccepted) {
            return false;
        }
        let timestamp = match self.has(Fault::SignsMilliseconds) {
            true => format!("{timestamp}000"),
            false => timestamp.to_owned(),
        };
        let message = self.message(&timestamp, &self.signed_body(asked.body));
        if self.has(Fault::EmptyKeyAccepted)
            && signature == format!("v0={}", hex::encode(hmac(b"", &message)))
        {
            return true;
        }
        signature == self.written(&self.digest(&message))
    }

    fn message(&self, timestamp: &str, body: &[u8]) -> Vec<u8> {
        let head = match () {
            () if self.has(Fault::NoVersion) => format!("{timestamp}:"),
            () if self.has(Fault::BodyAlone) => String::new(),
            () if self.has(Fault::Dots) => format!("v0.{timestamp}."),
            () => format!("v0:{timestamp}:"),
        };
        [head.as_bytes(), body].concat()
    }

    fn signed_body(&self, body: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(body);
        match () {
            () if self.has(Fault::Stringify) => reserialized(&text, [",", ":"], false, true).into_bytes(),
            () if self.has(Fault::PythonDumps) => reserialized(&text, [", ", ": "], true, false).into_bytes(),
            () if self.has(Fault::PythonCompact) => reserialized(&text, [",", ":"], true, false).into_bytes(),
            () if self.has(Fault::PythonUnicode) => {
                reserialized(&text, [",", ":"], false, false).into_bytes()
            }
            () if self.has(Fault::Ascii) => {
                text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>().into_bytes()
            }
            () if self.has(Fault::EmptyBody) => b"[object Object]".to_vec(),
            () => body.to_vec(),
        }
    }

    fn key(&self) -> Vec<u8> {
        match () {
            () if self.has(Fault::NewlineInSecret) => format!("{APP_SECRET}\n").into_bytes(),
            () if self.has(Fault::QuotesInSecret) => format!("\"{APP_SECRET}\"").into_bytes(),
            () if self.has(Fault::EmptySecret) => Vec::new(),
            () if self.has(Fault::UndefinedSecret) => b"undefined".to_vec(),
            () if self.has(Fault::DecodedSecret) => STANDARD.encode(APP_SECRET).into_bytes(),
            () if self.has(Fault::UnknownSecret) => b"the-secret-of-another-app".to_vec(),
            () => APP_SECRET.as_bytes().to_vec(),
        }
    }

    fn digest(&self, message: &[u8]) -> Vec<u8> {
        let key = self.key();
        match () {
            () if self.has(Fault::PlainHash) => Sha256::digest([&key, message].concat()).to_vec(),
            () if self.has(Fault::Sha1) => {
                let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            () => hmac(&key, message),
        }
    }

    fn written(&self, digest: &[u8]) -> String {
        match () {
            () if self.has(Fault::Base64) => format!("v0={}", STANDARD.encode(digest)),
            () if self.has(Fault::UpperHex) => format!("v0={}", hex::encode_upper(digest)),
            () if self.has(Fault::NoPrefix) => hex::encode(digest),
            () => format!("v0={}", hex::encode(digest)),
        }
    }
}

fn said(status: u16, body: &str) -> Said {
    Said { status, headers: Vec::new(), body: body.to_owned(), delay: Duration::ZERO, closes: false }
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// JSON that was parsed and written again, with the members in their order. Escapes of `/` and in characters are
/// undone; with `is_ascii`, the others are `\u....` in lower case. With `has_doubles`, numbers are doubles, as in
/// JavaScript.
fn reserialized(body: &str, [comma, colon]: [&str; 2], is_ascii: bool, has_doubles: bool) -> String {
    let (mut written, mut rest) = (String::new(), body);
    while let Some(c) = rest.chars().next() {
        match c {
            '"' => {
                let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let Some(Ok(text)) = strings.next() else { return body.to_owned() };
                let plain = serde_json::to_string(&text).unwrap();
                if is_ascii {
                    plain.encode_utf16().for_each(|unit| match u8::try_from(unit) {
                        Ok(byte) if byte.is_ascii() => written.push(char::from(byte)),
                        _ => written.push_str(&format!("\\u{unit:04x}")),
                    });
                } else {
                    written.push_str(&plain);
                }
                rest = &rest[strings.byte_offset()..];
            }
            ',' => {
                written.push_str(comma);
                rest = &rest[1..];
            }
            ':' => {
                written.push_str(colon);
                rest = &rest[1..];
            }
            '0'..='9' if has_doubles => {
                let end = rest.find(|c: char| !"0123456789.".contains(c)).unwrap_or(rest.len());
                let number: f64 = rest[..end].parse().unwrap();
                match number >= 1e21 {
                    true => written.push_str(&format!("{number:e}").replace('e', "e+")),
                    false => written.push_str(&number.to_string()),
                }
                rest = &rest[end..];
            }
            c => {
                if !c.is_ascii_whitespace() {
                    written.push(c);
                }
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    written
}
