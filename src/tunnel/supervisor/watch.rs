//! EventReceiver what a connection does not tell: that this machine was asleep, and that its network has changed.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

/// How often to look.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// A tick that is so much too late, or a wall clock that is so far ahead of the other one, means that the
/// machine slept. A busy machine and the daily correction of a clock stay below.
const ASLEEP: Duration = Duration::from_secs(10);

/// An address of the documentation range: routed like any, and nothing is sent to it.
const SOMEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// What was seen at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    /// Stands still during sleep on some systems.
    monotonic: Instant,
    /// Goes on during sleep.
    wall: SystemTime,
    /// The address that this machine reaches the world from; `None` without a network.
    address: Option<IpAddr>,
}

impl Sight {
    /// Looks now.
    pub(super) fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now(), address: address() }
    }

    /// Whether a connection that was opened before is in doubt, and waiting any longer makes no sense.
    pub(super) fn differs_from(&self, before: &Self) -> bool {
        self.woke_since(before) || self.is_on_another_network_than(before)
    }

    fn woke_since(&self, before: &Self) -> bool {
        let late = self.monotonic.saturating_duration_since(before.monotonic).saturating_sub(INTERVAL);
        let wall = self.wall.duration_since(before.wall).unwrap_or_default().saturating_sub(INTERVAL);
        late >= ASLEEP || wall >= ASLEEP
    }

    /// Losing the network is no reason to try again; having one again, or another one, is.
    fn is_on_another_network_than(&self, before: &Self) -> bool {
        self.address.is_some() && self.address != before.address
    }
}

/// The address of the route to the world. Connecting a UDP socket sends nothing: it only looks up the route.
fn address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(SOMEWHERE).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(before: Sight, monotonic: u64, wall: u64) -> Sight {
        Sight {
            monotonic: before.monotonic + Duration::from_secs(monotonic),
            wall: before.wall + Duration::from_secs(wall),
            ..before
        }
    }

    #[test]
    fn a_sleep_shows_in_either_clock() {
        let before = Sight::now();
        assert!(!later(before, 5, 5).differs_from(&before));
        assert!(!later(before, 9, 8).differs_from(&before));
        assert!(later(before, 5, 300).differs_from(&before), "the monotonic clock stood still");
        assert!(later(before, 300, 300).differs_from(&before), "it did not");
    }

    #[test]
    fn a_clock_that_is_set_back_is_no_sleep() {
        let before = Sight::now();
        let after = Sight { wall: before.wall - Duration::from_secs(3600), ..later(before, 5, 0) };
        assert!(!after.differs_from(&before));
    }

    #[test]
    fn another_network_shows_and_none_does_not() {
        let with = |last| Sight { address: last, ..Sight::now() };
        let (home, phone) = (Some(IpAddr::from([192, 168, 0, 7])), Some(IpAddr::from([172, 20, 10, 2])));
        assert!(with(phone).differs_from(&with(home)));
        assert!(with(home).differs_from(&with(None)));
        assert!(!with(None).differs_from(&with(home)));
        assert!(!with(home).differs_from(&with(home)));
    }
}
