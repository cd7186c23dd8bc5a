//! A request that the user's app is still processing when the connection closes.
//!
//! Zoom closes the connection after three seconds, and hyper then drops the future that answers it. The app goes on, and
//! the developer needs to see its answer and its time. So the future is stored here, and hyper only polls it.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

/// The work on the one request that an HTTP/1.1 connection has at a time, to come to a `T`.
pub(super) struct InFlight<'w, T>(Mutex<Option<BoxFuture<'w, T>>>);

impl<'w, T> InFlight<'w, T> {
    pub(super) fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// Does the work. It stays here when this is dropped before it is done.
    pub(super) async fn run(&self, work: BoxFuture<'w, T>) -> T {
        *self.slot() = Some(work);
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(Some(done)) => Poll::Ready(done),
            // Nobody takes the work away: the next request comes when this one has its answer.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Does what is left to do.
    pub(super) async fn finish(&self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// `None` where there is no work.
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = self.slot();
        let Some(work) = slot.as_mut() else { return Poll::Ready(None) };
        let done = work.as_mut().poll(context);
        if done.is_ready() {
            *slot = None;
        }
        done.map(Some)
    }

    fn slot(&self) -> MutexGuard<'_, Option<BoxFuture<'w, T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
