//! Layers of escapes in the whole text. Strings of complete JSON values, and of what Node and Python print, are decoded
//! exactly where the values are collected. These layers are for text that is not a complete value.

use super::{Layer, Piece, has, same_lines};

/// `\"` and `\n`, as in a string inside a log line.
pub(super) const BACKSLASHES: Layer = Layer {
    name: "backslash escapes",
    applies: |text| [&b"\\\""[..], b"\\n", b"\\'", b"\\u", b"\\\\"].iter().any(|mark| has(text, mark)),
    peel: |text| same_text(text, unescape(text)),
};

/// `\x22`, as nginx and Apache write quotes. Other backslashes stay.
pub(super) const HEX_ESCAPES: Layer = Layer {
    name: r"\x escapes",
    applies: |text| has(text, b"\\x"),
    peel: |text| same_text(text, hex_escapes(text)),
};

/// `""`, as in CSV and SQL.
pub(super) const DOUBLED_QUOTES: Layer = Layer {
    name: "doubled quotes",
    applies: |text| has(text, b"\"\"") || has(text, b"''"),
    peel: doubled_quotes,
};

/// `&quot;`, as in HTML and XML.
pub(super) const ENTITIES: Layer = Layer {
    name: "HTML entities",
    applies: |text| has(text, b"&quot;") || has(text, b"&#") || has(text, b"&amp;"),
    peel: |text| same_text(text, entities(text)),
};

/// `%22`, as in URLs and forms.
pub(super) const PERCENT: Layer = Layer {
    name: "percent encoding",
    applies: |text| has(text, b"%22") || has(text, b"%7B") || has(text, b"%3D"),
    peel: percent,
};

/// Quotes and blanks that a text program replaced.
pub(super) const TYPOGRAPHY: Layer = Layer {
    name: "typographic quotes",
    applies: |text| ["“", "”", "\u{a0}"].iter().any(|mark| has(text, mark.as_bytes())),
    peel: |text| same_text(text, typography(text)),
};

/// One piece, if it differs. A newline may have been decoded, so the piece is mapped as a part.
pub(super) fn same_text(text: &[u8], bytes: Vec<u8>) -> Vec<Piece> {
    let lines = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
    if bytes == text {
        Vec::new()
    } else if lines(&bytes) == lines(text) {
        same_lines(bytes)
    } else {
        vec![Piece { bytes, map: super::Map::Slice(0, text.len()) }]
    }
}

/// Undoes one level of backslash escapes, in the whole text: those of JSON, and bytes as `\xHH` and `\303`.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let next = text.get(at + 1).copied();
        if b != b'\\' {
            out.push(b);
            at += 1;
            continue;
        }
        let (bytes, length) = match next {
            Some(b'n') => (b'\n'.into(), 2),
            Some(b'r') => (b'\r'.into(), 2),
            Some(b't') => (b'\t'.into(), 2),
            Some(b'b') => (8.into(), 2),
            Some(b'f') => (12.into(), 2),
            Some(mark @ (b'"' | b'\'' | b'\\' | b'/' | b'`')) => (mark.into(), 2),
            Some(b'x') => (hex(text, at + 2, 2).and_then(|code| u8::try_from(code).ok()), 4),
            Some(b'0'..=b'3') => (octal(text, at + 1), 4),
            Some(b'u') => {
                let (units, length) = units(text, at);
                out.extend(
                    char::decode_utf16(units)
                        .flat_map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER).to_string().into_bytes()),
                );
                at += length.max(1);
                if length == 0 {
                    out.push(b'\\');
                }
                continue;
            }
            _ => (None, 1),
        };
        out.push(bytes.unwrap_or(b'\\'));
        at += if bytes.is_some() { length } else { 1 };
    }
    out
}

/// The UTF-16 units of `\uXXXX\uXXXX` at a place, and their length in the text.
fn units(text: &[u8], from: usize) -> (Vec<u16>, usize) {
    let mut units = Vec::new();
    while let (Some(b"\\u"), Some(unit)) = (
        text.get(from + units.len() * 6..from + units.len() * 6 + 2),
        hex(text, from + units.len() * 6 + 2, 4),
    ) {
        units.push(unit as u16);
    }
    let length = units.len() * 6;
    (units, length)
}

