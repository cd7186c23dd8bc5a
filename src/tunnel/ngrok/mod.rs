//! Opens an ngrok session with one HTTP endpoint, through ngrok's SDK. The entry point is `Ngrok`.
//!
//! The SDK speaks the protocol and binds the endpoint again after a reconnect. This module adds what the SDK lacks:
//! time limits and proxies for dialing, cutting a silent connection, giving up a session that does not recover, clear
//! error messages, and a shutdown that unbinds the endpoint. The supervisor decides when to retry.
//!
//! | file | contents |
//! | --- | --- |
//! | `session.rs` | the open session |
//! | `opening.rs` | opens the session and binds the endpoint |
//! | `connector.rs`, `link.rs` | dials for the SDK, passes connections to the listener's queue; state shared with the session |
//! | `transport.rs`, `tap.rs` | the byte stream: cuts it, and detects the new binding |
//! | `codes.rs`, `wording.rs`, `redact.rs` | ngrok's errors as messages for the user, without the authtoken |
//! | `config_file.rs`, `address.rs` | parses the agent's configuration file and the server's address. Pure |
//! | `policy.rs` | checks a traffic policy before it is sent. Pure |

mod address;
pub(super) mod codes;
pub mod config_file;
mod connector;
mod link;
mod opening;
pub mod policy;
mod redact;
mod session;
mod tap;
mod transport;
mod wording;

use zeroize::Zeroizing;

use crate::http::Proxies;

pub(super) use session::Ngrok;

/// Settings of ngrok.
#[derive(Clone)]
pub struct NgrokSettings {
    /// The account's authtoken. Never shown.
    pub authtoken: Zeroizing<String>,
    /// A domain of the account, such as `mine.ngrok.app`; `None` for the account's free domain.
    pub domain: Option<String>,
    /// The server that the agent connects to, as `host:port`; `None` for ngrok's own.
    pub connect_url: Option<String>,
    /// Certificate authorities for that connection.
    pub ca: Authorities,
    /// Proxies for that connection.
    pub proxies: Proxies,
    /// What the edge does with requests.
    pub edge: Edge,
}

impl NgrokSettings {
    /// Settings with an authtoken and defaults.
    #[must_use]
    pub fn new(authtoken: Zeroizing<String>) -> Self {
        Self {
            authtoken,
            domain: None,
            connect_url: None,
            ca: Authorities::Ngrok,
            proxies: Proxies::default(),
            edge: Edge::default(),
        }
    }
}

/// The trusted certificate authorities for the connection to ngrok.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// Only ngrok's own.
    Ngrok,
    /// The system's.
    System,
    /// These certificates, in PEM format.
    Pem(Vec<u8>),
}

/// What ngrok's edge does with requests before they arrive.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Edge {
    /// Allow only clients from these ranges.
    pub allow_cidr: Vec<String>,
    /// Block clients from these ranges.
    pub deny_cidr: Vec<String>,
    /// A traffic policy, as the user wrote it.
    pub policy: Option<String>,
    /// Several agents share the domain.
    pub pool: bool,
    /// The edge also verifies Zoom's signatures, with this secret token. Never shown.
    pub verify: Option<Zeroizing<String>>,
}

impl Edge {
    /// Whether the user's settings may block a request from this machine.
    pub(super) fn may_block(&self) -> bool {
        !self.allow_cidr.is_empty()
            || !self.deny_cidr.is_empty()
            || self.policy.is_some()
            || self.verify.is_some()
    }
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edge")
            .field("allow_cidr", &self.allow_cidr)
            .field("deny_cidr", &self.deny_cidr)
            .field("pool", &self.pool)
            .field("verify", &self.verify.is_some())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for NgrokSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NgrokSettings")
            .field("domain", &self.domain)
            .field("connect_url", &self.connect_url)
            .field("proxies", &self.proxies)
            .field("edge", &self.edge)
            .finish_non_exhaustive()
    }
}
