//! What a request consists of, below its line: headers and body.

use std::str::from_utf8;

use hyper::HeaderMap;

use crate::delivery::Delivery;
use crate::report::grammar::count;
use crate::report::headers::Masking;
use crate::report::sanitise::{clean, clean_bytes};
use crate::report::theme::Ink;

use super::json::{self, JsonLimits};
use super::layout::{TerminalPage, shorten};

/// Bytes of a body that is no event: enough to recognise a form or an HTML page.
const EXCERPT: usize = 400;
/// Columns of a header's value on a terminal: longer than any of Zoom's.
const HEADER_VALUE: usize = 240;
/// Headers shown: Zoom and the proxies on the way send about thirty.
const HEADERS: usize = 64;

/// The headers, where they are wanted.
pub(super) fn headers(page: &mut TerminalPage, delivery: &Delivery, masking: Option<&Masking>) {
    if let Some(masking) = masking {
        header_lines(page, &delivery.request.headers, masking);
    }
}

/// A line for each header.
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

/// JSON indented and coloured; anything else escaped. Shortened, unless the whole is wanted.
pub(super) fn body(page: &mut TerminalPage, body: &[u8], whole: bool) {
    let width = page.width().filter(|_| !whole);
    match from_utf8(body).ok().filter(|text| json::is_json(text)) {
        Some(text) => json::show(page, text, &JsonLimits::of(width)),
        None if body.is_empty() => {}
        None if whole => page.below(Ink::Dim, &format!("Body: {}", clean_bytes(body))),
        None => {
            let rest = body.len().saturating_sub(EXCERPT);
            page.below(Ink::Dim, &format!("Body: {}", clean_bytes(&body[..body.len() - rest])));
            if rest > 0 {
                page.below(
                    Ink::Dim,
                    &format!("… {} more bytes; --format json has all of them", count(rest as u64)),
                );
            }
        }
    }
}
