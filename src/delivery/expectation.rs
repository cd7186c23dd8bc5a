//! What a session waits for: `--expect` and `--exit-after`.
//!
//! Pure: it is told of deliveries and says what is still missing. Which of them count is decided before, by
//! [`crate::selection`]; how long to wait is decided by whoever runs the session.

use std::str::FromStr;

use crate::delivery::{Delivery, EventPattern, InvalidPattern};

/// Everything that has to be seen before a session is done.
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
    /// Waits for `total` deliveries of any kind and for each of `expected`; a pattern given twice is wanted
    /// as often as both say.
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

    /// Whether nothing is waited for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.is_none() && self.expected.is_empty()
    }

    /// Counts a delivery that the selection counts.
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

    /// Whether everything was seen. Always true where nothing is waited for.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.total.is_none_or(Tally::is_met) && self.expected.iter().all(|(_, tally)| tally.is_met())
    }

    /// What has not been seen, such as `recording.completed (1 of 2)`, in the order in which it was asked for.
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

/// An event to wait for and how often: `recording.completed=2`.
#[derive(Debug, Clone)]
pub struct ExpectedEvent {
    /// Which events count for it, all together.
    pub pattern: EventPattern,
    /// How many of them; at least one.
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

/// Why a text is no expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpectation {
    /// What precedes the `=` is no pattern.
    #[error(transparent)]
    Pattern(#[from] InvalidPattern),
    /// What follows the `=` is no number of events.
    #[error("after '=' comes how often, a number from 1, such as recording.completed=2")]
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
    fn nothing_expected_is_met_at_once() {
        let expectation = expectation(None, &[]);
        assert!(expectation.is_empty() && expectation.is_met() && expectation.missing().is_empty());
    }

    #[test]
    fn says_what_is_missing_until_it_was_seen() {
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
    fn a_pattern_counts_all_that_it_matches() {
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
    fn the_same_event_twice_adds_up() {
        assert_eq!(expectation(None, &["a.b", "a.b=2"]).missing(), ["a.b (0 of 3)"]);
    }

    #[test]
    fn a_challenge_can_be_waited_for() {
        let mut expectation = expectation(None, &["endpoint.url_validation"]);
        expectation.observe(&challenge());
        assert!(expectation.is_met());
    }

    #[test]
    fn refuses_a_bad_expectation() {
        for text in ["a.b=", "a.b=0", "a.b=two", "a.b=-1", "a.b=1=2"] {
            assert_eq!(text.parse::<ExpectedEvent>().unwrap_err(), InvalidExpectation::NoCount, "{text}");
        }
        assert!(matches!("=1".parse::<ExpectedEvent>(), Err(InvalidExpectation::Pattern(_))));
    }
}
