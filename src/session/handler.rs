//! Handles each request between its judgement and its answer: forwards it, then records it.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::recorder::{NotRecorded, Recorder};
use crate::forward::{Forwarder, InitialOutcome};
use crate::listener::{Handled, Handler, JudgedRequest};

/// Handles requests for the listener.
pub(super) struct DeliveryHandler {
    /// `Some` with `--forward`.
    pub(super) forwarder: Option<Forwarder>,
    pub(super) recorder: Arc<Recorder>,
}

impl DeliveryHandler {
    /// Answers with the app's answer if there is one, otherwise with zoomhook's own.
    async fn forward_and_record(&self, forwarder: &Forwarder, judged: JudgedRequest) -> Handled {
        let InitialOutcome { reply, copies } = forwarder.forward(&judged.request, &judged.judgement).await;
        let handled = match reply {
            Some(reply) => judged.answered_by_app(reply.forwarded, reply.headers, reply.body),
            None => judged.answered(),
        };
        let handled = self.record(handled).await;
        forwarder.acknowledged(&handled.delivery, copies);
        handled
    }

    async fn record(&self, mut handled: Handled) -> Handled {
        if let Err(NotRecorded(reason)) = self.recorder.record(&mut handled.delivery).await {
            handled.not_recorded(reason);
        }
        handled
    }
}

impl Handler for DeliveryHandler {
    fn handle(&self, judged: JudgedRequest) -> BoxFuture<'_, Handled> {
        async move {
            match &self.forwarder {
                Some(forwarder) => self.forward_and_record(forwarder, judged).await,
                None => self.record(judged.answered()).await,
            }
        }
        .boxed()
    }

    fn outlives_connection(&self) -> bool {
        self.forwarder.is_some()
    }
}
