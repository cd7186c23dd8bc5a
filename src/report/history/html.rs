//! Deliveries as one page of HTML without scripts, to attach to a ticket.

use std::fmt::Write;

use super::super::clock::Clock;
use super::super::grammar::{latency, plural, size};
use super::one::verdict;
use super::{answered, name};
use crate::delivery::StoredDelivery;

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
details{border:1px solid #8886;border-radius:.5rem;margin:.75rem 0;padding:.5rem 1rem}summary{cursor:pointer}\
table{border-collapse:collapse}td{padding:.1rem 1rem .1rem 0;vertical-align:top;overflow-wrap:anywhere}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;border-top:1px solid #8884;padding-top:.5rem}";

/// The page. It loads nothing: a policy in it forbids that, too.
#[must_use]
pub(crate) fn html(deliveries: &[StoredDelivery]) -> Vec<u8> {
    let count = plural(deliveries.len() as u64, "delivery", "deliveries");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><title>zoomhook: {count}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{count}</h1>\n"
    );
    for stored in deliveries {
        push(&mut page, stored);
    }
    page.push_str("</body></html>\n");
    page.into_bytes()
}

fn push(page: &mut String, stored: &StoredDelivery) {
    let answer = answered(stored);
    // Writing to memory does not fail.
    let _ = writeln!(
        page,
        "<details><summary><strong>{}</strong> {}</summary>\n<table>",
        escaped(&name(stored)),
        escaped(&verdict(stored))
    );
    row(page, "Id", &stored.id);
    row(page, "Received", &Clock::utc().with_date(stored.received_at));
    if let Some(answer) = answer {
        row(page, "Answered", &answer);
    }
    row(page, "Request", &format!("{} {}", stored.method, stored.target));
    for (name, value) in &stored.headers {
        row(page, name, &String::from_utf8_lossy(value));
    }
    for forward in &stored.forwarded {
        let status = forward.status.map(|status| format!(" {status}")).unwrap_or_default();
        let text =
            format!("{} {}{status} in {}", forward.target, forward.outcome.as_str(), latency(forward.took));
        row(page, "App", &text);
    }
    let _ = writeln!(
        page,
        "</table>\n<p>Body, {}</p><pre>{}</pre></details>",
        size(stored.body.len()),
        escaped(&String::from_utf8_lossy(&stored.body))
    );
}

fn row(page: &mut String, label: &str, value: &str) {
    let _ = writeln!(page, "<tr><td>{}</td><td>{}</td></tr>", escaped(label), escaped(value));
}

/// The text in HTML. Characters that reorder or hide text are shown as their numbers.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if super::super::sanitize::is_unsafe(c) => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_support::stored;

    #[test]
    fn shows_a_text_as_text() {
        let mut delivery = stored();
        delivery.event = Some("<script>alert(1)</script>".into());
        delivery.body = "<img src=x onerror=\"alert('1')\">\u{202e}".into();
        let page = String::from_utf8(html(&[delivery])).unwrap();
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.contains("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;\\u{202e}"), "{page}");
    }
}
