//! How long things may take, for every kind of tunnel.

use std::time::Duration;

use super::Backoff;

/// Time limits and intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
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

impl Default for Limits {
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
