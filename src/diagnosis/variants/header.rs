//! Digests in a signature header, in Zoom's format and in others.

#[cfg(feature = "cli")]
use base64::Engine;
#[cfg(feature = "cli")]
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::body::from_base64;
use super::change::VariantChange;
use crate::diagnosis::code::Code;
use crate::diagnosis::evidence::SigningScheme;
use crate::diagnosis::visible::visible;

/// A possible reading of a header as a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// 32 bytes, or the length of another hash.
    pub(crate) digest: Vec<u8>,
    /// How the header differs from `v0=` and lower-case hex.
    pub(crate) changes: Vec<VariantChange>,
}

/// How a digest is written in the header: the other direction of [`readings`].
#[cfg(feature = "cli")]
#[derive(Debug, Clone)]
pub(crate) struct Notation {
    /// `None` for Zoom's notation.
    pub(crate) change: Option<VariantChange>,
    pub(crate) write: fn(&[u8]) -> String,
}

#[cfg(feature = "cli")]
impl Notation {
    /// Zoom's notation.
    pub(crate) const ZOOM: Self =
        Self { change: None, write: |digest| format!("v0={}", hex::encode(digest)) };

    /// Notations that programs use by mistake, the likely ones first.
    pub(crate) fn others() -> impl Iterator<Item = Self> {
        const PREFIX: Code = Code::SignaturePrefix;
        const ENCODING: Code = Code::SignatureEncoding;
        type Row = (Code, &'static str, fn(&[u8]) -> String);
        const TABLE: [Row; 8] = [
            (PREFIX, "v0= is missing", |digest| hex::encode(digest)),
            (ENCODING, "it is in base64", |digest| format!("v0={}", STANDARD.encode(digest))),
            (ENCODING, "it is in upper-case hex", |digest| format!("v0={}", hex::encode_upper(digest))),
            (PREFIX, "v0= is missing, and it is in base64", |digest| STANDARD.encode(digest)),
            (ENCODING, "it is in base64 for URLs", |digest| format!("v0={}", URL_SAFE_NO_PAD.encode(digest))),
            (PREFIX, "v0= is missing, and it is in upper-case hex", |digest| hex::encode_upper(digest)),
            (Code::SignatureScheme, "it starts with sha256=", |digest| {
                format!("sha256={}", hex::encode(digest))
            }),
            (PREFIX, "it starts with v1= instead of v0=", |digest| format!("v1={}", hex::encode(digest))),
        ];
        TABLE
            .into_iter()
            .map(|(code, phrase, write)| Self { change: Some(VariantChange::new(code, phrase)), write })
    }
}

/// Limit on the length of a header. It is longer than any digest in any notation.
const LONGEST: usize = 512;

/// The phrase for a header with the timestamp before the digest.
pub(crate) const STAMPED: &str = "the timestamp is written before the digest";

/// Longest text before the digest that counts as a prefix, such as `hmac-sha256=`.
const LONGEST_PREFIX: usize = 16;

/// The digest of a header in the format of the scheme.
pub(crate) fn canonical(header: &[u8], scheme: SigningScheme) -> Option<[u8; 32]> {
    let digits = scheme.prefixes().iter().find_map(|prefix| header.strip_prefix(prefix.as_bytes()));
    let digits = digits.filter(|digits| !digits.iter().any(u8::is_ascii_uppercase))?;
    let mut digest = [0; 32];
    hex::decode_to_slice(digits, &mut digest).ok().map(|()| digest)
}

/// All possible digests in a header; empty if it contains none.
pub(crate) fn readings(header: &[u8], scheme: SigningScheme) -> Vec<Reading> {
    let Ok(header) = std::str::from_utf8(header) else { return Vec::new() };
    if header.len() > LONGEST {
        return Vec::new();
    }
    // Some services put several values into one header.
    let values: Vec<&str> = if header.contains("v0=") && header.contains(',') {
        header.split(',').filter(|value| value.trim().starts_with("v0=")).collect()
    } else {
        vec![header]
    };
    let listed = (values != [header]).then(|| prefix("the header has other values next to it"));
    let mut found = Vec::new();
    for value in values {
        let text = value.trim_matches(|c: char| c.is_whitespace() || "\"'`".contains(c));
        let around =
            (text != value && listed.is_none()).then(|| prefix("there are spaces or quotes around it"));
        for (rest, before) in without_prefix(text, scheme) {
            let digests = digests(rest).into_iter();
            found.extend(digests.map(|(digest, notation)| Reading {
                digest,
                changes:
                    listed.iter().chain(&around).cloned().chain(before.clone()).chain(notation).collect(),
            }));
        }
    }
    found
}

fn prefix(phrase: impl Into<std::borrow::Cow<'static, str>>) -> VariantChange {
    VariantChange::new(Code::SignaturePrefix, phrase)
}

/// Texts that may follow a prefix, each with the deviation of the prefix.
fn without_prefix(text: &str, scheme: SigningScheme) -> Vec<(&str, Option<VariantChange>)> {
    if let Some(rest) = scheme.prefixes().iter().find_map(|prefix| text.strip_prefix(prefix)) {
        let mut found = vec![(rest, None)];
        found.extend(rest.strip_prefix("v0=").map(|rest| (rest, Some(prefix("v0= is written twice")))));
        // `v0=1764400000:…`: the message is in the header too.
        let stamped = rest.split_once(':').filter(|(time, _)| time.bytes().all(|b| b.is_ascii_digit()));
        let before = VariantChange::new(Code::SignatureEncoding, STAMPED);
        found.extend(stamped.map(|(_, rest)| (rest, Some(before))));
        return found;
    }
    if let Some(rest) = text.strip_prefix("v0%3D").or_else(|| text.strip_prefix("v0%3d")) {
        let change = VariantChange::new(Code::SignatureEncoding, "it is percent-encoded, with %3D for =");
        return vec![(rest, Some(change))];
    }
    for (other, service) in [("sha256=", "Zoom's AI Services"), ("v0=", "Zoom's webhooks")] {
        if let Some(rest) = text.strip_prefix(other) {
            let phrase = format!("it starts with {other}, as {service} sign");
            return vec![(rest, Some(VariantChange::new(Code::SignatureScheme, phrase)))];
        }
    }
    let mut found = vec![(text, Some(prefix("v0= is missing")))];
    if let Some(end) = text.find(['=', ':', ' ', 'x']).map(|at| at + 1)
        && end <= LONGEST_PREFIX
    {
        let (before, rest) = text.split_at(end);
        found.push((
            rest,
            Some(prefix(format!("it starts with {} instead of v0=", visible(before.as_bytes())))),
        ));
    }
    found
}

/// The digests in a text, each with the deviation of its notation. Some texts can be read in two ways.
fn digests(text: &str) -> Vec<(Vec<u8>, Option<VariantChange>)> {
    let encoding = |phrase: &'static str| Some(VariantChange::new(Code::SignatureEncoding, phrase));
    let is_digest = |bytes: &Vec<u8>| DIGEST_LENGTHS.contains(&bytes.len());
    let of_hex = |bytes: &Vec<u8>| hex::decode(bytes).ok();
    let unhexed = hex::decode(text).ok();
    let is_upper = text.bytes().any(|b| b.is_ascii_uppercase());
    let digits: String = text.chars().filter(|c| !"-: ".contains(*c)).collect();
    let divided = || hex::decode(&digits).ok().filter(|_| digits != text);
    let decoded = from_base64(text.as_bytes());
    // A blank in base64 was a plus, which a form decoder replaced.
    let with_plus = || from_base64(text.replace(' ', "+").as_bytes()).filter(|_| text.contains(' '));
    let notations = [
        (unhexed.clone(), is_upper.then_some("it is in upper-case hex")),
        (divided(), Some("its hex digits have separators between them")),
        (decoded.clone().filter(|_| unhexed.is_none()), Some("it is in base64")),
        (with_plus(), Some("it is in base64, with a blank in place of each +")),
        (decoded.as_ref().and_then(of_hex), Some("it is the base64 of the hex digits")),
        (unhexed.as_ref().and_then(of_hex), Some("it is the hex of the hex digits")),
    ];
    let read = notations.into_iter().filter_map(|(bytes, phrase)| Some((bytes.filter(is_digest)?, phrase)));
    read.map(|(bytes, phrase)| (bytes, phrase.and_then(encoding))).collect()
}

/// MD5, SHA-1, SHA-256, SHA-384 and SHA-512.
const DIGEST_LENGTHS: [usize; 5] = [16, 20, 32, 48, 64];

/// The hex digits after `v0=` if there are fewer than in a digest: the header may be truncated.
pub(crate) fn cut(header: &[u8]) -> Option<&str> {
    /// 64 bits, which do not match by chance.
    const FEWEST: usize = 16;
    let digits = std::str::from_utf8(header).ok()?.trim_end_matches(['.', '…']).strip_prefix("v0=")?;
    let are_digits = digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (are_digits && (FEWEST..64).contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "71d1f0e3671e73967fe959db52ad86f0cb335aeaa907ea14491523a0ebcc4bed";

    fn codes(header: &str) -> Vec<Code> {
        let digest = hex::decode(HEX).unwrap();
        let reading = readings(header.as_bytes(), SigningScheme::Webhooks)
            .into_iter()
            .find(|reading| reading.digest == digest);
        reading.unwrap_or_else(|| panic!("{header}")).changes.iter().map(|change| change.code).collect()
    }

    #[test]
    fn reads_digests_in_usual_notations() {
        let (prefix, encoding) = (Code::SignaturePrefix, Code::SignatureEncoding);
        let base64 = "cdHw42cec5Z/6VnbUq2G8MszWuqpB+oUSRUjoOvMS+0=";
        assert_eq!(codes(&format!("v0={HEX}")), []);
        for header in [
            HEX.into(),
            format!("v0=v0={HEX}"),
            format!("v1={HEX}"),
            format!("v0:{HEX}"),
            format!("0x{HEX}"),
            format!("\"v0={HEX}\""),
            format!("t=1,v0={HEX}"),
        ] {
            assert_eq!(codes(&header), [prefix], "{header}");
        }
        assert_eq!(codes(&format!("v0={}", HEX.to_uppercase())), [encoding]);
        assert_eq!(codes(&format!("v0={base64}")), [encoding]);
        assert_eq!(codes(base64), [prefix, encoding]);
        assert_eq!(
            codes(&format!("v0={}", base64.replace('/', "_").replace('+', "-").trim_end_matches('='))),
            [encoding]
        );
        assert_eq!(codes(&format!("sha256={base64}")), [Code::SignatureScheme, encoding]);
        assert_eq!(codes(&format!("sha256={HEX}")), [Code::SignatureScheme]);
        assert_eq!(codes(&format!("v0=1764400000:{HEX}")), [encoding]);
        assert_eq!(codes(&format!("v0%3D{HEX}")), [encoding]);
        assert_eq!(codes(&format!("v0={}", base64.replace('+', " "))), [encoding]);
    }

    #[test]
    fn finds_no_digest_in_other_text() {
        for header in ["", "v0=", "v0=xyz", &HEX[..63], "v0=é", &"a".repeat(10_000)] {
            assert!(readings(header.as_bytes(), SigningScheme::Webhooks).is_empty(), "{header}");
        }
        assert!(readings(b"\xff\xfe", SigningScheme::Webhooks).is_empty());
    }
}
