//! One kept delivery with everything that is known of it.

use super::super::clock::Clock;
use super::super::grammar::{latency, size};
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::Page;
use super::super::pager::Paging;
use super::super::sanitise::clean;
use super::super::wording::label;
use super::name;
use crate::delivery::StoredDelivery;

/// Prints it.
///
/// # Errors
/// As [`crate::report::print`].
pub fn print_one(stored: &StoredDelivery, paging: Paging) -> Result<(), OutputError> {
    let mut page = Page::of_stdout();
    page.heading(&name(stored), &stored.id);
    page.gap();
    page.columns(&facts(stored));
    page.gap();
    page.line("Headers");
    for (name, value) in &stored.headers {
        page.pair(name, &String::from_utf8_lossy(value));
    }
    page.gap();
    page.line(&format!("Body  {}", size(stored.body.len())));
    page.body(&stored.body);
    for relay in stored.forwarded.iter().filter(|relay| !relay.body.is_empty()) {
        page.gap();
        page.line(&format!("Answer of {}  {}", relay.target, size(relay.body.len())));
        page.body(&relay.body);
    }
    page.show(paging)
}

/// Columns of a name in a menu: Zoom's longest has about seventy, and a stranger's may have a million.
const MENU: usize = 80;

/// What and when, for a menu of completions.
#[must_use]
pub fn in_a_line(stored: &StoredDelivery) -> String {
    let name = name(stored);
    format!("{}, {}", shorten(&clean(&name), MENU), Clock::local().with_date(stored.received_at))
}

fn facts(stored: &StoredDelivery) -> Vec<Vec<String>> {
    let mut facts = vec![("Received", Clock::local().with_date(stored.received_at))];
    let reason = stored.reason.as_deref().map(|code| format!(", {}", label(code))).unwrap_or_default();
    facts.push(("Verdict", format!("{}{reason}", stored.verdict.as_str())));
    facts.extend(stored.secret_name.iter().map(|name| ("Secret", name.clone())));
    facts.extend(stored.retry_of.iter().map(|id| ("Retry of", id.clone())));
    let answer = stored.answer.map(|answer| format!("{} in {}", answer.status, latency(answer.took)));
    facts.extend(answer.map(|answer| ("Answered", answer)));
    facts.push(("From", format!("{} ({})", stored.peer, stored.route).trim_start().to_owned()));
    facts.push(("Request", format!("{} {}", stored.method, stored.url())));
    for relay in &stored.forwarded {
        let status = relay.status.map(|status| format!(" {status}")).unwrap_or_default();
        let detail = relay.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let (outcome, took) = (relay.outcome.replace('_', " "), latency(relay.took));
        facts.push(("App", format!("{} {outcome}{status} in {took}{detail}", relay.target)));
    }
    facts.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect()
}
