//! The secret token of a Marketplace app. It can sign and verify, and it cannot be printed.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::signature::Signature;

/// The secret token that Zoom shows on the app's Feature page: the HMAC key of every delivery.
///
/// The key is the UTF-8 text of the token, not hex- or base64-decoded. It is converted once into a keyed HMAC state,
/// and the text is overwritten. The state is overwritten when the value is dropped. `Debug` shows only the
/// [`Fingerprint`].
#[derive(Clone)]
pub struct SecretToken {
    keyed: Hmac<Sha256>,
    fingerprint: Fingerprint,
}

/// The secret token is blank: anyone could forge signatures under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret token is empty")]
pub struct EmptySecret;

impl SecretToken {
    /// Uses the token exactly as given, without trimming it.
    ///
    /// # Errors
    /// [`EmptySecret`] if the token contains only white space.
    pub fn new(token: impl Into<String>) -> Result<Self, EmptySecret> {
        let token = Zeroizing::new(token.into());
        if token.trim().is_empty() {
            return Err(EmptySecret);
        }
        let keyed = Hmac::new_from_slice(token.as_bytes()).map_err(|_| EmptySecret)?;
        Ok(Self { keyed, fingerprint: Fingerprint::of(token.as_bytes()) })
    }

    /// Signs a request: HMAC-SHA256 over `v0:{timestamp}:{body}`, all three as the raw bytes sent.
    pub fn sign(&self, timestamp: &[u8], body: &[u8]) -> Signature {
        Signature::from_bytes(self.keyed_message(timestamp, body).finalize().into_bytes().into())
    }

    /// Whether `signature` matches this timestamp and body. Compares in constant time.
    #[must_use]
    pub fn verify(&self, timestamp: &[u8], body: &[u8], signature: &Signature) -> bool {
        self.keyed_message(timestamp, body).verify_slice(signature.as_bytes()).is_ok()
    }

    /// HMAC-SHA256 over `text`, in lower-case hex: the `encryptedToken` of a challenge.
    ///
    /// Private to the protocol, because it signs any text: see [`super::Challenge`].
    pub(super) fn encrypt(&self, text: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(text.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// A short identifier of this token that is safe to show.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn keyed_message(&self, timestamp: &[u8], body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(b"v0:");
        mac.update(timestamp);
        mac.update(b":");
        mac.update(body);
        mac
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretToken({})", self.fingerprint)
    }
}

/// A secret token and its name: several Marketplace apps may share one URL.
#[derive(Debug, Clone)]
pub struct NamedSecret {
    /// The name given with the token, or its origin. Safe to show.
    pub name: Arc<str>,
    /// The token itself.
    pub token: SecretToken,
}

/// The first four bytes of a token's SHA-256: enough to distinguish tokens, too short to guess one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 4]);

impl Fingerprint {
    fn of(token: &[u8]) -> Self {
        let digest = Sha256::digest(token);
        Self([digest[0], digest[1], digest[2], digest[3]])
    }
}

/// Eight lower-case hex digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_fingerprint_and_never_the_token() {
        let secret = SecretToken::new("zoomhook-test-secret").unwrap();
        let shown = format!("{secret:?}");
        assert_eq!(shown, format!("SecretToken({})", secret.fingerprint()));
        assert!(!shown.contains("test-secret"));
    }

    #[test]
    fn rejects_a_blank_token() {
        for blank in ["", " ", "\t\r\n"] {
            assert_eq!(SecretToken::new(blank).unwrap_err(), EmptySecret);
        }
    }

    #[test]
    fn white_space_is_part_of_a_token() {
        let (plain, padded) = (SecretToken::new("a").unwrap(), SecretToken::new("a\n").unwrap());
        assert_ne!(plain.fingerprint(), padded.fingerprint());
        assert_ne!(plain.sign(b"1", b""), padded.sign(b"1", b""));
    }
}
