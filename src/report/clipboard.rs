//! Text into the clipboard of the terminal's own machine: OSC 52, which needs no program and goes through ssh.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Bytes of the encoded text that terminals take at the least: xterm's limit, which others keep to.
const MOST: usize = 74_994;

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
    /// It was sent; a terminal does not say whether it took it.
    Sent,
    /// It was sent to tmux, which passes it on only where it was told to.
    SentToTmux,
    /// Terminals do not take as much.
    TooLarge,
    /// There is no terminal.
    NoTerminal,
}

/// The sequence that copies a text; `None` where it is too large.
pub(super) fn sequence(text: &str) -> Option<String> {
    let encoded = BASE64_STANDARD.encode(text);
    (encoded.len() <= MOST).then(|| format!("\x1b]52;c;{encoded}\x07"))
}

/// Whether tmux stands between this process and the terminal.
pub(super) fn is_behind_tmux() -> bool {
    std::env::var_os("TMUX").is_some_and(|socket| !socket.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_whatever_the_text_is_and_refuses_what_no_terminal_takes() {
        assert_eq!(sequence("a\x07ü").unwrap(), "\x1b]52;c;YQfDvA==\x07");
        assert!(sequence(&"x".repeat(56_000)).is_some());
        assert!(sequence(&"x".repeat(56_300)).is_none());
    }
}
