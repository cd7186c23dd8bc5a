//! What stands in the live line: values, which the report puts into words.

use std::time::SystemTime;

use super::{Interaction, Kept};
use crate::delivery::Judgement;

/// What stands in the live line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// Nothing is selected.
    Waiting {
        /// The filter and how many it has hidden.
        filter: Option<(String, u64)>,
        /// How many deliveries a pause holds back.
        paused: Option<u64>,
    },
    /// A delivery is selected.
    Selected {
        /// When it came.
        received_at: SystemTime,
        /// Its event, or what stands for it. Not sanitised.
        name: String,
        /// How many deliveries a pause holds back.
        paused: Option<u64>,
    },
    /// A filter is being typed; the text so far.
    Typing(String),
    /// What came of the last key, in a few words.
    Said(String),
}

impl Interaction {
    /// What stands in the live line.
    #[must_use]
    pub fn live(&self) -> Live {
        let paused = self.paused.then(|| self.held.waiting());
        if let Some(typed) = &self.typed {
            return Live::Typing(typed.clone());
        }
        if let Some(said) = &self.said {
            return Live::Said(said.clone());
        }
        match self.selected.as_deref().and_then(|id| self.log.get(id)) {
            Some(Kept { delivery, .. }) => {
                let request = || format!("{} {}", delivery.request.method, delivery.request.target);
                let name = match &delivery.judgement {
                    Judgement::Refused { claimed_event: None, .. } => request(),
                    judgement => judgement.event().map_or_else(request, str::to_owned),
                };
                Live::Selected { received_at: delivery.received_at, name, paused }
            }
            None => {
                let filter = self.filter.as_ref().map(|filter| (filter.text().to_owned(), self.hidden));
                Live::Waiting { filter, paused }
            }
        }
    }
}
