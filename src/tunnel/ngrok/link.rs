//! State shared between the SDK's callbacks (connector and heartbeat) and the session that the supervisor holds. The
//! callbacks send events and never block. The entry point is [`Link`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ngrok::session::IoStream;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::transport::{ConnectionCut, OnBound, Transport};
use crate::tunnel::kind::TunnelFailure;

/// An event of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkEvent {
    /// A connection is established. Authentication and binding follow.
    Attached,
    /// [`Link::cut`] closed the connection, for this reason. The SDK must detect it.
    Cut(String),
    /// The connection was lost, for this reason. The connector waits for [`Link::resume`].
    Lost(String),
    /// Dialing failed, for this reason. The connector waits for [`Link::resume`].
    Missed(String),
    /// The endpoint is bound again, with this URL.
    Bound(String),
    /// ngrok did not resume the session; it is over.
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
    /// Closes the current connection.
    cut: Option<ConnectionCut>,
    /// Why it was cut.
    cut_because: Option<String>,
    /// The round trip time of the last heartbeat.
    latency: Option<Duration>,
}

impl Link {
    /// Creates a link and the receiver of its events. The queue is unbounded: an attempt has only a handful of events.
    pub(super) fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<LinkEvent>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let over = CancellationToken::new();
        (Arc::new(Self { events, resume: Notify::new(), over, state: Mutex::default() }), receiver)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn report(&self, event: LinkEvent) {
        // An error means that the session has ended.
        let _ = self.events.send(event);
    }

    /// Lets the connector dial once.
    pub(super) fn resume(&self) {
        self.resume.notify_one();
    }

    /// Waits until the connector may dial; `false` if the session is over.
    pub(super) async fn may_dial(&self) -> bool {
        tokio::select! {
            biased;
            () = self.over.cancelled() => false,
            () = self.resume.notified() => true,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Wraps a new connection. With `again`, it reports the binding of the endpoint.
    pub(super) fn attach(self: &Arc<Self>, io: Box<dyn IoStream>, again: bool) -> Box<dyn IoStream> {
        let link = self.clone();
        let bound =
            again.then(|| -> OnBound { Box::new(move |answer| link.report(LinkEvent::Bound(answer.url))) });
        let (transport, cut) = Transport::new(io, bound);
        self.state().cut = Some(cut);
        if self.is_over() {
            // The session ended while this connection was dialed.
            self.cut(String::new());
        }
        self.report(LinkEvent::Attached);
        Box::new(transport)
    }

    /// Closes the current connection, if there is one. The SDK then reconnects, unless the session is over.
    pub(super) fn cut(&self, because: String) {
        let mut state = self.state();
        let Some(cut) = state.cut.take() else { return };
        state.cut_because = Some(because.clone());
        drop(state);
        cut.cut();
        self.report(LinkEvent::Cut(because));
    }

    /// Why the last connection was cut, if [`Self::cut`] closed it.
    pub(super) fn take_cut_reason(&self) -> Option<String> {
        self.state().cut_because.take()
    }

    /// Records the round trip time of a heartbeat.
    pub(super) fn heartbeat(&self, latency: Duration) {
        self.state().latency = Some(latency);
    }

    /// The round trip time of the last heartbeat.
    pub(super) fn latency(&self) -> Option<Duration> {
        self.state().latency
    }
}

/// Ends the session on drop: closes the connection and prevents a new one.
pub(super) struct OverOnDrop(pub(super) Arc<Link>);

impl Drop for OverOnDrop {
    fn drop(&mut self) {
        self.0.over.cancel();
        self.0.cut("the tunnel was stopped".to_owned());
    }
}
