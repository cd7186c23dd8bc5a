//! The configuration of a session. `settings` fills it from flags, environment and files.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use hyper::header::HeaderName;

use crate::delivery::{Expectation, SecretOrigin, Selection, Warning};
use crate::diagnosis::SecretText;
use crate::forward;
use crate::history;
use crate::inspector;
use crate::listener::{Endpoint, ListenerLimits, Port};
use crate::report;
use crate::stream;
use crate::tunnel;

/// The checked configuration of one session. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub(crate) struct SessionConfig {
    /// The endpoint and how its requests are judged.
    pub(crate) endpoint: Endpoint,
    /// Where the deliveries come from.
    pub(crate) source: SourceConfig,
    /// The history on disk; `None` for none.
    pub(crate) history: Option<HistoryConfig>,
    /// The file to write once the session is ready; `None` for none.
    pub(crate) ready_file: Option<PathBuf>,
    /// The file with the output of a session in the background; `None` in the foreground.
    pub(crate) log: Option<PathBuf>,
    /// The folder where other commands look for running sessions; `None` to not register this one.
    pub(crate) found_in: Option<PathBuf>,
    /// The folder of the project, also without a history; `None` if the current folder was deleted.
    pub(crate) project: Option<String>,
    /// The user's app; `None` if nothing is forwarded.
    pub(crate) app: Option<AppConfig>,
    /// How to report.
    pub(crate) report: report::ReportSettings,
    /// The inspector; `None` for none.
    pub(crate) inspector: Option<InspectorConfig>,
    /// The folder with the keys of the inspector's pages; `None` for none: a page does not go on with a later session.
    pub(crate) inspector_keys: Option<PathBuf>,
    /// Reads keys, if the report and stdin are a terminal.
    pub(crate) keys: bool,
    /// Which events are shown and counted, and when the session ends by itself.
    pub(crate) waiting: Waiting,
    /// The command to run once the session is ready; `None` for none.
    pub(crate) command: Option<CommandLine>,
    /// The secrets as text, and other known credentials, for the diagnosis of refused requests. If this is empty,
    /// refused requests are not diagnosed.
    pub(crate) texts: Vec<SecretText>,
    /// Where the endpoint's secrets were read from, in the same order.
    pub(crate) secrets: Vec<SecretOrigin>,
    /// Warnings from reading the settings.
    pub(crate) warnings: Vec<Warning>,
}

/// Where a session's deliveries come from.
#[derive(Debug, Clone)]
pub(crate) enum SourceConfig {
    /// An endpoint of its own.
    Endpoint(Box<EndpointConfig>),
    /// Deliveries that another session received.
    Stream(Box<FollowConfig>),
}

/// An endpoint of its own: how Zoom reaches it.
#[derive(Debug, Clone)]
pub(crate) struct EndpointConfig {
    /// Limits on what a client may send.
    pub(crate) limits: ListenerLimits,
    /// The local address to bind.
    pub(crate) address: LocalAddress,
    /// The public side.
    pub(crate) tunnel: tunnel::TunnelSettings,
    /// Ends the session when the public URL changes.
    pub(crate) strict_url: bool,
    /// The stream on which the deliveries are shared; `None` if they are not.
    pub(crate) share: Option<ShareConfig>,
}

/// The stream on which a session shares its deliveries.
#[derive(Debug, Clone)]
pub(crate) struct ShareConfig {
    /// The servers and the credentials.
    pub(crate) access: stream::StreamAccess,
    /// The stream to create if there is none.
    pub(crate) wish: stream::StreamWish,
    /// Shares refused requests too.
    pub(crate) shares_refused: bool,
    /// Headers to mask, in addition to those that are credentials by their names.
    pub(crate) masked_headers: Vec<HeaderName>,
}

/// What a session reads in place of an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct FollowConfig {
    /// Where the deliveries are.
    pub(crate) from: FollowedSource,
    /// When a delivery is confirmed to the source.
    pub(crate) confirm: Confirm,
}

/// Where deliveries are that another session received.
#[derive(Debug, Clone)]
pub(crate) enum FollowedSource {
    /// On a stream of NATS JetStream.
    Nats {
        /// The servers and the credentials.
        access: stream::StreamAccess,
        /// The app and the follower.
        follow: stream::Follow,
    },
    /// In the history of that session, whose inspector sends them.
    Session {
        /// The inspector and the token.
        access: stream::RemoteAccess,
        /// The follower.
        follow: stream::RemoteFollow,
    },
}

/// When a delivery is confirmed to its source. What is not confirmed comes again in the next session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Confirm {
    /// Once your app has answered, or the retries have ended
    #[value(name = "app")]
    WithApp,
    /// Once it is stored; your app gets it afterwards, with retries
    Now,
}

/// The local address to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalAddress {
    /// The host. If it is not loopback, other machines can connect.
    pub(crate) host: IpAddr,
    /// The port.
    pub(crate) port: Port,
}

/// The history on disk.
#[derive(Debug, Clone)]
pub(crate) struct HistoryConfig {
    /// The settings for opening it.
    pub(crate) settings: history::HistorySettings,
    /// How failures are handled.
    pub(crate) need: HistoryNeed,
    /// The folder of the project that deliveries belong to.
    pub(crate) project: Option<String>,
}

impl HistoryConfig {
    /// The history file, if it is not the default one: other commands need its path.
    #[must_use]
    pub(crate) fn non_default_file(&self) -> Option<PathBuf> {
        let file = &self.settings.file;
        let variable = |name| std::env::var_os(name).map(PathBuf::from);
        let is_default = history::default_file(variable).is_ok_and(|default| default == *file);
        (!is_default).then(|| std::path::absolute(file).unwrap_or_else(|_| file.clone()))
    }
}

/// What to do when a delivery cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum HistoryNeed {
    /// Do not accept it, so that it comes again: listen answers 503
    Required,
    /// Go on without
    BestEffort,
}

/// The user's app and how it is used.
#[derive(Debug, Clone)]
pub(crate) struct AppConfig {
    /// Where deliveries go.
    pub(crate) forward: forward::ForwardSettings,
    /// Which deliveries go there, and whose answer goes to Zoom.
    pub(crate) policy: forward::Policy,
}

/// The inspector of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InspectorConfig {
    /// Its port on loopback; `None` for the first free one from the usual one on.
    pub(crate) port: Option<u16>,
    /// Opens the page in the browser.
    pub(crate) opens: bool,
    /// Which other machines may read.
    pub(crate) read: inspector::ReadAccess,
}

/// A program of the user and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// The program.
    pub(crate) program: OsString,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
}

/// Which events count, and what the session waits for.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    /// Which deliveries are shown and counted.
    pub(crate) selection: Selection,
    /// The events that must arrive; empty for a session that ends on request.
    pub(crate) expectation: Expectation,
    /// Limit on the session's duration. An expectation that is not met by then has failed.
    pub(crate) timeout: Option<Duration>,
}

/// Everything counts, and the session waits for nothing.
impl Default for Waiting {
    fn default() -> Self {
        Self { selection: Selection::everything(), expectation: Expectation::default(), timeout: None }
    }
}
