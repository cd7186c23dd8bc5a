//! The output of `curl -v`: `>` before sent lines, `<` before received lines. It does not contain the request body,
//! but the curl command above it may.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::http;
use super::super::{Body, Capture, CapturedResponse, Note};
use super::{curl, raw_http};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "curl-verbose",
    title: "curl -v",
    keeps: "The request headers, the response headers, often the response body.",
    loses: "The request body, unless the command is above the trace.",
    expected: "lines that begin with > and a request line",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let mut lines = sample.lines().take(500);
    Confidence::Certain
        .when(lines.any(|line| http::request_line(line.strip_prefix(b"> ").unwrap_or_default()).is_some()))
}

/// The lines of one request and its response.
#[derive(Default)]
struct Exchange {
    command: Option<(usize, usize)>,
    at: usize,
    sent: Vec<u8>,
    received: Vec<u8>,
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    exchanges(record).into_iter().map(|exchange| Ok(exchange.capture(record, context))).collect()
}

fn exchanges(record: &Record) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut command: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < record.bytes.len() {
        let start = at;
        let (line, next) = record.line(at);
        at = next;
        if let Some(sent) = line.strip_prefix(b">") {
            let sent = sent.strip_prefix(b" ").unwrap_or(sent);
            if http::request_line(sent).is_some() {
                let command = command.take();
                found.push(Exchange { command, at: start, ..Exchange::default() });
            }
            if let Some(exchange) = found.last_mut() {
                push_line(&mut exchange.sent, sent);
            }
        } else if let Some(received) = line.strip_prefix(b"<") {
            if let Some(exchange) = found.last_mut() {
                push_line(&mut exchange.received, received.strip_prefix(b" ").unwrap_or(received));
            }
        } else if curl::is_curl(curl::without_prompt(line)) {
            command = Some((start, next));
        } else if let Some((_, end)) = &mut command {
            // The command continues up to the first line that curl prints.
            if !line.starts_with(b"* ") {
                *end = next;
            }
        } else if !is_remark(line)
            && let Some(exchange) = found.last_mut().filter(|exchange| !exchange.received.is_empty())
        {
            exchange.received.extend_from_slice(&record.bytes[start..next]);
        }
    }
    found
}

fn push_line(to: &mut Vec<u8>, line: &[u8]) {
    to.extend_from_slice(line);
    to.extend_from_slice(b"\r\n");
}

/// `* Connected to …`, `} [316 bytes data]`, and the like.
fn is_remark(line: &[u8]) -> bool {
    line.starts_with(b"* ") || line.ends_with(b"bytes data]")
}

impl Exchange {
    fn capture(&self, record: &Record, context: &ParseContext<'_>) -> Capture {
        let mut capture = Capture::new(context.format, context.place_at(record, self.at));
        if let Ok(head) = http::head(&self.sent) {
            if let Some((method, target)) = http::request_line(head.first.as_bytes()) {
                (capture.method, capture.target) = (Some(method.to_owned()), Some(target.to_owned()));
            }
            capture.headers = head.headers;
        }
        capture.body = self.body(record, context, &mut capture.notes);
        capture.response = self.response();
        capture
    }

    /// The body from the command above the trace.
    fn body(&self, record: &Record, context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Body {
        let Some((start, end)) = self.command else { return Body::absent() };
        let text = &record.bytes[start..end];
        match curl::commands(text, record, context).into_iter().next_back() {
            Some(Ok(command)) => {
                notes.extend(command.notes);
                command.body
            }
            _ => Body::absent(),
        }
    }

    fn response(&self) -> Option<CapturedResponse> {
        raw_http::response(&self.received)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{BodyFidelity, Format, parse};
    use super::*;

    const TRACE: &str = "* Trying\n> POST /a HTTP/1.1\r\n> X: y\r\n> \r\n} [2 bytes data]\n< HTTP/1.1 200 OK\r\n< \r\n{ [4 bytes data]\n{\"ok\":1}\n";

    fn read(text: &str) -> Vec<Capture> {
        let record = Record { bytes: text.into(), place: Default::default() };
        parse(&record, Format::CurlVerbose, &|_| Ok(Vec::new())).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn has_no_body_without_the_command() {
        let found = read(TRACE);
        assert_eq!(found[0].body.fidelity, BodyFidelity::Absent);
        assert_eq!(found[0].headers.text("x"), Some("y"));
        let response = found[0].response.as_ref().unwrap();
        assert_eq!(
            (response.status, response.body.bytes.trim_ascii()),
            (Some(200), b"{\"ok\":1}".as_slice())
        );
    }

    #[test]
    fn reads_each_body_from_the_command_above_the_trace() {
        let found = read(&format!("$ curl -v u \\\n -d '{{}}'\n{TRACE}$ curl -v u -d '[]'\n{TRACE}"));
        assert_eq!(found.iter().map(|c| c.body.bytes.as_slice()).collect::<Vec<_>>(), [b"{}", b"[]"]);
    }
}
