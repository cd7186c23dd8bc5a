//! The palette. Every color has a word or a sign with the same meaning, so all output is readable without color.

use std::fmt::{self, Display};

use console::Style;

/// The role of a piece of text, which sets its color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Without color.
    Plain,
    /// Less important: times, labels, punctuation.
    Dim,
    /// More important: names.
    Bold,
    /// The public URL.
    Url,
    /// ✓
    Good,
    /// ✗
    Bad,
    /// ▲
    Warn,
    /// A line of explanation.
    Remark,
    /// A JSON member's name.
    Key,
    /// A JSON string.
    String,
    /// A JSON number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
}

/// Whether a stream has color, decided once per stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    color: bool,
}

impl Theme {
    pub(super) fn new(color: bool) -> Self {
        Self { color }
    }

    pub(super) fn paint<D: Display>(&self, ink: Ink, text: D) -> impl Display + use<D> {
        Painted { style: style(ink).force_styling(self.color), text }
    }
}

struct Painted<D> {
    style: Style,
    text: D,
}

impl<D: Display> Display for Painted<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.style.apply_to(&self.text).fmt(f)
    }
}

fn style(ink: Ink) -> Style {
    let plain = Style::new();
    match ink {
        Ink::Plain => plain,
        Ink::Dim => plain.dim(),
        Ink::Bold => plain.bold(),
        Ink::Url => plain.cyan().bold(),
        Ink::Good | Ink::String => plain.green(),
        Ink::Bad => plain.red().bold(),
        Ink::Warn | Ink::Number => plain.yellow(),
        Ink::Remark | Ink::Key => plain.cyan(),
        Ink::Literal => plain.magenta(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paints_only_if_color_is_on() {
        assert_eq!(Theme::new(false).paint(Ink::Bad, "✗").to_string(), "✗");
        assert_eq!(Theme::new(true).paint(Ink::Good, "✓").to_string(), "\x1b[32m✓\x1b[0m");
        assert_eq!(Theme::new(true).paint(Ink::Plain, "x").to_string(), "x");
    }
}
