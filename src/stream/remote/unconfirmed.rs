//! [`Unconfirmed`]: deliveries that were read and are not confirmed yet, in their order. The position is the last one before
//! which all are confirmed.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::delivery::RemoteDelivery;
use super::position::Position;
use crate::stream::Receipt;

/// Limit on deliveries that are not confirmed. While the app is down, no more are read, so the memory is bounded. It is
/// less than the room in the queue for an app.
const MOST: usize = 512;

/// The deliveries of one follower.
pub(super) struct Unconfirmed {
    inner: Mutex<Inner>,
    changed: Notify,
}

struct Inner {
    /// The oldest first. The number of the first one is `first`.
    read: VecDeque<ReadDelivery>,
    first: u64,
    /// What comes again, and when.
    again: Vec<(Instant, u64, Arc<RemoteDelivery>)>,
    position: Position,
}

struct ReadDelivery {
    id: String,
    is_confirmed: bool,
}

impl Unconfirmed {
    pub(super) fn new(position: Position) -> Arc<Self> {
        let inner = Inner { read: VecDeque::new(), first: 0, again: Vec::new(), position };
        Arc::new(Self { inner: Mutex::new(inner), changed: Notify::new() })
    }

    /// Adds a delivery. Returns its number; `None` if it is there already, and so is confirmed once.
    pub(super) fn hold(&self, id: &str) -> Option<u64> {
        let mut inner = self.inner();
        if inner.read.iter().any(|read| read.id == id) {
            return None;
        }
        inner.read.push_back(ReadDelivery { id: id.to_owned(), is_confirmed: false });
        Some(inner.first + inner.read.len() as u64 - 1)
    }

    /// Whether another delivery may be read.
    pub(super) fn has_room(&self) -> bool {
        self.inner().read.len() < MOST
    }

    /// Waits until another delivery may be read.
    pub(super) async fn room(&self) {
        loop {
            let changed = self.changed.notified();
            if self.has_room() {
                return;
            }
            changed.await;
        }
    }

    /// Waits for a delivery that comes again.
    pub(super) async fn next_due(&self) -> (u64, Arc<RemoteDelivery>) {
        loop {
            let changed = self.changed.notified();
            let next = self.inner().again.iter().map(|(due, ..)| *due).min();
            match next {
                Some(due) if due <= Instant::now() => {
                    let mut inner = self.inner();
                    if let Some(at) = inner.again.iter().position(|(other, ..)| *other == due) {
                        let (_, number, delivery) = inner.again.swap_remove(at);
                        return (number, delivery);
                    }
                }
                Some(due) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep_until(due) => {}
                },
                None => changed.await,
            }
        }
    }

    fn confirm(&self, number: u64) {
        let mut inner = self.inner();
        // One that is no longer there was confirmed before.
        let at = number.checked_sub(inner.first).and_then(|at| usize::try_from(at).ok());
        if let Some(delivery) = at.and_then(|at| inner.read.get_mut(at)) {
            delivery.is_confirmed = true;
        }
        let mut last = None;
        while inner.read.front().is_some_and(|delivery| delivery.is_confirmed) {
            last = inner.read.pop_front();
            inner.first += 1;
        }
        if let Some(last) = last {
            inner.position.write(&last.id);
        }
        drop(inner);
        self.changed.notify_waiters();
    }

    fn send_again(&self, number: u64, delivery: Arc<RemoteDelivery>, after: Duration) {
        self.inner().again.push((Instant::now() + after, number, delivery));
        self.changed.notify_waiters();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic cannot leave it inconsistent.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Confirms a delivery of another session.
pub(super) struct RemoteReceipt {
    unconfirmed: Arc<Unconfirmed>,
    number: u64,
    delivery: Arc<RemoteDelivery>,
}

impl RemoteReceipt {
    pub(super) fn new(unconfirmed: Arc<Unconfirmed>, number: u64, delivery: Arc<RemoteDelivery>) -> Self {
        Self { unconfirmed, number, delivery }
    }
}

impl fmt::Debug for RemoteReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteReceipt").field(&self.delivery.id).finish()
    }
}

impl Receipt for RemoteReceipt {
    fn done(&self) -> BoxFuture<'_, ()> {
        self.unconfirmed.confirm(self.number);
        std::future::ready(()).boxed()
    }

    fn in_progress(&self) -> BoxFuture<'_, ()> {
        // Nobody waits for it.
        std::future::ready(()).boxed()
    }

    fn again(&self, after: Duration) -> BoxFuture<'_, ()> {
        self.unconfirmed.send_again(self.number, self.delivery.clone(), after);
        std::future::ready(()).boxed()
    }
}
