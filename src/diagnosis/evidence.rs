//! What a diagnosis is given: the parts of one request, the secrets, and how much work it may do.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::secret_text::SecretText;
use super::variants::secret::{Keys, SecretVariant};

/// The parts of one request, as far as a capture has them. Everything is optional, because every format loses
/// something; start from `Evidence::default()`.
#[derive(Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The value of `x-zm-signature`.
    pub signature: Option<&'a [u8]>,
    /// The value of `x-zm-request-timestamp`.
    pub timestamp: Option<&'a [u8]>,
    /// The body; `None` where the capture does not hold it, `Some(b"")` where it was empty.
    pub body: Option<&'a [u8]>,
    /// What is known of the body's bytes.
    pub fidelity: Fidelity,
    /// Other bytes that the body may just as well have been, where the format is ambiguous. A match with one
    /// of these is a match.
    pub alternatives: &'a [&'a [u8]],
    /// The value of `content-length`, in bytes.
    pub content_length: Option<u64>,
    /// All other headers, for the times and the hints in them. Their values are never shown.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Whether the format does not keep headers: a missing signature then says nothing about the request.
    pub headers_lost: bool,
    /// When the request was captured.
    pub captured_at: Option<SystemTime>,
}

/// What is known of a captured body's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fidelity {
    /// The bytes as they were sent.
    #[default]
    Original,
    /// Rebuilt from a form that loses nothing, such as a JSON string or base64.
    Reconstructed,
    /// Only the parsed JSON was kept; the bytes are a guess.
    Parsed,
}

/// Header values may hold credentials, and a body may be long: only sizes are shown.
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

/// The secrets of a run, prepared once for any number of requests.
#[derive(Debug)]
pub struct Secrets {
    texts: Vec<SecretText>,
    plain: Vec<SecretVariant>,
    keys: OnceLock<Keys>,
}

impl Secrets {
    /// Prepares the keys of the secret tokens; what may have happened to them is worked out when it is needed.
    #[must_use]
    pub fn new(texts: Vec<SecretText>) -> Self {
        Self { plain: Keys::plain(&texts), texts, keys: OnceLock::new() }
    }

    /// The texts that were given, in their order.
    #[must_use]
    pub fn texts(&self) -> &[SecretText] {
        &self.texts
    }

    /// The secret tokens as they were given.
    pub(super) fn plain(&self) -> &[SecretVariant] {
        &self.plain
    }

    /// All other keys that may be made of them.
    pub(super) fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| Keys::of(&self.texts))
    }

    /// The name of the secret that a key was made of.
    pub(super) fn name_of(&self, key: &SecretVariant) -> Option<&Arc<str>> {
        self.texts.get(key.secret?).map(|text| &text.name)
    }
}

/// How much a diagnosis may do. Counted in work, not in time, so that the same request gives the same answer
/// on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Digests that may be computed.
    pub digests: u32,
    /// Bytes that may be hashed, in all digests together.
    pub bytes: u64,
}

impl Budget {
    /// For `verify`: all of the search for a body of 2 KiB and a few secrets (about 4,000 digests and 5 MB each
    /// secret token), and the likely causes at 1 MiB.
    pub const FULL: Self = Self { digests: 20_000, bytes: 128 << 20 };

    /// For a live refusal: every single cause for an ordinary body, in a few milliseconds.
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
