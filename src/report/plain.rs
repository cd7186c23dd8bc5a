//! Plain output of the commands: completions, the man page, and errors.

use std::borrow::Cow;
use std::io::{self, Write};

use console::Term;

use super::Color;
use super::abilities::{Surroundings, Width, is_terminal};
use super::layout::wrap;
use super::out::OutputError;
use super::redact::redacted;
use super::sanitize::{clean, clean_bytes, clean_json};
use super::theme::{Ink, Theme};
use super::wording;
use crate::delivery::Warning;
use crate::system_words::without_numbers;

/// Writes bytes to stdout unchanged: text of our own, or text that was sanitized.
///
/// # Errors
/// [`OutputError::Closed`] if the reader has closed stdout, else [`OutputError::Failed`] with the system's error.
pub(crate) fn print(bytes: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// Writes bytes from the network to stdout: unchanged to a file or a pipe, sanitized line by line on a terminal.
///
/// # Errors
/// As [`print()`].
pub(crate) fn print_raw(bytes: &[u8]) -> Result<(), OutputError> {
    if !Term::stdout().is_term() {
        return print(bytes);
    }
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let shown: Vec<_> = lines.map(clean_bytes).collect();
    print(format!("{}\n", shown.join("\n").trim_end_matches('\n')).as_bytes())
}

/// Writes JSON to stdout: unchanged to a file or a pipe. On a terminal, characters that act on it, and combining marks
/// without end, are escapes of JSON, so that it is the same value.
///
/// # Errors
/// As [`print()`].
pub(crate) fn print_json(json: &[u8]) -> Result<(), OutputError> {
    print(&json_for(&Term::stdout(), json))
}

/// JSON that a terminal or an agent can get: characters that act on a terminal, reorder text or are invisible are
/// escapes of JSON.
#[must_use]
pub(crate) fn safe_json(json: &[u8]) -> String {
    String::from_utf8_lossy(&for_a_terminal(json)).into_owned()
}

/// JSON as this stream gets it.
pub(super) fn json_for<'j>(term: &Term, json: &'j [u8]) -> Cow<'j, [u8]> {
    if term.is_term() { for_a_terminal(json) } else { Cow::Borrowed(json) }
}

/// JSON that cannot act on a terminal.
pub(super) fn for_a_terminal(json: &[u8]) -> Cow<'_, [u8]> {
    match String::from_utf8_lossy(json) {
        Cow::Borrowed(text) => match clean_json(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(cleaned) => Cow::Owned(cleaned.into_bytes()),
        },
        Cow::Owned(text) => Cow::Owned(clean_json(&text).into_owned().into_bytes()),
    }
}

/// Ends the line in which the terminal echoed `^C`, so that the next output starts on a new line.
pub(crate) fn end_interrupted_line() {
    if Term::stderr().is_term() {
        let _ = io::stderr().lock().write_all(b"\n");
    }
}

/// Whether stdout still has a reader: false after the other end of a pipe was closed. Lets a command detect that
/// without writing. True where the system cannot report it.
#[must_use]
pub(crate) fn has_reader() -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdout = io::stdout();
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let found = poll(&mut watched, Some(&at_once));
        !(found.is_ok() && watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP))
    }
    #[cfg(not(unix))]
    true
}

/// Prints a warning of a command that has no session, as a note.
pub(crate) fn print_warning(warning: &Warning) {
    print_note(&format!("▲ {}", wording::warning(warning)));
}

/// Writes a note to stderr, sanitized. A closed stderr is ignored.
pub(crate) fn print_note(text: &str) {
    let lines = wrap(&clean(&without_numbers(&redacted(text))), columns(&Term::stderr()));
    let _ = io::stderr().lock().write_all(format!("{}\n", lines.join("\n")).as_bytes());
}

/// Writes an error and a hint about what to do to stderr, sanitized. A closed stderr is ignored.
pub(crate) fn print_error(message: &str, hint: Option<&str>) {
    print_error_in(Color::Auto, message, hint);
}

