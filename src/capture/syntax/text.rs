//! Strings in quotes: JSON's, and those of JavaScript and Python as these print them.
//!
//! Two `\u` escapes that make a surrogate pair become one character. Half a pair becomes three bytes (WTF-8),
//! so that whoever writes it again can tell.

use std::borrow::Cow;

/// A string without its quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::capture) struct Quoted<'a> {
    /// Its bytes.
    pub(in crate::capture) bytes: Cow<'a, [u8]>,
    /// The length of its text, quotes included.
    pub(in crate::capture) length: usize,
}

/// Where it went wrong, and what was expected there.
type Failure = (usize, &'static str);

/// A JSON string at the beginning of `text`.
pub(in crate::capture) fn json_string(text: &[u8]) -> Result<Quoted<'_>, Failure> {
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
        // Without a way out in the middle the compiler looks at many bytes at once.
        if raw.iter().fold(false, |found, b| found | (*b < 0x20)) {
            let at = raw.iter().position(|b| *b < 0x20).unwrap_or(0);
            return Err((at, "no control character in a string"));
        }
        Ok(quoted)
    })
}

/// A string as JavaScript or Python print it, in quotes of any kind.
pub(in crate::capture) fn loose_string(text: &[u8]) -> Result<Quoted<'_>, Failure> {
    unquote(text, |decoder, escape| match escape {
        b'u' => decoder.unit(),
        b'U' => decoder.scalar(),
        b'x' => decoder.hex(2).map(|code| decoder.char(code)),
        _ => decoder.simple(escape),
    })
}

/// Python's `'…'` of `b'…'`: `\x` is a byte here.
pub(in crate::capture) fn python_bytes(text: &[u8]) -> Result<Quoted<'_>, Failure> {
    unquote(text, |decoder, escape| match escape {
        b'x' => decoder
            .hex(2)
            .and_then(|code| u8::try_from(code).map_err(|_| "two hex digits"))
            .and_then(|b| decoder.byte(b)),
        _ => decoder.simple(escape),
    })
}

/// Takes the quotes off and has `escape` decode what follows a backslash.
fn unquote<'a>(
    text: &'a [u8],
    escape: impl Fn(&mut Decoder<'a>, u8) -> Result<(), &'static str>,
) -> Result<Quoted<'a>, Failure> {
    let Some(&quote) = text.first().filter(|b| matches!(b, b'"' | b'\'' | b'`')) else {
        return Err((0, "a string in quotes"));
    };
    let plain = memchr::memchr2(quote, b'\\', &text[1..]).ok_or((text.len(), "a closing quote"))?;
    if text[1 + plain] == quote {
        return Ok(Quoted { bytes: Cow::Borrowed(&text[1..=plain]), length: plain + 2 });
    }
    let mut decoder = Decoder { text, at: 1 + plain, out: text[1..=plain].to_vec() };
    while let Some(&b) = text.get(decoder.at) {
        decoder.at += 1;
        if b == quote {
            return Ok(Quoted { bytes: Cow::Owned(decoder.out), length: decoder.at });
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

/// Decodes escapes; `at` stands after the escape's letter.
pub(in crate::capture) struct Decoder<'a> {
    pub(in crate::capture) text: &'a [u8],
    pub(in crate::capture) at: usize,
    pub(in crate::capture) out: Vec<u8>,
}

impl Decoder<'_> {
    pub(in crate::capture) fn byte(&mut self, byte: u8) -> Result<(), &'static str> {
        self.out.push(byte);
        Ok(())
    }

    /// Copies the run of bytes that begins before `at` and ends before the next such quote or backslash.
    fn plain(&mut self, quote: u8) {
        let start = self.at - 1;
        let rest = &self.text[self.at..];
        let run = memchr::memchr2(quote, b'\\', rest).unwrap_or(rest.len());
        self.at += run;
        self.out.extend_from_slice(&self.text[start..self.at]);
    }

    /// The escapes that C, JavaScript and Python share; unknown ones stand for themselves.
    pub(in crate::capture) fn simple(&mut self, escape: u8) -> Result<(), &'static str> {
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

    /// Exactly `digits` hex digits.
    pub(in crate::capture) fn hex(&mut self, digits: usize) -> Result<u32, &'static str> {
        const WHAT: &str = "hex digits after the escape";
        let text = self.text.get(self.at..self.at + digits).ok_or(WHAT)?;
        if !text.iter().all(u8::is_ascii_hexdigit) {
            return Err(WHAT);
        }
        self.at += digits;
        std::str::from_utf8(text).ok().and_then(|t| u32::from_str_radix(t, 16).ok()).ok_or(WHAT)
    }

    /// The four digits of `\u`, and those of the second half of a pair where it follows.
    pub(in crate::capture) fn unit(&mut self) -> Result<(), &'static str> {
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

    /// The eight digits of Python's `\U`.
    fn scalar(&mut self) -> Result<(), &'static str> {
        let code = self.hex(8)?;
        if code > 0x10_ffff {
            return Err("a character's number");
        }
        self.char(code);
        Ok(())
    }

    /// A character in UTF-8; half a surrogate pair likewise, in three bytes.
    pub(in crate::capture) fn char(&mut self, code: u32) {
        if let Some(c) = char::from_u32(code) {
            self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            let low = |shift: u32| 0x80 | ((code >> shift) & 0x3f) as u8;
            self.out.extend_from_slice(&[0xe0 | ((code >> 12) & 0x0f) as u8, low(6), low(0)]);
        }
    }
}

