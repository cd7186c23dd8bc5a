//! Decodes JSON strings: removes the quotes and decodes the escapes.
//!
//! Two `\u` escapes that form a surrogate pair become one character. Half a pair becomes three bytes (WTF-8), so
//! that a writer can turn it back into an escape.

use std::borrow::Cow;

/// A decoded string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unquoted<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// The length of the string in the text, including quotes.
    pub(crate) length: usize,
}

/// The offset of the error, and what was expected there.
pub(crate) type UnquoteError = (usize, &'static str);

/// Decodes the JSON string at the start of `text`. Bytes that are not UTF-8 are unchanged.
pub(crate) fn json_string(text: &[u8]) -> Result<Unquoted<'_>, UnquoteError> {
    if text.first() != Some(&b'"') {
        return Err((0, "a string in quotes"));
    }
    unquote(text, |decoder, escape| match escape {
        b'"' | b'\\' | b'/' => decoder.byte(escape),
        b'b' => decoder.byte(0x08),
        b'f' => decoder.byte(0x0c),
        b'n' => decoder.byte(b'\n'),
        b'r' => decoder.byte(b'\r'),
        b't' => decoder.byte(b'\t'),
        b'u' => decoder.unit(),
        _ => Err("an escape of JSON"),
    })
    .and_then(|quoted| {
        let raw = &text[..quoted.length];
        // Without an early exit the compiler compares many bytes at once.
        if raw.iter().fold(false, |found, b| found | (*b < 0x20)) {
            let at = raw.iter().position(|b| *b < 0x20).unwrap_or(0);
            return Err((at, "no control character in a string"));
        }
        Ok(quoted)
    })
}

/// The length of the JSON string at the start of `text`, including quotes. Escapes are not checked. A string without a
/// closing quote takes the whole text.
pub(crate) fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(offset) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += offset;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// Bytes that are set aside for a string with escapes, such as the body of a request.
const ROOM: usize = 4096;

/// Removes quotes of any kind, and calls `escape` for what follows a backslash.
pub(crate) fn unquote<'a>(
    text: &'a [u8],
    escape: impl Fn(&mut StringDecoder<'a>, u8) -> Result<(), &'static str>,
) -> Result<Unquoted<'a>, UnquoteError> {
    let Some(&quote) = text.first().filter(|b| matches!(b, b'"' | b'\'' | b'`')) else {
        return Err((0, "a string in quotes"));
    };
    let plain = memchr::memchr2(quote, b'\\', &text[1..]).ok_or((text.len(), "a closing quote"))?;
    if text[1 + plain] == quote {
        return Ok(Unquoted { bytes: Cow::Borrowed(&text[1..=plain]), length: plain + 2 });
    }
    // A longer text grows in few steps.
    let mut out = Vec::with_capacity((2 * plain).max(ROOM).min(text.len()));
    out.extend_from_slice(&text[1..=plain]);
    let mut decoder = StringDecoder { text, at: 1 + plain, out };
    while let Some(&b) = text.get(decoder.at) {
        decoder.at += 1;
        if b == quote {
            if decoder.out.len() < ROOM / 2 {
                decoder.out.shrink_to_fit();
            }
            return Ok(Unquoted { bytes: Cow::Owned(decoder.out), length: decoder.at });
        }
        if b == b'\\' {
            let at = decoder.at;
            let letter = *text.get(at).ok_or((at, "a closing quote"))?;
            decoder.at += 1;
            escape(&mut decoder, letter).map_err(|what| (at, what))?;
        } else {
            decoder.plain(quote);
        }
    }
    Err((text.len(), "a closing quote"))
}

/// Decodes the escapes of JSON and of other languages. `at` is the position after the escape's letter.
pub(crate) struct StringDecoder<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    pub(crate) out: Vec<u8>,
}

impl StringDecoder<'_> {
    pub(crate) fn byte(&mut self, byte: u8) -> Result<(), &'static str> {
        self.out.push(byte);
        Ok(())
    }

    /// Copies the bytes from `at - 1` to the next such quote or backslash.
    fn plain(&mut self, quote: u8) {
        let start = self.at - 1;
        self.at += run_length(&self.text[self.at..], quote);
        self.out.extend_from_slice(&self.text[start..self.at]);
    }

    /// Decodes the escapes that C, JavaScript and Python share. An unknown escape is copied unchanged.
    pub(crate) fn simple(&mut self, escape: u8) -> Result<(), &'static str> {
        match escape {
            b'a' => self.byte(0x07),
            b'b' => self.byte(0x08),
            b'f' => self.byte(0x0c),
            b'n' => self.byte(b'\n'),
            b'r' => self.byte(b'\r'),
            b't' => self.byte(b'\t'),
            b'v' => self.byte(0x0b),
            b'0' => self.byte(0),
            b'\n' => Ok(()),
            b'\\' | b'\'' | b'"' | b'`' | b'/' => self.byte(escape),
            other => {
                self.out.push(b'\\');
                self.byte(other)
            }
        }
    }

    /// Reads exactly `digits` hex digits.
    pub(crate) fn hex(&mut self, digits: usize) -> Result<u32, &'static str> {
        const WHAT: &str = "hex digits after the escape";
        let text = self.text.get(self.at..self.at + digits).ok_or(WHAT)?;
        if !text.iter().all(u8::is_ascii_hexdigit) {
            return Err(WHAT);
        }
        self.at += digits;
        std::str::from_utf8(text).ok().and_then(|t| u32::from_str_radix(t, 16).ok()).ok_or(WHAT)
    }

    /// Decodes the four digits of `\u`, and the second half of a pair if it follows.
    pub(crate) fn unit(&mut self) -> Result<(), &'static str> {
        let first = self.hex(4)?;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.hex(4).unwrap_or(0);
            if (0xdc00..0xe000).contains(&second) {
                self.char(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                return Ok(());
            }
            self.at = before;
        }
        self.char(first);
        Ok(())
    }

    /// Writes a character in UTF-8. Half a surrogate pair becomes three bytes in the same way.
    pub(crate) fn char(&mut self, code: u32) {
        if let Some(c) = char::from_u32(code) {
            self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            let low = |shift: u32| 0x80 | ((code >> shift) & 0x3f) as u8;
            self.out.extend_from_slice(&[0xe0 | ((code >> 12) & 0x0f) as u8, low(6), low(0)]);
        }
    }
}

