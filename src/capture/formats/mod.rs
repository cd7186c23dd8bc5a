//! The capture formats, one file per format. Each file has a `READER`, which `Format` lists.

pub(super) mod json;
pub(super) mod parts;
pub(super) mod raw_http;
pub(super) mod text;
pub(super) mod zoomhook;

use super::{Capture, Note};

/// Notes variables of an API client (`{{name}}`) in headers and body.
fn note_placeholders(capture: &mut Capture) {
    let values = capture.headers.iter().map(|(_, value)| value);
    let texts: Vec<String> = values.chain([capture.body.bytes.as_slice()]).filter_map(placeholder).collect();
    texts.into_iter().for_each(|text| capture.note(Note::Placeholder { text }));
}

/// The first `{{name}}` in a text. In JSON, `{{` occurs only in strings.
fn placeholder(text: &[u8]) -> Option<String> {
    let start = text.windows(2).position(|pair| pair == b"{{")?;
    let rest = &text[start + 2..];
    let length =
        rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b" ._$-".contains(b)).count();
    let closed = rest[length..].starts_with(b"}}") && length > 0;
    closed.then(|| String::from_utf8_lossy(&text[start..start + length + 4]).into_owned())
}
