//! One stored delivery in full; its request as HTTP/1.1 and as a curl command.

use std::time::SystemTime;

use super::super::clock::Clock;
use super::super::grammar::{latency, size};
use super::super::layout::shorten;
use super::super::ndjson::base64_of;
use super::super::out::OutputError;
use super::super::page::PagedText;
use super::super::pager::Paging;
use super::super::sanitize::clean;
use super::super::signed::{CommandBody, SendCommand, can_be_quoted};
use super::super::wording;
use super::super::wording::label;
use super::list::waits;
use super::{answered, name};
use crate::delivery::{DeliveryVerdict, EventOutcome, MASK, Provenance, StoredDelivery, StoredRoute};

/// Prints one delivery in full.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_one(stored: &StoredDelivery, paging: Paging) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    page.heading(&name(stored), &stored.id);
    page.gap();
    page.columns(&facts(stored, SystemTime::now()));
    page.gap();
    page.line("Headers");
    for (name, value) in &stored.headers {
        page.pair(name, &String::from_utf8_lossy(value));
    }
    page.gap();
    page.line(&format!("Body  {}", size(stored.body.len())));
    page.body(&stored.body);
    for forward in stored.forwarded.iter().filter(|forward| !forward.body.is_empty()) {
        page.gap();
        page.line(&format!("Answer from {}  {}", forward.target, size(forward.body.len())));
        page.body(&forward.body);
    }
    page.show(paging)
}

/// Columns of a name in a menu. Zoom's longest has about 70, but that of a forged request may have a million.
const MENU: usize = 80;

/// Name and time, for the menu of shell completions.
#[must_use]
pub(crate) fn in_a_line(stored: &StoredDelivery) -> String {
    let name = name(stored);
    format!("{}, {}", shorten(&clean(&name), MENU), Clock::local().with_date(stored.received_at))
}

fn facts(stored: &StoredDelivery, now: SystemTime) -> Vec<Vec<String>> {
    let mut facts = vec![("Received", Clock::local().with_date(stored.received_at))];
    facts.push(("Verdict", verdict(stored)));
    facts.extend(stored.secret_name.iter().map(|name| ("Secret", name.clone())));
    facts.extend(stored.retry_of.iter().map(|id| ("Retry of", id.clone())));
    let answer =
        answered(stored).or_else(|| stored.waits_for.map(|wait| format!("no: {}", waits(wait, now))));
    facts.extend(answer.map(|answer| ("Answered", answer)));
    // Without an app, an event that zoomhook answered is delivered.
    let was_forwarded = stored.app().is_some() || stored.waits_for.is_some();
    let outcome = stored.outcome(now).filter(|outcome| was_forwarded || *outcome != EventOutcome::Delivered);
    facts.extend(outcome.map(|outcome| ("Outcome", wording::outcome(outcome, stored, now))));
    // The route of an imported delivery may be that of the machine which received it.
    let is_import = stored.provenance == Provenance::Imported && stored.route != StoredRoute::Import;
    let import = if is_import { ", imported" } else { "" };
    facts.push(("From", format!("{} ({}{import})", stored.peer, stored.route).trim_start().to_owned()));
    facts.push(("Request", format!("{} {}", stored.method, stored.url())));
    for forward in &stored.forwarded {
        let status = forward.status.map(|status| format!(" {status}")).unwrap_or_default();
        let detail = forward.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let (outcome, took) = (forward.outcome.as_str().replace('_', " "), latency(forward.took));
        facts.push(("App", format!("{} {outcome}{status} in {took}{detail}", forward.target)));
    }
    facts.extend(stored.project.iter().map(|folder| ("Project", folder.clone())));
    facts.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect()
}

/// The verdict, and why the request was refused. An imported delivery only claims a verdict.
pub(super) fn verdict(stored: &StoredDelivery) -> String {
    let reason = stored.reason.as_ref().map(|code| format!(", {}", label(code.as_str()))).unwrap_or_default();
    let verdict = format!("{}{reason}", stored.verdict.as_str());
    match (stored.provenance, stored.verdict) {
        (Provenance::Imported, DeliveryVerdict::Valid | DeliveryVerdict::Invalid) => {
            format!("{verdict}, as its file says; not verified on this machine")
        }
        _ => verdict,
    }
}

