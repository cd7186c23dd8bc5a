//! What the app gets after Zoom was answered, in order: events that were acknowledged at once, and those that
//! the app was down for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::recorder::Recorder;
use crate::delivery::{
    EventSender, ForwardOutcome, ForwardRole, Forwarded, Judgement, LateForwarded, Request, SessionEvent,
};
use crate::forward::Targets;

/// Deliveries that may wait for the app: an hour of a busy account.
pub(super) const WAITING: usize = 4096;

/// The pauses between tries where nobody holds the events: a restart of the app takes a few seconds.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];

/// How long an app is waited for at a time; then it is waited for again.
const PATIENCE: Duration = Duration::from_secs(3600);

/// One delivery that the app has yet to get.
#[derive(Debug)]
pub(super) struct Later {
    pub(super) id: String,
    pub(super) judgement: Judgement,
    pub(super) request: Arc<Request>,
    /// The app was down for it: wait until its port opens before the first try.
    pub(super) wait_first: bool,
}

/// Hands on one after the other, so that the app gets them in their order. `unsent` counts down.
pub(super) async fn run(
    relay: Targets,
    hold: bool,
    (events, recorder): (EventSender, Arc<Recorder>),
    unsent: Arc<AtomicUsize>,
    mut waiting: mpsc::Receiver<Later>,
) {
    while let Some(later) = waiting.recv().await {
        hand_on(&relay, hold, (&events, &recorder), later).await;
        unsent.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn hand_on(relay: &Targets, hold: bool, told: (&EventSender, &Recorder), later: Later) {
    if later.wait_first {
        wait_until_open(relay, &later).await;
    }
    for attempt in 1_u32.. {
        let handover = relay.deliver(&later.request, later.judgement.event(), ForwardRole::Observed);
        let forwarded = handover.rest().await;
        let failure = forwarded.first().and_then(|first| failed(&first.outcome));
        if !forwarded.is_empty() {
            let (id, judgement) = (later.id.clone(), later.judgement.clone());
            tell(told.0, told.1, LateForwarded { id, judgement, forwarded, attempt, replay: false }).await;
        }
        match (failure, PAUSES.get(attempt as usize - 1)) {
            (Some(Failure::Unreachable), _) if hold => wait_until_open(relay, &later).await,
            (Some(_), Some(pause)) => tokio::time::sleep(*pause).await,
            _ => return,
        }
    }
}

enum Failure {
    Unreachable,
    Other,
}

/// What is worth another try: the same that Zoom would try again.
fn failed(outcome: &ForwardOutcome) -> Option<Failure> {
    match outcome {
        ForwardOutcome::Unreachable(_) => Some(Failure::Unreachable),
        ForwardOutcome::TimedOut(_) | ForwardOutcome::Broken(_) => Some(Failure::Other),
        ForwardOutcome::Answered { status, .. } => status.is_server_error().then_some(Failure::Other),
    }
}

async fn wait_until_open(relay: &Targets, later: &Later) {
    let Some(first) = relay.targets_for(later.judgement.event()).next() else { return };
    while !relay.wait_until_open(first, PATIENCE).await {}
}

/// Keeps what became of a delivery at the app, and tells it.
pub(super) async fn tell(events: &EventSender, recorder: &Recorder, later: LateForwarded) {
    recorder.amend(&later).await;
    events.send(SessionEvent::Forwarded(Box::new(later))).await;
}

/// Tells that a delivery did not fit among those that wait.
pub(super) fn tell_overflow(events: &EventSender, later: Later) {
    let forwarded = Forwarded {
        target: "the app".to_owned(),
        role: ForwardRole::Observed,
        outcome: ForwardOutcome::Unreachable(format!("{WAITING} deliveries wait for it already")),
        first_byte: None,
        took: Duration::ZERO,
        challenge_faults: None,
    };
    let Later { id, judgement, .. } = later;
    let later = LateForwarded { id, judgement, forwarded: vec![forwarded], attempt: 1, replay: false };
    events.send_if_room(SessionEvent::Forwarded(Box::new(later)));
}
