//! The challenge (Zoom's CRC): the event `endpoint.url_validation` that proves control of an endpoint.
//!
//! Zoom posts a `plainToken` and expects it back within three seconds, together with its HMAC under the secret
//! token. **That makes an endpoint a signing oracle**: a request's signature is the HMAC of
//! `v0:{timestamp}:{body}` under the same secret. An endpoint that answers every plainToken signs any message that
//! is sent as one. Two rules follow:
//!
//! - Answer only challenges that are themselves signed. The caller checks this.
//! - Never answer a plainToken that has the form of a signed message. [`Challenge`] enforces this.

use serde_json::Value;

use super::envelope::Envelope;
use super::secret::SecretToken;

/// The name of the event that carries a challenge.
pub const CHALLENGE_EVENT: &str = "endpoint.url_validation";

/// A challenge that is safe to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    plain_token: String,
}

/// Why a challenge must not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChallengeError {
    /// `payload.plainToken` is absent, empty or not a string.
    #[error("payload.plainToken is missing or not a string")]
    NoPlainToken,
    /// The plainToken has the form of a signed message: the answer would be a usable signature.
    #[error("the plainToken has the form of a signed message")]
    SignedMessage,
}

impl Challenge {
    /// Recognizes a challenge by its event name; `None` for every other event.
    ///
    /// # Errors
    /// [`ChallengeError`] for a challenge that must not be answered.
    pub fn recognize(envelope: &Envelope<'_>) -> Option<Result<Self, ChallengeError>> {
        (envelope.event() == CHALLENGE_EVENT).then(|| Self::judge(envelope))
    }

    fn judge(envelope: &Envelope<'_>) -> Result<Self, ChallengeError> {
        let payload = envelope.payload().ok_or(ChallengeError::NoPlainToken)?;
        // Decoded strictly: with a replaced character, the HMAC would be that of another token.
        let raw = payload.get("plainToken").ok_or(ChallengeError::NoPlainToken)?;
        let plain_token: String =
            serde_json::from_str(raw.get()).map_err(|_| ChallengeError::NoPlainToken)?;
        match plain_token.as_str() {
            "" => Err(ChallengeError::NoPlainToken),
            text if is_signed_message(text) => Err(ChallengeError::SignedMessage),
            _ => Ok(Self { plain_token }),
        }
    }

    /// The token as received.
    #[must_use]
    pub fn plain_token(&self) -> &str {
        &self.plain_token
    }

    /// The answer that Zoom expects under this secret token.
    #[must_use]
    pub fn answer(&self, secret: &SecretToken) -> ChallengeAnswer {
        ChallengeAnswer {
            plain_token: self.plain_token.clone(),
            encrypted_token: secret.encrypt(&self.plain_token),
        }
    }
}

/// Whether a token starts with `v0:` or any other version that Zoom may publish: `v`, digits, colon.
fn is_signed_message(token: &str) -> bool {
    let Some(rest) = token.strip_prefix('v') else { return false };
    let version = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    version.len() < rest.len() && version.starts_with(':')
}

/// The two fields of the answer to a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeAnswer {
    /// `plainToken`, as received.
    pub plain_token: String,
    /// `encryptedToken`: 64 lower-case hex digits, without `v0=`.
    pub encrypted_token: String,
}

impl ChallengeAnswer {
    /// The answer's body: a JSON object, to be sent with status 200 and `application/json`. A JSON string
    /// that contains the object, or any wrapper around it, fails Zoom's validation.
    #[must_use]
    pub fn to_json(&self) -> String {
        // In the order of Zoom's own sample. `Value` escapes special characters, which a token may contain.
        let (plain, encrypted) = (Value::from(&*self.plain_token), &self.encrypted_token);
        format!(r#"{{"plainToken":{plain},"encryptedToken":"{encrypted}"}}"#)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recognize(body: &str) -> Option<Result<Challenge, ChallengeError>> {
        Challenge::recognize(&Envelope::parse(body.as_bytes()).unwrap())
    }

    fn with_token(token: &str) -> Option<Result<Challenge, ChallengeError>> {
        recognize(&json!({"event": CHALLENGE_EVENT, "payload": {"plainToken": token}}).to_string())
    }

    #[test]
    fn ignores_other_events() {
        assert!(recognize(r#"{"event":"meeting.started","payload":{"plainToken":"a"}}"#).is_none());
    }

    #[test]
    fn rejects_a_token_with_the_form_of_a_signed_message() {
        for token in ["v0:1720705455:{}", "v0:", "v1:x", "v12:"] {
            assert_eq!(with_token(token), Some(Err(ChallengeError::SignedMessage)), "{token}");
        }
        // The same message with its first character escaped in the JSON.
        let escaped = r#"{"event":"endpoint.url_validation","payload":{"plainToken":"\u00760:1:{}"}}"#;
        assert_eq!(recognize(escaped), Some(Err(ChallengeError::SignedMessage)));
    }

    #[test]
    fn accepts_tokens_that_only_resemble_a_signed_message() {
        for token in ["qgg8vlvZRS6UYooatFL8Aw", "v0", "v:", "vx0:", "V0:", "0:v0:"] {
            assert!(matches!(with_token(token), Some(Ok(_))), "{token}");
        }
    }

    #[test]
    fn rejects_a_challenge_without_a_usable_token() {
        for payload in ["", r#","payload":null"#, r#","payload":{}"#, r#","payload":{"plainToken":""}"#] {
            let body = format!(r#"{{"event":"{CHALLENGE_EVENT}"{payload}}}"#);
            assert_eq!(recognize(&body), Some(Err(ChallengeError::NoPlainToken)), "{body}");
        }
        for value in ["7", "[\"a\"]", "true", r#""\uD83D""#] {
            let body = format!(r#"{{"event":"{CHALLENGE_EVENT}","payload":{{"plainToken":{value}}}}}"#);
            assert_eq!(recognize(&body), Some(Err(ChallengeError::NoPlainToken)), "{body}");
        }
    }
}
