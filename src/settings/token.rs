//! The text of a secret token or an authtoken. `split` parses the value of `--secret`. `clean` trims a token and
//! rejects a text that cannot be one.
//!
//! `--secret` takes `[NAME=]TOKEN`:
//!
//! | typed | means |
//! | --- | --- |
//! | `abc` | the token `abc`, without a name |
//! | `app=abc` | the token `abc`, named `app` |
//! | `app=a=b` | the token `a=b`, named `app`: the text is split at the first `=` |
//! | `MTIzNDU2Nzg5MDEyMzQ1Ng==` | a padded base64 token, without a name: 24 characters or more |
//! | `app=` | an empty token named `app`, which is rejected: the shell's variable was not set |
//! | `a/b=c` | rejected: the text before `=` is not a name |
//!
//! A name is a letter, then letters, digits, `-` and `_`.

use std::ffi::OsString;
use std::fmt;

use zeroize::Zeroizing;

use crate::delivery::Warning;

/// The value of `--secret` on the command line.
#[derive(Clone)]
pub(super) enum TypedSecret {
    /// No value: ask the user.
    Ask,
    /// `[NAME=]TOKEN`, unchecked.
    Given(Zeroizing<String>),
}

impl TypedSecret {
    /// Marks a missing value in clap. No argument equals it, because arguments cannot contain NUL.
    pub(super) const NO_VALUE: &str = "\0";

    /// A parser for clap. It never fails, because clap shows a rejected value.
    pub(super) fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(if text == Self::NO_VALUE { Self::Ask } else { Self::Given(Zeroizing::new(text.to_owned())) })
    }
}

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Ask) { "Ask" } else { "Given" })
    }
}

/// The text before `=` is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAName;

/// Splits `[NAME=]TOKEN`.
pub(super) fn split(text: &str) -> Result<(Option<&str>, &str), NotAName> {
    match text.split_once('=') {
        Some(_) if is_padded_base64(text) => Ok((None, text)),
        Some((name, token)) if is_name(name) => Ok((Some(name), token)),
        Some(_) => Err(NotAName),
        None => Ok((None, text)),
    }
}

/// Whether a text can be a secret's name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a text is padded base64 and long enough for a secret. Zoom's tokens are 16 bytes, without padding. With
/// padding these are 24 characters, which is longer than a likely name with a missing token.
fn is_padded_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    (1..=2).contains(&padding)
        && text.len() >= 24
        && text.len().is_multiple_of(4)
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
}

/// Shortest text that counts as a token and not as a flag. Zoom's tokens have 22 characters.
const SHORTEST_TOKEN: usize = 16;

/// Joins `--secret` and a following token that begins with `-` into one argument, because clap would parse the token
/// as a flag. Zoom's tokens are base64url, and one in 64 begins with `-`.
///
/// A text counts as a token if it has at least 16 characters, all of them base64url, and at least one upper-case
/// letter, digit or `_`. Flags have none of these, and a random token almost always has one.
pub(crate) fn join_tokens_that_begin_with_a_hyphen(
    args: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut flags_have_ended = false;
    for arg in args {
        flags_have_ended |= arg == "--";
        match joined.last_mut() {
            Some(last)
                if !flags_have_ended
                    && last == "--secret"
                    && arg.to_str().is_some_and(|arg| arg.starts_with('-') && looks_like_a_token(arg)) =>
            {
                last.push("=");
                last.push(arg);
            }
            _ => joined.push(arg),
        }
    }
    joined
}

/// Whether a text counts as a token and not as a flag or a word.
pub(super) fn looks_like_a_token(arg: &str) -> bool {
    let bytes = arg.as_bytes();
    bytes.len() >= SHORTEST_TOKEN
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
        && bytes.iter().any(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
}

/// What a secret token looks like if it certainly does not have the form of Zoom's; `None` for all others. It is only
/// a remark: Zoom does not document the form.
pub(super) fn unusual_form(token: &str) -> Option<&'static str> {
    let lower = token.to_ascii_lowercase();
    let placeholders = ["your", "changeme", "change_me", "change-me", "placeholder", "xxxx", "<", "…", "..."];
    match () {
        () if placeholders.iter().any(|word| lower.contains(word)) => Some("looks like a placeholder"),
        () if token.contains(char::is_whitespace) => Some("contains white space"),
        () if token.starts_with("eyJ") && token.matches('.').count() == 2 => Some("is a JWT"),
        () if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Some("has 64 hex digits, like a hash or a signature")
        }
        () if token.len() < SHORTEST_USUAL => Some("is very short"),
        () => None,
    }
}

/// As [`unusual_form`], with forms that may be a secret token after all.
pub(super) fn form_of_another(token: &str) -> Option<&'static str> {
    unusual_form(token).or(match token.len() {
        _ if token.starts_with("whsec_") => Some("begins with whsec_, as secrets of Stripe and Svix do"),
        43 => Some("has 43 characters, as client secrets have"),
        32 => Some("has 32 characters, as client secrets and verification tokens have"),
        _ => None,
    })
}

/// Shorter tokens get a remark: far fewer characters than Zoom's 22.
const SHORTEST_USUAL: usize = 8;

/// Why a text cannot be a token. The messages name its source, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidToken {
    /// The text is empty.
    #[error("the token from {origin} is empty")]
    Empty {
        /// Where it came from.
        origin: String,
    },
    /// The text is white space or invisible.
    #[error("the token from {origin} has only white space")]
    Blank {
        /// Where it came from.
        origin: String,
    },
    /// The quotes would be part of the token: `set X="…"` on Windows and Docker's `--env-file` keep them.
    #[error("the token from {origin} is in quotes, which would be part of it; remove the quotes")]
    Quoted {
        /// Where it came from.
        origin: String,
    },
    /// The text has several lines or other control characters.
    #[error("the token from {origin} contains a line break or another control character")]
    ControlCharacter {
        /// Where it came from.
        origin: String,
    },
    /// The value is not UTF-8 text.
    #[error("the token from {origin} is not UTF-8 text")]
    NotText {
        /// Where it came from.
        origin: String,
    },
}