/// As [`print_error`], with the user's color setting.
pub(crate) fn print_error_in(color: Color, message: &str, hint: Option<&str>) {
    let stderr = Term::stderr();
    let color = Surroundings::of_process().color(color, is_terminal(&stderr));
    let (message, hint) = (redacted(message), hint.map(redacted));
    let text = error_text(&message, hint.as_deref(), Theme::new(color), columns(&stderr));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The columns of a terminal; `None` for a file, which gets unwrapped lines.
pub(super) fn columns(term: &Term) -> Option<usize> {
    if term.is_term() { Width::Of(term.clone()).columns() } else { None }
}

/// The text of an error, wrapped to `width` columns on a terminal.
fn error_text(message: &str, hint: Option<&str>, theme: Theme, width: Option<usize>) -> String {
    let fitted = |text: &str, indent: usize| {
        fitted(text.trim_end(), width.map(|width| width.saturating_sub(indent).max(20)))
    };
    let mut text = format!("{} ", theme.paint(Ink::Bad, "error:"));
    text.push_str(&fitted(message, 7).join("\n       "));
    text.push('\n');
    for line in fitted(hint.unwrap_or_default(), 2) {
        let indent = if line.is_empty() { "" } else { "  " };
        text.extend([indent, &line, "\n"]);
    }
    text
}

/// The lines of a text, sanitized. Sentences and numbered items are wrapped to `width` columns, rows and commands to copy
/// are not.
fn fitted(text: &str, width: Option<usize>) -> Vec<String> {
    let (mut lines, mut item) = (Vec::new(), None);
    for line in text.lines() {
        item = text_column(line, item);
        let (margin, rest) = line.split_at(item.unwrap_or_default());
        let room = width.filter(|_| item.is_some()).map(|width| width.saturating_sub(margin.len()).max(20));
        let mut wrapped = wrap(&clean(&without_numbers(rest)), room).into_iter();
        lines.extend(wrapped.next().map(|first| format!("{margin}{first}")));
        lines.extend(wrapped.map(|next| " ".repeat(margin.len()) + &next));
    }
    lines
}

/// The column in which the text of a line begins; `None` for an indented line that is not part of a numbered item.
/// `above`: that of the line above.
fn text_column(line: &str, above: Option<usize>) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let digits = line[indent..].bytes().take_while(u8::is_ascii_digit).count();
    if indent == 0 {
        Some(0)
    } else if digits > 0 && line[indent + digits..].starts_with(". ") {
        Some(indent + digits + 2)
    } else {
        above.filter(|column| *column == indent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_the_hint_below_the_error() {
        let text = error_text(
            "port 4000 is taken\nby node",
            Some("Free it, or\n\nuse --port 0."),
            Theme::new(false),
            None,
        );
        assert_eq!(text, "error: port 4000 is taken\n       by node\n  Free it, or\n\n  use --port 0.\n");
    }

    #[test]
    fn wraps_an_error_between_words() {
        let hint = "Name another file, if you please.\n    --flag PATH   in columns of its own";
        let text = error_text("no kept delivery fits at all", Some(hint), Theme::new(false), Some(28));
        assert_eq!(
            text,
            "error: no kept delivery fits\n       at all\n  Name another file, if you\n  please.\n      --flag PATH   in columns of its own\n"
        );
    }

    #[test]
    fn wraps_numbered_items_below_their_text() {
        let hint = "Choose one:\n  1. --tunnel ssh: a public URL\n  2. Get one,\n     or use --public-url URL.\n    --flag PATH   in columns of its own";
        let text = error_text("no URL", Some(hint), Theme::new(false), Some(27));
        assert_eq!(
            text,
            "error: no URL\n  Choose one:\n    1. --tunnel ssh: a\n       public URL\n    2. Get one,\n       or use --public-url\n       URL.\n      --flag PATH   in columns of its own\n"
        );
    }

    #[test]
    fn a_long_url_stays_whole() {
        let hint = "Get one: https://a.example/get-started";
        let text = error_text("no URL", Some(hint), Theme::new(false), Some(24));
        assert_eq!(text, "error: no URL\n  Get one:\n  https://a.example/get-started\n");
    }

    #[test]
    fn an_error_cannot_control_the_terminal() {
        let text = error_text("bad header \x1b[2J\u{202e}", None, Theme::new(false), None);
        assert_eq!(text, "error: bad header \\u{1b}[2J\\u{202e}\n");
    }
}
