//! Requests that the user's app is still processing when the connection closes.
//!
//! Zoom closes the connection after three seconds, and hyper then drops the future that answers the request. The app
//! continues, and the developer needs to see its answer and its time. So the future is stored here, and hyper only
//! polls it.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

/// The work on the current request of a connection; HTTP/1.1 has one at a time.
pub(super) struct InFlight<'w, T>(Mutex<Option<BoxFuture<'w, T>>>);

impl<'w, T> InFlight<'w, T> {
    pub(super) fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// Does the work. If this future is dropped early, the work stays stored for [`finish`](Self::finish).
    pub(super) async fn run(&self, work: BoxFuture<'w, T>) -> T {
        *self.slot() = Some(work);
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(Some(done)) => Poll::Ready(done),
            // `None` does not occur: the next request is read only after this one is answered.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Completes stored work.
    pub(super) async fn finish(&self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// `None` if there is no work.
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
