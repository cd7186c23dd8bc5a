//! [`DeliveryHandler`] forwards and records one request before its answer. [`AppTasks`] send to the user's app after the
//! acknowledgment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::late;
use super::receipts::Receipts;
use super::recorder::Recorder;
use super::replayer::{self, Replay};
use crate::delivery::{Delivery, EventSender, Judgement, PendingDelivery, SessionEvent, Warning};
use crate::diagnosis::{Secrets, challenge_faults};
use crate::forward::{Forwarder, InitialOutcome, Policy, Targets};
use crate::listener::{Handled, Handler, JudgedRequest, NotKept};
use crate::stream::OutgoingMessage;
use crate::stream::Publisher;

pub(super) struct AppTasks {
    /// Sends the queued deliveries. Ends once the forwarder is dropped.
    queue: JoinHandle<()>,
    /// Replays deliveries. Ends with the session.
    replays: JoinHandle<()>,
    /// Records and reports late outcomes. Ends once all senders of outcomes are dropped.
    late: JoinHandle<()>,
    /// The number of deliveries that wait for the app.
    unsent: Arc<AtomicUsize>,
    events: EventSender,
}

impl AppTasks {
    /// Starts the tasks and creates the forwarder.
    pub(super) fn start(
        targets: Targets,
        policy: Policy,
        to_replay: mpsc::Receiver<Replay>,
        recorder: Arc<Recorder>,
        events: EventSender,
        receipts: Option<Arc<Receipts>>,
        stop: &CancellationToken,
    ) -> (Self, Forwarder) {
        let unsent = Arc::<AtomicUsize>::default();
        let (sender, outcomes) = mpsc::channel(late::CAPACITY);
        let replays = replayer::run(targets.clone(), sender.clone(), to_replay, stop.clone());
        let (forwarder, queue) = Forwarder::new(targets, policy, sender, unsent.clone(), stop.clone());
        let late = late::run(outcomes, recorder, events.clone(), receipts);
        let (queue, replays, late) = (tokio::spawn(queue), tokio::spawn(replays), tokio::spawn(late));
        (Self { queue, replays, late, unsent, events }, forwarder)
    }

    /// The number of deliveries that wait for the app.
    pub(super) fn unsent(&self) -> usize {
        self.unsent.load(Ordering::Relaxed)
    }

    /// Waits at most `limit` for requests that are being sent, and reports how many deliveries will not reach the
    /// app. Then waits at most `limit` until all outcomes are reported.
    pub(super) async fn end(self, limit: Duration) {
        for sending in [self.queue, self.replays] {
            // A delivery that waits for an app that is down does not delay the shutdown.
            end_within(limit, sending).await;
        }
        let unsent = self.unsent.load(Ordering::Relaxed);
        if unsent > 0 {
            self.events.send_if_room(SessionEvent::Warning(Warning::NotForwarded { count: unsent }));
        }
        end_within(limit, self.late).await;
    }
}

/// Waits at most `limit`, then cancels the task.
async fn end_within(limit: Duration, mut task: JoinHandle<()>) {
    if tokio::time::timeout(limit, &mut task).await.is_err() {
        task.abort();
        let _ = task.await;
    }
}

/// How long the app may take before a request is reported and stored as pending: too short to notice, and longer than
/// most apps take, so that few deliveries need a second commit.
const PENDING_AFTER: Duration = Duration::from_millis(200);

/// Handles requests for the listener.
pub(super) struct DeliveryHandler {
    /// `Some` with `--forward`.
    pub(super) forwarder: Option<Forwarder>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) events: EventSender,
    /// `Some` with `--share`.
    pub(super) publisher: Option<Publisher>,
}

