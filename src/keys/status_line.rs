//! The content of the status line as values, which the report formats.

use std::time::SystemTime;

use super::{Interaction, ShownDelivery};
use crate::delivery::Judgement;

/// The content of the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StatusLine {
    /// Nothing is selected.
    Waiting {
        /// The filter, and the number of hidden deliveries.
        filter: Option<(String, u64)>,
        /// The number of deliveries that arrived in the pause.
        paused: Option<u64>,
    },
    /// A delivery is selected.
    Selected {
        /// When it arrived.
        received_at: SystemTime,
        /// Its event, or its method and path. Not sanitized.
        name: String,
        /// The number of deliveries that arrived in the pause.
        paused: Option<u64>,
    },
    /// A filter is being typed; the text so far.
    Typing(String),
    /// The result of the last key, in a few words.
    Said(String),
}

impl Interaction {
    /// The content of the status line.
    #[must_use]
    pub(crate) fn status_line(&self) -> StatusLine {
        let paused = self.is_paused.then(|| self.paused.waiting());
        if let Some(typed) = &self.typed {
            return StatusLine::Typing(typed.clone());
        }
        if let Some(said) = &self.said {
            return StatusLine::Said(said.clone());
        }
        match self.selected.as_deref().and_then(|id| self.log.get(id)) {
            Some(ShownDelivery { delivery, .. }) => {
                let request = || format!("{} {}", delivery.request.method, delivery.request.target);
                let name = match &delivery.judgement {
                    Judgement::Refused { claimed_event: None, .. } => request(),
                    judgement => judgement.event().map_or_else(request, str::to_owned),
                };
                StatusLine::Selected { received_at: delivery.received_at, name, paused }
            }
            None => {
                let filter = self.filter.as_ref().map(|filter| (filter.text().to_owned(), self.hidden));
                StatusLine::Waiting { filter, paused }
            }
        }
    }
}
