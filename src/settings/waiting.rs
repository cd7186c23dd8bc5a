//! Which events count, and when the session ends by itself: `--events`, `--where`, `--exit-after`, `--expect`,
//! `--timeout`.

use std::time::SystemTime;

use super::event_names;
use super::number::whole;
use super::time::Span;
use crate::delivery::{
    Condition, DeliveryVerdict, EventPattern, Expectation, ExpectationState, ExpectedEvent, Provenance,
    Selection, StoredDelivery, Warning,
};
use crate::history::Filter;
use crate::session::Waiting;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Filter and wait")]
pub(crate) struct WaitingArgs {
    /// Show and count only these events, such as 'meeting.*,recording.completed'
    ///
    /// Names are separated by commas. '*' matches any characters, '?' matches one, '{a,b}' matches either. May be
    /// repeated. Every request is answered, whether or not it is shown.
    #[arg(long, value_name = "PATTERNS", value_parser = parse_patterns)]
    events: Vec<Patterns>,

    /// Show and count only events with this value, such as payload.object.id=123
    ///
    /// PATH is the names of the fields, separated by dots; list items are numbered from 0. May be repeated: all
    /// conditions must match.
    #[arg(long = "where", value_name = "PATH=VALUE")]
    conditions: Vec<Condition>,

    /// End after this many events
    ///
    /// With --forward the exit code is 5 if your app did not take all of them.
    #[arg(long, value_name = "N", value_parser = whole(1..=u64::MAX))]
    exit_after: Option<u64>,

    /// End once this event has arrived, N times if given; may be repeated
    ///
    /// EVENT may be a pattern, as in --events. All expected events must arrive with a valid signature. With --forward
    /// your app must take them; the exit code is 5 as soon as it refuses one.
    #[arg(long, value_name = "EVENT[=N]")]
    expect: Vec<ExpectedEvent>,

    /// End after this time, such as 30s or 5m
    ///
    /// With --expect or --exit-after, the exit code is then 7, and the missing events are listed.
    #[arg(long, value_name = "DURATION")]
    timeout: Option<Span>,
}

/// What `wait` waits for.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AwaitedArgs {
    /// The event, N times if given: recording.completed, or 'meeting.*=2'
    #[arg(value_name = "EVENT[=N]", required = true)]
    events: Vec<ExpectedEvent>,

    /// Count only events with this value, such as payload.object.id=123
    ///
    /// PATH is the names of the fields, separated by dots; list items are numbered from 0. May be repeated: all
    /// conditions must match.
    #[arg(long = "where", value_name = "PATH=VALUE")]
    conditions: Vec<Condition>,
}

/// Stored deliveries that are awaited.
#[derive(Debug, Clone)]
pub(crate) struct AwaitedEvents {
    /// Its conditions.
    selection: Selection,
    /// What has to be delivered.
    pub(crate) expectation: Expectation,
}

impl AwaitedArgs {
    /// Warnings about patterns that match no known event.
    #[must_use]
    pub(crate) fn unknown_events(&self) -> Vec<Warning> {
        self.events.iter().filter_map(|event| event_names::check("wait", &event.pattern)).collect()
    }

    /// The names that are not in the catalogue and not close to one that is. They may be new.
    pub(crate) fn unlisted(&self) -> impl Iterator<Item = String> {
        let patterns = self.events.iter().map(|event| &event.pattern);
        patterns.filter(|pattern| event_names::is_unlisted(pattern)).map(ToString::to_string)
    }

    /// The deliveries to read, from this time on, and what has to be among them.
    #[must_use]
    pub(crate) fn check(self, since: Option<SystemTime>, project: Option<String>) -> (Filter, AwaitedEvents) {
        AwaitedEvents::new(self.events, self.conditions, since, project)
    }
}

impl AwaitedEvents {
    /// The deliveries to read, from this time on, and what has to be among them.
    pub(crate) fn new(
        events: Vec<ExpectedEvent>,
        conditions: Vec<Condition>,
        since: Option<SystemTime>,
        project: Option<String>,
    ) -> (Filter, Self) {
        let filter = Filter {
            events: events.iter().map(|event| event.pattern.clone()).collect(),
            since,
            verdict: Some(DeliveryVerdict::Valid),
            provenance: Some(Provenance::Recorded),
            project,
            ..Filter::default()
        };
        let selection = Selection::new(Vec::new(), conditions);
        (filter, Self { selection, expectation: Expectation::new(None, events) })
    }

    /// Counts a delivery; `None` if it is not awaited.
    pub(crate) fn observe(&mut self, stored: &StoredDelivery, now: SystemTime) -> Option<ExpectationState> {
        if !self.selection.conditions_hold(&stored.body) {
            return None;
        }
        self.expectation.observe_stored(stored, now)
    }
}

/// A list of patterns in one argument.
#[derive(Debug, Clone)]
pub(crate) struct Patterns(pub(super) Vec<EventPattern>);

