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
