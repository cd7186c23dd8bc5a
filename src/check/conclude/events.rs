//! Events that are refused, while the one in ASCII is accepted.

use super::evidence::{CheckEvidence, upper};
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
        for (case, code, what, remedy) in [
            (Accents, "accents-refused", "an event with accents", "Read the body as bytes or as UTF-8."),
            (
                Emoji,
                "emoji-refused",
                "an event with an emoji",
                "Compute the signature over the bytes of the body as received.",
            ),
            (
                Numbers,
                "numbers-refused",
                "an event with unusual numbers and escapes",
                "Compute the signature over the bytes of the body as received.",
            ),
            (
                PayloadFirst,
                "member-order-refused",
                "an event whose first member is payload",
                "Do not rely on the order of members.",
            ),
            (
                Large,
                "large-body-refused",
                "an event of 60 KB",
                "Raise the limit on the size of a body, in your framework and in the proxy before it.",
            ),
            (
                Unknown,
                "unknown-event-refused",
                "an event whose name it does not know",
                "Answer 200 to events that you do not use. Zoom does not retry a 4xx.",
            ),
            (
                Retry,
                "retry-refused",
                "a retry of an event that it has accepted",
                "Answer 200 to a delivery that you know already, and do not process it again.",
            ),
            (
                Deauthorized,
                "deauthorization-refused",
                "app_deauthorized, which has no payload.object",
                "Do not expect payload.object in every event.",
            ),
            (
                HeaderCase,
                "header-case-refused",
                "header names in another case, such as X-Zm-Signature",
                "Names of headers are case-insensitive: look them up in this way.",
            ),
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
                    .proof(format!(
                        "{}: {status}. An event in ASCII was accepted ({ascii}).",
                        upper(case.sent())
                    ))
                    .remedy(remedy);
            // The difference between the two events has several parts. One of those of app_deauthorized is its name.
            let is_fact = case.is_text() || case == Deauthorized && self.of(Unknown) == Some(reply.kind());
            let is_proven = found_case.is_confirmed && !is_fact;
            found.push(if is_proven { conclusion } else { conclusion.not_proven() });
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
