//! The header of a session: its settings, the endpoint's URL, and the next step.

use console::measure_text_width;

use crate::delivery::{
    FollowedStream, Ready, SecretOrigin, Session, SessionSource, StreamPlace, TunnelKind, Warning,
};
use crate::report::grammar::plural;
use crate::report::sanitize::clean;
use crate::report::theme::Ink;
use crate::report::wording::{self, LOCAL_ONLY, PASTE, stopping_after};

use super::layout::{TerminalPage, wrap};

/// The column at which a row's value begins.
const VALUE: usize = 12;
/// The same on a narrow terminal.
const NARROW_VALUE: usize = 9;
/// Spaces between two parts of a value.
const GAP: usize = 3;
/// Maximum width of the header: about that of the longest usual row.
const HEADER: usize = 76;

/// Shows the program's name and the rows that are known at the start.
pub(super) fn started(page: &mut TerminalPage, session: &Session) {
    title(page);
    secrets(page, &session.secrets);
    match &session.source {
        SessionSource::Endpoint { local, path, .. } => {
            row(page, "Local", &[(Ink::Plain, format!("http://{local}{path}"))]);
        }
        SessionSource::Stream(place) => {
            let label = if place.is_session() { "Session" } else { "Stream" };
            stream(page, label, place);
            if session.secrets.is_empty() {
                row(page, "Secret", &[(Ink::Warn, NO_SECRET.into())]);
            }
            if !session.apps.is_empty() && !session.secrets.is_empty() {
                row(page, "Signed", &[(Ink::Plain, SIGNED_AFRESH.into())]);
            }
        }
    }
    if let Some(place) = &session.shares_on {
        stream(page, "Share", place);
    }
    if let Some(stored) = session.history {
        let stored = format!("on · {} stored", plural(stored, "delivery", "deliveries"));
        row(page, "History", &[(Ink::Plain, stored)]);
    }
    if let Some(url) = &session.inspector {
        row(page, "Inspect", &[(Ink::Url, url.clone())]);
    }
    for app in &session.apps {
        row(page, "App", &[(Ink::Plain, app.clone())]);
    }
    // The other kinds have states, each with a row.
    if let SessionSource::Endpoint { tunnel: TunnelKind::None, .. } = session.source {
        row(page, "Tunnel", &[(Ink::Plain, "none".into())]);
    }
}

/// What it means that a follower has no secret token.
const NO_SECRET: &str = "none, so it cannot tell whether events are genuine";
/// What is different for the app of a follower.
const SIGNED_AFRESH: &str = "afresh for your app if older than 60 s";

fn stream(page: &mut TerminalPage, label: &str, place: &StreamPlace) {
    let mut parts = vec![(Ink::Plain, place.server.clone())];
    parts.extend(place.app.as_ref().map(|app| (Ink::Plain, format!("app {app}"))));
    parts.extend(place.follower.as_ref().map(|name| (Ink::Plain, format!("as {name}"))));
    row(page, label, &parts);
}

/// Shows where a follower begins.
pub(super) fn following(page: &mut TerminalPage, followed: &FollowedStream) {
    page.gap();
    let name = followed.place.follower.as_deref().unwrap_or_default();
    let is_session = followed.place.is_session();
    let begin = match (followed.is_new, followed.behind) {
        (true, 0) => format!(
            "{name} follows this {} for the first time. It gets new events. For earlier ones, add --since 2h.",
            if is_session { "session" } else { "stream" }
        ),
        (false, 0) => "Up to date. Waiting for events.".to_owned(),
        // Another session may count more than it sends.
        _ if is_session => "Earlier events come first, then new ones.".to_owned(),
        (_, n) => format!("{} first, then new ones.", plural(n, "earlier event", "earlier events")),
    };
    page.paragraph(2, Ink::Plain, &begin);
    page.blank();
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

/// Puts each secret on a row, with its name if there are several.
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

/// Puts a label and its value on a row. Parts that do not fit continue on the next line, under the value.
pub(super) fn row(page: &mut TerminalPage, label: &str, parts: &[(Ink, String)]) {
    let value = if page.is_narrow() { NARROW_VALUE } else { VALUE };
    page.spaces(2);
    page.put(Ink::Dim, &padded(label, value - 2));
    let room = page.width().map(|width| width.saturating_sub(value));
    let mut used = 0;
    for (index, (ink, part)) in parts.iter().enumerate() {
        // Padding only aligns the part that follows.
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

/// Shows the endpoint's URL and the next step.
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

/// Puts a URL alone on its line, so that a double click selects nothing else. The URL is never wrapped here: where
/// a narrow terminal wraps it, the copied text stays whole.
pub(super) fn url(page: &mut TerminalPage, url: &str) {
    let columns = measure_text_width(url);
    page.blank();
    page.spaces(page.width().map_or(6, |width| width.saturating_sub(columns).min(6)));
    page.put(Ink::Url, url);
    page.blank();
    page.blank();
}

/// Shows warnings.
pub(super) fn warnings(page: &mut TerminalPage, warnings: &[Warning]) {
    page.gap();
    for warning in warnings {
        let text = wording::warning(warning);
        let mut lines = text.lines();
        page.marked(Ink::Warn, "▲", lines.next().unwrap_or_default());
        for command in lines {
            // A command to copy is not wrapped here: the terminal joins the lines that it wraps itself.
            page.spaces(4);
            page.put(Ink::Plain, command);
            page.blank();
        }
    }
    page.blank();
}

/// Shows an explanation between two steps.
pub(super) fn remark(page: &mut TerminalPage, text: &str) {
    page.gap();
    let mut follows_blank = false;
    for line in text.lines() {
        // Keep the indentation of an indented line.
        let text = line.trim_start_matches(' ');
        let indent = 2 + line.len() - text.len();
        if text.is_empty() {
            page.blank();
        } else if follows_blank && indent > 2 {
            // A command to copy is not wrapped here: the terminal joins the lines that it wraps itself.
            page.spaces(indent);
            page.put(Ink::Remark, text);
            page.blank();
        } else {
            page.paragraph(indent, Ink::Remark, text);
        }
        follows_blank = text.is_empty();
    }
    page.blank();
}

/// Shows what the shutdown waits for.
pub(super) fn stopping(page: &mut TerminalPage, in_progress: usize) {
    page.gap();
    page.paragraph(2, Ink::Dim, &stopping_after(in_progress));
}
