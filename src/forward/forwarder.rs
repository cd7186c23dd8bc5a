//! Forwards the deliveries of a running session: which ones the app receives, and whose answer goes to Zoom.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::queue::{self, Acknowledged, LateOutcome, QueuedFor, Queues};
use super::{Acknowledge, Challenges, Fanout, Policy, Targets, answer_headers};
use crate::delivery::{Delivery, ForwardOutcome, ForwardRole, Forwarded, Judgement, Refusal, Request, Route};
use crate::zoom::{NamedSecret, SecretToken};

/// The grace period for an app that has not answered when the session stops. It is shorter than the listener's grace
/// period, so that the delivery is still answered, recorded and shown.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// Forwards deliveries according to the policy. Answers that arrive after Zoom was answered go to a channel.
#[derive(Debug)]
pub(crate) struct Forwarder {
    targets: Targets,
    policy: Policy,
    late: mpsc::Sender<LateOutcome>,
    queues: Queues,
    stop: CancellationToken,
    /// The secret tokens with which queued deliveries are signed again.
    signers: Vec<NamedSecret>,
}

/// The outcome of a delivery before Zoom is answered.
#[derive(Debug, Default)]
pub(crate) struct InitialOutcome {
    /// The app's answer for Zoom; `None` if zoomhook answers.
    pub(crate) reply: Option<AppReply>,
    /// The requests to further targets, which may still be running. Pass them to [`Forwarder::acknowledged`].
    pub(crate) copies: Option<Fanout>,
}

/// The app's answer, or why there is none.
#[derive(Debug)]
pub(crate) struct AppReply {
    /// The outcome.
    pub(crate) forwarded: Forwarded,
    /// The headers for Zoom; empty if there is no answer.
    pub(crate) headers: HeaderMap,
    /// The body for Zoom.
    pub(crate) body: Bytes,
}

impl Forwarder {
    /// The forwarder, and the future that sends queued deliveries, which ends once the forwarder is dropped. `unsent`
    /// is the number of queued deliveries. Late outcomes go to `late`.
    pub(crate) fn new(
        targets: Targets,
        policy: Policy,
        late: mpsc::Sender<LateOutcome>,
        unsent: Arc<AtomicUsize>,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + use<>) {
        let (queues, task) = Queues::new(&targets, policy.hold, &late, unsent);
        (Self { targets, policy, late, queues, stop, signers: Vec::new() }, task)
    }

    /// Signs verified deliveries again whose signature is old when the app gets them. A stream keeps them for days.
    #[must_use]
    pub(crate) fn signing_again(self, signers: Vec<NamedSecret>) -> Self {
        Self { signers, ..self }
    }

    /// Sends a request to the app if the app should answer it, and waits for the answer.
    pub(crate) async fn forward(&self, request: &Arc<Request>, judgement: &Judgement) -> InitialOutcome {
        if !self.app_answers(judgement) {
            return InitialOutcome::default();
        }
        let mut sending = self.targets.deliver(request, judgement.event(), ForwardRole::Answers);
        let started = Instant::now();
        let forwarded = tokio::select! {
            forwarded = sending.first() => forwarded,
            () = self.grace_is_over() => self.unanswered(judgement, started.elapsed()),
        };
        let Some(forwarded) = forwarded else { return InitialOutcome::default() };
        let (headers, body) = match (&forwarded.outcome, judgement) {
            // An unverified sender receives only the status: an app that answers every challenge would otherwise sign
            // any text for anyone.
            (_, Judgement::Refused { .. }) => Default::default(),
            (ForwardOutcome::Answered { headers, body, .. }, _) => (answer_headers(headers), body.clone()),
            _ => Default::default(),
        };
        InitialOutcome { reply: Some(AppReply { forwarded, headers, body }), copies: Some(sending) }
    }

    /// The URL of the app whose answer goes to Zoom; `None` if zoomhook answers this request.
    pub(crate) fn answering_app(&self, judgement: &Judgement) -> Option<String> {
        let target =
            self.targets.targets_for(judgement.event()).next().filter(|_| self.app_answers(judgement))?;
        Some(self.targets.target(target).to_string())
    }

