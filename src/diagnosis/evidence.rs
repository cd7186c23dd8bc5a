//! The input of a diagnosis: the parts of one request, the secrets, and a limit on the work.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::remedy::Framework;
use super::secret_text::SecretText;
use super::variants::secret::{Keys, SecretVariant};

/// The parts of one request that a capture contains. All are optional, because capture formats lose different
/// parts. Start from `Evidence::default()`.
#[derive(Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The value of `x-zm-signature`.
    pub signature: Option<&'a [u8]>,
    /// The value of `x-zm-request-timestamp`.
    pub timestamp: Option<&'a [u8]>,
    /// The body; `None` if the capture does not contain it, `Some(b"")` if it was empty.
    pub body: Option<&'a [u8]>,
    /// How the capture stored the body.
    pub fidelity: Fidelity,
    /// Other bytes that the body may have been, if the format is ambiguous. A match with one of these counts as a
    /// match.
    pub alternatives: &'a [&'a [u8]],
    /// The value of `content-length`, in bytes.
    pub content_length: Option<u64>,
    /// All other headers. Times in them are tried as timestamps. Other values are never shown.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Whether the format does not store headers. A missing signature then means nothing.
    pub headers_lost: bool,
    /// When the request was captured.
    pub captured_at: Option<SystemTime>,
    /// The scheme by which Zoom signs such requests.
    pub scheme: SigningScheme,
    /// The app's framework, if known. Where several serializers write the same bytes, its own is named first.
    pub framework: Option<Framework>,
}

/// How Zoom signs a request. The message is the same in all schemes, the header is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningScheme {
    /// `v0=` and the digest in hex: webhooks.
    #[default]
    Webhooks,
    /// `sha256=` and the digest in hex: AI Services. Their bodies have no `event`.
    AiServices,
    /// Either of them.
    Auto,
}

impl SigningScheme {
    /// All schemes, the usual one first.
    pub const ALL: &[Self] = &[Self::Webhooks, Self::AiServices, Self::Auto];

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhooks => "webhooks",
            Self::AiServices => "ai-services",
            Self::Auto => "auto",
        }
    }

    /// What may stand before the digest.
    pub(super) fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Webhooks => &["v0="],
            Self::AiServices => &["sha256="],
            Self::Auto => &["v0=", "sha256="],
        }
    }
}

#[cfg(feature = "cli")]
impl clap::ValueEnum for SigningScheme {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(self.as_str().into())
    }
}

/// How a capture stored the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fidelity {
    /// The bytes that were captured, without decoding.
    #[default]
    Original,
    /// Decoded from a lossless form, such as a JSON string or base64.
    Reconstructed,
    /// Only the parsed JSON was stored; the bytes that were sent are unknown.
    Parsed,
}

/// Shows no header values, which may contain credentials, and only the size of the body.
impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("signature", &self.signature.map(String::from_utf8_lossy))
            .field("timestamp", &self.timestamp.map(String::from_utf8_lossy))
            .field("body_bytes", &self.body.map(<[u8]>::len))
            .field("fidelity", &self.fidelity)
            .field("content_length", &self.content_length)
            .field("headers", &self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The secrets of a run, prepared once for all requests.
#[derive(Debug)]
pub struct Secrets {
    texts: Vec<SecretText>,
    plain: Vec<SecretVariant>,
    keys: OnceLock<Keys>,
}

impl Secrets {
    /// Prepares the keys of the secret tokens. Variants of them are computed on first use.
    #[must_use]
    pub fn new(texts: Vec<SecretText>) -> Self {
        Self { plain: Keys::plain(&texts), texts, keys: OnceLock::new() }
    }

    /// The given texts, in order.
    #[must_use]
    pub fn texts(&self) -> &[SecretText] {
        &self.texts
    }

    /// The secret tokens as given.
    pub(super) fn plain(&self) -> &[SecretVariant] {
        &self.plain
    }

    /// All variants of the secrets.
    pub(super) fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| Keys::of(&self.texts))
    }

    /// The name of the secret that a key was made from.
    pub(super) fn name_of(&self, key: &SecretVariant) -> Option<&Arc<str>> {
        self.texts.get(key.secret?).map(|text| &text.name)
    }
}

/// A limit on the work of a diagnosis. It counts work, not time, so that the same request gives the same result on
/// every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Limit on the number of digests.
    pub digests: u32,
    /// Limit on the bytes hashed, in all digests together.
    pub bytes: u64,
}

impl Budget {
    /// For `verify`: the whole search for a body of 2 KiB and a few secrets (about 4,000 digests and 5 MB per
    /// secret token), and the likely causes for a body of 1 MiB.
    pub const FULL: Self = Self { digests: 20_000, bytes: 128 << 20 };

    /// For a request rejected by `listen`: every single cause for an ordinary body, in a few milliseconds.
    pub const LIVE: Self = Self { digests: 1_000, bytes: 2 << 20 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_header_value() {
        let headers = [("authorization", &b"Bearer abc"[..])];
        let evidence = Evidence { headers: &headers, ..Evidence::default() };
        assert!(!format!("{evidence:?}").contains("Bearer"));
    }
}
