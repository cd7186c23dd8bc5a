//! The events that a session waits for: `--expect` and `--exit-after`.
//!
//! Pure: [`Expectation`] counts deliveries and lists what is missing. An event counts as seen once it is delivered: with
//! `--forward`, once the app took it. [`super::Selection`] decides which deliveries count. The session measures the
//! time.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::delivery::{
    Delivery, EventOutcome, EventPattern, InvalidPattern, LateForwarded, OutcomeLog, OutcomeTally,
    StoredDelivery,
};

/// The deliveries that a session waits for before it ends.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    total: Option<u64>,
    expected: Vec<(EventPattern, Tally)>,
    arrived: u64,
    outcomes: OutcomeLog,
    is_settled: bool,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    wanted: u64,
    seen: u64,
    refused: u64,
    failed: u64,
}

impl Tally {
    fn of(wanted: u64) -> Self {
        Self { wanted, seen: 0, refused: 0, failed: 0 }
    }

    fn is_met(self) -> bool {
        self.seen >= self.wanted
    }

    fn count(&mut self, outcome: EventOutcome) {
        let count = match outcome {
            EventOutcome::Delivered => &mut self.seen,
            EventOutcome::Refused { .. } | EventOutcome::GivenUp | EventOutcome::Abandoned => {
                &mut self.refused
            }
            _ => &mut self.failed,
        };
        *count += 1;
    }
}

/// Where an expectation stands after a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectationState {
    /// More deliveries are expected, or the end was returned before.
    Open,
    /// Everything that was expected is delivered.
    Met,
    /// It cannot be met.
    Failed(UnmetExpectation),
}

/// Why an expectation cannot be met although the deliveries arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnmetExpectation {
    /// The app refused an expected event, and Zoom does not send it again.
    Refused {
        /// The event's name.
        event: String,
        /// The id of the delivery.
        id: String,
        /// The status of the app's answer.
        status: u16,
    },
    /// The app failed in every attempt to take an expected event that Zoom has the answer for.
    GivenUp {
        /// The event's name.
        event: String,
        /// The id of the delivery.
        id: String,
    },
    /// All deliveries of `--exit-after` arrived, but the app did not take all of them.
    NotTaken(OutcomeTally),
}

/// Stands for a pattern where `--exit-after` counts events of any kind.
pub const EVENTS_IN_TOTAL: &str = "events";

/// An expected event, usually one that has not been delivered often enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEvent {
    /// The pattern of `--expect`, or [`EVENTS_IN_TOTAL`] for `--exit-after`.
    pub event: String,
    /// How many are expected.
    pub wanted: u64,
    /// How many were delivered.
    pub seen: u64,
    /// How many the app refused with a 3xx or 4xx.
    pub refused: u64,
    /// How many the app did not answer in time or answered with a 5xx.
    pub failed: u64,
}

/// What became of an expected event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedResult {
    /// The event with its counts.
    pub counts: MissingEvent,
    /// Whether nothing is missing, and the app took what counts.
    pub is_met: bool,
}

/// Writes it as `recording.completed (1 of 2)`.
impl fmt::Display for MissingEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {})", self.event, self.seen, self.wanted)
    }
}

