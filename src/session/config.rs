//! What a session starts with. `settings` fills it from flags, environment and files.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::delivery::{Expectation, SecretOrigin, Selection, Warning};
use crate::diagnosis::SecretText;
use crate::listener::{Endpoint, ListenerLimits, Port};
use crate::{forward, history, report, tunnel};

/// The checked configuration of one session. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub(crate) struct SessionConfig {
    /// The endpoint and how its requests are judged.
    pub(crate) endpoint: Endpoint,
    /// Limits on what a client may send.
    pub(crate) limits: ListenerLimits,
    /// The local address to bind.
    pub(crate) address: LocalAddress,
    /// The public side.
    pub(crate) tunnel: tunnel::TunnelSettings,
    /// End when the public URL changes.
    pub(crate) strict_url: bool,
    /// What is kept on disk; `None` for nothing.
    pub(crate) history: Option<HistoryConfig>,
    /// The folder where other commands find the session while it runs; `None` to stay hidden.
    pub(crate) found_in: Option<PathBuf>,
    /// The user's app; `None` if nothing is forwarded.
    pub(crate) app: Option<AppConfig>,
    /// How to report.
    pub(crate) report: report::ReportSettings,
    /// Read keys, if the report and stdin are a terminal.
    pub(crate) keys: bool,
    /// What is shown and counted, and when the session ends by itself.
    pub(crate) waiting: Waiting,
    /// The secrets as text, and other credentials at hand, for the diagnosis of refused requests. Without any, refused
    /// requests are not diagnosed.
    pub(crate) texts: Vec<SecretText>,
    /// Where the endpoint's secrets came from, in the same order.
    pub(crate) secrets: Vec<SecretOrigin>,
    /// What was found while the settings were read.
    pub(crate) warnings: Vec<Warning>,
}

/// The local address to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalAddress {
    /// The host. Other machines can reach one that is not loopback.
    pub(crate) host: IpAddr,
    /// The port.
    pub(crate) port: Port,
}

/// What is kept on disk.
#[derive(Debug, Clone)]
pub(crate) struct HistoryConfig {
    /// What the history is opened with.
    pub(crate) settings: history::HistorySettings,
    /// What to do if it fails.
    pub(crate) need: HistoryNeed,
}

/// What to do when a delivery cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum HistoryNeed {
    /// Answer it with 503, so that Zoom sends it again
    Required,
    /// Go on without
    BestEffort,
}

/// The user's app and how it is used.
#[derive(Debug, Clone)]
pub(crate) struct AppConfig {
    /// Where deliveries go.
    pub(crate) relay: forward::ForwardSettings,
    /// Which ones go there, and whose answer goes to Zoom.
    pub(crate) policy: forward::Policy,
}

/// What counts and what is waited for.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    /// What is shown and counted.
    pub(crate) selection: Selection,
    /// What has to be seen; empty for a session that ends on request.
    pub(crate) expectation: Expectation,
    /// The longest time that the session runs. If something is expected, it has failed then.
    pub(crate) timeout: Option<Duration>,
}

/// Everything counts, and nothing is waited for.
impl Default for Waiting {
    fn default() -> Self {
        Self { selection: Selection::everything(), expectation: Expectation::default(), timeout: None }
    }
}
