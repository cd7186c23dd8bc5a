//! Sends one delivery to all targets that accept it. The first target's answer does not wait for the copies.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use super::Targets;
use crate::delivery::{ForwardRole, Forwarded, Request};

/// A delivery that is being sent. The copies run to completion in the background. The request to the first target runs
/// while it is awaited.
pub(crate) struct Fanout {
    first: Option<BoxFuture<'static, Forwarded>>,
    copies: Vec<JoinHandle<Forwarded>>,
}

impl fmt::Debug for Fanout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fanout").field("copies", &self.copies.len()).finish_non_exhaustive()
    }
}

impl Fanout {
    pub(super) fn start(
        targets: &Targets,
        request: &Arc<Request>,
        event: Option<&str>,
        first: ForwardRole,
    ) -> Self {
        let roles = std::iter::once(first).chain(std::iter::repeat(ForwardRole::Observed));
        let mut sending = targets.targets_for(event).zip(roles).map(|(target, role)| {
            let (targets, request) = (targets.clone(), request.clone());
            async move { targets.send(target, &request, role).await }
        });
        // The first request is not spawned: a task is expensive here, and there is nearly always only one target.
        Self { first: sending.next().map(FutureExt::boxed), copies: sending.map(tokio::spawn).collect() }
    }

    /// The first target's outcome, once; `None` if no target accepts the event.
    pub(crate) async fn first(&mut self) -> Option<Forwarded> {
        Some(self.first.take()?.await)
    }

    /// The outcomes of the other targets, in order. If [`first`](Self::first) was not called, the first target's
    /// outcome is included.
    pub(crate) async fn rest(self) -> Vec<Forwarded> {
        let mut forwarded = Vec::with_capacity(self.copies.len() + 1);
        if let Some(first) = self.first {
            forwarded.push(first.await);
        }
        for copy in self.copies {
            // A task fails only while the runtime shuts down.
            forwarded.extend(copy.await);
        }
        forwarded
    }
}
