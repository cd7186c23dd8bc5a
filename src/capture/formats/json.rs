//! Requests in JSON, whatever wrote it: an API, a log, an export. An object is a request if it has Zoom's headers; its
//! body, method, time and response are found by their names.

use std::time::Duration;

use super::super::format::FormatReader;
use super::super::headers::is_zoom_header;
use super::super::peel::encodings;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape;
use super::super::split::Cut;
use super::super::syntax::{http, time};
use super::super::{Body, BodyFidelity, Capture, CapturedResponse, Headers, Note, Variant};
use super::raw_http;
use crate::json::{self, JsonKind, JsonValue};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "json",
    title: "JSON",
    expected: "an object with headers and a body",
    cut: Cut::Values,
    looks_like,
    parse,
};

/// Whether a JSON value begins here, and not an object of JavaScript or Python.
fn looks_like(text: &[u8]) -> bool {
    let mut marks = text.iter().filter(|b| !b.is_ascii_whitespace());
    let first = marks.next();
    let second = marks.next();
    matches!((first, second), (Some(b'{'), Some(b'"')) | (Some(b'['), Some(b'{' | b'"')))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    match context.json(record) {
        Ok(node) if may_have_headers(&record.bytes) => {
            requests(&node, record, context).into_iter().map(Ok).collect()
        }
        Ok(_) => Vec::new(),
        Err(error) => vec![Err(error)],
    }
}

/// Whether a value has a word of headers. Most lines of a log do not.
fn may_have_headers(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] = [b"eader", b"EADER", b"ignature", b"IGNATURE", b"imestamp"];
    WORDS.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

#[rustfmt::skip]
const METHOD: &[&str] = &[
    "method", "httpMethod", "request.method", "requestContext.http.method", "verb", "requestMethod",
    "request_method", "ClientRequestMethod",
];
#[rustfmt::skip]
const TARGET: &[&str] = &[
    "url.raw", "url", "rawPath", "requestContext.http.path", "originalUrl", "uri", "target", "endpoint",
    "path", "request.uri", "request_url", "ClientRequestURI", "ClientRequestPath",
];
#[rustfmt::skip]
const TIME: &[&str] = &[
    "startedDateTime", "start", "requestContext.timeEpoch", "requestContext.requestTimeEpoch",
    "requestContext.time", "eventTimestamp", "EdgeStartTimestamp", "received_at", "receivedAt",
    "ingested_at", "date_time", "dateTime", "sorting", "timestamp", "time", "created_at", "createdAt",
    "date", "ts", "captured_at_unix_milli",
];
#[rustfmt::skip]
const REMOTE: &[&str] = &[
    "remote_addr", "_remoteAddress", "_clientAddress", "ip", "remoteAddress", "clientIp", "client_ip",
    "source_ip", "requestContext.http.sourceIp", "requestContext.identity.sourceIp", "client_address",
    "ClientIP",
];
/// Names of a body, the raw ones first.
#[rustfmt::skip]
const BODY: &[&str] = &[
    "rawBody", "raw_body", "bodyRaw", "body_raw", "RawBody", "raw", "body_base64", "bodyBase64",
    "rawBodyBase64", "base64Body", "body_b64", "request_payload_base64", "postData", "body", "Body",
    "request_body", "requestBody", "bodyString", "text", "contents", "$content", "content", "data",
    "payload", "json",
];
/// Members that say that the body is base64.
#[rustfmt::skip]
const ENCODED: &[&str] = &[
    "isBase64Encoded", "is_base64", "isBase64", "base64", "bodyEncoding", "body_encoding", "encoding",
    "_encoding",
];
const STATUS: &[&str] = &["status", "status_code", "statusCode"];
/// Deeper values are not looked at.
const DEEPEST: usize = 16;

/// The requests in a value, in order.
pub(in crate::capture) fn requests(
    node: &JsonValue<'_>,
    record: &Record,
    context: &ParseContext<'_>,
) -> Vec<Capture> {
    for wants_signed in [true, false] {
        let mut finder =
            Finder { record, context, wants_signed, path: Vec::new(), known: Vec::new(), found: Vec::new() };
        finder.visit(node, "");
        if !finder.found.is_empty() {
            return finder.found;
        }
    }
    Vec::new()
}

struct Finder<'f, 'n, 'a> {
    record: &'f Record,
    context: &'f ParseContext<'f>,
    /// Whether headers need one of Zoom's. If no request has them, headers without them count.
    wants_signed: bool,
    /// The values around the current one, the outermost first.
    path: Vec<&'n JsonValue<'a>>,
    /// The objects whose request was found: headers are often there in two forms.
    known: Vec<*const JsonValue<'a>>,
    found: Vec<Capture>,
}

