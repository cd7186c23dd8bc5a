//! A smee.io event: one object with the headers, `body`, `query` and `timestamp`. Also the event stream.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::time;
use super::super::{Capture, shape};
use crate::json::{self, JsonKind, JsonValue};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "smee",
    title: "smee event",
    keeps: "Headers, the parsed body, the time.",
    loses: "The text of the body: only the parsed body is stored.",
    expected: "an object with header names, body and timestamp",
    cut: Cut::Whole,
    looks_like,
    parse,
};

/// Members that are not headers.
const OTHERS: [&[u8]; 4] = [b"body", b"query", b"timestamp", b"rawBody"];

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let signed = sample.has("x-zm-signature") || sample.has("x-zm-request-timestamp");
    let object = sample.has_all(&["body", "timestamp"]) && (signed || sample.has("user-agent"));
    let stream =
        sample.lines().take(50).any(|line| line.starts_with(b"data: {")) && sample.contains("\"timestamp\"");
    if object {
        Confidence::Certain
    } else {
        Confidence::Likely.when(stream && !sample.text.starts_with(b"{"))
    }
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    if !matches!(record.bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return stream(record, context);
    }
    match context.json(record) {
        Err(error) => vec![Err(error)],
        Ok(node) if node.is_list() => {
            node.items().iter().map(|item| Ok(event(item, record, context))).collect()
        }
        Ok(node) => vec![Ok(event(&node, record, context))],
    }
}

/// Reads the `data:` lines of an event stream. Events without a body, such as pings, are skipped.
fn stream(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let mut found = Vec::new();
    let mut at = 0;
    while at < record.bytes.len() {
        let (line, next) = record.line(at);
        if let Some(data) = line.strip_prefix(b"data:") {
            match json::parse(data) {
                Ok(node) if node.get("body").is_some() => found.push(Ok(event(&node, record, context))),
                Ok(_) => {}
                Err(error) => {
                    let at = record.offset_of(data) + error.at;
                    found.push(Err(context.expected(record, at, error.what)));
                }
            }
        }
        at = next;
    }
    found
}

fn event(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = Capture::new(context.format, context.place_at(record, record.offset_of(node.raw)));
    let fields = node.members().iter().filter(|(name, _)| !OTHERS.contains(&&*name.text)).cloned().collect();
    capture.headers = shape::headers(&JsonValue { kind: JsonKind::Object(fields), raw: node.raw });
    if let Some(body) = node.first_of(&["rawBody", "body"]) {
        capture.body = shape::body(body, false, &mut capture.notes);
    }
    capture.captured_at = node.get("timestamp").and_then(time::of_node);
    capture
}
