//! Hookdeck requests and events from its API and dashboard, single or in a list.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "hookdeck",
    title: "Hookdeck",
    keeps: "Method, path, headers, the time, the status that the destination returned.",
    loses: "The text of a JSON body: only the parsed body is stored.",
    expected: "an object with data.headers and data.body, or a list of them under models",
    cut: Cut::Values,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["data.method"],
    target: &["data.url", "data.path"],
    headers: &["data.headers"],
    body: &["data.raw_body", "data.body"],
    encoded: &[],
    time: &["ingested_at", "created_at"],
    remote: &[],
    status: &["response_status"],
    response_headers: &[],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let one = sample.has_all(&["data.headers", "data.body"]);
    let list = sample.has_all(&["models.[].data.headers", "models.[].data.body"]);
    let sure = sample.has("source_id") || sample.has("team_id") || list;
    if one && !sure { Confidence::Likely } else { Confidence::Certain.when(one || list) }
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    let list = node.get("models").filter(|models| models.is_list());
    let events = list.map_or(std::slice::from_ref(&node), |list| list.items());
    let events = events.iter().filter(|event| event.at("data.headers").is_some());
    events.map(|event| Ok(SHAPE.read(event, record, context))).collect()
}
