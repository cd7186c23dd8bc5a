//! What the three sides of a session share: the connector and the heartbeat, which the SDK calls, and the session
//! that the supervisor holds. The SDK's side reports here and never waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ngrok::session::IoStream;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::transport::{ConnectionCut, OnBound, Transport};
use crate::tunnel::kind::TunnelFailure;

/// Something that happened below the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkEvent {
    /// A connection stands; authentication and binding come next.
    Attached,
    /// We cut the connection; the reason. The SDK has to notice.
    Cut(String),
    /// The connection broke off; the reason. The connector waits for [`Link::resume`].
    Lost(String),
    /// Dialling again failed; the reason. The connector waits for [`Link::resume`].
    Missed(String),
    /// The endpoint is bound again, under this URL.
    Bound(String),
    /// ngrok did not take the session up again; it is over.
    Failed(TunnelFailure),
}

/// The shared state of one session.
pub(super) struct Link {
    events: mpsc::UnboundedSender<LinkEvent>,
    resume: Notify,
    over: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Ends the connection in use.
    cut: Option<ConnectionCut>,
    /// Why we cut it.
    cut_because: Option<String>,
    /// The last heartbeat's round trip.
    latency: Option<Duration>,
}

impl Link {
    /// The link, and its events. They are few: at most a handful for each try, so their queue has no limit.
    pub(super) fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<LinkEvent>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let over = CancellationToken::new();
        (Arc::new(Self { events, resume: Notify::new(), over, state: Mutex::default() }), receiver)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells an event.
    pub(super) fn tell(&self, event: LinkEvent) {
        // The session may have ended already.
        let _ = self.events.send(event);
    }

    /// Lets the connector dial again, once.
    pub(super) fn resume(&self) {
        self.resume.notify_one();
    }

    /// Waits until dialling again is wanted; false when it never will be.
    pub(super) async fn may_dial(&self) -> bool {
        tokio::select! {
            biased;
            () = self.over.cancelled() => false,
            () = self.resume.notified() => true,
        }
    }

    /// Whether the session is not wanted any more.
    pub(super) fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Takes a fresh connection into use. With `again`, the endpoint's binding over it is told.
    pub(super) fn attach(self: &Arc<Self>, io: Box<dyn IoStream>, again: bool) -> Box<dyn IoStream> {
        let link = self.clone();
        let bound =
            again.then(|| -> OnBound { Box::new(move |answer| link.tell(LinkEvent::Bound(answer.url))) });
        let (transport, cut) = Transport::new(io, bound);
        self.state().cut = Some(cut);
        if self.is_over() {
            // It ended while this connection was dialled.
            self.cut(String::new());
        }
        self.tell(LinkEvent::Attached);
        Box::new(transport)
    }

    /// Ends the connection in use, if there is one; the SDK then reconnects, unless the session is over.
    pub(super) fn cut(&self, because: String) {
        let mut state = self.state();
        let Some(cut) = state.cut.take() else { return };
        state.cut_because = Some(because.clone());
        drop(state);
        cut.cut();
        self.tell(LinkEvent::Cut(because));
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
}

/// Ends the session when whoever held it is gone, however that came: no connection stays, none is opened again.
pub(super) struct OverOnDrop(pub(super) Arc<Link>);

impl Drop for OverOnDrop {
    fn drop(&mut self) {
        self.0.over.cancel();
        self.0.cut("the tunnel was ended".to_owned());
    }
}
