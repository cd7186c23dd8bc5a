//! The lines about the session: ready, tunnel, warning, summary.

use std::time::SystemTime;

use crate::delivery::{Ready, Summary, TunnelState, Warning};
use crate::report::wording;

use super::Object;
use super::escape::push_string;

/// Appends the line that scripts wait for: deliveries can arrive.
pub(super) fn ready(buffer: &mut Vec<u8>, ready: &Ready, at: SystemTime) {
    let mut line = Object::line(buffer, "ready");
    line.time("at", at)
        .text("version", env!("CARGO_PKG_VERSION"))
        .number("port", ready.local.port())
        .text("local_url", &ready.local_endpoint())
        .text_or_null("url", ready.public_endpoint().as_deref())
        .text("path", &ready.path);
    line.end_line();
}

/// Appends the tunnel's state.
pub(super) fn tunnel(buffer: &mut Vec<u8>, state: &TunnelState, at: SystemTime) {
    let mut line = Object::line(buffer, "tunnel");
    line.time("at", at);
    match state {
        TunnelState::Starting => line.text("state", "starting"),
        TunnelState::Searching { reason } => line.text("state", "starting").text("reason", reason),
        TunnelState::Online { url, latency } => {
            line.text("state", "online").text("url", url);
            match latency {
                Some(latency) => line.millis("latency_ms", *latency),
                None => line.number("latency_ms", "null"),
            }
        }
        TunnelState::Unproven { reason } => line.text("state", "unproven").text("reason", reason),
        TunnelState::Lost { reason } => line.text("state", "lost").text("reason", reason),
        TunnelState::Retrying { attempt, after } => {
            line.text("state", "retrying").number("attempt", attempt).number("after_ms", after.as_millis())
        }
        TunnelState::UrlChanged { old, new } => {
            line.text("state", "url_changed").text("old", old).text("new", new)
        }
        TunnelState::Refused(refusal) => line
            .text("state", "refused")
            .text_or_null("code", refusal.code.as_deref())
            .text("meaning", &refusal.meaning)
            .text("remedy", &refusal.remedy),
        TunnelState::Stopped => line.text("state", "stopped"),
    };
    line.end_line();
}

/// Appends a warning.
pub(in crate::report) fn warning(buffer: &mut Vec<u8>, warning: &Warning, at: SystemTime) {
    let mut line = Object::line(buffer, "warning");
    line.time("at", at).text("code", warning.code()).text("message", &wording::warning(warning));
    if let Warning::ConnectionsExhausted { open, idle } = warning {
        line.number("connections", open).number("idle", idle);
    }
    line.end_line();
}

/// Appends the session's counts.
pub(super) fn summary(buffer: &mut Vec<u8>, summary: &Summary, at: SystemTime) {
    let mut line = Object::line(buffer, "summary");
    line.time("at", at)
        .number("ran_for_ms", summary.ran_for.as_millis())
        .counts("events", summary.events.iter().map(|(name, count)| (name.as_str(), *count)))
        .number("events_total", summary.events_total())
        .number("challenges", summary.challenges)
        .counts("refused", summary.refused.iter().map(|(code, count)| (*code, *count)))
        .number("refused_total", summary.refused_total())
        .list("missing", summary.missing.iter(), |buffer, missing| push_string(buffer, missing));
    line.end_line();
}
