//! What the answer to a request that is wrong on purpose shows about the receiver. Pure.
//!
//! [`ForgeryTrial`] is the entry point. One answer alone proves little: a receiver may refuse everything or accept
//! everything. So the trial asks for control requests, and draws only the conclusions that the answers together prove.

use crate::zoom::{Breakage, CHALLENGE_EVENT, EndpointOutcome, Envelope};

/// A further request that shows what the answer to a forged one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ControlRequest {
    /// The same event, correctly signed.
    Genuine,
    /// The same event, signed with a secret token that the receiver cannot know.
    Stranger,
    /// [`ControlRequest::Stranger`] without the headers that the user added.
    Bare,
}

/// A request that is wrong on purpose, with its answer and those to its controls.
#[derive(Debug, Clone)]
pub(crate) struct ForgeryTrial {
    breakage: Breakage,
    subject: Subject,
    /// Whether the user added headers, which the receiver may check.
    has_headers: bool,
    answer: EndpointOutcome,
    controls: Vec<(ControlRequest, EndpointOutcome)>,
}

/// The body of a forged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Event,
    Challenge,
    /// Not an event, perhaps not JSON.
    Other,
}

/// What a trial shows about the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForgeryVerdict {
    /// It refused the forged request and accepted the genuine one.
    Right,
    /// It accepted what Zoom does not ask it to refuse.
    Remark,
    /// It has a fault.
    Wrong,
    /// It refused the forged request, but no genuine one was accepted.
    Unproven,
    /// Nothing.
    Unclear,
}

/// The verdict, with the facts that it is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForgeryJudgement {
    /// The verdict.
    pub(crate) verdict: ForgeryVerdict,
    /// What is wrong with the request, in a sentence.
    pub(crate) fault: String,
    /// What the answers show, in sentences.
    pub(crate) conclusion: String,
}

/// An outcome, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Accepted(u16),
    Refused(u16),
    /// Another status.
    Other(u16),
    Silence,
}

impl From<&EndpointOutcome> for Reply {
    fn from(outcome: &EndpointOutcome) -> Self {
        match outcome {
            EndpointOutcome::Answered { status: status @ 200..=299 } => Self::Accepted(*status),
            EndpointOutcome::Answered { status: status @ 400..=499 } => Self::Refused(*status),
            EndpointOutcome::Answered { status } => Self::Other(*status),
            EndpointOutcome::TimedOut | EndpointOutcome::NotConnected { .. } => Self::Silence,
        }
    }
}

impl ForgeryTrial {
    /// `body` is the body before the breakage.
    #[must_use]
    pub(crate) fn new(breakage: Breakage, body: &[u8], has_headers: bool, answer: EndpointOutcome) -> Self {
        let subject = match Envelope::parse(body) {
            Ok(event) if event.event() == CHALLENGE_EVENT => Subject::Challenge,
            Ok(_) => Subject::Event,
            Err(_) => Subject::Other,
        };
        Self { breakage, subject, has_headers, answer, controls: Vec::new() }
    }

    /// Adds the outcome of a control request.
    pub(crate) fn record(&mut self, control: ControlRequest, outcome: EndpointOutcome) {
        self.controls.push((control, outcome));
    }

    /// The control request that would show more; `None` if all is known that can be.
    #[must_use]
    pub(crate) fn next_control(&self) -> Option<ControlRequest> {
        let missing = |control| self.control(control).is_none().then_some(control);
        match Reply::from(&self.answer) {
            Reply::Other(_) | Reply::Silence => None,
            Reply::Refused(_) => missing(ControlRequest::Genuine),
            Reply::Accepted(_) if self.subject == Subject::Challenge => None,
            Reply::Accepted(_) if is_unsigned(self.breakage) => self.missing_bare(),
            Reply::Accepted(_) => match self.control(ControlRequest::Stranger) {
                None => Some(ControlRequest::Stranger),
                Some(Reply::Accepted(_)) => self.missing_bare(),
                // The receiver knows another token.
                Some(Reply::Refused(_)) if self.breakage == Breakage::Secret => None,
                Some(Reply::Refused(_)) => missing(ControlRequest::Genuine),
                Some(Reply::Other(_) | Reply::Silence) => None,
            },
        }
    }

