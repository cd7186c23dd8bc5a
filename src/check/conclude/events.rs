//! Events that are refused, while the one in ASCII is accepted.

use super::evidence::{CheckEvidence, opening};
use crate::check::case::CheckCase;
use crate::check::case::Severity::Should;
use crate::check::conclusion::CheckConclusion;
use crate::check::request::ReplyKind;

impl CheckEvidence<'_> {
    /// Events that are refused, while the one in ASCII is accepted.
    pub(super) fn events(&self) -> Vec<CheckConclusion> {
        use CheckCase::{
            Accents, Ascii, Deauthorized, Emoji, HeaderCase, Large, Numbers, PayloadFirst, Retry, Unknown,
        };
        if !self.accepts(Ascii) {
            return Vec::new();
        }
        let explained = self.facts.text.as_ref().map_or(&[][..], |text| &text.explains);
        let mut found = Vec::new();
        for (case, code, what) in [
            (Accents, "accents-refused", "an event with accents"),
            (Emoji, "emoji-refused", "an event with an emoji"),
            (Numbers, "numbers-refused", "an event with unusual numbers and escapes"),
            (PayloadFirst, "member-order-refused", "an event whose first member is payload"),
            (Large, "large-body-refused", "an event of 60 KB"),
            (Unknown, "unknown-event-refused", "an event whose name it does not know"),
            (Retry, "retry-refused", "a retry of an event that it has accepted"),
            (Deauthorized, "deauthorization-refused", "the event app_deauthorized"),
            (HeaderCase, "header-case-refused", "header names in another case, such as X-Zm-Signature"),
        ] {
            let Some(found_case) = self.found(case) else { continue };
            let reply = &found_case.reply;
            // An app that says that it has the event already has not lost it.
            let is_known = case == Retry && reply.kind() == ReplyKind::Refused(409);
            if explained.contains(&case)
                || is_known
                || matches!(
                    reply.kind(),
                    ReplyKind::Accepted(_) | ReplyKind::Limited | ReplyKind::Unreachable
                )
            {
                continue;
            }
            let severity = case.severity();
            let (status, ascii) = (reply.in_words(), self.status_of(Ascii));
            let conclusion =
                CheckConclusion::new(code, severity, format!("Your app does not accept {what}."))
                    .proof(format!("{}: {status}. An event in ASCII was accepted ({ascii}).", opening(case)));
            found.push(match remedy(case, reply.kind()).filter(|_| found_case.is_confirmed) {
                Some(remedy) => conclusion.remedy(remedy),
                None => conclusion.not_proven().remedy("Look at what your app logs for this event."),
            });
        }
        found
    }

    /// A status other than 200 and 204 for events that are accepted.
    pub(super) fn odd_status(&self) -> Option<u16> {
        match self.of(CheckCase::Ascii)? {
            ReplyKind::Accepted(200 | 204) => None,
            ReplyKind::Accepted(status) => Some(status),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> Option<CheckConclusion> {
        let status = self.odd_status()?;
        Some(
            CheckConclusion::new(
                "odd-status",
                Should,
                format!("Your app answers {status}; Zoom's documentation asks for 200 or 204."),
            )
            .proof(format!("The event in ASCII was answered with {status}."))
            .remedy("Answer 200 or 204."),
        )
    }
}

/// The remedy for an event that the app does not accept. `None` if the difference to the accepted event proves no cause:
/// other experiments test texts, and `app_deauthorized` differs in its name and in its object.
fn remedy(case: CheckCase, kind: ReplyKind) -> Option<&'static str> {
    Some(match (case, kind) {
        (CheckCase::Large, _) => {
            "Raise the limit on the size of a body, in your framework and in the proxy before it."
        }
        (CheckCase::Unknown, ReplyKind::Refused(_)) => {
            "Answer 200 to events that you do not use. Zoom does not retry a 4xx."
        }
        (CheckCase::Unknown, _) => "Answer 200 to events that you do not use.",
        (CheckCase::Retry, _) => {
            "Answer 200 to a delivery that you know already, and do not process it again."
        }
        (CheckCase::HeaderCase, _) => "Names of headers are case-insensitive: look them up in this way.",
        _ => return None,
    })
}
