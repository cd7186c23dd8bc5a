//! [`CaptureJudge`] judges one captured request; the result is a [`JudgedCapture`].

use std::borrow::Cow;

use super::age::{self, AgeRule, Measured};
use super::{DeliveryVerdict, lost};
use crate::capture::{BodyFidelity, Capture, CapturedResponse, Note};
use crate::diagnosis::{
    self, Budget, Cause, ChallengeReport, Code, Diagnosis, Evidence, Framework, GivenAnswer, MatchedBody,
    Mine, Secrets, SigningScheme, diagnose, explain_challenge, explain_mine, signed_message,
};
use crate::zoom::{CHALLENGE_EVENT, ChallengeError, Envelope, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Judges captured requests. Can be shared by threads.
#[derive(Debug)]
pub struct CaptureJudge {
    secrets: Secrets,
    age: AgeRule,
    mine: Option<Vec<u8>>,
    framework: Option<Framework>,
    scheme: SigningScheme,
}

/// The result for one captured request.
#[derive(Debug)]
pub struct JudgedCapture {
    /// The request.
    pub capture: Capture,
    /// The verdict, and the effort for it.
    pub diagnosis: Diagnosis,
    /// Whether the signature was computed over the captured body, byte for byte; `None` if that is not proven.
    pub is_body_signed: Option<bool>,
    /// Its age, if it has a timestamp.
    pub age: Option<Measured>,
    /// The event's name in the body.
    pub event: Option<String>,
    /// How the user's own code computed its value, if one was given.
    pub mine: Option<Mine>,
    /// For a challenge: the correct answer, and the judgement of the captured one.
    pub challenge: Option<Result<ChallengeReport, ChallengeError>>,
    /// The user's framework: from the user, or guessed from the capture.
    pub framework: Option<Framework>,
}

impl CaptureJudge {
    /// A judge with these secrets and this rule for ages.
    #[must_use]
    pub fn new(secrets: Secrets, age: AgeRule) -> Self {
        Self { secrets, age, mine: None, framework: None, scheme: SigningScheme::default() }
    }

    /// Also explains, for each request, the value that the user's own code computed.
    #[must_use]
    pub fn explaining(self, mine: Option<Vec<u8>>) -> Self {
        Self { mine, ..self }
    }

    /// Shows remedies for this framework instead of a guessed one.
    #[must_use]
    pub fn in_framework(self, framework: Option<Framework>) -> Self {
        Self { framework, ..self }
    }

    /// Judges requests by this scheme.
    #[must_use]
    pub fn by_scheme(self, scheme: SigningScheme) -> Self {
        Self { scheme, ..self }
    }

    /// The secrets.
    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Judges one request.
    #[must_use]
    pub fn judge(&self, capture: Capture) -> JudgedCapture {
        let framework = self.framework.or_else(|| guess(&capture));
        let (mut diagnosis, mine) = with_evidence(&capture, self.scheme, framework, |evidence| {
            let diagnosis = diagnose(evidence, &self.secrets, Budget::FULL);
            let mine = self.mine.as_deref();
            (diagnosis, mine.map(|mine| explain_mine(evidence, &self.secrets, mine, Budget::FULL)))
        });
        // Neither a lost part nor an age changes what is proven about the body. A parsed body is not in bytes.
        let has_bytes = capture.body.fidelity != BodyFidelity::ParsedOnly;
        let is_body_signed = diagnosis.verdict.is_over_captured_body().filter(|_| has_bytes);
        let measured = age::measure(&capture, &self.age);
        let verdict = lost::check(diagnosis.verdict, &capture);
        diagnosis.verdict = age::apply_limit(verdict, measured.as_ref(), &self.age);
        if let crate::diagnosis::Verdict::Valid(valid) = &mut diagnosis.verdict {
            valid.notes.extend(capture.notes.iter().filter_map(other_name));
        }
        let body = body_of(&capture, &diagnosis);
        let event = event_of(&body, &diagnosis);
        let challenge = (event.as_deref() == Some(CHALLENGE_EVENT))
            .then(|| self.challenge(&body, &diagnosis, capture.response.as_ref()))
            .flatten();
        let age = measured.and_then(Result::ok);
        JudgedCapture { age, event, mine, challenge, framework, diagnosis, is_body_signed, capture }
    }

    fn challenge(
        &self,
        body: &[u8],
        diagnosis: &Diagnosis,
        response: Option<&CapturedResponse>,
    ) -> Option<Result<ChallengeReport, ChallengeError>> {
        let signed_by = diagnosis.verdict.secret_name().map(AsRef::as_ref);
        let answer = response.map(|response| GivenAnswer {
            status: response.status,
            body: (response.body.fidelity != BodyFidelity::Absent).then_some(&response.body.bytes[..]),
            took: response.took,
        });
        explain_challenge(body, &self.secrets, signed_by, answer.as_ref())
    }
}

impl JudgedCapture {
    /// The verdict as a word.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        match &self.diagnosis.verdict {
            crate::diagnosis::Verdict::Valid(_) => DeliveryVerdict::Valid,
            crate::diagnosis::Verdict::Invalid(_) => DeliveryVerdict::Invalid,
            crate::diagnosis::Verdict::CannotTell(_) => DeliveryVerdict::Unknown,
        }
    }

    /// The bytes of the body that Zoom signed, as far as known.
    #[must_use]
    pub fn body(&self) -> Cow<'_, [u8]> {
        body_of(&self.capture, &self.diagnosis)
    }

    /// The message that is signed: `v0:{timestamp}:{body}`.
    #[must_use]
    pub fn signed_message(&self) -> Vec<u8> {
        signed_message(self.capture.headers.get(TIMESTAMP_HEADER).unwrap_or_default(), &self.body())
    }
}

