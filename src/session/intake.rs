//! [`Intake`]: takes deliveries from a [`DeliverySource`], verifies them, and stores, reports and forwards them. It is to a stream
//! what the listener is to an endpoint, without an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::receipts::{KnownReceipt, Receipts};
use super::recorder::{Recorded, Recorder};
use super::{Confirm, Happening};
use crate::delivery::{
    Answer, Delivery, EventSender, Judgement, Refusal, SessionEvent, StoredDelivery, StoredWait, Warning,
};
use crate::forward::Forwarder;
use crate::listener::{self, Endpoint, NotKept};
use crate::stream::{Arrived, DeliverySource};
use crate::zoom::Envelope;

/// Deliveries that are taken together. They share a commit of the history, and are reported in their order.
const BATCH: usize = 64;

/// How long a delivery waits that could not be stored.
const NOT_STORED: Duration = Duration::from_secs(5);

/// Takes deliveries from a stream.
pub(super) struct Intake {
    /// How they are verified.
    pub(super) endpoint: Endpoint,
    pub(super) recorder: Arc<Recorder>,
    /// `Some` with `--forward`.
    pub(super) forwarder: Option<Forwarder>,
    pub(super) confirm: Confirm,
    pub(super) receipts: Arc<Receipts>,
    pub(super) events: EventSender,
    pub(super) happenings: UnboundedSender<Happening>,
    /// Whether the user knows that deliveries of an earlier session have come again.
    pub(super) has_resumed: AtomicBool,
}

impl Intake {
    /// Takes deliveries until `stop` is canceled or the source ends. Finishes those that it has begun with.
    pub(super) async fn run(self, mut source: Box<dyn DeliverySource>, stop: CancellationToken) {
        let take = async {
            loop {
                let next = tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    next = source.next(BATCH) => next,
                };
                match next {
                    Ok(arrived) => self.take(arrived).await,
                    Err(error) => {
                        let _ = self.happenings.send(Happening::SourceEnded(error));
                        return;
                    }
                }
            }
        };
        tokio::select! {
            biased;
            () = take => {}
            () = self.receipts.give_signs_of_life() => {}
        }
    }

    async fn take(&self, arrived: Vec<Arrived>) {
        let mut new = Vec::with_capacity(arrived.len());
        for arrived in arrived {
            match self.receipts.known(&arrived.id) {
                KnownReceipt::Unknown => {
                    self.receipts.hold(&arrived.id, arrived.receipt.clone());
                    new.push((self.judge(&arrived), arrived));
                }
                // The source sends it again because it was not confirmed in time.
                KnownReceipt::Open if !arrived.is_retry => self.receipts.hold(&arrived.id, arrived.receipt),
                // Zoom's retry of a delivery that has a receipt of its own.
                KnownReceipt::Open | KnownReceipt::Finished => arrived.receipt.done().await,
            }
        }
        let recorded =
            join_all(new.iter_mut().map(|(delivery, _)| self.recorder.record_once(delivery))).await;
        for ((delivery, arrived), recorded) in new.into_iter().zip(recorded) {
            self.settle(delivery, &arrived, recorded).await;
        }
    }

    /// The delivery as this session judges it. Its age counts from when the other session received it.
    fn judge(&self, arrived: &Arrived) -> Delivery {
        let request = &arrived.request;
        let judgement = if self.endpoint.secrets.is_empty() {
            let claimed_event =
                Envelope::parse(&request.body).ok().map(|envelope| envelope.event().to_owned());
            Judgement::Refused { refusal: Refusal::NoSecret, claimed_event, secret_name: None }
        } else {
            listener::judge(&self.endpoint, &request.headers, &request.body, arrived.received_at)
        };
        let mut delivery = Delivery {
            id: arrived.id.clone(),
            received_at: arrived.received_at,
            request: arrived.request.clone(),
            judgement,
            // How long the other session took is not known.
            answer: Answer { status: arrived.answer, took: Duration::ZERO },
            repeats: None,
            cause: None,
            forwarded: Vec::new(),
            is_queued: false,
        };
        delivery.is_queued = self.forwarder.as_ref().is_some_and(|forwarder| forwarder.queues(&delivery));
        delivery
    }

    async fn settle(&self, delivery: Delivery, arrived: &Arrived, recorded: Result<Recorded, NotKept>) {
        match recorded {
            Ok(Recorded::New) => {
                self.events.send(SessionEvent::Delivery(Box::new(delivery.clone()))).await;
                self.forward(&delivery).await;
            }
            Ok(Recorded::Known(stored)) => {
                // A retry of Zoom comes again although the first attempt was confirmed.
                if !arrived.is_retry && !self.has_resumed.swap(true, Ordering::Relaxed) {
                    self.events.send(SessionEvent::Warning(Warning::StreamResumes)).await;
                }
                if delivery.is_queued && still_waits(stored.as_deref()) {
                    self.forward(&delivery).await;
                } else {
                    self.receipts.finish(&delivery.id).await;
                }
            }
            // The recorder has reported why.
            Err(_) => {
                self.receipts.release(&delivery.id);
                arrived.receipt.again(NOT_STORED).await;
            }
        }
    }

    /// Queues the delivery for the app. It is confirmed after the app's last answer, or at once if the app does not get
    /// it.
    async fn forward(&self, delivery: &Delivery) {
        let waits_for_app = delivery.is_queued && self.confirm == Confirm::WithApp;
        if !waits_for_app {
            self.receipts.finish(&delivery.id).await;
        }
        if let Some(forwarder) = &self.forwarder {
            forwarder.acknowledged(delivery, None);
        }
    }
}

/// Whether the app has not given its last answer. A delivery that cannot be read may still wait: the app then gets it
/// twice rather than never.
fn still_waits(stored: Option<&StoredDelivery>) -> bool {
    // The process that had it in its queue may have ended.
    let waits =
        |stored: &StoredDelivery| matches!(stored.waits_for, Some(StoredWait::Queue | StoredWait::Abandoned));
    stored.is_none_or(waits)
}
