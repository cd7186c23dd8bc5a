//! The tasks that hand deliveries on to the user's app, and their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::app::AppInTheLoop;
use super::recorder::Recorder;
use super::replayer::{self, Replay};
use crate::delivery::{EventSender, SessionEvent, Warning};
use crate::forward::{Policy, Relay};

/// The app's side of a session.
pub(super) struct AppSide {
    /// Hands on what was acknowledged before; ends when nothing can come any more.
    delivering: JoinHandle<()>,
    /// Sends old deliveries again; ends with the session.
    replaying: JoinHandle<()>,
    /// What waits to be handed on.
    unsent: Arc<AtomicUsize>,
}

impl AppSide {
    /// Starts the tasks, and makes what the listener asks.
    pub(super) fn start(
        relay: Relay,
        policy: Policy,
        to_replay: mpsc::Receiver<Replay>,
        (teller, recorder): (&EventSender, &Arc<Recorder>),
        stop: &CancellationToken,
    ) -> (Self, AppInTheLoop) {
        let unsent = Arc::<AtomicUsize>::default();
        let (told, stop) = ((teller.clone(), recorder.clone()), stop.clone());
        let replaying =
            replayer::run(relay.clone(), teller.clone(), recorder.clone(), to_replay, stop.clone());
        let (app, later) = AppInTheLoop::new(relay, policy, told, unsent.clone(), stop);
        (Self { delivering: tokio::spawn(later), replaying: tokio::spawn(replaying), unsent }, app)
    }

    /// Waits for what is on its way, and tells what will not get there.
    pub(super) async fn end(self, limit: Duration, teller: &EventSender) {
        for mut sending in [self.delivering, self.replaying] {
            // What waits for an app that is down is not waited for.
            if tokio::time::timeout(limit, &mut sending).await.is_err() {
                sending.abort();
            }
        }
        let unsent = self.unsent.load(Ordering::Relaxed);
        if unsent > 0 {
            teller.tell_if_room(SessionEvent::Warning(Warning::NotHandedOn { count: unsent }));
        }
    }
}
