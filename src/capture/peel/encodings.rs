//! Layers of bytes written as other bytes: gzip, UTF-16, base64, hex, dumps and lists of numbers. Also the
//! content-encodings of HTTP.

use std::borrow::Cow;
use std::io::Read;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

use super::{Layer, Map, Piece, has};

/// A compressed file.
pub(super) const GZIP: Layer = Layer {
    name: "gzip",
    applies: |text| text.starts_with(GZIP_MARK),
    peel: |text| whole(text, inflate("gzip", text).ok()),
};

/// UTF-16, as PowerShell's `>` writes it, and a byte order mark.
pub(super) const UTF16: Layer = Layer {
    name: "UTF-16",
    applies: |text| text.starts_with(UTF8_MARK) || utf16(text).is_some(),
    peel: |text| {
        let text_after = text.strip_prefix(UTF8_MARK).map(<[u8]>::to_vec);
        whole(text, text_after.or_else(|| utf16(text).map(|unit| decode_utf16(text, unit))))
    },
};

/// Base64, also broken into lines.
pub(super) const BASE64: Layer =
    Layer { name: "base64", applies: |text| text.len() >= SHORTEST, peel: base64 };

/// Pairs of hex digits, and the dumps of `xxd`, `hexdump -C`, Wireshark and curl.
pub(super) const HEX: Layer =
    Layer { name: "hex digits", applies: |text| text.len() >= SHORTEST, peel: hex_digits };

/// The dump of `curl --trace-ascii`, where a dot is itself or another byte.
pub(super) const TEXT_DUMP: Layer =
    Layer { name: TEXT_DUMP_NAME, applies: |text| has(text, b"0000: "), peel: text_dump };

const TEXT_DUMP_NAME: &str = "a text dump";

/// Whether characters may be lost under a layer.
pub(in crate::capture) fn is_lossy(layer: &str) -> bool {
    layer == TEXT_DUMP_NAME
}

/// Bytes as decimal numbers: `[123, 34, …]`, `{"0":123,"1":34,…}`. In Java, bytes from 128 on are negative.
pub(super) const BYTES: Layer =
    Layer { name: "a list of bytes", applies: |text| text.iter().any(u8::is_ascii_digit), peel: numbers };

const GZIP_MARK: &[u8] = &[0x1f, 0x8b];
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// Shorter codes hold no body.
const SHORTEST: usize = 40;

/// Whether the whole source is compressed or in UTF-16, so that nothing can be found in it as it is.
pub(super) fn is_packed(source: &[u8]) -> bool {
    source.starts_with(GZIP_MARK) || utf16(source).is_some()
}

fn whole(text: &[u8], bytes: Option<Vec<u8>>) -> Vec<Piece> {
    bytes.into_iter().map(|bytes| Piece { bytes, map: Map::Slice(0, text.len()) }).collect()
}

type Unit = fn([u8; 2]) -> u16;

/// The byte order of UTF-16: from the mark, or from the zero bytes between ASCII letters.
fn utf16(text: &[u8]) -> Option<Unit> {
    match text {
        [0xff, 0xfe, ..] => return Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => return Some(u16::from_be_bytes),
        _ => {}
    }
    let pairs: Vec<_> = text.chunks_exact(2).take(16).collect();
    let zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0 && pair[1 - place] != 0).count();
    match (pairs.len() == 16, zeros(1), zeros(0)) {
        (true, 14.., _) => Some(u16::from_le_bytes),
        (true, _, 14..) => Some(u16::from_be_bytes),
        _ => None,
    }
}

fn decode_utf16(text: &[u8], unit: Unit) -> Vec<u8> {
    let units = text.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let decoded: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    decoded.trim_start_matches('\u{feff}').as_bytes().to_vec()
}

/// Decodes UTF-16 with a byte order mark. Other text is returned unchanged.
pub(in crate::capture) fn as_utf8(text: &[u8]) -> Cow<'_, [u8]> {
    match (text, utf16(text)) {
        ([0xff, 0xfe, ..] | [0xfe, 0xff, ..], Some(unit)) => Cow::Owned(decode_utf16(text, unit)),
        _ => Cow::Borrowed(text),
    }
}

