//! Idle connections to one target, for reuse.
//!
//! hyper-util's client also has a pool, but does not report whether a failed request was sent. A request that was sent
//! must not be sent again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::connection::HttpConnection;

/// Idle timeout. Common servers (Node, uvicorn) close an idle connection after 5 s. Closing it earlier avoids sending a
/// request while the server closes it.
const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// Limit on idle connections: as many as the app handles at the same time in a burst of deliveries.
const MOST_IDLE: usize = 128;

/// How long a pooled connection may take to become ready. If the server answered before it had read the body, it never
/// becomes ready.
const READY: Duration = Duration::from_millis(50);

/// The idle connections.
#[derive(Debug, Default)]
pub(super) struct ConnectionPool(Mutex<Vec<KeptConnection>>);

#[derive(Debug)]
struct KeptConnection {
    connection: HttpConnection,
    since: Instant,
}

impl ConnectionPool {
    /// An idle connection that is still open and ready for a request.
    pub(super) async fn take(&self) -> Option<HttpConnection> {
        while let Some(mut connection) = self.newest() {
            if connection.is_ready_within(READY).await {
                connection.is_reused = true;
                return Some(connection);
            }
        }
        None
    }

    /// Stores a connection that is ready for the next request.
    pub(super) fn keep(&self, connection: HttpConnection) {
        let now = Instant::now();
        let mut idle = self.idle();
        // The oldest are first.
        let stale = idle.iter().take_while(|kept| !kept.is_fresh(now)).count();
        idle.drain(..stale);
        if idle.len() < MOST_IDLE {
            idle.push(KeptConnection { connection, since: now });
        }
    }

    /// The most recently used connection, which is the least likely to be closed.
    fn newest(&self) -> Option<HttpConnection> {
        let now = Instant::now();
        self.idle().pop().filter(|newest| newest.is_fresh(now)).map(|newest| newest.connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<KeptConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptConnection {
    fn is_fresh(&self, now: Instant) -> bool {
        now.duration_since(self.since) < IDLE_LIMIT
    }
}
