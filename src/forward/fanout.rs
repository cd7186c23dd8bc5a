//! One delivery to all targets that take it: the first target's answer is there as soon as it comes, and does not
//! wait for the copies.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use super::Targets;
use crate::delivery::{ForwardRole, Forwarded, Request};

/// A delivery on its way to the app. The copies run to their end in the background; the request to the first target
/// runs while it is awaited.
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
        // A spawned task costs more than everything else here, and there is nearly always one target.
        Self { first: sending.next().map(FutureExt::boxed), copies: sending.map(tokio::spawn).collect() }
    }

    /// The first target's outcome, once; `None` where no target takes the event.
    pub(crate) async fn first(&mut self) -> Option<Forwarded> {
        Some(self.first.take()?.await)
    }

    /// The outcomes of the other targets, in their order; and the first target's, if [`first`](Self::first) was not
    /// called.
    pub(crate) async fn rest(self) -> Vec<Forwarded> {
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