fn hex(text: &[u8], from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from + count)?;
    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn octal(text: &[u8], from: usize) -> Option<u8> {
    let digits = std::str::from_utf8(text.get(from..from + 3)?).ok()?;
    u8::from_str_radix(digits, 8).ok().filter(|b| *b >= 0x20)
}

fn hex_escapes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let code = (b == b'\\' && text.get(at + 1) == Some(&b'x')).then(|| hex(text, at + 2, 2)).flatten();
        out.push(code.map_or(b, |code| code as u8));
        at += if code.is_some() { 4 } else { 1 };
    }
    out
}

fn doubled_quotes(text: &[u8]) -> Vec<Piece> {
    [b'"', b'\'']
        .iter()
        .filter(|quote| has(text, &[**quote; 2]))
        .flat_map(|quote| {
            let mut out = Vec::with_capacity(text.len());
            let mut at = 0;
            while let Some(&b) = text.get(at) {
                out.push(b);
                at += if b == *quote && text.get(at + 1) == Some(quote) { 2 } else { 1 };
            }
            same_lines(out)
        })
        .collect()
}

fn entities(text: &[u8]) -> Vec<u8> {
    const NAMED: [(&[u8], &[u8]); 6] =
        [(b"quot", b"\""), (b"amp", b"&"), (b"lt", b"<"), (b"gt", b">"), (b"apos", b"'"), (b"nbsp", b" ")];
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        let name = &rest[at + 1..];
        let end = name.iter().take(10).position(|b| *b == b';');
        let decoded = end.and_then(|end| {
            let name = &name[..end];
            let code = name.strip_prefix(b"#").and_then(|number| {
                let number = std::str::from_utf8(number).ok()?;
                let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
                char::from_u32(u32::from_str_radix(digits, radix).ok()?)
            });
            let named = || NAMED.iter().find(|(known, _)| *known == name).map(|(_, text)| text.to_vec());
            code.map(|c| c.to_string().into_bytes()).or_else(named)
        });
        match (decoded, end) {
            (Some(decoded), Some(end)) => {
                out.extend_from_slice(&decoded);
                rest = &name[end + 1..];
            }
            _ => {
                out.push(b'&');
                rest = name;
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Decodes `%HH`. In a form, `+` is a blank; in a URL it is itself.
fn percent(text: &[u8]) -> Vec<Piece> {
    let decode = |plus: u8| {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(&b) = text.get(at) {
            let code = (b == b'%').then(|| hex(text, at + 1, 2)).flatten();
            out.push(code.map_or(if b == b'+' { plus } else { b }, |code| code as u8));
            at += if code.is_some() { 3 } else { 1 };
        }
        out
    };
    [b'+', b' '].into_iter().flat_map(|plus| same_text(text, decode(plus))).collect()
}

fn typography(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'").replace('\u{a0}', " ").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_one_level_of_each_escape() {
        assert_eq!(
            unescape(br#"{\"a\":\"\\uD83D\u00e9\ud83d\ude92\/\x41\303\251\n\q"#),
            "{\"a\":\"\\uD83Dé🚒/Aé\n\\q".as_bytes()
        );
        assert_eq!(hex_escapes(br"{\x22a\x5Cu\n"), br#"{"a\u\n"#);
        assert_eq!(entities("&lt;a&#x7b;&#34;&quot;&x;&é".as_bytes()), "<a{\"\"&x;&é".as_bytes());
        assert_eq!(
            percent(b"%7B%22a+b%2").iter().map(|piece| piece.bytes.as_slice()).collect::<Vec<_>>(),
            [b"{\"a+b%2".as_slice(), b"{\"a b%2"]
        );
        assert_eq!(doubled_quotes(b"\"{\"\"a\"\"\"")[0].bytes, b"\"{\"a\"\"");
        assert_eq!(typography("{“a”".as_bytes()), b"{\"a\"");
        for text in ["\\", "\\u", "\\u12", "\\x", "%", "&", "&#", "\\3"] {
            assert_eq!(unescape(text.as_bytes()), text.as_bytes());
            assert_eq!((entities(text.as_bytes()), hex_escapes(text.as_bytes())), (text.into(), text.into()));
        }
    }
}
