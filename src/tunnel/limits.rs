//! Time limits, intervals and backoff for all kinds of tunnels.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Time limits and intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelLimits {
    /// Limit on each step of opening: dialing with TLS, authentication, binding the endpoint. For a program, the limit
    /// until it prints its URL.
    pub step: Duration,
    /// Time between two heartbeats.
    pub heartbeat_interval: Duration,
    /// How late a heartbeat's answer may be before the connection counts as dead.
    pub heartbeat_tolerance: Duration,
    /// Delays between attempts.
    pub backoff: Backoff,
    /// Delays between attempts while the service limits how often a tunnel is opened.
    pub rate_limited: Backoff,
    /// After this time online, the backoff starts with the shortest delay again.
    pub settled: Duration,
    /// How long the first start waits until the server drops an old session of this account.
    pub linger: Duration,
    /// Limit on connecting to the public URL, and again on the probe's answer.
    pub probe: Duration,
    /// Time between two probes of a URL in a program's output that did not lead here. Doubles each time, up to 32 times
    /// as long.
    pub candidate_pause: Duration,
    /// How long a failing probe is repeated.
    pub probe_patience: Duration,
    /// Delay between two attempts of a probe.
    pub probe_pause: Duration,
    /// A tunnel without traffic is probed after this time.
    pub check_interval: Duration,
}

impl Default for TunnelLimits {
    fn default() -> Self {
        Self {
            // The SDK has no limit. A slow mobile network needs a few seconds for TLS.
            step: Duration::from_secs(20),
            // The SDK's defaults, which ngrok's servers expect: a dead network is detected within 25 s.
            heartbeat_interval: Duration::from_secs(10),
            heartbeat_tolerance: Duration::from_secs(15),
            backoff: Backoff::default(),
            // More attempts in a short time extend the limit.
            rate_limited: Backoff { min: Duration::from_secs(15), max: Duration::from_secs(300) },
            settled: Duration::from_secs(60),
            // ngrok drops a silent session some time after heartbeat plus tolerance, which is 25 s.
            linger: Duration::from_secs(40),
            // Zoom itself gives up after 3 s.
            probe: Duration::from_secs(5),
            // A new tunnel needs a moment. Sites whose URLs are not the tunnel's get two probes a minute at last.
            candidate_pause: Duration::from_secs(1),
            // A new endpoint takes a moment to reach all servers of the edge.
            probe_patience: Duration::from_secs(3),
            probe_pause: Duration::from_millis(500),
            // Each probe counts as a request of the account: at most 12 an hour of 20,000 a month.
            check_interval: Duration::from_secs(300),
        }
    }
}

/// Exponential backoff with jitter, so that agents do not all reconnect at once to a server that is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The shortest delay.
    pub min: Duration,
    /// The longest delay.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            // Short enough that a network change is hardly noticed.
            min: Duration::from_millis(250),
            // A laptop that wakes up is online again within half a minute.
            max: Duration::from_secs(30),
        }
    }
}

impl Backoff {
    /// The delay before an attempt (counted from 1): random, from the upper half of a range that doubles with each
    /// attempt. `random` is between 0 and 1.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doubled = 2_u32.checked_pow(attempt).and_then(|factor| self.min.checked_mul(factor));
        let top = doubled.map_or(self.max, |delay| delay.min(self.max));
        let half = top / 2;
        (half + half.mul_f64(random.clamp(0.0, 1.0))).clamp(self.min.min(self.max), self.max)
    }
}

/// A random number between 0 and 1, from the seed of the standard library's hash maps. This is good enough for jitter.
pub(super) fn random() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_between_a_quarter_of_a_second_and_thirty_seconds() {
        let backoff = Backoff::default();
        for attempt in [1, 2, 8, 31, 32, u32::MAX] {
            for random in [0.0, 0.5, 1.0] {
                let delay = backoff.delay(attempt, random);
                assert!(delay >= backoff.min && delay <= backoff.max, "{attempt} {random} {delay:?}");
            }
        }
        assert_eq!(backoff.delay(1, 0.0), Duration::from_millis(250));
        assert_eq!(backoff.delay(40, 1.0), Duration::from_secs(30));
    }

    #[test]
    fn doubles_and_spreads() {
        let backoff = Backoff::default();
        assert_eq!(backoff.delay(2, 1.0), backoff.delay(1, 1.0) * 2);
        assert!(backoff.delay(5, 0.1) < backoff.delay(5, 0.9));
    }

    #[test]
    fn random_numbers_differ() {
        let numbers: Vec<_> = (0..8).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..=1.0).contains(number)));
        assert!(numbers.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
