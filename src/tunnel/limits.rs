//! How long things may take, for every kind of tunnel.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Time limits and intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelLimits {
    /// For each step of coming online: dialling with TLS, authentication, binding the endpoint; for a program,
    /// until it says its URL.
    pub step: Duration,
    /// Between two heartbeats.
    pub heartbeat_interval: Duration,
    /// How late a heartbeat's answer may be before the connection counts as dead.
    pub heartbeat_tolerance: Duration,
    /// The waits before trying again.
    pub backoff: Backoff,
    /// Being online for so long makes the next loss a new one: its waits begin with the shortest again.
    pub settled: Duration,
    /// How long the first start waits for an old session of ours to die at the server.
    pub linger: Duration,
    /// For reaching the public URL with a probe, and again for its answer.
    pub probe: Duration,
    /// How long a probe that does not come through is tried again.
    pub probe_patience: Duration,
    /// Between two tries of one probe.
    pub probe_pause: Duration,
    /// A tunnel through which nothing has come for so long is probed.
    pub check_interval: Duration,
}

impl Default for TunnelLimits {
    fn default() -> Self {
        Self {
            // The SDK has no limit at all. A slow mobile network needs a few seconds for TLS.
            step: Duration::from_secs(20),
            // The SDK's own values, which ngrok's servers expect: a dead network shows within 25 s.
            heartbeat_interval: Duration::from_secs(10),
            heartbeat_tolerance: Duration::from_secs(15),
            backoff: Backoff::default(),
            settled: Duration::from_secs(60),
            // ngrok drops a silent session after its heartbeat and tolerance, 25 s, and some more.
            linger: Duration::from_secs(40),
            // Zoom itself gives up after 3 s.
            probe: Duration::from_secs(5),
            // A new endpoint may take a moment until all of an edge knows it.
            probe_patience: Duration::from_secs(3),
            probe_pause: Duration::from_millis(500),
            // Each probe is a request of the account: 12 an hour at most, of 20,000 a month.
            check_interval: Duration::from_secs(300),
        }
    }
}

/// Doubling waits with jitter, so that a server that comes back is not met by all its agents at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The shortest wait.
    pub min: Duration,
    /// The longest wait.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            // A cut that heals by itself (a changed network) is over before it is noticed.
            min: Duration::from_millis(250),
            // A laptop that wakes up is online again within half a minute.
            max: Duration::from_secs(30),
        }
    }
}

impl Backoff {
    /// The wait before try number `attempt` (from 1): a random one from the upper half of a range that
    /// doubles with each try. `random` lies between 0 and 1.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doubled = 2_u32.checked_pow(attempt).and_then(|factor| self.min.checked_mul(factor));
        let top = doubled.map_or(self.max, |delay| delay.min(self.max));
        let half = top / 2;
        (half + half.mul_f64(random.clamp(0.0, 1.0))).clamp(self.min.min(self.max), self.max)
    }
}

/// A number between 0 and 1, from the randomness that the standard library seeds its hash maps with: enough to
/// spread waits.
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
