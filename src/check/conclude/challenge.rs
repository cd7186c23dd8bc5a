//! What is wrong with the answers to challenges.

use std::time::Duration;

use hyper::header::CONTENT_TYPE;

use super::evidence::{CheckEvidence, opening};
use crate::check::case::CheckCase;
use crate::check::case::Severity::{Must, Should};
use crate::check::conclusion::CheckConclusion;
use crate::check::facts::{CaseReply, challenge_time};
use crate::check::request::{CheckReply, ReplyKind};
use crate::diagnosis::{AnswerCode, AnswerFault, Cause, Code};

/// Answers to a challenge that are slower than this get a warning.
pub(in crate::check) const SLOW_CHALLENGE: Duration = Duration::from_secs(1);

impl CheckEvidence<'_> {
    /// What is wrong with the answers to challenges.
    pub(super) fn challenge(&self) -> Vec<CheckConclusion> {
        let Some(answer) = self.found(CheckCase::Challenge) else { return Vec::new() };
        let mut found = Vec::new();
        let is_right = self.challenge_answer(answer, &mut found);
        if is_right {
            let again = self.found(CheckCase::ChallengeAgain);
            if again.and_then(|again| again.challenge.as_ref()).is_some_and(|again| again.is_of_first) {
                found.push(
                    CheckConclusion::new(
                        "challenge-cached",
                        Must,
                        "Your app answers a challenge with the answer to an earlier one.",
                    )
                    .proof("The second challenge had another plainToken, and got the first one's answer.")
                    .remedy("Compute the answer for each challenge. Exclude the path from caches."),
                );
            }
        }
        found.extend(self.oracle());
        found
    }

    /// The answer to the first challenge. Returns whether it is right, except for its pace and content type.
    fn challenge_answer(&self, answer: &CaseReply, found: &mut Vec<CheckConclusion>) -> bool {
        let (reply, status) = (&answer.reply, answer.reply.in_words());
        let faults = answer.challenge.as_ref().map_or(&[][..], |challenge| &challenge.faults);
        let accepts_events = self.accepts(CheckCase::Ascii);
        match reply.kind() {
            ReplyKind::Accepted(_) => {}
            ReplyKind::Refused(_) | ReplyKind::Failed(_) | ReplyKind::Redirect(_) | ReplyKind::Closed
                if accepts_events =>
            {
                found.push(
                    CheckConclusion::new("challenge-refused", Must, "Your app accepts signed events, but not the signed challenge.")
                        .proof(format!("The challenge: {status}. The event in ASCII: {}.", self.status_of(CheckCase::Ascii)))
                        .remedy("Handle the event endpoint.url_validation: answer 200 with plainToken and encryptedToken."),
                );
                return false;
            }
            ReplyKind::Late if accepts_events => {
                found.push(
                    CheckConclusion::new(
                        "challenge-too-slow",
                        Must,
                        "Your app answers events in time, but not the challenge.",
                    )
                    .proof(format!("The challenge: {status}."))
                    .remedy("Answer the challenge at once, before anything that takes time."),
                );
                return false;
            }
            ReplyKind::Refused(_)
            | ReplyKind::Failed(_)
            | ReplyKind::Redirect(_)
            | ReplyKind::Closed
            | ReplyKind::Late
            | ReplyKind::Limited
            | ReplyKind::Unreachable => return false,
        }
        // An answer that returns the token under another name is one of a handler.
        let is_echoed = answer.challenge.as_ref().is_some_and(|challenge| challenge.is_echoed);
        let number_of = |code| faults.iter().filter(|fault| fault.code == code).count();
        if !is_echoed && (number_of(AnswerCode::Text) > 0 || number_of(AnswerCode::Field) == 2) {
            let sentence = format!(
                "Your app answers the challenge with {status}, but without plainToken and encryptedToken."
            );
            found.push(
                CheckConclusion::new("no-challenge-handler", Must, sentence)
                    .proof(faults.iter().map(|fault| fault.sentence.as_str()).collect::<Vec<_>>().join(" "))
                    .remedy("Handle the event endpoint.url_validation: answer 200 with the JSON object {\"plainToken\": as received, \"encryptedToken\": HMAC-SHA256 of it in lower-case hex, with the secret token as the key}."),
            );
            return false;
        }
        // The status of all answers is a conclusion of its own.
        let is_status = |fault: &&AnswerFault| fault.code == AnswerCode::Status;
        let is_right = faults.iter().all(|fault| is_status(&fault));
        let same_status = self.odd_status().is_some();
        let is_named_elsewhere =
            |fault: &&AnswerFault| same_status && is_status(fault) || self.is_explained(fault);
        let named = faults.iter().filter(|fault| !is_named_elsewhere(fault));
        // Two fields with wrong names are one mistake.
        for same in named.collect::<Vec<_>>().chunk_by(|a, b| a.code == b.code) {
            found.push(answer_fault(same));
        }
        let took = challenge_time(self.facts.telling()).unwrap_or(reply.took);
        if faults.is_empty() && took > SLOW_CHALLENGE {
            found.push(
                CheckConclusion::new("challenge-slow", Should, format!("Your app answers the challenge after {:.1} s. Zoom waits for 3 s.", took.as_secs_f64()))
                    .remedy("Answer the challenge before anything that takes time, and keep one instance running: a cold start adds to it."),
            );
        }
        if is_right && !is_json(reply) {
            let given = content_type(reply);
            found.push(
                CheckConclusion::new(
                    "challenge-content-type",
                    Should,
                    "The answer to the challenge is not sent as application/json.",
                )
                .proof(format!("Its content-type is {}.", given.unwrap_or_else(|| "missing".to_owned())))
                .remedy("Send the answer with content-type: application/json, as every sample of Zoom does."),
            );
        }
        is_right
    }

    /// Whether the way of signing that the app expects explains this fault, because both have the same cause.
    fn is_explained(&self, fault: &AnswerFault) -> bool {
        let causes = self.facts.way.iter().flat_map(|way| &way.causes);
        causes.into_iter().any(|cause: &Cause| {
            let is_notation =
                cause.code == Code::SignatureEncoding && fault.sentence.contains(&cause.variant);
            is_notation || fault.sentence.ends_with(&cause.sentence)
        })
    }

    /// Challenges that must not be answered.
    fn oracle(&self) -> Option<CheckConclusion> {
        use CheckCase::{ChallengeForged, ChallengeUnsigned, OracleSigned, OracleUnsigned};
        let answers = |case| {
            let found = self.found(case);
            found.and_then(|found| found.challenge.as_ref()).is_some_and(|challenge| challenge.is_encrypted)
        };
        let guard = "Refuse a plainToken that begins with v0: (in general: one that is not 22 characters of A-Z a-z 0-9 - _).";
        if answers(OracleUnsigned) {
            let sentence = "Your app is a signing oracle: it encrypts any plainToken for anyone. If the plainToken is v0:{timestamp}:{body}, the answer contains a valid signature for that body.";
            return Some(
                CheckConclusion::new("signing-oracle", Must, sentence)
                    .proof(format!(
                        "An unsigned challenge with such a plainToken was answered ({}).",
                        self.status_of(OracleUnsigned)
                    ))
                    .remedy(format!("Check the signature of the challenge before you answer it. {guard}")),
            );
        }
        // An app that checks no signature at all has that conclusion.
        let is_unchecked = self.accepts(CheckCase::Forged) && self.accepts(CheckCase::Ascii);
        // An app that accepts unsigned events has that conclusion, too.
        let unsigned = answers(ChallengeUnsigned) && !self.accepts(CheckCase::NoSignature);
        let forged = answers(ChallengeForged).then_some(ChallengeForged);
        let unsigned = unsigned.then_some(ChallengeUnsigned).or(forged);
        if let Some(case) = unsigned.filter(|_| !is_unchecked) {
            return Some(
                CheckConclusion::new(
                    "challenge-not-checked",
                    Should,
                    "Your app answers challenges of anyone: it does not check their signature.",
                )
                .proof(format!("{} was answered ({}).", opening(case), self.status_of(case)))
                .remedy("Zoom signs its challenges. Check the signature before you answer."),
            );
        }
        answers(OracleSigned).then(|| {
            let sentence = "Your app encrypts a plainToken that has the form of a message to sign, if the challenge is signed.";
            CheckConclusion::new("signs-messages", Should, sentence)
                .proof(format!("A signed challenge with such a plainToken was answered ({}).", self.status_of(OracleSigned)))
                .remedy(guard)
        })
    }
}