/// Whether decoded bytes look like a part of a capture, so that they are worth peeling.
fn is_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(GZIP_MARK) {
        return true;
    }
    let start = &bytes[..bytes.len().min(64)];
    let readable = |b: &u8| *b >= 0x20 || b.is_ascii_whitespace();
    let ascii = start.iter().filter(|b| (0x20..0x7f).contains(*b)).count();
    bytes.len() >= 20 && start.iter().all(readable) && ascii * 2 >= start.len()
}

/// The runs of bytes that `is_code` accepts, with their start, if they are long enough.
fn runs(text: &[u8], is_code: impl Fn(u8) -> bool) -> Vec<(usize, &[u8])> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|b| is_code(**b)).count();
        if length >= SHORTEST {
            found.push((at, &text[at..at + length]));
        }
        at += length.max(1);
    }
    found
}

fn base64(text: &[u8]) -> Vec<Piece> {
    let is_code = |b: u8| b.is_ascii_alphanumeric() || b"+/-_=".contains(&b);
    let with_newlines = |b: u8| is_code(b) || matches!(b, b'\n' | b'\r');
    let pieces = |found: Vec<(usize, &[u8])>| {
        let decoded = found.into_iter().filter_map(|(at, code)| {
            let code = &code[code.iter().take_while(|b| matches!(b, b'\n' | b'\r' | b'=')).count()..];
            // A short part shows whether it is text, so that long runs of other letters cost little.
            decode_base64(&code[..code.len().min(88) & !3]).filter(|start| is_text(start))?;
            let bytes = decode_base64(code.trim_ascii_end())?;
            Some(Piece { bytes, map: Map::Slice(at, code.len()) })
        });
        decoded.collect::<Vec<_>>()
    };
    let mut found = pieces(runs(text, is_code));
    if memchr::memchr(b'\n', text).is_some() {
        found.extend(pieces(runs(text, with_newlines)));
    }
    found
}

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// Decodes standard or URL-safe base64, with or without padding. `None` if the text is not base64.
pub(in crate::capture) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    STANDARD.decode(&dense).or_else(|_| URL_SAFE.decode(&dense)).ok()
}

fn hex_digits(text: &[u8]) -> Vec<Piece> {
    let mut found = hex_dump(text);
    // A dump also has offsets and text, so `runs` cannot find it.
    if !found.is_empty() {
        return found;
    }
    for (at, code) in runs(text, |b| b.is_ascii_hexdigit() || b" :-\r\n".contains(&b)) {
        let digits: Vec<u8> = code.iter().copied().filter(u8::is_ascii_hexdigit).collect();
        // A signature has 64 digits, and is not a text.
        if digits.len() < 2 * SHORTEST || !hex::decode(&digits[..SHORTEST]).is_ok_and(|start| is_text(&start))
        {
            continue;
        }
        let bytes = hex::decode(&digits[..digits.len() & !1]);
        found.extend(bytes.into_iter().map(|bytes| Piece { bytes, map: Map::Slice(at, code.len()) }));
    }
    found
}

/// The bytes of a dump: lines with an offset, up to 16 bytes in hex, and often the same bytes as text.
fn hex_dump(text: &[u8]) -> Vec<Piece> {
    dump(text, |line, _| dump_line(line))
}

/// The text of `curl --trace-ascii`: lines with an offset. Two more bytes than a line has are its CR LF.
fn text_dump(text: &[u8]) -> Vec<Piece> {
    let parts = |line: &[u8]| -> Option<(usize, Vec<u8>)> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let (offset, rest) = line.strip_suffix(b"\r").unwrap_or(line).split_at_checked(4)?;
        let offset = usize::from_str_radix(std::str::from_utf8(offset).ok()?, 16).ok()?;
        Some((offset, rest.strip_prefix(b": ")?.to_vec()))
    };
    dump(text, |line, next| {
        let (offset, mut bytes) = parts(line)?;
        let next = parts(next).map_or(0, |(next, _)| next);
        if next.checked_sub(offset) != Some(bytes.len()) {
            bytes.extend_from_slice(b"\r\n");
        }
        Some(bytes)
    })
}

