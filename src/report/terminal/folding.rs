//! Shows a burst of refusals on a few lines: the first of each kind are shown, the rest are counted. Pure.
//!
//! The entry point is [`Folding::admit`]. A kind is a refusal's code. There are few codes, so memory is bounded
//! whatever is sent. Each kind is counted separately: a burst that alternates between two kinds is folded as well.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::content;
use super::delivery::{self, Look};
use super::layout::TerminalPage;
use crate::delivery::{Delivery, ForwardOutcome, ForwardRole, Forwarded};
use crate::report::grammar::{count, latency};
use crate::report::headers::Masking;
use crate::report::theme::Ink;
use crate::report::wording::{WordingContext, about_observed};

/// After this time without a refusal of its kind, the next one is shown in full again.
const QUIET: Duration = Duration::from_secs(10);
/// Wait before the first count is shown: short enough to look live.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The wait doubles during a burst, up to this limit: an hour then fills about two pages.
const LONGEST_WAIT: Duration = Duration::from_secs(32);

/// How a refusal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// With its explanation: the first of a run.
    Full,
    /// Only its line: the explanation is above.
    Brief,
    /// Not shown, only counted.
    Counted,
}

/// The number of refusals of one kind that were not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) code: &'static str,
    pub(super) count: u64,
    /// Whether the last one shown is of this kind.
    pub(super) like_the_last: bool,
}

/// Decides which refusals are shown and which are only counted.
#[derive(Debug, Default)]
pub(super) struct Folding {
    runs: BTreeMap<&'static str, Run>,
    /// When the first refusal was left out since the last count was shown.
    since: Option<Instant>,
    /// How many waits in a row have elapsed.
    waits: u32,
    last_shown: Option<&'static str>,
}

#[derive(Debug)]
struct Run {
    shown: u32,
    left_out: u64,
    last: Instant,
}

impl Folding {
    /// Decides how a refusal is shown; at most `limit` of one kind are shown in a run.
    pub(super) fn admit(&mut self, code: &'static str, limit: u32, now: Instant) -> Admission {
        let run = self.runs.entry(code).or_insert(Run { shown: 0, left_out: 0, last: now });
        if now.saturating_duration_since(run.last) >= QUIET {
            run.shown = 0;
            self.waits = 0;
        }
        run.last = now;
        if run.shown < limit {
            run.shown += 1;
            return if run.shown == 1 { Admission::Full } else { Admission::Brief };
        }
        run.left_out += 1;
        self.since.get_or_insert(now);
        Admission::Counted
    }

    /// Takes the counts, to show them before anything else.
    pub(super) fn release(&mut self) -> Vec<Folded> {
        self.since = None;
        let last_shown = self.last_shown;
        let unreported = self.runs.iter_mut().filter(|(_, run)| run.left_out > 0);
        unreported
            .map(|(code, run)| Folded {
                code,
                count: std::mem::take(&mut run.left_out),
                like_the_last: last_shown == Some(*code),
            })
            .collect()
    }

    /// Ends every run, for example at a verified event, and takes the counts.
    pub(super) fn calm(&mut self) -> Vec<Folded> {
        let left_out = self.release();
        self.runs.clear();
        (self.waits, self.last_shown) = (0, None);
        left_out
    }

    /// As [`Folding::release`], before a refusal of this kind is shown.
    pub(super) fn release_before(&mut self, code: &'static str) -> Vec<Folded> {
        let left_out = self.release();
        self.last_shown = Some(code);
        left_out
    }

    /// When the counts are due to be shown.
    pub(super) fn due(&self) -> Option<Instant> {
        let wait = FIRST_WAIT.saturating_mul(1 << self.waits.min(5)).min(LONGEST_WAIT);
        self.since.map(|since| since + wait)
    }

    /// Takes the counts if they are due.
    pub(super) fn tick(&mut self, now: Instant) -> Vec<Folded> {
        if self.due().is_none_or(|due| now < due) {
            return Vec::new();
        }
        self.waits += 1;
        self.release()
    }
}

/// Bytes shown of an app's answer: the beginning is enough to recognize a framework's error page.
const ANSWER: usize = 4096;

