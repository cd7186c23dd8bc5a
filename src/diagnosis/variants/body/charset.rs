//! Forms of a body after charset conversions, and after undoing them.

use unicode_normalization::UnicodeNormalization;

use super::BodyForm;
use crate::diagnosis::Code;

const BOM: &str = "\u{feff}";

/// The characters of windows-1252 at 0x80 to 0x9f, or the control character if it has none.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The form for `bare`, a body without its byte order mark.
pub(super) fn without_mark(bare: &[u8]) -> BodyForm {
    BodyForm::new(Code::BodyCharset, "without the byte order mark before it", bare.to_vec())
}

/// The forms of a body. Some may equal the body; the caller drops them.
pub(super) fn forms(body: &[u8]) -> Vec<BodyForm> {
    let form = |phrase, bytes| BodyForm::new(Code::BodyCharset, phrase, bytes);
    let mut forms =
        vec![form("as Node's toString('ascii') converts it", body.iter().map(|b| b & 0x7f).collect())];
    match std::str::from_utf8(body) {
        Ok(text) => {
            forms.extend(of_text(text).map(|(phrase, bytes)| form(phrase, bytes)));
            forms.extend(undone(text).map(|(phrase, bytes)| form(phrase, bytes)));
        }
        Err(_) => forms.extend(of_other_bytes(body).map(|(phrase, bytes)| form(phrase, bytes))),
    }
    forms
}

type Named = (&'static str, Vec<u8>);

fn of_text(text: &str) -> impl Iterator<Item = Named> {
    let ascii = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let misread = |table: fn(u8) -> char| text.bytes().map(table).collect::<String>().into_bytes();
    let replaced: String =
        text.bytes().map(|b| if b.is_ascii() { char::from(b) } else { '\u{fffd}' }).collect();
    [
        ("as ASCII, with ? for every other character", encode(text, ascii)),
        ("as Latin-1", encode(text, |c| u8::try_from(c).ok())),
        ("as windows-1252", encode(text, windows_1252)),
        ("read as Latin-1 and written as UTF-8 (é became Ã©)", misread(char::from)),
        ("read as windows-1252 and written as UTF-8 (é became Ã©)", misread(from_windows_1252)),
        ("with a byte order mark before it", [BOM.as_bytes(), text.as_bytes()].concat()),
        ("in Unicode's composed form (NFC)", text.nfc().collect::<String>().into_bytes()),
        ("in Unicode's decomposed form (NFD)", text.nfd().collect::<String>().into_bytes()),
        ("as UTF-16, little-endian", utf16(u16::to_le_bytes)),
        ("as UTF-16, big-endian", utf16(u16::to_be_bytes)),
        ("as UTF-16 with a byte order mark", [&[0xff, 0xfe], &*utf16(u16::to_le_bytes)].concat()),
        (
            "without its non-ASCII characters",
            text.chars().filter(char::is_ascii).collect::<String>().into_bytes(),
        ),
        ("with U+FFFD for every non-ASCII byte", replaced.into_bytes()),
    ]
    .into_iter()
}

/// Undoes a wrong conversion of a captured text.
fn undone(text: &str) -> impl Iterator<Item = Named> {
    let bytes_of = |table: fn(char) -> Option<u8>| text.chars().map(table).collect::<Option<Vec<u8>>>();
    [
        ("with its mojibake undone (Ã© became é)", bytes_of(|c| u8::try_from(c).ok())),
        ("with its windows-1252 mojibake undone (â€™ became ’)", bytes_of(windows_1252)),
    ]
    .into_iter()
    .filter_map(|(phrase, bytes)| Some((phrase, bytes?)))
}

/// Converts a captured body that is not UTF-8 to UTF-8.
fn of_other_bytes(body: &[u8]) -> impl Iterator<Item = Named> {
    let units = |order: fn([u8; 2]) -> u16| {
        body.chunks_exact(2).map(|pair| order([pair[0], pair[1]])).collect::<Vec<_>>()
    };
    let utf16 = |order| String::from_utf16(&units(order)).ok();
    let utf8 = |text: String| text.trim_start_matches(BOM).as_bytes().to_vec();
    [
        ("converted from Latin-1 to UTF-8", Some(body.iter().map(|&b| char::from(b)).collect::<String>())),
        ("converted from windows-1252 to UTF-8", Some(body.iter().map(|&b| from_windows_1252(b)).collect())),
        ("converted from UTF-16 to UTF-8", utf16(u16::from_le_bytes)),
        ("converted from big-endian UTF-16 to UTF-8", utf16(u16::from_be_bytes)),
        ("with U+FFFD for bytes that are not UTF-8", Some(String::from_utf8_lossy(body).into_owned())),
    ]
    .into_iter()
    .filter_map(move |(phrase, text)| Some((phrase, utf8(text?))))
}

/// One byte per character, and `?` for each UTF-16 unit of a character without a byte, as in Java and .NET.
fn encode(text: &str, byte: impl Fn(char) -> Option<u8>) -> Vec<u8> {
    let one = |c: char| match byte(c) {
        Some(b) => std::iter::repeat_n(b, 1),
        None => std::iter::repeat_n(b'?', c.len_utf16()),
    };
    text.chars().flat_map(one).collect()
}

fn windows_1252(c: char) -> Option<u8> {
    let special = WINDOWS_1252.iter().zip(0x80..).find(|(other, _)| **other == c).map(|(_, byte)| byte);
    special.or_else(|| u8::try_from(c).ok())
}

fn from_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte) - 0x80],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &[u8], part: &str) -> Vec<u8> {
        forms(body).into_iter().find(|form| form.change.phrase.contains(part)).unwrap().bytes
    }

    #[test]
    fn makes_and_undoes_mojibake() {
        let body = "café ’".as_bytes();
        for table in ["Latin-1", "windows-1252"] {
            let broken = form(body, &format!("read as {table}"));
            assert_ne!(broken, body);
            let undone = if table == "Latin-1" { "its mojibake" } else { "its windows-1252 mojibake" };
            assert_eq!(form(&broken, undone), body);
        }
    }

    #[test]
    fn converts_as_the_platforms_do() {
        assert_eq!(form("é🎉’".as_bytes(), "ASCII, with ?"), b"????");
        assert_eq!(form("é’".as_bytes(), "as Latin-1"), b"\xe9?");
        assert_eq!(form("é’".as_bytes(), "as windows-1252"), b"\xe9\x92");
        assert_eq!(form(b"caf\xe9", "from Latin-1"), "café".as_bytes());
        assert_eq!(form(b"\xff\xfe{\0}\0", "from UTF-16"), b"{}");
        assert_eq!(form("e\u{301}".as_bytes(), "NFC"), "é".as_bytes());
    }
}
