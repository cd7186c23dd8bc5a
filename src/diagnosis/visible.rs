//! Shows bytes as text with marks for spaces, line ends, control and format characters, and bytes that are not UTF-8.
//! The result is safe for a terminal.

use std::fmt::Write;

/// Returns the bytes as text with a mark for everything invisible: a space is `·`, a newline `␊`, a format character
/// `\u{…}`, and a byte that is not UTF-8 `\x..`.
#[must_use]
pub fn visible(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(&mut shown, c));
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Number of characters in the text of [`visible`].
pub(super) fn visible_width(bytes: &[u8]) -> usize {
    visible(bytes).chars().count()
}

fn push(shown: &mut String, c: char) {
    match c {
        ' ' => shown.push('·'),
        '\0'..='\x1f' => shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('?')),
        '\x7f' => shown.push('␡'),
        c if is_invisible(c) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
        c => shown.push(c),
    }
}

/// Control, format and bidirectional characters, and whitespace other than U+0020.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        // A combining mark without its base would change the character before it.
        || ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_invisible_characters() {
        assert_eq!(visible(b"a b\r\n\t\x1b[0m"), "a·b␍␊␉␛[0m");
        assert_eq!(visible("\u{feff}x\u{202e}\u{200b}\u{a0}".as_bytes()), r"\u{feff}x\u{202e}\u{200b}\u{a0}");
        assert_eq!(visible(b"caf\xe9\x7f"), "caf\\xe9␡");
        assert_eq!(visible("e\u{301} é 🎉".as_bytes()), "e\\u{301}·é·🎉");
    }
}
