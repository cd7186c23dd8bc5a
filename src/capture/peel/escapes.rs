//! Layers of escapes in the whole text. Strings of complete JSON values, and of what Node and Python print, are decoded
//! exactly where the values are collected. These layers are for text that is not a complete value.

use super::{Layer, Piece, has, same_lines};
use crate::json::StringDecoder;

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

/// `=3D`, and `=` at the end of a line that continues, as in mail.
pub(super) const QUOTED_PRINTABLE: Layer =
    Layer { name: "quoted-printable", applies: |text| has(text, b"=3D"), peel: quoted_printable };

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
    decode(text, |decoder, escape| match escape {
        b'u' => decoder.unit(),
        b'x' => hex_byte(decoder),
        b'0'..=b'3' => octal_byte(decoder),
        // The end of a line of a command.
        b'\n' => Err("an escape"),
        _ => decoder.simple(escape),
    })
}

fn hex_escapes(text: &[u8]) -> Vec<u8> {
    decode(text, |decoder, escape| if escape == b'x' { hex_byte(decoder) } else { Err("another escape") })
}

/// Calls `escape` for what follows a backslash. What it does not decode stays as it is.
fn decode<'t>(
    text: &'t [u8],
    escape: impl Fn(&mut StringDecoder<'t>, u8) -> Result<(), &'static str>,
) -> Vec<u8> {
    let mut decoder = StringDecoder { text, at: 0, out: Vec::with_capacity(text.len()) };
    while let Some(&b) = text.get(decoder.at) {
        decoder.at += 1;
        let after = decoder.at;
        let letter = text.get(after).filter(|_| b == b'\\');
        let is_decoded = letter.is_some_and(|letter| {
            decoder.at += 1;
            escape(&mut decoder, *letter).is_ok()
        });
        if !is_decoded {
            decoder.at = after;
            decoder.out.push(b);
        }
    }
    decoder.out
}

fn hex_byte(decoder: &mut StringDecoder<'_>) -> Result<(), &'static str> {
    let code = decoder.hex(2)?;
    decoder.byte(code as u8)
}

/// The three digits of `\303`, the first of which was read.
fn octal_byte(decoder: &mut StringDecoder<'_>) -> Result<(), &'static str> {
    let start = decoder.at - 1;
    let digits = decoder.text.get(start..start + 3).and_then(|digits| std::str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(|code| *code >= 0x20);
    decoder.at = start + 3;
    decoder.byte(code.ok_or("three octal digits")?)
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

/// Decodes the entities of HTML.
pub(crate) fn entities(text: &[u8]) -> Vec<u8> {
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

/// The byte that two hex digits at a place are.
fn hex(text: &[u8], from: usize) -> Option<u8> {
    let digits = text.get(from..from + 2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// In a form, `+` is a blank; in a URL it is itself.
fn percent(text: &[u8]) -> Vec<Piece> {
    [b'+', b' '].into_iter().flat_map(|plus| same_text(text, percent_decoded(text, plus))).collect()
}

/// Decodes `%HH`, and `+` as this byte.
pub(crate) fn percent_decoded(text: &[u8], plus: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let code = (b == b'%').then(|| hex(text, at + 1)).flatten();
        out.push(code.unwrap_or(if b == b'+' { plus } else { b }));
        at += if code.is_some() { 3 } else { 1 };
    }
    out
}

fn quoted_printable(text: &[u8]) -> Vec<Piece> {
    let (mut bytes, mut starts) = (Vec::with_capacity(text.len()), Vec::new());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let rest = &text[at..];
        let line_end = [&b"=\r\n"[..], b"=\n"].into_iter().find(|end| rest.starts_with(end));
        let code = (b == b'=').then(|| hex(text, at + 1)).flatten();
        if line_end.is_none() {
            if bytes.last().is_none_or(|last| *last == b'\n') {
                starts.push(at);
            }
            bytes.push(code.unwrap_or(b));
        }
        at += line_end.map_or(if code.is_some() { 3 } else { 1 }, <[u8]>::len);
    }
    vec![Piece { bytes, map: super::Map::Rows(starts) }]
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
        let mail = quoted_printable(b"v0=3Da=\r\nb=\n\n=C3=A9==");
        assert_eq!(mail[0].bytes, "v0=ab\né==".as_bytes());
        assert!(matches!(&mail[0].map, super::super::Map::Rows(starts) if starts[..] == [0, 13]));
        assert_eq!(typography("{“a”".as_bytes()), b"{\"a\"");
        for text in ["\\", "\\u", "\\u12", "\\x", "%", "&", "&#", "\\3"] {
            assert_eq!(unescape(text.as_bytes()), text.as_bytes());
            assert_eq!((entities(text.as_bytes()), hex_escapes(text.as_bytes())), (text.into(), text.into()));
        }
    }
}
