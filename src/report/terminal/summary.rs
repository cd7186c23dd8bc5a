//! The summary at the end of a session.

use console::measure_text_width;

use crate::delivery::Summary;
use crate::report::grammar::{count, list, plural, span};
use crate::report::sanitize::clean;
use crate::report::theme::Ink;
use crate::report::wording::{self, label, missing};

use super::layout::{TerminalPage, shorten};

/// Rows of a table; the number of further rows is shown below.
const ROWS: usize = 40;

pub(super) fn show(page: &mut TerminalPage, summary: &Summary) {
    page.gap();
    page.paragraph(2, Ink::Dim, &format!("Ran for {}.", span(summary.ran_for)));
    events(page, summary);
    table(page, summary.events.iter().map(|(name, count)| (name.as_str(), *count)));
    challenges(page, summary);
    refused(page, summary);
    if !summary.missing.is_empty() {
        let missing: Vec<_> = summary.missing.iter().map(missing).collect();
        page.marked(Ink::Bad, "✗", &format!("Not delivered: {}.", list(&missing)));
    }
    page.blank();
}

/// Without an app, every verified event is delivered.
fn events(page: &mut TerminalPage, summary: &Summary) {
    let (total, outcomes) = (summary.events_total(), summary.outcomes());
    if total == 0 {
        return page.marked(Ink::Dim, "·", "0 events verified");
    }
    let text = wording::events(total, outcomes, summary.asked_app);
    if outcomes.delivered == total {
        return page.marked(Ink::Good, "✓", &text);
    }
    let (ink, sign) = match outcomes.lost() + outcomes.retried() {
        0 => (Ink::Warn, "·"),
        _ => (Ink::Bad, "✗"),
    };
    let refused: u64 = outcomes.refused.values().sum();
    let lost = match summary.refused_later {
        0 if refused > 0 => " Zoom does not retry a refused event.",
        later if later > 0 && later == refused => " Zoom had its answer before your app.",
        _ => "",
    };
    page.marked(ink, sign, &format!("{text}.{lost}"));
}

fn challenges(page: &mut TerminalPage, summary: &Summary) {
    let (total, failed) = (summary.challenges, summary.failed_challenges);
    if failed > 0 {
        let fails = match total - failed {
            0 => "Validate fails with your app's answer.".to_owned(),
            right => format!("Validate succeeds with {} and fails with {}.", count(right), count(failed)),
        };
        page.marked(Ink::Bad, "✗", &format!("{}: {fails}", plural(total, "challenge", "challenges")));
    } else if total > 0 {
        page.marked(Ink::Good, "✓", &plural(total, "challenge answered", "challenges answered"));
    }
    if summary.app_failed_challenges > 0 {
        let which = match (summary.app_failed_challenges, total) {
            (1, 1) => "it".to_owned(),
            (wrong, _) => format!("{} of them", count(wrong)),
        };
        let text = format!(
            "Your app's own answer to {which} is wrong. zoomhook answered Zoom in its place: Validate fails without zoomhook, \
             and with --crc forward."
        );
        page.marked(Ink::Warn, "▲", &text);
    }
}

fn refused(page: &mut TerminalPage, summary: &Summary) {
    if summary.unchecked > 0 {
        let events = plural(summary.unchecked, "event", "events");
        page.marked(Ink::Warn, "?", &format!("{events}, signature not checked: no secret token"));
    }
    let total = summary.refused_total();
    if total == 0 {
        return;
    }
    // Zoom retries a 5xx. Of the refusals counted here, only a stalled output is answered with one.
    let retried = summary.refused.get("output_stalled").copied().unwrap_or(0);
    let accepted = summary.accepted_unverified;
    let text = plural(total, "request refused", "requests refused");
    let accepted_text = match accepted {
        0 => String::new(),
        n => format!("; your app accepted {} of them", count(n)),
    };
    let lost = if total > retried + accepted { ". Zoom does not retry a 4xx." } else { "." };
    match summary.is_followed {
        true => page.marked(Ink::Bad, "✗", &plural(total, "request not verified", "requests not verified")),
        false => page.marked(Ink::Bad, "✗", &format!("{text}{accepted_text}{lost}")),
    }
    let mut rows: Vec<_> = summary.refused.iter().map(|(code, count)| (label(code), *count)).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    table(page, rows.into_iter());
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