/// What the lines of a dump show, if there are several. `bytes_of` gets each line and the next one.
fn dump(text: &[u8], bytes_of: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>) -> Vec<Piece> {
    const FEWEST: usize = 3;
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    let (mut count, mut at) = (0, 0);
    let mut lines = text.split_inclusive(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(part) = bytes_of(line, lines.peek().copied().unwrap_or_default()) {
            count += 1;
            for b in part {
                if bytes.last().is_none_or(|last| *last == b'\n') {
                    starts.push(at);
                }
                bytes.push(b);
            }
        }
        at += line.len();
    }
    if count >= FEWEST { vec![Piece { bytes, map: Map::Rows(starts) }] } else { Vec::new() }
}

fn dump_line(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"0x").unwrap_or(line);
    let offset = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    (4..=16).contains(&offset).then_some(())?;
    let rest = &line[offset..];
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    rest.starts_with(b" ").then_some(())?;
    let mut bytes = Vec::with_capacity(16);
    let mut at = 0;
    while bytes.len() < 16 {
        let blank = rest[at..].iter().take_while(|b| **b == b' ').count();
        let group = &rest[at + blank..];
        let length = group.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let ends = group.get(length).is_none_or(|b| *b == b' ');
        // After a short line, more blanks come before the text.
        if !matches!(length, 2 | 4 | 8) || !ends || (blank > 2 && !bytes.is_empty()) {
            break;
        }
        bytes.extend(hex::decode(&group[..length]).ok()?);
        at += blank + length;
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Lists of numbers that are the bytes of a text.
fn numbers(text: &[u8]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].iter().position(u8::is_ascii_digit) {
        let start = at + next;
        let (bytes, length) = number_list(&text[start..]);
        at = start + length.max(1);
        at += text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if bytes.len() >= SHORTEST && is_text(&bytes) {
            found.push(Piece { bytes, map: Map::Slice(start, length) });
        }
    }
    found
}

/// The bytes that begin here, and their length in the text. `"0":123,"1":34`: the quoted numbers are indexes.
fn number_list(text: &[u8]) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut at = 0;
    loop {
        let sign = usize::from(text.get(at) == Some(&b'-'));
        let digits = text[at + sign..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        let number = std::str::from_utf8(&text[at..at + sign + digits]).ok();
        let number = number.and_then(|number| {
            number.parse::<u8>().ok().or_else(|| number.parse::<i8>().ok().map(i8::cast_unsigned))
        });
        let Some(number) = number else { return (bytes, at) };
        bytes.push(number);
        at += sign + digits;
        let between = &text[at..(at + 24).min(text.len())];
        let mark = between.iter().take_while(|b| matches!(b, b',' | b' ' | b'\n' | b'\r' | b'\t')).count();
        let quoted = between.get(mark) == Some(&b'"');
        let index = between[mark..].iter().skip(1).position(|b| !b.is_ascii_digit()).map_or(0, |end| end + 1);
        let after = if quoted && between[mark + index..].starts_with(b"\":") { index + 2 } else { 0 };
        let blank = between[mark + after..].iter().take_while(|b| **b == b' ').count();
        if mark == 0 {
            return (bytes, at);
        }
        at += mark + after + blank;
    }
}

/// Limit on the decompressed size: far larger than any webhook, and small enough to stop a decompression bomb.
const LIMIT: u64 = 64 << 20;

