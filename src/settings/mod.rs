//! Turns flags, environment and files into checked values.
//!
//! Each file has one group of flags: the clap arguments (`…Args`) and their `check`, which returns the checked value. A
//! command combines the groups that it needs. clap checks single flags while parsing. `check` does what needs the
//! environment, a file or another flag.

pub(crate) mod address;
pub(crate) mod background;
pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod dotenv;
pub(crate) mod edge;
pub(crate) mod endpoint;
pub(crate) mod env;
pub(crate) mod event_names;
pub(crate) mod file;
pub(crate) mod forward;
pub(crate) mod history;
pub(crate) mod inspect;
pub(crate) mod limits;
pub(crate) mod load;
pub(crate) mod ngrok;
pub(crate) mod number;
pub(crate) mod output;
pub(crate) mod project;
pub(crate) mod project_file;
pub(crate) mod prompt;
pub(crate) mod proxy;
pub(crate) mod public_url;
pub(crate) mod read_token;
pub(crate) mod replay;
pub(crate) mod sample;
pub(crate) mod secret;
pub(crate) mod sending;
pub(crate) mod stream;
pub(crate) mod time;
pub(crate) mod token;
pub(crate) mod tunnel;
pub(crate) mod typed_secrets;
pub(crate) mod verify;
pub(crate) mod waiting;

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The secret tokens.
    #[error(transparent)]
    Secret(#[from] secret::SecretError),
    /// The tunnel.
    #[error(transparent)]
    Tunnel(#[from] tunnel::TunnelError),
    /// The payloads of samples.
    #[error(transparent)]
    Sample(#[from] sample::SampleError),
    /// The history.
    #[error(transparent)]
    History(#[from] crate::history::HistoryError),
    /// The user's app.
    #[error(transparent)]
    Relay(#[from] forward::ForwardError),
    /// The input of `verify`.
    #[error(transparent)]
    Input(#[from] verify::NoInput),
    /// The stream of a team.
    #[error(transparent)]
    Stream(#[from] stream::StreamSettingsError),
    /// The read token.
    #[error(transparent)]
    ReadToken(#[from] read_token::ReadTokenError),
    /// The filter and the expectation.
    #[error(transparent)]
    Waiting(#[from] waiting::Contradiction),
}

#[cfg(test)]
pub(crate) mod testing {
    /// Parses the flags of one group.
    pub(crate) fn parse<A: clap::Args>(args: &[&str]) -> Result<A, clap::Error> {
        let mut command = A::augment_args(clap::Command::new("test").no_binary_name(true));
        A::from_arg_matches(&command.try_get_matches_from_mut(args)?)
    }
}
