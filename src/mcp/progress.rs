//! [`ToolProgress`]: reports how far a call is, to a client that asked for it with a `progressToken`.

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};

/// The client of a call.
#[derive(Debug)]
pub(super) struct ToolProgress {
    client: Peer<RoleServer>,
    /// `None` if the client did not ask.
    token: Option<ProgressToken>,
}

impl ToolProgress {
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Self {
        Self { client: context.peer.clone(), token: context.meta.get_progress_token() }
    }

    /// Reports that `done` steps of `total` are done; `step` is the last one.
    pub(super) async fn report(&self, done: usize, total: Option<usize>, step: String) {
        let Some(token) = self.token.clone() else { return };
        let progress = ProgressNotificationParam::new(token, done as f64).with_message(step);
        let progress = match total {
            Some(total) => progress.with_total(total as f64),
            None => progress,
        };
        // It fails if the client has closed its side, and then is not needed.
        let _ = self.client.notify_progress(progress).await;
    }
}