    fn missing_bare(&self) -> Option<ControlRequest> {
        let is_missing = self.has_headers && self.control(ControlRequest::Bare).is_none();
        is_missing.then_some(ControlRequest::Bare)
    }

    fn control(&self, control: ControlRequest) -> Option<Reply> {
        let found = self.controls.iter().find(|(kind, _)| *kind == control);
        found.map(|(_, outcome)| Reply::from(outcome))
    }

    /// What the answers show.
    #[must_use]
    pub(crate) fn judge(&self) -> ForgeryJudgement {
        let (verdict, conclusion) = match Reply::from(&self.answer) {
            Reply::Refused(status) => self.of_refused(status),
            Reply::Accepted(status) => self.of_accepted(status),
            Reply::Other(status) => (
                ForgeryVerdict::Unclear,
                format!(
                    "{status} is neither a refusal (4xx) nor an acceptance (2xx): it shows nothing about the \
                     signature check."
                ),
            ),
            Reply::Silence => (
                ForgeryVerdict::Unclear,
                "Without an answer, nothing is known about the signature check.".to_owned(),
            ),
        };
        let fault = format!("Wrong on purpose: {}.", about(self.breakage));
        ForgeryJudgement { verdict, fault, conclusion }
    }

    fn of_refused(&self, status: u16) -> (ForgeryVerdict, String) {
        match self.control(ControlRequest::Genuine) {
            Some(Reply::Accepted(genuine)) => (
                ForgeryVerdict::Right,
                format!("Refused with {status}; a genuine request was accepted with {genuine}."),
            ),
            Some(Reply::Refused(genuine)) => (
                ForgeryVerdict::Wrong,
                format!(
                    "Refused with {status}, but the genuine request was refused too, with {genuine}. So this shows \
                     nothing about the signature check."
                ),
            ),
            Some(Reply::Other(genuine)) => (
                ForgeryVerdict::Wrong,
                format!(
                    "Refused with {status}, but the genuine request was answered with {genuine}. So this shows \
                     nothing about the signature check."
                ),
            ),
            Some(Reply::Silence) => (
                ForgeryVerdict::Wrong,
                format!(
                    "Refused with {status}, but the genuine request got no answer. So this shows nothing about the \
                     signature check."
                ),
            ),
            None => (
                ForgeryVerdict::Unproven,
                format!(
                    "Refused with {status}. No genuine request was accepted before, so this alone shows nothing about \
                     the signature check."
                ),
            ),
        }
    }

    fn of_accepted(&self, status: u16) -> (ForgeryVerdict, String) {
        if self.subject == Subject::Challenge {
            let text = format!(
                "Your app answered this challenge with {status}. Zoom does not ask for a check of a challenge's \
                 signature, but an app that encrypts any plainToken of a stranger can be made to sign an event."
            );
            return (ForgeryVerdict::Remark, text);
        }
        if is_unsigned(self.breakage) {
            return self.unchecked(status);
        }
        match (self.control(ControlRequest::Stranger), self.control(ControlRequest::Genuine)) {
            (Some(Reply::Accepted(_)), _) => self.unchecked(status),
            (Some(Reply::Refused(other)), _) if self.breakage == Breakage::Secret => (
                ForgeryVerdict::Wrong,
                format!(
                    "Accepted with {status}, while a signature made with another token was refused with {other}: your \
                     app accepts an empty token, as code does whose variable is not set. Anyone can sign such events."
                ),
            ),
            (Some(Reply::Refused(_)), Some(Reply::Accepted(_))) => self.lenient(status),
            _ => (
                ForgeryVerdict::Unclear,
                format!("Accepted with {status}. The control requests do not show why."),
            ),
        }
    }

    /// The receiver accepted a signature that is not Zoom's in any form.
    fn unchecked(&self, status: u16) -> (ForgeryVerdict, String) {
        match (self.has_headers, self.control(ControlRequest::Bare)) {
            (true, Some(Reply::Refused(bare))) => (
                ForgeryVerdict::Remark,
                format!(
                    "Accepted with {status}: your app does not check the signature of this request. It checks the \
                     headers of --header: without them it answered {bare}."
                ),
            ),
            (true, None | Some(Reply::Other(_) | Reply::Silence)) => (
                ForgeryVerdict::Wrong,
                format!(
                    "Accepted with {status}: your app does not check the signature of this request. Whether it checks \
                     the headers of --header is not known."
                ),
            ),
            (true, Some(Reply::Accepted(_))) | (false, _) => (
                ForgeryVerdict::Wrong,
                format!(
                    "Accepted with {status}: your app does not check the signature of this request. An app that \
                     processes it accepts events from anyone."
                ),
            ),
        }
    }

