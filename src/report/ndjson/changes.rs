//! The differences between two deliveries, as a JSON list on one line.

use crate::history::{BodyComparison, Comparison};
use crate::json::{Change, ChangeKind};
use crate::report::sanitize::is_unsafe;

use super::escape::push_string;
use super::object::Object;

/// Appends the list. Values of JSON bodies are copied as they are; all other values are strings.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, comparison: &Comparison) {
    let is_json = matches!(comparison.body, BodyComparison::Members(_));
    buffer.push(b'[');
    let mut first = true;
    let body = comparison.body.changes();
    let parts = [("delivery", &comparison.facts), ("headers", &comparison.headers), ("body", &body)];
    for (part, changes) in parts {
        for change in changes {
            push(buffer, &mut first, part, change, is_json && part == "body");
        }
    }
    if let BodyComparison::Sizes(one, other) = comparison.body {
        let kind = ChangeKind::Changed(one.to_string(), other.to_string());
        push(buffer, &mut first, "body_size", &Change { path: String::new(), kind }, true);
    }
    buffer.extend_from_slice(b"]\n");
}

fn push(buffer: &mut Vec<u8>, is_first: &mut bool, part: &str, change: &Change, is_json: bool) {
    if !std::mem::take(is_first) {
        buffer.push(b',');
    }
    let (kind, first, second) = match &change.kind {
        ChangeKind::Added(second) => ("added", None, Some(second)),
        ChangeKind::Removed(first) => ("removed", Some(first), None),
        ChangeKind::Changed(first, second) => ("changed", Some(first), Some(second)),
    };
    let mut object = Object::open(buffer);
    object.text("in", part).text("path", &change.path).text("kind", kind);
    for (name, value) in [("first", first), ("second", second)] {
        match value {
            Some(value) if is_json => push_raw(object.name(name), value),
            value => {
                object.text_or_null(name, value.map(String::as_str));
            }
        }
    }
    object.close();
}

/// Appends JSON as it was written, but on one line and safe to show on a terminal. An escape in a string decodes to
/// the same character.
fn push_raw(buffer: &mut Vec<u8>, json: &str) {
    for c in json.chars() {
        if matches!(c, '\n' | '\r' | '\t') {
            buffer.push(b' ');
        } else if is_unsafe(c) {
            let mut quoted = Vec::new();
            push_string(&mut quoted, c.encode_utf8(&mut [0; 4]));
            buffer.extend_from_slice(&quoted[1..quoted.len() - 1]);
        } else {
            buffer.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::compare;
    use crate::report::test_support::stored;

    #[test]
    fn writes_one_line_of_json_with_unchanged_values() {
        let (first, mut second) = (stored(), stored());
        second.body = "{\"event\":\"a.b\",\"n\":[1.0,\n\"\u{202e}\"]}".into();
        second.method = "PUT".into();
        let mut line = Vec::new();
        write(&mut line, &compare(&first, &second));
        let text = String::from_utf8(line).unwrap();
        insta::assert_snapshot!(text, @r#"
        [{"in":"delivery","path":"method","kind":"changed","first":"POST","second":"PUT"},{"in":"body","path":"n","kind":"added","first":null,"second":[1.0, "\u202e"]}]
        "#);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
