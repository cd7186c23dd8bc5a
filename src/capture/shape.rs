//! Reads headers and bodies from JSON values. [`headers`] and [`body`] are the entry points.

use std::borrow::Cow;

use super::peel::encodings;
use super::syntax::http;
use super::{Body, BodyFidelity, Headers, Note, Variant};
use crate::json::{self, JsonKind, JsonStyle, JsonValue};

/// Reads headers from an object, a list of pairs, a flat list of names and values, lines of text, or JSON in a string.
pub(super) fn headers(node: &JsonValue<'_>) -> Headers {
    let mut headers = Headers::new();
    match &node.kind {
        JsonKind::Object(members) => {
            for (name, value) in members {
                push(&mut headers, &String::from_utf8_lossy(&name.text), value);
            }
        }
        JsonKind::List(items) if items.iter().all(|item| item.bytes().is_some()) => {
            for pair in items.chunks_exact(2) {
                push(&mut headers, &name_in(&pair[0]), &pair[1]);
            }
        }
        JsonKind::List(items) => items.iter().for_each(|item| push_item(&mut headers, item)),
        JsonKind::Text(text) => return headers_in_text(text),
        _ => {}
    }
    headers
}

/// Names of the members of `{"name": …, "value": …}`, also abbreviated.
const NAME: &[&str] = &["name", "key", "header", "Name", "Key", "Header", "k", "n"];
const VALUE: &[&str] = &["value", "Value", "val", "v"];

/// Adds an item of a list of headers: `["name", "value"]`, `{"name": …, "value": …}`, or `{"name": "value"}`.
fn push_item(headers: &mut Headers, item: &JsonValue<'_>) {
    if let [name, value] = item.items() {
        push(headers, &name_in(name), value);
    } else if let Some(name) = item.first_of(NAME).and_then(JsonValue::display) {
        let off = item.get("disabled").is_some_and(JsonValue::is_true)
            || item.get("enabled").is_some_and(|on| on.kind == JsonKind::Bool(false));
        if let Some(value) = item.first_of(VALUE).filter(|_| !off) {
            push(headers, &name, value);
        }
    } else {
        item.members()
            .iter()
            .for_each(|(name, value)| push(headers, &String::from_utf8_lossy(&name.text), value));
    }
}

/// The name of a header; empty if the value is not a string.
fn name_in<'n>(node: &'n JsonValue<'_>) -> Cow<'n, str> {
    String::from_utf8_lossy(node.bytes().unwrap_or_default())
}

fn push(headers: &mut Headers, name: &str, value: &JsonValue<'_>) {
    match &value.kind {
        JsonKind::List(items) => {
            items.iter().filter(|item| !item.is_list()).for_each(|item| push(headers, name, item))
        }
        JsonKind::Text(text) => headers.push(name, json::well_formed(text)),
        // {"value": "…"}, as in CloudFront.
        JsonKind::Object(_) => {
            if let Some(inner) = value.get("value").filter(|inner| !inner.is_object()) {
                push(headers, name, inner);
            }
        }
        _ => {
            if let Some(text) = value.display() {
                headers.push(name, text);
            }
        }
    }
}

/// Reads headers from lines of `name: value`, or from JSON.
pub(super) fn headers_in_text(text: &[u8]) -> Headers {
    if matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
        && let Ok(node) = json::parse(text)
        && !matches!(node.kind, JsonKind::Text(_))
    {
        return headers(&node);
    }
    text.split(|b| *b == b'\n').filter_map(|line| http::field(line.trim_ascii())).collect()
}

/// Reads a body: a string (base64 if `encoded`), bytes, or the parsed value.
pub(super) fn body(node: &JsonValue<'_>, encoded: bool, notes: &mut Vec<Note>) -> Body {
    match &node.kind {
        JsonKind::Text(text) if encoded => match encodings::decode_base64(text) {
            Some(bytes) => {
                notes.push(Note::Base64);
                Body::reconstructed(bytes)
            }
            None => text_body(text),
        },
        JsonKind::Text(text) => text_body(text),
        JsonKind::Bytes(bytes) => Body::reconstructed(bytes.clone()),
        JsonKind::Null => Body::absent(),
        _ => match buffer(node) {
            Some(bytes) => Body::reconstructed(bytes),
            None => parsed(node, true, notes),
        },
    }
}

fn text_body(text: &[u8]) -> Body {
    let mut body = Body::reconstructed(json::well_formed(text));
    // The base64 of `{` begins with "e". JSON never does.
    if text.first() == Some(&b'e')
        && let Some(bytes) = encodings::decode_base64(text).filter(|bytes| bytes.first() == Some(&b'{'))
    {
        body.offer(bytes, Variant::Base64Decoded);
    }
    body
}

