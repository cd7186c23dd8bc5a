//! The answer of the user's app: below the delivery's line, or on a separate line if it arrives later.

use std::time::SystemTime;

use crate::delivery::{
    Delivery, DeliverySign, EventOutcome, ForwardOutcome, ForwardRole, Forwarded, LateForwarded, LateKind,
};
use crate::diagnosis::{Hint, hints};
use crate::report::clock::from_unix_millis;
use crate::report::theme::Ink;
use crate::report::wording::{
    FOR_THE_CAUSE, Tone, WordingContext, about_answer, about_observed, about_replayed, answer_excerpt,
    check_command, observed_in_brief,
};

use super::layout::TerminalPage;
use super::line::Line;

/// Puts remarks and hints about the answer that went to Zoom below the delivery's line.
pub(super) fn below(page: &mut TerminalPage, delivery: &Delivery, context: &WordingContext) {
    for forwarded in delivery.forwarded.iter().filter(|forwarded| forwarded.role == ForwardRole::Answers) {
        if let Some((tone, text)) = about_answer(delivery, forwarded, context) {
            page.below(ink(tone), &text);
        }
        if let Some(excerpt) = excerpt(delivery, forwarded) {
            page.below(Ink::Dim, &format!("It answered: {excerpt}"));
        }
        let hints = hints(&delivery.judgement, forwarded);
        let check = check_command(&forwarded.target, &delivery.request.target);
        if let Some(check) = check.filter(|_| hints.iter().any(Hint::has_unknown_cause)) {
            page.below(Ink::Dim, FOR_THE_CAUSE);
            page.below(Ink::Dim, &check);
        }
        let refused = hints.iter().any(|hint| matches!(hint, Hint::RefusedGenuine { .. }));
        if let Some(kept) = context.kept.as_ref().filter(|_| refused) {
            let id = delivery.short_id();
            page.below(Ink::Dim, "To compare the signature that your app computes:");
            page.below(Ink::Dim, &format!("zoomhook verify {id}{kept} --mine v0=…"));
        }
    }
}

/// The answers of the user's app that Zoom does not count as delivered, in a row.
#[derive(Debug, Default)]
pub(super) struct FailureRun {
    /// What they have in common.
    kind: Option<String>,
    length: u64,
}

impl FailureRun {
    /// Counts an answer. Returns its number in a run of identical failures; `None` for the first one, and for a delivered
    /// event.
    pub(super) fn count(&mut self, delivery: &Delivery) -> Option<u64> {
        let kind = failure_kind(delivery);
        self.length = if kind.is_some() && kind == self.kind { self.length + 1 } else { 1 };
        self.kind = kind;
        (self.length > 1).then_some(self.length)
    }
}

/// What an explanation of a failure depends on, without the times; `None` if the delivery did not fail.
fn failure_kind(delivery: &Delivery) -> Option<String> {
    if delivery.sign() != DeliverySign::Problem {
        return None;
    }
    let forwarded = delivery.forwarded.iter().find(|forwarded| forwarded.role == ForwardRole::Answers)?;
    let hints: Vec<_> = hints(&delivery.judgement, forwarded).iter().map(Hint::to_string).collect();
    let outcome = match &forwarded.outcome {
        ForwardOutcome::Answered { status, body, .. } => format!("{status} {:?}", answer_excerpt(body)),
        ForwardOutcome::Unreachable(why) | ForwardOutcome::Broken(why) => why.clone(),
        ForwardOutcome::TimedOut(_) | ForwardOutcome::Stopped => String::new(),
    };
    Some(format!("{:?} {outcome} {}", EventOutcome::of(delivery), hints.join(" ")))
}

/// The start of an answer that Zoom does not count as delivered.
fn excerpt(delivery: &Delivery, forwarded: &Forwarded) -> Option<String> {
    let outcome = EventOutcome::of(delivery)?;
    match &forwarded.outcome {
        ForwardOutcome::Answered { body, .. } if !outcome.reaction().is_delivered() => answer_excerpt(body),
        _ => None,
    }
}

/// Puts each late answer on a separate line, which names the delivery by its time.
pub(super) fn later(
    page: &mut TerminalPage,
    later: &LateForwarded,
    now: SystemTime,
    compact: bool,
    context: &WordingContext,
) {
    let of = ulid::Ulid::from_string(&later.id)
        .map(|id| format!("of {}", context.clock.with_millis(from_unix_millis(id.timestamp_ms()))));
    let mut of = of.unwrap_or_default();
    if page.is_narrow() {
        of.truncate("of 00:00:00".len());
    }
    if later.is_signed_afresh {
        of = format!("{of} · signed afresh");
    }
    for forwarded in &later.forwarded {
        let (tone, text) = match later.kind {
            LateKind::Replay => about_replayed(&later.judgement, forwarded),
            LateKind::Copy | LateKind::Queued { .. } => {
                about_observed(&later.judgement, forwarded, later.attempt)
            }
        };
        let name = later.judgement.event().unwrap_or_default();
        let ink = if tone == Tone::Good { Ink::Dim } else { ink(tone) };
        let line =
            Line {
                time: now, ink, sign: "→", name, title: &text, tail: &of, tail_ink: Ink::Dim, origin: ""
            };
        // The user asked for a replay with a key: its result is never shortened.
        if !compact || later.kind == LateKind::Replay {
            line.show(page, false, &context.clock);
            continue;
        }
        let target = forwarded.target.strip_prefix("http://").unwrap_or(&forwarded.target);
        let answer = observed_in_brief(forwarded, later.attempt);
        Line { title: &of, tail: &answer, tail_ink: ink, origin: target, ..line }.show(
            page,
            true,
            &context.clock,
        );
    }
}

fn ink(tone: Tone) -> Ink {
    match tone {
        Tone::Good => Ink::Dim,
        Tone::Slow => Ink::Warn,
        Tone::Bad => Ink::Bad,
    }
}