/// The conclusion from faults with the same code.
fn answer_fault(faults: &[&AnswerFault]) -> CheckConclusion {
    let code = faults.first().map_or(AnswerCode::Hmac, |fault| fault.code);
    let sentences: Vec<_> = faults.iter().map(|fault| fault.sentence.as_str()).collect();
    let remedy = match code {
        AnswerCode::Status => "Answer a challenge with 200.",
        AnswerCode::JsonString | AnswerCode::Wrapped | AnswerCode::Text => {
            "Answer with the JSON object itself, with the two fields at the top level."
        }
        AnswerCode::Field => "Name the fields plainToken and encryptedToken.",
        AnswerCode::PlainToken => "Return plainToken exactly as received.",
        AnswerCode::Encoding => "Write encryptedToken as 64 lower-case hex digits.",
        AnswerCode::Key => "Use the app's secret token as the key of the HMAC, without anything around it.",
        _ => "Compute encryptedToken as the HMAC-SHA256 of plainToken, with the secret token as the key.",
    };
    CheckConclusion::new(code.as_str(), Must, sentences.join(" ")).remedy(remedy)
}

fn content_type(reply: &CheckReply) -> Option<String> {
    let value = reply.headers.get(CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Whether an answer is sent as JSON.
pub(in crate::check) fn is_json(reply: &CheckReply) -> bool {
    content_type(reply).is_some_and(|given| {
        let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    })
}
