//! Makes text from the network harmless on a terminal, and visible. The entry point is [`clean`].
//!
//! A terminal acts on control characters (ESC, CSI, OSC, the C1 range), reorders after bidirectional
//! controls, and shows nothing for zero-width characters. All of these become escapes such as `\u{202e}`.
//! Everything else is visible and stays.

use std::borrow::Cow;
use std::fmt::Write;

use console::measure_text_width;

/// Limit on combining marks on one character. Real scripts use few; more of them overwrite the lines around.
const MARKS_IN_A_ROW: usize = 4;

/// Whether a character controls a terminal, reorders text or is invisible, in any context.
///
/// U+FE0E and U+FE0F (text or emoji form) are not among them: see [`clean`].
pub(super) fn is_unsafe(c: char) -> bool {
    matches!(c,
        // C0, DEL and C1: control.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Soft hyphen, grapheme joiner; fillers of Hangul, Khmer and Mongolian: invisible.
        | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{3164}' | '\u{ffa0}'
        // Arabic letter mark; zero-width and direction marks; line and paragraph separators, embeddings and
        // overrides; word joiner, invisible operators, isolates: bidirectional or invisible.
        | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Variation selectors, byte order mark, specials and interlinear marks.
        | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        // Shorthand and musical format controls; tags and variation selectors of plane 14.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Escapes everything unsafe in a text. A form selector stays after a character that has two forms, and a few
/// combining marks in a row stay.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    push_clean(&mut cleaned, text);
    Cow::Owned(cleaned)
}

/// As [`clean`], for a text that becomes part of another one.
#[must_use]
pub(crate) fn one_line(text: &str) -> String {
    clean(text).into_owned()
}

/// JSON in which everything that [`clean`] escapes is an escape of JSON, such as `\u202e`. It is the same value. Line
/// ends and tabs stay: JSON has them only between its tokens.
pub(super) fn clean_json(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|b| (0x20..0x7f).contains(&b) || b == b'\n') {
        return Cow::Borrowed(json);
    }
    let mut cleaned = String::with_capacity(json.len() + 16);
    push_with(&mut cleaned, json, |cleaned, c| match c {
        '\n' | '\r' | '\t' => cleaned.push(c),
        _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
            // Writing to a string does not fail.
            let _ = write!(cleaned, "\\u{unit:04x}");
        }),
    });
    Cow::Owned(cleaned)
}

/// Appends [`clean`] text.
pub(super) fn push_clean(cleaned: &mut String, text: &str) {
    push_with(cleaned, text, push_escape);
}

/// Appends a text and calls `escape` for each character that must not reach a terminal.
fn push_with(cleaned: &mut String, text: &str, escape: impl Fn(&mut String, char)) {
    let (mut previous, mut marks) = (' ', 0);
    for c in text.chars() {
        let is_form = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        marks = if !c.is_ascii() && is_zero_width(c) { marks + 1 } else { 0 };
        let out_of_place = (is_form && !has_forms(previous)) || marks > MARKS_IN_A_ROW;
        if out_of_place || is_unsafe(c) {
            escape(cleaned, c);
        } else {
            cleaned.push(c);
        }
        previous = c;
    }
}

/// Any bytes as safe text; a byte that is not UTF-8 becomes an escape such as `\xff`.
pub(super) fn clean_bytes(bytes: &[u8]) -> String {
    let mut cleaned = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_clean(&mut cleaned, chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(cleaned, "\\x{byte:02x}");
        }
    }
    cleaned
}

fn push_escape(cleaned: &mut String, c: char) {
    match c {
        '\n' => cleaned.push_str("\\n"),
        '\r' => cleaned.push_str("\\r"),
        '\t' => cleaned.push_str("\\t"),
        _ => {
            // Writing to a string does not fail.
            let _ = write!(cleaned, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Whether a character has a text and an emoji form: symbols, emoji, and the characters of keycaps.
fn has_forms(c: char) -> bool {
    matches!(c, '#' | '*' | '0'..='9') || (!c.is_ascii() && !c.is_alphabetic() && !is_zero_width(c))
}

fn is_zero_width(c: char) -> bool {
    measure_text_width(c.encode_utf8(&mut [0; 4])) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_control_characters() {
        assert_eq!(clean("a\x1b[31mb\u{9b}31m\x07\x7f"), r"a\u{1b}[31mb\u{9b}31m\u{7}\u{7f}");
        assert_eq!(clean("\x1b]0;title\x1b\\"), r"\u{1b}]0;title\u{1b}\");
        assert_eq!(clean("a\r\n\tb"), r"a\r\n\tb");
    }

    #[test]
    fn escapes_characters_that_reorder_or_hide_text() {
        assert_eq!(clean("user\u{202e}nimda"), r"user\u{202e}nimda");
        assert_eq!(clean("a\u{200b}\u{200d}\u{feff}\u{ad}b"), r"a\u{200b}\u{200d}\u{feff}\u{ad}b");
        assert_eq!(clean("a\u{e0041}\u{e0100}\u{2028}"), r"a\u{e0041}\u{e0100}\u{2028}");
    }

    #[test]
    fn leaves_real_scripts_unchanged() {
        for text in
            ["Wöchentlich", "e\u{301}", "週次会議 \u{1f692}", "❤\u{fe0f} 1\u{fe0f}\u{20e3}", "नमस्ते", "سلام"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn escapes_misplaced_form_selectors_and_piled_marks() {
        assert_eq!(clean("a\u{fe0f}"), r"a\u{fe0f}");
        assert_eq!(clean("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}\\u{fe0f}");
        let piled = format!("o{}", "\u{301}".repeat(50));
        assert!(clean(&piled).contains(r"\u{301}"));
    }

    #[test]
    fn shows_bytes_that_are_not_utf8_in_hex() {
        assert_eq!(clean_bytes(b"a\xff\xfeb\x00"), r"a\xff\xfeb\u{0}");
    }

    #[test]
    fn json_gets_escapes_of_json() {
        let piled = format!(
            "{{\"a\": \"o{}\",\n\t\"b\": \"\u{202e}\u{e0041}\u{9b}é❤\u{fe0f}\"}}\n",
            "\u{301}".repeat(6)
        );
        let expected = format!(
            "{{\"a\": \"o{}\\u0301\\u0301\",\n\t\"b\": \"\\u202e\\udb40\\udc41\\u009bé❤\u{fe0f}\"}}\n",
            "\u{301}".repeat(4)
        );
        assert_eq!(clean_json(&piled), expected);
    }

    proptest! {
        #[test]
        fn cleaned_json_is_the_same_value(texts: Vec<String>, marks in 0..9_usize) {
            let json = serde_json::json!([texts, "\u{301}".repeat(marks)]);
            let text = serde_json::to_string_pretty(&json).unwrap();
            let cleaned = clean_json(&text);
            prop_assert!(!cleaned.replace('\n', "").chars().any(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&cleaned).unwrap(), json);
        }

        #[test]
        fn nothing_unsafe_remains(bytes: Vec<u8>, text: String) {
            prop_assert!(!clean_bytes(&bytes).chars().any(is_unsafe));
            prop_assert!(!clean(&text).chars().any(is_unsafe));
        }

        #[test]
        fn cleaning_twice_changes_nothing(text: String) {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once).into_owned(), once);
        }
    }
}
