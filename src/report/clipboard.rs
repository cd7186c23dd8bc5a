//! Copies text to the clipboard through the terminal, with OSC 52. Needs no other program and works over ssh.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Limit on the encoded text, in bytes: that of xterm, which other terminals adopted.
const LIMIT: usize = 74_994;

/// What happened to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
    /// It was sent; the terminal does not confirm it.
    Sent,
    /// It was sent to tmux, which forwards it only if configured to.
    SentToTmux,
    /// It is larger than terminals accept.
    TooLarge,
    /// There is no terminal.
    NoTerminal,
}

/// The control sequence that copies a text; `None` if the text is too large.
pub(super) fn sequence(text: &str) -> Option<String> {
    let encoded = BASE64_STANDARD.encode(text);
    (encoded.len() <= LIMIT).then(|| format!("\x1b]52;c;{encoded}\x07"))
}

/// Whether this process runs inside tmux.
pub(super) fn is_behind_tmux() -> bool {
    std::env::var_os("TMUX").is_some_and(|socket| !socket.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_any_text_and_rejects_one_over_the_limit() {
        assert_eq!(sequence("a\x07ü").unwrap(), "\x1b]52;c;YQfDvA==\x07");
        assert!(sequence(&"x".repeat(56_000)).is_some());
        assert!(sequence(&"x".repeat(56_300)).is_none());
    }
}