impl Expectation {
    /// Waits for `total` deliveries of any kind and for each of `expected`. The counts of a pattern that is given
    /// twice are added.
    #[must_use]
    pub fn new(total: Option<u64>, expected: Vec<ExpectedEvent>) -> Self {
        let mut expectation = Self { total, ..Self::default() };
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
    pub fn observe(&mut self, delivery: &Delivery) -> ExpectationState {
        self.arrived += 1;
        let outcome = match EventOutcome::of(delivery) {
            Some(outcome) => outcome,
            None if delivery.fails_validation() => {
                EventOutcome::Refused { status: delivery.answer.status.as_u16() }
            }
            None => EventOutcome::Delivered,
        };
        self.outcomes.count(&delivery.id, outcome);
        match outcome {
            EventOutcome::Pending => ExpectationState::Open,
            outcome => self.settle(delivery.judgement.event(), &delivery.id, outcome),
        }
    }

    /// Counts the final outcome of a delivery that was queued for the app.
    pub fn observe_late(&mut self, late: &LateForwarded) -> ExpectationState {
        match self.outcomes.settle(late) {
            Some(outcome) => self.settle(late.judgement.event(), &late.id, outcome),
            None => ExpectationState::Open,
        }
    }

    /// Counts a stored delivery. `None` if it has no final outcome yet, or this machine did not verify it.
    pub fn observe_stored(&mut self, stored: &StoredDelivery, now: SystemTime) -> Option<ExpectationState> {
        let outcome = match stored.outcome(now) {
            Some(EventOutcome::Pending) => return None,
            Some(outcome) => outcome,
            None => stored.challenge_outcome()?,
        };
        self.arrived += 1;
        self.outcomes.count(&stored.id, outcome);
        Some(self.settle(stored.event.as_deref(), &stored.id, outcome))
    }

    fn settle(&mut self, event: Option<&str>, id: &str, outcome: EventOutcome) -> ExpectationState {
        let event = event.unwrap_or_default();
        let open = self.expected.iter_mut().filter(|(_, tally)| !tally.is_met());
        let mut is_expected = false;
        for (_, tally) in open.filter(|(pattern, _)| pattern.matches(event)) {
            is_expected = true;
            tally.count(outcome);
        }
        let state = match outcome {
            EventOutcome::Refused { status } if is_expected => {
                let (event, id) = (event.to_owned(), id.to_owned());
                ExpectationState::Failed(UnmetExpectation::Refused { event, id, status })
            }
            EventOutcome::GivenUp if is_expected => ExpectationState::Failed(UnmetExpectation::GivenUp {
                event: event.to_owned(),
                id: id.to_owned(),
            }),
            _ => self.state(),
        };
        if self.is_settled || self.is_empty() || state == ExpectationState::Open {
            return ExpectationState::Open;
        }
        self.is_settled = true;
        state
    }

    fn state(&self) -> ExpectationState {
        let tally = self.outcomes.tally();
        let has_arrived =
            self.total.is_none_or(|total| self.arrived >= total && !self.outcomes.has_pending());
        if !has_arrived || !self.expected.iter().all(|(_, tally)| tally.is_met()) {
            ExpectationState::Open
        } else if self.total.is_some() && tally.lost() + tally.retried() > 0 {
            ExpectationState::Failed(UnmetExpectation::NotTaken(tally.clone()))
        } else {
            ExpectationState::Met
        }
    }

    /// What is missing, in the order of the command line.
    #[must_use]
    pub fn missing(&self) -> Vec<MissingEvent> {
        let is_open = |counts: &MissingEvent| counts.seen < counts.wanted;
        self.results().into_iter().map(|result| result.counts).filter(is_open).collect()
    }

    /// What became of everything that was expected, in the order of the command line.
    #[must_use]
    pub fn results(&self) -> Vec<ExpectedResult> {
        let result = |event: String, tally: Tally, is_met| {
            let Tally { wanted, seen, refused, failed } = tally;
            ExpectedResult { counts: MissingEvent { event, wanted, seen, refused, failed }, is_met }
        };
        let expected = self.expected.iter();
        let mut results: Vec<_> =
            expected.map(|(pattern, tally)| result(pattern.to_string(), *tally, tally.is_met())).collect();
        if let Some(wanted) = self.total {
            let (refused, failed) = (self.outcomes.tally().lost(), self.outcomes.tally().retried());
            let tally = Tally { wanted, seen: self.arrived, refused, failed };
            results.push(result(EVENTS_IN_TOTAL.to_owned(), tally, tally.is_met() && refused + failed == 0));
        }
        results
    }
}

/// An expectation that several parts of a session see.
#[derive(Debug, Clone)]
pub struct SharedExpectation(Arc<Mutex<Expectation>>);

impl SharedExpectation {
    /// Shares it.
    #[must_use]
    pub fn new(expectation: Expectation) -> Self {
        Self(Arc::new(Mutex::new(expectation)))
    }

    /// As [`Expectation::missing`].
    #[must_use]
    pub fn missing(&self) -> Vec<MissingEvent> {
        self.with(|expectation| expectation.missing())
    }

    /// As [`Expectation::results`].
    #[must_use]
    pub fn results(&self) -> Vec<ExpectedResult> {
        self.with(|expectation| expectation.results())
    }

