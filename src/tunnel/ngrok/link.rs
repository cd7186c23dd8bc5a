//! What the three sides of a session share: the connector and the heartbeat, which the SDK calls, and the task
//! that tells. The SDK's side reports here and never waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ngrok::session::IoStream;
use tokio::sync::mpsc;

use super::transport::{Cut, OnBound, Transport};
use crate::notice::TunnelRefusal;

/// Something that happened below the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A connection stands; authentication and binding come next.
    Attached,
    /// The session broke off; the reason.
    Lost(String),
    /// Dialling again after a wait.
    Retrying {
        /// The number of the coming try in this outage, from 1.
        attempt: u32,
        /// The wait before it.
        after: Duration,
    },
    /// The endpoint is bound again, under this URL.
    Bound(String),
}

/// The shared state of one session.
pub(super) struct Link {
    events: mpsc::UnboundedSender<Event>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Ends the connection in use.
    cut: Option<Cut>,
    /// Why we cut it.
    cut_because: Option<String>,
    /// The last heartbeat's round trip.
    latency: Option<Duration>,
    /// The tries of this outage so far.
    attempts: u32,
    /// Why the connector gave up.
    refusal: Option<TunnelRefusal>,
}

impl Link {
    /// The link, and its events. They are few: at most a handful for each try, so their queue has no limit.
    pub(super) fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<Event>) {
        let (events, receiver) = mpsc::unbounded_channel();
        (Arc::new(Self { events, state: Mutex::default() }), receiver)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells an event.
    pub(super) fn tell(&self, event: Event) {
        // The task that tells may have ended already.
        let _ = self.events.send(event);
    }

    /// Takes a fresh connection into use. With `again`, the endpoint's binding over it is told.
    pub(super) fn attach(self: &Arc<Self>, io: Box<dyn IoStream>, again: bool) -> Box<dyn IoStream> {
        let link = self.clone();
        let bound = again.then(|| -> OnBound { Box::new(move |answer| link.bound(answer.url)) });
        let (transport, cut) = Transport::new(io, bound);
        self.state().cut = Some(cut);
        self.tell(Event::Attached);
        Box::new(transport)
    }

    fn bound(&self, url: String) {
        self.state().attempts = 0;
        self.tell(Event::Bound(url));
    }

    /// Ends the connection in use, if there is one; the SDK then reconnects, unless it is told not to.
    pub(super) fn cut(&self, because: String) {
        let mut state = self.state();
        let Some(cut) = state.cut.take() else { return };
        state.cut_because = Some(because);
        drop(state);
        cut.cut();
    }

    /// Why we cut the last connection, if it was us.
    pub(super) fn take_cut_reason(&self) -> Option<String> {
        self.state().cut_because.take()
    }

    /// A heartbeat was answered after this time.
    pub(super) fn heartbeat(&self, latency: Duration) {
        self.state().latency = Some(latency);
    }

    /// The last heartbeat's round trip.
    pub(super) fn latency(&self) -> Option<Duration> {
        self.state().latency
    }

    /// The number of the coming try in this outage, from 1.
    pub(super) fn next_attempt(&self) -> u32 {
        let mut state = self.state();
        state.attempts = state.attempts.saturating_add(1);
        state.attempts
    }

    /// The connector gives up.
    pub(super) fn refuse(&self, refusal: TunnelRefusal) {
        self.state().refusal = Some(refusal);
    }

    /// Why the connector gave up, if it did.
    pub(super) fn take_refusal(&self) -> Option<TunnelRefusal> {
        self.state().refusal.take()
    }
}

/// Cuts the connection when the task that held it ends, however it ends.
pub(super) struct CutOnDrop(pub(super) Arc<Link>);

impl Drop for CutOnDrop {
    fn drop(&mut self) {
        self.0.cut("the tunnel was ended".to_owned());
    }
}
