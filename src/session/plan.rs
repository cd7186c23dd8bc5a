//! What a session is made of.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::delivery::{Expectation, SecretOrigin, Selection, Warning};
use crate::diagnosis::SecretText;
use crate::forward;
use crate::history;
use crate::listener::{Endpoint, Limits, Port};
use crate::report::Report;
use crate::tunnel;

/// What a session is made of.
pub struct Plan {
    /// The endpoint and how its requests are judged.
    pub endpoint: Endpoint,
    /// What a stranger may send.
    pub limits: Limits,
    /// The local address.
    pub host: IpAddr,
    /// The local port.
    pub port: Port,
    /// The public side.
    pub tunnel: tunnel::Settings,
    /// End when the public URL changes.
    pub strict_url: bool,
    /// What is kept on disk, if anything.
    pub history: Option<HistoryPlan>,
    /// Where other commands find the session while it runs, if they are to.
    pub found_in: Option<PathBuf>,
    /// The user's app, where deliveries are handed on.
    pub app: Option<AppPlan>,
    /// Where the events go.
    pub report: Report,
    /// Read keys, if the report and stdin are a terminal.
    pub keys: bool,
    /// Which deliveries are shown and counted.
    pub selection: Selection,
    /// What is waited for.
    pub expectation: Expectation,
    /// When to end at the latest, from the start.
    pub timeout: Option<Duration>,
    /// The secrets as text, for the diagnosis of refused requests; without any there is none.
    pub texts: Vec<SecretText>,
    /// Where the secrets came from.
    pub secrets: Vec<SecretOrigin>,
    /// What was noticed while the settings were read.
    pub warnings: Vec<Warning>,
}

/// What is kept on disk.
#[derive(Debug)]
pub struct HistoryPlan {
    /// What the history is opened with.
    pub settings: history::Settings,
    /// Go on without where it fails.
    pub best_effort: bool,
}

/// The user's app, and what is wanted of handing on.
#[derive(Debug)]
pub struct AppPlan {
    /// Where deliveries go.
    pub relay: forward::Settings,
    /// Which ones, and whose answer goes to Zoom.
    pub policy: forward::Policy,
}
