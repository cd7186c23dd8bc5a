//! The lines about the session: ready, tunnel, warning, summary.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::delivery::{
    FollowedStream, OutcomeTally, PendingDelivery, Ready, StreamPlace, Summary, TunnelState, Warning,
};
use crate::report::redact::redacted;
use crate::report::wording;

use super::Object;
use super::escape::push_string;
use super::stream;

/// What is known of a session when it is ready.
#[derive(Default)]
pub(super) struct KnownAtStart<'a> {
    /// Why the public URL is not proven to lead here.
    pub(super) unproven: Option<&'a str>,
    /// The URL of the inspector.
    pub(super) inspector: Option<&'a str>,
    /// The stream on which the session shares.
    pub(super) shares_on: Option<&'a StreamPlace>,
}

/// Appends the line that scripts wait for: deliveries can arrive.
pub(super) fn ready(buffer: &mut Vec<u8>, ready: &Ready, known: &KnownAtStart<'_>, at: SystemTime) {
    let mut line = Object::line(buffer, "ready");
    line.time("at", at)
        .text("version", env!("CARGO_PKG_VERSION"))
        .number("port", ready.local.port())
        .text("local_url", &ready.local_endpoint())
        .text_or_null("url", ready.public_endpoint().as_deref())
        .text("path", &ready.path);
    if let Some(url) = known.inspector {
        line.text("inspect_url", url);
    }
    if let Some(reason) = known.unproven {
        line.text("unproven", reason);
    }
    if let Some(place) = known.shares_on {
        stream::place(&mut line, "shares_on", place);
    }
    line.end_line();
}

/// Appends the same line for a session that reads a stream.
pub(super) fn following(
    buffer: &mut Vec<u8>,
    followed: &FollowedStream,
    inspector: Option<&str>,
    at: SystemTime,
) {
    let mut line = Object::line(buffer, "ready");
    line.time("at", at).text("version", env!("CARGO_PKG_VERSION"));
    stream::place(&mut line, "stream", &followed.place);
    line.number("behind", followed.behind).number("new", followed.is_new);
    if let Some(url) = inspector {
        line.text("inspect_url", url);
    }
    line.end_line();
}

/// Appends a delivery that waits for the app's answer.
pub(super) fn pending(buffer: &mut Vec<u8>, pending: &PendingDelivery, at: SystemTime) {
    let mut line = Object::line(buffer, "pending");
    line.time("at", at)
        .text("id", &pending.id)
        .time("received_at", pending.received_at)
        .text_or_null("event", pending.judgement.event())
        .text("target", &pending.target);
    line.end_line();
}

/// Appends the tunnel's state. `unproven`: why the public URL is not proven to lead here.
pub(super) fn tunnel(buffer: &mut Vec<u8>, state: &TunnelState, unproven: Option<&str>, at: SystemTime) {
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
            };
            if let Some(reason) = unproven {
                line.text("unproven", reason);
            }
            &mut line
        }
        TunnelState::Unproven { reason, .. } => line.text("state", "unproven").text("reason", reason),
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
        .object("outcomes", |object| outcomes(object, summary.outcomes()))
        .number("challenges", summary.challenges)
        .number("challenges_failed", summary.failed_challenges)
        .number("app_challenges_failed", summary.app_failed_challenges)
        .counts("refused", summary.refused.iter().map(|(code, count)| (*code, *count)))
        .number("refused_total", summary.refused_total())
        .number("unchecked", summary.unchecked)
        .number("accepted_unverified", summary.accepted_unverified)
        .list("missing", summary.missing.iter(), |buffer, missing| {
            let mut object = Object::open(buffer);
            object
                .text("event", &redacted(&missing.event))
                .number("wanted", missing.wanted)
                .number("seen", missing.seen)
                .number("refused", missing.refused)
                .number("failed", missing.failed);
            object.close();
        })
        // The form of `missing` before version 0.2.
        .list("missing_text", summary.missing.iter(), |buffer, missing| {
            push_string(buffer, &redacted(&missing.to_string()));
        });
    line.end_line();
}

pub(super) fn outcomes(object: &mut Object<'_>, outcomes: &OutcomeTally) {
    let by_status = |counts: &BTreeMap<u16, u64>| -> Vec<(String, u64)> {
        counts.iter().map(|(status, count)| (status.to_string(), *count)).collect()
    };
    let (refused, failed) = (by_status(&outcomes.refused), by_status(&outcomes.failed));
    object
        .number("delivered", outcomes.delivered)
        .number("lost", outcomes.lost())
        .number("retried", outcomes.retried())
        .number("pending", outcomes.pending)
        .counts("app_refused", refused.iter().map(|(status, count)| (status.as_str(), *count)))
        .counts("app_failed", failed.iter().map(|(status, count)| (status.as_str(), *count)))
        .number("too_late", outcomes.too_late)
        .number("not_reachable", outcomes.not_reachable)
        .number("no_answer", outcomes.no_answer)
        .number("given_up", outcomes.given_up)
        .number("abandoned", outcomes.abandoned);
}