/// The bytes of Node's `JSON.stringify(buffer)`: `{"type":"Buffer","data":[123,125]}`.
pub(super) fn buffer(node: &JsonValue<'_>) -> Option<Vec<u8>> {
    if node.get("type").and_then(JsonValue::bytes) != Some(b"Buffer") || node.members().len() != 2 {
        return None;
    }
    let data = node.get("data").filter(|data| data.is_list())?;
    data.items().iter().map(|item| item.display()?.parse::<u8>().ok()).collect()
}

/// A body of which only the parsed value was recorded. Its text is also a candidate if it was `written_as_json`.
pub(super) fn parsed(node: &JsonValue<'_>, written_as_json: bool, notes: &mut Vec<Note>) -> Body {
    let bytes = JsonStyle::STRINGIFY.write(node);
    let mut body = Body { bytes, fidelity: BodyFidelity::ParsedOnly, alternatives: Vec::new() };
    body.offer(JsonStyle::ZOOM.write(node), Variant::EscapedAsZoomDoes);
    if written_as_json {
        body.offer(json::compact(node.raw), Variant::Compacted);
        body.offer(node.raw.to_vec(), Variant::AsWritten);
    }
    if let Some(mark) = node.left_out() {
        notes.push(Note::Abbreviated { mark: String::from_utf8_lossy(mark.trim_ascii()).into_owned() });
    }
    body
}

/// Whether the value is an event of Zoom: an object with `event` and `payload`.
pub(super) fn is_envelope(node: &JsonValue<'_>) -> bool {
    node.get("event").and_then(JsonValue::bytes).is_some() && node.get("payload").is_some()
}

/// Reads the status from `200`, `"200"`, or `"200 OK"`.
pub(super) fn status(node: &JsonValue<'_>) -> Option<u16> {
    let text = node.display()?;
    let digits = text.trim().split(' ').next()?.parse().ok()?;
    (100..1000).contains(&digits).then_some(digits)
}

/// Whether the value is `true`, `"true"` or `"base64"`.
pub(super) fn is_base64_mark(node: &JsonValue<'_>) -> bool {
    node.is_true()
        || node.bytes().is_some_and(|t| t.eq_ignore_ascii_case(b"base64") || t.eq_ignore_ascii_case(b"true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let node = json::parse(text.as_bytes()).unwrap();
        headers(&node).iter().map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect()
    }

    #[test]
    fn reads_headers_in_every_shape() {
        let expected = [("A", "1"), ("b", "2"), ("b", "3")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        for text in [
            r#"{"A":"1","b":["2","3"]}"#,
            r#"[["A","1"],["b","2"],["b","3"]]"#,
            r#"["A","1","b","2","b","3"]"#,
            r#"[{"name":"A","value":"1"},{"key":"b","value":2},{"name":"b","value":"3"},{"name":"c","value":"4","disabled":true}]"#,
            r#"[{"A":"1"},{"b":"2"},{"b":"3"}]"#,
            r#"[{"k":"A","v":"1"},{"Name":"b","Value":"2"},{"n":"b","val":"3"}]"#,
            r#""A: 1\r\nb: 2\nb:3""#,
            r#""{\"A\":\"1\",\"b\":[\"2\",\"3\"]}""#,
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn adds_every_likely_text_of_a_parsed_body_as_a_candidate() {
        let node = json::parse(r#"{"t": "🚒\u00e9", "n": 1.0}"#.as_bytes()).unwrap();
        let body = body(&node, false, &mut Vec::new());
        let texts: Vec<_> = body.candidates().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        assert_eq!(
            texts,
            [
                r#"{"t":"🚒é","n":1}"#,
                r#"{"t":"\uD83D\uDE92é","n":1.0}"#,
                r#"{"t":"🚒\u00e9","n":1.0}"#,
                r#"{"t": "🚒\u00e9", "n": 1.0}"#
            ]
        );
        assert_eq!(body.fidelity, BodyFidelity::ParsedOnly);
    }

    #[test]
    fn reads_bodies_from_text_base64_and_buffers() {
        for (text, encoded) in
            [(r#""{}""#, false), (r#""e30=""#, true), (r#"{"type":"Buffer","data":[123,125]}"#, false)]
        {
            let node = json::parse(text.as_bytes()).unwrap();
            assert_eq!(body(&node, encoded, &mut Vec::new()).bytes, b"{}", "{text}");
        }
        let node = json::parse(br#""e30=""#).unwrap();
        assert_eq!(body(&node, false, &mut Vec::new()).alternatives[0].bytes, b"{}");
    }
}
