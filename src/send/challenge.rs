//! Is the answer to a challenge the right one?

use crate::zoom::{Challenge, Envelope, SecretToken};

/// What is wrong with the answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeFault {
    /// The status is not 200, or 204, which has no room for the answer.
    #[error("a challenge is answered with status 200")]
    Status,
    /// The body is no JSON object.
    #[error("the answer's body is no JSON object")]
    NotAnObject,
    /// `plainToken` is absent or another one.
    #[error("the answer's plainToken is not the one that was sent")]
    PlainToken,
    /// `encryptedToken` is absent.
    #[error("the answer has no encryptedToken")]
    NoEncryptedToken,
    /// `encryptedToken` is wrong.
    #[error(
        "the answer's encryptedToken is not the HMAC-SHA256 of the plainToken under this secret token, in lower-case hex"
    )]
    EncryptedToken,
}

/// What is wrong with an endpoint's answer to `request`, if that is a challenge and anything is.
#[must_use]
pub fn judge_answer(
    request: &[u8],
    status: u16,
    answer: &[u8],
    secret: &SecretToken,
) -> Option<ChallengeFault> {
    let challenge = Challenge::recognise(&Envelope::parse(request).ok()?)?.ok()?;
    let expected = challenge.answer(secret);
    if status != 200 {
        return Some(ChallengeFault::Status);
    }
    let Ok(serde_json::Value::Object(answer)) = serde_json::from_slice(answer) else {
        return Some(ChallengeFault::NotAnObject);
    };
    let text = |name: &str| answer.get(name).and_then(serde_json::Value::as_str);
    if text("plainToken") != Some(&expected.plain_token) {
        return Some(ChallengeFault::PlainToken);
    }
    match text("encryptedToken") {
        None => Some(ChallengeFault::NoEncryptedToken),
        Some(token) if token != expected.encrypted_token => Some(ChallengeFault::EncryptedToken),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_wrong_with_an_answer() {
        // The published vector of mattermost-plugin-zoom.
        let secret = SecretToken::new("zoomwebhooksecret").unwrap();
        let request =
            br#"{"payload":{"plainToken":"Kn5a3Wv7SP6YP5b4BWfZpg"},"event":"endpoint.url_validation"}"#;
        let token = "2a41c3138d2187a756c51428f78d192e9b88dcf44dd62d1b081ace4ec2241e0a";
        let right = format!(r#"{{"plainToken":"Kn5a3Wv7SP6YP5b4BWfZpg","encryptedToken":"{token}"}}"#);
        let judge = |status, answer: &str| judge_answer(request, status, answer.as_bytes(), &secret);
        assert_eq!(judge(200, &right), None);
        assert_eq!(judge(204, ""), Some(ChallengeFault::Status));
        assert_eq!(judge(200, "\"{}\""), Some(ChallengeFault::NotAnObject));
        assert_eq!(judge(200, "{}"), Some(ChallengeFault::PlainToken));
        assert_eq!(
            judge(200, r#"{"plainToken":"Kn5a3Wv7SP6YP5b4BWfZpg"}"#),
            Some(ChallengeFault::NoEncryptedToken)
        );
        let upper = right.replace(token, &token.to_uppercase());
        assert_eq!(judge(200, &upper), Some(ChallengeFault::EncryptedToken));
        assert_eq!(judge_answer(br#"{"event":"a.b"}"#, 500, b"", &secret), None);
    }
}
