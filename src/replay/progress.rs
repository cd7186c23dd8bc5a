//! What a replay reports while it runs.

use std::time::Duration;

use crate::replay::Doubt;
use crate::replay::Replayed;
use crate::replay::Withheld;

/// One report.
#[derive(Debug, Clone)]
pub(crate) enum ReplayProgress {
    /// One delivery was sent.
    Replayed(Box<Replayed>),
    /// Where deliveries go, in words, if the user did not name the target.
    Destination(String),
    /// This delivery now gets a fresh signature, although no known token signed it.
    Unproven {
        /// The short id.
        id: String,
        /// Why nothing shows that Zoom sent it.
        doubt: Doubt,
    },
    /// Deliveries that were skipped.
    Skipped {
        /// Why.
        why: Withheld,
        /// How many.
        count: u64,
    },
    /// Headers that the app lacks, because the history stores no credentials.
    Masked(Vec<String>),
    /// Paths of `--set` that the body did not have.
    Added(Vec<String>),
    /// The app is restarting.
    WaitingForApp {
        /// The app's URL.
        target: String,
        /// The limit on the wait.
        limit: Duration,
    },
}
