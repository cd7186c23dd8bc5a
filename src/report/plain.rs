//! Plain output of the commands: completions, the man page, and errors.

use std::io::{self, Write};

use console::Term;

use super::Color;
use super::abilities::{Surroundings, Width, is_terminal};
use super::layout::wrap;
use super::out::OutputError;
use super::sanitise::{clean, clean_bytes};
use super::theme::{Ink, Theme};
use crate::system_words::without_numbers;

/// Writes to stdout as it is.
///
/// # Errors
/// [`OutputError::Closed`] once the reader has gone, [`OutputError::Failed`] with the system's words.
pub(crate) fn print(bytes: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// Writes bytes that came from the network: as they are to a file or a pipe, and made safe for a terminal, line
/// by line.
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

/// Ends the line that the terminal's `^C` stands in, so that what follows does not stand behind it.
pub(crate) fn end_interrupted_line() {
    if Term::stderr().is_term() {
        let _ = io::stderr().lock().write_all(b"\n");
    }
}

/// Whether somebody still reads stdout: false once it is a pipe that was closed at the other end, which whoever
/// has nothing to write learns in no other way. Where that cannot be told, true.
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

/// Writes a line for the person at the terminal to stderr, made safe for it. A stderr that is closed is passed
/// over.
pub(crate) fn print_note(text: &str) {
    let lines = wrap(&clean(text), columns(&Term::stderr()));
    let _ = io::stderr().lock().write_all(format!("{}\n", lines.join("\n")).as_bytes());
}

/// Writes an error and what to do about it to stderr, made safe for a terminal. A stderr that is closed
/// is passed over: there is nobody to tell.
pub(crate) fn print_error(message: &str, hint: Option<&str>) {
    print_error_in(Color::Auto, message, hint);
}

/// As [`print_error`], with the user's choice of colour.
pub(crate) fn print_error_in(color: Color, message: &str, hint: Option<&str>) {
    let stderr = Term::stderr();
    let colour = Surroundings::of_process().colour(color, is_terminal(&stderr));
    let text = error_text(message, hint, Theme::new(colour), columns(&stderr));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Of a terminal; nothing is broken into lines for a file.
fn columns(term: &Term) -> Option<usize> {
    if term.is_term() { Width::Of(term.clone()).columns() } else { None }
}

/// `width`: columns of the terminal, if it is one.
fn error_text(message: &str, hint: Option<&str>, theme: Theme, width: Option<usize>) -> String {
    let fitted = |line: &str, indent: usize| {
        // What is set in stands in columns of its own.
        let room = width.filter(|_| !line.starts_with(' ')).map(|width| width.saturating_sub(indent).max(20));
        wrap(&clean(&without_numbers(line)), room)
    };
    let mut text = format!("{} ", theme.paint(Ink::Bad, "error:"));
    let lines: Vec<_> = message.trim_end().lines().flat_map(|line| fitted(line, 7)).collect();
    text.push_str(&lines.join("\n       "));
    text.push('\n');
    for line in hint.unwrap_or_default().trim_end().lines().flat_map(|line| fitted(line, 2)) {
        let indent = if line.is_empty() { "" } else { "  " };
        text.extend([indent, &line, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_hints_below() {
        let text = error_text(
            "port 4000 is taken\nby node",
            Some("Free it, or\n\nuse --port 0."),
            Theme::new(false),
            None,
        );
        assert_eq!(text, "error: port 4000 is taken\n       by node\n  Free it, or\n\n  use --port 0.\n");
    }

    #[test]
    fn an_error_is_broken_between_words_where_the_terminal_ends() {
        let hint = "Name another file, if you please.\n    --flag PATH   in columns of its own";
        let text = error_text("no kept delivery fits at all", Some(hint), Theme::new(false), Some(28));
        assert_eq!(
            text,
            "error: no kept delivery fits\n       at all\n  Name another file, if you\n  please.\n      --flag PATH   in columns of its own\n"
        );
    }

    #[test]
    fn an_error_cannot_steer_the_terminal() {
        let text = error_text("bad header \x1b[2J\u{202e}", None, Theme::new(false), None);
        assert_eq!(text, "error: bad header \\u{1b}[2J\\u{202e}\n");
    }
}
