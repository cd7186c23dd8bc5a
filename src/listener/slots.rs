//! The limit on open connections, and which connection is closed when a new one needs its place.
//!
//! A client can hold every place with cheap requests. So a connection without a verified request is closed for a new
//! one, and a share of the places is reserved for senders whose requests were verified. The table is locked when a
//! connection opens and closes. A request only sets flags of its own connection.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::timed_io::{Exchange, Phase};
use crate::delivery::{EventSender, Route, SessionEvent, Warning};

/// One of this many places is reserved for senders whose requests were verified.
const RESERVED: usize = 4;

/// How long a new connection has for a request before it may be closed for another one. A request of Zoom arrives
/// within milliseconds, also through a slow tunnel.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

/// Accepted connections that may wait for a place. Further ones wait in the system's queue.
const WAITING: usize = 16;

/// Known senders. Zoom uses a few dozen addresses.
const KNOWN_SENDERS: usize = 256;

/// The interval between two warnings.
const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// The limit on open connections, shared by all sources.
#[derive(Debug, Clone)]
pub struct Slots {
    table: Arc<Table>,
    waiting: Arc<Semaphore>,
}

#[derive(Debug)]
struct Table {
    open: Mutex<Open>,
    released: Notify,
}

/// The open connections.
#[derive(Debug)]
struct Open {
    limit: usize,
    /// The route by which Zoom's requests arrive.
    public: Route,
    /// By number, which grows with each connection.
    connections: BTreeMap<u64, Connected>,
    next: u64,
    /// Senders on the public route with a verified request, the latest last.
    known: VecDeque<Sender>,
    warned: Option<Instant>,
}

/// One open connection.
#[derive(Debug)]
struct Connected {
    sender: Sender,
    route: Route,
    opened: Instant,
    exchange: Arc<Exchange>,
    close: CancellationToken,
}

/// The part of a peer's address that one client cannot change easily: the address, or the /64 network of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Sender(IpAddr);

impl From<SocketAddr> for Sender {
    fn from(peer: SocketAddr) -> Self {
        match peer.ip().to_canonical() {
            IpAddr::V6(ip) if !ip.is_loopback() => {
                let network = u128::from(ip) & !u128::from(u64::MAX);
                Self(Ipv6Addr::from(network).into())
            }
            ip => Self(ip),
        }
    }
}

/// What speaks for a connection, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Unverified,
    Verified,
    /// A verified request arrived by the public route.
    VerifiedPublic,
}

/// The place of one connection. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Slot {
    table: Arc<Table>,
    number: u64,
    exchange: Arc<Exchange>,
    close: CancellationToken,
}

impl Slots {
    /// Allows `limit` connections. Zoom's requests arrive by the route `public`.
    #[must_use]
    pub fn new(limit: usize, public: Route) -> Self {
        let open = Open {
            limit: limit.max(1),
            public,
            connections: BTreeMap::new(),
            next: 0,
            known: VecDeque::new(),
            warned: None,
        };
        let table = Table { open: Mutex::new(open), released: Notify::new() };
        Self { table: Arc::new(table), waiting: Arc::new(Semaphore::new(WAITING)) }
    }

    /// The number of requests that are being received or answered.
    pub(crate) fn requests(&self) -> usize {
        let open = self.table.open();
        let is_busy = |connected: &&Connected| {
            matches!(connected.exchange.phase().0, Phase::Body | Phase::Serving)
                || connected.exchange.is_writing()
        };
        open.connections.values().filter(is_busy).count()
    }

    /// Permission to accept a connection, to be dropped once it has a place.
    pub(super) async fn may_accept(&self) -> Option<OwnedSemaphorePermit> {
        self.waiting.clone().acquire_owned().await.ok()
    }

    /// Waits for a place, and closes the least useful idle connection if there is none.
    pub(super) async fn take(&self, peer: SocketAddr, route: Route, events: &EventSender) -> Slot {
        loop {
            let mut released = std::pin::pin!(self.table.released.notified());
            // Enabled before the check, so that no release is missed.
            released.as_mut().enable();
            if let Some(slot) = self.table.admit(peer, route, Instant::now(), events) {
                return slot;
            }
            // Time alone can free a place: see `FIRST_REQUEST`.
            let _ = tokio::time::timeout(FIRST_REQUEST / 4, released).await;
        }
    }
}

