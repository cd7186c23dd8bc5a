//! Shows long output on a terminal through a pager. The entry point is [`print`].
//!
//! The pager is `$ZOOMHOOK_PAGER`, or `$PAGER`, or `less`; an empty value or `cat` means no pager. If the pager
//! cannot be started, the text is printed directly.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use console::Term;

use super::abilities::Surroundings;
use super::out::OutputError;
use super::plain;

/// Quit if the text fits, keep colors, leave the text on the screen. Used only if the user has not set `LESS`.
const LESS: &str = "FRX";

/// When a pager is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paging {
    /// On a terminal, for text that is longer than the screen.
    WhenLong,
    /// Never.
    Never,
}

/// Prints a text, through a pager if `paging` allows it and the text is long.
///
/// # Errors
/// As [`super::print`].
pub(super) fn print(text: &[u8], paging: Paging) -> Result<(), OutputError> {
    let stdout = Term::stdout();
    let is_long = || stdout.size_checked().is_some_and(|(rows, columns)| is_longer(text, rows, columns));
    if paging == Paging::WhenLong
        && stdout.is_term()
        && !Surroundings::of_process().dumb
        && is_long()
        && let Some(command) = command(|name| env::var_os(name))
        && through(command, text)
    {
        return Ok(());
    }
    plain::print(text)
}

/// Prints JSON as [`print`] does a text. A terminal gets it as [`plain::print_json`] writes it.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_json(json: &[u8], paging: Paging) -> Result<(), OutputError> {
    print(&plain::json_for(&Term::stdout(), json), paging)
}

/// Whether the text needs more rows than the screen has, minus one for the prompt.
fn is_longer(text: &[u8], rows: u16, columns: u16) -> bool {
    let columns = usize::from(columns).max(1);
    let text = String::from_utf8_lossy(text);
    let rows_of = |line: &str| console::measure_text_width(line).div_ceil(columns).max(1);
    text.lines().map(rows_of).sum::<usize>() >= usize::from(rows)
}

/// The pager's command; `None` if the user wants no pager, or on Windows, which has no suitable default.
fn command(variable: impl Fn(&str) -> Option<OsString>) -> Option<Command> {
    let usual = if cfg!(windows) { None } else { Some(OsString::from("less")) };
    let wanted = variable("ZOOMHOOK_PAGER").or_else(|| variable("PAGER")).or(usual)?;
    // The path of an existing file is a program, even with spaces. Anything else is a program and its arguments.
    let mut command = if Path::new(&wanted).is_file() {
        Command::new(&wanted)
    } else {
        let text = wanted.to_string_lossy();
        let mut words = text.split_whitespace();
        let mut command = Command::new(words.next()?);
        command.args(words);
        command
    };
    let name = Path::new(command.get_program()).file_stem().map(OsStr::to_owned).unwrap_or_default();
    if name == "cat" {
        return None;
    }
    if name == "less" && variable("LESS").is_none() {
        command.env("LESS", LESS);
    }
    Some(command)
}

/// Sends the text to the pager and waits for it to exit; false if it cannot be started.
fn through(mut command: Command, text: &[u8]) -> bool {
    let _signals = keep_running_on_ctrl_c();
    let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // The user may quit the pager before the end of the text.
        let _ = stdin.write_all(text).or_else(|error| match error.kind() {
            ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        });
    }
    let _ = child.wait();
    true
}

/// Keeps this process running on Ctrl-C, which reaches the pager as well: the pager decides what to do.
/// The pager does not inherit the handler. If no handler can be installed, Ctrl-C ends this process before the pager.
fn keep_running_on_ctrl_c() -> Option<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    {
        let _inside = runtime.enter();
        #[cfg(unix)]
        drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).ok()?);
        #[cfg(windows)]
        drop(tokio::signal::windows::ctrl_c().ok()?);
    }
    Some(runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        command(variable).map(|command| format!("{command:?}"))
    }

    #[test]
    fn the_users_pager_comes_first_and_cat_means_no_pager() {
        assert!(
            chosen(&[("ZOOMHOOK_PAGER", "most -w"), ("PAGER", "more")]).unwrap().contains("\"most\" \"-w\"")
        );
        assert!(chosen(&[("PAGER", "more")]).unwrap().contains("more"));
        for none in ["", " ", "cat", "/bin/cat"] {
            assert_eq!(chosen(&[("ZOOMHOOK_PAGER", none), ("PAGER", "less")]), None, "{none}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn less_gets_our_options_unless_the_user_has_set_some() {
        assert!(chosen(&[]).unwrap().contains("LESS=\"FRX\""));
        assert!(!chosen(&[("LESS", "-i")]).unwrap().contains("FRX"));
    }

    #[test]
    fn counts_the_rows_of_long_lines() {
        assert!(!is_longer(b"a\nb\n", 3, 80));
        assert!(is_longer(b"a\nb\nc\n", 3, 80));
        assert!(is_longer(&[b'x'; 200], 3, 80));
    }
}