/// Flags that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Contradiction {
    /// An expected event is filtered out.
    #[error("--expect {event} can never match: --events excludes it")]
    NeverSelected {
        /// The event.
        event: String,
    },
    /// JUnit is asked for, and no event is expected.
    #[error("--format junit has no test cases without an expected event")]
    NoTestCases,
}

impl WaitingArgs {
    /// Warnings about patterns that match no known event.
    #[must_use]
    pub(crate) fn unknown_events(&self) -> Vec<Warning> {
        let events = self.events.iter().flat_map(|patterns| &patterns.0);
        let events = events.filter_map(|pattern| event_names::check("--events", pattern));
        let expected = self.expect.iter();
        events.chain(expected.filter_map(|event| event_names::check("--expect", &event.pattern))).collect()
    }

    /// The checked value.
    ///
    /// # Errors
    /// [`Contradiction`] if the filter excludes an expected event.
    pub(crate) fn check(self) -> Result<Waiting, Contradiction> {
        let patterns = self.events.into_iter().flat_map(|patterns| patterns.0).collect();
        let mut selection = Selection::new(patterns, self.conditions);
        if self.expect.iter().any(|expected| expected.pattern.names_challenges()) {
            selection = selection.counting_challenges();
        }
        for ExpectedEvent { pattern, .. } in &self.expect {
            let event = pattern.to_string();
            if pattern.is_literal() && !pattern.names_challenges() && !selection.admits(&event) {
                return Err(Contradiction::NeverSelected { event });
            }
        }
        let expectation = Expectation::new(self.exit_after, self.expect);
        Ok(Waiting { selection, expectation, timeout: self.timeout.map(Span::get) })
    }
}

/// The invalid pattern of a list, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{pattern}': {reason}")]
pub(super) struct InvalidPatterns {
    pattern: String,
    reason: crate::delivery::InvalidPattern,
}

pub(super) fn parse_patterns(text: &str) -> Result<Patterns, InvalidPatterns> {
    let parse = |item: &str| {
        item.parse().map_err(|reason| InvalidPatterns { pattern: item.trim().to_owned(), reason })
    };
    split_outside_braces(text).into_iter().map(parse).collect::<Result<_, _>>().map(Patterns)
}

/// Splits at commas, but not inside `{a,b}`.
fn split_outside_braces(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0_usize, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    items
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::filter::tests::{challenge, event};
    use crate::settings::testing::parse;

    fn check(args: &[&str]) -> Waiting {
        parse::<WaitingArgs>(args).unwrap().check().unwrap()
    }

    #[test]
    fn shows_everything_and_waits_for_nothing_by_default() {
        let waiting = check(&[]);
        assert!(waiting.selection.selects(&event("a.b", "{}")).counted);
        assert!(waiting.expectation.is_empty());
        assert_eq!(waiting.timeout, None);
    }

    #[test]
    fn accepts_lists_and_repetitions() {
        let waiting = check(&["--events", "meeting.{started,ended}, a.*", "--events", "recording.completed"]);
        for name in ["meeting.started", "meeting.ended", "a.b", "recording.completed"] {
            assert!(waiting.selection.admits(name), "{name}");
        }
        assert!(!waiting.selection.admits("meeting.created"));
    }

    #[test]
    fn conditions_limit_the_expected_events() {
        let waiting = check(&["--where", "payload.id=1", "--expect", "a.b=2", "--timeout", "30s"]);
        assert!(!waiting.selection.selects(&event("a.b", r#"{"event":"a.b","payload":{"id":2}}"#)).counted);
        assert!(waiting.selection.selects(&event("a.b", r#"{"event":"a.b","payload":{"id":1}}"#)).counted);
        assert_eq!(waiting.expectation.missing()[0].to_string(), "a.b (0 of 2)");
        assert_eq!(waiting.timeout, Some(Duration::from_secs(30)));
    }

    #[test]
    fn an_expected_challenge_is_counted() {
        let waiting = check(&["--events", "a.b", "--expect", "endpoint.url_validation"]);
        assert!(waiting.selection.selects(&challenge()).counted);
        assert!(!check(&["--expect", "a.b"]).selection.selects(&challenge()).counted);
    }

    #[test]
    fn rejects_an_expectation_that_the_filter_excludes() {
        let args = ["--events", "meeting.*", "--expect", "recording.completed"];
        let error = parse::<WaitingArgs>(&args).unwrap().check().unwrap_err();
        assert_eq!(error.to_string(), "--expect recording.completed can never match: --events excludes it");
    }

    #[test]
    fn an_error_names_the_invalid_pattern() {
        let error = parse::<WaitingArgs>(&["--events", "a.b,meeting.["]).unwrap_err().to_string();
        assert!(error.contains("'meeting.['"), "{error}");
        for args in [["--events", "a,,b"], ["--exit-after", "0"], ["--expect", "a=0"], ["--timeout", "soon"]]
        {
            assert!(parse::<WaitingArgs>(&args).is_err(), "{args:?}");
        }
    }
}
