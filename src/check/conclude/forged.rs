//! What is forged and accepted, or not refused as it should be.

use super::evidence::{CheckEvidence, opening, words};
use crate::check::case::CheckCase;
use crate::check::case::Severity::{Must, Should};
use crate::check::conclusion::CheckConclusion;
use crate::check::judge::is_odd_refusal;

pub(super) const EMPTY_KEY: &str =
    "Your app accepts events that are signed with an empty secret token: anyone can sign them.";
pub(super) const EXIT: &str = "Make the program exit if the secret token is not set.";

impl CheckEvidence<'_> {
    /// Forged events that are accepted.
    pub(super) fn forged(&self) -> Vec<CheckConclusion> {
        use CheckCase::{Ascii, EmptyKey, Forged, NoSignature, NoTimestamp, OtherTimestamp, Stale};
        if !self.accepts(Ascii) {
            return Vec::new();
        }
        if self.accepts(Forged) {
            return self.unchecked().into_iter().collect();
        }
        if !self.refuses(Forged) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut add = |case: CheckCase, code, severity, sentence: &str, remedy: &str| {
            if self.accepts(case) {
                let status = self.status_of(case);
                let forged = self.status_of(Forged);
                let proof = format!(
                    "{} was accepted ({status}), while one signed with another secret token was refused ({forged}).",
                    opening(case)
                );
                found.push(CheckConclusion::new(code, severity, sentence).proof(proof).remedy(remedy));
            }
        };
        add(
            NoSignature,
            "unsigned-accepted",
            Must,
            "Your app accepts events without a signature.",
            "Refuse a request without x-zm-signature, before anything else.",
        );
        add(EmptyKey, "empty-key-accepted", Must, EMPTY_KEY, EXIT);
        add(
            NoTimestamp,
            "timestamp-not-required",
            Must,
            "Your app accepts signed events without a timestamp.",
            "Refuse a request without x-zm-request-timestamp.",
        );
        add(
            OtherTimestamp,
            "timestamp-not-signed",
            Must,
            "Your app accepts a timestamp that was not signed.",
            "Sign the exact text of the header x-zm-request-timestamp: v0:{timestamp}:{body}.",
        );
        add(
            Stale,
            "stale-accepted",
            Should,
            "Your app accepts an event that was signed 20 minutes ago, so a recorded request can be sent again.",
            "Refuse a timestamp that differs from the clock by more than 5 minutes. Retries of Zoom are signed afresh.",
        );
        found
    }

    /// What is forged, and neither accepted nor refused with a 4xx.
    pub(super) fn odd_refusals(&self) -> Option<CheckConclusion> {
        let odd = |case: &CheckCase| {
            let found = self.judged(*case)?;
            is_odd_refusal(self.facts, *case, found).then(|| (*case, found.reply.in_words()))
        };
        let found: Vec<_> = CheckCase::ALL.iter().filter_map(odd).collect();
        let (_, first) = found.first()?;
        let sentence = match found.iter().all(|(_, status)| status == first) {
            true => format!("Your app rejects forged requests, but not with a 4xx: {first}."),
            false => "Your app rejects forged requests, but not with a 4xx.".to_owned(),
        };
        let sent = found.iter().map(|(case, status)| format!("{}: {status}.", opening(*case)));
        let mut conclusion = CheckConclusion::new("refusal-without-4xx", Should, sentence).remedy(
            "Answer 401 to a request whose signature does not verify. An error, a redirect or a closed connection looks \
             like a fault of your app.",
        );
        conclusion.proof.extend(sent);
        Some(conclusion)
    }

    fn unchecked(&self) -> Option<CheckConclusion> {
        let status = self.status_of(CheckCase::Forged);
        let proof = format!("An event signed with another secret token was accepted ({status}).");
        if let Some(bare) = self.facts.bare.filter(|bare| bare.is_refusal()) {
            return Some(
                CheckConclusion::new(
                    "signature-not-checked",
                    Should,
                    "Your app checks the headers that you gave, and not the signature.",
                )
                .proof(proof)
                .proof(format!("Without these headers it was refused ({}).", words(bare)))
                .remedy("Check x-zm-signature as well: the headers do not prove that the body is Zoom's."),
            );
        }
        let remedy = "Compute v0= and the HMAC-SHA256 of v0:{timestamp}:{body} with the secret token as the key, and refuse what differs.";
        if self.checks_challenges() {
            return Some(
                CheckConclusion::new(
                    "signature-not-checked",
                    Must,
                    format!("Your app answers {status} to events with a wrong signature."),
                )
                .not_proven()
                .proof(proof)
                .proof("It refuses challenges with a wrong signature. Whether it then uses such an event cannot be seen from here.")
                .remedy(format!("If it drops them: answer 401 instead. If not: {remedy}")),
            );
        }
        let sentence = "Your app does not check the signature: it accepts events from anyone.";
        Some(CheckConclusion::new("signature-not-checked", Must, sentence).proof(proof).remedy(remedy))
    }

    /// Whether the app answers a challenge only if it is correctly signed.
    fn checks_challenges(&self) -> bool {
        let answers = |case| {
            self.found(case)
                .and_then(|found| found.challenge.as_ref())
                .map(|challenge| challenge.is_encrypted)
        };
        answers(CheckCase::Challenge) == Some(true) && answers(CheckCase::ChallengeForged) == Some(false)
    }
}
