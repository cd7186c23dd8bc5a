//! Tests of the places, with a clock of their own.

use super::*;

const MS: Duration = Duration::from_millis(1);

/// The places, and the time.
struct Simulated {
    places: Places,
    now: Instant,
}

/// One connection with a place.
struct Held {
    number: u64,
    exchange: Arc<Exchange>,
    close: CancellationToken,
}

impl Held {
    fn is_closed(&self) -> bool {
        self.close.is_cancelled()
    }
}

impl Simulated {
    /// Places for connections through a tunnel. A quarter of them is reserved.
    fn with(limit: usize) -> Self {
        Self { places: Places::new(limit, Route::Tunnel), now: Instant::now() }
    }

    fn eight() -> Self {
        Self::with(8)
    }

    fn line_up(&mut self, peer: &str, route: Route) -> u64 {
        self.places.line_up(peer.parse().unwrap(), route)
    }

    fn asks(&mut self, number: u64) -> Result<Held, Duration> {
        match self.places.admit(number, self.now) {
            SlotAdmission::Admitted { exchange, close } => Ok(Held { number, exchange, close }),
            SlotAdmission::Waits(time) => Err(time),
        }
    }

    /// A new connection that asks once for a place.
    fn admit(&mut self, peer: &str, route: Route) -> Result<Held, Duration> {
        let number = self.line_up(peer, route);
        let asked = self.asks(number);
        if asked.is_err() {
            self.places.leave(number);
        }
        asked
    }

    fn new_one(&mut self, peer: &str) -> Held {
        self.admit(peer, Route::Tunnel).expect("no place")
    }

    /// An idle connection of this peer, through the tunnel.
    fn idle(&mut self, peer: &str) -> Held {
        let held = self.new_one(peer);
        held.exchange.enter(Phase::Idle);
        held
    }

    fn verified(&mut self, peer: &str) -> Held {
        let held = self.idle(peer);
        held.exchange.set_verified();
        self.places.remember(held.number);
        held
    }

    fn open(&self) -> usize {
        self.places.open_and_idle().0
    }
}

fn closed(held: &[Held]) -> Vec<usize> {
    (0..held.len()).filter(|number| held[*number].is_closed()).collect()
}

#[test]
fn closes_the_newest_connection_of_the_busiest_peer() {
    let mut places = Simulated::eight();
    let peers = ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.2:2", "10.0.0.2:3", "10.0.0.3:1", "10.0.0.3:2"];
    let held = peers.map(|peer| places.idle(peer));
    let _first = places.idle("10.0.0.4:1");
    assert_eq!(closed(&held), [3]);
    // Two peers have two connections each now: the newest of them.
    let _second = places.idle("10.0.0.5:1");
    assert_eq!(closed(&held), [3, 5]);
}

#[test]
fn one_network_of_ipv6_is_one_peer() {
    let mut places = Simulated::eight();
    let peers =
        ["[2001:db8::1]:1", "[2001:db8::2]:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1"];
    let held = peers.map(|peer| places.idle(peer));
    let _new = places.idle("10.0.0.5:1");
    assert_eq!(closed(&held), [1]);
}

#[test]
fn a_connection_with_a_verified_request_is_closed_last() {
    let mut places = Simulated::eight();
    let mut held = vec![places.verified("10.0.0.1:1"), places.verified("10.0.0.1:2")];
    held.extend((0..20).map(|port| places.idle(&format!("10.0.0.2:{port}"))));
    assert!(!held[0].is_closed() && !held[1].is_closed(), "{:?}", closed(&held));
    assert_eq!(places.open(), 8);
    // More of them than places: the newest gives way.
    let genuine: Vec<_> = (0..9).map(|port| places.verified(&format!("10.0.0.1:{port}"))).collect();
    assert_eq!(places.open(), 8);
    assert!(!held[0].is_closed() && !genuine[8].is_closed());
}

