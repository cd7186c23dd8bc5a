//! The answers, as the rules ask for them, and how their texts name them.

use crate::check::case::CheckCase;
use crate::check::facts::{CaseReply, CheckFacts, kind};
use crate::check::judge::judged;
use crate::check::request::ReplyKind;
use crate::zoom::ANSWER_LIMIT;

/// The facts of a run, with what the rules ask about them.
pub(super) struct CheckEvidence<'f> {
    pub(super) facts: &'f CheckFacts,
}

impl CheckEvidence<'_> {
    /// The kind of the answer to a case that was signed as the app expects.
    pub(super) fn of(&self, case: CheckCase) -> Option<ReplyKind> {
        kind(self.facts.telling(), case)
    }

    pub(super) fn found(&self, case: CheckCase) -> Option<&CaseReply> {
        self.facts.telling().get(&case)
    }

    pub(super) fn accepts(&self, case: CheckCase) -> bool {
        self.of(case).is_some_and(ReplyKind::is_accepted)
    }

    pub(super) fn refuses(&self, case: CheckCase) -> bool {
        self.of(case).is_some_and(ReplyKind::is_refusal)
    }

    /// The answer that a case is judged by.
    pub(super) fn judged(&self, case: CheckCase) -> Option<&CaseReply> {
        judged(self.facts, case)
    }

    /// The request that shows whether the app accepts what is correctly signed: the event in ASCII, or the challenge
    /// where no events are sent. `None` if neither was sent.
    pub(super) fn genuine(&self) -> Option<CheckCase> {
        let replies = &self.facts.replies;
        [CheckCase::Ascii, CheckCase::Challenge].into_iter().find(|case| replies.contains_key(case))
    }

    pub(super) fn status_of(&self, case: CheckCase) -> String {
        self.found(case).map_or_else(String::new, |found| found.reply.in_words())
    }
}

/// A kind of answer in a few words.
pub(super) fn words(kind: ReplyKind) -> String {
    match kind {
        ReplyKind::Accepted(status)
        | ReplyKind::Refused(status)
        | ReplyKind::Redirect(status)
        | ReplyKind::Failed(status) => status.to_string(),
        ReplyKind::Limited => "429".to_owned(),
        ReplyKind::Late => format!("no answer within {} s", ANSWER_LIMIT.as_secs()),
        ReplyKind::Closed => "closed without an answer".to_owned(),
        ReplyKind::Unreachable => "no connection".to_owned(),
    }
}

/// What a case sends, as the beginning of a sentence. The name of an event keeps its letters.
pub(super) fn opening(case: CheckCase) -> String {
    match case {
        CheckCase::Deauthorized => format!("The event {}", case.sent()),
        _ => upper(case.sent()),
    }
}

/// With its first letter in upper case.
fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