/// Decompresses a body by its content-encoding. `Err` is the reason for a failure.
pub(crate) fn inflate(encoding: &str, body: &[u8]) -> Result<Vec<u8>, &'static str> {
    // A list names the encodings in the order in which they were applied.
    encoding.rsplit(',').try_fold(body.to_vec(), |body, one| match one.trim() {
        "gzip" | "x-gzip" => gzip(&body),
        "deflate" => read(flate2::read::ZlibDecoder::new(&*body))
            .or_else(|_| read(flate2::read::DeflateDecoder::new(&*body))),
        "br" => read(brotli_decompressor::Decompressor::new(&*body, 4096)),
        "identity" | "" => Ok(body),
        _ => Err("this encoding is not supported"),
    })
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, &'static str> {
    if !body.starts_with(GZIP_MARK) {
        return Err("the body is not in gzip format");
    }
    read(flate2::read::MultiGzDecoder::new(body))
}

fn read(decoder: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    decoder.take(LIMIT + 1).read_to_end(&mut out).map_err(|_| "the body is not valid in this encoding")?;
    if out.len() as u64 > LIMIT { Err("the decompressed body is larger than 64 MiB") } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"{\"event\":\"meeting.started\",\"payload\":{\"object\":{}}}";

    fn found(layer: &Layer, text: &[u8]) -> bool {
        (layer.applies)(text) && (layer.peel)(text).iter().any(|piece| piece.bytes == TEXT)
    }

    #[test]
    fn decodes_every_common_form_of_base64() {
        for text in ["e30/Pg==", "e30/Pg", "e30_Pg", "e30\n/Pg==\n"] {
            assert_eq!(decode_base64(text.as_bytes()).unwrap(), b"{}?>", "{text}");
        }
        assert_eq!(decode_base64(b"{}"), None);
        let code = STANDARD.encode(TEXT);
        let lines: String =
            code.as_bytes().chunks(60).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect();
        assert!(found(&BASE64, format!("body: {code}, ").as_bytes()) && found(&BASE64, lines.as_bytes()));
    }

    #[test]
    fn decodes_hex_dumps_and_lists_of_bytes() {
        let pairs: Vec<String> = TEXT.iter().map(|b| format!("{b:02x}")).collect();
        let dump = |separator: &str, colon: &str| -> String {
            let rows = pairs.chunks(16).enumerate().map(|(row, pairs)| {
                format!("{:08x}{colon} {:<48}  |text ab cd|\n", row * 16, pairs.join(separator))
            });
            rows.collect()
        };
        assert!(found(&HEX, dump(" ", "").as_bytes()) && found(&HEX, dump(" ", ":").as_bytes()));
        assert!(found(&HEX, pairs.concat().as_bytes()) && found(&HEX, pairs.join(":").as_bytes()));
        let numbers: Vec<String> = TEXT.iter().map(u8::to_string).collect();
        assert!(found(&BYTES, format!("[{}]", numbers.join(", ")).as_bytes()));
        let of_java = |b: u8| b.cast_signed().to_string();
        let list: Vec<String> = "{\"text\": \"é\"}".repeat(9).bytes().map(of_java).collect();
        assert_eq!((BYTES.peel)(list.join(", ").as_bytes()).len(), 1);
        let indexed: Vec<String> =
            numbers.iter().enumerate().map(|(at, number)| format!("\"{at}\":{number}")).collect();
        assert!(found(&BYTES, format!("{{{}}}", indexed.join(",")).as_bytes()));
        assert!(!found(&HEX, "ab".repeat(32).as_bytes()));
    }

    #[test]
    fn decodes_utf16_in_either_byte_order_with_and_without_a_mark() {
        let text = String::from_utf8_lossy(TEXT);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(found(&UTF16, &little) && found(&UTF16, &big));
        assert!(found(&UTF16, &[b"\xff\xfe".as_slice(), &little].concat()));
        assert_eq!(as_utf8(b"\xff\xfe{\0}\0").as_ref(), b"{}");
        assert_eq!(as_utf8(b"\xfe\xff\0{\0}").as_ref(), b"{}");
        assert_eq!(as_utf8(&little).as_ref(), little);
    }
}
