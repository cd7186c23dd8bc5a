//! Removes ANSI colors, decodes base64 and content-encodings, and encodes forms.

use std::borrow::Cow;
use std::io::Read;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

use crate::json::JsonValue;

/// The text without ANSI color sequences (`ESC [ … m`).
pub(in crate::capture) fn strip_ansi(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.windows(2).any(|pair| pair == b"\x1b[") {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| *b == 0x1b) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let parameters = rest.get(2..).unwrap_or_default();
        let length = parameters.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
        if rest.get(1) == Some(&b'[') && parameters.get(length) == Some(&b'm') {
            rest = &parameters[length + 1..];
        } else {
            out.push(0x1b);
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
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

/// Encodes objects as `name=value&…`. The name is the member `key`, the value is the member `value`.
pub(in crate::capture) fn encode_form(fields: &[JsonValue<'_>], key: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields.iter().filter(|field| !field.get("disabled").is_some_and(JsonValue::is_true)) {
        if !out.is_empty() {
            out.push(b'&');
        }
        let part =
            |name: &str| field.get(name).and_then(JsonValue::bytes).map(percent_encode).unwrap_or_default();
        out.extend_from_slice(&part(key));
        out.push(b'=');
        out.extend_from_slice(&part("value"));
    }
    out
}

/// Percent-encodes all bytes except letters, digits and `-._~`, as `curl --data-urlencode` does.
pub(in crate::capture) fn percent_encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        if b.is_ascii_alphanumeric() || b"-._~".contains(b) {
            out.push(*b);
        } else {
            out.extend_from_slice(format!("%{b:02X}").as_bytes());
        }
    }
    out
}

/// Limit on the decompressed size: far larger than any webhook, and small enough to stop a decompression bomb.
const LIMIT: u64 = 64 << 20;

/// Decompresses the body. `Err` is the reason for a failure.
pub(in crate::capture) fn inflate(encoding: &str, body: &[u8]) -> Result<Vec<u8>, &'static str> {
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
    if !body.starts_with(&[0x1f, 0x8b]) {
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

    #[test]
    fn removes_colors_only() {
        assert_eq!(strip_ansi(b"a\x1b[32m'b'\x1b[39m\x1b[1;2mc\x1b[").as_ref(), b"a'b'c\x1b[");
        assert_eq!(strip_ansi(b"plain").as_ref(), b"plain");
    }

    #[test]
    fn decodes_every_common_form_of_base64() {
        for text in ["e30/Pg==", "e30/Pg", "e30_Pg", "e30\n/Pg==\n"] {
            assert_eq!(decode_base64(text.as_bytes()).unwrap(), b"{}?>", "{text}");
        }
        assert_eq!(decode_base64(b"{}"), None);
    }
}
