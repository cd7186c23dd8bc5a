//! An Insomnia export: version 4 in JSON or YAML, version 5 in YAML.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;
use super::super::syntax::form;
use super::super::{Body, Capture, Note, ReadError};
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "insomnia",
    title: "Insomnia export",
    keeps: "Method, URL, headers and the text of the body, as saved in Insomnia.",
    loses: "What Insomnia adds when it sends, and the time.",
    expected: "resources with objects of _type request, or collection with requests",
    cut: Cut::Whole,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["method"],
    target: &["url"],
    headers: &["headers"],
    body: &["body.text"],
    encoded: &[],
    time: &[],
    remote: &[],
    status: &[],
    response_headers: &[],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let json = sample.has_all(&["resources", "_type"]) || sample.has("__export_format");
    let yaml = |line: &[u8]| line.starts_with(b"type: collection.insomnia.rest/") || line == b"_type: export";
    Confidence::Certain.when(json || sample.lines().take(20).any(yaml))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    if record.bytes.trim_ascii_start().first() == Some(&b'{') {
        return requests_of(record, context);
    }
    match from_yaml(record, context) {
        Ok(json) => requests_of(&json, context),
        Err(error) => vec![Err(error)],
    }
}

fn requests_of(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let document = match context.json(record) {
        Ok(document) => document,
        Err(error) => return vec![Err(error)],
    };
    let is_request = |node: &JsonValue<'_>| {
        node.get("_type").map_or_else(|| node.get("url").is_some(), |kind| kind.bytes() == Some(b"request"))
    };
    let mut found = Vec::new();
    let mut open: Vec<&JsonValue<'_>> = vec![&document];
    while let Some(node) = open.pop() {
        if is_request(node) && node.get("method").is_some() {
            found.push(Ok(request(node, record, context)));
        }
        for name in ["children", "collection", "resources"] {
            open.extend(node.get(name).map(JsonValue::items).unwrap_or_default().iter().rev());
        }
    }
    found
}

fn request(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = SHAPE.read(node, record, context);
    let fields = node.at("body.params").map(JsonValue::items).unwrap_or_default();
    if node.at("body.text").is_none() && !fields.is_empty() {
        capture.body = Body::reconstructed(form::encode_form(fields, "name"));
        capture.note(Note::FromFields);
    }
    super::note_placeholders(&mut capture);
    capture
}

/// Converts the document to JSON.
#[cfg(feature = "cli")]
fn from_yaml(record: &Record, context: &ParseContext<'_>) -> Result<Record, ReadError> {
    let text = std::str::from_utf8(&record.bytes)
        .map_err(|error| context.expected(record, error.valid_up_to(), "UTF-8 text"))?;
    let value: serde_json::Value = serde_saphyr::from_str(text)
        .map_err(|error| context.expected(record, 0, format!("YAML ({error})")))?;
    let bytes = serde_json::to_vec(&value)
        .map_err(|_| context.expected(record, 0, "YAML that can be converted to JSON"))?;
    Ok(Record { bytes, place: record.place })
}

#[cfg(not(feature = "cli"))]
fn from_yaml(record: &Record, _: &ParseContext<'_>) -> Result<Record, ReadError> {
    Err(ReadError::Unsupported {
        place: record.place,
        what: "YAML",
        instead: "export from Insomnia as JSON (version 4), or build with the feature `cli`",
    })
}