impl<'n, 'a> Finder<'_, 'n, 'a> {
    fn visit(&mut self, node: &'n JsonValue<'a>, name: &str) {
        if self.path.len() > DEEPEST {
            return;
        }
        if let Some(headers) = self.headers(node, name) {
            self.request(node, headers);
            return;
        }
        self.path.push(node);
        for (name, value) in node.members() {
            self.visit(value, &name.display());
        }
        node.items().iter().for_each(|item| self.visit(item, ""));
        self.path.pop();
    }

    /// The headers in a value, if it consists of headers.
    fn headers(&self, node: &JsonValue<'_>, name: &str) -> Option<Headers> {
        let is_named = name.to_ascii_lowercase().contains("header");
        // A text is read only under such a name: it may be long.
        if matches!(node.kind, JsonKind::Text(_)) && !is_named {
            return None;
        }
        let headers = shape::headers(node);
        let is_signed = || headers.iter().any(|(name, _)| is_zoom_header(name.as_bytes()).is_some());
        let is_found = if self.wants_signed { is_signed() } else { is_named && !headers.is_empty() };
        is_found.then_some(headers)
    }

    /// Adds the request with these headers: the nearest object around them that has a body.
    fn request(&mut self, node: &'n JsonValue<'a>, headers: Headers) {
        let around = self.path.iter().rev().copied().take_while(|value| value.is_object());
        let around: Vec<_> = std::iter::once(node).filter(|node| node.is_object()).chain(around).collect();
        let mut notes = Vec::new();
        let with_body =
            around.iter().enumerate().find_map(|(place, root)| Some((place, body(root, node, &mut notes)?)));
        let root =
            with_body.as_ref().map(|(place, _)| around[*place]).or(around.get(1).copied()).unwrap_or(node);
        if self.known.iter().any(|known| std::ptr::eq(*known, root)) {
            return;
        }
        self.known.push(root);
        let mut capture = Capture::new(
            self.context.format,
            self.context.place_at(self.record, self.record.offset_of(root.raw)),
        );
        capture.notes = notes;
        let is_flat = std::ptr::eq(root, node);
        capture.headers = if is_flat { without_bodies(&headers) } else { headers };
        let first = |paths: &[&str]| {
            around
                .iter()
                .skip(usize::from(!is_flat && node.is_object()))
                .find_map(|value| value.first_of(paths))
        };
        capture.method = first(METHOD).and_then(JsonValue::display).filter(|text| http::is_method(text));
        capture.target = first(TARGET).and_then(JsonValue::display);
        capture.remote = first(REMOTE).and_then(JsonValue::display);
        capture.captured_at = first(TIME).and_then(time::of_node);
        capture.response = around.iter().find_map(|value| response(value));
        match with_body {
            Some((_, FoundBody::Body(body))) => capture.body = body,
            Some((_, FoundBody::Message(bytes))) => {
                if let Ok(message) = raw_http::message(&bytes, self.record, self.context) {
                    capture.note(Note::Base64);
                    capture.notes.extend(message.notes);
                    (capture.method, capture.target) = (message.method, message.target);
                    (capture.headers, capture.body) = (message.headers, message.body);
                }
            }
            None => {}
        }
        // Many objects have headers. Without Zoom's, only a body shows that it is a request.
        if self.wants_signed || capture.body.fidelity > BodyFidelity::Absent {
            self.found.push(capture);
        }
    }
}

/// The headers of an object that has other members too.
fn without_bodies(headers: &Headers) -> Headers {
    let is_header = |name: &str, value: &[u8]| {
        http::is_field_name(name)
            && !value.contains(&b'\n')
            && !BODY.contains(&name)
            && !["query", "timestamp"].contains(&name)
    };
    headers.iter().filter(|(name, value)| is_header(name, value)).collect()
}

enum FoundBody {
    Body(Body),
    /// A whole HTTP message.
    Message(Vec<u8>),
}

/// The body in an object, outside its headers. Other members that may be the body become candidates.
fn body(root: &JsonValue<'_>, headers: &JsonValue<'_>, notes: &mut Vec<Note>) -> Option<FoundBody> {
    let encoded = root.first_of(ENCODED).is_some_and(shape::is_base64_mark);
    let members = BODY.iter().filter_map(|name| Some((*name, root.get(name)?)));
    let mut whole: Option<Body> = None;
    let named = members.filter(|(_, value)| !std::ptr::eq(*value, headers));
    let named = named.filter_map(|(name, value)| of_member(name, value, encoded));
    let others = std::iter::once_with(|| logged(root, headers, 0)).flatten().map(|value| (value, false));
    for (value, encoded) in named.chain(others) {
        if let Some(message) = http_message(value) {
            return Some(FoundBody::Message(message));
        }
        let mut own_notes = Vec::new();
        let body = shape::body(value, encoded, &mut own_notes);
        if body.fidelity == BodyFidelity::Absent || body.bytes.is_empty() {
            continue;
        }
        match &mut whole {
            None => {
                notes.extend(own_notes);
                whole = Some(body);
            }
            Some(whole) => {
                body.candidates().for_each(|bytes| whole.offer(bytes.to_vec(), Variant::OtherField))
            }
        }
    }
    whole.map(FoundBody::Body)
}

