//! The content of the status line as values, which the report formats.

use std::time::SystemTime;

use super::{Interaction, ShownDelivery};
use crate::delivery::{DeliverySign, Judgement};

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
    Selected(SelectedLine),
    /// A filter is being typed; the text so far.
    Typing(String),
    /// The result of the last key, in a few words.
    Said(String),
}

/// The selected delivery, as the status line shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SelectedLine {
    /// When it arrived.
    pub(crate) received_at: SystemTime,
    /// Its event, or its method and path. Not sanitized.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) sign: DeliverySign,
    /// Its number among the deliveries that can be selected, from 1, and their number.
    pub(crate) position: (usize, usize),
    /// The number of deliveries that arrived in the pause.
    pub(crate) paused: Option<u64>,
}

impl Interaction {
    /// The content of the status line.
    #[must_use]
    pub(crate) fn status_line(&self) -> StatusLine {
        let paused = self.is_paused.then(|| self.paused.deliveries());
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
                StatusLine::Selected(SelectedLine {
                    received_at: delivery.received_at,
                    name,
                    sign: delivery.sign(),
                    position: self.log.place(&delivery.id),
                    paused,
                })
            }
            None => {
                let filter =
                    self.filter.as_ref().map(|filter| (filter.text().to_owned(), self.hidden.deliveries()));
                StatusLine::Waiting { filter, paused }
            }
        }
    }
}
