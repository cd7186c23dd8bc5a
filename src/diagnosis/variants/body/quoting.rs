//! Strings and words in the languages whose own way of printing a parsed body gets hashed by mistake.

use std::fmt::Write;

use super::text::{Texts, decoded};

/// How strings are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Quoting {
    /// As they were sent.
    AsSent,
    /// As JSON.
    Json(Texts),
    /// As Python's `repr`.
    Python,
    /// As Ruby's `inspect`.
    Ruby,
    /// Without quotes and escapes, as Java's `toString`.
    Bare,
}

impl Quoting {
    /// Writes the string whose JSON form, quotes included, is `raw`.
    pub(super) fn write(self, raw: &str, out: &mut String) {
        match self {
            Self::AsSent => out.push_str(raw),
            Self::Json(texts) => texts.write(raw, out),
            Self::Bare => out.push_str(&decoded(raw)),
            Self::Ruby => quote(&decoded(raw), '"', |c| c < ' ', out),
            Self::Python => {
                let text = decoded(raw);
                let quotes = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
                quote(&text, quotes, is_escaped_by_python, out);
            }
        }
    }
}

fn quote(text: &str, quotes: char, is_escaped: fn(char) -> bool, out: &mut String) {
    out.push(quotes);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quotes => out.extend(['\\', c]),
            // Writing to a String cannot fail.
            c if is_escaped(c) && c <= '\u{ff}' => drop(write!(out, "\\x{:02x}", u32::from(c))),
            c if is_escaped(c) => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quotes);
}

/// What `repr` takes for unprintable: controls, blanks other than the ordinary one, format characters. All are
/// of the basic plane.
fn is_escaped_by_python(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How `true`, `false` and `null` are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// As in JSON.
    Json,
    /// `True`, `False`, `None`.
    Python,
    /// `nil` for `null`.
    Ruby,
}

impl Words {
    pub(super) fn of(self, word: &str) -> &str {
        match (self, word) {
            (Self::Python, "true") => "True",
            (Self::Python, "false") => "False",
            (Self::Python, "null") => "None",
            (Self::Ruby, "null") => "nil",
            _ => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_chooses_its_quotes() {
        let repr = |raw| {
            let mut out = String::new();
            Quoting::Python.write(raw, &mut out);
            out
        };
        assert_eq!(repr(r#""café""#), "'café'");
        assert_eq!(repr(r#""Ann's""#), "\"Ann's\"");
        assert_eq!(repr(r#""a\u00a0b\u007f\u2028""#), r"'a\xa0b\x7f\u2028'");
        assert_eq!(repr(r#""Ann's \"call\"\n""#), r#"'Ann\'s "call"\n'"#);
    }
}
