//! What was typed becomes what is meant: flags, environment and files, checked once and then trusted.
//!
//! One file a group of flags: its clap arguments (`…Args`), and the checked value that their `check` gives.
//! A command puts the groups together that it needs. What a single flag allows is checked while the command
//! line is read; what needs the environment, a file or another flag, in `check`.

pub mod address;
pub mod dotenv;
pub mod duration;
pub mod edge;
pub mod endpoint;
pub mod env;
pub mod file;
pub mod forward;
pub mod history;
pub mod history_filter;
pub mod limits;
pub mod listening;
pub mod load;
pub mod named_token;
pub mod ngrok;
pub mod output;
pub mod prompt;
pub mod proxy;
pub mod public_url;
pub mod replay;
pub mod sample;
pub mod secret;
pub mod sending;
pub mod size;
pub mod time;
pub mod token_text;
pub mod tunnel;
pub mod verify;
pub mod waiting;

#[cfg(test)]
pub(crate) mod testing;

use crate::delivery::{SecretOrigin, Warning};
use crate::listener::{Endpoint, Limits};
use crate::report;

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The secret tokens.
    #[error(transparent)]
    Secret(#[from] secret::SecretError),
    /// The public side.
    #[error(transparent)]
    Tunnel(#[from] tunnel::TunnelError),
    /// What samples are to be like.
    #[error(transparent)]
    Sample(#[from] sample::SampleError),
    /// The history.
    #[error(transparent)]
    History(#[from] crate::history::HistoryError),
    /// The user's app.
    #[error(transparent)]
    Relay(#[from] forward::RelayError),
    /// What `verify` reads.
    #[error(transparent)]
    Input(#[from] verify::NoInput),
    /// The filter and what is waited for.
    #[error(transparent)]
    Waiting(#[from] waiting::Contradiction),
}

/// What `listen` needs, checked. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The endpoint and the secrets that its requests are verified with.
    pub endpoint: Endpoint,
    /// The same as text, and other credentials at hand, for the diagnosis of refused requests.
    pub texts: Vec<crate::diagnosis::SecretText>,
    /// Where the secrets came from, in the same order.
    pub secrets: Vec<SecretOrigin>,
    /// Where to bind.
    pub address: address::Address,
    /// What a stranger may send.
    pub limits: Limits,
    /// The public side.
    pub tunnel: crate::tunnel::Settings,
    /// End when the public URL changes.
    pub strict_url: bool,
    /// What is kept on disk, if anything.
    pub history: Option<history::Keeping>,
    /// Where other commands find it while it runs, if they are to.
    pub found_in: Option<std::path::PathBuf>,
    /// The user's app, where deliveries are handed on.
    pub app: Option<forward::Forwarding>,
    /// How to report.
    pub report: report::Settings,
    /// Read keys, where there is a terminal.
    pub keys: bool,
    /// What is shown and counted, and when the session ends by itself.
    pub waiting: waiting::Waiting,
    /// What was found on the way that the user should know.
    pub warnings: Vec<Warning>,
}

/// What `demo` needs, checked.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Without pauses.
    pub fast: bool,
    /// How to report.
    pub report: report::Settings,
}
