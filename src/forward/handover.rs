//! One delivery to all targets that take it: the first one's answer is there as soon as it comes, and does not
//! wait for the copies.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use super::Targets;
use crate::delivery::{ForwardRole, Forwarded, Request};

/// A delivery on its way to the app. The copies go to their end by themselves; what the first target gets is sent
/// while it is waited for.
pub struct Handover {
    first: Option<BoxFuture<'static, Forwarded>>,
    copies: Vec<JoinHandle<Forwarded>>,
}

impl Handover {
    pub(super) fn start(
        relay: &Targets,
        request: &Arc<Request>,
        event: Option<&str>,
        first: ForwardRole,
    ) -> Self {
        let roles = std::iter::once(first).chain(std::iter::repeat(ForwardRole::Observed));
        let mut sending = relay.targets_for(event).zip(roles).map(|(target, role)| {
            let (relay, request) = (relay.clone(), request.clone());
            async move { relay.send(target, &request, role).await }
        });
        // A task of its own costs more than all else here, and there is nearly always one target.
        Self { first: sending.next().map(FutureExt::boxed), copies: sending.map(tokio::spawn).collect() }
    }

    /// What the first target makes of it, once; `None` where no target takes the event.
    pub async fn first(&mut self) -> Option<Forwarded> {
        Some(self.first.take()?.await)
    }

    /// What the others made of it, in the order of the targets; and the first one's, if
    /// [`first`](Self::first) was not asked for.
    pub async fn rest(self) -> Vec<Forwarded> {
        let mut forwarded = Vec::with_capacity(self.copies.len() + 1);
        if let Some(first) = self.first {
            forwarded.push(first.await);
        }
        for copy in self.copies {
            // It fails only while the runtime shuts down.
            forwarded.extend(copy.await);
        }
        forwarded
    }
}
