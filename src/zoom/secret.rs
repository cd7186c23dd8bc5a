//! The secret token of a Marketplace app. It can sign and verify, and it cannot be printed.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::signature::Signature;

/// The secret token that Zoom shows on the app's Feature page: the HMAC key of every delivery.
///
/// The key is the UTF-8 text of the token, not hex- or base64-decoded. It is turned into a keyed HMAC state
/// once and the text is overwritten; the state is overwritten when the value is dropped. `Debug` shows the
/// [`Fingerprint`] only.
#[derive(Clone)]
pub struct SecretToken {
    keyed: Hmac<Sha256>,
    fingerprint: Fingerprint,
}

/// A secret token without any character: every signature under it could be forged by anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret token is empty")]
pub struct EmptySecret;

impl SecretToken {
    /// Takes the token exactly as given: trimming is the caller's decision.
    ///
    /// # Errors
    /// [`EmptySecret`] when there is nothing in it but white space.
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

    /// Whether `signature` is the one of this timestamp and body. Takes the same time whatever differs.
    #[must_use]
    pub fn verify(&self, timestamp: &[u8], body: &[u8], signature: &Signature) -> bool {
        self.keyed_message(timestamp, body).verify_slice(signature.as_bytes()).is_ok()
    }

    /// HMAC-SHA256 over `text`, in lower-case hex: the `encryptedToken` of a challenge.
    ///
    /// Private to the protocol, because it signs whatever it is given: see [`super::Challenge`].
    pub(super) fn encrypt(&self, text: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(text.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// The short public name of this token.
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

/// A secret token and what the developer calls it: several Marketplace apps may share one URL.
#[derive(Debug, Clone)]
pub struct NamedSecret {
    /// The name given with the token, or that of the place it came from. May be shown.
    pub name: Arc<str>,
    /// The token itself.
    pub token: SecretToken,
}

/// The first four bytes of a token's SHA-256: enough to tell two tokens apart, useless for guessing one.
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
    fn a_blank_token_is_refused() {
        for blank in ["", " ", "\t\r\n"] {
            assert_eq!(SecretToken::new(blank).unwrap_err(), EmptySecret);
        }
    }

    #[test]
    fn white_space_in_a_token_counts() {
        let (plain, padded) = (SecretToken::new("a").unwrap(), SecretToken::new("a\n").unwrap());
        assert_ne!(plain.fingerprint(), padded.fingerprint());
        assert_ne!(plain.sign(b"1", b""), padded.sign(b"1", b""));
    }
}
