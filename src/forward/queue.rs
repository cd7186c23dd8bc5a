//! Sends deliveries to the app after Zoom was answered, in order: events that were acknowledged at once, and events
//! that arrived while the app was down. Each target has a queue of its own, so that one that is down does not delay
//! another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::{Fanout, Targets};
use crate::delivery::{ForwardOutcome, ForwardRole, Forwarded, Judgement, LateForwarded, LateKind, Request};
use crate::zoom::{RequestTimestamp, SecretToken, TIMESTAMP_HEADER};

/// Limit on deliveries that wait for one app: an hour of a busy account.
pub(super) const CAPACITY: usize = 4096;

/// The backoff between attempts without `--hold`: a restart of the app takes a few seconds.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];

/// The duration of one wait for the app's port. Waits are repeated until it opens.
const PATIENCE: Duration = Duration::from_secs(3600);

/// The outcome of a delivery after Zoom was answered.
#[derive(Debug)]
pub(crate) enum LateOutcome {
    /// The delivery was sent to the targets; their outcomes.
    Answered(Box<LateForwarded>),
    /// The queue was full. The delivery was not sent and will not be sent.
    Overflowed(Box<LateForwarded>),
}

#[derive(Debug)]
pub(super) struct Queued {
    pub(super) id: String,
    pub(super) judgement: Judgement,
    pub(super) request: Arc<Request>,
    pub(super) wait: Wait,
    /// Signs the request again when it is sent, if its own signature is old then.
    pub(super) signer: Option<SecretToken>,
}

/// The age from which a signature is old: apps often refuse one of five minutes, and their clock may differ.
const OLD: Duration = Duration::from_secs(60);

/// Whether the signature of a request is old. Without a timestamp that can be read, the app gets what was received.
fn is_old(request: &Request, now: SystemTime) -> bool {
    let timestamp = request.headers.get(TIMESTAMP_HEADER).and_then(|value| value.to_str().ok());
    let timestamp = timestamp.and_then(|text| text.parse::<RequestTimestamp>().ok());
    timestamp.is_some_and(|signed_at| signed_at.age(now).distance() > OLD)
}

/// What a queued delivery waits for before its first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Never,
    /// The app was down: until its port opens.
    UntilOpen,
}

impl Queued {
    /// The request to send now, and whether it was signed again.
    fn to_send(&self, now: SystemTime) -> (Arc<Request>, bool) {
        match &self.signer {
            Some(secret) if is_old(&self.request, now) => {
                let mut request = Request::clone(&self.request);
                request.sign_again(secret, now);
                (Arc::new(request), true)
            }
            _ => (self.request.clone(), false),
        }
    }

    /// The outcome of a delivery that did not fit into the queue.
    pub(super) fn overflow(self) -> LateOutcome {
        let forwarded = Forwarded {
            target: "the app".to_owned(),
            role: ForwardRole::Queued,
            outcome: ForwardOutcome::Unreachable(format!("{CAPACITY} deliveries are already waiting for it")),
            first_byte: None,
            took: Duration::ZERO,
            challenge_faults: None,
        };
        LateOutcome::Overflowed(Box::new(self.answers(vec![forwarded], 1, false, false)))
    }

    fn answers(
        &self,
        forwarded: Vec<Forwarded>,
        attempt: u32,
        tries_again: bool,
        is_signed_afresh: bool,
    ) -> LateForwarded {
        let (id, judgement) = (self.id.clone(), self.judgement.clone());
        let kind = LateKind::Queued { tries_again };
        LateForwarded { id, judgement, forwarded, attempt, kind, is_signed_afresh }
    }
}

/// The queues of all targets.
#[derive(Debug)]
pub(super) struct Queues {
    targets: Targets,
    senders: Vec<mpsc::Sender<Queued>>,
    unsent: Arc<AtomicUsize>,
}

impl Queues {
    /// The queues, and the future that sends what is in them, which ends once the queues are dropped. `unsent` is the
    /// number of deliveries in all queues.
    pub(super) fn new(
        targets: &Targets,
        hold: bool,
        late: &mpsc::Sender<LateOutcome>,
        unsent: Arc<AtomicUsize>,
    ) -> (Self, impl Future<Output = ()> + use<>) {
        let (mut senders, mut tasks) = (Vec::new(), Vec::new());
        for _ in targets.targets() {
            let (sender, queue) = mpsc::channel(CAPACITY);
            senders.push(sender);
            tasks.push(run(targets.clone(), hold, late.clone(), unsent.clone(), queue));
        }
        let all = async { join_all(tasks).await.into_iter().collect() };
        (Self { targets: targets.clone(), senders, unsent }, all)
    }

