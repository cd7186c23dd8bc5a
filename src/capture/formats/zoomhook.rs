//! zoomhook's own NDJSON: the `delivery` lines of `listen --format json` and of `history export`.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;
use super::super::{BodyFidelity, Capture};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "zoomhook",
    title: "zoomhook NDJSON",
    keeps: "Headers, the body exactly as it was sent, the time, the status of the answer.",
    loses: "Headers, if an old version did not write them.",
    expected: "a line with \"type\":\"delivery\", headers and body",
    cut: Cut::Lines,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["method"],
    target: &["target", "path"],
    headers: &["headers"],
    body: &["body", "body_base64"],
    encoded: &[],
    time: &["received_at"],
    remote: &["peer", "remote"],
    status: &["answer.status"],
    response_headers: &["answer.headers"],
    response_body: &["answer.body"],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    Confidence::Certain.when(sample.has_all(&["v", "type"]) && sample.text.starts_with(b"{"))
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
    let mut capture = SHAPE.read(node, record, context);
    if let Some(encoded) = node.get("body_base64").filter(|text| !text.is_null()) {
        capture.body = super::super::shape::body(encoded, true, &mut capture.notes);
    }
    // `body` is the exact body. A body that is not text is in `body_base64` instead.
    if capture.body.fidelity == BodyFidelity::Reconstructed {
        capture.body.fidelity = BodyFidelity::Original;
    }
    let took = node.at("answer.ms").and_then(JsonValue::as_f64).filter(|ms| *ms >= 0.0);
    if let Some(response) = &mut capture.response {
        response.took = took.and_then(|ms| std::time::Duration::try_from_secs_f64(ms / 1e3).ok());
    }
    capture
}
