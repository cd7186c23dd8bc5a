//! ngrok through its SDK: an agent session with one HTTP endpoint in it.
//!
//! The SDK speaks the protocol and binds the endpoint again after a cut. Everything around that is ours, because
//! the SDK lets a user down there: dialling with time limits and through proxies, cutting a connection that has
//! gone silent, letting go of a session that does not heal, saying in plain words what happens, and ending without
//! leaving anything at the server. When to try again is the supervisor's business.
//!
//! | file | holds |
//! | --- | --- |
//! | `session.rs` | a session while it is open, as the supervisor sees it |
//! | `opening.rs` | from settings to an endpoint that is online |
//! | `connector.rs`, `link.rs` | dialling for the SDK, and what it has in common with the session |
//! | `transport.rs`, `tap.rs` | the byte stream: cut it, see the endpoint bound again |
//! | `forwarder.rs` | connections to the listener's queue |
//! | `codes.rs`, `wording.rs`, `redact.rs` | what ngrok says, in words for the user and without the authtoken |
//! | `config_file.rs`, `address.rs` | the agent's own file, and the server's address. Pure |
//! | `policy.rs` | a traffic policy, checked before it is sent. Pure |

mod address;
pub(super) mod codes;
pub mod config_file;
mod connector;
mod forwarder;
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

/// What ngrok needs.
#[derive(Clone)]
pub struct NgrokSettings {
    /// The account's authtoken. Never shown.
    pub authtoken: Zeroizing<String>,
    /// A domain of the account, such as `mine.ngrok.app`; `None` takes the account's own free one.
    pub domain: Option<String>,
    /// Where the agent connects to, as `host:port`; `None` is ngrok's own.
    pub connect_url: Option<String>,
    /// Certificate authorities for that connection.
    pub ca: Authorities,
    /// How to get there.
    pub proxies: Proxies,
    /// What the edge does besides passing requests on.
    pub edge: Edge,
}

impl NgrokSettings {
    /// An account and nothing else.
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

/// Whom to trust for the connection to ngrok.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// ngrok's own authority, and nobody else.
    Ngrok,
    /// Those of the system.
    System,
    /// These, as PEM.
    Pem(Vec<u8>),
}

/// What ngrok's edge does to requests before they come here.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Edge {
    /// Only clients from these ranges get through.
    pub allow_cidr: Vec<String>,
    /// Clients from these ranges do not.
    pub deny_cidr: Vec<String>,
    /// A traffic policy, as it was written.
    pub policy: Option<String>,
    /// Several agents share the domain.
    pub pool: bool,
    /// Let the edge verify Zoom's signatures too, with this secret token. Never shown.
    pub verify: Option<Zeroizing<String>>,
}

impl Edge {
    /// Whether a request from this machine may be turned away by what the user asked for.
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
        f.debug_struct("Settings")
            .field("domain", &self.domain)
            .field("connect_url", &self.connect_url)
            .field("proxies", &self.proxies)
            .field("edge", &self.edge)
            .finish_non_exhaustive()
    }
}