    /// The receiver refuses a stranger's signature and accepts a genuine one, so it checks signatures. It accepted this
    /// variant of a genuine one.
    fn lenient(&self, status: u16) -> (ForgeryVerdict, String) {
        let (verdict, text) = match (self.breakage, self.subject) {
            (Breakage::Stale, _) => (
                ForgeryVerdict::Remark,
                "and accepts one that is 20 minutes old: replay protection by age is missing, or has a longer limit. Zoom does \
                 not ask for it.",
            ),
            (Breakage::Encoding, _) => (
                ForgeryVerdict::Remark,
                "and accepts it in upper-case hex, as a check does that decodes the hex or ignores case. This is not \
                 a fault.",
            ),
            (Breakage::Prefix, _) => (
                ForgeryVerdict::Remark,
                "and accepts it without v0=. Zoom always sends v0=, so this is not a fault.",
            ),
            (Breakage::Timestamp, _) => (
                ForgeryVerdict::Remark,
                "and converts a timestamp in milliseconds to seconds before that. Zoom sends seconds, so this is not a \
                 fault.",
            ),
            (Breakage::Body, Subject::Event) => (
                ForgeryVerdict::Wrong,
                "over JSON that it re-serializes, not over the body as received. It will refuse a genuine event that its \
                 serializer writes differently than Zoom; in most languages, one with an emoji in a name.",
            ),
            (Breakage::MissingTimestamp, _) => (
                ForgeryVerdict::Wrong,
                "but accepted this request, whose signature cannot be checked without the timestamp.",
            ),
            _ => (ForgeryVerdict::Wrong, "but not over the exact bytes of the body."),
        };
        let stop = if text.starts_with("over") { "" } else { "," };
        (verdict, format!("Accepted with {status}. Your app checks the signature{stop} {text}"))
    }
}

/// Whether the signature of such a request proves nothing, whatever the receiver makes of it.
fn is_unsigned(breakage: Breakage) -> bool {
    matches!(breakage, Breakage::Stranger | Breakage::MissingSignature)
}

