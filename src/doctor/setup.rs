//! [`Setup`]: what is examined, as `settings` found it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::OnceLock;

use hyper::header::{HeaderName, HeaderValue};

use super::SetupProblem;
use super::kept::KeptDeliveries;
use crate::delivery::TunnelKind;
use crate::diagnosis::SecretText;
use crate::http::{Proxies, Target};
use crate::listener::Port;
use crate::tunnel::TunnelSettings;
use crate::zoom::SecretToken;

/// What is examined.
#[derive(Debug)]
pub(crate) struct Setup {
    /// Whether other machines may be asked, and a challenge may be sent to the app.
    pub(crate) online: bool,
    /// The secret tokens.
    pub(crate) secrets: SetupSecrets,
    /// The `.env` files that set a token.
    pub(crate) env_files: Vec<EnvFile>,
    /// The file of the history, or why there is no place for it.
    pub(crate) history_file: Result<PathBuf, SetupProblem>,
    /// The folder that lists the running sessions; `None` without a home.
    pub(crate) instances_folder: Option<PathBuf>,
    /// The project of this folder.
    pub(crate) project: Option<String>,
    /// The address that `listen` binds.
    pub(crate) host: IpAddr,
    /// The port that `listen` binds.
    pub(crate) port: Port,
    /// The path of the endpoint.
    pub(crate) path: String,
    /// The kind of tunnel.
    pub(crate) tunnel_kind: TunnelKind,
    /// The tunnel's settings, or why `listen` could not use them.
    pub(crate) tunnel: Result<TunnelSettings, SetupProblem>,
    /// Where the authtoken is from, if there is one.
    pub(crate) authtoken: Option<AuthtokenOrigin>,
    /// The places that may have an authtoken, in order.
    pub(crate) authtoken_places: Vec<String>,
    /// The proxies, or why they cannot be used.
    pub(crate) proxies: Result<Proxies, SetupProblem>,
    /// The flag or the variable that sets the proxy.
    pub(crate) proxy_origin: Option<String>,
    /// The user's apps.
    pub(crate) apps: Vec<Target>,
    /// Headers that are set on each request to them.
    pub(crate) app_headers: Vec<(HeaderName, HeaderValue)>,
    /// The server whose `Date` header is compared with the clock.
    pub(crate) clock_server: Target,
    /// The shell and the terminal.
    pub(crate) shell: ShellSetup,
    /// Read by the first check that needs it.
    pub(crate) kept: OnceLock<Result<KeptDeliveries, String>>,
}

/// The secret tokens.
#[derive(Debug)]
pub(crate) struct SetupSecrets {
    /// Those that `listen` would use, or why it would not start.
    pub(crate) chosen: Result<Vec<ChosenSecret>, SetupProblem>,
    /// Remarks of `listen` about them, as sentences.
    pub(crate) remarks: Vec<String>,
    /// Whether flags name them, so that no other place counts.
    pub(crate) are_flags: bool,
    /// All places that set a token, in the order in which they count.
    pub(crate) places: Vec<SecretPlace>,
    /// Other known credentials. A stored delivery that one of them signed proves that the wrong one was chosen.
    pub(crate) others: Vec<SecretText>,
    /// Where `--fix` creates a `.env` file, and the name in it; `None` if there already is one.
    pub(crate) new_env_file: Option<(PathBuf, &'static str)>,
}

/// A secret token that `listen` would use.
#[derive(Debug)]
pub(crate) struct ChosenSecret {
    /// Its place, such as "ZOOM_WEBHOOK_SECRET_TOKEN in .env".
    pub(crate) place: String,
    /// The token.
    pub(crate) token: SecretToken,
    /// What it looks like, as a phrase, if that is not a secret token.
    pub(crate) form: Option<&'static str>,
}

/// A place that sets a secret token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretPlace {
    /// Its name, such as "ZOOM_WEBHOOK_SECRET_TOKEN in .env".
    pub(crate) name: String,
    /// The file; `None` for the environment.
    pub(crate) file: Option<PathBuf>,
    /// Whether it has the same value as the place that counts.
    pub(crate) is_same: bool,
}

/// A `.env` file that sets a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnvFile {
    /// Its path.
    pub(crate) path: PathBuf,
    /// The path to show to the user.
    pub(crate) shown: PathBuf,
    /// The names of the tokens that it sets.
    pub(crate) names: Vec<String>,
}

/// Where an authtoken is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthtokenOrigin {
    /// Its place, such as "NGROK_AUTHTOKEN in the environment".
    pub(crate) place: String,
    /// Whether it has the form of an authtoken.
    pub(crate) is_usual: bool,
    /// The version of the agent's file, if it is from there and names one.
    pub(crate) version: Option<String>,
}

/// The shell and the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShellSetup {
    /// The user's home.
    pub(crate) home: Option<PathBuf>,
    /// The shell's name, such as `zsh`.
    pub(crate) name: Option<String>,
    /// The variable that sets the character set, and its value.
    pub(crate) locale: Option<(String, String)>,
    /// Whether stdout is a terminal.
    pub(crate) is_terminal: bool,
}
