//! The sentences below a delivery that was sent again.

use std::time::SystemTime;

use crate::delivery::ForwardOutcome;
use crate::diagnosis::Hint;
use crate::json::{Change, ChangeKind};
use crate::replay::{AnswerChange, Doubt, ReplayProgress, ReplayTally, Replayed, Withheld};
use crate::report::grammar::{capped, latency, plural, size, span};
use crate::report::theme::Ink;
use crate::report::wording::{
    FOR_THE_CAUSE, answer_excerpt, answered_by_zoomhook, check_command, failure_with, hint_with_to,
    not_in_the_event,
};
use crate::zoom::{AnswerPace, CHALLENGE_EVENT, Expired, Reaction, pace};

/// The most changes of a body that are shown.
const MOST_CHANGES: usize = 8;
/// The most characters of a value.
const VALUE: usize = 60;

/// One sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub(super) ink: Ink,
    pub(super) text: String,
}

fn remark(ink: Ink, text: impl Into<String>) -> Remark {
    Remark { ink, text: text.into() }
}

/// `204 in 12 ms`, or why there is no answer.
pub(super) fn answer(replayed: &Replayed) -> String {
    let forwarded = &replayed.forwarded;
    match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => {
            format!("{} in {}", status.as_u16(), latency(forwarded.took))
        }
        ForwardOutcome::Unreachable(_) => "not connected".to_owned(),
        ForwardOutcome::TimedOut(_) | ForwardOutcome::Stopped => "no answer".to_owned(),
        ForwardOutcome::Broken(_) => "connection lost".to_owned(),
    }
}

/// The sentences: what went wrong, what changed, what has expired.
pub(super) fn remarks(replayed: &Replayed, now: SystemTime) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = of_zoomhook(replayed).into_iter().chain(ending(replayed)).collect();
    let hints = replayed.hints();
    // `ending` says that the answer was late.
    let hints = hints.iter().filter(|hint| **hint != Hint::TooLate);
    remarks.extend(hints.map(|hint| remark(Ink::Warn, hint_with_to(hint))));
    let check = check_command(&replayed.forwarded.target, &replayed.target);
    if let Some(check) = check.filter(|_| replayed.hints().iter().any(Hint::has_unknown_cause)) {
        remarks.extend([remark(Ink::Dim, FOR_THE_CAUSE), remark(Ink::Dim, check)]);
    }
    remarks.extend(shown_body(replayed));
    match replayed.changes.as_deref() {
        None => {}
        Some([]) => remarks.push(remark(Ink::Dim, "Same answer as before.")),
        Some(changes) => {
            remarks.extend(changes.iter().flat_map(change).map(|text| remark(Ink::Remark, text)));
        }
    }
    remarks.extend(replayed.expired.iter().map(|expired| remark(Ink::Warn, of_expired(expired, now))));
    remarks
}

/// The outcome and how Zoom would react; `None` if all is well.
fn ending(replayed: &Replayed) -> Option<Remark> {
    let forwarded = &replayed.forwarded;
    // Zoom does not retry a challenge: a user presses Validate again.
    let is_challenge = replayed.name == CHALLENGE_EVENT;
    let retry = if is_challenge { "Validate would fail." } else { "Zoom would retry after 5 minutes." };
    let text = match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => match (pace(forwarded.took), replayed.reaction()) {
            (AnswerPace::TooLate, _) => {
                return Some(remark(Ink::Bad, format!("Too late: Zoom gives up at 3.0 s. {retry}")));
            }
            (AnswerPace::Slow, Reaction::Delivered | Reaction::DeliveredOddly) => {
                return Some(remark(Ink::Warn, "Slow: Zoom gives up at 3.0 s."));
            }
            (_, Reaction::Delivered) => return None,
            (_, Reaction::DeliveredOddly) => {
                let text = format!("Zoom's documentation asks for 200 or 204, not {}.", status.as_u16());
                return Some(remark(Ink::Dim, text));
            }
            (_, Reaction::Lost) if is_challenge => retry.to_owned(),
            (_, Reaction::Lost) => {
                format!("Zoom would not retry after {}: the event would be lost.", status.as_u16())
            }
            (_, Reaction::Retried) => retry.to_owned(),
        },
        outcome => format!("{} {retry}", failure_with(outcome, &forwarded.target, "--ca", "--insecure")),
    };
    Some(remark(Ink::Bad, text))
}

/// Why a `zoomhook listen` refused it: then no app has it.
fn of_zoomhook(replayed: &Replayed) -> Option<Remark> {
    match &replayed.forwarded.outcome {
        ForwardOutcome::Answered { status, body, .. }
            if replayed.is_of_zoomhook() && !replayed.is_right() =>
        {
            Some(remark(Ink::Bad, answered_by_zoomhook(status.as_u16(), body)))
        }
        _ => None,
    }
}

fn shown_body(replayed: &Replayed) -> Option<Remark> {
    match &replayed.forwarded.outcome {
        ForwardOutcome::Answered { body, .. } if !replayed.is_right() && !replayed.is_of_zoomhook() => {
            answer_excerpt(body).map(|excerpt| remark(Ink::Dim, format!("It answered: {excerpt}")))
        }
        _ => None,
    }
}

