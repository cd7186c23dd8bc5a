//! What was kept, on stdout: a list, one delivery, a difference, counts, and forms for programs.
//!
//! | file | holds |
//! | --- | --- |
//! | `list.rs` | a line a delivery, at once or as they come |
//! | `one.rs` | one delivery with everything that is known of it |
//! | `request.rs` | its request as HTTP/1.1, or as a command for curl |
//! | `diff.rs` | what differs between two, side by side or below one another |
//! | `stats.rs` | counts |
//!
//! The forms for programs are written by `ndjson`.

mod diff;
mod list;
mod one;
mod stats;

use super::ndjson;
use crate::delivery::StoredDelivery;
use crate::history::{Comparison, Stats};

pub(crate) use diff::print_diff;
pub(crate) use list::{Following, print_list};
pub(crate) use one::{curl, http};
pub(crate) use one::{in_a_line, print_one};
pub(crate) use stats::print_stats;

/// A line for programs: that of `listen --format json`, with headers and more.
#[must_use]
pub(crate) fn line(stored: &StoredDelivery) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stored(&mut line, stored);
    line
}

/// What differs between two deliveries, for programs: a list of changes on one line.
#[must_use]
pub(crate) fn changes(comparison: &Comparison) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::changes(&mut line, comparison);
    line
}

/// Counts, for programs: one line.
#[must_use]
pub(crate) fn counts(stats: &Stats) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::stats(&mut line, stats);
    line
}

/// What an HTTP archive (HAR 1.2) begins with.
#[must_use]
pub(crate) fn har_head() -> Vec<u8> {
    let mut text = Vec::new();
    ndjson::har_head(&mut text);
    text
}

/// An entry of an HTTP archive, on a line of its own; behind another one with a comma.
#[must_use]
pub(crate) fn har_entry(stored: &StoredDelivery, is_first: bool) -> Vec<u8> {
    let mut text = if is_first { Vec::new() } else { b",\n".to_vec() };
    ndjson::har_entry(&mut text, stored);
    text
}

/// What an HTTP archive ends with.
pub(crate) const HAR_TAIL: &[u8] = b"\n]}}\n";

/// The name that stands for a delivery: its event, or what was asked for.
fn name(stored: &StoredDelivery) -> String {
    stored.event.clone().unwrap_or_else(|| format!("{} {}", stored.method, stored.target))
}
