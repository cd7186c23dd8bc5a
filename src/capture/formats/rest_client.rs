//! A `.http` or `.rest` file of an editor's REST client: requests separated by `###`, with comments and variables.

use std::collections::HashMap;

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::http;
use super::super::{Body, Capture, Note, Variant};
use super::curl;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "rest-client",
    title: "REST client file",
    keeps: "Method, URL, headers and the text of the body, as written.",
    loses: "What the client adds when it sends, and the time.",
    expected: "POST and a URL, headers, an empty line, and the body; ### between requests",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let mut lines =
        sample.lines().filter(|line| !line.trim_ascii().is_empty() && !is_remark(line) && !is_variable(line));
    let Some((_, target)) = lines.next().and_then(request_line) else { return Confidence::No };
    let absolute =
        target.starts_with("http://") || target.starts_with("https://") || target.starts_with("{{");
    let separated = sample.lines().any(|line| line.starts_with(b"###"));
    // A raw HTTP message has no such body: it is the name of a file.
    let body = sample.lines().skip_while(|line| !line.trim_ascii().is_empty()).nth(1);
    let names_file = body.is_some_and(|line| line.starts_with(b"< ") || line.starts_with(b"<@ "));
    if (separated || names_file) && absolute { Confidence::Certain } else { Confidence::Fallback }
}

/// Whether the line is a comment (`# …`, `// …`) or the separator `###`.
fn is_remark(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"//")
}

/// Whether the line sets a variable: `@name = value`.
fn is_variable(line: &[u8]) -> bool {
    line.starts_with(b"@") && line.contains(&b'=')
}

/// Reads `POST url HTTP/1.1`. The method and the version are optional.
fn request_line(line: &[u8]) -> Option<(String, String)> {
    let line = std::str::from_utf8(line.get(..line.len().min(8_192))?).ok()?.trim();
    let mut words = line.split_whitespace();
    let first = words.next()?;
    if first.starts_with("http://") || first.starts_with("https://") {
        return Some(("GET".to_owned(), first.to_owned()));
    }
    let target = words.next()?;
    let version = words.next().is_none_or(|word| word.starts_with("HTTP/"));
    (http::is_method(first) && version).then(|| (first.to_owned(), target.to_owned()))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let mut variables = HashMap::new();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < record.bytes.len() {
        let (line, next) = record.line(at);
        if let Some((name, value)) = variable(line) {
            variables.insert(name, value);
        }
        if line.starts_with(b"###") {
            found.extend(request(start, at, record, context, &variables));
            start = next;
        }
        at = next;
    }
    found.extend(request(start, at, record, context, &variables));
    found.into_iter().map(Ok).collect()
}

fn variable(line: &[u8]) -> Option<(String, String)> {
    let line = std::str::from_utf8(line.strip_prefix(b"@")?).ok()?;
    let (name, value) = line.split_once('=')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// The request between two separators.
fn request(
    start: usize,
    end: usize,
    record: &Record,
    context: &ParseContext<'_>,
    variables: &HashMap<String, String>,
) -> Option<Capture> {
    let text = &record.bytes[..end];
    let mut at = start;
    let (method, target) = loop {
        let (line, next) = http::line(text, at);
        if at >= end {
            return None;
        }
        let skipped = line.trim_ascii().is_empty() || is_remark(line) || is_variable(line);
        match request_line(line) {
            Some(found) if !skipped => break found,
            _ => at = next,
        }
    };
    let mut capture = Capture::new(context.format, context.place_at(record, at));
    (capture.method, capture.target) = (Some(method), Some(expand_text(&target, variables)));
    at = http::line(text, at).1;
    at = headers(text, at, &mut capture, variables);
    capture.body = body(&text[at..], context, &mut capture.notes);
    expand_body(&mut capture, variables);
    super::note_placeholders(&mut capture);
    Some(capture)
}

/// Reads header lines up to the empty line. Returns the offset of the body.
fn headers(text: &[u8], mut at: usize, capture: &mut Capture, variables: &HashMap<String, String>) -> usize {
    while at < text.len() {
        let (line, next) = http::line(text, at);
        at = next;
        if line.trim_ascii().is_empty() {
            break;
        }
        // Skips lines that continue the query: `?a=b`, `&c=d`.
        if let Some((name, value)) = http::field(line).filter(|_| !is_remark(line)) {
            capture.headers.push(name, expand(value, variables));
        }
    }
    at
}

/// The body: the text without blank lines before the separator, or the file named after `<`.
fn body(text: &[u8], context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Body {
    if let Some(rest) = text.strip_prefix(b"< ").or_else(|| text.strip_prefix(b"<@ ")) {
        let name = String::from_utf8_lossy(http::line(rest, 0).0).trim().to_owned();
        return curl::file_body(&name, context, notes);
    }
    // IntelliJ writes response handlers and references after the body.
    let after_body = [b"\n> {%".as_slice(), b"\n<> "].iter().filter_map(|mark| position(text, mark)).min();
    let text = &text[..after_body.unwrap_or(text.len())];
    if text.trim_ascii().is_empty() {
        return Body::absent();
    }
    let mut body = Body::reconstructed(text.trim_ascii_end());
    body.offer(text.to_vec(), Variant::AsWritten);
    body
}

fn position(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|window| window == mark)
}

fn expand_body(capture: &mut Capture, variables: &HashMap<String, String>) {
    if position(&capture.body.bytes, b"{{").is_some() {
        capture.body.bytes = expand(&capture.body.bytes, variables);
    }
}

fn expand_text(text: &str, variables: &HashMap<String, String>) -> String {
    String::from_utf8_lossy(&expand(text.as_bytes(), variables)).into_owned()
}

/// Replaces the variables of the file. Variables inside a value are not replaced.
fn expand(text: &[u8], variables: &HashMap<String, String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = position(rest, b"{{") {
        let inner = &rest[start + 2..];
        let end =
            inner.iter().take(64).position(|b| *b == b'}').filter(|end| inner[*end..].starts_with(b"}}"));
        let value = end.and_then(|end| variables.get(std::str::from_utf8(&inner[..end]).ok()?.trim()));
        out.extend_from_slice(&rest[..start]);
        match (value, end) {
            (Some(value), Some(end)) => {
                out.extend_from_slice(value.as_bytes());
                rest = &inner[end + 2..];
            }
            _ => {
                out.push(b'{');
                rest = &rest[start + 1..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}
