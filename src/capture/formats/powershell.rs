//! PowerShell's `Invoke-WebRequest` and `Invoke-RestMethod`, copied from a browser or written by hand.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::powershell::{self, Call, Value};
use super::super::{Body, Capture, Note};
use super::curl;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "powershell",
    title: "PowerShell command",
    keeps: "Method, URL, headers of the command, the text of the body.",
    loses: "What PowerShell adds when it sends, and the time. Versions before 7.4 send text as Latin-1.",
    expected: "Invoke-WebRequest or Invoke-RestMethod with -Headers and -Body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let line = |line: &[u8]| {
        line.split(|b| b.is_ascii_whitespace() || b"=(;|".contains(b)).any(powershell::is_request_command)
    };
    Confidence::Certain.when(sample.lines().take(200).any(line))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    match powershell::calls(&record.bytes) {
        Ok(calls) => calls.iter().map(|call| Ok(request(call, record, context))).collect(),
        Err(at) => vec![Err(context.expected(record, at, "a closing quote"))],
    }
}

fn request(call: &Call, record: &Record, context: &ParseContext<'_>) -> Capture {
    let mut capture = Capture::new(context.format, context.place_at(record, call.at));
    capture.method = call.text("method").or_else(|| Some("GET".to_owned()));
    capture.target = call.text("uri");
    if let Some(Value::Table(entries)) = call.get("headers") {
        entries.iter().for_each(|(name, value)| capture.headers.push(String::from_utf8_lossy(name), value));
    }
    if let Some(value) = call.text("contenttype") {
        capture.headers.push("content-type", value);
    }
    if let Some(name) = call.text("infile") {
        capture.body = curl::file_body(&name, context, &mut capture.notes);
    }
    match call.get("body") {
        Some(Value::Text(text)) => capture.body = Body::reconstructed(text.clone()),
        Some(Value::File(name)) => capture.body = curl::file_body(name, context, &mut capture.notes),
        Some(Value::Unknown(text)) => capture.note(Note::Placeholder { text: text.clone() }),
        _ => {}
    }
    capture
}
