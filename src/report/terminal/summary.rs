//! The summary at the end of a session.

use console::measure_text_width;

use crate::delivery::Summary;
use crate::report::grammar::{count, list, plural, span};
use crate::report::sanitize::clean;
use crate::report::theme::Ink;
use crate::report::wording::label;

use super::layout::{TerminalPage, shorten};

/// Rows of a table; the number of further rows is shown below.
const ROWS: usize = 40;

pub(super) fn show(page: &mut TerminalPage, summary: &Summary) {
    page.gap();
    page.paragraph(2, Ink::Dim, &format!("Ran for {}.", span(summary.ran_for)));
    let events = summary.events_total();
    headline(page, Ink::Good, "✓", &plural(events, "event verified", "events verified"), events > 0);
    table(page, summary.events.iter().map(|(name, count)| (name.as_str(), *count)));
    if summary.challenges > 0 {
        let text = plural(summary.challenges, "challenge answered", "challenges answered");
        headline(page, Ink::Good, "✓", &text, true);
    }
    refused(page, summary);
    if !summary.missing.is_empty() {
        page.marked(Ink::Bad, "✗", &format!("Not received: {}.", list(&summary.missing)));
    }
    page.blank();
}

fn refused(page: &mut TerminalPage, summary: &Summary) {
    let total = summary.refused_total();
    if total == 0 {
        return;
    }
    // Zoom retries a 5xx. Of the refusals counted here, only a stalled output is answered with one.
    let retried = summary.refused.get("output_stalled").copied().unwrap_or(0);
    let text = plural(total, "request refused", "requests refused");
    let lost = if total > retried { ". Zoom does not retry a 4xx." } else { "." };
    page.marked(Ink::Bad, "✗", &format!("{text}{lost}"));
    let mut rows: Vec<_> = summary.refused.iter().map(|(code, count)| (label(code), *count)).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    table(page, rows.into_iter());
}

fn headline(page: &mut TerminalPage, ink: Ink, sign: &str, text: &str, any: bool) {
    if any {
        page.marked(ink, sign, text);
    } else {
        page.marked(Ink::Dim, "·", text);
    }
}

/// Shows names with their counts in a column.
fn table<'n>(page: &mut TerminalPage, rows: impl ExactSizeIterator<Item = (&'n str, u64)>) {
    let total = rows.len();
    let rows: Vec<_> = rows.take(ROWS).map(|(name, n)| (clean(name), count(n))).collect();
    let counts = rows.iter().map(|(_, count)| count.len()).max().unwrap_or(0);
    let room = page.width().map_or(usize::MAX, |width| width.saturating_sub(6 + 3 + counts));
    let names = rows.iter().map(|(name, _)| measure_text_width(name)).max().unwrap_or(0).min(room);
    for (name, count) in &rows {
        let name = shorten(name, names);
        page.spaces(6);
        page.put_safe(Ink::Plain, &name);
        page.spaces(names.saturating_sub(measure_text_width(&name)) + 3 + counts - count.len());
        page.put_safe(Ink::Dim, count);
        page.blank();
    }
    if total > ROWS {
        page.paragraph(6, Ink::Dim, &format!("… {} more", count((total - ROWS) as u64)));
    }
}
