//! [`ConnectionPlaces`]: which connections may stay open.
//!
//! Everyone on this machine can connect, and only a request shows who it is. So a connection is a newcomer until it has
//! sent a request with the key. Newcomers have places and a time limit of their own: the oldest one gives way to the
//! next, so that silent connections never keep a page out. Streams have places of their own too, because they stay open.
//!
//! A connection with the key may stay open between its requests. If all places are taken, the one that has been idle for
//! the longest time gives way, as at the listener: a browser opens another one when it needs it. A connection whose
//! request is being answered never gives way.

use std::collections::{BTreeMap, VecDeque};
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
    known: Mutex<Known>,
    streams: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Newcomers {
    /// The oldest first. Canceling one closes its connection.
    waiting: VecDeque<(u64, CancellationToken)>,
    /// Counts connections, to tell them apart.
    count: u64,
}

/// Connections that have sent a request with the key, and are not streams.
#[derive(Debug, Default)]
struct Known {
    connections: BTreeMap<u64, KnownConnection>,
    /// Counts answers, to know which connection has been idle for the longest time.
    answers: u64,
}

#[derive(Debug)]
struct KnownConnection {
    /// Canceling it closes the connection.
    dismissal: CancellationToken,
    /// Requests that are being answered. A browser sends one at a time, but the answer may end later than its handler.
    requests: usize,
    /// The number of its last answer.
    last_answer: u64,
}

impl Known {
    /// Closes the connection that has been idle for the longest time, and removes it.
    fn dismiss_idle(&mut self) -> Result<(), NoPlace> {
        let idle = self.connections.iter().filter(|(_, connection)| connection.requests == 0);
        let longest = idle.min_by_key(|(_, connection)| connection.last_answer);
        let number = longest.map(|(number, _)| *number).ok_or(NoPlace)?;
        if let Some(connection) = self.connections.remove(&number) {
            connection.dismissal.cancel();
        }
        Ok(())
    }
}

impl ConnectionPlaces {
    pub(super) fn new(limits: PlaceLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            newcomers: Mutex::default(),
            known: Mutex::default(),
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

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove_newcomer(&self, number: u64) {
        self.newcomers().waiting.retain(|(other, _)| *other != number);
    }
}

/// A request that is being answered: its connection does not give way to another one. Dropped after the answer.
#[derive(Debug)]
pub(super) struct RequestInProgress {
    places: Arc<ConnectionPlaces>,
    number: u64,
}

impl Drop for RequestInProgress {
    fn drop(&mut self) {
        let mut known = self.places.known();
        known.answers += 1;
        let answers = known.answers;
        if let Some(connection) = known.connections.get_mut(&self.number) {
            connection.requests = connection.requests.saturating_sub(1);
            connection.last_answer = answers;
        }
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
    Known,
    /// The permit is returned when it is dropped.
    Stream(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit),
}

impl ConnectionPlace {
    /// The connection has sent a request with the key: it is no longer a newcomer. If all places are taken, the one that
    /// has been idle for the longest time gives way.
    ///
    /// # Errors
    /// [`NoPlace`]: all others have a request that is being answered. It stays a newcomer.
    pub(super) fn admit(&self) -> Result<RequestInProgress, NoPlace> {
        let mut held = self.held();
        let mut known = self.places.known();
        if matches!(*held, Held::Newcomer) {
            if known.connections.len() >= self.places.limits.known {
                known.dismiss_idle()?;
            }
            let dismissal = self.dismissal.clone();
            known.connections.insert(self.number, KnownConnection { dismissal, requests: 0, last_answer: 0 });
            *held = Held::Known;
            self.places.remove_newcomer(self.number);
        }
        if let Some(connection) = known.connections.get_mut(&self.number) {
            connection.requests += 1;
        }
        Ok(RequestInProgress { places: self.places.clone(), number: self.number })
    }

    /// An admitted connection is a stream from now on.
    ///
    /// # Errors
    /// [`NoPlace`]: there are too many streams.
    pub(super) fn become_stream(&self) -> Result<(), NoPlace> {
        let stream = self.places.streams.clone().try_acquire_owned().map_err(|_| NoPlace)?;
        *self.held() = Held::Stream(stream);
        self.places.known().connections.remove(&self.number);
        Ok(())
    }

    /// Waits until the connection must go: another one needs its place, or a newcomer's time is up.
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
        self.places.known().connections.remove(&self.number);
    }
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
    async fn newcomers_never_dismiss_a_connection_with_the_key() {
        let places = places();
        let known = places.enter();
        drop(known.admit().unwrap());
        let _newcomers: Vec<_> = (0..10).map(|_| places.enter()).collect();
        assert!(!is_dismissed(&known, 60_000).await);
    }

    #[tokio::test(start_paused = true)]
    async fn the_connection_that_is_idle_for_the_longest_time_gives_way() {
        let places = places();
        let one = places.enter();
        let answering = one.admit().unwrap();
        let two = places.enter();
        drop(two.admit().unwrap());
        let three = places.enter();
        drop(three.admit().unwrap());
        assert!(is_dismissed(&two, 1).await, "the other one has a request");
        let four = places.enter();
        let fourth = four.admit().unwrap();
        assert!(is_dismissed(&three, 1).await && !is_dismissed(&four, 5_000).await);
        assert!(!is_dismissed(&one, 5_000).await);
        assert_eq!(places.enter().admit().err(), Some(NoPlace), "both have a request");
        // The order of the answers counts, and not that of the requests.
        drop(fourth);
        drop(answering);
        drop(places.enter().admit().unwrap());
        assert!(is_dismissed(&four, 1).await && !is_dismissed(&one, 5_000).await);
    }

    #[test]
    fn streams_leave_the_places_of_requests() {
        let places = places();
        let [one, two, three] = std::array::from_fn(|_| places.enter());
        let _first = one.admit().unwrap();
        let _second = two.admit().unwrap();
        assert_eq!(three.admit().err(), Some(NoPlace));
        two.become_stream().unwrap();
        let _third = three.admit().unwrap();
        assert_eq!(one.become_stream(), Err(NoPlace));
        drop(two);
        one.become_stream().unwrap();
    }
}
