//! [`Key`]: a key press, independent of the terminal.

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Return.
    Enter,
    /// Escape, alone.
    Escape,
    /// Deletes the last character.
    Backspace,
    /// Deletes all characters: Ctrl-U.
    EraseAll,
    /// A character.
    Char(char),
    /// A character of pasted text. It is never a command.
    Pasted(char),
    /// Not a key: the process is in the foreground again, and the status line must be redrawn.
    Returned,
}
