//! ngrok's inspector: one request, or a list, from its local API.

use std::time::Duration;

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::encodings;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;
use super::super::{Capture, Note, ReadError};
use super::raw_http;
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "ngrok",
    title: "ngrok inspector",
    keeps: "The whole request and its response, byte for byte, in base64.",
    loses: "The end of large bodies: ngrok stores only a part.",
    expected: "an object with request.raw in base64, or a list of them under requests",
    cut: Cut::Values,
    looks_like,
    parse,
};

/// The fields next to the raw message. They are used if there is no raw message.
const SHAPE: CaptureShape = CaptureShape {
    method: &["request.method"],
    target: &["request.uri"],
    headers: &["request.headers"],
    body: &["request.body"],
    encoded: &[],
    time: &["start"],
    remote: &["remote_addr"],
    status: &["response.status_code", "response.status"],
    response_headers: &["response.headers"],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let one = sample.has("request.raw") && (sample.has("request.headers") || sample.has("tunnel_name"));
    Confidence::Certain.when(one || sample.has("requests.[].request.raw"))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    match node.get("requests") {
        Some(list) => list.items().iter().map(|item| request(item, record, context)).collect(),
        None if node.get("request").is_some() => vec![request(&node, record, context)],
        None => Vec::new(),
    }
}

fn request(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Result<Capture, ReadError> {
    let mut capture = SHAPE.read(node, record, context);
    if let Some(raw) = node.at("request.raw").filter(|raw| !raw.is_null()) {
        let expected = |what| context.expected(record, record.offset_of(raw.raw), what);
        let bytes = raw
            .bytes()
            .and_then(encodings::decode_base64)
            .ok_or_else(|| expected("base64 in request.raw"))?;
        let message = raw_http::message(&bytes, record, context)
            .map_err(|_| expected("an HTTP request in request.raw, in base64"))?;
        (capture.method, capture.target) = (message.method, message.target);
        (capture.headers, capture.body) = (message.headers, message.body);
        capture.notes = message.notes;
        capture.note(Note::Base64);
    }
    let raw = node.at("response.raw").and_then(JsonValue::bytes).and_then(encodings::decode_base64);
    if let Some(response) = raw.as_deref().and_then(raw_http::response) {
        capture.response = Some(response);
    }
    // In nanoseconds.
    let took = node.get("duration").and_then(JsonValue::as_f64).filter(|ns| *ns >= 0.0);
    if let Some(response) = &mut capture.response {
        response.took = took.and_then(|ns| Duration::try_from_secs_f64(ns / 1e9).ok());
    }
    Ok(capture)
}
