//! The correct answer to a challenge, and what is wrong with a given answer. The entry points are [`judge_answer`],
//! and [`explain_challenge`] for a captured request with its answer.
//!
//! [`super::diagnose()`] checks whether the challenge itself is genuine. A plainToken in the form of a signed message
//! gets no answer: see [`crate::zoom::Challenge`].

mod answer;
mod hmac;

use std::sync::Arc;

pub use self::answer::{AnswerCode, AnswerFault, GivenAnswer, judge_answer};
use super::evidence::Secrets;
use super::secret_text::Role;
use crate::zoom::{Challenge, ChallengeAnswer, ChallengeError, Envelope, SecretToken};

/// A challenge with its correct answers, and the faults of the captured answer.
#[derive(Debug, Clone)]
pub struct ChallengeReport {
    /// The correct answer for each secret token, or only for the token that signed the challenge if that is known.
    pub right: Vec<(Arc<str>, ChallengeAnswer)>,
    /// What is wrong with the captured answer; empty if it is correct. `None` if no answer was captured.
    pub faults: Option<Vec<AnswerFault>>,
}

/// Recognizes a challenge and checks its answer. Returns `None` if the body is not a challenge.
///
/// `signed_by` is the name of the secret token that signed it, from a valid verdict.
///
/// # Errors
/// [`ChallengeError`] if the challenge must not be answered.
#[must_use]
pub fn explain_challenge(
    body: &[u8],
    secrets: &Secrets,
    signed_by: Option<&str>,
    answer: Option<&GivenAnswer<'_>>,
) -> Option<Result<ChallengeReport, ChallengeError>> {
    let challenge = Challenge::recognize(&Envelope::parse(body).ok()?)?;
    Some(challenge.map(|challenge| {
        let of_signer = |name: &str| signed_by.is_none_or(|signer| signer == name);
        let tokens = secrets.texts().iter().filter(|text| text.role == Role::Secret && of_signer(&text.name));
        let right: Vec<_> = tokens
            .filter_map(|text| {
                Some((text.name.clone(), challenge.answer(&SecretToken::new(text.text()).ok()?)))
            })
            .collect();
        let tokens: Vec<_> = right.iter().map(|(_, answer)| answer.encrypted_token.as_str()).collect();
        let faults = answer.map(|answer| judge_answer(answer, challenge.plain_token(), &tokens, secrets));
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

    fn report(answer: GivenAnswer<'_>) -> ChallengeReport {
        explain_challenge(CHALLENGE, &secrets(), Some("app"), Some(&answer)).unwrap().unwrap()
    }

    fn codes(body: &str) -> Vec<AnswerCode> {
        let faults =
            report(GivenAnswer { body: Some(body.as_bytes()), ..Default::default() }).faults.unwrap();
        assert!(faults.iter().all(|fault| !fault.sentence.contains("test-secret")));
        faults.into_iter().map(|fault| fault.code).collect()
    }

    fn with_encrypted(token: &str) -> Vec<AnswerCode> {
        codes(&RIGHT.replace(ENCRYPTED, token))
    }

    #[test]
    fn computes_and_recognizes_the_correct_answer() {
        let report = report(GivenAnswer { status: Some(200), body: Some(RIGHT.as_bytes()), took: None });
        assert_eq!(report.right.len(), 1);
        assert_eq!(report.right[0].1.encrypted_token, ENCRYPTED);
        assert_eq!(report.faults, Some(Vec::new()));
        assert!(explain_challenge(br#"{"event":"meeting.started"}"#, &secrets(), None, None).is_none());
    }

    #[test]
    fn does_not_answer_a_plain_token_that_is_a_signed_message() {
        let body = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}"#;
        let refused = explain_challenge(body, &secrets(), None, None).unwrap().unwrap_err();
        assert_eq!(refused, ChallengeError::SignedMessage);
    }

    #[test]
    fn finds_faults_in_the_format_of_an_answer() {
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
    fn explains_a_wrong_hmac() {
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
    fn finds_a_late_answer_and_a_wrong_status() {
        let answer = GivenAnswer {
            status: Some(204),
            body: Some(RIGHT.as_bytes()),
            took: Some(Duration::from_secs(3)),
        };
        let codes: Vec<_> = report(answer).faults.unwrap().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [AnswerCode::Late, AnswerCode::Status]);
    }

    #[test]
    fn checks_only_the_time_without_an_answer() {
        let none = GivenAnswer { took: Some(Duration::from_secs(3)), ..Default::default() };
        let codes: Vec<_> = report(none).faults.unwrap().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [AnswerCode::Late]);
        assert_eq!(report(GivenAnswer::default()).faults, Some(Vec::new()));
    }

    #[test]
    fn decompresses_an_answer() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(RIGHT.as_bytes()).unwrap();
        let gzip = encoder.finish().unwrap();
        let answer = GivenAnswer { status: Some(200), body: Some(&gzip), took: None };
        assert_eq!(report(answer).faults, Some(Vec::new()));
    }

    #[test]
    fn names_the_cause_of_a_wrong_token_only_with_proof() {
        let second = explain_challenge(CHALLENGE, &secrets(), Some("second"), None).unwrap().unwrap();
        let body = RIGHT.replace(ENCRYPTED, &second.right[0].1.encrypted_token);
        let answer = GivenAnswer { status: Some(200), body: Some(body.as_bytes()), took: None };
        let judge = |secrets| judge_answer(&answer, "qgg8vlvZRS6UYooatFL8Aw", &[ENCRYPTED], &secrets);
        assert_eq!(judge(secrets())[0].code, AnswerCode::Key);
        assert_eq!(judge(Secrets::new(Vec::new()))[0].code, AnswerCode::Hmac);
        let unknown = judge_answer(&answer, "qgg8vlvZRS6UYooatFL8Aw", &[], &secrets());
        assert_eq!(unknown, [], "without a secret token the value cannot be checked");
    }
}
