//! One delivery to all targets that take it: the first one's answer is there as soon as it comes, and does not
//! wait for the copies.

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::Relay;
use crate::delivery::{RelayRole, Relayed, Request};

/// A delivery on its way to the app. Dropping it stops nothing: what Zoom has given up on goes on to its end in
/// the app, as it would without a relay.
#[derive(Debug)]
pub struct Handover {
    first: Option<JoinHandle<Relayed>>,
    copies: Vec<JoinHandle<Relayed>>,
}

impl Handover {
    pub(super) fn start(
        relay: &Relay,
        request: &Arc<Request>,
        event: Option<&str>,
        first: RelayRole,
    ) -> Self {
        let roles = std::iter::once(first).chain(std::iter::repeat(RelayRole::Observed));
        let mut sending = relay.targets_for(event).zip(roles).map(|(target, role)| {
            let (relay, request) = (relay.clone(), request.clone());
            tokio::spawn(async move { relay.send(target, &request, role).await })
        });
        Self { first: sending.next(), copies: sending.collect() }
    }

    /// What the first target made of it, once; `None` where no target takes the event.
    pub async fn first(&mut self) -> Option<Relayed> {
        finish(self.first.take()?).await
    }

    /// What the others made of it, in the order of the targets; and the first one's, if
    /// [`first`](Self::first) was not asked for.
    pub async fn rest(self) -> Vec<Relayed> {
        let mut relayed = Vec::with_capacity(self.copies.len() + 1);
        for sending in self.first.into_iter().chain(self.copies) {
            relayed.extend(finish(sending).await);
        }
        relayed
    }
}

/// `None` only while the runtime shuts down.
async fn finish(sending: JoinHandle<Relayed>) -> Option<Relayed> {
    sending.await.ok()
}