/// Trims a token, with a warning, and rejects a text that cannot be one.
pub(super) fn clean(
    text: &str,
    origin: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Zeroizing<String>, InvalidToken> {
    let origin = || origin.to_owned();
    let token = text.trim_matches(is_blank);
    if token.is_empty() {
        return Err(match text.trim_end_matches(['\r', '\n']).is_empty() {
            true => InvalidToken::Empty { origin: origin() },
            false => InvalidToken::Blank { origin: origin() },
        });
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

/// White space, and invisible characters that copying from a web page can add.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Removes the final line end of a text file.
pub(super) fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn splits_as_documented() {
        for (text, expected) in [
            ("abc", Ok((None, "abc"))),
            ("app=abc", Ok((Some("app"), "abc"))),
            ("app=a=b", Ok((Some("app"), "a=b"))),
            ("app=MTIzNDU2Nzg5MDEyMzQ1Ng==", Ok((Some("app"), "MTIzNDU2Nzg5MDEyMzQ1Ng=="))),
            ("MTIzNDU2Nzg5MDEyMzQ1Ng==", Ok((None, "MTIzNDU2Nzg5MDEyMzQ1Ng=="))),
            ("app=", Ok((Some("app"), ""))),
            ("app==", Ok((Some("app"), "="))),
            ("", Ok((None, ""))),
            ("a/b=c", Err(NotAName)),
            ("=abc", Err(NotAName)),
            ("1=abc", Err(NotAName)),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        assert_eq!(format!("{:?}", TypedSecret::parse("hush").unwrap()), "Given");
    }

    fn join(args: &[&str]) -> Vec<OsString> {
        join_tokens_that_begin_with_a_hyphen(args.iter().map(OsString::from))
    }

    #[test]
    fn joins_a_token_that_begins_with_a_hyphen() {
        assert_eq!(join(&["--secret", "-fv1RkqGQUq5sWbEz6hA5A"]), ["--secret=-fv1RkqGQUq5sWbEz6hA5A"]);
        assert_eq!(
            join(&["--secret", "--v1RkqGQUq5sWbEz6hA5A", "-q"]),
            ["--secret=--v1RkqGQUq5sWbEz6hA5A", "-q"]
        );
    }

    #[test]
    fn leaves_flags_and_everything_else_alone() {
        for args in [
            &["listen", "--secret", "--port", "1"][..],
            &["--secret", "--allow-unsigned-challenge"],
            &["--secret", "-q"],
            &["--secret", "--max-age=5m"],
            &["--secret", "plain", "-fv1RkqGQUq5sWbEz6hA5A"],
            &["--secret=x", "-fv1RkqGQUq5sWbEz6hA5A"],
            &["--", "--secret", "-fv1RkqGQUq5sWbEz6hA5A"],
        ] {
            assert_eq!(join(args), args.iter().map(OsString::from).collect::<Vec<_>>());
        }
    }

    proptest! {
        #[test]
        fn a_token_like_zooms_needs_no_name(token in "[A-Za-z0-9_-]{22}") {
            prop_assert_eq!(split(&token), Ok((None, token.as_str())));
        }

        #[test]
        fn a_padded_token_needs_no_name(bytes in "[A-Za-z0-9+/_-]{22}") {
            let token = format!("{bytes}==");
            prop_assert_eq!(split(&token), Ok((None, token.as_str())));
        }

        #[test]
        fn any_named_token_is_returned_unchanged(name in "[A-Za-z][A-Za-z0-9_-]{0,12}", token in "[ -~]{1,40}") {
            let text = format!("{name}={token}");
            prop_assume!(!is_padded_base64(&text));
            prop_assert_eq!(split(&text), Ok((Some(name.as_str()), token.as_str())));
        }

        #[test]
        fn nothing_is_lost_or_added(text in "\\PC{0,40}") {
            match split(&text) {
                Ok((Some(name), token)) => prop_assert_eq!(format!("{name}={token}"), text),
                Ok((None, token)) => prop_assert_eq!(token, text.as_str()),
                Err(NotAName) => prop_assert!(text.contains('=')),
            }
        }
    }

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
    fn rejects_text_that_cannot_be_a_token_and_names_its_origin() {
        let refuse = |text| clean(text, "here", &mut Vec::new()).unwrap_err();
        for text in ["", "\r\n"] {
            assert_eq!(refuse(text), InvalidToken::Empty { origin: "here".into() }, "{text:?}");
        }
        for text in [" ", " \n", "\u{200b}"] {
            assert_eq!(refuse(text), InvalidToken::Blank { origin: "here".into() }, "{text:?}");
        }
        for text in ["\"hush\"", "'hush'", " \"hush\" ", "\"\""] {
            assert_eq!(refuse(text), InvalidToken::Quoted { origin: "here".into() }, "{text:?}");
        }
        let error = refuse("hush\nhush");
        assert_eq!(error, InvalidToken::ControlCharacter { origin: "here".into() });
        assert!(!error.to_string().contains("hush"));
    }

    #[test]
    fn removes_only_one_line_end() {
        for (text, token) in [("a\n", "a"), ("a\r\n", "a"), ("a", "a"), ("a\n\n", "a\n"), ("a \n", "a ")] {
            assert_eq!(without_line_end(text), token, "{text:?}");
        }
    }
}
