//! Texts that are almost JSON: with comments and trailing commas, as people write it in tests and configuration files;
//! inside another JSON string; and the objects that Node, Python and Ruby print.

use crate::json::JsonValue;
use crate::json::printed;

/// The object in a text that a program printed, and that is not JSON.
pub(super) fn printed_object(text: &[u8]) -> Option<JsonValue<'_>> {
    let (value, end) = printed::parse_prefix(text, 0).ok()?;
    let is_complete = value.is_object() && value.left_out().is_none() && text[end..].trim_ascii().is_empty();
    is_complete.then_some(value)
}

/// The same text without comments and trailing commas; `None` if it has neither.
pub(super) fn strict(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    // Where the last comma is, while only blanks and comments follow it.
    let mut comma = None;
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let rest = &text[at..];
        let (length, is_comment) = match b {
            b'"' => (string_length(rest), false),
            b'/' if rest.starts_with(b"//") => (memchr::memchr(b'\n', rest).unwrap_or(rest.len()), true),
            b'/' if rest.starts_with(b"/*") => {
                (memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2), true)
            }
            _ => (1, false),
        };
        match b {
            _ if is_comment => {}
            b',' => comma = Some(out.len()),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    out.remove(comma);
                }
            }
            _ if !b.is_ascii_whitespace() => comma = None,
            _ => {}
        }
        if !is_comment {
            out.extend_from_slice(&rest[..length]);
        }
        at += length;
    }
    (out != text).then_some(out)
}

/// The length of the string that begins here, with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&b) = text.get(at) {
        at += if b == b'\\' { 2 } else { 1 };
        if b == b'"' {
            break;
        }
    }
    at.min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_printed_objects() {
        for text in ["{'a': None}", "{\"a\"=>nil}", "{ a: undefined }\n"] {
            assert_eq!(printed_object(text.as_bytes()).unwrap().to_json(), "{\"a\":null}", "{text}");
        }
        for text in ["{'a': [Object]}", "{'a': 1} x", "'a'", "{"] {
            assert!(printed_object(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn removes_comments_and_trailing_commas_outside_strings() {
        let text = br#"{"a": ",}", // one
 "b": [1, 2, ], /* two, */ "c": "//",
}"#;
        let strict = String::from_utf8(strict(text).unwrap()).unwrap();
        assert_eq!(strict, "{\"a\": \",}\", \n \"b\": [1, 2 ],  \"c\": \"//\"\n}");
        assert_eq!(super::strict(br#"{"a":[1,{}],"b":"/*"}"#), None);
        for text in ["\"", "\"\\", "/", "/*", "//", ","] {
            let _ = super::strict(text.as_bytes());
        }
    }
}
