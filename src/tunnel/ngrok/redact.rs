//! Removes the authtoken from messages of ngrok's server: some of its errors repeat it in full. The entry point is
//! [`Redactor::redact`].

use std::fmt;

use zeroize::Zeroizing;

use crate::system_words::without_numbers;

/// Replaces the authtoken.
const MARK: &str = "[authtoken]";

/// Minimum length of a possible authtoken. Authtokens have about fifty characters of `[A-Za-z0-9_]`, the oldest format
/// 21. No word, code or host label in ngrok's messages is this long, has digits, and has no hyphen.
const LOOKALIKE: usize = 20;

/// Limit on a message's characters. ngrok's messages are shorter.
const LONGEST: usize = 500;

/// Removes one authtoken from texts.
#[derive(Clone)]
pub(super) struct Redactor {
    token: Zeroizing<String>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    pub(super) fn new(token: &str) -> Self {
        Self { token: Zeroizing::new(token.trim().to_owned()) }
    }

    /// Puts `text` on one line without the system's error numbers, replaces the token and everything that looks like one, and limits the length.
    pub(super) fn redact(&self, text: &str) -> String {
        let text = without_numbers(text);
        let known = if self.token.is_empty() { text } else { text.replace(&*self.token, MARK) };
        let words: Vec<_> = known.split_whitespace().map(hide_lookalikes).collect();
        let line = words.join(" ");
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

/// Replaces each run of token characters that is long enough and has letters and digits.
fn hide_lookalikes(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    let mut rest = word;
    while !rest.is_empty() {
        let run = rest.find(|c| !is_token_character(c)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(run);
        shown.push_str(if looks_like_a_token(token) { MARK } else { token });
        let gap = tail.find(is_token_character).unwrap_or(tail.len());
        shown.push_str(&tail[..gap]);
        rest = &tail[gap..];
    }
    shown
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn looks_like_a_token(run: &str) -> bool {
    run.len() >= LOOKALIKE
        && run.bytes().any(|b| b.is_ascii_digit())
        && run.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "2aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123456789abcdefghij";

    #[test]
    fn replaces_the_token_everywhere() {
        let redactor = Redactor::new(&format!(" {TOKEN}\n"));
        let shown = redactor.redact(&format!("Your authtoken: {TOKEN}\r\n\r\n(\"{TOKEN}\")x{TOKEN}y"));
        assert_eq!(shown, "Your authtoken: [authtoken] (\"[authtoken]\")x[authtoken]y");
        assert!(!format!("{redactor:?}").contains(TOKEN));
    }

    #[test]
    fn replaces_a_short_or_odd_token_too() {
        assert_eq!(Redactor::new("a b").redact("is a b."), "is [authtoken].");
    }

    #[test]
    fn replaces_text_that_looks_like_a_token() {
        let shown = Redactor::new("mine").redact(&format!("token={TOKEN}."));
        assert_eq!(shown, "token=[authtoken].");
    }

    #[test]
    fn does_not_replace_codes_hosts_and_words() {
        for text in [
            "ERR_NGROK_105",
            "https://lamb-suited-very-long-name-1234567890.ngrok-free.app",
            "incomprehensibilities_without_digits",
            "1234567890123456789012345",
        ] {
            assert_eq!(Redactor::new("").redact(text), text);
        }
    }

    #[test]
    fn shortens_long_text() {
        let shown = Redactor::new("").redact(&"ä ".repeat(10_000));
        assert_eq!(shown.chars().count(), LONGEST + 1);
    }
}
