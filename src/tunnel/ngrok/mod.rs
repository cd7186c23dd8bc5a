//! ngrok through its SDK: an agent session with one HTTP endpoint in it.
//!
//! The SDK speaks the protocol and binds the endpoint again after a cut. Everything around that is ours, because
//! the SDK lets a user down there: dialling with time limits and a bounded back-off, cutting a connection that
//! has gone silent, giving up on refusals that will not change, saying in plain words what happens, and ending
//! without leaving anything at the server.
//!
//! Uses: `notice`, the contract in `tunnel`. Used by: `tunnel`, `settings`.

mod address;
mod backoff;
mod codes;
pub mod config_file;
mod connector;
mod forwarder;
mod link;
mod opening;
mod redact;
pub(super) mod session;
mod tap;
mod transport;
mod wording;
mod yaml;

use std::time::Duration;

use zeroize::Zeroizing;

pub use backoff::Backoff;

/// What ngrok needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's authtoken. Never shown.
    pub authtoken: Zeroizing<String>,
    /// A domain of the account, such as `mine.ngrok.app`; `None` takes the account's own free one.
    pub domain: Option<String>,
    /// Where the agent connects to, as `host:port`; `None` is ngrok's own.
    pub connect_url: Option<String>,
    /// Certificate authorities for that connection, as PEM; `None` is ngrok's own.
    pub ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("domain", &self.domain)
            .field("connect_url", &self.connect_url)
            .finish_non_exhaustive()
    }
}

/// How long ngrok's server may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For each step of coming online: dialling with TLS, authentication, binding the endpoint.
    pub step: Duration,
    /// Between two heartbeats.
    pub heartbeat_interval: Duration,
    /// How late a heartbeat's answer may be before the connection counts as dead.
    pub heartbeat_tolerance: Duration,
    /// The waits before dialling again.
    pub backoff: Backoff,
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
        }
    }
}
