//! Headers and body of a request, below the delivery's line.

use std::str::from_utf8;

use hyper::HeaderMap;

use crate::delivery::Delivery;
use crate::report::grammar::count;
use crate::report::headers::Masking;
use crate::report::sanitize::{clean, clean_bytes};
use crate::report::theme::Ink;

use super::json::{self, JsonLimits};
use super::layout::{TerminalPage, shorten};

/// Bytes shown of a body that is not JSON: enough to recognize a form or an HTML page.
const EXCERPT: usize = 400;
/// The same in lines.
const EXCERPT_LINES: usize = 12;
/// Columns of a line's own indentation that are kept.
const MOST_INDENT: usize = 16;
/// Characters shown of a header's value on a terminal. Zoom's values are shorter.
const HEADER_VALUE: usize = 240;
/// Limit on the headers shown. Zoom and the proxies send about thirty.
const HEADERS: usize = 64;

/// Shows the delivery's headers if `masking` is given.
pub(super) fn headers(page: &mut TerminalPage, delivery: &Delivery, masking: Option<&Masking>) {
    if let Some(masking) = masking {
        header_lines(page, &delivery.request.headers, masking);
    }
}

/// Puts each header on a line.
pub(super) fn header_lines(page: &mut TerminalPage, headers: &HeaderMap, masking: &Masking) {
    let total = headers.len();
    for (name, value) in masking.shown(headers).take(HEADERS) {
        page.spaces(page.indent());
        page.put(Ink::Key, name);
        page.put(Ink::Dim, ": ");
        let value = clean(&value);
        let value = if page.width().is_some() { shorten(&value, HEADER_VALUE) } else { value };
        page.put_safe(Ink::Plain, &value);
        page.blank();
    }
    if total > HEADERS {
        page.below(Ink::Dim, &format!("… {} more", count((total - HEADERS) as u64)));
    }
}

/// Shows a body: JSON indented and colored, anything else escaped. Shortened unless `whole`.
pub(super) fn body(page: &mut TerminalPage, body: &[u8], whole: bool) {
    let width = page.width().filter(|_| !whole);
    match from_utf8(body).ok().filter(|text| json::is_json(text)) {
        Some(text) => json::show(page, text, &JsonLimits::of(width)),
        None if body.is_empty() => {}
        None if whole => text_lines(page, body),
        None => {
            let shown = excerpt(body);
            text_lines(page, shown);
            let rest = body[shown.len()..].trim_ascii().len();
            if rest > 0 {
                page.below(
                    Ink::Dim,
                    &format!("… {} more bytes; --format json has the whole body", count(rest as u64)),
                );
            }
        }
    }
}

/// The start of a body, ended by a limit on bytes or on lines.
fn excerpt(body: &[u8]) -> &[u8] {
    let body_start = &body[..body.len().min(EXCERPT)];
    let line_ends = body_start.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let last = line_ends.map(|(at, _)| at + 1).nth(EXCERPT_LINES - 1);
    &body_start[..last.unwrap_or(body_start.len())]
}

/// Puts a text: one line behind its label, or each line on a line of its own. Escapes what acts on a terminal.
fn text_lines(page: &mut TerminalPage, text: &[u8]) {
    let text = text.trim_ascii_end();
    if !text.contains(&b'\n') {
        return page.below(Ink::Dim, &format!("Body: {}", clean_bytes(text)));
    }
    page.below(Ink::Dim, "Body:");
    let indent = page.indent() + 2;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.split(|byte| *byte == b'\t').collect::<Vec<_>>().join(&b"    "[..]);
        // The indentation of a line is part of the text: a paragraph would wrap it away.
        let text = line.trim_ascii_start();
        let own_indent = line.len() - text.len();
        match text {
            [] => page.blank(),
            text => page.paragraph(indent + own_indent.min(MOST_INDENT), Ink::Dim, &clean_bytes(text)),
        }
    }
}
