//! A captured challenge: the right answer, and what is wrong with the answer that was captured beside it.
//!
//! Whether the challenge itself is genuine is [`super::diagnose()`]'s matter. A plainToken that has the form of
//! a signed message gets no answer here either: see [`crate::zoom::Challenge`].

mod answer;
mod fault;
mod hmac;

use std::sync::Arc;

pub use self::answer::CapturedAnswer;
pub use self::fault::{AnswerCode, AnswerFault};
use super::evidence::Secrets;
use super::secret_text::Role;
use crate::zoom::{Challenge, ChallengeAnswer, ChallengeError, Envelope, SecretToken};

/// A challenge, with the right answers and the faults of the captured one.
#[derive(Debug, Clone)]
pub struct ChallengeReport {
    /// The right answer under each secret token. Where it is known which token signed the challenge, only that.
    pub right: Vec<(Arc<str>, ChallengeAnswer)>,
    /// What is wrong with the captured answer; empty where it is right. `None` where none was captured.
    pub faults: Option<Vec<AnswerFault>>,
}

/// Recognises a challenge, and judges its answer; `None` where the body is none.
///
/// `signed_by` is the name of the secret token that signed it, from a valid verdict.
///
/// # Errors
/// [`ChallengeError`] when it is a challenge that must not be answered.
#[must_use]
pub fn explain_challenge(
    body: &[u8],
    secrets: &Secrets,
    signed_by: Option<&str>,
    answer: Option<&CapturedAnswer<'_>>,
) -> Option<Result<ChallengeReport, ChallengeError>> {
    let challenge = Challenge::recognise(&Envelope::parse(body).ok()?)?;
    Some(challenge.map(|challenge| {
        let of_signer = |name: &str| signed_by.is_none_or(|signer| signer == name);
        let tokens = secrets.texts().iter().filter(|text| text.role == Role::Secret && of_signer(&text.name));
        let right: Vec<_> = tokens
            .filter_map(|text| {
                Some((text.name.clone(), challenge.answer(&SecretToken::new(text.text()).ok()?)))
            })
            .collect();
        let faults = answer.map(|answer| answer::faults(answer, challenge.plain_token(), &right, secrets));
        ChallengeReport { right, faults }
    }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::secret_text::SecretText;
    use super::*;

    const CHALLENGE: &[u8] = br#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1795507200123,"event":"endpoint.url_validation"}"#;
    /// Computed with Python's hmac under `zoomhook-test-secret`.
    const ENCRYPTED: &str = "3ac1266dbcf22a689472388bfdc18b752a1ce1faa903920634fbbdeee90fc066";
    const RIGHT: &str = r#"{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"3ac1266dbcf22a689472388bfdc18b752a1ce1faa903920634fbbdeee90fc066"}"#;

    fn secrets() -> Secrets {
        let secret = |name, role, text| SecretText::new(name, role, text);
        Secrets::new(vec![
            secret("app", Role::Secret, "zoomhook-test-secret"),
            secret("second", Role::Secret, "another-apps-secret-token"),
        ])
    }

    fn report(answer: CapturedAnswer<'_>) -> ChallengeReport {
        explain_challenge(CHALLENGE, &secrets(), Some("app"), Some(&answer)).unwrap().unwrap()
    }

    fn codes(body: &str) -> Vec<AnswerCode> {
        let faults = report(CapturedAnswer { body: body.as_bytes(), ..Default::default() }).faults.unwrap();
        assert!(faults.iter().all(|fault| !fault.sentence.contains("test-secret")));
        faults.into_iter().map(|fault| fault.code).collect()
    }

    fn with_encrypted(token: &str) -> Vec<AnswerCode> {
        codes(&RIGHT.replace(ENCRYPTED, token))
    }

    #[test]
    fn the_right_answer_is_given_and_recognised() {
        let report = report(CapturedAnswer { status: Some(200), body: RIGHT.as_bytes(), took: None });
        assert_eq!(report.right.len(), 1);
        assert_eq!(report.right[0].1.encrypted_token, ENCRYPTED);
        assert_eq!(report.faults, Some(Vec::new()));
        assert!(explain_challenge(br#"{"event":"meeting.started"}"#, &secrets(), None, None).is_none());
    }

    #[test]
    fn a_plain_token_that_is_a_signed_message_gets_no_answer() {
        let body = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}"#;
        let refused = explain_challenge(body, &secrets(), None, None).unwrap().unwrap_err();
        assert_eq!(refused, ChallengeError::SignedMessage);
    }

    #[test]
    fn the_answers_form_is_judged() {
        assert_eq!(codes(RIGHT), []);
        assert_eq!(codes(&serde_json::to_string(RIGHT).unwrap()), [AnswerCode::JsonString]);
        assert_eq!(codes(&format!(r#"{{"message":{RIGHT}}}"#)), [AnswerCode::Wrapped]);
        assert_eq!(codes(ENCRYPTED), [AnswerCode::Text]);
        assert_eq!(codes(""), [AnswerCode::Text]);
        assert_eq!(codes("[]"), [AnswerCode::Text]);
        assert_eq!(codes(&RIGHT.replace("encryptedToken", "encrypted_token")), [AnswerCode::Field]);
        assert_eq!(codes(&RIGHT.replace("qgg8", "QGG8")), [AnswerCode::PlainToken]);
        assert_eq!(codes("{}"), [AnswerCode::Field, AnswerCode::Field]);
    }

    #[test]
    fn a_wrong_hmac_is_explained() {
        assert_eq!(with_encrypted(&ENCRYPTED.to_uppercase()), [AnswerCode::Encoding]);
        assert_eq!(with_encrypted(&format!("v0={ENCRYPTED}")), [AnswerCode::Encoding]);
        assert_eq!(with_encrypted("qgg8vlvZRS6UYooatFL8Aw"), [AnswerCode::Hmac]);
        assert_eq!(with_encrypted(&"0".repeat(64)), [AnswerCode::Hmac]);
        assert_eq!(with_encrypted("rubbish"), [AnswerCode::Hmac]);
        let second = explain_challenge(CHALLENGE, &secrets(), Some("second"), None).unwrap().unwrap();
        assert_eq!(with_encrypted(&second.right[0].1.encrypted_token), [AnswerCode::Key]);
        let newline = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret\n")]);
        let padded = explain_challenge(CHALLENGE, &newline, None, None).unwrap().unwrap();
        assert_eq!(with_encrypted(&padded.right[0].1.encrypted_token), [AnswerCode::Key]);
    }

    #[test]
    fn time_and_status_are_judged() {
        let answer = CapturedAnswer {
            status: Some(204),
            body: RIGHT.as_bytes(),
            took: Some(Duration::from_millis(3001)),
        };
        let codes: Vec<_> = report(answer).faults.unwrap().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [AnswerCode::Late, AnswerCode::Status]);
    }
}
