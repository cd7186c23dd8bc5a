//! Reads single keys from the terminal.
//!
//! [`Keyboard::open`] turns off line mode and echo of the terminal's input, and starts a thread that reads keys.
//! Everything else stays the same: Ctrl-C and Ctrl-Z send signals, and output processing, scrollback and the mouse are
//! not changed. The [`Keyboard`] is a guard: dropping it restores the mode.
//!
//! If the terminal closes or cannot be read, only the keys end. The meaning of keys is defined elsewhere.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the guard |
//! | `unix.rs` | the reading thread, the terminal's mode; Ctrl-Z, `fg`, Ctrl-\ |
//! | `decoder.rs` | decodes bytes to keys. Pure |
//! | `windows.rs` | the same on Windows, where the console decodes keys |

#[cfg(unix)]
mod decoder;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io::IsTerminal;

use tokio::sync::mpsc;

use crate::keys::Key;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Limit on queued keys: more than a user presses while the screen is behind. Further keys are dropped, such as a paste
/// into the wrong window.
const WAITING: usize = 64;

/// The channel for keys.
#[must_use]
pub(crate) fn channel() -> (mpsc::Sender<Key>, mpsc::Receiver<Key>) {
    mpsc::channel(WAITING)
}

/// Reads keys until it is dropped.
#[derive(Debug)]
pub(crate) struct Keyboard {
    _guard: system::Guard,
}

/// Whether stdin is a terminal.
#[must_use]
pub(crate) fn is_there() -> bool {
    std::io::stdin().is_terminal()
}

impl Keyboard {
    /// Starts to read keys from stdin, which must be a terminal. A process in the background does not touch the
    /// terminal until it is in the foreground. `None` if the system does not allow it. Must be called in a runtime.
    #[must_use]
    pub(crate) fn open(keys: mpsc::Sender<Key>) -> Option<Self> {
        system::open(keys).map(|guard| Self { _guard: guard })
    }
}
