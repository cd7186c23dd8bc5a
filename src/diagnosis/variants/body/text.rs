//! JSON strings: what serialisers escape, and how.

use std::fmt::Write;

/// How a serialiser writes a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    /// What lies beyond ASCII.
    pub(super) beyond_ascii: BeyondAscii,
    /// Whether `\u` is followed by upper-case hex.
    pub(super) upper_hex: bool,
    /// Whether `/` becomes `\/`.
    pub(super) slash: bool,
    /// ASCII characters that are written as `\u00..` though JSON does not ask for it.
    pub(super) also_escaped: &'static str,
    /// Whether U+2028 and U+2029 are escaped, which end a line in old JavaScript.
    pub(super) line_separators: bool,
    /// What becomes of half a surrogate pair.
    pub(super) half_pair: HalfPair,
}

/// How characters beyond ASCII are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BeyondAscii {
    /// As UTF-8.
    Raw,
    /// As UTF-8 in the basic plane, as escaped surrogate pairs beyond it: emoji.
    EmojiEscaped,
    /// All as `\u....`.
    Escaped,
}

/// What becomes of half a surrogate pair, which no UTF-8 can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HalfPair {
    /// Written as an escape again.
    Escaped,
    /// U+FFFD in its place.
    Replaced,
}

impl Texts {
    /// As JSON.stringify writes.
    pub(super) const RAW: Self = Self {
        beyond_ascii: BeyondAscii::Raw,
        upper_hex: false,
        slash: false,
        also_escaped: "",
        line_separators: false,
        half_pair: HalfPair::Escaped,
    };

    /// Writes the string whose JSON form, quotes included, is `raw`.
    pub(super) fn write(&self, raw: &str, out: &mut String) {
        out.push('"');
        for unit in Units::of(raw) {
            match unit {
                Unit::Char(c) => self.write_char(c, out),
                Unit::Half(_) if self.half_pair == HalfPair::Replaced => self.write_char('\u{fffd}', out),
                Unit::Half(half) => self.escape(half, out),
            }
        }
        out.push('"');
    }

    fn write_char(&self, c: char, out: &mut String) {
        match c {
            c if self.also_escaped.contains(c) => self.escape(c as u16, out),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '/' if self.slash => out.push_str("\\/"),
            c if c < ' ' => self.escape(c as u16, out),
            '\u{2028}' | '\u{2029}' if self.line_separators => self.escape(c as u16, out),
            c if self.is_escaped(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    self.escape(*unit, out);
                }
            }
            c => out.push(c),
        }
    }

    fn is_escaped(&self, c: char) -> bool {
        match self.beyond_ascii {
            BeyondAscii::Raw => false,
            BeyondAscii::EmojiEscaped => c > '\u{ffff}',
            BeyondAscii::Escaped => !c.is_ascii(),
        }
    }

    fn escape(&self, unit: u16, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = if self.upper_hex { write!(out, "\\u{unit:04X}") } else { write!(out, "\\u{unit:04x}") };
    }
}

/// One character of a string, or half of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Char(char),
    /// Half a surrogate pair without its other half.
    Half(u16),
}

/// The characters of a JSON string, escapes resolved.
pub(super) struct Units<'a> {
    rest: &'a str,
}

impl<'a> Units<'a> {
    /// `raw` is well-formed JSON, quotes included.
    pub(super) fn of(raw: &'a str) -> Self {
        Self { rest: raw.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(raw) }
    }

    fn escape(&mut self) -> Option<Unit> {
        let kind = self.rest.chars().next()?;
        self.rest = &self.rest[kind.len_utf8()..];
        Some(match kind {
            'u' => self.code_unit()?,
            'b' => Unit::Char('\u{8}'),
            'f' => Unit::Char('\u{c}'),
            'n' => Unit::Char('\n'),
            'r' => Unit::Char('\r'),
            't' => Unit::Char('\t'),
            c => Unit::Char(c),
        })
    }

    fn code_unit(&mut self) -> Option<Unit> {
        let first = hex_unit(self.rest)?;
        self.rest = &self.rest[4..];
        if let Some(c) = char::from_u32(u32::from(first)) {
            return Some(Unit::Char(c));
        }
        let second = self.rest.strip_prefix("\\u").and_then(hex_unit);
        let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
        Some(match pair {
            Some(c) => {
                self.rest = &self.rest[6..];
                Unit::Char(c)
            }
            None => Unit::Half(first),
        })
    }
}

/// The string itself; U+FFFD stands for half a pair.
pub(super) fn decoded(raw: &str) -> String {
    let shown = |unit| match unit {
        Unit::Char(c) => c,
        Unit::Half(_) => '\u{fffd}',
    };
    Units::of(raw).map(shown).collect()
}

fn hex_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.get(..4)?, 16).ok()
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\\' { self.escape() } else { Some(Unit::Char(c)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(texts: Texts, raw: &str) -> String {
        let mut out = String::new();
        texts.write(raw, &mut out);
        out
    }

    #[test]
    fn zoom_writes_accents_raw_and_emoji_as_upper_case_pairs() {
        let zoom = Texts { beyond_ascii: BeyondAscii::EmojiEscaped, upper_hex: true, ..Texts::RAW };
        assert_eq!(written(zoom, r#""caf\u00e9 🚒 \/ \u2019""#), r#""café \uD83D\uDE92 / ’""#);
        assert_eq!(written(Texts::RAW, r#""\uD83D\uDE92""#), r#""🚒""#);
    }

    #[test]
    fn controls_and_quotes_keep_their_escapes() {
        let raw = r#""\"\\\b\f\n\r\t\u0001""#;
        assert_eq!(written(Texts::RAW, raw), raw);
        assert_eq!(written(Texts { slash: true, ..Texts::RAW }, r#""a/b""#), r#""a\/b""#);
        assert_eq!(
            written(Texts { also_escaped: "<=", ..Texts::RAW }, r#""<a==""#),
            r#""\u003ca\u003d\u003d""#
        );
    }

    #[test]
    fn half_a_pair_survives_or_is_replaced() {
        for raw in [r#""cut \ud83d""#, r#""\ud83d\u0041""#, r#""\ude92\ud83d""#] {
            assert!(written(Texts::RAW, raw).contains(r"\ud83d"), "{raw}");
        }
        let go = Texts { half_pair: HalfPair::Replaced, ..Texts::RAW };
        assert_eq!(written(go, r#""cut \ud83d""#), "\"cut \u{fffd}\"");
    }
}
