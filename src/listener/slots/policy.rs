//! Which connections have a place, and which one is closed for a new one. Pure: the time is a parameter.
//!
//! A stranger who holds every place must not keep genuine requests out. A stranger cannot be told from a genuine sender
//! before a request was verified, so no new connection waits long for a place:
//!
//! - A share of the places is reserved for the route of Zoom's requests. Only connections with a verified request and
//!   senders of earlier verified requests have them.
//! - New connections get a place in the order of their arrival; those of known senders come first.
//! - A connection without a verified request gives way once it has had time for one. The more connections wait, the
//!   shorter this time is, so that all of them get a place within [`LONGEST_WAIT`].
//! - A connection with a verified request gives way only if no other one can.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::delivery::Route;
use crate::listener::timed_io::{Exchange, Phase};

/// One of this many places is reserved for senders whose requests were verified.
const RESERVED: usize = 4;

/// How long a new connection has for a request if few others wait. A request of Zoom arrives within milliseconds, also
/// through a slow tunnel.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

/// A new connection has at least this long for a request. It also limits how often a client can be made to reconnect.
const LEAST_TIME: Duration = Duration::from_millis(10);

/// How long a new connection waits at most for a place that strangers hold. Zoom waits 3 s for an answer.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Connections that may wait for a place, of each source. Further ones wait in the system's queue.
const WAITING: usize = 32;

/// With few places, few open files are allowed. So only this many more connections may wait than have a place.
const MORE_WAITING: usize = 8;

/// The length of the system's queue, which is unknown when connections wait in it. It is tokio's default.
const SYSTEM_QUEUE: usize = 1024;

/// Known senders. Zoom uses a few dozen addresses.
const KNOWN_SENDERS: usize = 256;

/// A new connection asks again after this time if all places are in use. Only the first in the line asks.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// All places, with the connections that have one or wait for one.
#[derive(Debug)]
pub(super) struct Places {
    limit: usize,
    /// The route by which Zoom's requests arrive.
    public: Route,
    /// By number, which grows with each connection.
    connections: BTreeMap<u64, Connected>,
    /// Connections without a place, by number.
    line: BTreeMap<u64, Newcomer>,
    next: u64,
    /// Senders on the public route with a verified request, the latest last.
    known: VecDeque<Sender>,
}

/// One connection with a place.
#[derive(Debug)]
struct Connected {
    sender: Sender,
    route: Route,
    opened: Instant,
    exchange: Arc<Exchange>,
    close: CancellationToken,
}

/// One connection that waits for a place.
#[derive(Debug, Clone, Copy)]
struct Newcomer {
    sender: Sender,
    route: Route,
    is_known: bool,
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

/// What a connection that can give way waits for, the most useless first. Then the busiest sender gives way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Activity {
    /// Another request, or the peer that does not read its answers.
    Idle,
    /// A request that does not arrive.
    Stalled,
    /// An answer to a request. It is closed after that answer. A client that sends request after request would keep its
    /// place otherwise.
    Served,
}

impl Activity {
    /// Orders the connections of one sender by their numbers: the newest idle one gives way first, and the one that has
    /// waited longest for a request.
    fn age(self, number: u64) -> i128 {
        match self {
            Self::Idle => -i128::from(number),
            Self::Stalled | Self::Served => i128::from(number),
        }
    }
}

/// Whether a connection has a place now.
#[derive(Debug)]
pub(super) enum SlotAdmission {
    /// It has one.
    Admitted {
        /// The state of the connection.
        exchange: Arc<Exchange>,
        /// Cancelled when the place is given to another connection.
        close: CancellationToken,
    },
    /// It waits. It asks again when another connection has left, or after this time.
    Waits(Duration),
}

impl Places {
    /// `limit` places. Zoom's requests arrive by the route `public`.
    pub(super) fn new(limit: usize, public: Route) -> Self {
        Self {
            limit: limit.max(1),
            public,
            connections: BTreeMap::new(),
            line: BTreeMap::new(),
            next: 0,
            known: VecDeque::new(),
        }
    }