/// The bytes that match the signature or would match it, otherwise those of the capture.
fn body_of<'a>(capture: &'a Capture, diagnosis: &'a Diagnosis) -> Cow<'a, [u8]> {
    let captured = &capture.body;
    Cow::Borrowed(match &diagnosis.verdict {
        crate::diagnosis::Verdict::Valid(valid) => match &valid.body {
            MatchedBody::AsCaptured => &captured.bytes,
            MatchedBody::Alternative(place) => {
                captured.alternatives.get(*place).map_or(&captured.bytes, |alternative| &alternative.bytes)
            }
            MatchedBody::Reserialized { bytes, .. } => bytes,
        },
        crate::diagnosis::Verdict::Invalid(finding) => {
            finding.restored_body.as_deref().unwrap_or(&captured.bytes)
        }
        crate::diagnosis::Verdict::CannotTell(_) => &captured.bytes,
    })
}

/// The event's name. Zoom writes it first, so in a body that Zoom signed it can be read without parsing the whole body,
/// which would cost as much as the signature.
fn event_of(body: &[u8], diagnosis: &Diagnosis) -> Option<String> {
    if let crate::diagnosis::Verdict::Valid(_) = diagnosis.verdict
        && let Some(name) = leading_event(body)
    {
        return Some(name.to_owned());
    }
    Envelope::parse(body).ok().map(|envelope| envelope.event().to_owned())
}

/// The name at the start of the body, if the body has the usual form.
fn leading_event(body: &[u8]) -> Option<&str> {
    let rest = body.strip_prefix(br#"{"event":""#)?;
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"._-".contains(b)))?;
    let name = std::str::from_utf8(&rest[..end]).ok()?;
    (rest[end] == b'"' && end > 0).then_some(name)
}

/// A remark on a header whose name is not Zoom's.
fn other_name(note: &Note) -> Option<Cause> {
    let Note::HeaderRenamed { header, name } = note else { return None };
    let sentence = format!(
        "The capture has {name}, but Zoom's header is {header}: code that reads {name} finds nothing in a request from Zoom."
    );
    Some(Cause { code: Code::HeaderName, sentence, variant: name.clone() })
}

/// Guesses the framework: first from the answer's headers, then from the request's, which may name the platform.
fn guess(capture: &Capture) -> Option<Framework> {
    let answered = capture.response.iter().flat_map(|response| response.headers.iter());
    Framework::guess(answered).or_else(|| Framework::guess(capture.headers.iter()))
}

/// Calls `f` with the evidence of a capture, which borrows local lists.
fn with_evidence<T>(
    capture: &Capture,
    scheme: SigningScheme,
    framework: Option<Framework>,
    f: impl FnOnce(&Evidence<'_>) -> T,
) -> T {
    let alternatives: Vec<&[u8]> = capture.body.alternatives.iter().map(|a| a.bytes.as_slice()).collect();
    let headers: Vec<(&str, &[u8])> = capture.headers.iter().filter(|(name, _)| !is_own(name)).collect();
    f(&Evidence {
        signature: capture.headers.get(SIGNATURE_HEADER),
        timestamp: capture.headers.get(TIMESTAMP_HEADER),
        body: (capture.body.fidelity != BodyFidelity::Absent).then_some(&capture.body.bytes),
        fidelity: fidelity(capture),
        alternatives: &alternatives,
        content_length: length(capture),
        headers: &headers,
        headers_lost: capture.headers.is_empty(),
        captured_at: capture.captured_at,
        scheme,
        framework,
    })
}

fn is_own(name: &str) -> bool {
    name.eq_ignore_ascii_case(SIGNATURE_HEADER) || name.eq_ignore_ascii_case(TIMESTAMP_HEADER)
}

/// If types were guessed, the bytes are as uncertain as those of a parsed body.
fn fidelity(capture: &Capture) -> diagnosis::Fidelity {
    match capture.body.fidelity {
        _ if capture.notes.contains(&Note::TypesGuessed) => diagnosis::Fidelity::Parsed,
        BodyFidelity::Original => diagnosis::Fidelity::Original,
        BodyFidelity::Reconstructed => diagnosis::Fidelity::Reconstructed,
        BodyFidelity::ParsedOnly | BodyFidelity::Absent => diagnosis::Fidelity::Parsed,
    }
}

/// `content-length`, unless it is the length of the compressed body.
fn length(capture: &Capture) -> Option<u64> {
    let compressed = capture.notes.iter().any(|note| matches!(note, Note::Decompressed { .. }));
    capture.headers.content_length().filter(|_| !compressed)
}
