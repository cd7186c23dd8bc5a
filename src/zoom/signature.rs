//! The value of `x-zm-signature`: `v0=` and 64 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

/// The header that carries the signature. Header names are compared without case.
pub const SIGNATURE_HEADER: &str = "x-zm-signature";

/// The only version that Zoom has published.
const VERSION: &str = "v0=";
/// HMAC-SHA256 gives 32 bytes: 64 hex digits.
const DIGITS: usize = 64;

/// A well-formed signature, not yet compared with anything.
///
/// There is no `==` for outside use on purpose: [`super::SecretToken::verify`] compares in constant time.
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

/// As it stands in the header: `v0=` and lower-case hex, 67 characters.
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
        if digits.len() != DIGITS {
            return Err(MalformedSignature::Length { digits: digits.chars().count() });
        }
        if digits.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(MalformedSignature::UpperCase);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| MalformedSignature::NotHex)?;
        Ok(Self(bytes))
    }
}

/// What is wrong with the text of a signature header, before any arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedSignature {
    /// It does not begin with `v0=`.
    #[error("does not begin with v0=")]
    NoVersion,
    /// The part after `v0=` is not 64 characters long.
    #[error("has {digits} characters after v0=, not {DIGITS}")]
    Length {
        /// Characters counted after `v0=`.
        digits: usize,
    },
    /// It holds an upper-case letter; Zoom writes lower-case hex.
    #[error("has upper-case letters; Zoom writes lower-case hex")]
    UpperCase,
    /// It holds a character that is no hex digit.
    #[error("has a character that is not a hex digit")]
    NotHex,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let signature = Signature::from_bytes([0xab; 32]);
        let text = signature.to_string();
        assert_eq!(text.len(), 67);
        assert_eq!(text.parse::<Signature>().unwrap(), signature);
    }

    #[test]
    fn tells_the_ways_to_be_malformed_apart() {
        let good = "ab".repeat(32);
        let cases = [
            (good.clone(), MalformedSignature::NoVersion),
            (format!("v1={good}"), MalformedSignature::NoVersion),
            (format!(" v0={good}"), MalformedSignature::NoVersion),
            ("v0=".to_string(), MalformedSignature::Length { digits: 0 }),
            (format!("v0={good}0"), MalformedSignature::Length { digits: 65 }),
            (format!("v0={}", good.to_uppercase()), MalformedSignature::UpperCase),
            (format!("v0=s{}", &good[1..]), MalformedSignature::NotHex),
            (format!("v0=é{}", &good[2..]), MalformedSignature::NotHex),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Signature>().unwrap_err(), expected, "{text}");
        }
    }
}
