//! The traits of a tunnel: [`Kind`] opens it, [`Live`] is the open tunnel. The supervisor runs any kind.

use std::time::Duration;

use super::Ends;
use super::probe::ProbeProof;
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
    /// The public base URL; `None` if it follows in a [`Happening`].
    pub(super) url: Option<String>,
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
    /// The tunnel is up with this URL, and this is what a probe showed.
    Probed(String, ProbeProof),
    /// The tunnel's URL is not known yet; what is known of it.
    Searching(String),
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
    /// A retry after a longer delay, also at the first start: the service limits how often a tunnel is opened.
    Later,
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

/// Waits for the shutdown signal, without a tunnel.
pub(super) async fn wait_for_stop(ends: Ends) {
    ends.stop.cancelled().await;
    ends.emit(TunnelState::Stopped).await;
}

/// A tunnel that the user runs, at this public URL. It is probed like the others.
#[derive(Clone)]
pub(super) struct External(pub(super) String);

/// Nothing is known of the user's tunnel except what probes show.
pub(super) struct ExternalTunnel;

impl TunnelOpener for External {
    type LiveTunnel = ExternalTunnel;

    async fn open(self) -> Result<OpenedTunnel<ExternalTunnel>, TunnelFailure> {
        Ok(OpenedTunnel { url: Some(self.0), live: ExternalTunnel })
    }
}

impl Live for ExternalTunnel {
    async fn next(&mut self) -> Happening {
        std::future::pending().await
    }

    fn resume(&mut self) {}

    fn latency(&self) -> Option<Duration> {
        None
    }

    fn traffic(&self) -> Option<u64> {
        None
    }

    async fn close(self) {}
}

#[cfg(test)]
mod tests {
    use crate::delivery::TunnelState;
    use crate::http::Proxies;
    use crate::tunnel::{Tunnel, TunnelSettings, TunnelTarget};

    fn start(settings: TunnelSettings) -> Tunnel {
        let address = ([127, 0, 0, 1], 4000).into();
        Tunnel::start(settings, TunnelTarget { address, path: "/".to_owned(), probe: None })
    }

    #[tokio::test]
    async fn reports_an_external_url_as_online_at_once_if_it_is_not_probed() {
        let url = "https://hooks.example.com".to_owned();
        let mut tunnel = start(TunnelSettings::External { url: url.clone(), proxies: Proxies::default() });
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Starting));
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
