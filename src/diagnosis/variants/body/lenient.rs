//! JSON with comments and trailing commas, as people write it in tests and configuration files.

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
