//! What the session is made of, the URL that stands out, and what to do with it.

use console::measure_text_width;

use crate::notice::{Ready, SecretOrigin, Session, TunnelKind};
use crate::report::theme::Ink;
use crate::report::wording::{LOCAL_ONLY, PASTE, STOPPING};

use super::layout::Page;

/// The column at which a row's value begins.
const VALUE: usize = 12;
/// Between two parts of a value.
const GAP: usize = 3;
/// The header is not set wider than the longest rows usually are.
const HEADER: usize = 76;

/// The name of the program and the rows that are known from the start.
pub(super) fn started(page: &mut Page, session: &Session) {
    title(page);
    secrets(page, &session.secrets);
    row(page, "Local", &[(Ink::Plain, format!("http://{}{}", session.local, session.path))]);
    match session.tunnel {
        TunnelKind::None => row(page, "Tunnel", &[(Ink::Plain, "none".into())]),
        TunnelKind::External => row(page, "Tunnel", &[(Ink::Plain, "your own (--public-url)".into())]),
        TunnelKind::Ngrok => {}
    }
}

fn title(page: &mut Page) {
    let (name, version, stop) = ("zoomhook", env!("CARGO_PKG_VERSION"), "Ctrl-C to stop");
    let used = 2 + name.len() + 1 + version.len();
    page.blank();
    page.spaces(2);
    page.put(Ink::Bold, name);
    page.put(Ink::Plain, &format!(" {version}"));
    let right_edge = page.width().unwrap_or(HEADER).min(HEADER);
    page.spaces(right_edge.saturating_sub(used + stop.len()).max(GAP));
    page.put(Ink::Dim, stop);
    page.blank();
    page.blank();
}

/// A row for each secret; the name is shown where there are several.
fn secrets(page: &mut Page, secrets: &[SecretOrigin]) {
    let widest = |of: fn(&SecretOrigin) -> &str| {
        secrets.iter().map(|secret| measure_text_width(of(secret))).max().unwrap_or(0)
    };
    let (names, sources) = (widest(|secret| &secret.name), widest(|secret| &secret.source));
    for secret in secrets {
        let mut parts = Vec::new();
        if secrets.len() > 1 {
            parts.push((Ink::Bold, padded(&secret.name, names)));
        }
        parts.push((Ink::Plain, padded(&secret.source, sources)));
        parts.push((Ink::Dim, format!("fingerprint {}", secret.fingerprint)));
        row(page, "Secret", &parts);
    }
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(measure_text_width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// A label and its value. Parts that do not fit go on below, under the value's first column.
pub(super) fn row(page: &mut Page, label: &str, parts: &[(Ink, String)]) {
    page.spaces(2);
    page.put(Ink::Dim, &padded(label, VALUE - 2));
    let mut used = VALUE;
    for (index, (ink, part)) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let part = if last { part.trim_end() } else { part };
        let columns = measure_text_width(part.trim_end());
        let fits = page.width().is_none_or(|width| used + GAP + columns <= width);
        if index > 0 && fits {
            page.spaces(GAP);
            used += GAP;
        } else if index > 0 {
            page.blank();
            page.spaces(VALUE);
            used = VALUE;
        }
        page.put(*ink, part);
        used += measure_text_width(part);
    }
    page.blank();
}

/// The endpoint's URL, and the next step.
pub(super) fn ready(page: &mut Page, ready: &Ready) {
    page.blank();
    match ready.public_endpoint() {
        Some(endpoint) => {
            page.paragraph(2, Ink::Plain, "Event notification endpoint URL:");
            url(page, &endpoint);
            page.paragraph(2, Ink::Plain, PASTE);
        }
        None => {
            page.paragraph(2, Ink::Plain, "Endpoint on this machine:");
            url(page, &ready.local_endpoint());
            page.paragraph(2, Ink::Dim, LOCAL_ONLY);
        }
    }
    page.blank();
}

/// A URL alone on its line, with nothing before or after it that a double click could take along. It is never
/// broken; a window that is too narrow for it breaks it without a trace in what is copied.
pub(super) fn url(page: &mut Page, url: &str) {
    let columns = measure_text_width(url);
    page.blank();
    page.spaces(page.width().map_or(6, |width| width.saturating_sub(columns).min(6)));
    page.put(Ink::Url, url);
    page.blank();
    page.blank();
}

/// A line of explanation between two acts.
pub(super) fn remark(page: &mut Page, text: &str) {
    page.blank();
    for line in text.lines() {
        page.paragraph(2, Ink::Remark, line);
    }
    page.blank();
}

/// The orderly end has begun.
pub(super) fn stopping(page: &mut Page) {
    page.blank();
    page.paragraph(2, Ink::Dim, STOPPING);
}
