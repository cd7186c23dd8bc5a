//! Many requests: one line each, the remedy for the first of each cause, and a table at the end.

use std::collections::BTreeSet;

use console::measure_text_width;

use super::{details, phrases};
use crate::diagnosis::{Code, Verdict as Judged, remedy_of, visible};
use crate::report::grammar::{capped, count, plural};
use crate::report::layout::{TerminalPage, shorten, wrap};
use crate::report::sanitize::clean;
use crate::report::theme::Ink;
use crate::verify::{DeliveryVerdict, JudgedCapture, VerifyOutcome, VerifyTally};

/// Limit on valid requests with a line. More of them would push the others off the screen.
const VALID_SHOWN: u64 = 20;
/// The most characters of an event's name.
const NAME: usize = 60;

/// What has been shown so far.
#[derive(Debug, Default)]
pub(super) struct List {
    valid: u64,
    explained: BTreeSet<(DeliveryVerdict, Option<Code>)>,
}

impl List {
    /// Shows one request.
    pub(super) fn show(
        &mut self,
        page: &mut TerminalPage,
        outcome: &VerifyOutcome,
        show_signed_string: bool,
    ) {
        let judged = match &outcome.result {
            Err(why) => return page.marked(Ink::Warn, "?", &phrases::unreadable(&outcome.source, why)),
            Ok(judged) => judged,
        };
        let is_new = self.explained.insert((outcome.verdict(), outcome.code()));
        if outcome.verdict() == DeliveryVerdict::Valid {
            self.valid += 1;
            if self.valid == VALID_SHOWN + 1 {
                page.paragraph(4, Ink::Dim, "… more valid requests are only counted.");
            }
            if self.valid > VALID_SHOWN {
                return;
            }
        }
        line(page, outcome, judged);
        if is_new {
            explain(page, judged);
        }
        if let Some(challenge) = judged.challenge.as_ref().filter(|challenge| is_answered_wrongly(challenge))
        {
            details::answers(page, challenge);
        }
        if show_signed_string {
            page.paragraph(6, Ink::Remark, &visible(&judged.signed_message()));
        }
    }

    /// Shows the totals and the table of causes.
    pub(super) fn end(&self, page: &mut TerminalPage, tally: &VerifyTally) {
        page.gap();
        let total = plural(tally.total(), "request", "requests");
        let parts = [
            (tally.of(DeliveryVerdict::Valid), "valid"),
            (tally.of(DeliveryVerdict::Invalid), "invalid"),
            (tally.of(DeliveryVerdict::Unknown), "unknown"),
            (tally.unreadable(), "unreadable"),
        ];
        let parts: Vec<_> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", count(*n))).collect();
        let (ink, sign) = sign(tally.verdict());
        page.marked(ink, sign, &format!("{total}: {}.", parts.join(", ")));
        let rows: Vec<_> = tally.rows().filter(|row| row.verdict != DeliveryVerdict::Valid).collect();
        let widest = rows.iter().map(|row| count(row.requests).len()).max().unwrap_or(0);
        for row in rows {
            let requests = count(row.requests);
            let name = row.code.map_or("cannot tell", Code::as_str);
            page.spaces(6 + widest - requests.len());
            page.put(Ink::Bold, &requests);
            page.spaces(2);
            page.put(Ink::Plain, name);
            let (used, phrase) = (8 + widest + name.len() + 3, row.code.map(phrases::of_code));
            if let Some(phrase) = phrase
                && page.width().is_none_or(|width| used + phrase.len() <= width)
            {
                page.spaces(28_usize.saturating_sub(name.len()).max(3));
                page.put(Ink::Dim, phrase);
            }
            page.blank();
        }
        page.blank();
    }
}

fn is_answered_wrongly<E>(challenge: &Result<crate::diagnosis::ChallengeReport, E>) -> bool {
    challenge.as_ref().is_ok_and(|report| report.faults.as_ref().is_some_and(|faults| !faults.is_empty()))
}

