//! [`Summary`]: the counts of a session, reported at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::delivery::{
    Delivery, EventOutcome, ExpectedResult, Forwarded, Judgement, LateForwarded, LateKind, MissingEvent,
    OutcomeLog, OutcomeTally, Refusal, Route,
};

/// Counts of a session's deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Verified events, by name.
    pub events: BTreeMap<String, u64>,
    /// What became of them.
    outcomes: OutcomeLog,
    /// Whether the user's app was asked about any of them.
    pub asked_app: bool,
    /// Challenges answered.
    pub challenges: u64,
    /// Challenges whose answer fails the validation.
    pub failed_challenges: u64,
    /// Challenges that zoomhook answered, and that the app answered wrongly.
    pub app_failed_challenges: u64,
    /// Queued events that the app refused after Zoom had its answer.
    pub refused_later: u64,
    /// Rejected requests by code, without those for other paths and methods.
    pub refused: BTreeMap<&'static str, u64>,
    /// Deliveries of another session that were not verified, because the session has no secret token.
    pub unchecked: u64,
    /// Whether they came from another session, which answered Zoom.
    pub is_followed: bool,
    /// How long the session ran.
    pub ran_for: Duration,
    /// Requests that an app accepted without a correct signature, with `--forward-unverified`.
    pub accepted_unverified: u64,
    /// Expected events that were not delivered.
    pub missing: Vec<MissingEvent>,
    /// All expected events.
    pub expected: Vec<ExpectedResult>,
}

impl Summary {
    /// Counts one delivery.
    pub fn count(&mut self, delivery: &Delivery) {
        if let Some(outcome) = EventOutcome::of(delivery) {
            self.outcomes.count(&delivery.id, outcome);
            self.asked_app |= delivery.is_queued || !delivery.forwarded.is_empty();
        }
        match &delivery.judgement {
            Judgement::Event(event) => {
                // Avoids an allocation for a known event.
                if let Some(count) = self.events.get_mut(&event.event) {
                    *count += 1;
                } else {
                    self.events.insert(event.event.clone(), 1);
                }
            }
            Judgement::Challenge { .. } => {
                self.challenges += 1;
                self.failed_challenges += u64::from(delivery.fails_validation());
            }
            Judgement::Refused { refusal: Refusal::NoSecret, .. } => self.unchecked += 1,
            Judgement::Refused { refusal, .. } if refusal.concerns_a_delivery() => {
                *self.refused.entry(refusal.code()).or_default() += 1;
                self.is_followed |= delivery.request.route == Route::Stream;
                self.accepted_unverified += u64::from(delivery.was_accepted_unverified());
            }
            Judgement::Refused { .. } => {}
        }
    }

    /// Counts the final outcome of a delivery that was queued for the app, and the app's answer to a challenge that
    /// zoomhook answered.
    pub fn settle(&mut self, late: &LateForwarded) {
        let is_wrong = |forwarded: &Forwarded| forwarded.challenge_faults.iter().flatten().next().is_some();
        if late.kind == LateKind::Copy && late.forwarded.iter().any(is_wrong) {
            self.app_failed_challenges += 1;
        }
        self.refused_later +=
            u64::from(matches!(EventOutcome::of_late(late), Some(EventOutcome::Refused { .. })));
        self.outcomes.settle(late);
    }

    /// What became of the events.
    #[must_use]
    pub fn outcomes(&self) -> &OutcomeTally {
        self.outcomes.tally()
    }

    /// The total number of verified events.
    #[must_use]
    pub fn events_total(&self) -> u64 {
        self.events.values().sum()
    }

    /// The total number of rejected requests.
    #[must_use]
    pub fn refused_total(&self) -> u64 {
        self.refused.values().sum()
    }
}