#[test]
fn a_verified_connection_stays_open_while_new_ones_have_time_for_a_request() {
    let mut places = Simulated::eight();
    // A local connection has no place of the reserve.
    let verified = places.admit("127.0.0.1:1", Route::Local).unwrap();
    verified.exchange.enter(Phase::Idle);
    verified.exchange.set_verified();
    let held: Vec<_> = (0..5).map(|port| places.new_one(&format!("10.0.0.2:{port}"))).collect();
    let wait = places.admit("10.0.0.3:1", Route::Tunnel).err().expect("a place");
    assert!(wait <= FIRST_REQUEST, "{wait:?}");
    places.now += wait;
    let new = places.new_one("10.0.0.3:1");
    // The one that has waited longest for its request.
    assert_eq!((verified.is_closed(), closed(&held)), (false, vec![0]));
    // A client that sends request after request gives way before it.
    held.iter().for_each(|held| held.exchange.enter(Phase::Serving));
    new.exchange.enter(Phase::Serving);
    let another = places.new_one("10.0.0.4:1");
    assert_eq!((verified.is_closed(), closed(&held)), (false, vec![0, 1]));
    // Without strangers, it gives way itself. Two of the others have the places of the reserve.
    let strangers = held.iter().chain([&new, &another]);
    strangers.for_each(|held| held.exchange.set_verified());
    for port in 0..2 {
        places.new_one(&format!("10.0.0.5:{port}")).exchange.set_verified();
    }
    let _last = places.new_one("10.0.0.6:1");
    assert!(verified.is_closed());
}

#[test]
fn only_a_known_sender_gets_a_reserved_place() {
    let mut places = Simulated::eight();
    let first = places.verified("10.0.0.1:1");
    places.places.leave(first.number);
    let served: Vec<_> = (0..6).map(|port| places.idle(&format!("10.0.0.2:{port}"))).collect();
    served.iter().for_each(|held| held.exchange.enter(Phase::Serving));
    assert!(places.admit("10.0.0.3:1", Route::Tunnel).is_err());
    assert!(places.admit("10.0.0.1:2", Route::Local).is_err());
    let _reserved = places.admit("10.0.0.1:2", Route::Tunnel).expect("no reserved place");
}

#[test]
fn a_known_sender_waits_for_no_stranger() {
    let mut places = Simulated::eight();
    let known: Vec<_> = (0..2).map(|port| places.verified(&format!("10.0.0.1:{port}"))).collect();
    let strangers: Vec<_> = (0..6).map(|port| places.new_one(&format!("10.0.0.2:{port}"))).collect();
    let waiting = places.line_up("10.0.0.3:1", Route::Tunnel);
    assert!(places.asks(waiting).is_err());
    let _third = places.new_one("10.0.0.1:3");
    assert_eq!((closed(&known), closed(&strangers)), (vec![], vec![0]));
}

#[test]
fn a_verified_connection_is_not_closed_while_its_answer_is_written() {
    let mut places = Simulated::eight();
    let held: Vec<_> = (0..8).map(|port| places.verified(&format!("10.0.0.1:{port}"))).collect();
    held.iter().for_each(|held| held.exchange.set_writing(true));
    assert!(places.admit("10.0.0.2:1", Route::Tunnel).is_err());
    held[3].exchange.set_writing(false);
    let _new = places.idle("10.0.0.2:1");
    assert_eq!(closed(&held), [3]);
}

#[test]
fn a_stranger_that_does_not_read_its_answers_gives_way_at_once() {
    let mut places = Simulated::eight();
    let held: Vec<_> = (0..6).map(|port| places.new_one(&format!("10.0.0.2:{port}"))).collect();
    held.iter().for_each(|held| held.exchange.enter(Phase::Serving));
    assert!(places.admit("10.0.0.3:1", Route::Tunnel).is_err());
    // hyper begins with its next request all the same.
    held[4].exchange.set_writing(true);
    let _new = places.new_one("10.0.0.3:1");
    assert_eq!(closed(&held), [4]);
}

#[test]
fn a_new_connection_has_a_second_for_its_first_request() {
    let mut places = Simulated::eight();
    let held: Vec<_> = (0..6).map(|port| places.new_one(&format!("10.0.0.2:{port}"))).collect();
    let waiting = places.line_up("10.0.0.3:1", Route::Tunnel);
    assert_eq!(places.asks(waiting).err(), Some(FIRST_REQUEST));
    places.now += FIRST_REQUEST - MS;
    assert_eq!(places.asks(waiting).err(), Some(MS));
    places.now += MS;
    let _new = places.asks(waiting).expect("no place");
    assert_eq!(closed(&held), [0]);
}

