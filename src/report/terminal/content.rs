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
        None if whole => page.below(Ink::Dim, &format!("Body: {}", clean_bytes(body))),
        None => {
            let rest = body.len().saturating_sub(EXCERPT);
            page.below(Ink::Dim, &format!("Body: {}", clean_bytes(&body[..body.len() - rest])));
            if rest > 0 {
                page.below(
                    Ink::Dim,
                    &format!("… {} more bytes; --format json has the whole body", count(rest as u64)),
                );
            }
        }
    }
}