    /// When a request that is sent now has its outcome at the latest.
    pub(crate) fn answered_by(&self, now: SystemTime) -> SystemTime {
        now + self.targets.timeout() + STOP_GRACE
    }

    /// Whether the app's answer goes to Zoom.
    fn app_answers(&self, judgement: &Judgement) -> bool {
        match judgement {
            Judgement::Event(_) => self.policy.acknowledge == Acknowledge::WithApp,
            Judgement::Challenge { .. } => self.policy.challenges == Challenges::App,
            Judgement::Refused { refusal, .. } => {
                // A body that was not read cannot be forwarded. A correct signature with the wrong path does not test
                // the app's check.
                self.policy.unverified
                    && refusal.concerns_a_delivery()
                    && !refusal.left_body_unread()
                    && *refusal != Refusal::SignedForOtherPath
            }
        }
    }

    /// Waits until the session stops, and then for the grace period.
    async fn grace_is_over(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(STOP_GRACE).await;
    }

    /// The outcome for an app that has not answered yet.
    fn unanswered(&self, judgement: &Judgement, took: Duration) -> Option<Forwarded> {
        let target = self.targets.targets_for(judgement.event()).next()?;
        let target = self.targets.target(target).to_string();
        let outcome = ForwardOutcome::Stopped;
        Some(Forwarded {
            target,
            role: ForwardRole::Answers,
            outcome,
            first_byte: None,
            took,
            challenge_faults: None,
        })
    }

    /// Whether [`acknowledged`](Self::acknowledged) will queue the delivery for the app.
    #[must_use]
    pub(crate) fn queues(&self, delivery: &Delivery) -> bool {
        self.queued_for(delivery).is_some()
    }

    fn queued_for(&self, delivery: &Delivery) -> Option<QueuedFor> {
        self.targets.targets_for(delivery.judgement.event()).next()?;
        match (&delivery.judgement, delivery.forwarded.first()) {
            (_, Some(Forwarded { outcome: ForwardOutcome::Unreachable(_), .. })) => {
                self.policy.hold.then_some(QueuedFor::OpenPort)
            }
            (Judgement::Event(_), None) => {
                (self.policy.acknowledge == Acknowledge::Now).then_some(QueuedFor::Delivery)
            }
            // From a stream there is no answer to wait for.
            (Judgement::Refused { .. }, None) if delivery.request.route == Route::Stream => {
                self.app_answers(&delivery.judgement).then_some(QueuedFor::Delivery)
            }
            _ => None,
        }
    }

    /// Called when a delivery's answer is final: starts the requests that follow the acknowledgment. Never waits.
    pub(crate) fn acknowledged(&self, delivery: &Delivery, copies: Option<Fanout>) {
        if let Some(copies) = copies {
            self.report_copies(delivery, copies);
        }
        if let Some(queued_for) = self.queued_for(delivery) {
            for overflowed in self.queues.push(&self.acknowledgment(delivery), queued_for) {
                let _ = self.late.try_send(overflowed);
            }
        } else if let (Judgement::Challenge { .. }, None) = (&delivery.judgement, delivery.forwarded.first())
        {
            let event = delivery.judgement.event();
            self.report_copies(
                delivery,
                self.targets.deliver(&delivery.request, event, ForwardRole::Observed),
            );
        }
    }

    fn acknowledgment(&self, delivery: &Delivery) -> Acknowledged {
        Acknowledged {
            id: delivery.id.clone(),
            judgement: delivery.judgement.clone(),
            request: delivery.request.clone(),
            signer: self.signer(&delivery.judgement),
        }
    }

    /// The secret token that signed a verified event, if such events are signed again.
    fn signer(&self, judgement: &Judgement) -> Option<SecretToken> {
        let Judgement::Event(event) = judgement else { return None };
        let signer = self.signers.iter().find(|secret| secret.name == event.secret_name);
        signer.map(|secret| secret.token.clone())
    }

    fn report_copies(&self, delivery: &Delivery, copies: Fanout) {
        if !copies.is_empty() {
            queue::report_copies(&self.late, (delivery.id.clone(), delivery.judgement.clone()), copies);
        }
    }
}
