//! The connections to one target: those that are kept open between two deliveries, and new ones.
//!
//! hyper's own client has a pool as well, but it does not tell whether a connection that failed had been used
//! before, and that decides whether the app may have got the request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_rustls::TlsConnector;

use super::dial::{self, DialError, Sender};
use super::target::Target;

/// How long a connection is kept without use. The usual servers of the field close theirs after 5 s (Node,
/// uvicorn); whoever closes first does not run into the other's closing.
const KEPT: Duration = Duration::from_secs(4);

/// Connections that are kept at most: as many as a burst of deliveries that are in the app at the same time.
const MOST_KEPT: usize = 128;

/// How long a kept connection may take to be ready. It is, but for the moment in which its task takes note that
/// the last answer has ended; or the app answered before it had read the body, and then it never will be.
const READY: Duration = Duration::from_millis(50);

/// One target and its connections.
pub(super) struct Link {
    target: Target,
    tls: Option<TlsConnector>,
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    sender: Sender,
    since: Instant,
}

/// A connection, and whether an answer has come through it before.
pub(super) struct Connection {
    pub(super) sender: Sender,
    pub(super) reused: bool,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn new(target: Target, tls: Option<TlsConnector>) -> Self {
        Self { target, tls, kept: Mutex::new(Vec::new()) }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// A kept connection if there is one that is still open, or a new one.
    pub(super) async fn connect(&self) -> Result<Connection, DialError> {
        while let Some(mut sender) = self.newest() {
            if sender.is_ready() || matches!(tokio::time::timeout(READY, sender.ready()).await, Ok(Ok(()))) {
                return Ok(Connection { sender, reused: true });
            }
        }
        self.connect_anew().await
    }

    /// A new connection.
    pub(super) async fn connect_anew(&self) -> Result<Connection, DialError> {
        let sender = dial::dial(self.target.place(), self.tls.as_ref()).await?;
        Ok(Connection { sender, reused: false })
    }

    /// Keeps a connection for the next delivery, after the whole answer has been read.
    pub(super) fn keep(&self, sender: Sender) {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.retain(|kept| kept.is_fresh(now));
        if kept.len() < MOST_KEPT && !sender.is_closed() {
            kept.push(Kept { sender, since: now });
        }
    }

    /// The connection that was used last: the app is the least likely to have closed it.
    fn newest(&self) -> Option<Sender> {
        let now = Instant::now();
        let mut kept = self.kept();
        while let Some(newest) = kept.pop() {
            if newest.is_fresh(now) {
                return Some(newest.sender);
            }
        }
        None
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_fresh(&self, now: Instant) -> bool {
        !self.sender.is_closed() && now.duration_since(self.since) < KEPT
    }
}