fn sign(verdict: DeliveryVerdict) -> (Ink, &'static str) {
    match verdict {
        DeliveryVerdict::Valid => (Ink::Good, "✓"),
        DeliveryVerdict::Invalid => (Ink::Bad, "✗"),
        DeliveryVerdict::Unknown => (Ink::Warn, "?"),
    }
}

/// `✗ session.ndjson:12   meeting.started   the body was re-serialized`.
fn line(page: &mut TerminalPage, outcome: &VerifyOutcome, judged: &JudgedCapture) {
    let (ink, mark) = sign(outcome.verdict());
    let place = format!("{}:{}", outcome.source, judged.capture.place.line.max(1));
    let name = capped(judged.event.as_deref().unwrap_or_default(), NAME);
    let why = phrases::because(&judged.diagnosis.verdict).unwrap_or("valid");
    let parts: Vec<_> =
        [(Ink::Plain, clean(&place)), (Ink::Bold, clean(&name)), (Ink::Dim, clean(why))].into();
    page.spaces(2);
    page.put(ink, mark);
    page.spaces(1);
    let mut used = 4;
    for (index, (ink, text)) in parts.iter().filter(|(_, text)| !text.is_empty()).enumerate() {
        let (gap, columns) = (if index > 0 { 3 } else { 0 }, measure_text_width(text));
        if index > 0 && page.width().is_some_and(|width| used + gap + columns > width) {
            page.blank();
            page.spaces(4);
            used = 4;
        } else {
            page.spaces(gap);
            used += gap;
        }
        let room = page.width().map_or(usize::MAX, |width| width.saturating_sub(used).max(8));
        page.put_safe(*ink, &shorten(text, room));
        used += columns;
    }
    page.blank();
}

/// Explains the first request of each cause in full, with the remedy.
fn explain(page: &mut TerminalPage, judged: &JudgedCapture) {
    let verdict = &judged.diagnosis.verdict;
    match verdict {
        Judged::Valid(_) => {}
        Judged::CannotTell(unknown) => {
            page.paragraph(4, Ink::Plain, &phrases::explain(verdict));
            page.paragraph(4, Ink::Plain, unknown.instead);
            page.blank();
        }
        Judged::Invalid(finding) => {
            page.paragraph(4, Ink::Plain, &phrases::explain(verdict));
            let remedy = remedy_of(&finding.cause, judged.framework);
            page.paragraph(4, Ink::Plain, remedy.text);
            code(page, remedy.line.as_slice());
            page.blank();
        }
    }
}

/// The column of a row's value, after its indent.
const VALUE: usize = 14;
/// The same on a narrow terminal.
const NARROW_VALUE: usize = 10;

/// Shows a label and its value, which is wrapped below its first line.
pub(in crate::report) fn row(page: &mut TerminalPage, label: &str, ink: Ink, value: &str) {
    let column = column(page);
    let value = clean(value);
    let room = page.width().map(|width| width.min(100).saturating_sub(column).max(8));
    for (index, line) in wrap(&value, room).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        page.spaces(4);
        page.put(Ink::Dim, label);
        page.spaces(column.saturating_sub(4 + label.len()));
        page.put_safe(ink, line);
        page.blank();
    }
}

/// The column of a row's value on this page.
pub(super) fn column(page: &TerminalPage) -> usize {
    if page.is_narrow() { NARROW_VALUE + 4 } else { VALUE + 2 }
}

/// Shows lines to copy. They are never wrapped, and nothing but an indent is added.
pub(in crate::report) fn code(page: &mut TerminalPage, lines: &[&str]) {
    if lines.is_empty() {
        return;
    }
    page.blank();
    for line in lines {
        let indent = if page.is_narrow() { 2 } else { 6 };
        page.spaces(indent);
        page.put(Ink::Remark, line);
        page.blank();
    }
}
