//! The value of `x-zm-signature`: `v0=` and 64 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

/// The header that carries the signature. Header names are compared without case.
pub const SIGNATURE_HEADER: &str = "x-zm-signature";

/// The only version that Zoom has published.
const VERSION: &str = "v0=";
/// The 32 bytes of HMAC-SHA256 in hex.
const DIGITS: usize = 64;

/// A well-formed signature, not yet compared with anything.
///
/// It deliberately has no public `==`: [`super::SecretToken::verify`] compares in constant time.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub struct Signature([u8; 32]);

impl Signature {
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The header's value: `v0=` and lower-case hex, 67 characters.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}{}", hex::encode(self.0))
    }
}

impl FromStr for Signature {
    type Err = MalformedSignature;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(digits) = text.strip_prefix(VERSION) else {
            return Err(MalformedSignature::NoVersion);
        };
        let count = digits.chars().count();
        if count != DIGITS {
            return Err(MalformedSignature::Length { digits: count });
        }
        if digits.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(MalformedSignature::UpperCase);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| MalformedSignature::NotHex)?;
        Ok(Self(bytes))
    }
}

/// What is wrong with the format of a signature header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedSignature {
    /// It does not begin with `v0=`.
    #[error("does not begin with v0=")]
    NoVersion,
    /// The part after `v0=` is not 64 characters long.
    #[error("has {digits} characters after v0=, not {DIGITS}")]
    Length {
        /// The number of characters after `v0=`.
        digits: usize,
    },
    /// It contains an upper-case letter; Zoom writes lower-case hex.
    #[error("has upper-case letters; Zoom writes lower-case hex")]
    UpperCase,
    /// It contains a character that is not a hex digit.
    #[error("has a character that is not a hex digit")]
    NotHex,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_signature_parses_back() {
        let signature = Signature::from_bytes([0xab; 32]);
        let text = signature.to_string();
        assert_eq!(text.len(), 67);
        assert_eq!(text.parse::<Signature>().unwrap(), signature);
    }

    #[test]
    fn distinguishes_the_kinds_of_malformed_signatures() {
        let good = "ab".repeat(32);
        let cases = [
            (good.clone(), MalformedSignature::NoVersion),
            (format!("v1={good}"), MalformedSignature::NoVersion),
            (format!(" v0={good}"), MalformedSignature::NoVersion),
            ("v0=".to_string(), MalformedSignature::Length { digits: 0 }),
            (format!("v0={good}0"), MalformedSignature::Length { digits: 65 }),
            (format!("v0={}", good.to_uppercase()), MalformedSignature::UpperCase),
            (format!("v0=s{}", &good[1..]), MalformedSignature::NotHex),
            (format!("v0=é{}", &good[1..]), MalformedSignature::NotHex),
            (format!("v0=é{}", &good[2..]), MalformedSignature::Length { digits: 63 }),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Signature>().unwrap_err(), expected, "{text}");
        }
    }
}
