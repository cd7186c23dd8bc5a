//! Writes strings as JSON, with the escapes of a serializer.

use super::string::StringUnit;

/// How a serializer writes a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonEscapes {
    /// How non-ASCII characters are written.
    pub(crate) beyond_ascii: BeyondAscii,
    /// Whether `\u` escapes use upper-case hex.
    pub(crate) upper_hex: bool,
    /// Whether `/` becomes `\/`.
    pub(crate) slash: bool,
    /// ASCII characters that are written as `\u00..` although JSON does not require it.
    pub(crate) also_escaped: &'static str,
    /// Whether U+2028 and U+2029 are escaped. They end a line in old JavaScript.
    pub(crate) line_separators: bool,
    /// How half a surrogate pair is written.
    pub(crate) half_pair: HalfPair,
}

/// How non-ASCII characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BeyondAscii {
    /// As UTF-8.
    Raw,
    /// Characters of the basic plane as UTF-8, others (emoji) as escaped surrogate pairs.
    EmojiEscaped,
    /// All characters as `\u....`.
    Escaped,
}

/// How half a surrogate pair is written, which UTF-8 cannot represent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HalfPair {
    /// As a `\u` escape.
    Escaped,
    /// As U+FFFD.
    Replaced,
}

impl JsonEscapes {
    /// As `JSON.stringify`: only the escapes that JSON requires.
    pub(crate) const RAW: Self = Self {
        beyond_ascii: BeyondAscii::Raw,
        upper_hex: false,
        slash: false,
        also_escaped: "",
        line_separators: false,
        half_pair: HalfPair::Escaped,
    };

    /// As Zoom: accents unescaped, emoji as escaped pairs in upper-case hex.
    pub(crate) const ZOOM: Self =
        Self { beyond_ascii: BeyondAscii::EmojiEscaped, upper_hex: true, ..Self::RAW };

    /// Writes a decoded string in quotes. Bytes that are not UTF-8 are unchanged.
    pub(crate) fn write(&self, text: &[u8], out: &mut Vec<u8>) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        let mut rest = text;
        while let Some(run) = rest.iter().position(|b| !self.is_plain(*b)) {
            out.extend_from_slice(&rest[..run]);
            rest = &rest[run..];
            let Some((unit, length)) = StringUnit::first(rest) else { break };
            match unit {
                StringUnit::Char(c) => self.write_char(c, out),
                StringUnit::HalfPair(_) if self.half_pair == HalfPair::Replaced => {
                    self.write_char('\u{fffd}', out);
                }
                StringUnit::HalfPair(half) => push_unicode_escape(half, self.upper_hex, out),
                StringUnit::Byte(byte) => out.push(byte),
            }
            rest = &rest[length..];
        }
        out.extend_from_slice(rest);
        out.push(b'"');
    }

    /// Whether a byte is always written unchanged.
    fn is_plain(&self, byte: u8) -> bool {
        match byte {
            0..b' ' | b'"' | b'\\' => false,
            b'/' if self.slash => false,
            ..0x80 => !self.also_escaped.as_bytes().contains(&byte),
            // 0xe2 starts U+2000 to U+2FFF; 0xed starts half surrogate pairs.
            0xe2 => self.beyond_ascii != BeyondAscii::Escaped && !self.line_separators,
            0xed => false,
            0xf0.. => self.beyond_ascii == BeyondAscii::Raw,
            _ => self.beyond_ascii != BeyondAscii::Escaped,
        }
    }

    fn write_char(&self, c: char, out: &mut Vec<u8>) {
        let escaped = self.also_escaped.contains(c)
            || (self.line_separators && matches!(c, '\u{2028}' | '\u{2029}'))
            || self.is_beyond(c);
        match short_escape(c) {
            _ if escaped => push_char_escape(c, self.upper_hex, out),
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None if c == '/' && self.slash => out.extend_from_slice(b"\\/"),
            None if c < ' ' => push_char_escape(c, self.upper_hex, out),
            None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    fn is_beyond(&self, c: char) -> bool {
        match self.beyond_ascii {
            BeyondAscii::Raw => false,
            BeyondAscii::EmojiEscaped => c > '\u{ffff}',
            BeyondAscii::Escaped => !c.is_ascii(),
        }
    }
}

/// The letter of the two-character escape for this character, if JSON has one.
pub(crate) fn short_escape(c: char) -> Option<u8> {
    Some(match c {
        '"' => b'"',
        '\\' => b'\\',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => return None,
    })
}

/// Writes a character as `\u....`. A character beyond the basic plane becomes two escapes, a surrogate pair.
pub(crate) fn push_char_escape(c: char, upper_hex: bool, out: &mut Vec<u8>) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        push_unicode_escape(*unit, upper_hex, out);
    }
}

fn push_unicode_escape(unit: u16, upper_hex: bool, out: &mut Vec<u8>) {
    let digits: &[u8; 16] = if upper_hex { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let digit = |shift: u16| digits[usize::from(unit >> shift & 15)];
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

#[cfg(test)]
mod tests {
    use super::super::string::json_string;
    use super::*;

    fn written(escapes: JsonEscapes, raw: &str) -> String {
        let mut out = Vec::new();
        escapes.write(&json_string(raw.as_bytes()).unwrap().bytes, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn writes_accents_unescaped_and_emoji_as_upper_case_pairs() {
        assert_eq!(written(JsonEscapes::ZOOM, r#""caf\u00e9 🚒 \/ \u2019""#), r#""café \uD83D\uDE92 / ’""#);
        assert_eq!(written(JsonEscapes::RAW, r#""\uD83D\uDE92""#), r#""🚒""#);
    }

    #[test]
    fn escapes_controls_quotes_and_extra_characters() {
        let raw = r#""\"\\\b\f\n\r\t\u0001""#;
        assert_eq!(written(JsonEscapes::RAW, raw), raw);
        assert_eq!(written(JsonEscapes { slash: true, ..JsonEscapes::RAW }, r#""a/b""#), r#""a\/b""#);
        assert_eq!(
            written(JsonEscapes { also_escaped: "<=", ..JsonEscapes::RAW }, r#""<a==""#),
            r#""\u003ca\u003d\u003d""#
        );
    }

    #[test]
    fn escapes_or_replaces_half_a_pair() {
        for raw in [r#""cut \ud83d""#, r#""\ud83d\u0041""#, r#""\ude92\ud83d""#] {
            assert!(written(JsonEscapes::RAW, raw).contains(r"\ud83d"), "{raw}");
        }
        let go = JsonEscapes { half_pair: HalfPair::Replaced, ..JsonEscapes::RAW };
        assert_eq!(written(go, r#""cut \ud83d""#), "\"cut \u{fffd}\"");
    }
}
