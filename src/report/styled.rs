//! Writes text that was styled elsewhere: the messages and the help of the command-line parser. Entry point:
//! [`print_styled`].

use std::io::{self, Write};

use console::Term;

use super::Color;
use super::abilities::{Surroundings, is_terminal};
use super::layout::wrap;
use super::out::OutputError;
use super::plain::columns;
use super::redact::redacted;
use super::sanitize::push_clean;

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageStream {
    /// What the user asked for, such as help.
    Stdout,
    /// An error.
    Stderr,
}

/// Writes a styled text, sanitized line by line. Styles are removed where the stream shows no colors.
///
/// # Errors
/// [`OutputError::Closed`] if the reader has closed the stream, else [`OutputError::Failed`] with the system's error.
pub(crate) fn print_styled(text: &str, stream: MessageStream) -> Result<(), OutputError> {
    let term = match stream {
        MessageStream::Stdout => Term::stdout(),
        MessageStream::Stderr => Term::stderr(),
    };
    let color = Surroundings::of_process().color(Color::Auto, is_terminal(&term));
    let shown = clean_styled(text, color);
    match stream {
        MessageStream::Stdout => io::stdout().lock().write_all(shown.as_bytes())?,
        MessageStream::Stderr => {
            let shown = fitted(&shown, columns(&term));
            io::stderr().lock().write_all(shown.as_bytes())?;
        }
    }
    Ok(())
}

/// An error in lines that fit on a terminal. An indented line has its own columns and is not wrapped.
fn fitted(text: &str, width: Option<usize>) -> String {
    let lines = text.lines().map(|line| wrap(line, width.filter(|_| !line.starts_with(' '))).join("\n"));
    lines.map(|line| line + "\n").collect()
}

/// Redacts a text, and escapes everything unsafe except line ends and, with `keep_styles`, the sequences of colors and fonts.
fn clean_styled(text: &str, keep_styles: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let mut rest = line;
        while let Some((at, length)) = first_style(rest) {
            push_clean(&mut shown, &redacted(&rest[..at]));
            if keep_styles {
                shown.push_str(&rest[at..at + length]);
            }
            rest = &rest[at + length..];
        }
        push_clean(&mut shown, &redacted(rest));
        shown.push_str(end);
    }
    shown
}

/// The place and the length of the first sequence that only sets colors and fonts: `ESC [ digits and semicolons m`.
fn first_style(text: &str) -> Option<(usize, usize)> {
    text.match_indices("\x1b[").find_map(|(at, start)| {
        let parameters = &text[at + start.len()..];
        let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        parameters[end..].starts_with('m').then_some((at, start.len() + end + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_styles_and_line_ends_and_escapes_everything_else() {
        let text = "\x1b[1m\x1b[31merror:\x1b[0m '\x1b]52;c;YQ==\x07\u{202e}\u{9b}2J\r'\n\x1b[2Jtip\x1b[\n";
        assert_eq!(
            clean_styled(text, true),
            "\x1b[1m\x1b[31merror:\x1b[0m '\\u{1b}]52;c;YQ==\\u{7}\\u{202e}\\u{9b}2J\\r'\n\\u{1b}[2Jtip\\u{1b}[\n"
        );
        assert_eq!(clean_styled("\x1b[1;4mUsage:\x1b[0m a\n", false), "Usage: a\n");
    }
}
