//! Prints stored deliveries to stdout: a list, one delivery, a difference, counts, and formats for programs.
//!
//! | file | holds |
//! | --- | --- |
//! | `list.rs` | one line for each delivery, all at once or one by one |
//! | `one.rs` | one delivery in full; its request as HTTP/1.1 and as a curl command |
//! | `outcome.rs` | what became of a delivery, in sentences |
//! | `diff.rs` | the differences between two deliveries |
//! | `stats.rs` | counts |
//! | `html.rs` | a page to attach to a ticket |
//! | `damage.rs` | sentences about a damaged history, and about deleted deliveries |
//!
//! `ndjson` writes the formats for programs.

mod damage;
mod diff;
mod html;
mod list;
mod one;
mod outcome;
mod stats;

use std::time::SystemTime;

use super::grammar::latency;
use super::ndjson;
use crate::delivery::{StoredDelivery, StoredRoute};
use crate::history::{Comparison, Stats};
use crate::verify::VerifyOutcome;

pub(crate) use damage::{
    copy_remains, deleted, deletion_question, left_out, moved_aside, no_answer_to_deletion, repaired,
    undamaged, unreadable,
};
pub(crate) use diff::print_diff;
pub(crate) use html::html;
pub(crate) use list::{Following, ListTotals, ListedDelivery, in_other_projects, print_list};
pub(crate) use one::{curl, http};
pub(crate) use one::{in_a_line, print_one};
pub(crate) use outcome::{KnownAttempts, outcome};
pub(crate) use stats::print_stats;

/// A delivery as an NDJSON line: that of `listen --format json`, with headers and more fields.
#[must_use]
pub(crate) fn line(stored: &StoredDelivery) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stored(&mut line, stored, SystemTime::now());
    line
}

/// A delivery as an NDJSON line for a list: with a title and the number of the retry, and without headers and bodies.
#[must_use]
pub(crate) fn row(stored: &StoredDelivery, retry: Option<u64>) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stored_row(&mut line, stored, retry, SystemTime::now());
    line
}

/// The verdict of `verify` as an NDJSON line, with the signed string.
#[must_use]
pub(crate) fn verdict(outcome: &VerifyOutcome) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::write_verdict(&mut line, outcome, true);
    line
}

/// The differences between two deliveries, as a JSON list on one line.
#[must_use]
pub(crate) fn changes(comparison: &Comparison) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::changes(&mut line, comparison);
    line
}

/// Counts as one NDJSON line.
#[must_use]
pub(crate) fn counts(stats: &Stats) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stats(&mut line, stats);
    line
}

/// The beginning of an HTTP archive (HAR 1.2).
#[must_use]
pub(crate) fn har_head() -> Vec<u8> {
    let mut text = Vec::new();
    ndjson::har_head(&mut text);
    text
}

/// An entry of an HTTP archive, on its own line. A comma precedes every entry but the first.
#[must_use]
pub(crate) fn har_entry(stored: &StoredDelivery, is_first: bool) -> Vec<u8> {
    let mut text = if is_first { Vec::new() } else { b",\n".to_vec() };
    ndjson::har_entry(&mut text, stored);
    text
}

/// The end of an HTTP archive.
pub(crate) const HAR_TAIL: &[u8] = b"\n]}}\n";

/// The answer to Zoom. For a delivery of a stream, another session has given it, in a time that is not known here.
fn answered(stored: &StoredDelivery) -> Option<String> {
    let answer = stored.answer?;
    Some(match stored.route == StoredRoute::Stream {
        true => format!("{} by the other session", answer.status),
        false => format!("{} in {}", answer.status, latency(answer.took)),
    })
}

/// The name of a delivery: its event, or its method and target.
fn name(stored: &StoredDelivery) -> String {
    stored.event.clone().unwrap_or_else(|| format!("{} {}", stored.method, stored.target))
}
