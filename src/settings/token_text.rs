//! The text of a secret or an authtoken as it was found, made ready for use: white space off, nonsense refused.

use zeroize::Zeroizing;

use crate::delivery::Warning;

/// Why a text cannot be a token. Names where it came from, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// Nothing but white space.
    #[error("the token from {origin} is empty")]
    Empty {
        /// Where it came from.
        origin: String,
    },
    /// The quotes would be part of the token: `set X="…"` on Windows and Docker's `--env-file` keep them.
    #[error("the token from {origin} is in quotes, which would be part of it; take them off")]
    Quoted {
        /// Where it came from.
        origin: String,
    },
    /// Several lines, or other control characters.
    #[error("the token from {origin} has a line break or another control character in it")]
    ControlCharacter {
        /// Where it came from.
        origin: String,
    },
    /// Not text at all.
    #[error("the token from {origin} is not UTF-8 text")]
    NotText {
        /// Where it came from.
        origin: String,
    },
}

/// Trims a token, with a warning, and refuses what cannot be one.
pub(super) fn clean(
    text: &str,
    origin: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Zeroizing<String>, InvalidToken> {
    let origin = || origin.to_owned();
    let token = text.trim_matches(is_blank);
    if token.is_empty() {
        return Err(InvalidToken::Empty { origin: origin() });
    }
    if ['"', '\'', '`'].iter().any(|q| token.len() > 1 && token.starts_with(*q) && token.ends_with(*q)) {
        return Err(InvalidToken::Quoted { origin: origin() });
    }
    if token.contains(char::is_control) {
        return Err(InvalidToken::ControlCharacter { origin: origin() });
    }
    if token.len() != text.len() {
        warnings.push(Warning::Trimmed { source: origin() });
    }
    Ok(Zeroizing::new(token.to_owned()))
}

/// White space, and what copying from a web page can bring along unseen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Cuts off the one line end that every text file has.
pub(super) fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_with_a_warning() {
        let mut warnings = Vec::new();
        assert_eq!(*clean("abc", "x", &mut warnings).unwrap(), "abc");
        assert_eq!(warnings, []);
        for text in [" abc", "abc\n", "\tabc\r\n", "\u{feff}abc\u{200b}", "\u{a0}abc"] {
            assert_eq!(*clean(text, "x", &mut warnings).unwrap(), "abc", "{text:?}");
        }
        assert_eq!(warnings, vec![Warning::Trimmed { source: "x".into() }; 5]);
    }

    #[test]
    fn refuses_what_cannot_be_a_token_and_names_its_origin() {
        let refuse = |text| clean(text, "here", &mut Vec::new()).unwrap_err();
        for text in ["", " ", "\r\n", "\u{200b}"] {
            assert_eq!(refuse(text), InvalidToken::Empty { origin: "here".into() }, "{text:?}");
        }
        for text in ["\"hush\"", "'hush'", " \"hush\" ", "\"\""] {
            assert_eq!(refuse(text), InvalidToken::Quoted { origin: "here".into() }, "{text:?}");
        }
        let error = refuse("hush\nhush");
        assert_eq!(error, InvalidToken::ControlCharacter { origin: "here".into() });
        assert!(!error.to_string().contains("hush"));
    }

    #[test]
    fn one_line_end_belongs_to_the_file() {
        for (text, token) in [("a\n", "a"), ("a\r\n", "a"), ("a", "a"), ("a\n\n", "a\n"), ("a \n", "a ")] {
            assert_eq!(without_line_end(text), token, "{text:?}");
        }
    }
}
