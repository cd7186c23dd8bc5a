//! Sends deliveries to the app after Zoom was answered, in order: events that were acknowledged at once, and events
//! that arrived while the app was down. Each target has a queue of its own, so that one that is down does not delay
//! another.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::{Fanout, TargetId, Targets};
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

/// A delivery that Zoom has its answer to.
#[derive(Debug, Clone)]
pub(super) struct Acknowledged {
    pub(super) id: String,
    pub(super) judgement: Judgement,
    pub(super) request: Arc<Request>,
    /// Signs the request again when it is sent, if its own signature is old then.
    pub(super) signer: Option<SecretToken>,
}

/// The age from which a signature is old: apps often refuse one of five minutes, and their clock may differ.
const OLD: Duration = Duration::from_secs(60);

impl Acknowledged {
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
}

/// Whether the signature of a request is old. Without a timestamp that can be read, the app gets what was received.
fn is_old(request: &Request, now: SystemTime) -> bool {
    let timestamp = request.headers.get(TIMESTAMP_HEADER).and_then(|value| value.to_str().ok());
    let timestamp = timestamp.and_then(|text| text.parse::<RequestTimestamp>().ok());
    timestamp.is_some_and(|signed_at| signed_at.age(now).distance() > OLD)
}

/// Why a delivery is queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueuedFor {
    /// It was acknowledged before it was sent to any target.
    Delivery,
    /// The app was down. The other targets have their copies.
    OpenPort,
}

/// A delivery in the queue of one target.
#[derive(Debug)]
struct Queued {
    delivery: Acknowledged,
    target: TargetId,
    part: Part,
}

/// What a target is for a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The first target that accepts the event.
    App { waits_for_port: bool },
    /// Another target. It is sent the delivery once: only the app's answer counts.
    Copy,
}

impl Part {
    fn role(self) -> ForwardRole {
        match self {
            Self::App { .. } => ForwardRole::Queued,
            Self::Copy => ForwardRole::Observed,
        }
    }
}

impl Queued {
    /// The outcome of a delivery that did not fit into the queue.
    fn overflow(self, target: String) -> LateOutcome {
        let forwarded = Forwarded {
            target,
            role: self.part.role(),
            outcome: ForwardOutcome::Unreachable(format!("{CAPACITY} deliveries are already waiting for it")),
            first_byte: None,
            took: Duration::ZERO,
            challenge_faults: None,
        };
        LateOutcome::Overflowed(Box::new(self.late(forwarded, 1, false)))
    }

    fn late(&self, forwarded: Forwarded, attempt: u32, tries_again: bool) -> LateForwarded {
        let (id, judgement) = (self.delivery.id.clone(), self.delivery.judgement.clone());
        let kind = match self.part {
            Part::App { .. } => LateKind::Queued { tries_again },
            Part::Copy => LateKind::Copy,
        };
        LateForwarded { id, judgement, forwarded: vec![forwarded], attempt, kind, is_signed_afresh: false }
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

    /// Adds a delivery to the queues of its targets. Returns an outcome for each queue that is full.
    pub(super) fn push(&self, delivery: &Acknowledged, queued_for: QueuedFor) -> Vec<LateOutcome> {
        let app = Part::App { waits_for_port: queued_for == QueuedFor::OpenPort };
        let parts = iter::once(app).chain(iter::repeat(Part::Copy));
        let targets = self.targets.targets_for(delivery.judgement.event()).take(match queued_for {
            QueuedFor::Delivery => usize::MAX,
            QueuedFor::OpenPort => 1,
        });
        targets.zip(parts).filter_map(|(target, part)| self.push_to(target, part, delivery)).collect()
    }

    fn push_to(&self, target: TargetId, part: Part, delivery: &Acknowledged) -> Option<LateOutcome> {
        let queued = Queued { delivery: delivery.clone(), target, part };
        self.unsent.fetch_add(1, Ordering::Relaxed);
        let full = self.senders.get(target.index())?.try_send(queued).err()?;
        self.unsent.fetch_sub(1, Ordering::Relaxed);
        Some(full.into_inner().overflow(self.targets.target(target).to_string()))
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
    if queued.part == (Part::App { waits_for_port: true }) {
        wait_until_open(targets, queued.target).await;
    }
    for attempt in 1_u32.. {
        let (request, is_signed_afresh) = queued.delivery.to_send(SystemTime::now());
        let forwarded = targets.send(queued.target, &request, queued.part.role()).await;
        let next = match (queued.part, failed(&forwarded.outcome), PAUSES.get(attempt as usize - 1)) {
            (Part::Copy, ..) | (_, None, _) => None,
            (_, Some(Retryable::Unreachable), _) if hold => Some(NextAttempt::OnceOpen),
            (_, Some(_), pause) => pause.map(|pause| NextAttempt::After(*pause)),
        };
        let answer = LateForwarded { is_signed_afresh, ..queued.late(forwarded, attempt, next.is_some()) };
        // Sending fails only if the session has ended.
        let _ = late.send(LateOutcome::Answered(Box::new(answer))).await;
        match next {
            Some(NextAttempt::OnceOpen) => wait_until_open(targets, queued.target).await,
            Some(NextAttempt::After(pause)) => tokio::time::sleep(pause).await,
            None => return,
        }
    }
}

/// Reports the answers to copies of a delivery, once they are complete. Does not wait.
pub(super) fn report_copies(
    late: &mpsc::Sender<LateOutcome>,
    (id, judgement): (String, Judgement),
    copies: Fanout,
) {
    let late = late.clone();
    tokio::spawn(async move {
        let forwarded = copies.rest().await;
        let kind = LateKind::Copy;
        let answers = LateForwarded { id, judgement, forwarded, attempt: 1, kind, is_signed_afresh: false };
        // Sending fails only if the session has ended.
        let _ = late.send(LateOutcome::Answered(Box::new(answers))).await;
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
        ForwardOutcome::TimedOut(_) | ForwardOutcome::Stopped | ForwardOutcome::Broken(_) => {
            Some(Retryable::Other)
        }
        ForwardOutcome::Answered { status, .. } => status.is_server_error().then_some(Retryable::Other),
    }
}

async fn wait_until_open(targets: &Targets, target: TargetId) {
    while !targets.wait_until_open(target, PATIENCE).await {}
}
