//! Layers around a text: ANSI colors, base64, form encoding, content encodings.

use std::borrow::Cow;
use std::io::Read;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

use crate::json::JsonValue;

/// The text without ANSI colour sequences (`ESC [ … m`).
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

/// The decoded bytes, or `None` if it is not base64.
pub(in crate::capture) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    STANDARD.decode(&dense).or_else(|_| URL_SAFE.decode(&dense)).ok()
}

/// `name=value&…` from a list of objects that keep the name under `key` and the value under `value`.
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

/// Percent-encoded as `curl --data-urlencode` does: all but letters, digits and `-._~`.
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

/// What a body may unpack to: far beyond any webhook, small enough that a bomb does no harm.
const LIMIT: u64 = 64 << 20;

/// The body without its content-encoding, or why it cannot be had.
pub(in crate::capture) fn inflate(encoding: &str, body: &[u8]) -> Result<Vec<u8>, &'static str> {
    // A list names the encodings in the order in which they were put on.
    encoding.rsplit(',').try_fold(body.to_vec(), |body, one| match one.trim() {
        "gzip" | "x-gzip" => gzip(&body),
        "deflate" => read(flate2::read::ZlibDecoder::new(&*body))
            .or_else(|_| read(flate2::read::DeflateDecoder::new(&*body))),
        "br" => read(brotli_decompressor::Decompressor::new(&*body, 4096)),
        "identity" | "" => Ok(body),
        _ => Err("it is not known here"),
    })
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, &'static str> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Err("the tool has unpacked it already");
    }
    read(flate2::read::MultiGzDecoder::new(body))
}

fn read(decoder: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    decoder.take(LIMIT + 1).read_to_end(&mut out).map_err(|_| "it does not unpack")?;
    if out.len() as u64 > LIMIT { Err("it unpacks to more than 64 MiB") } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_colours_out_and_leaves_the_rest() {
        assert_eq!(strip_ansi(b"a\x1b[32m'b'\x1b[39m\x1b[1;2mc\x1b[").as_ref(), b"a'b'c\x1b[");
        assert_eq!(strip_ansi(b"plain").as_ref(), b"plain");
    }

    #[test]
    fn reads_every_common_form() {
        for text in ["e30/Pg==", "e30/Pg", "e30_Pg", "e30\n/Pg==\n"] {
            assert_eq!(decode_base64(text.as_bytes()).unwrap(), b"{}?>", "{text}");
        }
        assert_eq!(decode_base64(b"{}"), None);
    }
}
