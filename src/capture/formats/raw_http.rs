//! HTTP/1.1 messages as on the wire, or as saved to a file with CRLF or LF. Responses may follow.

use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record, no_request};
use super::super::split::Cut;
use super::super::syntax::http;
use super::super::{Body, BodyFidelity, Capture, CapturedResponse, Headers, Note, ReadError};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "raw-http",
    title: "raw HTTP",
    expected: "a request line such as POST /webhook HTTP/1.1, headers, an empty line, and the body",
    cut: Cut::Messages,
    looks_like,
    parse,
};

fn looks_like(text: &[u8]) -> bool {
    http::request_line(http::line(text, 0).0).is_some()
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    if http::request_line(record.line(0).0).is_none() {
        return vec![Err(no_request(context.format, record.place))];
    }
    vec![message(&record.bytes, record, context)]
}

/// The request in `text`: the whole record, or a message that the record contains.
pub(in crate::capture) fn message(
    text: &[u8],
    record: &Record,
    context: &ParseContext<'_>,
) -> Result<Capture, ReadError> {
    let head = http::head(text)
        .map_err(|at| context.expected(record, at, "a header as name: value, or an empty line"))?;
    let mut capture = Capture::new(context.format, record.place);
    let Some((method, target)) = http::request_line(head.first.as_bytes()) else {
        return Err(context.expected(record, 0, context.format.reader().expected));
    };
    (capture.method, capture.target) = (Some(method.to_owned()), Some(target.to_owned()));
    let (body, rest) = body(&text[head.length..], &head.headers, &mut capture.notes);
    capture.headers = head.headers;
    capture.body = body;
    capture.response = response(rest);
    Ok(capture)
}

/// The body after a head, and the text that follows the body.
fn body<'t>(text: &'t [u8], headers: &Headers, notes: &mut Vec<Note>) -> (Body, &'t [u8]) {
    let chunked =
        headers.text("transfer-encoding").is_some_and(|te| te.to_ascii_lowercase().contains("chunked"));
    if chunked && let Some(whole) = http::dechunk(text) {
        notes.push(Note::Dechunked);
        if !whole.complete {
            notes.push(Note::ChunksCut);
        }
        return (Body::original(whole.data), &text[whole.length..]);
    }
    let end = answer_at(text, headers.content_length());
    (Body::original(&text[..end]), &text[end..])
}

/// The offset of the response after a body of this length, or the end of the text.
fn answer_at(text: &[u8], length: Option<u64>) -> usize {
    let mut at = length.and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= text.len()).unwrap_or(0);
    let whole = at;
    while at < text.len() {
        let (line, next) = http::line(text, at);
        if http::status_line(line).is_some() {
            // If the length is known, blank lines before the response belong to neither message.
            let blank = whole > 0 && text[whole..at].trim_ascii().is_empty();
            return if blank { whole } else { at };
        }
        at = next;
    }
    text.len()
}

/// The response in the text after a request.
pub(in crate::capture) fn response(text: &[u8]) -> Option<CapturedResponse> {
    let text = text.trim_ascii_start();
    let status = http::status_line(http::line(text, 0).0)?;
    let head = http::head(text).ok()?;
    let mut response = CapturedResponse::new();
    response.status = Some(status);
    let (mut body, _) = body(&text[head.length..], &head.headers, &mut Vec::new());
    let length = head.headers.content_length().and_then(|n| usize::try_from(n).ok());
    if let Some(length) = length.filter(|n| *n <= body.bytes.len()) {
        body.bytes.truncate(length);
    }
    if text.len() == head.length && length != Some(0) {
        body.fidelity = BodyFidelity::Absent;
    }
    response.headers = head.headers;
    response.body = body;
    Some(response)
}
