//! Connections to one target that are kept open between requests.
//!
//! hyper-util's client has a pool too. It does not say whether a request that failed had been sent, and a request
//! that had been sent must not be sent again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;

/// The sending side of a connection.
pub(super) type HttpSender = SendRequest<Full<Bytes>>;

/// How long a connection is kept without use. The usual servers (Node, uvicorn) close an idle one after 5 s. To
/// close it first avoids sending a request while the server closes.
const KEPT: Duration = Duration::from_secs(4);

/// Limit on kept connections: as many as a burst of deliveries that the app handles at the same time.
const MOST_KEPT: usize = 128;

/// How long a kept connection may take to be ready. Its task needs a moment to see that the last answer has
/// ended. If the server answered before it had read the body, the connection is never ready again.
const READY: Duration = Duration::from_millis(50);

/// The kept connections.
#[derive(Debug, Default)]
pub(super) struct ConnectionPool(Mutex<Vec<KeptConnection>>);

#[derive(Debug)]
struct KeptConnection {
    sender: HttpSender,
    since: Instant,
}

impl ConnectionPool {
    /// A kept connection that is still open and ready for a request.
    pub(super) async fn take(&self) -> Option<HttpSender> {
        while let Some(mut sender) = self.newest() {
            if sender.is_ready() || matches!(tokio::time::timeout(READY, sender.ready()).await, Ok(Ok(()))) {
                return Some(sender);
            }
        }
        None
    }

    /// Keeps a connection for the next request, after the whole answer has been read.
    pub(super) fn keep(&self, sender: HttpSender) {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.retain(|kept| kept.is_fresh(now));
        if kept.len() < MOST_KEPT && !sender.is_closed() {
            kept.push(KeptConnection { sender, since: now });
        }
    }

    /// The connection that was used last: the least likely to have been closed.
    fn newest(&self) -> Option<HttpSender> {
        let now = Instant::now();
        let mut kept = self.kept();
        while let Some(newest) = kept.pop() {
            if newest.is_fresh(now) {
                return Some(newest.sender);
            }
        }
        None
    }

    fn kept(&self) -> MutexGuard<'_, Vec<KeptConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptConnection {
    fn is_fresh(&self, now: Instant) -> bool {
        !self.sender.is_closed() && now.duration_since(self.since) < KEPT
    }
}
