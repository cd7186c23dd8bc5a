//! Writes strings and words in JSON, or as Python, Ruby and Java print a parsed body.

use std::fmt::Write;

use super::escape::JsonEscapes;
use super::string::{in_utf8, well_formed};

/// How strings are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JsonQuoting {
    /// As in the text that they were read from. Only for values that were read from JSON.
    AsSent,
    /// As JSON.
    Json(JsonEscapes),
    /// As Python's `repr`.
    Python,
    /// As Ruby's `inspect`.
    Ruby,
    /// Without quotes and escapes, as Java's `toString`.
    Bare,
}

impl JsonQuoting {
    /// Writes a decoded string that was read from `raw`. `raw` is empty for a string that a program built.
    pub(crate) fn write(self, text: &[u8], raw: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::AsSent if raw.is_empty() => JsonEscapes::RAW.write(text, out),
            Self::AsSent => out.extend_from_slice(raw),
            Self::Json(escapes) => escapes.write(text, out),
            Self::Bare => out.extend_from_slice(&well_formed(text)),
            Self::Ruby => quote(&in_utf8(text), '"', |c| c < ' ', out),
            Self::Python => {
                let text = in_utf8(text);
                let quotes = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
                quote(&text, quotes, is_escaped_by_python, out);
            }
        }
    }
}

fn quote(text: &str, quotes: char, is_escaped: fn(char) -> bool, out: &mut Vec<u8>) {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quotes);
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c == quotes => quoted.extend(['\\', c]),
            // Writing to a String cannot fail.
            c if is_escaped(c) && c <= '\u{ff}' => drop(write!(quoted, "\\x{:02x}", u32::from(c))),
            c if is_escaped(c) => drop(write!(quoted, "\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push(quotes);
    out.extend_from_slice(quoted.as_bytes());
}

/// Characters that `repr` escapes: controls, whitespace other than U+0020, format characters. All are in the basic
/// plane.
fn is_escaped_by_python(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How `true`, `false` and `null` are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonWords {
    /// As in JSON.
    Json,
    /// `True`, `False`, `None`.
    Python,
    /// `nil` for `null`.
    Ruby,
}

impl JsonWords {
    pub(crate) fn of_bool(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::Python, true) => "True",
            (Self::Python, false) => "False",
            (Self::Json | Self::Ruby, true) => "true",
            (Self::Json | Self::Ruby, false) => "false",
        }
    }

    pub(crate) fn of_null(self) -> &'static str {
        match self {
            Self::Json => "null",
            Self::Python => "None",
            Self::Ruby => "nil",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::string::json_string;
    use super::*;

    #[test]
    fn quotes_strings_as_python_does() {
        let repr = |raw: &str| {
            let mut out = Vec::new();
            let text = json_string(raw.as_bytes()).unwrap().bytes;
            JsonQuoting::Python.write(&text, raw.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(repr(r#""café""#), "'café'");
        assert_eq!(repr(r#""Ann's""#), "\"Ann's\"");
        assert_eq!(repr(r#""a\u00a0b\u007f\u2028""#), r"'a\xa0b\x7f\u2028'");
        assert_eq!(repr(r#""Ann's \"call\"\n""#), r#"'Ann\'s "call"\n'"#);
    }
}
