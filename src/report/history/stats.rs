//! Counts over many stored deliveries.

use super::super::grammar::{count, latency, plural};
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::PagedText;
use super::super::pager::Paging;
use super::super::sanitize::clean;
use super::super::wording;
use crate::history::Stats;

/// Columns of a name. All rows are as wide as the widest one, and a forged request may have a name of a megabyte.
/// Zoom's longest name has about 70.
const WIDEST: usize = 100;

/// Prints counts over many deliveries.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_stats(stats: &Stats, paging: Paging) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    page.line(&format!(
        "{}, {}",
        plural(stats.total, "delivery", "deliveries"),
        plural(stats.retries, "retry", "retries")
    ));
    let events = stats.outcomes.total();
    if events > 0 {
        page.line(&wording::events(events, &stats.outcomes, stats.asked_app));
    }
    if stats.waiting > 0 {
        page.line(&format!("{} waiting for your app", plural(stats.waiting, "event is", "events are")));
    }
    let named = |counts: &mut dyn Iterator<Item = (String, u64)>| -> Vec<Vec<String>> {
        counts.map(|(name, n)| vec![shorten(&clean(&name), WIDEST).into_owned(), count(n)]).collect()
    };
    let none = || "(no event)".to_owned();
    let events = &mut stats.events.iter().map(|one| (one.event.clone().unwrap_or_else(none), one.count));
    section(&mut page, "Events", &named(events));
    section(&mut page, "Verdicts", &named(&mut stats.verdicts.iter().map(|(name, n)| (name.clone(), *n))));
    section(&mut page, "Refused", &named(&mut stats.refused.iter().map(|(name, n)| (name.clone(), *n))));
    section(&mut page, "Answers", &named(&mut stats.statuses.iter().map(|(code, n)| (code.to_string(), *n))));
    if let (Some(p50), Some(p99)) = (stats.p50, stats.p99) {
        page.gap();
        let timed = plural(stats.timed, "delivery", "deliveries");
        page.line(&format!("Your app's first byte: p50 {}, p99 {} over {timed}", latency(p50), latency(p99)));
        let slow = stats.slowest.iter().map(|slow| {
            let event = slow.event.clone().unwrap_or_else(none);
            vec![latency(slow.first_byte), slow.id.clone(), shorten(&clean(&event), WIDEST).into_owned()]
        });
        section(&mut page, "Slowest", &slow.collect::<Vec<_>>());
    }
    page.show(paging)
}

fn section(page: &mut PagedText, title: &str, rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    page.gap();
    page.line(title);
    page.columns(rows);
}
