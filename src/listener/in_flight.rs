//! Requests that the user's app is still busy with when their peer has gone.
//!
//! Zoom closes the connection once its three seconds are over, and hyper then drops what was to answer it. Yet the
//! app goes on, and what it answered and when is just what the developer has to see.

use std::mem;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// What one connection has begun. Dropped, it cuts everything short.
#[derive(Debug, Default)]
pub(super) struct InFlight(Mutex<JoinSet<()>>);

impl InFlight {
    /// Runs work that goes on when nobody waits for it any more; `None` where it was cut short.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, result) = oneshot::channel();
        {
            let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A connection may bring any number of requests.
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                let _ = done.send(work.await);
            });
        }
        result.await.ok()
    }

    /// Waits until all of it is done.
    pub(super) async fn finish(&self) {
        let mut tasks = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }
}
