//! The user's app in the loop: which requests it gets, and whose answer goes to Zoom.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::app_later::{self, Later};
use super::recorder::Recorder;
use crate::delivery::{
    Delivery, EventSender, Judgement, LaterRelayed, RelayOutcome, RelayRole, Relayed, Request,
};
use crate::forward::{Acknowledge, Challenges, Handover, Policy, Relay, passed_back};
use crate::listener::{App, AppAnswer};

/// How long an app that has not answered has once the session ends. It is shorter than the listener's own grace, so
/// that what came is still answered, kept and shown.
const AT_THE_END: Duration = Duration::from_secs(1);

/// Hands requests on as the policy says.
pub(super) struct AppInTheLoop {
    relay: Relay,
    policy: Policy,
    teller: EventSender,
    recorder: Arc<Recorder>,
    later: mpsc::Sender<Later>,
    unsent: Arc<AtomicUsize>,
    stop: CancellationToken,
}

impl AppInTheLoop {
    /// The app, and the task that hands on what comes later; it ends when the app is dropped. `unsent` counts what
    /// still has to be handed on.
    pub(super) fn new(
        relay: Relay,
        policy: Policy,
        (teller, recorder): (EventSender, Arc<Recorder>),
        unsent: Arc<AtomicUsize>,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + use<>) {
        let (later, waiting) = mpsc::channel(app_later::WAITING);
        let told = (teller.clone(), recorder.clone());
        let task = app_later::run(relay.clone(), policy.hold, told, unsent.clone(), waiting);
        (Self { relay, policy, teller, recorder, later, unsent, stop }, task)
    }

    /// Whether the app is asked before Zoom is answered.
    fn answers(&self, judgement: &Judgement) -> bool {
        match judgement {
            Judgement::Event(_) => self.policy.acknowledge == Acknowledge::WithApp,
            Judgement::Challenge { .. } => self.policy.challenges == Challenges::App,
            Judgement::Refused { refusal, .. } => {
                // A body that was refused unread is not there to be handed on.
                self.policy.unverified && refusal.concerns_a_delivery() && !refusal.left_body_unread()
            }
        }
    }

    /// Comes to an end when an app that still thinks is waited for no longer.
    async fn end(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(AT_THE_END).await;
    }

    /// What is to be said of an app that has not answered so far.
    fn unanswered(&self, judgement: &Judgement, took: Duration) -> Option<Relayed> {
        let target = self.relay.targets_for(judgement.event()).next()?;
        let target = self.relay.target(target).to_string();
        let outcome = RelayOutcome::TimedOut(took);
        Some(Relayed { target, role: RelayRole::Answers, outcome, first_byte: None, took })
    }

    /// Tells what the further targets made of it, once they are done.
    fn tell_copies(&self, id: &str, judgement: &Judgement, handover: Handover) {
        let (id, judgement) = (id.to_owned(), judgement.clone());
        let (teller, recorder) = (self.teller.clone(), self.recorder.clone());
        tokio::spawn(async move {
            let relayed = handover.rest().await;
            if !relayed.is_empty() {
                let later = LaterRelayed { id, judgement, relayed, attempt: 1, replay: false };
                app_later::tell(&teller, &recorder, later).await;
            }
        });
    }

    fn hand_on_later(&self, delivery: &Delivery, wait_first: bool) {
        let later = Later {
            id: delivery.id.clone(),
            judgement: delivery.judgement.clone(),
            request: Arc::new(delivery.request.clone()),
            wait_first,
        };
        self.unsent.fetch_add(1, Ordering::Relaxed);
        if let Err(full) = self.later.try_send(later) {
            self.unsent.fetch_sub(1, Ordering::Relaxed);
            app_later::tell_overflow(&self.teller, full.into_inner());
        }
    }
}

impl App for AppInTheLoop {
    fn answer<'a>(
        &'a self,
        id: &'a str,
        request: &'a Request,
        judgement: &'a Judgement,
    ) -> BoxFuture<'a, Option<AppAnswer>> {
        async move {
            if !self.answers(judgement) {
                return None;
            }
            let request = Arc::new(request.clone());
            let mut handover = self.relay.deliver(&request, judgement.event(), RelayRole::Answers);
            let begun = Instant::now();
            let relayed = tokio::select! {
                relayed = handover.first() => relayed?,
                () = self.end() => self.unanswered(judgement, begun.elapsed())?,
            };
            self.tell_copies(id, judgement, handover);
            let (headers, body) = match (&relayed.outcome, judgement) {
                // A stranger learns nothing more than the status. An app that answers every challenge would
                // sign for him whatever he likes.
                (_, Judgement::Refused { .. }) => Default::default(),
                (RelayOutcome::Answered { headers, body, .. }, _) => (passed_back(headers), body.clone()),
                _ => Default::default(),
            };
            Some(AppAnswer { relayed, headers, body })
        }
        .boxed()
    }

    fn acknowledged(&self, delivery: &Delivery) {
        match (&delivery.judgement, delivery.relayed.first()) {
            (_, Some(Relayed { outcome: RelayOutcome::Unreachable(_), .. })) if self.policy.hold => {
                self.hand_on_later(delivery, true);
            }
            (Judgement::Event(_), None) if self.policy.acknowledge == Acknowledge::Now => {
                self.hand_on_later(delivery, false);
            }
            (Judgement::Challenge { .. }, None) => {
                let request = Arc::new(delivery.request.clone());
                let event = delivery.judgement.event();
                let handover = self.relay.deliver(&request, event, RelayRole::Observed);
                self.tell_copies(&delivery.id, &delivery.judgement, handover);
            }
            _ => {}
        }
    }
}
