//! Forwards deliveries to the user's app, byte for byte.
//!
//! [`Forwarder`] is the entry point for a running session: it returns the app's answer for Zoom, and sends later
//! outcomes to a channel as [`LateOutcome`]s. [`Targets`] sends one request to one target or to all of them. An app
//! that is down or slow is an outcome, not an error. This module does not report or record.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | where deliveries go, and which events go there. Pure |
//! | `forwarder.rs` | forwards a session's deliveries before and after Zoom is answered |
//! | `queue.rs` | sends deliveries after the acknowledgment, with retries |
//! | `policy.rs` | which deliveries go to the app, and whose answer goes to Zoom. Pure |
//! | `headers.rs` | which headers are forwarded, in both directions. Pure |
//! | `opened.rs` | single apps, opened when they are first needed |
//! | `exchange.rs` | one request and its answer; one delivery to all targets that accept it |

mod exchange;
mod forwarder;
mod headers;
mod opened;
mod policy;
mod queue;
mod target;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use crate::delivery::{ForwardRole, Forwarded, Request};
use crate::http::{HttpClient, Target, TlsRoots, TlsRootsError};
use crate::probe::FORWARD_MARK_HEADER;
use headers::answer_headers;

pub(crate) use exchange::Fanout;
pub(crate) use forwarder::{Forwarder, InitialOutcome};
pub(crate) use headers::is_framing;
pub(crate) use opened::{OpenApp, OpenApps};
pub(crate) use policy::{Acknowledge, Challenges, Policy};
pub(crate) use queue::LateOutcome;
pub(crate) use target::{ForwardTarget, InvalidForwardTarget};

/// Three times as long as Zoom waits, so that the report can show how slow an app is.
pub(crate) const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The interval between attempts to connect to an app that is down: short for a user, and little load.
const CONNECT_INTERVAL: Duration = Duration::from_millis(100);

/// The configuration of [`Targets`].
#[derive(Clone)]
pub(crate) struct ForwardSettings {
    /// Where deliveries go. Of the targets that accept an event, the first one answers.
    pub(crate) targets: Vec<ForwardTarget>,
    /// Headers for every request. They replace headers of the same name.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Time limit for one delivery: connecting, sending, and reading the whole answer.
    pub(crate) timeout: Duration,
    /// Accepts any certificate.
    pub(crate) insecure: bool,
    /// Certificates to trust in addition to the system's, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
}

impl ForwardSettings {
    /// Adds a session's mark to every request, in place of a header of the user of this name.
    pub(crate) fn mark_with(&mut self, mark: HeaderValue) {
        let name = HeaderName::from_static(FORWARD_MARK_HEADER);
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, mark));
    }

    /// The usual settings for these targets.
    #[must_use]
    pub(crate) fn to(targets: Vec<ForwardTarget>) -> Self {
        Self { targets, headers: Vec::new(), timeout: USUAL_TIMEOUT, insecure: false, ca: None }
    }
}

/// Shows only the names of headers: their values may be secrets.
impl fmt::Debug for ForwardSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("ForwardSettings")
            .field("targets", &self.targets)
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("insecure", &self.insecure)
            .field("ca", &self.ca.is_some())
            .finish()
    }
}

/// The targets with their open connections. Cheap to clone; the clones share the connections.
#[derive(Debug, Clone)]
pub(crate) struct Targets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    apps: Vec<App>,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
}

/// A target and the connections to it.
#[derive(Debug)]
struct App {
    target: ForwardTarget,
    client: HttpClient,
}

/// One of the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TargetId(usize);

impl TargetId {
    /// Its position in the configured order.
    fn index(self) -> usize {
        self.0
    }
}

impl Targets {
    /// Does not connect yet. Reads the system's certificates if a target needs them.
    ///
    /// # Errors
    /// [`TlsRootsError`] if a target is `https://` and no trusted certificates can be loaded.
    pub(crate) fn new(settings: ForwardSettings) -> Result<Self, TlsRootsError> {
        let needs_tls = settings.targets.iter().any(|target| target.target().is_tls());
        let roots = match (settings.insecure, settings.ca) {
            (true, _) => TlsRoots::Any,
            (false, Some(pem)) => TlsRoots::SystemAnd(pem),
            (false, None) => TlsRoots::System,
        };
        let tls = needs_tls.then(|| roots.connector()).transpose()?;
        let app = |target: ForwardTarget| App {
            client: HttpClient::new(target.target().clone(), tls.clone()),
            target,
        };
        let apps = settings.targets.into_iter().map(app).collect();
        Ok(Self(Arc::new(Inner { apps, headers: settings.headers, timeout: settings.timeout })))
    }

    /// The targets that accept an event, in the configured order. `None` is a request without a readable event.
    pub(crate) fn targets_for(&self, event: Option<&str>) -> impl Iterator<Item = TargetId> {
        let apps = self.0.apps.iter().enumerate();
        apps.filter(move |(_, app)| app.target.takes(event)).map(|(index, _)| TargetId(index))
    }

    /// The ids of all targets.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TargetId> {
        (0..self.0.apps.len()).map(TargetId)
    }

    /// All targets.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &ForwardTarget> {
        self.0.apps.iter().map(|app| &app.target)
    }

    /// One target.
    #[must_use]
    pub(crate) fn target(&self, id: TargetId) -> &Target {
        self.0.apps[id.0].client.target()
    }

    /// Whether the user sets this header on every request.
    fn sets_header(&self, name: &HeaderName) -> bool {
        self.0.headers.iter().any(|(own, _)| own == name)
    }

    /// Time limit for one delivery.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    /// Sends one request to one target. A failure is an outcome, too. Dropping the future closes the connection to the
    /// app.
    pub(crate) async fn send(&self, id: TargetId, request: &Request, role: ForwardRole) -> Forwarded {
        let client = &self.0.apps[id.0].client;
        let exchanged = exchange::run(client, request, &self.0.headers, self.0.timeout).await;
        Forwarded {
            target: client.target().to_string(),
            role,
            outcome: exchanged.outcome,
            first_byte: exchanged.first_byte,
            took: exchanged.took,
            challenge_faults: None,
        }
    }

    /// Starts to send one request to all targets that accept its event, in parallel. `first` is the role of the first
    /// target. The others are observed, and run to completion even if they are not awaited.
    #[must_use]
    pub(crate) fn deliver(&self, request: &Arc<Request>, event: Option<&str>, first: ForwardRole) -> Fanout {
        Fanout::start(self, request, event, first)
    }

    /// Waits until the target accepts connections; `false` if it does not within `limit`.
    pub(crate) async fn wait_until_open(&self, id: TargetId, limit: Duration) -> bool {
        let open = async {
            while !self.0.apps[id.0].client.is_open().await {
                tokio::time::sleep(CONNECT_INTERVAL).await;
            }
        };
        tokio::time::timeout(limit, open).await.is_ok()
    }
}