    /// How many connections of each source may wait for a place.
    pub(super) fn line_limit(&self) -> usize {
        self.limit.saturating_add(MORE_WAITING).min(WAITING)
    }

    /// Lets a new connection wait for a place, and returns its number.
    pub(super) fn line_up(&mut self, peer: SocketAddr, route: Route) -> u64 {
        let sender = Sender::from(peer);
        let is_known = route == self.public && self.known.contains(&sender);
        let number = self.next;
        self.next += 1;
        self.line.insert(number, Newcomer { sender, route, is_known });
        number
    }

    /// Gives a waiting connection a place if it is the first in the line and there is one.
    pub(super) fn admit(&mut self, number: u64, now: Instant) -> SlotAdmission {
        let Some(newcomer) = self.line.get(&number).copied() else { return SlotAdmission::Waits(ASK_AGAIN) };
        if self.is_before(number, newcomer) {
            return SlotAdmission::Waits(FIRST_REQUEST);
        }
        if !self.has_room(newcomer) {
            match self.least_useful(newcomer, now) {
                // Its place is free at once, and its task closes it at its next turn.
                Ok(victim) => {
                    if let Some(victim) = self.connections.remove(&victim) {
                        victim.close.cancel();
                    }
                }
                Err(wait) => return SlotAdmission::Waits(wait),
            }
        }
        self.line.remove(&number);
        let (exchange, close) = (Arc::new(Exchange::new()), CancellationToken::new());
        let Newcomer { sender, route, .. } = newcomer;
        let connected =
            Connected { sender, route, opened: now, exchange: exchange.clone(), close: close.clone() };
        self.connections.insert(number, connected);
        SlotAdmission::Admitted { exchange, close }
    }

    /// Whether every place that this waiting connection could have is taken.
    pub(super) fn is_full_for(&self, number: u64) -> bool {
        self.line.get(&number).is_some_and(|newcomer| !self.has_room(*newcomer))
    }

    /// Removes a connection, with a place or without.
    pub(super) fn leave(&mut self, number: u64) {
        self.connections.remove(&number);
        self.line.remove(&number);
    }