/// The body in a member with the name of one, and whether it is base64.
fn of_member<'n, 'a>(
    name: &str,
    value: &'n JsonValue<'a>,
    encoded: bool,
) -> Option<(&'n JsonValue<'a>, bool)> {
    const INSIDE: &[&str] = &["raw", "text", "contents", "$content", "content", "data"];
    let encoded = encoded
        || name.to_ascii_lowercase().contains("64")
        || value.first_of(ENCODED).is_some_and(shape::is_base64_mark);
    let inner =
        value.first_of(INSIDE).filter(|inner| inner.bytes().is_some() && shape::buffer(value).is_none());
    let value = inner.unwrap_or(value);
    let is_body = match &value.kind {
        JsonKind::Text(_) | JsonKind::Bytes(_) => true,
        JsonKind::Object(_) => {
            shape::is_envelope(value) || shape::buffer(value).is_some() || name.eq_ignore_ascii_case("body")
        }
        _ => false,
    };
    is_body.then_some((value, encoded))
}

/// An event somewhere else in an object: as a value, or as text, such as in a log message.
fn logged<'n, 'a>(
    root: &'n JsonValue<'a>,
    headers: &JsonValue<'_>,
    depth: usize,
) -> Option<&'n JsonValue<'a>> {
    if std::ptr::eq(root, headers) && depth > 0 || depth > 6 {
        return None;
    }
    let is_event = |text: &[u8]| {
        text.trim_ascii_start().first() == Some(&b'{')
            && json::parse(text).is_ok_and(|inner| shape::is_envelope(&inner))
    };
    if shape::is_envelope(root) || root.bytes().is_some_and(is_event) {
        return Some(root);
    }
    let mut inside = root.members().iter().map(|(_, value)| value).chain(root.items());
    inside.find_map(|value| logged(value, headers, depth + 1))
}

/// The HTTP message in a text of base64, as in ngrok's `request.raw`.
fn http_message(value: &JsonValue<'_>) -> Option<Vec<u8>> {
    let text = value.bytes().filter(|text| !text.starts_with(b"{"))?;
    let start = encodings::decode_base64(text.get(..8)?)?;
    start.first().filter(|b| b.is_ascii_uppercase())?;
    let bytes = encodings::decode_base64(text)?;
    http::request_line(http::line(&bytes, 0).0).is_some().then_some(bytes)
}

/// The response in an object: a member of its own, or members with such names.
fn response(node: &JsonValue<'_>) -> Option<CapturedResponse> {
    let mut response = CapturedResponse::new();
    let found = match node.first_of(&["response", "answer", "res"]).filter(|found| found.is_object()) {
        Some(found) => {
            let raw = found.get("raw").and_then(JsonValue::bytes).and_then(encodings::decode_base64);
            response = raw.as_deref().and_then(raw_http::response).unwrap_or(response);
            let content = found.get("content").unwrap_or(found);
            let encoded = content.get("encoding").is_some_and(shape::is_base64_mark);
            (found.first_of(STATUS), found.get("headers"), content.first_of(&["text", "body"]), encoded)
        }
        None => (
            node.first_of(&["response_status", "EdgeResponseStatus"])
                .or_else(|| node.get("response_body").and(node.get("status"))),
            node.first_of(&["response_headers", "responseHeaders", "ResponseHeaders"]),
            node.first_of(&["response_body", "responseBody"]),
            false,
        ),
    };
    let (status, headers, body, encoded) = found;
    response.status = response.status.or(status.and_then(shape::status));
    if let Some(headers) = headers.filter(|_| response.headers.is_empty()) {
        response.headers = shape::headers(headers);
    }
    if let Some(body) = body.filter(|_| response.body.bytes.is_empty()) {
        response.body = shape::body(body, encoded, &mut Vec::new());
    }
    // ngrok counts in nanoseconds, HAR in milliseconds.
    let number = |name: &str| node.get(name).and_then(JsonValue::as_f64).filter(|number| *number >= 0.0);
    let seconds = number("duration").map(|ns| ns / 1e9).or(number("time").map(|ms| ms / 1e3));
    response.took = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    (response.status.is_some() || body.is_some()).then_some(response)
}
