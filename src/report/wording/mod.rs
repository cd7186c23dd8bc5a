//! The sentences about refusals, warnings and the app's answers: what happened, and what to do.
//!
//! The views wrap and place the sentences. They also sanitize them: parts from the network are included as received.

mod app;
mod outcome;
mod refusal;
mod warning;

use std::path::Path;
use std::time::SystemTime;

use super::clock::Clock;
use super::grammar::plural;
use super::shell::posix;

pub(super) use app::{
    FOR_THE_CAUSE, Tone, about_answer, about_observed, about_replayed, answer_excerpt, answered_by_zoomhook,
    check_command, failure_with, hint_with_to, observed_in_brief,
};
pub(crate) use outcome::{SESSION_ENDED, events, missing, missing_events, outcome, outcomes, still_waiting};
pub(crate) use refusal::label;
pub(super) use refusal::{consequence, explain, folded, name, same_as_above};
pub(crate) use warning::warning;

/// The facts about the session that sentences need.
#[derive(Debug, Clone)]
pub(super) struct WordingContext {
    /// The webhook's path.
    pub(super) path: String,
    /// The number of secret tokens.
    pub(super) secrets: usize,
    /// The flags that a command needs besides an id to find a stored delivery; `None` without a history.
    pub(super) kept: Option<String>,
    pub(super) clock: Clock,
    /// Who got the answer.
    pub(super) answered: Answered,
}

/// Who got an answer. What Zoom does is stated only of requests that Zoom sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answered {
    /// The sender of a delivery that has just arrived: Zoom, if it came through the public URL.
    SenderNow {
        /// Whether the session has a public URL.
        has_public_url: bool,
    },
    /// Zoom, at an earlier time.
    ZoomBefore {
        /// The time.
        now: SystemTime,
        /// Whether a later attempt is in the history.
        has_come_again: bool,
    },
    /// A program that did not use the public URL, such as `trigger`.
    LocalSender,
}

/// The flag that names the history's file, with a space before it; empty for the default file.
#[must_use]
pub(crate) fn history_flag(file: Option<&Path>) -> String {
    let Some(file) = file.map(|file| file.display().to_string()) else { return String::new() };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/\\:._-".contains(c);
    let quoted = if file.chars().all(is_plain) { file } else { posix(&file) };
    format!(" --history-file {quoted}")
}

/// Remark about an unsigned challenge that was answered.
pub(super) const UNSIGNED_CHALLENGE: &str =
    "It was not signed; it was answered because of --allow-unsigned-challenge.";

/// The user's next step once the public URL is known.
pub(super) const PASTE: &str =
    "Paste it in Marketplace: your app > Feature > Event Subscriptions, then press Validate.";

/// Remark about a session without a public URL.
pub(super) const LOCAL_ONLY: &str = "\
    Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own \
    tunnel.";

/// Shown after Ctrl-C while requests are in progress.
pub(super) fn stopping_after(in_progress: usize) -> String {
    let requests = plural(in_progress as u64, "request", "requests");
    format!("Stopping: finishing {requests} in progress. Press Ctrl-C again to stop at once.")
}

/// The context for sentences in NDJSON: times in UTC, no commands.
pub(super) fn for_programs() -> WordingContext {
    WordingContext {
        path: String::new(),
        secrets: 1,
        kept: None,
        clock: Clock::utc(),
        answered: Answered::SenderNow { has_public_url: false },
    }
}
/// The note about paths of `--set` that an event does not have: intended, or mistyped.
pub(crate) fn not_in_the_event(paths: &[String]) -> String {
    format!("Not in the event, so --set adds it: {}.", paths.join(", "))
}
