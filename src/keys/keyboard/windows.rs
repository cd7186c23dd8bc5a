//! Keys on Windows: the console gives them singly, whatever mode it is in, and keeps Ctrl-C for itself.

use console::{Key as ConsoleKey, Term};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::keys::Key;

/// There is no mode to give back.
#[derive(Debug)]
pub(super) struct Guard;

pub(super) fn open(keys: Sender<Key>) -> Option<Guard> {
    std::thread::Builder::new().name("keyboard".into()).spawn(move || read(&keys)).ok()?;
    Some(Guard)
}

/// Ends with the process: a console cannot be waited for together with anything else.
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
