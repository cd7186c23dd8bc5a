//! Idle connections to one target, for reuse.
//!
//! hyper-util's client also has a pool, but does not report whether a failed request was sent. A request that was sent
//! must not be sent again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;

/// The sending side of a connection.
pub(super) type HttpSender = SendRequest<Full<Bytes>>;

/// Idle timeout. Common servers (Node, uvicorn) close an idle connection after 5 s. Closing it earlier avoids sending a
/// request while the server closes it.
const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// Limit on idle connections: as many as the app handles at the same time in a burst of deliveries.
const MOST_IDLE: usize = 128;

/// How long a pooled connection may take to become ready: its task first has to see that the last answer is complete.
/// If the server answered before it had read the body, the connection never becomes ready.
const READY: Duration = Duration::from_millis(50);

/// The idle connections.
#[derive(Debug, Default)]
pub(super) struct ConnectionPool(Mutex<Vec<KeptConnection>>);

#[derive(Debug)]
struct KeptConnection {
    sender: HttpSender,
    since: Instant,
}

impl ConnectionPool {
    /// An idle connection that is still open and ready for a request.
    pub(super) async fn take(&self) -> Option<HttpSender> {
        while let Some(mut sender) = self.newest() {
            if sender.is_ready() || matches!(tokio::time::timeout(READY, sender.ready()).await, Ok(Ok(()))) {
                return Some(sender);
            }
        }
        None
    }

    /// Stores a connection for the next request. The whole answer must have been read.
    pub(super) fn keep(&self, sender: HttpSender) {
        let now = Instant::now();
        let mut idle = self.idle();
        idle.retain(|connection| connection.is_fresh(now));
        if idle.len() < MOST_IDLE && !sender.is_closed() {
            idle.push(KeptConnection { sender, since: now });
        }
    }

    /// The most recently used connection, which is the least likely to be closed.
    fn newest(&self) -> Option<HttpSender> {
        let now = Instant::now();
        let mut idle = self.idle();
        while let Some(newest) = idle.pop() {
            if newest.is_fresh(now) {
                return Some(newest.sender);
            }
        }
        None
    }

    fn idle(&self) -> MutexGuard<'_, Vec<KeptConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptConnection {
    fn is_fresh(&self, now: Instant) -> bool {
        !self.sender.is_closed() && now.duration_since(self.since) < IDLE_LIMIT
    }
}
