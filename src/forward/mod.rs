//! One delivery to the user's app, byte for byte.
//!
//! [`Forwarder`] is the entry point for a running session: it returns the app's answer for Zoom, and sends later outcomes
//! to a channel as [`LateOutcome`]s. [`Targets`] sends one request to one target or to all of them. An app that is down,
//! slow or broken is an outcome, not an error. Nothing here reports or records.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | where deliveries go, and which events go there. Pure |
//! | `forwarder.rs` | a session's deliveries: the answer for Zoom, and what follows it |
//! | `queue.rs` | what the app gets after the acknowledgement, with retries |
//! | `policy.rs` | which deliveries go to the app, and whose answer goes to Zoom. Pure |
//! | `headers.rs` | what is passed on of the headers, both ways. Pure |
//! | `fanout.rs` | one delivery to all targets that take it |
//! | `exchange.rs` | one request and its answer, within their limits |

mod exchange;
mod fanout;
mod forwarder;
mod headers;
mod policy;
mod queue;
mod target;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use crate::delivery::{ForwardRole, Forwarded, Request};
use crate::http::{HttpClient, Target, TlsRoots, TlsRootsError};
use headers::passed_back;

pub(crate) use fanout::Fanout;
pub(crate) use forwarder::{Forwarder, InitialOutcome};
pub(crate) use headers::is_framing;
pub(crate) use policy::{Acknowledge, Challenges, Policy};
pub(crate) use queue::LateOutcome;
pub(crate) use target::{ForwardTarget, InvalidForwardTarget};

/// Three times as long as Zoom waits, so that the report can say how slow a slow app is.
pub(crate) const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The interval between attempts to connect to an app that is down: short for a user, and no load for the machine.
const KNOCKS: Duration = Duration::from_millis(100);

/// What [`Targets`] needs.
#[derive(Clone)]
pub(crate) struct ForwardSettings {
    /// Where deliveries go. Of those that take an event, the first one answers.
    pub(crate) targets: Vec<ForwardTarget>,
    /// Set on every request; they replace headers of the same name.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The time for one delivery: connecting, sending, and the whole answer.
    pub(crate) timeout: Duration,
    /// Accept any certificate.
    pub(crate) insecure: bool,
    /// Certificates to trust in addition to the system's, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
}

impl ForwardSettings {
    /// The usual settings for these targets.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn to(targets: Vec<ForwardTarget>) -> Self {
        Self { targets, headers: Vec::new(), timeout: USUAL_TIMEOUT, insecure: false, ca: None }
    }
}

/// The values of headers may be secrets: only their names are shown.
impl fmt::Debug for ForwardSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Settings")
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

impl Targets {
    /// Does not connect yet. Reads the system's certificates if a target needs them.
    ///
    /// # Errors
    /// [`TlsRootsError`] where a target is `https://` and there is nothing to check its certificate with.
    pub(crate) fn new(settings: ForwardSettings) -> Result<Self, TlsRootsError> {
        let needs_tls = settings.targets.iter().any(|target| target.target().is_tls());
        let roots = match (settings.insecure, settings.ca) {
            (true, _) => TlsRoots::Any,
            (false, Some(pem)) => TlsRoots::SystemAndApp(pem),
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

    /// The targets that take an event, in the order in which they were given. `None` stands for a request in
    /// which no event can be read.
    pub(crate) fn targets_for(&self, event: Option<&str>) -> impl Iterator<Item = TargetId> {
        let apps = self.0.apps.iter().enumerate();
        apps.filter(move |(_, app)| app.target.takes(event)).map(|(index, _)| TargetId(index))
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

    /// Sends one request to one target. Never fails: the outcome is a value. Dropping the future closes the connection
    /// to the app.
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

    /// Starts to send one request to all targets that take its event, at the same time. `first` is the role of the first
    /// target; the others are observed, and run to their end even if nobody awaits them.
    #[must_use]
    pub(crate) fn deliver(&self, request: &Arc<Request>, event: Option<&str>, first: ForwardRole) -> Fanout {
        Fanout::start(self, request, event, first)
    }

    /// Waits until the target accepts connections; `false` if it does not within `limit`.
    pub(crate) async fn wait_until_open(&self, id: TargetId, limit: Duration) -> bool {
        let knocking = async {
            while !self.0.apps[id.0].client.is_open().await {
                tokio::time::sleep(KNOCKS).await;
            }
        };
        tokio::time::timeout(limit, knocking).await.is_ok()
    }
}