/// Headers that a client sets itself, or that belong to one connection.
const OF_THE_CONNECTION: [&str; 6] =
    ["content-length", "host", "connection", "keep-alive", "transfer-encoding", "te"];

/// The request in HTTP/1.1 form, with the stored headers and body. The stored body is complete, so it has a length
/// and is not chunked.
#[must_use]
pub(crate) fn http(stored: &StoredDelivery) -> Vec<u8> {
    let line_safe = |text: &str| text.replace(|c: char| c.is_control(), "");
    let target = if stored.target.is_empty() { "/" } else { &stored.target };
    let mut http = format!("{} {} HTTP/1.1\r\n", line_safe(&stored.method), line_safe(target)).into_bytes();
    let mut has_length = false;
    for (name, value) in &stored.headers {
        // An imported capture may have names that are not valid in HTTP. They would make the rest unreadable.
        if !is_token(name) || name.eq_ignore_ascii_case("transfer-encoding") {
            continue;
        }
        has_length |= name.eq_ignore_ascii_case("content-length");
        http.extend_from_slice(name.as_bytes());
        http.extend_from_slice(b": ");
        http.extend_from_slice(value);
        http.extend_from_slice(b"\r\n");
    }
    if !has_length && !stored.body.is_empty() {
        http.extend_from_slice(format!("content-length: {}\r\n", stored.body.len()).as_bytes());
    }
    http.extend_from_slice(b"\r\n");
    http.extend_from_slice(&stored.body);
    http
}

/// A curl command for a POSIX shell, with the stored headers. A receiver that checks the timestamp rejects it as
/// stale. A body that cannot be quoted is written as base64.
#[must_use]
pub(crate) fn curl(stored: &StoredDelivery) -> String {
    let headers = stored.headers.iter().filter_map(|(name, value)| {
        let is_own = OF_THE_CONNECTION.iter().any(|known| name.eq_ignore_ascii_case(known));
        let value = std::str::from_utf8(value).ok()?;
        let before = value.strip_suffix(MASK);
        let masked = before.is_some_and(|before| before.is_empty() || before.ends_with(' '));
        (is_token(name) && !is_own && !masked).then_some((name.as_str(), value))
    });
    let headers: Vec<_> = headers.collect();
    let encoded;
    let body = if can_be_quoted(&stored.body) {
        CommandBody::Text(std::str::from_utf8(&stored.body).unwrap_or_default())
    } else {
        encoded = base64_of(&stored.body);
        CommandBody::Base64(&encoded)
    };
    SendCommand { method: &stored.method, url: &stored.url(), headers: &headers, body }.curl()
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_support::stored;

    #[test]
    fn http_is_the_stored_request_with_a_length_instead_of_chunks() {
        let mut delivery = stored();
        delivery.headers = vec![
            ("transfer-encoding".into(), b"chunked".to_vec()),
            ("x zm".into(), b"no name".to_vec()),
            ("x-zm-signature".into(), b"v0=ab".to_vec()),
        ];
        delivery.body = b"5\r\nHTTP/1.1 200 OK\r\n".to_vec();
        let expected =
            b"POST /webhook HTTP/1.1\r\nx-zm-signature: v0=ab\r\ncontent-length: 20\r\n\r\n5\r\nHTTP/1.1 200 OK\r\n";
        assert_eq!(http(&delivery), expected);
    }

    #[test]
    fn curl_leaves_out_masked_headers_and_sends_any_body() {
        let mut delivery = stored();
        delivery.headers = vec![
            ("authorization".into(), b"***".to_vec()),
            ("host".into(), b"a.example".to_vec()),
            ("x-a".into(), b"it's".to_vec()),
        ];
        let command = curl(&delivery);
        assert!(command.starts_with("curl -sS -i -X POST 'http://a.example/webhook' \\\n"), "{command}");
        assert!(command.contains(r"-H 'x-a: it'\''s'") && !command.contains("***"), "{command}");
        delivery.body = b"\xff".to_vec();
        let command = curl(&delivery);
        assert!(command.starts_with("printf %s '/w==' | base64 -d | curl"), "{command}");
        assert!(command.ends_with("--data-binary @-\n"), "{command}");
    }
}
