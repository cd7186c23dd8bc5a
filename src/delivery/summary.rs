//! What a session came to: counted while it runs, told at its end.

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
    /// Refused requests, by the refusal's code; those for other paths and methods are not counted.
    pub refused: BTreeMap<&'static str, u64>,
    /// How long the session ran.
    pub ran_for: Duration,
    /// What was expected and has not come, such as `recording.completed (1 of 2)`.
    pub missing: Vec<String>,
}

impl Summary {
    /// Counts one delivery.
    pub fn count(&mut self, delivery: &Delivery) {
        match &delivery.judgement {
            Judgement::Event(event) => {
                // No allocation for an event that was seen before.
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

    /// Verified events in all.
    #[must_use]
    pub fn events_total(&self) -> u64 {
        self.events.values().sum()
    }

    /// Refused requests in all.
    #[must_use]
    pub fn refused_total(&self) -> u64 {
        self.refused.values().sum()
    }
}
