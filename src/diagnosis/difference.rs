//! Where two byte strings begin to differ, for display with a caret.

use super::visible::{visible, visible_width};

/// Bytes of context before the first difference.
const BEFORE: usize = 24;
/// Bytes from the first difference on.
const AFTER: usize = 24;

/// What a difference compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The bodies: everything before them is the same.
    Body,
    /// The whole messages, `v0:{timestamp}:{body}`.
    Message,
}

/// The first difference between this request and what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is compared.
    pub of: Compared,
    /// Number of bytes at the start that are the same in both.
    pub offset: usize,
    /// This request, around the difference.
    pub here: Excerpt,
    /// What was signed, or what the user's own code signs, around the difference.
    pub signed: Excerpt,
}

/// A few bytes around a position, with invisible characters shown by marks. Safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text. Spaces, control and invisible characters are shown by marks.
    pub text: String,
    /// The column of the difference in `text`, counted in characters from 0.
    pub caret: usize,
    /// Length of the whole body or message, in bytes.
    pub length: usize,
}

impl Difference {
    /// Compares two bodies or messages. Returns `None` if they are equal.
    #[must_use]
    pub fn between(of: Compared, here: &[u8], signed: &[u8]) -> Option<Self> {
        let same = here.iter().zip(signed).take_while(|(a, b)| a == b).count();
        if same == here.len() && same == signed.len() {
            return None;
        }
        // Step back to the start of a character whose first bytes are the same in both.
        let offset = (0..4).find_map(|back| {
            let at = same.checked_sub(back)?;
            let begins = |bytes: &[u8]| bytes.get(at).is_none_or(|b| b & 0xc0 != 0x80);
            (begins(here) && begins(signed)).then_some(at)
        });
        let offset = offset.unwrap_or(same);
        Some(Self {
            of,
            offset,
            here: Excerpt::around(here, offset),
            signed: Excerpt::around(signed, offset),
        })
    }
}

impl Excerpt {
    fn around(bytes: &[u8], at: usize) -> Self {
        let mut start = at.saturating_sub(BEFORE);
        while start < at && bytes[start] & 0xc0 == 0x80 {
            start += 1;
        }
        let mut end = (at + AFTER).min(bytes.len());
        while end < bytes.len() && bytes[end] & 0xc0 == 0x80 && end < at + AFTER + 3 {
            end += 1;
        }
        let before = &bytes[start..at];
        let lead = if start > 0 { "…" } else { "" };
        let tail = if end < bytes.len() { "…" } else { "" };
        let text = format!("{lead}{}{}{tail}", visible(before), visible(&bytes[at..end]));
        Self { text, caret: lead.chars().count() + visible_width(before), length: bytes.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, caret: usize, length: usize) -> Excerpt {
        Excerpt { text: text.into(), caret, length }
    }

    #[test]
    fn equal_messages_have_no_difference() {
        assert_eq!(Difference::between(Compared::Body, b"abc", b"abc"), None);
    }

    #[test]
    fn shows_both_messages_around_the_first_difference() {
        let difference = Difference::between(Compared::Body, b"{\"a\":1}", b"{\"a\": 1}").unwrap();
        assert_eq!(difference.offset, 5);
        assert_eq!(difference.here, excerpt("{\"a\":1}", 5, 7));
        assert_eq!(difference.signed, excerpt("{\"a\":·1}", 5, 8));
    }

    #[test]
    fn finds_a_difference_where_one_message_ends() {
        let difference = Difference::between(Compared::Body, b"abc", b"abc\n").unwrap();
        assert_eq!((difference.offset, &*difference.here.text, &*difference.signed.text), (3, "abc", "abc␊"));
        assert!(Difference::between(Compared::Body, b"", b"x").is_some());
    }

    #[test]
    fn does_not_split_a_character() {
        // é and è share their first byte.
        let difference = Difference::between(Compared::Body, "café".as_bytes(), "cafè".as_bytes()).unwrap();
        assert_eq!((difference.offset, difference.here.caret), (3, 3));
        let long = format!("{}x", "é".repeat(40));
        let difference =
            Difference::between(Compared::Body, long.as_bytes(), "é".repeat(40).as_bytes()).unwrap();
        assert!(difference.here.text.starts_with("…é") && !difference.here.text.contains('\\'));
    }
}
