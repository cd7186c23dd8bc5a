//! Text as a JSON string that is safe to show on a terminal.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::json::{push_char_escape, short_escape};
use crate::report::sanitize::is_unsafe;

/// Appends `text` as a JSON string that decodes to exactly the same text.
pub(super) fn push_string(buffer: &mut Vec<u8>, text: &str) {
    // Most texts need a few escapes at most (the quotes of a body).
    buffer.reserve(text.len() + text.len() / 8 + 2);
    buffer.push(b'"');
    let bytes = text.as_bytes();
    let (mut copied, mut at) = (0, 0);
    while let Some(plain) = bytes[at..].iter().position(|&byte| !PLAIN[usize::from(byte)]) {
        at += plain;
        let byte = bytes[at];
        // A body has one of these every ten bytes.
        if matches!(byte, b'"' | b'\\') {
            buffer.extend_from_slice(&bytes[copied..at]);
            buffer.push(b'\\');
            // The next run begins with the byte itself.
            (copied, at) = (at, at + 1);
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let next = at + c.len_utf8();
        if byte < 0x80 || is_unsafe(c) {
            buffer.extend_from_slice(&bytes[copied..at]);
            push_escape(buffer, c);
            copied = next;
        }
        at = next;
    }
    buffer.extend_from_slice(&bytes[copied..]);
    buffer.push(b'"');
}

/// The ASCII bytes that need no escape. It is a table because every byte of every body is looked up.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        plain[byte] = byte != b'"' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    plain
};

fn push_escape(buffer: &mut Vec<u8>, c: char) {
    match short_escape(c) {
        // Existing lines have `\u0008` and `\u000c` for `\b` and `\f`, so new lines have them too.
        Some(letter) if !matches!(letter, b'b' | b'f') => buffer.extend_from_slice(&[b'\\', letter]),
        _ => push_char_escape(c, false, buffer),
    }
}

/// Appends the encoded bytes.
pub(super) fn push_base64(buffer: &mut Vec<u8>, bytes: &[u8]) {
    buffer.extend_from_slice(STANDARD.encode(bytes).as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut buffer = Vec::new();
        push_string(&mut buffer, text);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn escapes_what_json_requires_and_what_is_unsafe_on_a_terminal() {
        assert_eq!(escaped(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(escaped("\n\t\x1b\x7f\u{9b}"), r#""\n\t\u001b\u007f\u009b""#);
        assert_eq!(escaped("\u{202e}\u{200b}\u{e0041}é🚒"), r#""\u202e\u200b\udb40\udc41é🚒""#);
    }

    proptest! {
        #[test]
        fn decodes_to_the_same_text_and_is_safe_on_a_terminal(text: String, raw: Vec<u8>) {
            for text in [text, String::from_utf8_lossy(&raw).into_owned()] {
                let line = escaped(&text);
                prop_assert!(!line.chars().any(is_unsafe));
                prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            }
        }
    }

    #[test]
    fn encodes_the_base64_examples_of_the_standard() {
        let encoded = |bytes: &[u8]| {
            let mut buffer = Vec::new();
            super::push_base64(&mut buffer, bytes);
            String::from_utf8(buffer).unwrap()
        };
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, expected) in cases {
            assert_eq!(encoded(plain.as_bytes()), expected);
        }
        assert_eq!(encoded(&[0xff, 0xfe, 0xfb]), "//77");
    }
}
