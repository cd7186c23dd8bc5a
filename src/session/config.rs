//! The configuration of a session. `settings` fills it from flags, environment and files.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::delivery::{Expectation, SecretOrigin, Selection, Warning};
use crate::diagnosis::SecretText;
use crate::forward;
use crate::history;
use crate::listener::{Endpoint, Limits, Port};
use crate::report;
use crate::tunnel;

/// The checked configuration of one session. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// The endpoint and how its requests are judged.
    pub endpoint: Endpoint,
    /// Limits on what a client may send.
    pub limits: Limits,
    /// The local address to bind.
    pub address: LocalAddress,
    /// The public side.
    pub tunnel: tunnel::Settings,
    /// Ends the session when the public URL changes.
    pub strict_url: bool,
    /// The history on disk; `None` for none.
    pub history: Option<HistoryConfig>,
    /// The folder where other commands look for running sessions; `None` to not register this one.
    pub found_in: Option<PathBuf>,
    /// The user's app; `None` if nothing is forwarded.
    pub app: Option<AppConfig>,
    /// How to report.
    pub report: report::Settings,
    /// Reads keys, if the report and stdin are a terminal.
    pub keys: bool,
    /// Which events are shown and counted, and when the session ends by itself.
    pub waiting: Waiting,
    /// The secrets as text, and other known credentials, for the diagnosis of refused requests. If this is empty,
    /// refused requests are not diagnosed.
    pub texts: Vec<SecretText>,
    /// Where the endpoint's secrets were read from, in the same order.
    pub secrets: Vec<SecretOrigin>,
    /// Warnings from reading the settings.
    pub warnings: Vec<Warning>,
}

/// The local address to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalAddress {
    /// The host. If it is not loopback, other machines can connect.
    pub host: IpAddr,
    /// The port.
    pub port: Port,
}

/// The history on disk.
#[derive(Debug, Clone)]
pub struct HistoryConfig {
    /// The settings for opening it.
    pub settings: history::Settings,
    /// How failures are handled.
    pub need: HistoryNeed,
}

/// What to do when a delivery cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum HistoryNeed {
    /// Answer it with 503, so that Zoom sends it again
    Required,
    /// Go on without
    BestEffort,
}

/// The user's app and how it is used.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// Where deliveries go.
    pub relay: forward::Settings,
    /// Which deliveries go there, and whose answer goes to Zoom.
    pub policy: forward::Policy,
}

/// Which events count, and what the session waits for.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Which deliveries are shown and counted.
    pub selection: Selection,
    /// The events that must arrive; empty for a session that ends on request.
    pub expectation: Expectation,
    /// Limit on the session's duration. An expectation that is not met by then has failed.
    pub timeout: Option<Duration>,
}

/// Everything counts, and the session waits for nothing.
impl Default for Waiting {
    fn default() -> Self {
        Self { selection: Selection::everything(), expectation: Expectation::default(), timeout: None }
    }
}
