//! Records and reports what the app answered after Zoom was answered.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::receipts::Receipts;
use super::recorder::Recorder;
use crate::delivery::{EventSender, LateKind, SessionEvent};
use crate::forward::LateOutcome;

/// Limit on late outcomes that wait to be recorded.
pub(super) const CAPACITY: usize = 256;

/// Limit on outcomes that are recorded at the same time, in one commit.
const BATCH: usize = 64;

/// Records and reports late outcomes in order, until all senders are dropped. `receipts` confirm the deliveries of a stream
/// after the app's last answer.
pub(super) async fn run(
    mut outcomes: mpsc::Receiver<LateOutcome>,
    recorder: Arc<Recorder>,
    events: EventSender,
    receipts: Option<Arc<Receipts>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while outcomes.recv_many(&mut batch, BATCH).await > 0 {
        join_all(batch.iter().map(|outcome| record(&recorder, outcome))).await;
        for outcome in batch.drain(..) {
            let (LateOutcome::Answered(late) | LateOutcome::Overflowed(late)) = outcome;
            let (id, kind) = (late.id.clone(), late.kind);
            events.send(SessionEvent::Forwarded(late)).await;
            if let Some(receipts) = &receipts
                && kind == (LateKind::Queued { tries_again: false })
            {
                receipts.finish(&id).await;
            }
        }
    }
}

async fn record(recorder: &Recorder, outcome: &LateOutcome) {
    match outcome {
        LateOutcome::Answered(late) => recorder.amend(late).await,
        // Nothing was sent to the app.
        LateOutcome::Overflowed(_) => {}
    }
}
