//! What the app gets after Zoom was answered, in order: events that were acknowledged at once, and events that arrived
//! while the app was down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::Relay;
use crate::delivery::{Judgement, LaterRelayed, RelayOutcome, RelayRole, Relayed, Request};

/// Deliveries that may wait for the app: an hour of a busy account.
pub(super) const CAPACITY: usize = 4096;

/// The pauses between attempts without `--hold`: a restart of the app takes a few seconds.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];

/// How long one wait for the app's port lasts; then the next wait starts.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What came of a delivery after Zoom was answered.
#[derive(Debug)]
pub enum LateOutcome {
    /// The targets were asked; what came back.
    Answered(Box<LaterRelayed>),
    /// The queue was full: no target was asked, and none will be.
    Overflowed(Box<LaterRelayed>),
}

/// One delivery that the app has yet to get.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) id: String,
    pub(super) judgement: Judgement,
    pub(super) request: Arc<Request>,
    /// The app was down: wait until its port opens before the first attempt.
    pub(super) wait_first: bool,
}

impl Queued {
    /// The outcome of a delivery that did not fit into the queue.
    pub(super) fn overflow(self) -> LateOutcome {
        let relayed = Relayed {
            target: "the app".to_owned(),
            role: RelayRole::Observed,
            outcome: RelayOutcome::Unreachable(format!("{CAPACITY} deliveries wait for it already")),
            first_byte: None,
            took: Duration::ZERO,
        };
        LateOutcome::Overflowed(Box::new(self.answers(vec![relayed], 1)))
    }

    fn answers(&self, relayed: Vec<Relayed>, attempt: u32) -> LaterRelayed {
        let (id, judgement) = (self.id.clone(), self.judgement.clone());
        LaterRelayed { id, judgement, relayed, attempt, replay: false }
    }
}

/// Sends one after the other, so that the app gets them in their order. Decrements `unsent`.
pub(super) async fn run(
    targets: Relay,
    hold: bool,
    late: mpsc::Sender<LateOutcome>,
    unsent: Arc<AtomicUsize>,
    mut queue: mpsc::Receiver<Queued>,
) {
    while let Some(queued) = queue.recv().await {
        send(&targets, hold, &late, &queued).await;
        unsent.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn send(targets: &Relay, hold: bool, late: &mpsc::Sender<LateOutcome>, queued: &Queued) {
    if queued.wait_first {
        wait_until_open(targets, queued).await;
    }
    for attempt in 1_u32.. {
        let sending = targets.deliver(&queued.request, queued.judgement.event(), RelayRole::Observed);
        let relayed = sending.rest().await;
        let failure = relayed.first().and_then(|first| failed(&first.outcome));
        if !relayed.is_empty() {
            let answers = Box::new(queued.answers(relayed, attempt));
            // It fails only if the session has ended.
            let _ = late.send(LateOutcome::Answered(answers)).await;
        }
        match (failure, PAUSES.get(attempt as usize - 1)) {
            (Some(Failure::Unreachable), _) if hold => wait_until_open(targets, queued).await,
            (Some(_), Some(pause)) => tokio::time::sleep(*pause).await,
            _ => return,
        }
    }
}

enum Failure {
    Unreachable,
    Other,
}

/// Whether an outcome is worth another attempt. Zoom retries the same ones.
fn failed(outcome: &RelayOutcome) -> Option<Failure> {
    match outcome {
        RelayOutcome::Unreachable(_) => Some(Failure::Unreachable),
        RelayOutcome::TimedOut(_) | RelayOutcome::Broken(_) => Some(Failure::Other),
        RelayOutcome::Answered { status, .. } => status.is_server_error().then_some(Failure::Other),
    }
}

async fn wait_until_open(targets: &Relay, queued: &Queued) {
    let Some(first) = targets.targets_for(queued.judgement.event()).next() else { return };
    while !targets.wait_until_open(first, PATIENCE).await {}
}
