//! Requests in YAML, such as an Insomnia export. Read as JSON.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::ReadError;
use super::json;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "yaml",
    title: "YAML",
    keeps: "Method, URL, headers and the text of the body, as saved, such as in Insomnia.",
    loses: "What the client adds when it sends, and the time.",
    expected: "an object with headers and a body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

/// `key: value` in the first lines, with the name of a tool that writes YAML.
fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    const MARKS: [&[u8]; 3] = [b"type: collection.insomnia.rest/", b"_type: export", b"http_interactions:"];
    let is_mark = |line: &[u8]| MARKS.iter().any(|mark| line.starts_with(mark));
    Confidence::Certain.when(sample.lines().take(20).any(is_mark))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let read = from_yaml(record, context).and_then(|json| {
        let node = context.json(&json)?;
        Ok(json::requests(&node, &json, context))
    });
    match read {
        Ok(found) => found.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
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
        instead: "export as JSON, or build with the feature `cli`",
    })
}
