//! Reports when the connection to a stream is lost, and when it is restored.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::delivery::{EventSender, SessionEvent, Warning};
use crate::stream::StreamHealth;

/// A connection that is restored within this time is not reported: a cluster moves clients when a server restarts.
const UNNOTICED: Duration = Duration::from_secs(1);

/// A connection that is watched.
pub(super) struct Watched {
    /// The servers, without credentials.
    pub(super) server: String,
    pub(super) health: watch::Receiver<StreamHealth>,
    /// Whether this session publishes.
    pub(super) is_sharing: bool,
}

/// Reports until `stop` is canceled.
pub(super) async fn report(watched: Watched, events: EventSender, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = follow(watched, events) => {}
    }
}

async fn follow(watched: Watched, events: EventSender) {
    let Watched { server, mut health, is_sharing } = watched;
    let is_up = |health: &StreamHealth| *health == StreamHealth::Up;
    while health.wait_for(|health| !is_up(health)).await.is_ok() {
        if tokio::time::timeout(UNNOTICED, health.wait_for(is_up)).await.is_ok() {
            continue;
        }
        let StreamHealth::Down { reason } = health.borrow_and_update().clone() else { continue };
        let lost = Warning::StreamLost { server: server.clone(), reason, is_sharing };
        events.send(SessionEvent::Warning(lost)).await;
        if health.wait_for(is_up).await.is_ok() {
            let restored = Warning::StreamRestored { server: server.clone() };
            events.send(SessionEvent::Warning(restored)).await;
        }
    }
}