    /// Remembers the sender of a connection with a verified request.
    pub(super) fn remember(&mut self, number: u64) {
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

    /// How many connections have a place, and how many of them are idle.
    pub(super) fn open_and_idle(&self) -> (usize, usize) {
        let idle = self.connections.values().filter(|connected| connected.is_idle()).count();
        (self.connections.len(), idle)
    }

    /// The number of requests that are being received or answered.
    pub(super) fn requests(&self) -> usize {
        self.connections.values().filter(|connected| connected.is_busy()).count()
    }

    /// Whether another connection gets a place before this one.
    fn is_before(&self, number: u64, newcomer: Newcomer) -> bool {
        let place_in_line = (!newcomer.is_known, number);
        self.line.iter().any(|(other, waiting)| (!waiting.is_known, *other) < place_in_line)
    }

    fn reserved(&self) -> usize {
        self.limit / RESERVED
    }

    /// How many connections have a place in the reserve, or would have one.
    fn verified_public(&self) -> usize {
        let standings = self.connections.values().map(|connected| connected.standing(self.public));
        standings.filter(|standing| *standing == Standing::VerifiedPublic).count()
    }

    fn has_room(&self, newcomer: Newcomer) -> bool {
        let open = self.connections.len();
        // The first test is the usual one, and the others read the whole table.
        open < self.limit - self.reserved()
            || open < self.limit
                && (newcomer.is_known
                    || open < self.limit - self.reserved().saturating_sub(self.verified_public()))
    }

    /// How long a connection that waits for a request has its place for certain. The connections that wait are served one
    /// after the other, so a place for each of them is free within [`LONGEST_WAIT`].
    fn time_for_a_request(&self) -> Duration {
        let waiting = self.line.len();
        let is_in_line = |route| self.line.values().filter(|newcomer| newcomer.route == route).count();
        let is_full = [Route::Local, Route::Tunnel].map(is_in_line).iter().any(|n| *n >= self.line_limit());
        let waiting = if is_full { waiting + SYSTEM_QUEUE } else { waiting.max(1) };
        let places = u32::try_from(self.limit - self.reserved()).unwrap_or(u32::MAX);
        let time = LONGEST_WAIT.saturating_mul(places) / u32::try_from(waiting).unwrap_or(u32::MAX);
        time.clamp(LEAST_TIME, FIRST_REQUEST)
    }

    /// The number of the connection that is closed for this one, or how long to wait.
    fn least_useful(&self, newcomer: Newcomer, now: Instant) -> Result<u64, Duration> {
        // A sender of genuine requests does not wait for a stranger.
        let time = if newcomer.is_known { Duration::ZERO } else { self.time_for_a_request() };
        let with = |standing| {
            let connections = self.connections.iter();
            connections.filter(move |(_, connected)| connected.standing(self.public) == standing)
        };
        let crowd = self.crowd();
        let least = |standing| {
            let useless = with(standing).filter_map(|(number, connected)| {
                let activity = connected.activity(now, time)?;
                Some((activity, Reverse(crowd.get(&connected.sender)), activity.age(*number), *number))
            });
            useless.min().map(|(.., number)| number)
        };
        if let Some(victim) = least(Standing::Unverified) {
            return Ok(victim);
        }
        // Verified ones stay open while a place can be had by waiting.
        let left = with(Standing::Unverified).map(|(_, connected)| connected.time_left(now, time));
        if let Some(left) = left.min() {
            return Err(left);
        }
        let reserve_is_full = self.verified_public() > self.reserved();
        least(Standing::Verified)
            .or_else(|| least(Standing::VerifiedPublic).filter(|_| reserve_is_full))
            .ok_or(ASK_AGAIN)
    }

    /// How many connections each sender has.
    fn crowd(&self) -> HashMap<Sender, usize> {
        let mut crowd = HashMap::new();
        for connected in self.connections.values() {
            *crowd.entry(connected.sender).or_default() += 1;
        }
        crowd
    }
}

impl Connected {
    fn standing(&self, public: Route) -> Standing {
        match (self.exchange.is_verified(), self.route == public) {
            (false, _) => Standing::Unverified,
            (true, false) => Standing::Verified,
            (true, true) => Standing::VerifiedPublic,
        }
    }

    /// `None` if it is in use, or new.
    fn activity(&self, now: Instant, time: Duration) -> Option<Activity> {
        let is_verified = self.exchange.is_verified();
        let had_time = !is_verified && self.time_left(now, time).is_zero();
        match self.exchange.phase().0 {
            // A client that sends requests without reading the answers. hyper begins with the next one all the same.
            _ if self.exchange.is_writing() => (!is_verified).then_some(Activity::Idle),
            Phase::Idle => Some(Activity::Idle),
            Phase::Head | Phase::Body => had_time.then_some(Activity::Stalled),
            Phase::Serving => had_time.then_some(Activity::Served),
        }
    }

    /// How much of the time for a request is left.
    fn time_left(&self, now: Instant, time: Duration) -> Duration {
        time.saturating_sub(now.duration_since(self.opened))
    }

    fn is_busy(&self) -> bool {
        matches!(self.exchange.phase().0, Phase::Body | Phase::Serving) || self.exchange.is_writing()
    }

    /// Whether the connection waits for a request, also for the first one.
    fn is_idle(&self) -> bool {
        matches!(self.exchange.phase(), (Phase::Idle, _) | (Phase::Head, 0))
    }
}

#[cfg(test)]
mod tests;
