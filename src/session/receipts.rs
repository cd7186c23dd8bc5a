//! [`Receipts`]: the deliveries of a stream that are not confirmed to it yet.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::stream::Receipt;

/// How often the stream is told that deliveries are still being worked on. It sends them again without a sign of life for
/// three times as long.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Limit on the confirmed ids that are remembered. A confirmation may be lost with the connection, and the stream then
/// sends the delivery again within a minute.
const REMEMBERED: usize = 20_000;

/// What is known about a delivery that the stream sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownReceipt {
    /// Nothing.
    Unknown,
    /// It is being worked on.
    Open,
    /// It was confirmed.
    Finished,
}

/// The receipts of deliveries that are not confirmed yet, and the ids of those that are.
#[derive(Debug, Default)]
pub(super) struct Receipts(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: HashMap<String, Arc<dyn Receipt>>,
    finished: HashSet<String>,
    order: VecDeque<String>,
}

impl Receipts {
    /// What is known about a delivery.
    pub(super) fn known(&self, id: &str) -> KnownReceipt {
        let inner = self.inner();
        if inner.open.contains_key(id) {
            KnownReceipt::Open
        } else if inner.finished.contains(id) {
            KnownReceipt::Finished
        } else {
            KnownReceipt::Unknown
        }
    }

    /// Holds the receipt of a delivery until [`Self::finish`], in place of an earlier one.
    pub(super) fn hold(&self, id: &str, receipt: Arc<dyn Receipt>) {
        self.inner().open.insert(id.to_owned(), receipt);
    }

    /// Confirms a delivery.
    pub(super) async fn finish(&self, id: &str) {
        let receipt = {
            let mut inner = self.inner();
            let receipt = inner.open.remove(id);
            inner.remember(id);
            receipt
        };
        if let Some(receipt) = receipt {
            receipt.done().await;
        }
    }

    /// Forgets a delivery that is not confirmed.
    pub(super) fn release(&self, id: &str) {
        self.inner().open.remove(id);
    }

    /// Tells the stream at intervals that the deliveries are still being worked on. Never ends.
    pub(super) async fn give_signs_of_life(&self) {
        let mut ticks = tokio::time::interval(SIGN_OF_LIFE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let open: Vec<_> = self.inner().open.values().cloned().collect();
            for receipt in open {
                receipt.in_progress().await;
            }
        }
    }

    /// Gives back what is not confirmed, so that the next session gets it at once.
    pub(super) async fn give_back(&self) {
        let open = std::mem::take(&mut self.inner().open);
        for receipt in open.into_values() {
            receipt.again(Duration::ZERO).await;
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic cannot leave it inconsistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remember(&mut self, id: &str) {
        if self.finished.insert(id.to_owned()) {
            self.order.push_back(id.to_owned());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.finished.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::*;

    #[derive(Debug, Default)]
    struct Counted([AtomicU32; 2]);

    impl Counted {
        fn count(&self, at: usize) -> BoxFuture<'_, ()> {
            self.0[at].fetch_add(1, Ordering::Relaxed);
            std::future::ready(()).boxed()
        }

        fn counts(&self) -> [u32; 2] {
            [0, 1].map(|at| self.0[at].load(Ordering::Relaxed))
        }
    }

    impl Receipt for Counted {
        fn done(&self) -> BoxFuture<'_, ()> {
            self.count(0)
        }

        fn in_progress(&self) -> BoxFuture<'_, ()> {
            self.count(1)
        }

        fn again(&self, _after: Duration) -> BoxFuture<'_, ()> {
            std::future::ready(()).boxed()
        }
    }

    #[tokio::test]
    async fn the_latest_receipt_is_confirmed_once() {
        let receipts = Receipts::default();
        let [first, second] = [Arc::new(Counted::default()), Arc::new(Counted::default())];
        assert_eq!(receipts.known("a"), KnownReceipt::Unknown);
        receipts.hold("a", first.clone());
        receipts.hold("a", second.clone());
        assert_eq!(receipts.known("a"), KnownReceipt::Open);
        receipts.finish("a").await;
        receipts.finish("a").await;
        assert_eq!(receipts.known("a"), KnownReceipt::Finished);
        assert_eq!((first.counts(), second.counts()), ([0, 0], [1, 0]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_stream_hears_of_open_deliveries_in_time() {
        let receipts = Receipts::default();
        let receipt = Arc::new(Counted::default());
        receipts.hold("a", receipt.clone());
        let _ = tokio::time::timeout(Duration::from_secs(5), receipts.give_signs_of_life()).await;
        assert_eq!(receipt.counts(), [0, 3]);
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let receipts = Receipts::default();
        for id in 0..REMEMBERED + 10 {
            receipts.finish(&id.to_string()).await;
        }
        assert_eq!(receipts.known("0"), KnownReceipt::Unknown);
        assert_eq!(receipts.known("10"), KnownReceipt::Finished);
    }
}
