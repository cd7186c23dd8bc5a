//! Cloudflare logs: `wrangler tail --format json`, Workers Logs, and Logpush.
//!
//! They do not contain the body. If the Worker logs the body, it is one of the log messages.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;
use super::super::{Body, Capture, shape};
use crate::json::{self, JsonValue};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "cloudflare",
    title: "Cloudflare log",
    keeps: "Method, URL, headers, the status of the response, the time.",
    loses: "The body, unless the Worker logged it.",
    expected: "an object with event.request, or with ClientRequestMethod",
    cut: Cut::Values,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["event.request.method", "$workers.event.request.method", "ClientRequestMethod"],
    target: &["event.request.url", "$workers.event.request.url", "ClientRequestURI", "ClientRequestPath"],
    headers: &["event.request.headers", "$workers.event.request.headers", "RequestHeaders"],
    body: &["event.request.body"],
    encoded: &[],
    time: &["eventTimestamp", "timestamp", "EdgeStartTimestamp"],
    remote: &["ClientIP"],
    status: &["event.response.status", "$workers.event.response.status", "EdgeResponseStatus"],
    response_headers: &["ResponseHeaders"],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let worker = sample.has("event.request.headers") && (sample.has("outcome") || sample.has("scriptName"));
    let stored = sample.has("$workers.event.request.headers");
    Confidence::Certain.when(worker || stored || sample.has("ClientRequestMethod"))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    if node.first_of(SHAPE.method).is_none() && node.first_of(SHAPE.headers).is_none() {
        return Vec::new();
    }
    let mut capture = SHAPE.read(&node, record, context);
    if let Some(body) = logged_body(&node, &mut capture) {
        capture.body = body;
    }
    vec![Ok(capture)]
}

/// The body that the Worker logged: the first message that is an event of Zoom.
fn logged_body(node: &JsonValue<'_>, capture: &mut Capture) -> Option<Body> {
    let logs = node.get("logs").map(JsonValue::items).unwrap_or_default();
    let messages = logs.iter().filter_map(|log| log.get("message"));
    let mut parts = messages.flat_map(|m| if m.is_list() { m.items() } else { std::slice::from_ref(m) });
    parts.find_map(|part| {
        let is_body = match part.bytes() {
            Some(text) => json::parse(text).is_ok_and(|inner| shape::is_envelope(&inner)),
            None => shape::is_envelope(part),
        };
        is_body.then(|| shape::body(part, false, &mut capture.notes))
    })
}
