//! What the session is made of, the URL that stands out, and what to do with it.

use console::measure_text_width;

use crate::delivery::{Ready, SecretOrigin, Session, TunnelKind, Warning};
use crate::report::grammar::plural;
use crate::report::sanitise::clean;
use crate::report::theme::Ink;
use crate::report::wording::{self, LOCAL_ONLY, PASTE, STOPPING};

use super::layout::{TerminalPage, wrap};

/// The column at which a row's value begins.
const VALUE: usize = 12;
/// The same where there is little room.
const NARROW_VALUE: usize = 9;
/// Between two parts of a value.
const GAP: usize = 3;
/// The header is not set wider than the longest rows usually are.
const HEADER: usize = 76;

/// The name of the program and the rows that are known from the start.
pub(super) fn started(page: &mut TerminalPage, session: &Session) {
    title(page);
    secrets(page, &session.secrets);
    row(page, "Local", &[(Ink::Plain, format!("http://{}{}", session.local, session.path))]);
    if let Some(kept) = session.history {
        let kept = format!("on · {} kept", plural(kept, "delivery", "deliveries"));
        row(page, "History", &[(Ink::Plain, kept)]);
    }
    for app in &session.apps {
        row(page, "App", &[(Ink::Plain, app.clone())]);
    }
    match session.tunnel {
        TunnelKind::None => row(page, "Tunnel", &[(Ink::Plain, "none".into())]),
        TunnelKind::External => row(page, "Tunnel", &[(Ink::Plain, "your own (--public-url)".into())]),
        TunnelKind::Ngrok | TunnelKind::Cloudflared | TunnelKind::Command => {}
    }
}

fn title(page: &mut TerminalPage) {
    let (name, version, stop) = ("zoomhook", env!("CARGO_PKG_VERSION"), "Ctrl-C to stop");
    let used = 2 + name.len() + 1 + version.len();
    page.gap();
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
fn secrets(page: &mut TerminalPage, secrets: &[SecretOrigin]) {
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
pub(super) fn row(page: &mut TerminalPage, label: &str, parts: &[(Ink, String)]) {
    let value = if page.is_narrow() { NARROW_VALUE } else { VALUE };
    page.spaces(2);
    page.put(Ink::Dim, &padded(label, value - 2));
    let room = page.width().map(|width| width.saturating_sub(value));
    let mut used = 0;
    for (index, (ink, part)) in parts.iter().enumerate() {
        // Padding is for the part that follows.
        let part = if index + 1 == parts.len() { part.trim_end() } else { part };
        let gap = if index > 0 { GAP } else { 0 };
        let columns = measure_text_width(part.trim_end());
        if room.is_none_or(|room| used + gap + columns <= room) {
            page.spaces(gap);
            page.put(*ink, part);
            used += gap + measure_text_width(part);
            continue;
        }
        for (line, text) in wrap(&clean(part.trim_end()), room).iter().enumerate() {
            if index > 0 || line > 0 {
                page.blank();
                page.spaces(value);
            }
            page.put_safe(*ink, text.trim_start());
            used = measure_text_width(text);
        }
    }
    page.blank();
}

/// The endpoint's URL, and the next step.
pub(super) fn ready(page: &mut TerminalPage, ready: &Ready) {
    page.gap();
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
pub(super) fn url(page: &mut TerminalPage, url: &str) {
    let columns = measure_text_width(url);
    page.blank();
    page.spaces(page.width().map_or(6, |width| width.saturating_sub(columns).min(6)));
    page.put(Ink::Url, url);
    page.blank();
    page.blank();
}

/// What the user should know and may want to change.
pub(super) fn warnings(page: &mut TerminalPage, warnings: &[Warning]) {
    page.gap();
    for warning in warnings {
        page.marked(Ink::Warn, "▲", &wording::warning(warning));
    }
    page.blank();
}

/// A line of explanation between two acts.
pub(super) fn remark(page: &mut TerminalPage, text: &str) {
    page.gap();
    let mut stands_apart = false;
    for line in text.lines() {
        // A line that is set in stays so.
        let text = line.trim_start_matches(' ');
        let indent = 2 + line.len() - text.len();
        if text.is_empty() {
            page.blank();
        } else if stands_apart && indent > 2 {
            // A command to copy: the terminal joins what it wraps itself.
            page.spaces(indent);
            page.put(Ink::Remark, text);
            page.blank();
        } else {
            page.paragraph(indent, Ink::Remark, text);
        }
        stands_apart = text.is_empty();
    }
    page.blank();
}

/// The orderly end has begun.
pub(super) fn stopping(page: &mut TerminalPage) {
    page.gap();
    page.paragraph(2, Ink::Dim, STOPPING);
}