impl DeliveryHandler {
    /// Answers with the app's answer if there is one, otherwise with zoomhook's own.
    async fn forward_and_record(&self, forwarder: &Forwarder, judged: JudgedRequest) -> Handled {
        let (InitialOutcome { reply, copies }, is_stored) = self.forward(forwarder, &judged).await;
        let mut handled = match reply {
            Some(reply) => judged.answered_by_app(reply.forwarded, reply.headers, reply.body),
            None => judged.answered(),
        };
        handled.delivery.is_queued = forwarder.queues(&handled.delivery);
        judge_challenge_answer(&mut handled.delivery);
        let handled = self.keep(handled, is_stored).await;
        forwarder.acknowledged(&handled.delivery, copies);
        handled
    }

    /// Waits for the app's answer. Reports a request that takes longer than a moment, and stores it without an answer.
    /// Returns whether it did.
    async fn forward(&self, forwarder: &Forwarder, judged: &JudgedRequest) -> (InitialOutcome, IsStored) {
        let mut forwarding = std::pin::pin!(forwarder.forward(&judged.request, &judged.judgement));
        if let Ok(outcome) = tokio::time::timeout(PENDING_AFTER, &mut forwarding).await {
            return (outcome, IsStored::No);
        }
        let Some(target) = forwarder.answering_app(&judged.judgement) else {
            return (forwarding.await, IsStored::No);
        };
        let pending = PendingDelivery {
            id: judged.id.clone(),
            received_at: judged.received_at,
            request: judged.request.clone(),
            judgement: judged.judgement.clone(),
            target,
        };
        let until = forwarder.answered_by(SystemTime::now());
        // The app's answer does not wait for the disk: what is stored last counts.
        let storing = self.recorder.record_pending(&pending, until);
        self.events.send_if_room(SessionEvent::Pending(Box::new(pending.clone())));
        let (outcome, ()) = tokio::join!(forwarding, storing);
        (outcome, IsStored::Pending)
    }

    /// Puts the delivery everywhere where it must be before it is acknowledged. The history comes last, because it
    /// stores the answer.
    async fn keep(&self, mut handled: Handled, is_stored: IsStored) -> Handled {
        if let Err(reason) = self.share(&handled.delivery).await {
            handled.not_kept(reason);
        }
        let recorded = self.recorder.record(&mut handled.delivery, is_stored == IsStored::Pending).await;
        if let Err(reason) = recorded {
            handled.not_kept(reason);
        }
        handled
    }

    /// Publishes the delivery, if it is one to share.
    async fn share(&self, delivery: &Delivery) -> Result<(), NotKept> {
        let shared = self.publisher.as_ref().filter(|publisher| publisher.takes(&delivery.judgement));
        let Some(publisher) = shared else { return Ok(()) };
        let message = OutgoingMessage {
            id: &delivery.id,
            received_at: delivery.received_at,
            request: &delivery.request,
            judgement: &delivery.judgement,
            answer: delivery.answer.status,
            masked_headers: publisher.masked_headers(),
        };
        // Boxed, because it is large, and most sessions share nothing.
        let published = publisher.publish(&message).boxed().await;
        published.map_err(|reason| NotKept::OnStream(reason.to_string()))
    }
}

/// Judges the app's answer to a challenge for the history, without a search for the cause of a wrong answer. The report
/// searches afterwards.
fn judge_challenge_answer(delivery: &mut Delivery) {
    if let Judgement::Challenge { .. } = delivery.judgement {
        let no_secrets = Secrets::new(Vec::new());
        for forwarded in &mut delivery.forwarded {
            forwarded.challenge_faults = challenge_faults(&delivery.judgement, forwarded, &no_secrets);
        }
    }
}

/// Whether a delivery is in the history before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IsStored {
    No,
    /// Without its answer.
    Pending,
}

impl Handler for DeliveryHandler {
    fn handle(&self, judged: JudgedRequest) -> BoxFuture<'_, Handled> {
        // One future for both would have the size of the larger one, and is copied into its box.
        match &self.forwarder {
            Some(forwarder) => self.forward_and_record(forwarder, judged).boxed(),
            None => self.keep(judged.answered(), IsStored::No).boxed(),
        }
    }

    fn outlives_connection(&self) -> bool {
        self.forwarder.is_some() || self.publisher.is_some()
    }
}
