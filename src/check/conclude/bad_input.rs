//! What is not an event, and what error answers give away.

use super::evidence::{CheckEvidence, opening};
use crate::check::case::CheckCase;
use crate::check::case::Severity::Should;
use crate::check::conclusion::CheckConclusion;
use crate::check::error_detail::error_detail;
use crate::check::request::ReplyKind;

impl CheckEvidence<'_> {
    /// Bad input that is accepted, or makes the app fail.
    pub(super) fn bad_input(&self) -> Vec<CheckConclusion> {
        use CheckCase::{Forged, Get, NoEvent, NotJson};
        if !self.accepts(CheckCase::Ascii) {
            return Vec::new();
        }
        let mut found = Vec::new();
        // 501 is how a server says that it has no such method.
        let fails = |case: &CheckCase| match self.of(*case) {
            // How the app refuses.
            kind if kind == self.of(Forged) => false,
            Some(ReplyKind::Failed(status)) => (*case, status) != (Get, 501),
            Some(ReplyKind::Closed | ReplyKind::Late) => true,
            _ => false,
        };
        let failing: Vec<_> = [Get, NotJson, NoEvent].into_iter().filter(fails).collect();
        if !failing.is_empty() {
            let proofs = failing.iter().map(|case| format!("{}: {}.", opening(*case), self.status_of(*case)));
            let mut conclusion = CheckConclusion::new("crashes-on-bad-input", Should, "Your app fails on a request that it does not expect.")
                .remedy("Answer 400 to what is not JSON or not an event. Zoom keeps your error page in its log, and retries a 5xx.");
            conclusion.proof.extend(proofs);
            found.push(conclusion);
        }
        let taken: Vec<_> = [NotJson, NoEvent].into_iter().filter(|case| self.accepts(*case)).collect();
        if !taken.is_empty() {
            let proofs = taken.iter().map(|case| format!("{}: {}.", opening(*case), self.status_of(*case)));
            let mut conclusion = CheckConclusion::new("accepts-non-events", Should, "Your app accepts a body that is not an event.")
                .remedy("Answer 400 to what is not JSON, or has no member event. So you notice when something other than Zoom calls.");
            conclusion.proof.extend(proofs);
            found.push(conclusion);
        }
        found
    }

    /// Error answers with a stack trace.
    pub(super) fn error_details(&self) -> Option<CheckConclusion> {
        let mut errors = self.facts.replies.iter().filter(|(_, found)| found.reply.is_error());
        let (case, reply, detail) = errors.find_map(|(case, found)| {
            error_detail(&found.reply.body).map(|detail| (case, &found.reply, detail))
        })?;
        let sentence = format!("Your app shows {} in an error answer.", detail.what);
        Some(
            CheckConclusion::new("error-details", Should, sentence)
                .proof(format!("{}: {}, with: {}", opening(*case), reply.in_words(), detail.frame))
                .remedy(
                    "Answer an error with its status alone, and write the details to your app's log. Anyone can cause \
                     such an answer, and Zoom keeps it in its webhook logs.",
                ),
        )
    }
}
