//! What the app answered after Zoom was answered: recorded in the history, then reported.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::recorder::Recorder;
use crate::delivery::{EventSender, SessionEvent};
use crate::forward::LateOutcome;

/// Late outcomes that may wait to be recorded.
pub(super) const CAPACITY: usize = 256;

/// Outcomes that are recorded at the same time, in one commit.
const BATCH: usize = 64;

/// Records and reports late outcomes in their order, until all senders are gone.
pub(super) async fn run(
    mut outcomes: mpsc::Receiver<LateOutcome>,
    recorder: Arc<Recorder>,
    events: EventSender,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while outcomes.recv_many(&mut batch, BATCH).await > 0 {
        join_all(batch.iter().map(|outcome| record(&recorder, outcome))).await;
        for outcome in batch.drain(..) {
            let (LateOutcome::Answered(late) | LateOutcome::Overflowed(late)) = outcome;
            events.send(SessionEvent::Forwarded(late)).await;
        }
    }
}

async fn record(recorder: &Recorder, outcome: &LateOutcome) {
    match outcome {
        LateOutcome::Answered(late) => recorder.amend(late).await,
        // No app was asked.
        LateOutcome::Overflowed(_) => {}
    }
}
