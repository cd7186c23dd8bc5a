//! HAR 1.2, as exported by browsers, proxies and API clients.

use std::time::Duration;

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::{self, CaptureShape};
use super::super::split::Cut;
use super::super::syntax::form;
use super::super::{Body, Capture, Note};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "har",
    title: "HAR",
    keeps: "Method, URL, headers, the body as text, the response, times.",
    loses: "Bytes of the body that are not UTF-8. Browsers omit some headers.",
    expected: "log.entries, a list of objects with request.headers and request.postData.text",
    cut: Cut::Whole,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["request.method"],
    target: &["request.url"],
    headers: &["request.headers"],
    body: &["request.postData.text"],
    encoded: &["request.postData.encoding", "request.postData._encoding"],
    time: &["startedDateTime"],
    remote: &["_remoteAddress", "_clientAddress"],
    status: &["response.status"],
    response_headers: &["response.headers"],
    response_body: &["response.content.text"],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    Confidence::Certain.when(sample.has("log.entries"))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let document = match context.json(record) {
        Ok(document) => document,
        Err(error) => return vec![Err(error)],
    };
    let entries = document.at("log.entries").map(JsonValue::items).unwrap_or_default();
    entries.iter().filter(|e| e.get("request").is_some()).map(|e| Ok(entry(e, record, context))).collect()
}

fn entry(entry: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = SHAPE.read(entry, record, context);
    let params = entry.at("request.postData.params").map(JsonValue::items).unwrap_or_default();
    let has_text =
        entry.at("request.postData.text").and_then(JsonValue::bytes).is_some_and(|text| !text.is_empty());
    if !has_text && !params.is_empty() {
        capture.body = Body::reconstructed(form::encode_form(params, "name"));
        capture.note(Note::FromFields);
    }
    if let Some(response) = &mut capture.response {
        let took = entry.get("time").and_then(JsonValue::as_f64).filter(|ms| *ms >= 0.0);
        response.took = took.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
        if let Some(content) = entry.at("response.content") {
            let encoded = content.get("encoding").and_then(JsonValue::bytes) == Some(b"base64");
            if let Some(text) = content.get("text") {
                response.body = shape::body(text, encoded, &mut Vec::new());
            }
        }
    }
    capture
}
