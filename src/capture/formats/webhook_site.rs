//! webhook.site: one request, or a list, from its API.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "webhook-site",
    title: "webhook.site",
    keeps: "Method, URL, headers, the body as text, the time.",
    loses: "Bytes of the body that are not UTF-8.",
    expected: "an object with headers and content, or a list of them under data",
    cut: Cut::Values,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["method"],
    target: &["url"],
    headers: &["headers"],
    body: &["content"],
    encoded: &[],
    time: &["sorting", "created_at"],
    remote: &["ip"],
    status: &[],
    response_headers: &[],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let one = sample.has_all(&["content", "headers", "method"])
        && (sample.has("token_id") || sample.has("sorting"));
    let list = sample.has("data.[].content") && sample.has("data.[].headers");
    Confidence::Certain.when(one || list)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    let list = node.get("data").filter(|data| data.is_list());
    let requests = list.map_or(std::slice::from_ref(&node), |list| list.items());
    // The list may also contain emails and DNS queries.
    let requests = requests.iter().filter(|request| request.get("headers").is_some());
    requests.map(|request| Ok(SHAPE.read(request, record, context))).collect()
}