impl Table {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(
        self: &Arc<Self>,
        peer: SocketAddr,
        route: Route,
        now: Instant,
        events: &EventSender,
    ) -> Option<Slot> {
        let mut open = self.open();
        let sender = Sender::from(peer);
        if !open.has_room(sender, route) {
            open.warn(now, events);
            let victim = open.least_useful(now)?;
            // Its place is free at once, and its task closes it at its next turn.
            if let Some(victim) = open.connections.remove(&victim) {
                victim.close.cancel();
            }
        }
        let (exchange, close) = (Arc::new(Exchange::new()), CancellationToken::new());
        let number = open.next;
        open.next += 1;
        let connected =
            Connected { sender, route, opened: now, exchange: exchange.clone(), close: close.clone() };
        open.connections.insert(number, connected);
        Some(Slot { table: self.clone(), number, exchange, close })
    }
}

impl Open {
    fn reserved(&self) -> usize {
        self.limit / RESERVED
    }

    /// How many connections have a place in the reserve, or would have one.
    fn verified_public(&self) -> usize {
        let standings = self.connections.values().map(|connected| connected.standing(self.public));
        standings.filter(|standing| *standing == Standing::VerifiedPublic).count()
    }

    fn has_room(&self, sender: Sender, route: Route) -> bool {
        let open = self.connections.len();
        // The first test is the usual one, and the others read the whole table.
        open < self.limit - self.reserved()
            || open < self.limit
                && (route == self.public && self.known.contains(&sender)
                    || open < self.limit - self.reserved().saturating_sub(self.verified_public()))
    }

    /// The number of the connection that is closed for a new one. `None` if all are in use.
    fn least_useful(&self, now: Instant) -> Option<u64> {
        let reserve_is_full = self.verified_public() > self.reserved();
        let mut crowd = HashMap::<Sender, usize>::new();
        for connected in self.connections.values() {
            *crowd.entry(connected.sender).or_default() += 1;
        }
        let useless = self.connections.iter().filter_map(|(number, connected)| {
            let standing = connected.standing(self.public);
            let in_reserve = standing == Standing::VerifiedPublic && !reserve_is_full;
            let activity = connected.activity(now).filter(|_| !in_reserve)?;
            let crowd = Reverse(crowd.get(&connected.sender).copied());
            Some((standing, crowd, activity, Reverse(*number)))
        });
        useless.min().map(|(.., Reverse(number))| number)
    }

    /// Warns that the places ran out, unless it did so lately.
    fn warn(&mut self, now: Instant, events: &EventSender) {
        if self.warned.is_some_and(|warned| now.duration_since(warned) < WARNING_INTERVAL) {
            return;
        }
        let idle = self.connections.values().filter(|connected| connected.is_idle()).count();
        let warning = Warning::ConnectionsExhausted { open: self.connections.len(), idle };
        if events.send_if_room(SessionEvent::Warning(warning)) {
            self.warned = Some(now);
        }
    }

    /// Remembers the sender of a connection with a verified request.
    fn remember(&mut self, number: u64) {
        let Some(connected) = self.connections.get(&number) else { return };
        let sender = connected.sender;
        // A program on this machine that carries the tunnel has one address for all senders.
        if connected.route != self.public || sender.0.is_loopback() {
            return;
        }
        self.known.retain(|known| *known != sender);
        self.known.push_back(sender);
        if self.known.len() > KNOWN_SENDERS {
            self.known.pop_front();
        }
    }
}

/// What a connection that may be closed waits for, the most useless first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Activity {
    /// Another request.
    Idle,
    /// A request that does not arrive, or a peer that does not read its answer.
    Stalled,
}

impl Connected {
    fn standing(&self, public: Route) -> Standing {
        match (self.exchange.is_verified(), self.route == public) {
            (false, _) => Standing::Unverified,
            (true, false) => Standing::Verified,
            (true, true) => Standing::VerifiedPublic,
        }
    }

    /// `None` if the connection is in use.
    fn activity(&self, now: Instant) -> Option<Activity> {
        let is_stalled = !self.exchange.is_verified() && now.duration_since(self.opened) >= FIRST_REQUEST;
        match self.exchange.phase().0 {
            Phase::Idle if !self.exchange.is_writing() => Some(Activity::Idle),
            Phase::Head | Phase::Body | Phase::Idle => is_stalled.then_some(Activity::Stalled),
            Phase::Serving => None,
        }
    }

    /// Whether the connection waits for a request, also for the first one.
    fn is_idle(&self) -> bool {
        matches!(self.exchange.phase(), (Phase::Idle, _) | (Phase::Head, 0))
    }
}

impl Slot {
    /// The state of the connection.
    pub(super) fn exchange(&self) -> &Arc<Exchange> {
        &self.exchange
    }

