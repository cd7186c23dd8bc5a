//! A Postman collection, version 2.0 or 2.1.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;
use super::super::syntax::form;
use super::super::{Body, Capture, Note};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "postman",
    title: "Postman collection",
    keeps: "Method, URL, headers and the text of the body, as saved in Postman.",
    loses: "What Postman adds when it sends, and the time.",
    expected: "item, a list of objects with request.header and request.body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["request.method"],
    target: &["request.url.raw", "request.url"],
    headers: &["request.header"],
    body: &["request.body.raw"],
    encoded: &[],
    time: &[],
    remote: &[],
    status: &[],
    response_headers: &[],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let item = sample.has("item") || sample.has("collection.item");
    let info = sample.has("info.schema") || sample.has("info._postman_id") || sample.has("collection.info");
    Confidence::Certain.when(item && info)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let document = match context.json(record) {
        Ok(document) => document,
        Err(error) => return vec![Err(error)],
    };
    // Postman's API wraps the collection in an object.
    let root = document.get("collection").unwrap_or(&document);
    requests(root).into_iter().map(|item| Ok(request(item, record, context))).collect()
}

/// All requests in a folder and its subfolders, in order.
fn requests<'n, 'a>(root: &'n JsonValue<'a>) -> Vec<&'n JsonValue<'a>> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(item) = open.pop() {
        if item.get("request").is_some() {
            found.push(item);
        }
        open.extend(item.get("item").map(JsonValue::items).unwrap_or_default().iter().rev());
    }
    found
}

fn request(item: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = SHAPE.read(item, record, context);
    let fields = item.at("request.body.urlencoded").map(JsonValue::items).unwrap_or_default();
    let mode = item.at("request.body.mode").and_then(JsonValue::display);
    if mode.as_deref() == Some("urlencoded") {
        capture.body = Body::reconstructed(form::encode_form(fields, "key"));
        capture.note(Note::FromFields);
    }
    if let Some(name) = item.at("request.body.file.src").and_then(JsonValue::display) {
        capture.body = super::curl::file_body(&name, context, &mut capture.notes);
    }
    super::note_placeholders(&mut capture);
    capture
}
