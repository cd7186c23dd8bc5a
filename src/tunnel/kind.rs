//! The traits of a tunnel: [`Kind`] opens it, [`Live`] is the open tunnel. The supervisor runs any kind.

use std::time::Duration;

use super::Ends;
use crate::delivery::{TunnelRefusal, TunnelState};

/// A kind of tunnel.
pub(super) trait TunnelOpener: Clone + Send + 'static {
    /// The open tunnel.
    type LiveTunnel: Live;

    /// Opens the tunnel within its own time limits. Dropping the future leaves nothing open.
    fn open(self) -> impl Future<Output = Result<OpenedTunnel<Self::LiveTunnel>, TunnelFailure>> + Send;
}

/// An open tunnel.
#[derive(Debug)]
pub(super) struct OpenedTunnel<L> {
    /// The public base URL.
    pub(super) url: String,
    pub(super) live: L,
}

/// An open tunnel, or one that lost its connection and can reconnect. Dropping it ends it at once.
pub(super) trait Live: Send {
    /// Waits for the next event. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Happening> + Send;

    /// Tries once to reconnect, after [`Happening::Broke`] or [`Happening::Missed`].
    fn resume(&mut self);

    /// The round trip time to the server, if it is measured.
    fn latency(&self) -> Option<Duration>;

    /// The number of connections so far, if they can be counted.
    fn traffic(&self) -> Option<u64>;

    /// Shuts the tunnel down within its own time limits.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// An event of an open tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    /// The connection is lost, for this reason. The tunnel waits for [`Live::resume`].
    Broke(String),
    /// Reconnecting failed, for this reason. The tunnel waits for [`Live::resume`].
    Missed(String),
    /// The tunnel is up again, with this URL.
    Up(String),
    /// The tunnel has ended and cannot reconnect.
    Ended(TunnelFailure),
}

/// Why a tunnel does not open, or why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TunnelFailure {
    /// The message for the user.
    pub(super) refusal: TunnelRefusal,
    /// Whether a retry helps.
    pub(super) cure: Cure,
}

/// What helps after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// No retry helps.
    None,
    /// A retry once the server has dropped an old session of this account.
    OldSession,
    /// A retry: a network problem, or a server that is down.
    Retry,
}

impl TunnelFailure {
    /// A failure that a retry may fix.
    pub(super) fn passing(refusal: TunnelRefusal) -> Self {
        Self { refusal, cure: Cure::Retry }
    }

    /// A failure that no retry fixes.
    pub(super) fn lasting(refusal: TunnelRefusal) -> Self {
        Self { refusal, cure: Cure::None }
    }

    /// The meaning without its full stop, and the code.
    pub(super) fn reason(&self) -> String {
        let meaning = self.refusal.meaning.trim_end_matches('.');
        match &self.refusal.code {
            Some(code) => format!("{meaning} ({code})"),
            None => meaning.to_owned(),
        }
    }
}

/// Reports `url` as online, if there is one, and waits for the shutdown signal.
pub(super) async fn report_until_stopped(url: Option<String>, ends: Ends) {
    if let Some(url) = url {
        ends.emit(TunnelState::Online { url, latency: None }).await;
    }
    ends.stop.cancelled().await;
    ends.emit(TunnelState::Stopped).await;
}

#[cfg(test)]
mod tests {
    use crate::delivery::TunnelState;
    use crate::tunnel::{Tunnel, TunnelSettings, TunnelTarget};

    fn start(settings: TunnelSettings) -> Tunnel {
        let address = ([127, 0, 0, 1], 4000).into();
        Tunnel::start(settings, TunnelTarget { address, path: "/".to_owned(), probe: None })
    }

    #[tokio::test]
    async fn reports_an_external_url_as_online_at_once() {
        let url = "https://hooks.example.com".to_owned();
        let mut tunnel = start(TunnelSettings::External { url: url.clone() });
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Online { url, latency: None }));
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
        assert_eq!(tunnel.states.recv().await, None);
        assert!(tunnel.connections.recv().await.is_none());
    }

    #[tokio::test]
    async fn without_a_tunnel_reports_only_the_stop() {
        let mut tunnel = start(TunnelSettings::None);
        tokio::task::yield_now().await;
        assert!(tunnel.states.try_recv().is_err() && tunnel.connections.try_recv().is_err());
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
    }
}
