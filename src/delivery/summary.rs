//! [`Summary`]: the counts of a session, reported at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::delivery::{Delivery, Judgement};

/// Counts of a session's deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Verified events, by name.
    pub events: BTreeMap<String, u64>,
    /// Challenges answered.
    pub challenges: u64,
    /// Rejected requests by code, without those for other paths and methods.
    pub refused: BTreeMap<&'static str, u64>,
    /// How long the session ran.
    pub ran_for: Duration,
    /// Expected events that have not arrived, such as `recording.completed (1 of 2)`.
    pub missing: Vec<String>,
}

impl Summary {
    /// Counts one delivery.
    pub fn count(&mut self, delivery: &Delivery) {
        match &delivery.judgement {
            Judgement::Event(event) => {
                // Avoids an allocation for a known event.
                if let Some(count) = self.events.get_mut(&event.event) {
                    *count += 1;
                } else {
                    self.events.insert(event.event.clone(), 1);
                }
            }
            Judgement::Challenge { .. } => self.challenges += 1,
            Judgement::Refused { refusal, .. } if refusal.concerns_a_delivery() => {
                *self.refused.entry(refusal.code()).or_default() += 1;
            }
            Judgement::Refused { .. } => {}
        }
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
