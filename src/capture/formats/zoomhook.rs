//! zoomhook's own NDJSON: the `delivery` lines of `listen --format json` and of `history export`.

use std::time::Duration;

use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::{http, time};
use super::super::{BodyFidelity, Capture, CapturedResponse, shape};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "zoomhook",
    title: "zoomhook NDJSON",
    expected: "a line with \"type\":\"delivery\", headers and body",
    cut: Cut::Lines,
    looks_like,
    parse,
};

fn looks_like(text: &[u8]) -> bool {
    let line = http::line(text, 0).0;
    let has = |name: &str| memchr::memmem::find(line, name.as_bytes()).is_some();
    line.starts_with(b"{") && has("\"v\":") && has("\"type\":")
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    match context.json(record) {
        Err(error) => vec![Err(error)],
        Ok(node) if node.get("type").and_then(JsonValue::bytes) == Some(b"delivery") => {
            vec![Ok(delivery(&node, record, context))]
        }
        Ok(_) => Vec::new(),
    }
}

fn delivery(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = Capture::new(context.format, context.place_at(record, 0));
    let text = |names: &[&str]| node.first_of(names).and_then(JsonValue::display);
    (capture.method, capture.target) = (text(&["method"]), text(&["target", "path"]));
    capture.remote = text(&["peer", "remote"]);
    capture.headers = node.get("headers").map(shape::headers).unwrap_or_default();
    capture.captured_at = node.get("received_at").and_then(time::of_node);
    // A body that is not text is in `body_base64`.
    let encoded = node.get("body_base64").filter(|text| !text.is_null());
    if let Some(body) = encoded.or_else(|| node.get("body")) {
        capture.body = shape::body(body, encoded.is_some(), &mut capture.notes);
    }
    // Both are the exact body, unless another tool has captured it.
    let is_imported = node.get("imported").is_some_and(|imported| imported.raw == b"true");
    if !is_imported && capture.body.fidelity == BodyFidelity::Reconstructed {
        capture.body.fidelity = BodyFidelity::Original;
    }
    capture.response = node.get("answer").and_then(answer);
    capture
}

fn answer(node: &JsonValue<'_>) -> Option<CapturedResponse> {
    let mut response = CapturedResponse::new();
    response.status = node.get("status").and_then(shape::status);
    response.headers = node.get("headers").map(shape::headers).unwrap_or_default();
    if let Some(body) = node.get("body") {
        response.body = shape::body(body, false, &mut Vec::new());
    }
    let took = node.get("ms").and_then(JsonValue::as_f64).filter(|ms| *ms >= 0.0);
    response.took = took.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
    (response.status.is_some() || node.get("body").is_some()).then_some(response)
}
