//! What was kept, on stdout: a list, one delivery, a difference, counts, and lines for programs.

use super::clock::Clock;
use super::grammar::{capped, count, latency, plural, size};
use super::ndjson;
use super::out::OutputError;
use super::page::Page;
use crate::record::{Change, ChangeKind, Stats, StoredDelivery};
use crate::zoom::Envelope;

/// Characters of a title in a list.
const TITLE: usize = 60;

/// A line for programs: that of `listen --format json`, with headers and more.
#[must_use]
pub fn line(stored: &StoredDelivery) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stored(&mut line, stored);
    line
}

/// Deliveries with their shortest ids, in the order given.
///
/// # Errors
/// As [`super::print`].
pub fn print_list(deliveries: &[(String, StoredDelivery)], kept: u64) -> Result<(), OutputError> {
    let clock = Clock::local();
    let mut page = Page::of_stdout();
    let rows: Vec<Vec<String>> = deliveries.iter().map(|(id, stored)| row(id, stored, &clock)).collect();
    page.columns(&rows);
    let shown = plural(deliveries.len() as u64, "delivery", "deliveries");
    page.line(&format!("{shown} of {}", count(kept)));
    page.print()
}

fn row(id: &str, stored: &StoredDelivery, clock: &Clock) -> Vec<String> {
    let sign = match stored.verdict.as_str() {
        "valid" => "✓",
        "invalid" => "✗",
        _ => "·",
    };
    let title =
        Envelope::parse(&stored.body).map(|envelope| envelope.title().join(" · ")).unwrap_or_default();
    let name = stored.event.clone().unwrap_or_else(|| format!("{} {}", stored.method, stored.target));
    let answer = stored.answer.map(|answer| format!("{} in {}", answer.status, latency(answer.took)));
    vec![
        id.to_owned(),
        clock.with_date(stored.received_at),
        format!("{sign} {}", capped(&name, TITLE)),
        answer.unwrap_or_default(),
        capped(&title, TITLE).into_owned(),
    ]
}

/// One delivery with everything that is known of it.
///
/// # Errors
/// As [`super::print`].
pub fn print_one(stored: &StoredDelivery) -> Result<(), OutputError> {
    let mut page = Page::of_stdout();
    let name = stored.event.clone().unwrap_or_else(|| format!("{} {}", stored.method, stored.target));
    page.heading(&name, &stored.id);
    page.gap();
    page.columns(&facts(stored));
    page.gap();
    page.line("Headers");
    for (name, value) in &stored.headers {
        page.line(&format!("  {name}: {}", String::from_utf8_lossy(value)));
    }
    page.gap();
    page.line(&format!("Body  {}", size(stored.body.len())));
    page.body(&stored.body);
    page.print()
}

fn facts(stored: &StoredDelivery) -> Vec<Vec<String>> {
    let mut facts = vec![("Received", Clock::local().with_date(stored.received_at))];
    let reason = stored.reason.as_ref().map(|reason| format!(", {reason}")).unwrap_or_default();
    facts.push(("Verdict", format!("{}{reason}", stored.verdict.as_str())));
    facts.extend(stored.secret_name.iter().map(|name| ("Secret", name.clone())));
    facts.extend(stored.retry_of.iter().map(|id| ("Retry of", id.clone())));
    let answer = stored.answer.map(|answer| format!("{} in {}", answer.status, latency(answer.took)));
    facts.extend(answer.map(|answer| ("Answered", answer)));
    facts.push(("From", format!("{} ({})", stored.peer, stored.route)));
    facts.push(("Request", format!("{} {}", stored.method, stored.url())));
    for relay in &stored.relayed {
        let status = relay.status.map(|status| format!(" {status}")).unwrap_or_default();
        let detail = relay.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let took = latency(relay.took);
        facts.push(("App", format!("{} {}{status} in {took}{detail}", relay.target, relay.outcome)));
    }
    facts.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect()
}

/// What differs between two bodies.
///
/// # Errors
/// As [`super::print`].
pub fn print_diff(changes: &[Change]) -> Result<(), OutputError> {
    let mut page = Page::of_stdout();
    if changes.is_empty() {
        page.line("The bodies say the same.");
    }
    let rows: Vec<Vec<String>> = changes.iter().map(changed).collect();
    page.columns(&rows);
    page.print()
}

fn changed(change: &Change) -> Vec<String> {
    let (sign, first, second) = match &change.kind {
        ChangeKind::Added(second) => ("+", String::new(), second.clone()),
        ChangeKind::Removed(first) => ("-", first.clone(), String::new()),
        ChangeKind::Changed(first, second) => ("~", first.clone(), second.clone()),
    };
    let value = |text: &str| capped(text, TITLE).into_owned();
    vec![format!("{sign} {}", change.path), value(&first), value(&second)]
}

/// Counts over many deliveries.
///
/// # Errors
/// As [`super::print`].
pub fn print_stats(stats: &Stats) -> Result<(), OutputError> {
    let mut page = Page::of_stdout();
    page.line(&format!(
        "{}, {}",
        plural(stats.total, "delivery", "deliveries"),
        plural(stats.retries, "retry", "retries")
    ));
    let named = |counts: &mut dyn Iterator<Item = (String, u64)>| -> Vec<Vec<String>> {
        counts.map(|(name, n)| vec![name, count(n)]).collect()
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
        page.line(&format!("Your app: p50 {}, p99 {} over {timed}", latency(p50), latency(p99)));
        let slow = stats.slowest.iter().map(|slow| {
            vec![latency(slow.first_byte), slow.id.clone(), slow.event.clone().unwrap_or_else(none)]
        });
        section(&mut page, "Slowest", &slow.collect::<Vec<_>>());
    }
    page.print()
}

fn section(page: &mut Page, title: &str, rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    page.gap();
    page.line(title);
    page.columns(rows);
}