    /// Adds a delivery to the queue of its app. Returns the outcome if that queue is full.
    pub(super) fn push(&self, queued: Queued) -> Option<LateOutcome> {
        let app = self.targets.targets_for(queued.judgement.event()).next()?;
        self.unsent.fetch_add(1, Ordering::Relaxed);
        let full = self.senders.get(app.index())?.try_send(queued).err()?;
        self.unsent.fetch_sub(1, Ordering::Relaxed);
        Some(full.into_inner().overflow())
    }
}

/// Sends the deliveries for one target one after the other, so that the app receives them in order. Decrements `unsent`.
async fn run(
    targets: Targets,
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

async fn send(targets: &Targets, hold: bool, late: &mpsc::Sender<LateOutcome>, queued: &Queued) {
    if queued.wait == Wait::UntilOpen {
        wait_until_open(targets, queued).await;
    }
    let Some(app) = targets.targets_for(queued.judgement.event()).next() else { return };
    for attempt in 1_u32.. {
        let (request, is_signed_afresh) = queued.to_send(SystemTime::now());
        let forwarded = match attempt {
            1 => send_first(targets, late, queued, (&request, is_signed_afresh)).await,
            // The other targets had their copies.
            _ => Some(targets.send(app, &request, ForwardRole::Queued).await),
        };
        let Some(forwarded) = forwarded else { return };
        let next = match (failed(&forwarded.outcome), PAUSES.get(attempt as usize - 1)) {
            (Some(Retryable::Unreachable), _) if hold => Some(NextAttempt::OnceOpen),
            (Some(_), Some(pause)) => Some(NextAttempt::After(*pause)),
            _ => None,
        };
        let answers = queued.answers(vec![forwarded], attempt, next.is_some(), is_signed_afresh);
        // Sending fails only if the session has ended.
        let _ = late.send(LateOutcome::Answered(Box::new(answers))).await;
        match next {
            Some(NextAttempt::OnceOpen) => wait_until_open(targets, queued).await,
            Some(NextAttempt::After(pause)) => tokio::time::sleep(pause).await,
            None => return,
        }
    }
}

/// Sends to all targets, and returns the outcome at the first one. A slow copy delays neither it nor the next delivery.
async fn send_first(
    targets: &Targets,
    late: &mpsc::Sender<LateOutcome>,
    queued: &Queued,
    (request, is_signed_afresh): (&Arc<Request>, bool),
) -> Option<Forwarded> {
    let mut sending = targets.deliver(request, queued.judgement.event(), ForwardRole::Queued);
    let forwarded = sending.first().await;
    report_copies(late, (queued.id.clone(), queued.judgement.clone()), sending, is_signed_afresh);
    forwarded
}

/// Reports the answers to copies of a delivery, once they are complete. Does not wait.
pub(super) fn report_copies(
    late: &mpsc::Sender<LateOutcome>,
    (id, judgement): (String, Judgement),
    copies: Fanout,
    is_signed_afresh: bool,
) {
    let late = late.clone();
    tokio::spawn(async move {
        let forwarded = copies.rest().await;
        if !forwarded.is_empty() {
            let kind = LateKind::Copy;
            let answers = LateForwarded { id, judgement, forwarded, attempt: 1, kind, is_signed_afresh };
            // Sending fails only if the session has ended.
            let _ = late.send(LateOutcome::Answered(Box::new(answers))).await;
        }
    });
}

enum NextAttempt {
    OnceOpen,
    After(Duration),
}

enum Retryable {
    Unreachable,
    Other,
}

/// `Some` if another attempt is useful. Zoom retries the same outcomes.
fn failed(outcome: &ForwardOutcome) -> Option<Retryable> {
    match outcome {
        ForwardOutcome::Unreachable(_) => Some(Retryable::Unreachable),
        ForwardOutcome::TimedOut(_) | ForwardOutcome::Broken(_) => Some(Retryable::Other),
        ForwardOutcome::Answered { status, .. } => status.is_server_error().then_some(Retryable::Other),
    }
}

async fn wait_until_open(targets: &Targets, queued: &Queued) {
    let Some(first) = targets.targets_for(queued.judgement.event()).next() else { return };
    while !targets.wait_until_open(first, PATIENCE).await {}
}