    /// Sees it or changes it.
    pub fn with<T>(&self, see: impl FnOnce(&mut Expectation) -> T) -> T {
        // A panic cannot leave the counts inconsistent.
        see(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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
    use crate::delivery::LateKind;
    use crate::delivery::filter::tests::{challenge, event};

    fn expectation(total: Option<u64>, expected: &[&str]) -> Expectation {
        Expectation::new(total, expected.iter().map(|e| e.parse().unwrap()).collect())
    }

    fn texts(expectation: &Expectation) -> Vec<String> {
        expectation.missing().iter().map(ToString::to_string).collect()
    }

    fn answered(name: &str, status: u16) -> Delivery {
        let mut delivery = event(name, "{}");
        delivery.answer.status = hyper::StatusCode::from_u16(status).unwrap();
        delivery
    }

    #[test]
    fn an_empty_expectation_is_never_met() {
        let mut expectation = expectation(None, &[]);
        assert!(expectation.is_empty() && expectation.missing().is_empty());
        assert_eq!(expectation.observe(&event("a.b", "{}")), ExpectationState::Open);
    }

    #[test]
    fn lists_missing_events_until_they_arrive() {
        let mut expectation = expectation(None, &["recording.completed=2", "meeting.ended"]);
        assert!(!expectation.is_empty());
        expectation.observe(&event("recording.completed", "{}"));
        expectation.observe(&event("meeting.started", "{}"));
        assert_eq!(texts(&expectation), ["recording.completed (1 of 2)", "meeting.ended (0 of 1)"]);
        assert_eq!(expectation.observe(&event("meeting.ended", "{}")), ExpectationState::Open);
        assert_eq!(expectation.observe(&event("recording.completed", "{}")), ExpectationState::Met);
        assert!(expectation.missing().is_empty());
        assert_eq!(expectation.observe(&event("meeting.ended", "{}")), ExpectationState::Open, "only once");
    }

    #[test]
    fn a_pattern_counts_every_matching_event() {
        let mut expectation = expectation(None, &["meeting.*=2"]);
        expectation.observe(&event("meeting.started", "{}"));
        assert_eq!(texts(&expectation), ["meeting.* (1 of 2)"]);
        assert_eq!(expectation.observe(&event("meeting.ended", "{}")), ExpectationState::Met);
    }

    #[test]
    fn the_total_and_the_expected_must_both_be_met() {
        let mut expectation = expectation(Some(2), &["meeting.ended"]);
        expectation.observe(&event("meeting.ended", "{}"));
        assert_eq!(texts(&expectation), ["events (1 of 2)"]);
        assert_eq!(expectation.observe(&event("meeting.started", "{}")), ExpectationState::Met);
    }

    #[test]
    fn an_event_that_the_app_refuses_fails_at_once() {
        let mut expectation = expectation(None, &["meeting.ended"]);
        assert_eq!(expectation.observe(&answered("meeting.started", 401)), ExpectationState::Open);
        let state = expectation.observe(&answered("meeting.ended", 401));
        let refused = UnmetExpectation::Refused {
            event: "meeting.ended".into(),
            id: event("meeting.ended", "{}").id,
            status: 401,
        };
        assert_eq!(state, ExpectationState::Failed(refused));
        let missing = &expectation.missing()[0];
        assert_eq!((missing.wanted, missing.seen, missing.refused), (1, 0, 1));
    }

    #[test]
    fn an_event_that_zoom_retries_is_not_seen_yet() {
        let mut expectation = expectation(None, &["meeting.ended"]);
        assert_eq!(expectation.observe(&answered("meeting.ended", 500)), ExpectationState::Open);
        assert_eq!(expectation.missing()[0].failed, 1);
        assert_eq!(expectation.observe(&event("meeting.ended", "{}")), ExpectationState::Met);
    }

    #[test]
    fn a_total_is_not_met_if_the_app_did_not_take_all() {
        let mut expectation = expectation(Some(2), &[]);
        expectation.observe(&answered("a.b", 500));
        let ExpectationState::Failed(UnmetExpectation::NotTaken(outcomes)) =
            expectation.observe(&event("a.b", "{}"))
        else {
            panic!("not failed")
        };
        assert_eq!((outcomes.delivered, outcomes.retried()), (1, 1));
    }

    #[test]
    fn a_queued_event_counts_once_the_app_answered() {
        let mut expectation = expectation(Some(1), &["a.b"]);
        let mut delivery = event("a.b", "{}");
        delivery.is_queued = true;
        assert_eq!(expectation.observe(&delivery), ExpectationState::Open);
        let late = |kind| LateForwarded {
            id: delivery.id.clone(),
            judgement: delivery.judgement.clone(),
            forwarded: vec![crate::delivery::event_outcome::tests::forwarded(200)],
            attempt: 1,
            kind,
            is_signed_afresh: false,
        };
        assert_eq!(expectation.observe_late(&late(LateKind::Copy)), ExpectationState::Open);
        let queued = LateKind::Queued { tries_again: false };
        assert_eq!(expectation.observe_late(&late(queued)), ExpectationState::Met);
    }

    #[test]
    fn counts_of_the_same_event_are_added() {
        assert_eq!(texts(&expectation(None, &["a.b", "a.b=2"])), ["a.b (0 of 3)"]);
    }

    #[test]
    fn a_challenge_can_be_expected() {
        let mut right = expectation(None, &["endpoint.url_validation"]);
        let mut wrong = right.clone();
        assert_eq!(right.observe(&challenge()), ExpectationState::Met);
        let mut refused = challenge();
        refused.answer.status = hyper::StatusCode::UNAUTHORIZED;
        assert!(matches!(wrong.observe(&refused), ExpectationState::Failed(_)));
    }

    #[test]
    fn rejects_an_invalid_expectation() {
        for text in ["a.b=", "a.b=0", "a.b=two", "a.b=-1", "a.b=1=2"] {
            assert_eq!(text.parse::<ExpectedEvent>().unwrap_err(), InvalidExpectation::NoCount, "{text}");
        }
        assert!(matches!("=1".parse::<ExpectedEvent>(), Err(InvalidExpectation::Pattern(_))));
    }
}
