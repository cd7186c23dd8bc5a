//! Refusals and warnings in plain words: what happened, and what to do.
//!
//! Sentences only; where they stand and how they are wrapped is the view's business. Parts that came from the
//! network are in them as they came: a view sanitises the whole.

mod app;
mod refusal;
mod warning;

use std::path::Path;

use super::clock::Clock;
use super::shell::posix;

pub(super) use app::{Tone, about_answer, about_observed, about_replayed, failure, observed_in_brief};
pub(super) use refusal::{consequence, explain, folded, label, target};
pub(super) use warning::warning;

/// What a view knows of the session, for its sentences.
#[derive(Debug, Clone)]
pub(super) struct WordingContext {
    /// The webhook's path.
    pub(super) path: String,
    /// How many secret tokens are tried.
    pub(super) secrets: usize,
    /// Where deliveries are kept in a history: what a command needs besides an id to find one.
    pub(super) kept: Option<String>,
    /// Shows times.
    pub(super) clock: Clock,
}

/// The flag that names the history's file, with a space before it; empty where the usual one is used.
#[must_use]
pub(crate) fn history_flag(file: Option<&Path>) -> String {
    let Some(file) = file.map(|file| file.display().to_string()) else { return String::new() };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/\\:._-".contains(c);
    let quoted = if file.chars().all(is_plain) { file } else { posix(&file) };
    format!(" --history-file {quoted}")
}

/// What `signed` leaves to say about a challenge that was answered.
pub(super) const UNSIGNED_CHALLENGE: &str =
    "It was not signed, and answered because of --allow-unsigned-challenge.";

/// The person's next step once the public URL is known.
pub(super) const PASTE: &str =
    "Paste it in Marketplace: your app > Feature > Event Subscriptions, then press Validate.";

/// What a session without a public URL is good for.
pub(super) const LOCAL_ONLY: &str = "\
    Zoom itself cannot reach this address: it is for requests from this machine. For a public URL use \
    --tunnel ngrok, or --public-url with a tunnel of your own.";

/// What comes after Ctrl-C.
pub(super) const STOPPING: &str = "Stopping: finishing what is in flight. Ctrl-C again ends at once.";

/// The clock that the sentences of NDJSON use.
pub(super) fn for_programs() -> WordingContext {
    WordingContext { path: String::new(), secrets: 1, kept: None, clock: Clock::utc() }
}
