//! A JSON object with headers and body, as custom loggers write it.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record, no_request};
use super::super::shape::{self, CaptureShape};
use super::super::split::Cut;
use super::super::{BodyFidelity, Capture, Variant};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "headers-body",
    title: "JSON with headers and body",
    keeps: "Headers, and the body as text, base64, or a JSON value.",
    loses: "The text of the body, if it is a JSON value.",
    expected: "an object with headers and one of rawBody, body, data, payload",
    cut: Cut::Values,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["method", "httpMethod", "verb"],
    target: &["url", "originalUrl", "path", "uri", "target"],
    headers: &["headers", "header", "request_headers", "requestHeaders", "rawHeaders", "raw_headers"],
    body: &[
        "rawBody",
        "raw_body",
        "bodyRaw",
        "body_raw",
        "raw",
        "body",
        "request_body",
        "requestBody",
        "bodyString",
        "text",
        "content",
        "data",
        "payload",
        "json",
    ],
    encoded: &[
        "isBase64Encoded",
        "is_base64",
        "isBase64",
        "base64",
        "bodyEncoding",
        "body_encoding",
        "encoding",
    ],
    time: &["timestamp", "time", "received_at", "receivedAt", "date", "created_at", "createdAt", "ts"],
    remote: &["ip", "remote_addr", "remoteAddress", "clientIp", "source_ip"],
    status: &["response.status", "response.statusCode", "response.status_code", "statusCode"],
    response_headers: &["response.headers"],
    response_body: &["response.body"],
};

/// Names of a base64 body.
const BASE64: [&str; 5] = ["body_base64", "bodyBase64", "rawBodyBase64", "base64Body", "body_b64"];

/// Names of an inner object that may contain the request.
const INSIDE: [&str; 5] = ["request", "req", "message", "webhook", "event"];

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let at = |inside: &str| {
        let has = |name: &str| sample.has(&format!("{inside}{name}"));
        let body = SHAPE.body.iter().chain(&BASE64).any(|name| has(name));
        SHAPE.headers.iter().any(|name| has(name)) && body
    };
    let found = at("") || INSIDE.iter().any(|inside| at(&format!("{inside}.")));
    if found { Confidence::Likely } else { Confidence::Fallback.when(sample.has("headers")) }
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    match request(&node) {
        Some(request) => vec![Ok(capture(request, record, context))],
        None => vec![Err(no_request(context.format, record.place))],
    }
}

/// The request in an object from a log.
pub(in crate::capture) fn capture_of(
    node: &JsonValue<'_>,
    record: &Record,
    context: &ParseContext<'_>,
) -> Option<Capture> {
    request(node).map(|request| capture(request, record, context))
}

/// The object that has headers: the whole value, or an inner object.
fn request<'n, 'a>(node: &'n JsonValue<'a>) -> Option<&'n JsonValue<'a>> {
    let inside = INSIDE.iter().filter_map(|name| node.get(name));
    std::iter::once(node).chain(inside).find(|node| node.first_of(SHAPE.headers).is_some())
}

fn capture(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = SHAPE.read(node, record, context);
    if let Some(encoded) = node.first_of(&BASE64) {
        capture.body = shape::body(encoded, true, &mut capture.notes);
    }
    // Other body fields, such as a parsed body next to a raw body, are further candidates.
    for name in SHAPE.body.iter().filter_map(|name| node.get(name)).filter(|value| !value.is_null()) {
        let other = shape::body(name, false, &mut Vec::new());
        if other.fidelity > BodyFidelity::Absent && !other.bytes.is_empty() {
            capture.body.offer(other.bytes, Variant::OtherField);
        }
    }
    capture
}