/// One difference: a sentence, or one for each member of the body.
fn change(change: &AnswerChange) -> Vec<String> {
    if let AnswerChange::Json(changes) = change {
        let mut lines: Vec<_> = changes.iter().take(MOST_CHANGES).map(of_member).collect();
        if let Some(more) = changes.len().checked_sub(MOST_CHANGES).filter(|more| *more > 0) {
            lines.push(format!("body: {}", plural(more as u64, "more difference", "more differences")));
        }
        return lines;
    }
    if let AnswerChange::Text(then, now) = change {
        return vec![match (*then, *now) {
            (then, 0) => format!("body: was {}, is empty", size(then)),
            (0, now) => format!("body: was empty, is {}", size(now)),
            (then, now) => format!("body: other text, was {}, is {}", size(then), size(now)),
        }];
    }
    let (what, then, now) = parts(change);
    let lead = match change {
        AnswerChange::FirstByte(..) => "after ",
        _ => "",
    };
    let value = |value: Option<String>| {
        value.map_or("absent".to_owned(), |value| format!("{lead}{}", capped(&value, VALUE)))
    };
    vec![format!("{what}: was {}, is {}", value(then), value(now))]
}

/// The name of what differs, its value then and its value now.
fn parts(change: &AnswerChange) -> (&'static str, Option<String>, Option<String>) {
    match change {
        AnswerChange::Outcome(then, now) => {
            // The codes have underscores instead of spaces.
            let words = |code: &str| Some(code.replace('_', " "));
            ("outcome", words(then), words(now))
        }
        AnswerChange::Status(then, now) => ("status", Some(then.to_string()), Some(now.to_string())),
        AnswerChange::FirstByte(then, now) => ("first byte", Some(latency(*then)), Some(latency(*now))),
        AnswerChange::Header(name, then, now) => (name, then.clone(), now.clone()),
        AnswerChange::Json(_) | AnswerChange::Text(..) => ("body", None, None),
    }
}

fn of_member(change: &Change) -> String {
    let path = if change.path.is_empty() { "(all)" } else { &change.path };
    let value = |text: &str| capped(text, VALUE).into_owned();
    match &change.kind {
        ChangeKind::Added(now) => format!("body + {path}: is {}", value(now)),
        ChangeKind::Removed(then) => format!("body - {path}: was {}", value(then)),
        ChangeKind::Changed(then, now) => format!("body ~ {path}: was {}, is {}", value(then), value(now)),
    }
}

fn of_expired(expired: &Expired, now: SystemTime) -> String {
    let ago = span(now.duration_since(expired.since).unwrap_or_default());
    format!("{} expired {ago} ago: your app cannot use it.", expired.path)
}

/// `5 deliveries sent again: 4 accepted, 1 rejected or failed; 3 answers as before, 2 changed.`
pub(super) fn counts(tally: &ReplayTally) -> String {
    let failed = tally.sent - tally.taken;
    let mut text =
        format!("{} sent again: {} accepted", plural(tally.sent, "delivery", "deliveries"), tally.taken);
    if failed > 0 {
        text.push_str(&format!(", {failed} rejected or failed"));
    }
    if tally.same + tally.changed > 0 {
        let same = plural(tally.same, "answer", "answers");
        text.push_str(&format!("; {same} as before, {} changed", tally.changed));
    }
    text.push('.');
    text
}

/// The text of a note; `None` for a delivery, which is not a note.
pub(super) fn note(progress: &ReplayProgress) -> Option<String> {
    Some(match progress {
        ReplayProgress::Replayed(_) => return None,
        ReplayProgress::Destination(text) => text.clone(),
        ReplayProgress::Unproven { id, doubt } => of_doubt(id, *doubt),
        ReplayProgress::Skipped { why, count } => of_skipped(*why, *count),
        ReplayProgress::Masked(names) => {
            format!(
                "Sent without these headers, because the history stores no credentials: {}.",
                names.join(", ")
            )
        }
        ReplayProgress::Added(paths) => not_in_the_event(paths),
        ReplayProgress::WaitingForApp { target, limit } => {
            let limit = limit.as_secs();
            format!("Your app does not accept connections at {target} yet. Waiting for up to {limit} s.")
        }
    })
}

fn of_doubt(id: &str, doubt: Doubt) -> String {
    let (origin, verify) = match doubt {
        Doubt::Refused => ("was refused: nothing shows that Zoom sent it", "why it was refused"),
        Doubt::Imported => (
            "was imported, and its signature matches none of your secret tokens: nothing shows that Zoom sent it",
            "what its signature matches",
        ),
        Doubt::OtherToken => (
            "was accepted when it arrived, but its signature matches none of your secret tokens now",
            "what its signature matches",
        ),
    };
    format!(
        "{id} {origin}. It is now signed with your secret token, so your app cannot tell it from a request from Zoom. \
         `zoomhook verify {id}` shows {verify}."
    )
}

fn of_skipped(why: Withheld, count: u64) -> String {
    match why {
        Withheld::Unsigned => format!(
            "Deliveries that were skipped: {count}. Their signatures match none of your secret tokens, and a new \
             signature would hide that. To send them, give their ids."
        ),
        Withheld::Refused => format!(
            "Refused deliveries that were skipped: {count}. Nothing shows that Zoom sent them. To send them, give \
             their ids or --verdict."
        ),
        Withheld::NoTarget => {
            format!(
                "Imported deliveries that were skipped: {count}. They have no target. To send them, add --to."
            )
        }
        Withheld::NoBody => format!(
            "Deliveries that were skipped: {count}. Their bodies were not received, because the requests were \
             refused first."
        ),
        Withheld::Method => format!(
            "Deliveries that were skipped because their method is not POST: {count}. To send them as they are \
             stored, add --exact and --to."
        ),
    }
}
