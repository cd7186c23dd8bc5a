//! Decodes the bytes from a terminal to keys: UTF-8 characters, and the escape sequences of the arrows. Pure.
//!
//! It knows a few keys and skips the sequences of all others as a whole, so that no letters of them remain. Sequences
//! are those of ECMA-48 (CSI) and of the VT100's application mode (SS3).

use crate::keys::Key;

const ESCAPE: u8 = 0x1b;

/// The most characters that arrive at once from typing, even over a slow connection.
const TYPED: usize = 4;

/// Recognizes pasted text: more characters at once than a person types. Marks its characters and removes its line ends.
/// A repeated character is a key that is held down, not a paste.
pub(super) fn mark_pasted(keys: &mut Vec<Key>) {
    let is_char = |key: &&Key| matches!(key, Key::Char(_));
    let mut characters = keys.iter().filter(is_char);
    let first = characters.next().copied();
    if keys.iter().filter(is_char).count() <= TYPED || characters.all(|key| Some(*key) == first) {
        return;
    }
    keys.retain(|key| is_char(&key));
    for key in keys {
        if let Key::Char(c) = *key {
            *key = Key::Pasted(c);
        }
    }
}

/// The state within an escape sequence.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC: the key itself, or the start of a sequence.
    Escape,
    /// After `ESC [`.
    Csi,
    /// Before the last byte: after `ESC O`, or after `ESC [ [`, which starts function keys on the Linux console.
    Last { arrows: bool },
}

/// Decodes keys from bytes.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
    /// Whether the sequence has bytes after its introducer.
    has_parameters: bool,
    character: Vec<u8>,
}

impl Decoder {
    /// Decodes the next byte and appends the keys that it completes.
    pub(super) fn take(&mut self, byte: u8, keys: &mut Vec<Key>) {
        match self.state {
            State::Ground => self.ground(byte, keys),
            State::Escape => self.after_escape(byte, keys),
            State::Csi => match byte {
                b'[' if !self.has_parameters => self.state = State::Last { arrows: false },
                // Parameters and intermediates.
                0x20..=0x3f => self.has_parameters = true,
                final_byte => {
                    self.state = State::Ground;
                    keys.extend(arrow(final_byte));
                }
            },
            State::Last { arrows } => {
                self.state = State::Ground;
                keys.extend(arrow(byte).filter(|_| arrows));
            }
        }
    }

    /// Whether a sequence has started, which may also be the escape key alone.
    pub(super) fn is_undecided(&self) -> bool {
        self.state != State::Ground
    }

    /// Ends a sequence after which nothing followed.
    pub(super) fn decide(&mut self) -> Option<Key> {
        let state = std::mem::take(&mut self.state);
        (state == State::Escape).then_some(Key::Escape)
    }

    fn after_escape(&mut self, byte: u8, keys: &mut Vec<Key>) {
        self.has_parameters = false;
        self.state = match byte {
            b'[' => State::Csi,
            b'O' => State::Last { arrows: true },
            ESCAPE => {
                keys.push(Key::Escape);
                State::Escape
            }
            // A character with Alt is ignored.
            _ => State::Ground,
        };
    }

    fn ground(&mut self, byte: u8, keys: &mut Vec<Key>) {
        if byte >= 0x80 {
            return self.multi_byte(byte, keys);
        }
        self.character.clear();
        match byte {
            ESCAPE => self.state = State::Escape,
            b'\r' | b'\n' => keys.push(Key::Enter),
            0x08 | 0x7f => keys.push(Key::Backspace),
            // Ctrl-U.
            0x15 => keys.push(Key::EraseAll),
            0x20..=0x7e => keys.push(Key::Char(byte.into())),
            _ => {}
        }
    }

    /// A byte of a multi-byte character. Skips invalid UTF-8.
    fn multi_byte(&mut self, byte: u8, keys: &mut Vec<Key>) {
        self.character.push(byte);
        match std::str::from_utf8(&self.character) {
            Ok(text) => {
                keys.extend(text.chars().filter(|c| !c.is_control()).map(Key::Char));
                self.character.clear();
            }
            Err(error) if error.error_len().is_some() => self.character.clear(),
            Err(_) => {}
        }
    }
}

fn arrow(final_byte: u8) -> Option<Key> {
    match final_byte {
        b'A' => Some(Key::Up),
        b'B' => Some(Key::Down),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let (mut decoder, mut keys) = (Decoder::default(), Vec::new());
        for byte in bytes {
            decoder.take(*byte, &mut keys);
        }
        keys.extend(decoder.decide());
        keys
    }

    #[test]
    fn decodes_arrows_in_both_modes_and_with_modifiers() {
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[1;5A"), [Key::Up, Key::Down, Key::Up]);
    }

    #[test]
    fn an_escape_alone_is_a_key() {
        assert_eq!(keys(b"\x1b"), [Key::Escape]);
        assert_eq!(keys(b"\x1b\x1b"), [Key::Escape, Key::Escape]);
        assert_eq!(keys(b"\x1b["), []);
    }

    #[test]
    fn skips_other_keys_without_leaving_letters() {
        // Page up, F5, F1 on a Linux console, home, Alt-x, Ctrl-A, a mouse report of SGR.
        for bytes in [&b"\x1b[5~"[..], b"\x1b[15~", b"\x1b[[A", b"\x1bOH", b"\x1bx", b"\x01", b"\x1b[<0;1;1M"]
        {
            assert_eq!(keys(bytes), [], "{bytes:?}");
            assert_eq!(keys(&[bytes, b"q"].concat()), [Key::Char('q')], "{bytes:?}");
        }
    }

    #[test]
    fn decodes_multi_byte_characters() {
        assert_eq!(
            keys("ü会\r\x7f\x15".as_bytes()),
            [Key::Char('ü'), Key::Char('会'), Key::Enter, Key::Backspace, Key::EraseAll]
        );
        assert_eq!(keys(b"\xffa\xc3b"), [Key::Char('a'), Key::Char('b')]);
    }

    #[test]
    fn marks_a_paste_so_that_it_is_not_a_series_of_commands() {
        let marked = |bytes: &[u8]| {
            let mut keys = keys(bytes);
            mark_pasted(&mut keys);
            keys
        };
        assert_eq!(marked(b"queue\n"), "queue".chars().map(Key::Pasted).collect::<Vec<_>>());
        assert_eq!(marked(b"kkkkkkk"), [Key::Char('k'); 7]);
        assert_eq!(marked(b"kkr\r"), [Key::Char('k'), Key::Char('k'), Key::Char('r'), Key::Enter]);
    }

    proptest! {
        #[test]
        fn never_returns_a_control_character_as_typed(bytes: Vec<u8>) {
            let is_control = |key: &Key| matches!(key, Key::Char(c) if c.is_control());
            prop_assert!(!keys(&bytes).iter().any(is_control));
        }
    }
}
