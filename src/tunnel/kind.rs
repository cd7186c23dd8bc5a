//! The contract of a kind of tunnel: how it is opened, and what may happen to it while it is open. One file or
//! folder a kind; the supervisor runs any of them.

use std::time::Duration;

use crate::delivery::TunnelRefusal;

/// A way to a public URL.
pub(super) trait TunnelOpener: Clone + Send + 'static {
    /// What is open.
    type LiveTunnel: Live;

    /// Opens it, within limits of its own. Dropping the future undoes everything.
    fn open(self) -> impl Future<Output = Result<OpenedTunnel<Self::LiveTunnel>, TunnelFailure>> + Send;
}

/// An open tunnel.
#[derive(Debug)]
pub(super) struct OpenedTunnel<L> {
    /// The public base URL.
    pub(super) url: String,
    /// What is open.
    pub(super) live: L,
}

/// An open tunnel, or one that lost its connection and can take it up again. Dropping it ends it at once.
pub(super) trait Live: Send {
    /// The next thing that happens. Nothing is lost when the future is dropped.
    fn next(&mut self) -> impl Future<Output = Happening> + Send;

    /// After [`Happening::Broke`] or [`Happening::Missed`]: try to take the connection up again, once.
    fn resume(&mut self);

    /// One round trip to the server, where it is measured.
    fn latency(&self) -> Option<Duration>;

    /// Connections that came through so far, where they can be counted.
    fn traffic(&self) -> Option<u64>;

    /// Ends it in order, within limits of its own.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// Something that happened to an open tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    /// The connection is gone; the reason. It waits for [`Live::resume`].
    Broke(String),
    /// Taking it up again failed for now; the reason. It waits for [`Live::resume`].
    Missed(String),
    /// It is up again, under this URL.
    Up(String),
    /// It has ended: it has to be opened anew, or not at all.
    Ended(TunnelFailure),
}

/// Why a tunnel does not open, or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TunnelFailure {
    /// In words.
    pub(super) refusal: TunnelRefusal,
    /// Whether trying again helps.
    pub(super) cure: Cure,
}

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Nothing that we can do.
    None,
    /// Time, until an old session of ours is dead at the server.
    OldSession,
    /// Trying again: the network, a server that is away.
    Retry,
}

impl TunnelFailure {
    /// One that trying again may cure.
    pub(super) fn passing(refusal: TunnelRefusal) -> Self {
        Self { refusal, cure: Cure::Retry }
    }

    /// One that stays.
    pub(super) fn lasting(refusal: TunnelRefusal) -> Self {
        Self { refusal, cure: Cure::None }
    }

    /// In half a sentence: no full stop, with the code.
    pub(super) fn reason(&self) -> String {
        let meaning = self.refusal.meaning.trim_end_matches('.');
        match &self.refusal.code {
            Some(code) => format!("{meaning} ({code})"),
            None => meaning.to_owned(),
        }
    }
}
