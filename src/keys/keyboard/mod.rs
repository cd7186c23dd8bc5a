//! Single keys from the terminal that the program was started from.
//!
//! [`Keyboard::open`] takes the terminal's input out of its mode of whole, echoed lines, and a thread reads keys.
//! All else stays as it was: Ctrl-C and Ctrl-Z send their signals, output is processed, scrolling back and the
//! mouse belong to the terminal. The [`Keyboard`] is a guard: when it is dropped, the mode is what it was.
//!
//! A terminal that ends, or cannot be read, ends the keys and nothing else. What a key means is not known here.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the guard |
//! | `unix.rs` | the thread that reads; Ctrl-Z, `fg`, Ctrl-\ |
//! | `mode.rs` | the terminal's mode, taken and given back |
//! | `decoder.rs` | bytes to keys. Pure |
//! | `windows.rs` | the same on Windows, where the console itself knows keys |

#[cfg(unix)]
mod decoder;
#[cfg(unix)]
mod mode;
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

/// Keys that may wait: more than anybody presses while the screen is behind. What is more is dropped, as a
/// paste into the wrong window should be.
const WAITING: usize = 64;

/// The two ends of the way that keys take.
#[must_use]
pub(crate) fn channel() -> (mpsc::Sender<Key>, mpsc::Receiver<Key>) {
    mpsc::channel(WAITING)
}

/// The keyboard, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Keyboard {
    _guard: system::Guard,
}

/// Whether stdin is a terminal, so that there are keys to read.
#[must_use]
pub(crate) fn is_there() -> bool {
    std::io::stdin().is_terminal()
}

impl Keyboard {
    /// Reads keys from stdin, a terminal, from now on. In the background nothing is touched until the program
    /// comes to the front. `None` where the system refuses what it takes. To be called in a runtime.
    #[must_use]
    pub(crate) fn open(keys: mpsc::Sender<Key>) -> Option<Self> {
        system::open(keys).map(|guard| Self { _guard: guard })
    }
}
