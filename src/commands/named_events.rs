//! Event names on the command line: finds them, completes them, or suggests the nearest ones.

use std::time::SystemTime;

use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use super::{ExitStatus, Failure};
use crate::delivery::EventPattern;
use crate::history::Filter;
use crate::report;
use crate::settings::env::Environment;
use crate::settings::history::FilterArgs;
use crate::zoom::catalogue::{self, Event, nearest};

/// The checked filter. Warns about patterns that match no known event.
pub(super) fn checked(filter: FilterArgs, now: SystemTime) -> Filter {
    filter.unknown_events().iter().for_each(report::print_warning);
    filter.check(now, &Environment::of_process())
}

/// As [`checked`], but all projects count unless one is given.
pub(super) fn checked_for_all(filter: FilterArgs, now: SystemTime) -> Filter {
    filter.unknown_events().iter().for_each(report::print_warning);
    filter.check_for_all(now, &Environment::of_process())
}

pub(super) fn find(name: &str) -> Result<Event, Failure> {
    catalogue::find(name).ok_or_else(|| unknown(name))
}

/// Whether a text is a pattern rather than a name.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// The events of a name or a pattern; at least one.
pub(super) fn matching(text: &str) -> Result<Vec<Event>, Failure> {
    if !is_pattern(text) {
        return Ok(vec![find(text)?]);
    }
    let pattern: EventPattern =
        text.parse().map_err(|error| Failure::new(ExitStatus::Usage, format!("{text}: {error}")))?;
    let events: Vec<Event> = catalogue::all().filter(|event| pattern.matches(event.name())).collect();
    if events.is_empty() { Err(unknown(text)) } else { Ok(events) }
}

/// The error for an unknown event, with the nearest names as a hint.
pub(super) fn unknown(name: &str) -> Failure {
    Failure::new(ExitStatus::Usage, format!("there is no event '{name}'")).with_hint(
        nearest_to(name).unwrap_or_else(|| {
            "`zoomhook events list` shows all events, `zoomhook events search WORD` finds some.".to_owned()
        }),
    )
}

/// The question whether a known event was meant; `None` if the name is known, or similar to none.
pub(super) fn nearest_to(name: &str) -> Option<String> {
    if catalogue::find(name).is_some() {
        return None;
    }
    let near = nearest(name, catalogue::all().map(|event| event.name()));
    (!near.is_empty()).then(|| format!("Did you mean {}?", near.join(", or ")))
}

/// Shell completion: every event with its group.
pub(super) fn completer() -> ArgValueCandidates {
    ArgValueCandidates::new(candidates)
}

pub(super) fn candidates() -> Vec<CompletionCandidate> {
    let candidate = |event: Event| {
        let deprecated = if event.is_deprecated() { ", deprecated" } else { "" };
        let help = StyledStr::from(format!("{}{deprecated}", event.group()));
        CompletionCandidate::new(event.name()).help(Some(help))
    };
    catalogue::all().map(candidate).collect()
}