#[test]
fn connections_get_places_in_the_order_of_their_arrival_and_known_senders_first() {
    let mut places = Simulated::eight();
    let verified = places.verified("10.0.0.1:1");
    places.places.leave(verified.number);
    // More than the system's reserve, so that a known sender waits too.
    let held: Vec<_> = (0..6).map(|port| places.idle(&format!("10.0.0.2:{port}"))).collect();
    held.iter().for_each(|held| held.exchange.enter(Phase::Serving));
    let known: Vec<_> = (2..4).map(|port| places.new_one(&format!("10.0.0.1:{port}"))).collect();
    known.iter().for_each(|held| held.exchange.enter(Phase::Serving));
    let first = places.line_up("10.0.0.3:1", Route::Tunnel);
    let second = places.line_up("10.0.0.3:2", Route::Tunnel);
    let known_sender = places.line_up("10.0.0.1:9", Route::Tunnel);
    held[0].exchange.enter(Phase::Idle);
    assert!(places.asks(second).is_err() && places.asks(first).is_err());
    assert!(places.asks(known_sender).is_ok());
    held[1].exchange.enter(Phase::Idle);
    assert!(places.asks(second).is_err());
    // Eight connections are open, two of them in the reserve, which strangers do not have.
    assert!(places.asks(first).is_ok());
}

/// Strangers that reconnect as soon as they are closed, and never send a request.
struct Flood {
    /// How many of them wait in the system's queue.
    queue: usize,
    waiting: Vec<u64>,
    held: Vec<Held>,
}

/// The longest time that a genuine sender waits for a place, and the shortest time that its connection would have kept it
/// without a request, in 1 s of such a flood. Nothing tells the sender from the strangers.
fn in_a_flood(limit: usize, strangers: usize) -> (Duration, Duration) {
    let mut places = Simulated::with(limit);
    let mut flood = Flood { queue: strangers, waiting: Vec::new(), held: Vec::new() };
    // The position of the sender in the system's queue, its number in the line, and its place.
    let (mut ahead, mut number, mut held): (Option<usize>, Option<u64>, Option<(Held, Instant)>) =
        (None, None, None);
    let (mut began, mut longest, mut shortest) = (places.now, Duration::ZERO, Duration::MAX);
    let peer = "127.0.0.1:1";
    for _ in 0..1_000 {
        places.now += MS;
        if ahead.is_none() && number.is_none() && held.is_none() {
            (ahead, began) = (Some(flood.queue), places.now);
        }
        while flood.waiting.len() + usize::from(number.is_some()) < places.places.line_limit() {
            match ahead {
                Some(0) => (ahead, number) = (None, Some(places.line_up(peer, Route::Tunnel))),
                _ if flood.queue > 0 => {
                    flood.queue -= 1;
                    flood.waiting.push(places.line_up(peer, Route::Tunnel));
                    ahead = ahead.map(|ahead| ahead - 1);
                }
                _ => break,
            }
        }
        let now = places.now;
        if let Some(admitted) = number.and_then(|number| places.asks(number).ok()) {
            longest = longest.max(now - began);
            (number, held) = (None, Some((admitted, now)));
        }
        flood.waiting.retain(|number| match places.asks(*number) {
            Ok(held) => {
                flood.held.push(held);
                false
            }
            Err(_) => true,
        });
        if let Some((_, since)) = held.take_if(|(held, _)| held.is_closed()) {
            shortest = shortest.min(now - since);
        }
        let before = flood.held.len();
        flood.held.retain(|held| !held.is_closed());
        flood.queue += before - flood.held.len();
    }
    (longest, shortest)
}

#[test]
fn nobody_waits_long_in_a_flood_of_strangers_that_reconnect() {
    // A request of Zoom arrives within the time that its connection keeps its place.
    for (limit, strangers, least) in [(16, 20, 500), (16, 30, 300)] {
        let (waited, kept) = in_a_flood(limit, strangers);
        assert!(waited <= LONGEST_WAIT * 3 / 2, "{limit} places, {strangers} strangers: waited {waited:?}");
        assert!(kept >= least * MS, "{limit} places, {strangers} strangers: kept for {kept:?}");
    }
    // Many more strangers than places leave little time to each.
    for strangers in [40, 1000] {
        let (waited, kept) = in_a_flood(16, strangers);
        assert!(waited <= 2 * LONGEST_WAIT, "{strangers} strangers: waited {waited:?}");
        assert!(kept >= LEAST_TIME, "{strangers} strangers: kept for {kept:?}");
    }
}
