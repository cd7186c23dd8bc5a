//! Finds headers and bodies that a program printed into a log. [`requests`] is the entry point.
//!
//! Other lines may be between the values. A value is classified by its content, and headers are paired with
//! the nearest body.

use super::record::{ParseContext, Record};
use super::syntax::{literal, php};
use super::{Body, BodyFidelity, Capture, CapturedResponse, Headers, Note, Variant, shape};
use crate::json::{self, JsonExpected, JsonKind, JsonStyle, JsonValue};

/// Limit on bytes that are read without finding a value: four times the text plus 1 MiB. It bounds the time for
/// text that only looks like values.
const READ_BUDGET: (usize, usize) = (4, 1 << 20);

/// Limit on failed attempts to read a value in one line.
const TRIES: usize = 32;

/// A value in a log, classified.
enum Block {
    Headers(Headers),
    Body(Body, Vec<Note>),
    Answer(Body),
}

/// The requests in a text.
pub(super) fn requests(text: &[u8], record: &Record, context: &ParseContext<'_>) -> Vec<Capture> {
    let mut found = Vec::new();
    let mut pairing = Pairing::default();
    for (at, node, strict) in values(text) {
        let place = context.place_at(record, at.min(record.bytes.len()));
        if let Some(mut whole) = whole_request(&node, record, context) {
            whole.place = place;
            pairing.flush(&mut found);
            found.push(whole);
            continue;
        }
        let Some(block) = classify(&node, strict, pairing.needs_body()) else { continue };
        let capture = || Capture::new(context.format, place);
        pairing.add(block, capture, &mut found);
    }
    pairing.flush(&mut found);
    found
}

/// Pairs headers with bodies.
#[derive(Default)]
struct Pairing {
    /// The last headers, and whether their body was found. Another form of the same body may still follow.
    open: Option<(Capture, bool)>,
    /// A body without headers so far.
    body: Option<(Body, Vec<Note>)>,
}

impl Pairing {
    fn needs_body(&self) -> bool {
        matches!(self.open, Some((_, false)))
    }

    fn flush(&mut self, found: &mut Vec<Capture>) {
        found.extend(self.open.take().map(|(capture, _)| capture));
    }

    fn add(&mut self, block: Block, capture: impl Fn() -> Capture, found: &mut Vec<Capture>) {
        match block {
            Block::Headers(headers) => {
                self.flush(found);
                let mut capture = capture();
                capture.headers = headers;
                let body = self.body.take();
                let complete = body.is_some();
                if let Some((body, notes)) = body {
                    capture.body = body;
                    capture.notes = notes;
                    found.push(capture);
                } else {
                    self.open = Some((capture, complete));
                }
            }
            Block::Body(body, notes) => match &mut self.open {
                Some((capture, complete)) if !*complete => {
                    capture.body = body;
                    capture.notes = notes;
                    *complete = true;
                }
                Some((capture, _)) if same_value(&capture.body, &body) => {
                    body.candidates().for_each(|c| capture.body.offer(c.to_vec(), Variant::OtherField));
                }
                _ => self.body = Some((body, notes)),
            },
            Block::Answer(body) => {
                if let Some((capture, true)) = &mut self.open {
                    let response = capture.response.get_or_insert_with(CapturedResponse::new);
                    response.body = body;
                }
            }
        }
    }
}

/// Whether two bodies are the same JSON value.
fn same_value(one: &Body, other: &Body) -> bool {
    let canonical = |body: &Body| {
        let node = json::parse(&body.bytes).ok()?;
        Some(JsonStyle::STRINGIFY.write(&node))
    };
    canonical(one).is_some_and(|text| Some(text) == canonical(other))
}

/// The request in a value that contains both headers and body.
fn whole_request(node: &JsonValue<'_>, record: &Record, context: &ParseContext<'_>) -> Option<Capture> {
    let headers = node.first_of(&["headers", "request.headers", "req.headers"])?;
    if !is_signed(&shape::headers(headers)) {
        return None;
    }
    super::formats::headers_body::capture_of(node, record, context)
}

fn is_signed(headers: &Headers) -> bool {
    headers.contains("x-zm-signature") || headers.contains("x-zm-request-timestamp")
}

fn classify(node: &JsonValue<'_>, strict: bool, after_headers: bool) -> Option<Block> {
    if let Some(headers) = headers_in(node) {
        return Some(Block::Headers(headers));
    }
    if node.get("encryptedToken").is_some() {
        return Some(Block::Answer(body_of(node, strict, &mut Vec::new())));
    }
    let text_body = node.bytes().is_some_and(|text| text.trim_ascii_start().first() == Some(&b'{'));
    if shape::is_envelope(node) || text_body || (after_headers && node.is_object()) {
        let mut notes = Vec::new();
        let body = body_of(node, strict, &mut notes);
        return Some(Block::Body(body, notes));
    }
    None
}

