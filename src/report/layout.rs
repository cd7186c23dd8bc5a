//! A page that is composed for one stream: wraps paragraphs and shortens lines, measured in columns.
//!
//! [`Page`] sanitizes every text that is put on it.

use std::borrow::Cow;
use std::fmt::Write;

use console::{measure_text_width, truncate_str};

use crate::report::out::{Out, Stream};
use crate::report::sanitize::clean;
use crate::report::theme::{Ink, Theme};

/// Maximum width of a paragraph: longer lines are hard to read.
const PARAGRAPH: usize = 100;
/// Below this width there is no room for milliseconds and deep indents.
const NARROW: usize = 60;

/// Text for one stream, with the stream's width and colors.
pub(super) struct TerminalPage {
    text: String,
    theme: Theme,
    width: Option<usize>,
    /// The indent below a delivery's line, if it is not the default.
    indent: Option<usize>,
    /// Whether the line above the page is empty.
    after_blank: bool,
}

impl TerminalPage {
    pub(super) fn new(out: &Out, stream: Stream) -> Self {
        Self {
            text: String::new(),
            theme: *out.theme(stream),
            width: out.width(stream),
            indent: None,
            after_blank: out.ends_blank(),
        }
    }

    /// A page whose text is used elsewhere: not wrapped, not shortened, with a small indent.
    pub(super) fn of_text(theme: Theme) -> Self {
        Self { text: String::new(), theme, width: None, indent: Some(2), after_blank: true }
    }

    #[cfg(test)]
    pub(super) fn plain(width: Option<usize>) -> Self {
        Self { text: String::new(), theme: Theme::new(false), width, indent: None, after_blank: true }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The columns of the stream; `None` if nothing is wrapped or shortened.
    pub(super) fn width(&self) -> Option<usize> {
        self.width
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.width.is_some_and(|width| width < NARROW)
    }

    /// The indent below a delivery's line: under its sign, or less on a narrow terminal.
    pub(super) fn indent(&self) -> usize {
        self.indent.unwrap_or(if self.is_narrow() { 4 } else { 15 })
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Puts an empty line, unless the last line is empty.
    pub(super) fn gap(&mut self) {
        if !(self.text.ends_with("\n\n") || self.text.is_empty() && self.after_blank) {
            self.blank();
        }
    }

    pub(super) fn spaces(&mut self, n: usize) {
        self.text.extend(std::iter::repeat_n(' ', n));
    }

    /// Puts a piece on the current line.
    pub(super) fn put(&mut self, ink: Ink, text: &str) {
        self.put_safe(ink, &clean(text));
    }

    /// Puts a piece that is sanitized already.
    pub(super) fn put_safe(&mut self, ink: Ink, text: &str) {
        if ink == Ink::Plain {
            self.text.push_str(text);
        } else {
            // Writing to a string does not fail.
            let _ = write!(self.text, "{}", self.theme.paint(ink, text));
        }
    }

    /// Puts a paragraph with every line indented.
    pub(super) fn paragraph(&mut self, indent: usize, ink: Ink, text: &str) {
        for line in wrap(&clean(text), self.room(indent)) {
            self.spaces(indent);
            self.put_safe(ink, &line);
            self.blank();
        }
    }

    /// Puts a paragraph below a delivery's line.
    pub(super) fn below(&mut self, ink: Ink, text: &str) {
        self.paragraph(self.indent(), ink, text);
    }

    /// Puts a paragraph with a sign before its first line.
    pub(super) fn marked(&mut self, ink: Ink, sign: &str, text: &str) {
        let lines = wrap(&clean(text), self.room(4));
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.text.push_str("  ");
                self.put(ink, sign);
                self.text.push(' ');
            } else {
                self.spaces(4);
            }
            self.put_safe(Ink::Plain, line);
            self.blank();
        }
    }

    fn room(&self, indent: usize) -> Option<usize> {
        self.width.map(|width| width.min(PARAGRAPH).saturating_sub(indent).max(8))
    }
}

/// Wraps a sanitized text between words. A word that is longer than a line is split, but not a URL: a terminal opens and
/// copies only a URL that is whole.
pub(super) fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![text.to_owned()] };
    let mut lines = vec![String::new()];
    let mut used = 0;
    for mut word in text.split(' ') {
        let mut columns = measure_text_width(word);
        if used > 0 && used + 1 + columns > width {
            lines.push(String::new());
            used = 0;
        }
        while columns > width && !word.contains("://") {
            let head = head_of(word, width);
            push_word(&mut lines, head);
            lines.push(String::new());
            word = &word[head.len()..];
            columns = measure_text_width(word);
            used = 0;
        }
        push_word(&mut lines, word);
        used += columns + usize::from(used > 0);
    }
    lines
}

fn push_word(lines: &mut [String], word: &str) {
    if let Some(line) = lines.last_mut() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
}

/// As much of a word as fits, but at least one character.
fn head_of(word: &str, width: usize) -> &str {
    let mut used = 0;
    for (index, c) in word.char_indices() {
        used += measure_text_width(c.encode_utf8(&mut [0; 4]));
        if used > width && index > 0 {
            return &word[..index];
        }
    }
    word
}

/// Shortens a sanitized text to `width` columns.
pub(super) fn shorten(text: &str, width: usize) -> Cow<'_, str> {
    if width == 0 { Cow::Borrowed("") } else { truncate_str(text, width, "…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wraps_between_words_and_splits_long_words() {
        assert_eq!(wrap("a bc def", Some(4)), ["a bc", "def"]);
        assert_eq!(wrap("x abcdefgh y", Some(4)), ["x", "abcd", "efgh", "y"]);
        assert_eq!(wrap("at http://a.example x", Some(6)), ["at", "http://a.example", "x"]);
        assert_eq!(wrap("a b", None), ["a b"]);
    }

    #[test]
    fn counts_columns_instead_of_characters() {
        assert_eq!(wrap("週次会議 x", Some(6)), ["週次会", "議 x"]);
        assert_eq!(shorten("週次会議", 5), "週次…");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_limit(text in "[a-z週🚒 ]{0,80}", width in 2_usize..30) {
            for line in wrap(&text, Some(width)) {
                prop_assert!(measure_text_width(&line) <= width, "{line:?}");
            }
        }
    }
}
