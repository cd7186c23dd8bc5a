//! Zoom's own webhook log: rows of `webhook_logs` from the API, or text copied from the Marketplace.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::{self, CaptureShape};
use super::super::split::Cut;
use super::super::{Body, Capture, CapturedResponse};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "zoom-log",
    title: "Zoom's webhook log",
    keeps: "The request and the response: headers and bodies as text, the time.",
    loses: "No known losses. Zoom may mask headers.",
    expected: "rows with request_headers and request_body, or text under the titles Request Headers and Request Body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

const SHAPE: CaptureShape = CaptureShape {
    method: &["method"],
    target: &["endpoint"],
    headers: &["request_headers", "requestHeaders"],
    body: &["request_body", "requestBody"],
    encoded: &[],
    time: &["date_time", "dateTime"],
    remote: &[],
    status: &["status"],
    response_headers: &["response_headers", "responseHeaders"],
    response_body: &["response_body", "responseBody"],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let row = sample.has_all(&["request_headers", "request_body"]);
    let rows = sample.has_all(&["webhook_logs.[].request_headers", "webhook_logs.[].request_body"]);
    let titles =
        ["request headers", "request body"].map(|t| sample.lines().any(|line| title(line) == Some(t)));
    if titles == [true, true] && !sample.text.starts_with(b"{") {
        return Confidence::Likely;
    }
    Confidence::Certain.when(row || rows)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    if !matches!(record.bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return sections(record, context).map(Ok).into_iter().collect();
    }
    let node = match context.json(record) {
        Ok(node) => node,
        Err(error) => return vec![Err(error)],
    };
    let list = node.get("webhook_logs").unwrap_or(&node);
    let rows = if list.is_list() { list.items() } else { std::slice::from_ref(list) };
    let rows = rows.iter().filter(|row| row.first_of(SHAPE.body).is_some());
    rows.map(|row| Ok(SHAPE.read(row, record, context))).collect()
}

/// The title in a line of a copied log entry, in lowercase.
fn title(line: &[u8]) -> Option<&'static str> {
    const TITLES: [&str; 4] = ["request headers", "request body", "response headers", "response body"];
    let line = String::from_utf8_lossy(line.get(..line.len().min(40))?).to_ascii_lowercase();
    let line = line.trim().trim_matches(['#', '*', ':', '-', '=', ' ']);
    TITLES.into_iter().find(|title| *title == line)
}

/// Reads one entry, copied as text under titles.
fn sections(record: &Record, context: &ParseContext<'_>) -> Option<Capture> {
    let mut found: Vec<(&str, usize, usize)> = Vec::new();
    let mut at = 0;
    while at < record.bytes.len() {
        let (line, next) = record.line(at);
        if let Some(title) = title(line) {
            found.push((title, next, record.bytes.len()));
            if let [.., (_, _, end), _] = found.as_mut_slice() {
                *end = at;
            }
        }
        at = next;
    }
    let section = |title| {
        let (_, from, to) = found.iter().find(|(known, ..)| *known == title)?;
        record.bytes.get(*from..*to).map(<[u8]>::trim_ascii)
    };
    let mut capture = Capture::new(context.format, record.place);
    capture.headers = shape::headers_in_text(section("request headers")?);
    capture.body = Body::reconstructed(section("request body")?);
    capture.response = section("response body").map(|body| {
        let mut response = CapturedResponse::new();
        response.headers = section("response headers").map(shape::headers_in_text).unwrap_or_default();
        response.body = Body::reconstructed(body);
        response
    });
    pretty_body(&mut capture);
    Some(capture)
}

/// Treats a body of several lines as parsed: Zoom sends one line, so the page has re-formatted it.
fn pretty_body(capture: &mut Capture) {
    let text = capture.body.bytes.clone();
    if text.contains(&b'\n')
        && let Ok(node) = crate::json::parse(&text)
    {
        capture.body = shape::parsed(&node, true, &mut capture.notes);
    }
}