fn body_of(node: &JsonValue<'_>, strict: bool, notes: &mut Vec<Note>) -> Body {
    match node.bytes() {
        Some(_) => shape::body(node, false, notes),
        None => shape::parsed(node, strict, notes),
    }
}

/// The value as headers, if it has Zoom's headers or at least two common ones.
fn headers_in(node: &JsonValue<'_>) -> Option<Headers> {
    if matches!(node.kind, JsonKind::Text(_) | JsonKind::Bytes(_)) {
        return None;
    }
    let mut headers = shape::headers(node);
    // CGI names, as in Django's META, Rack and PHP's $_SERVER.
    if headers.contains("http_x_zm_signature") || headers.contains("http_user_agent") {
        headers = headers.iter().filter_map(|(name, value)| Some((cgi_name(name)?, value))).collect();
    }
    const COMMON: [&str; 5] = ["host", "user-agent", "content-type", "content-length", "accept-encoding"];
    let common = COMMON.iter().filter(|name| headers.contains(name)).count();
    (is_signed(&headers) || common >= 2).then_some(headers)
}

fn cgi_name(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let bare =
        upper.strip_prefix("HTTP_").or_else(|| upper.starts_with("CONTENT_").then_some(upper.as_str()))?;
    Some(bare.to_ascii_lowercase().replace('_', "-"))
}

/// The values in a text, each with its place and whether it is strict JSON.
fn values(text: &[u8]) -> Vec<(usize, JsonValue<'_>, bool)> {
    let mut found = Vec::new();
    let mut budget = text.len().saturating_mul(READ_BUDGET.0).saturating_add(READ_BUDGET.1);
    let mut line_start = 0;
    while line_start < text.len() && budget > 0 {
        let (line, next) = super::syntax::http::line(text, line_start);
        let line_end = line_start + line.len();
        line_start = next;
        let mut from = line_end - line.len();
        let mut tries = 0;
        while tries < TRIES {
            let Some(at) = next_beginning(text, from, line_end) else { break };
            match value_at(text, at, &mut budget) {
                Some((node, end, strict)) => {
                    found.push((at, node, strict));
                    from = end;
                    // A value may end on a later line.
                    if end > line_end {
                        line_start = end;
                        break;
                    }
                }
                None => (from, tries) = (at + 1, tries + 1),
            }
        }
    }
    found
}

/// The first position between `from` and `to` where a value may begin.
fn next_beginning(text: &[u8], from: usize, to: usize) -> Option<usize> {
    const WORDS: [&[u8]; 10] = [
        b"b'",
        b"b\"",
        b"Headers(",
        b"EnvironHeaders(",
        b"ImmutableMultiDict(",
        b"<Buffer ",
        b"array(",
        b"Array",
        b"string(",
        b"<ref *",
    ];
    (from..to).find(|at| {
        let rest = &text[*at..];
        let bracket = matches!(rest[0], b'{' | b'[')
            || (matches!(rest[0], b'\'' | b'"' | b'`')
                && rest[1..].trim_ascii_start().first() == Some(&b'{'));
        bracket || WORDS.iter().any(|word| rest.starts_with(word))
    })
}

/// Reads the value at a position. Returns it with its end.
type ParsePrefix = for<'t> fn(&'t [u8], usize) -> Result<(JsonValue<'t>, usize), JsonExpected>;

/// The parsers to try, and whether each one reads strict JSON.
const PARSERS: [(ParsePrefix, bool); 2] = [(json::parse_prefix, true), (literal::parse_prefix, false)];

/// The value at this position: PHP if its words begin here, else strict JSON, else what Node or Python prints.
fn value_at<'t>(text: &'t [u8], at: usize, budget: &mut usize) -> Option<(JsonValue<'t>, usize, bool)> {
    const PHP: [&[u8]; 3] = [b"array(", b"Array", b"string("];
    if PHP.iter().any(|word| text[at..].starts_with(word)) {
        let (node, end) = php::parse_prefix(text, at, budget)?;
        return Some((node, end, false));
    }
    for (parse_prefix, strict) in PARSERS {
        match parse_prefix(text, at) {
            Ok((node, end)) => return Some((node, end, strict)),
            Err(error) => *budget = budget.saturating_sub(error.at.saturating_sub(at) + 1),
        }
    }
    None
}

/// Notes that types were guessed if `print_r` wrote the text: its output has no types.
pub(super) fn note_guesses(text: &[u8], captures: &mut [Capture]) {
    if text.windows(7).any(|w| w == b"Array\n(" || w == b"Array\r\n") {
        for capture in captures.iter_mut().filter(|c| c.body.fidelity == BodyFidelity::ParsedOnly) {
            capture.note(Note::TypesGuessed);
        }
    }
}
