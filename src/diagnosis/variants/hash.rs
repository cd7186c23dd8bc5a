//! The hash. Zoom's is HMAC-SHA256 under the secret token.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::change::VariantChange;
use super::secret::SecretVariant;
use crate::diagnosis::code::Code;

/// How a digest is computed from a key and a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    /// Zoom's.
    HmacSha256,
    /// The message alone.
    Sha256,
    /// The key before the message.
    Sha256KeyFirst,
    /// The key after the message.
    Sha256KeyLast,
    /// The key before the message, with a colon between them.
    Sha256KeyColon,
    /// HMAC with the key and the message swapped.
    HmacSwapped,
    /// HMAC over the SHA-256 of the message, in hex.
    HmacOfHexDigest,
    /// HMAC with SHA-1.
    HmacSha1,
    /// SHA-1 of the message alone.
    Sha1,
    /// SHA-1 of key and message.
    Sha1KeyFirst,
    /// HMAC with SHA-512.
    HmacSha512,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with MD5.
    HmacMd5,
    /// SHA-512 of the message alone.
    Sha512,
    /// MD5 of the message alone.
    Md5,
}

impl Hash {
    /// All hashes except Zoom's, the likely ones first.
    pub(crate) const OTHERS: [Self; 14] = [
        Self::Sha256,
        Self::HmacSha1,
        Self::Sha256KeyFirst,
        Self::Sha256KeyLast,
        Self::Sha256KeyColon,
        Self::HmacSwapped,
        Self::HmacOfHexDigest,
        Self::Sha1,
        Self::Sha1KeyFirst,
        Self::HmacSha512,
        Self::HmacSha384,
        Self::HmacMd5,
        Self::Sha512,
        Self::Md5,
    ];

    /// The deviation from Zoom's hash; `None` for Zoom's.
    pub(crate) fn change(self) -> Option<VariantChange> {
        let (code, phrase) = match self {
            Self::HmacSha256 => return None,
            Self::Sha256 => (Code::HashNotHmac, "the plain SHA-256 of the message"),
            Self::Sha256KeyFirst => {
                (Code::HashNotHmac, "the SHA-256 of the secret token followed by the message")
            }
            Self::Sha256KeyLast => {
                (Code::HashNotHmac, "the SHA-256 of the message followed by the secret token")
            }
            Self::Sha256KeyColon => {
                (Code::HashNotHmac, "the SHA-256 of the secret token, a colon and the message")
            }
            Self::HmacSwapped => (Code::HashNotHmac, "an HMAC with the key and the message swapped"),
            Self::HmacOfHexDigest => (Code::HashNotHmac, "the HMAC of the message's SHA-256 in hex"),
            Self::HmacSha1 => (Code::HashSha1, "HMAC-SHA1"),
            Self::Sha1 => (Code::HashSha1, "the plain SHA-1 of the message"),
            Self::Sha1KeyFirst => (Code::HashSha1, "the SHA-1 of the secret token followed by the message"),
            Self::HmacSha512 => (Code::HashOther, "HMAC-SHA512"),
            Self::HmacSha384 => (Code::HashOther, "HMAC-SHA384"),
            Self::HmacMd5 => (Code::HashOther, "HMAC-MD5"),
            Self::Sha512 => (Code::HashOther, "the plain SHA-512 of the message"),
            Self::Md5 => (Code::HashOther, "the plain MD5 of the message"),
        };
        Some(VariantChange::new(code, phrase))
    }

    /// Whether the hash uses no key.
    pub(crate) fn is_keyless(self) -> bool {
        matches!(self, Self::Sha256 | Self::Sha1 | Self::Sha512 | Self::Md5)
    }

    /// Length of the digest, in bytes.
    pub(crate) fn length(self) -> usize {
        match self {
            Self::HmacSha1 | Self::Sha1 | Self::Sha1KeyFirst => 20,
            Self::HmacSha512 | Self::Sha512 => 64,
            Self::HmacSha384 => 48,
            Self::HmacMd5 | Self::Md5 => 16,
            _ => 32,
        }
    }

    /// Computes the digest. It would be empty if HMAC rejected the key, but HMAC accepts every key.
    pub(crate) fn digest(self, key: &SecretVariant, message: &[&[u8]]) -> Vec<u8> {
        let secret = key.bytes();
        match self {
            Self::HmacSha256 => {
                let mut mac = key.keyed();
                message.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().to_vec()
            }
            Self::Sha256 => plain::<Sha256>(&[message]),
            Self::Sha256KeyFirst => plain::<Sha256>(&[&[secret], message]),
            Self::Sha256KeyLast => plain::<Sha256>(&[message, &[secret]]),
            Self::Sha256KeyColon => plain::<Sha256>(&[&[secret, b":"], message]),
            Self::HmacOfHexDigest => {
                let mut mac = key.keyed();
                mac.update(hex::encode(plain::<Sha256>(&[message])).as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            Self::HmacSwapped => hmac::<Hmac<Sha256>>(&message.concat(), &[secret]),
            Self::HmacSha1 => hmac::<Hmac<Sha1>>(secret, message),
            Self::Sha1 => plain::<Sha1>(&[message]),
            Self::Sha1KeyFirst => plain::<Sha1>(&[&[secret], message]),
            Self::HmacSha512 => hmac::<Hmac<Sha512>>(secret, message),
            Self::HmacSha384 => hmac::<Hmac<Sha384>>(secret, message),
            Self::HmacMd5 => hmac::<Hmac<Md5>>(secret, message),
            Self::Sha512 => plain::<Sha512>(&[message]),
            Self::Md5 => plain::<Md5>(&[message]),
        }
    }
}

/// The plain hash of all parts, one after the other. The parts are not joined, which would leave a copy of the secret.
fn plain<D: Digest>(parts: &[&[&[u8]]]) -> Vec<u8> {
    let mut digest = D::new();
    parts.iter().copied().flatten().for_each(|part| digest.update(part));
    digest.finalize().to_vec()
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}
