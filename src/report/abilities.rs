//! What a stream can show: whether in color, and how wide. Decided once, then passed on.

use std::env;
use std::ffi::OsStr;

use console::Term;
#[cfg(unix)]
use console::TermTarget;

use super::Color;

/// Variables that AI agents set in their shells: Claude Code, Cursor, Codex, Gemini CLI.
const AGENTS: [&str; 4] = ["CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "GEMINI_CLI"];

/// The environment variables about color, read once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// `NO_COLOR` is set to something (<https://no-color.org>).
    pub(super) no_color: bool,
    /// `CLICOLOR_FORCE` is set to something other than 0 (<https://bixense.com/clicolors>).
    pub(super) force: bool,
    /// `TERM=dumb`, or the shell of an AI agent: neither color nor cursor control.
    pub(super) dumb: bool,
}

impl Surroundings {
    pub(super) fn of_process() -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            no_color: set("NO_COLOR").is_some(),
            force: set("CLICOLOR_FORCE").is_some_and(|value| value != OsStr::new("0")),
            dumb: env::var_os("TERM").is_some_and(|value| value == OsStr::new("dumb"))
                || AGENTS.iter().any(|name| set(name).is_some()),
        }
    }

    /// Whether to color. The command line goes first, then `NO_COLOR`, then `CLICOLOR_FORCE`.
    pub(super) fn color(self, wanted: Color, is_terminal: bool) -> bool {
        match wanted {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if self.no_color => false,
            Color::Auto => self.force || (is_terminal && !self.dumb),
        }
    }
}

/// The width of a stream.
#[derive(Debug, Clone)]
pub(super) enum Width {
    /// This many columns; `None` is no limit.
    Fixed(Option<usize>),
    /// Queried each time: the user can resize the window during a session.
    Of(Term),
}

impl Width {
    pub(super) fn columns(&self) -> Option<usize> {
        match self {
            Self::Fixed(width) => *width,
            Self::Of(term) => {
                let sized = term.size_checked().map(|(_, columns)| columns).or_else(|| columns_alone(term));
                sized.map(usize::from).filter(|columns| *columns > 0)
            }
        }
    }
}

/// The columns of a terminal that has no known number of rows, as some programs set it up.
#[cfg(unix)]
fn columns_alone(term: &Term) -> Option<u16> {
    let size = match term.target() {
        TermTarget::Stdout => rustix::termios::tcgetwinsize(std::io::stdout()),
        TermTarget::Stderr => rustix::termios::tcgetwinsize(std::io::stderr()),
        TermTarget::ReadWritePair(_) => return None,
    };
    size.ok().map(|size| size.ws_col)
}

#[cfg(not(unix))]
fn columns_alone(_: &Term) -> Option<u16> {
    None
}

/// Whether another program has the terminal of stderr, such as the shell that shows its prompt after `listen &`.
/// False for a terminal that does not control this process.
#[cfg(unix)]
pub(super) fn is_in_background() -> bool {
    rustix::termios::tcgetpgrp(std::io::stderr()).is_ok_and(|group| group != rustix::process::getpgrp())
}

/// Windows has no background: a console is shared without an owner.
#[cfg(not(unix))]
pub(super) fn is_in_background() -> bool {
    false
}

/// Whether the stream is a terminal. On Windows, this also enables colors.
pub(super) fn is_terminal(term: &Term) -> bool {
    let _ = term.features().colors_supported();
    term.is_term()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Surroundings = Surroundings { no_color: false, force: false, dumb: false };

    #[test]
    fn colors_only_on_a_terminal() {
        assert!(PLAIN.color(Color::Auto, true));
        assert!(!PLAIN.color(Color::Auto, false));
        assert!(!Surroundings { dumb: true, ..PLAIN }.color(Color::Auto, true));
    }

    #[test]
    fn no_color_overrides_clicolor_force_and_the_flag_overrides_both() {
        let forced = Surroundings { force: true, ..PLAIN };
        assert!(forced.color(Color::Auto, false));
        let both = Surroundings { no_color: true, ..forced };
        assert!(!both.color(Color::Auto, true));
        assert!(both.color(Color::Always, false));
        assert!(!forced.color(Color::Never, true));
    }
}