/// What is wrong with the request.
fn about(breakage: Breakage) -> &'static str {
    match breakage {
        Breakage::Secret => "signed with an empty secret token",
        Breakage::Stranger => "signed with another secret token",
        Breakage::Body => "the body has white space that is not signed",
        Breakage::Timestamp => "the timestamp is in milliseconds, but was signed in seconds",
        Breakage::Prefix => "the signature has no v0=",
        Breakage::MissingSignature => "no x-zm-signature",
        Breakage::MissingTimestamp => "no x-zm-request-timestamp",
        Breakage::Stale => "signed 20 minutes ago",
        Breakage::Encoding => "the signature is in upper-case hex",
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use clap::ValueEnum;

    use super::*;
    use crate::diagnosis::{Budget, Code, Evidence, Role, SecretText, Secrets, diagnose};
    use crate::zoom::{RequestIds, SIGNATURE_HEADER, SecretToken, TIMESTAMP_HEADER, signed_request};

    #[test]
    fn the_diagnosis_names_every_breakage() {
        let secret = SecretToken::new("zoomhook-test-secret").unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        let body = br#"{"event":"meeting.started","payload":{"object":{"topic":"Zo\u00eb"}}}"#;
        let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")]);
        for breakage in Breakage::value_variants() {
            let ids = RequestIds::new([1, 2, 3, 4]);
            let request = signed_request(&secret, body, now, &ids, Some(*breakage));
            let evidence = Evidence {
                signature: request.header(SIGNATURE_HEADER).map(str::as_bytes),
                timestamp: request.header(TIMESTAMP_HEADER).map(str::as_bytes),
                body: Some(request.body()),
                ..Evidence::default()
            };
            let code = diagnose(&evidence, &secrets, Budget::FULL).verdict.code();
            let expected = match breakage {
                Breakage::Secret => Some(Code::SecretEmpty),
                // No value of `--break`.
                Breakage::Stranger => continue,
                Breakage::Body => Some(Code::BodyReserialized),
                Breakage::Timestamp => Some(Code::TimestampUnit),
                Breakage::Prefix => Some(Code::SignaturePrefix),
                Breakage::MissingSignature => Some(Code::SignatureMissing),
                Breakage::MissingTimestamp => Some(Code::TimestampMissing),
                // The signature is valid. The age is checked separately.
                Breakage::Stale => None,
                Breakage::Encoding => Some(Code::SignatureEncoding),
            };
            assert_eq!(code, expected, "{breakage:?}");
        }
    }

    const EVENT: &[u8] = br#"{"event":"meeting.started"}"#;

    fn answered(status: u16) -> EndpointOutcome {
        EndpointOutcome::Answered { status }
    }

    /// A receiver that answers `status` to the forged request, and these to the controls that are asked for.
    fn judged(breakage: Breakage, status: u16, genuine: u16, stranger: u16) -> (ForgeryVerdict, String) {
        let mut trial = ForgeryTrial::new(breakage, EVENT, false, answered(status));
        while let Some(control) = trial.next_control() {
            let status = if control == ControlRequest::Genuine { genuine } else { stranger };
            trial.record(control, answered(status));
        }
        let ForgeryJudgement { verdict, conclusion, .. } = trial.judge();
        (verdict, conclusion)
    }

    #[test]
    fn a_refusal_is_right_only_if_a_genuine_request_is_accepted() {
        for breakage in Breakage::value_variants() {
            assert_eq!(judged(*breakage, 401, 204, 401).0, ForgeryVerdict::Right, "{breakage:?}");
            for genuine in [302, 401, 404, 405, 500] {
                let (verdict, sentence) = judged(*breakage, 401, genuine, 401);
                assert_eq!(verdict, ForgeryVerdict::Wrong, "{breakage:?} {genuine}");
                assert!(sentence.contains("shows nothing about the signature check"), "{sentence}");
            }
        }
        let alone = ForgeryTrial::new(Breakage::Stranger, EVENT, false, answered(401));
        assert_eq!(alone.judge().verdict, ForgeryVerdict::Unproven);
    }

    #[test]
    fn what_is_accepted_is_judged_by_the_breakage() {
        use ForgeryVerdict::{Remark, Wrong};
        for (breakage, verdict) in [
            (Breakage::Secret, Wrong),
            (Breakage::Stranger, Wrong),
            (Breakage::MissingSignature, Wrong),
            (Breakage::MissingTimestamp, Wrong),
            (Breakage::Body, Wrong),
            (Breakage::Stale, Remark),
            (Breakage::Encoding, Remark),
            (Breakage::Prefix, Remark),
            (Breakage::Timestamp, Remark),
        ] {
            assert_eq!(judged(breakage, 200, 200, 401).0, verdict, "{breakage:?}");
            let (of_all, sentence) = judged(breakage, 200, 200, 200);
            assert_eq!(of_all, Wrong, "{breakage:?}");
            assert!(sentence.contains("does not check the signature"), "{sentence}");
        }
    }

    #[test]
    fn other_answers_and_answers_without_controls_show_nothing() {
        for status in [302, 500, 503] {
            assert_eq!(judged(Breakage::Secret, status, 200, 401).0, ForgeryVerdict::Unclear);
        }
        for (genuine, stranger) in [(401, 401), (500, 401), (200, 500)] {
            assert_eq!(judged(Breakage::Stale, 200, genuine, stranger).0, ForgeryVerdict::Unclear);
        }
        let silent = ForgeryTrial::new(Breakage::Secret, EVENT, false, EndpointOutcome::TimedOut);
        assert_eq!(silent.judge().verdict, ForgeryVerdict::Unclear);
    }

    #[test]
    fn only_a_json_body_shows_that_json_is_re_serialized() {
        let said = |body: &[u8]| {
            let mut trial = ForgeryTrial::new(Breakage::Body, body, false, answered(200));
            trial.record(ControlRequest::Stranger, answered(401));
            trial.record(ControlRequest::Genuine, answered(200));
            trial.judge().conclusion
        };
        assert!(said(EVENT).contains("re-serializes"));
        assert!(!said(b"a text").contains("re-serializes"), "{}", said(b"a text"));
    }
}
