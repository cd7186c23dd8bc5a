//! Keys on Windows: the console returns single keys in any mode, and handles Ctrl-C itself.

use console::{Key as ConsoleKey, Term};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::keys::Key;

/// On Windows there is no mode to restore.
#[derive(Debug)]
pub(super) struct Guard;

pub(super) fn open(keys: Sender<Key>) -> Option<Guard> {
    std::thread::Builder::new().name("keyboard".into()).spawn(move || read(&keys)).ok()?;
    Some(Guard)
}

/// Ends with the process: reading from a console cannot be interrupted.
fn read(keys: &Sender<Key>) {
    let terminal = Term::stderr();
    while let Ok(pressed) = terminal.read_key() {
        let key = match pressed {
            ConsoleKey::ArrowUp => Key::Up,
            ConsoleKey::ArrowDown => Key::Down,
            ConsoleKey::Enter => Key::Enter,
            ConsoleKey::Escape => Key::Escape,
            ConsoleKey::Backspace => Key::Backspace,
            // Ctrl-U.
            ConsoleKey::Char('\u{15}') => Key::EraseAll,
            ConsoleKey::Char(c) if !c.is_control() => Key::Char(c),
            _ => continue,
        };
        if let Err(TrySendError::Closed(_)) = keys.try_send(key) {
            return;
        }
    }
}