/// Shows a delivery in full, with the app's answers: those that it holds and those that arrived `later`.
pub(super) fn show(
    page: &mut TerminalPage,
    delivery: &Delivery,
    later: &[Forwarded],
    masking: &Masking,
    context: &WordingContext,
) {
    page.gap();
    let look = Look { compact: false, brief: false, whole: true, headers: Some(masking), failure: None };
    delivery::show(page, delivery, &look, context);
    page.below(Ink::Dim, &format!("id {}", delivery.id));
    for forwarded in delivery.forwarded.iter().chain(later) {
        answer(page, delivery, forwarded, masking);
    }
    page.blank();
}

fn answer(page: &mut TerminalPage, delivery: &Delivery, forwarded: &Forwarded, masking: &Masking) {
    let ForwardOutcome::Answered { status, headers, body } = &forwarded.outcome else {
        let (_, text) = about_observed(&delivery.judgement, forwarded, 1);
        return page.below(Ink::Bad, &text);
    };
    let to_zoom = if forwarded.role == ForwardRole::Answers { ", which went to the sender" } else { "" };
    let took = latency(forwarded.took);
    page.below(Ink::Bold, &format!("{} answered {} in {took}{to_zoom}", forwarded.target, status.as_u16()));
    content::header_lines(page, headers, masking);
    let shown = body.len().min(ANSWER);
    content::body(page, &body[..shown], true);
    if shown < body.len() {
        page.below(Ink::Dim, &format!("… {} more bytes", count((body.len() - shown) as u64)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(left_out: &[Folded]) -> Vec<(&'static str, u64)> {
        left_out.iter().map(|folded| (folded.code, folded.count)).collect()
    }

    fn burst(folding: &mut Folding, code: &'static str, n: u32, now: Instant) -> usize {
        (0..n).filter(|_| folding.admit(code, 3, now) != Admission::Counted).count()
    }

    #[test]
    fn shows_the_first_and_counts_the_rest() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        assert_eq!(burst(&mut folding, "stale", 243, now), 3);
        assert_eq!(counts(&folding.release()), [("stale", 240)]);
        assert!(folding.release().is_empty());
    }

    #[test]
    fn explains_only_the_first_of_a_run() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        let shown: Vec<_> = (0..3).map(|_| folding.admit("stale", 2, now)).collect();
        assert_eq!(shown, [Admission::Full, Admission::Brief, Admission::Counted]);
    }

    #[test]
    fn folds_a_burst_that_alternates_between_two_kinds() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        let shown: usize =
            (0..100).map(|_| burst(&mut folding, "a", 1, now) + burst(&mut folding, "b", 1, now)).sum();
        assert_eq!(shown, 6);
        assert_eq!(counts(&folding.release()), [("a", 97), ("b", 97)]);
    }

    #[test]
    fn a_verified_event_or_a_quiet_period_ends_a_run() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        assert_eq!(burst(&mut folding, "a", 5, now), 3);
        assert_eq!(counts(&folding.calm()), [("a", 2)]);
        assert_eq!(burst(&mut folding, "a", 5, now), 3);
        assert_eq!(burst(&mut folding, "a", 5, now + QUIET), 3);
    }

    #[test]
    fn counts_are_due_after_a_second_and_less_often_during_a_burst() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        burst(&mut folding, "a", 3, now);
        assert_eq!(folding.due(), None);
        burst(&mut folding, "a", 1, now);
        assert_eq!(folding.due(), Some(now + FIRST_WAIT));
        assert!(folding.tick(now).is_empty());
        assert_eq!(counts(&folding.tick(now + FIRST_WAIT)), [("a", 1)]);
        burst(&mut folding, "a", 1, now + FIRST_WAIT);
        assert_eq!(folding.due(), Some(now + FIRST_WAIT * 3));
        for _ in 0..20 {
            folding.waits += 1;
        }
        assert_eq!(folding.due(), Some(now + FIRST_WAIT + LONGEST_WAIT));
    }

    #[test]
    fn reports_whether_the_last_refusal_shown_is_of_the_same_kind() {
        let (mut folding, now) = (Folding::default(), Instant::now());
        burst(&mut folding, "a", 3, now);
        folding.release_before("a");
        burst(&mut folding, "a", 1, now);
        assert!(folding.release_before("b")[0].like_the_last);
        burst(&mut folding, "a", 1, now);
        assert!(!folding.release()[0].like_the_last);
    }
}
