//! A limit on the rate of requests, which leaves cases without a result.

use super::evidence::CheckEvidence;
use crate::check::case::CheckCase;
use crate::check::conclusion::CheckConclusion;
use crate::check::request::ReplyKind;

impl CheckEvidence<'_> {
    /// Answers of 429, also after a pause.
    pub(super) fn limited(&self) -> Option<CheckConclusion> {
        let is_limited = |case: &CheckCase| {
            self.judged(*case).is_some_and(|found| found.reply.kind() == ReplyKind::Limited)
        };
        let cases: Vec<_> = CheckCase::ALL.iter().copied().filter(is_limited).collect();
        let severity = cases.iter().map(|case| case.severity()).min()?;
        let ids: Vec<_> = cases.iter().map(|case| case.id()).collect();
        let sentence = "Your app answers 429 to some requests: something limits the rate of requests.";
        Some(
            CheckConclusion::new("rate-limited", severity, sentence)
                .proof(format!(
                    "These cases have no result, also one at a time and after a pause: {}.",
                    ids.join(", ")
                ))
                .remedy(
                    "Wait until the limit is over, or exclude the webhook's path from it, and check again. Zoom does \
                     not retry a 429.",
                ),
        )
    }
}