/// The number of bytes before the first such quote or backslash.
fn run_length(text: &[u8], quote: u8) -> usize {
    // A body has a quote every ten bytes. For so few, a call of memchr takes longer than comparing eight at a time.
    const FEW: usize = 32;
    let mut at = 0;
    while at < FEW
        && let Some(eight) = text[at..].first_chunk()
    {
        let word = u64::from_le_bytes(*eight);
        let found = zero_bytes(word ^ repeated(quote)) | zero_bytes(word ^ repeated(b'\\'));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = &text[at..];
    at + memchr::memchr2(quote, b'\\', rest).unwrap_or(rest.len())
}

/// A word of eight such bytes.
const fn repeated(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of the first byte that is 0, and perhaps of later ones.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeated(0x01)) & !word & repeated(0x80)
}

/// The text with U+FFFD for half surrogate pairs, which UTF-8 cannot represent.
pub(crate) fn well_formed(bytes: &[u8]) -> Cow<'_, [u8]> {
    if half_pairs(bytes).next().is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in half_pairs(bytes) {
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice("\u{fffd}".as_bytes());
        from = at + 3;
    }
    out.extend_from_slice(&bytes[from..]);
    Cow::Owned(out)
}

/// The text with U+FFFD for half surrogate pairs and for bytes that are not UTF-8.
pub(super) fn in_utf8(text: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(String::from_utf8_lossy(&well_formed(text)).into_owned()),
    }
}

/// The positions of half surrogate pairs in WTF-8. They do not overlap: their second and third bytes cannot start one.
fn half_pairs(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(0xed, bytes).filter(|at| half_pair(&bytes[*at..]).is_some())
}

/// The half surrogate pair at the start of WTF-8.
fn half_pair(bytes: &[u8]) -> Option<u16> {
    match *bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            Some(0xd000 | (u16::from(second & 0x3f) << 6) | u16::from(third & 0x3f))
        }
        _ => None,
    }
}

/// One character of a decoded string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringUnit {
    Char(char),
    /// Half a surrogate pair without its other half.
    HalfPair(u16),
    /// A byte that is not UTF-8.
    Byte(u8),
}

impl StringUnit {
    /// The first character of a decoded string, and its length in bytes.
    pub(super) fn first(bytes: &[u8]) -> Option<(Self, usize)> {
        let &first = bytes.first()?;
        let length = match first {
            0..0x80 => return Some((Self::Char(char::from(first)), 1)),
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let c = bytes.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()?.chars().next());
        Some(match (c, half_pair(bytes)) {
            (Some(c), _) => (Self::Char(c), length),
            (None, Some(half)) => (Self::HalfPair(half), 3),
            (None, None) => (Self::Byte(first), 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_change_bytes_that_only_start_like_half_a_pair() {
        for bytes in [&b"\xed\xa0\xed\xa0\x80"[..], b"\xed\xed\xa0\x80", b"\xed\xa0", b"\xed"] {
            let whole = well_formed(bytes);
            assert!(whole.len() >= bytes.len() && half_pairs(&whole).next().is_none(), "{bytes:?}");
        }
    }

    fn json(text: &str) -> Result<Vec<u8>, UnquoteError> {
        json_string(text.as_bytes()).map(|quoted| quoted.bytes.into_owned())
    }

    #[test]
    fn joins_surrogate_pairs_and_preserves_half_pairs() {
        assert_eq!(json(r#""\ud83d\uDE92""#).unwrap(), "🚒".as_bytes());
        assert_eq!(json(r#""a\ud83dx""#).unwrap(), b"a\xed\xa0\xbdx");
        assert_eq!(json(r#""\ud83d\ud83d\ude92""#).unwrap(), [b"\xed\xa0\xbd", "🚒".as_bytes()].concat());
        assert_eq!(well_formed(b"a\xed\xa0\xbdx").as_ref(), "a\u{fffd}x".as_bytes());
    }

    #[test]
    fn finds_the_end_of_a_run_at_every_length() {
        // The neighbors of both bytes must not be taken for them.
        let plain = b"!#[]\x00\xa2\xdc~";
        for length in 0..80 {
            let mut text: Vec<u8> = plain.iter().copied().cycle().take(length).collect();
            assert_eq!(run_length(&text, b'"'), length);
            for end in [&b"\""[..], b"\\", b"\"\\\"\"", b"\\!!!!!!!\""] {
                text.truncate(length);
                text.extend_from_slice(end);
                assert_eq!(run_length(&text, b'"'), length, "{end:?}");
            }
        }
    }

    #[test]
    fn rejects_strings_that_json_does_not_allow() {
        for text in [r#""\x41""#, r#""\u12""#, "\"a", "\"a\\", "\"a\nb\"", r#""\u12é4""#, "a", "'a'"] {
            assert!(json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn measures_strings() {
        for (text, length) in [(r#""a\"b\\" x"#, 8), (r#""""#, 2), (r#""a\"#, 3), (r#""a"#, 2), ("\"", 1)] {
            assert_eq!(string_length(text.as_bytes()), length, "{text}");
        }
    }
}