/// The text as it would be sent: half surrogate pairs, which UTF-8 cannot hold, become U+FFFD.
pub(in crate::capture) fn well_formed(bytes: &[u8]) -> Cow<'_, [u8]> {
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

/// Where half surrogate pairs stand in WTF-8. No two overlap: their second and third bytes begin none.
fn half_pairs(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(0xed, bytes)
        .filter(|at| matches!(bytes.get(at + 1..at + 3), Some([0xa0..=0xbf, 0x80..=0xbf])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_only_begin_like_half_a_pair_are_left_alone() {
        for bytes in [&b"\xed\xa0\xed\xa0\x80"[..], b"\xed\xed\xa0\x80", b"\xed\xa0", b"\xed"] {
            let whole = well_formed(bytes);
            assert!(whole.len() >= bytes.len() && half_pairs(&whole).next().is_none(), "{bytes:?}");
        }
    }

    fn json(text: &str) -> Result<Vec<u8>, Failure> {
        json_string(text.as_bytes()).map(|quoted| quoted.bytes.into_owned())
    }

    #[test]
    fn joins_surrogate_pairs_and_keeps_half_ones() {
        assert_eq!(json(r#""\ud83d\uDE92""#).unwrap(), "🚒".as_bytes());
        assert_eq!(json(r#""a\ud83dx""#).unwrap(), b"a\xed\xa0\xbdx");
        assert_eq!(json(r#""\ud83d\ud83d\ude92""#).unwrap(), [b"\xed\xa0\xbd", "🚒".as_bytes()].concat());
        assert_eq!(well_formed(b"a\xed\xa0\xbdx").as_ref(), "a\u{fffd}x".as_bytes());
    }

    #[test]
    fn refuses_strings_that_json_does_not_allow() {
        for text in [r#""\x41""#, r#""\u12""#, "\"a", "\"a\\", "\"a\nb\"", r#""\u12é4""#, "a"] {
            assert!(json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_the_escapes_of_javascript_and_python() {
        let read = |text: &str| loose_string(text.as_bytes()).unwrap().bytes.into_owned();
        assert_eq!(read(r"'it\'s \x1B \xe9'"), "it's \u{1b} é".as_bytes());
        assert_eq!(read(r"'\U0001f692 \u00e9 \d'"), "🚒 é \\d".as_bytes());
        assert_eq!(python_bytes(br"'\xc3\xa9'").unwrap().bytes.as_ref(), "é".as_bytes());
    }
}
