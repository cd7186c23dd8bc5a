//! The events that a session waits for: `--expect` and `--exit-after`.
//!
//! Pure: [`Expectation`] counts deliveries and lists what is missing. [`super::Selection`] decides which deliveries
//! count. The session measures the time.

use std::str::FromStr;

use crate::delivery::{Delivery, EventPattern, InvalidPattern};

/// The deliveries that a session waits for before it ends.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    total: Option<Tally>,
    expected: Vec<(EventPattern, Tally)>,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    seen: u64,
    wanted: u64,
}

impl Tally {
    fn of(wanted: u64) -> Self {
        Self { seen: 0, wanted }
    }

    fn is_met(self) -> bool {
        self.seen >= self.wanted
    }
}

impl Expectation {
    /// Waits for `total` deliveries of any kind and for each of `expected`. The counts of a pattern that is given
    /// twice are added.
    #[must_use]
    pub fn new(total: Option<u64>, expected: Vec<ExpectedEvent>) -> Self {
        let mut expectation = Self { total: total.map(Tally::of), expected: Vec::new() };
        for ExpectedEvent { pattern, count } in expected {
            let text = pattern.to_string();
            match expectation.expected.iter_mut().find(|(known, _)| known.to_string() == text) {
                Some((_, tally)) => tally.wanted = tally.wanted.saturating_add(count),
                None => expectation.expected.push((pattern, Tally::of(count))),
            }
        }
        expectation
    }

    /// Whether there is nothing to wait for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.is_none() && self.expected.is_empty()
    }

    /// Counts a delivery. The caller passes only selected deliveries.
    pub fn observe(&mut self, delivery: &Delivery) {
        if let Some(total) = &mut self.total {
            total.seen += 1;
        }
        let Some(event) = delivery.judgement.event() else { return };
        for (pattern, tally) in &mut self.expected {
            if pattern.matches(event) {
                tally.seen += 1;
            }
        }
    }

    /// Whether all expected deliveries have arrived. Always true if there is nothing to wait for.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.total.is_none_or(Tally::is_met) && self.expected.iter().all(|(_, tally)| tally.is_met())
    }

    /// What is missing, such as `recording.completed (1 of 2)`, in the order of the command line.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let total = self.total.iter().map(|tally| ("events".to_owned(), *tally));
        let expected = self.expected.iter().map(|(pattern, tally)| (pattern.to_string(), *tally));
        expected
            .chain(total)
            .filter(|(_, tally)| !tally.is_met())
            .map(|(name, tally)| format!("{name} ({} of {})", tally.seen, tally.wanted))
            .collect()
    }
}

/// An event to wait for, and how many times: `recording.completed=2`.
#[derive(Debug, Clone)]
pub struct ExpectedEvent {
    /// The pattern of the events that count.
    pub pattern: EventPattern,
    /// The number of events, at least one.
    pub count: u64,
}

impl FromStr for ExpectedEvent {
    type Err = InvalidExpectation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pattern, count) = match text.split_once('=') {
            Some((pattern, count)) => {
                (pattern, count.trim().parse().map_err(|_| InvalidExpectation::NoCount)?)
            }
            None => (text, 1),
        };
        if count == 0 {
            return Err(InvalidExpectation::NoCount);
        }
        Ok(Self { pattern: pattern.parse()?, count })
    }
}

/// Why a string is not an expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpectation {
    /// The text before `=` is not a pattern.
    #[error(transparent)]
    Pattern(#[from] InvalidPattern),
    /// The text after `=` is not a count.
    #[error("the text after '=' must be a count from 1, such as recording.completed=2")]
    NoCount,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::filter::tests::{challenge, event};

    fn expectation(total: Option<u64>, expected: &[&str]) -> Expectation {
        Expectation::new(total, expected.iter().map(|e| e.parse().unwrap()).collect())
    }

    #[test]
    fn an_empty_expectation_is_met_immediately() {
        let expectation = expectation(None, &[]);
        assert!(expectation.is_empty() && expectation.is_met() && expectation.missing().is_empty());
    }

    #[test]
    fn lists_missing_events_until_they_arrive() {
        let mut expectation = expectation(None, &["recording.completed=2", "meeting.ended"]);
        assert!(!expectation.is_empty());
        expectation.observe(&event("recording.completed", "{}"));
        expectation.observe(&event("meeting.started", "{}"));
        assert!(!expectation.is_met());
        assert_eq!(expectation.missing(), ["recording.completed (1 of 2)", "meeting.ended (0 of 1)"]);
        expectation.observe(&event("meeting.ended", "{}"));
        expectation.observe(&event("recording.completed", "{}"));
        assert!(expectation.is_met() && expectation.missing().is_empty());
    }

    #[test]
    fn a_pattern_counts_every_matching_event() {
        let mut expectation = expectation(None, &["meeting.*=2"]);
        expectation.observe(&event("meeting.started", "{}"));
        assert_eq!(expectation.missing(), ["meeting.* (1 of 2)"]);
        expectation.observe(&event("meeting.ended", "{}"));
        assert!(expectation.is_met());
    }

    #[test]
    fn the_total_and_the_expected_must_both_be_met() {
        let mut expectation = expectation(Some(2), &["meeting.ended"]);
        expectation.observe(&event("meeting.ended", "{}"));
        assert!(!expectation.is_met());
        assert_eq!(expectation.missing(), ["events (1 of 2)"]);
        expectation.observe(&event("meeting.started", "{}"));
        assert!(expectation.is_met());
    }

    #[test]
    fn counts_of_the_same_event_are_added() {
        assert_eq!(expectation(None, &["a.b", "a.b=2"]).missing(), ["a.b (0 of 3)"]);
    }

    #[test]
    fn a_challenge_can_be_expected() {
        let mut expectation = expectation(None, &["endpoint.url_validation"]);
        expectation.observe(&challenge());
        assert!(expectation.is_met());
    }

    #[test]
    fn rejects_an_invalid_expectation() {
        for text in ["a.b=", "a.b=0", "a.b=two", "a.b=-1", "a.b=1=2"] {
            assert_eq!(text.parse::<ExpectedEvent>().unwrap_err(), InvalidExpectation::NoCount, "{text}");
        }
        assert!(matches!("=1".parse::<ExpectedEvent>(), Err(InvalidExpectation::Pattern(_))));
    }
}
