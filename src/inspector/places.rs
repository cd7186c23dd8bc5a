//! [`ConnectionPlaces`]: which connections may stay open.
//!
//! Everyone on this machine can connect, and only a request shows who it is. So a connection is a newcomer until it has
//! sent a request with the key. Newcomers have places and a time limit of their own: the oldest one gives way to the
//! next, so that silent connections never keep a page out. Streams have places of their own too, because they stay open.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Limits on connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlaceLimits {
    /// Connections without a request that has the key.
    pub(super) newcomers: usize,
    /// Connections with one. A browser opens six to a host.
    pub(super) known: usize,
    /// Open streams: one for each visible page.
    pub(super) streams: usize,
    /// How long a connection may be a newcomer.
    pub(super) newcomer_time: Duration,
    /// How long a peer may read nothing of an answer.
    pub(super) unread_time: Duration,
}

impl PlaceLimits {
    pub(super) const USUAL: Self = Self {
        newcomers: 24,
        known: 48,
        streams: 24,
        newcomer_time: Duration::from_secs(5),
        unread_time: Duration::from_secs(20),
    };

    /// The largest number of open connections.
    pub(super) const fn connections(&self) -> u64 {
        (self.newcomers + self.known + self.streams) as u64
    }
}

/// The places of all connections.
#[derive(Debug)]
pub(super) struct ConnectionPlaces {
    limits: PlaceLimits,
    newcomers: Mutex<Newcomers>,
    known: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Newcomers {
    /// The oldest first. Canceling one closes its connection.
    waiting: VecDeque<(u64, CancellationToken)>,
    /// Counts connections, to tell them apart.
    count: u64,
}

impl ConnectionPlaces {
    pub(super) fn new(limits: PlaceLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            newcomers: Mutex::default(),
            known: Arc::new(Semaphore::new(limits.known)),
            streams: Arc::new(Semaphore::new(limits.streams)),
        })
    }

    /// A place for a new connection. If all are taken, the oldest newcomer is dismissed.
    pub(super) fn enter(self: &Arc<Self>) -> ConnectionPlace {
        let mut newcomers = self.newcomers();
        if newcomers.waiting.len() >= self.limits.newcomers
            && let Some((_, oldest)) = newcomers.waiting.pop_front()
        {
            oldest.cancel();
        }
        newcomers.count += 1;
        let (number, dismissal) = (newcomers.count, CancellationToken::new());
        newcomers.waiting.push_back((number, dismissal.clone()));
        drop(newcomers);
        ConnectionPlace { places: self.clone(), number, dismissal, held: Mutex::new(Held::Newcomer) }
    }

    fn newcomers(&self) -> MutexGuard<'_, Newcomers> {
        self.newcomers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove_newcomer(&self, number: u64) {
        self.newcomers().waiting.retain(|(other, _)| *other != number);
    }
}

/// No place is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPlace;

/// The place of one connection. Dropping it makes the place free.
#[derive(Debug)]
pub(super) struct ConnectionPlace {
    places: Arc<ConnectionPlaces>,
    number: u64,
    dismissal: CancellationToken,
    held: Mutex<Held>,
}

#[derive(Debug)]
enum Held {
    Newcomer,
    /// The permit is returned when it is dropped.
    Known(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit),
    Stream(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit),
}

impl ConnectionPlace {
    /// The connection has sent a request with the key: it is no longer a newcomer.
    ///
    /// # Errors
    /// [`NoPlace`]: it stays a newcomer.
    pub(super) fn admit(&self) -> Result<(), NoPlace> {
        let mut held = self.held();
        if matches!(*held, Held::Newcomer) {
            *held = Held::Known(permit(&self.places.known)?);
            self.places.remove_newcomer(self.number);
        }
        Ok(())
    }

    /// An admitted connection is a stream from now on.
    ///
    /// # Errors
    /// [`NoPlace`]: there are too many streams.
    pub(super) fn become_stream(&self) -> Result<(), NoPlace> {
        let stream = permit(&self.places.streams)?;
        *self.held() = Held::Stream(stream);
        Ok(())
    }

    /// Waits until a newcomer must go: another one needs its place, or its time is up. Never ends for others.
    pub(super) async fn dismissed(&self) {
        if tokio::time::timeout(self.places.limits.newcomer_time, self.dismissal.cancelled()).await.is_err()
            && !matches!(*self.held(), Held::Newcomer)
        {
            self.dismissal.cancelled().await;
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        self.places.remove_newcomer(self.number);
    }
}

fn permit(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, NoPlace> {
    places.clone().try_acquire_owned().map_err(|_| NoPlace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Arc<ConnectionPlaces> {
        let second = Duration::from_secs(1);
        ConnectionPlaces::new(PlaceLimits {
            newcomers: 2,
            known: 2,
            streams: 1,
            newcomer_time: second,
            unread_time: second,
        })
    }

    /// Whether it is dismissed within this time.
    async fn is_dismissed(place: &ConnectionPlace, millis: u64) -> bool {
        tokio::time::timeout(Duration::from_millis(millis), place.dismissed()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_newcomer_gives_way_and_each_has_a_time_limit() {
        let places = places();
        let [first, second, third] = std::array::from_fn(|_| places.enter());
        assert!(is_dismissed(&first, 1).await);
        assert!(!is_dismissed(&second, 900).await && !is_dismissed(&third, 900).await);
        assert!(is_dismissed(&second, 1_100).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_with_the_key_is_never_dismissed() {
        let places = places();
        let known = places.enter();
        known.admit().unwrap();
        let _newcomers: Vec<_> = (0..10).map(|_| places.enter()).collect();
        assert!(!is_dismissed(&known, 60_000).await);
    }

    #[test]
    fn streams_leave_the_places_of_requests() {
        let places = places();
        let [one, two, three] = std::array::from_fn(|_| places.enter());
        one.admit().unwrap();
        two.admit().unwrap();
        assert_eq!(three.admit(), Err(NoPlace));
        two.become_stream().unwrap();
        three.admit().unwrap();
        assert_eq!(one.become_stream(), Err(NoPlace));
        drop(two);
        one.become_stream().unwrap();
    }
}