    /// Resolves when the place was given to another connection.
    pub(super) fn given_away(&self) -> WaitForCancellationFuture<'_> {
        self.close.cancelled()
    }

    /// Remembers that a request of this connection was verified.
    pub(super) fn remember_sender(&self) {
        self.table.open().remember(self.number);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.table.open().connections.remove(&self.number);
        self.table.released.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::event_channel;

    /// Connections through a tunnel with 8 places, 2 of them reserved.
    struct Places {
        slots: Slots,
        events: EventSender,
        now: Instant,
    }

    impl Places {
        fn eight() -> Self {
            let (events, _) = event_channel(1);
            Self { slots: Slots::new(8, Route::Tunnel), events, now: Instant::now() }
        }

        fn admit(&self, peer: &str, route: Route) -> Option<Slot> {
            self.slots.table.admit(peer.parse().unwrap(), route, self.now, &self.events)
        }

        /// An idle connection of this peer, through the tunnel.
        fn idle(&self, peer: &str) -> Slot {
            let slot = self.admit(peer, Route::Tunnel).expect("no place");
            slot.exchange.enter(Phase::Idle);
            slot
        }

        fn verified(&self, peer: &str) -> Slot {
            let slot = self.idle(peer);
            slot.exchange.set_verified();
            slot.remember_sender();
            slot
        }
    }

    fn closed(slots: &[Slot]) -> Vec<usize> {
        let closed = slots.iter().enumerate().filter(|(_, slot)| slot.close.is_cancelled());
        closed.map(|(number, _)| number).collect()
    }

    #[test]
    fn closes_the_newest_connection_of_the_busiest_peer() {
        let places = Places::eight();
        let peers = ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.2:2", "10.0.0.2:3", "10.0.0.3:1", "10.0.0.3:2"];
        let held: Vec<_> = peers.map(|peer| places.idle(peer)).into();
        let _first = places.idle("10.0.0.4:1");
        assert_eq!(closed(&held), [3]);
        // Two peers have two connections each now: the newest of them.
        let _second = places.idle("10.0.0.5:1");
        assert_eq!(closed(&held), [3, 5]);
    }

    #[test]
    fn one_network_of_ipv6_is_one_peer() {
        let places = Places::eight();
        let peers =
            ["[2001:db8::1]:1", "[2001:db8::2]:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1"];
        let held: Vec<_> = peers.map(|peer| places.idle(peer)).into();
        let _new = places.idle("10.0.0.5:1");
        assert_eq!(closed(&held), [1]);
    }

    #[test]
    fn a_connection_with_a_verified_request_is_closed_last() {
        let places = Places::eight();
        let mut held = vec![places.verified("10.0.0.1:1"), places.verified("10.0.0.1:2")];
        held.extend((0..20).map(|port| places.idle(&format!("10.0.0.2:{port}"))));
        assert!(!closed(&held).contains(&0) && !closed(&held).contains(&1), "{:?}", closed(&held));
        let open = places.slots.table.open().connections.len();
        assert_eq!(open, 8);
        // More of them than places: the newest gives way.
        let genuine: Vec<_> = (0..9).map(|port| places.verified(&format!("10.0.0.1:{port}"))).collect();
        assert_eq!(places.slots.table.open().connections.len(), 8);
        assert!(!held[0].close.is_cancelled() && !genuine[8].close.is_cancelled());
    }

    #[test]
    fn only_a_known_sender_gets_a_reserved_place() {
        let places = Places::eight();
        drop(places.verified("10.0.0.1:1"));
        let served: Vec<_> = (0..6).map(|port| places.idle(&format!("10.0.0.2:{port}"))).collect();
        served.iter().for_each(|slot| slot.exchange.enter(Phase::Serving));
        assert!(places.admit("10.0.0.3:1", Route::Tunnel).is_none());
        assert!(places.admit("10.0.0.1:2", Route::Local).is_none());
        let _reserved = places.admit("10.0.0.1:2", Route::Tunnel).expect("no reserved place");
    }

    #[test]
    fn a_verified_connection_is_not_closed_while_its_answer_is_written() {
        let places = Places::eight();
        let held: Vec<_> = (0..8).map(|port| places.verified(&format!("10.0.0.1:{port}"))).collect();
        held.iter().for_each(|slot| slot.exchange.set_writing(true));
        assert!(places.admit("10.0.0.2:1", Route::Tunnel).is_none());
        held[3].exchange.set_writing(false);
        let _new = places.idle("10.0.0.2:1");
        assert_eq!(closed(&held), [3]);
    }

    #[test]
    fn a_new_connection_has_a_second_for_its_first_request() {
        let mut places = Places::eight();
        let held: Vec<_> =
            (0..6).map(|port| places.admit(&format!("10.0.0.2:{port}"), Route::Tunnel).unwrap()).collect();
        assert!(places.admit("10.0.0.3:1", Route::Tunnel).is_none());
        places.now += FIRST_REQUEST;
        let _new = places.admit("10.0.0.3:1", Route::Tunnel).expect("no place");
        assert_eq!(closed(&held), [5]);
    }
}
