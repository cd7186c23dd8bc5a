//! Detects what a connection does not report: that this machine was asleep, or that its network changed.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

/// Time between two checks.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// A tick that is this late on either clock means that the machine slept. A busy machine and a regular clock
/// correction stay below.
const ASLEEP: Duration = Duration::from_secs(10);

/// An address from the documentation range. It has a route like any other, and nothing is sent to it.
const PUBLIC_ADDRESS: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// The clocks and the network address at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    /// Stops during sleep on some systems.
    monotonic: Instant,
    /// Continues during sleep.
    wall: SystemTime,
    /// The source address for the internet; `None` without a network.
    address: Option<IpAddr>,
}

impl Sight {
    pub(super) fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now(), address: address() }
    }

    /// Whether open connections must be checked and a backoff must be cut short.
    pub(super) fn differs_from(&self, before: &Self) -> bool {
        self.woke_since(before) || self.is_on_another_network_than(before)
    }

    fn woke_since(&self, before: &Self) -> bool {
        let late = self.monotonic.saturating_duration_since(before.monotonic).saturating_sub(INTERVAL);
        let wall = self.wall.duration_since(before.wall).unwrap_or_default().saturating_sub(INTERVAL);
        late >= ASLEEP || wall >= ASLEEP
    }

    /// A new or different network is a reason to reconnect. A lost network is not.
    fn is_on_another_network_than(&self, before: &Self) -> bool {
        self.address.is_some() && self.address != before.address
    }
}

/// The source address of the route to the internet. Connecting a UDP socket only looks up the route and sends nothing.
fn address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(PUBLIC_ADDRESS).ok()?;
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
    fn detects_sleep_by_either_clock() {
        let before = Sight::now();
        assert!(!later(before, 5, 5).differs_from(&before));
        assert!(!later(before, 9, 8).differs_from(&before));
        assert!(later(before, 5, 300).differs_from(&before), "the monotonic clock stopped");
        assert!(later(before, 300, 300).differs_from(&before), "the monotonic clock continued");
    }

    #[test]
    fn does_not_take_a_clock_set_back_for_sleep() {
        let before = Sight::now();
        let after = Sight { wall: before.wall - Duration::from_secs(3600), ..later(before, 5, 0) };
        assert!(!after.differs_from(&before));
    }

    #[test]
    fn detects_another_network_but_not_a_lost_one() {
        let with = |last| Sight { address: last, ..Sight::now() };
        let (home, phone) = (Some(IpAddr::from([192, 168, 0, 7])), Some(IpAddr::from([172, 20, 10, 2])));
        assert!(with(phone).differs_from(&with(home)));
        assert!(with(home).differs_from(&with(None)));
        assert!(!with(None).differs_from(&with(home)));
        assert!(!with(home).differs_from(&with(home)));
    }
}
