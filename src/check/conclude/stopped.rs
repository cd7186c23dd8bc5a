//! An app that answered first, and then not any more.

use CheckCase::{Ascii, Challenge, Get, NoEvent, NotJson};

use super::evidence::{CheckEvidence, opening};
use crate::check::case::CheckCase;
use crate::check::case::Severity::Must;
use crate::check::conclusion::CheckConclusion;
use crate::check::request::ReplyKind;

/// Sent one after the other, in this order.
const ONE_BY_ONE: [CheckCase; 4] = [Get, NotJson, NoEvent, Ascii];

impl CheckEvidence<'_> {
    /// The app answered at first, and then stopped accepting connections.
    pub(super) fn stopped(&self) -> Option<CheckConclusion> {
        self.found(Challenge)?.reply.status()?;
        let replies = self.facts.telling();
        let gone = |case: &CheckCase| self.of(*case) == Some(ReplyKind::Unreachable);
        let first_gone = replies.keys().copied().find(gone)?;
        let sent: Vec<_> = ONE_BY_ONE.into_iter().filter(|case| replies.contains_key(case)).collect();
        let end = sent.iter().position(gone);
        // The connection ends with the app. Everything before was answered, and nothing after it is.
        let last = end
            .and_then(|end| sent[..end].last().copied())
            .filter(|case| self.of(*case) == Some(ReplyKind::Closed));
        let was_up = replies.keys().filter(|case| !ONE_BY_ONE.contains(case)).all(|case| !gone(case));
        Some(match last.filter(|_| was_up) {
            Some(last) => {
                let sentence = format!("Your app ends after {}.", last.sent());
                CheckConclusion::new("crashes-on-bad-input", Must, sentence)
                    .proof(format!(
                        "It answered before. {}: {}. Since then, there is no connection.",
                        opening(last),
                        self.status_of(last)
                    ))
                    .remedy(
                        "Answer 400 to what is not JSON or not an event. An error in one request must not end the process.",
                    )
            }
            None => CheckConclusion::new(
                "stopped-answering",
                Must,
                "Your app stopped answering while it was checked.",
            )
            .not_proven()
            .proof(format!("There was no connection for {}.", first_gone.sent()))
            .proof(self.before(first_gone))
            .remedy("Look at your app's log for why it ended, and start it again."),
        })
    }

    /// The request before this one, with its answer. Cases are in the order in which they are sent.
    fn before(&self, first_gone: CheckCase) -> String {
        let sent_before = self.facts.telling().range(..first_gone);
        sent_before.last().map_or_else(String::new, |(case, found)| {
            format!("The last request before it: {}: {}.", case.sent(), found.reply.in_words())
        })
    }
}
