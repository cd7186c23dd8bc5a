//! What a person can press, whatever kind of terminal sends it.

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// Return.
    Enter,
    /// Escape, alone.
    Escape,
    /// Takes the last character back.
    Backspace,
    /// Takes all characters back: Ctrl-U.
    EraseAll,
    /// A character.
    Char(char),
    /// A character of a text that was pasted: no command, whatever letter it is.
    Pasted(char),
    /// No key: the terminal is ours again, and what stood on its last line has gone.
    Returned,
}
