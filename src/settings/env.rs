//! The environment: one table of all variables that the program reads, the current folder, and which `.env` files count.
//!
//! [`Environment`] is passed as a value, so that tests do not change the environment of the process.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::dotenv::EnvFiles;
use crate::instances;
use crate::state_folder;

/// An environment variable that the program reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its purpose, in one line.
    pub(crate) doc: &'static str,
    /// The commands that read it.
    readers: &'static [Reader],
}

/// A command that reads a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Each command.
    Every,
    /// Each command with this flag.
    Having(&'static str),
    /// The command with this name.
    Named(&'static str),
}

/// The app's secret token.
pub(crate) const SECRET_TOKEN: &str = "ZOOM_WEBHOOK_SECRET_TOKEN";
/// The ngrok account's authtoken.
pub(crate) const NGROK_AUTHTOKEN: &str = "NGROK_AUTHTOKEN";

/// A credentials file of NATS.
pub(crate) const NATS_CREDS: &str = "NATS_CREDS";
/// A file with the seed of an nkey.
pub(crate) const NATS_NKEY: &str = "NATS_NKEY";
/// A user of NATS.
pub(crate) const NATS_USER: &str = "NATS_USER";
/// The password of that user.
pub(crate) const NATS_PASSWORD: &str = "NATS_PASSWORD";
/// A token of NATS.
pub(crate) const NATS_TOKEN: &str = "NATS_TOKEN";

/// A read token for another session.
pub(crate) const READ_TOKEN: &str = "ZOOMHOOK_READ_TOKEN";

/// The proxy for https.
pub(crate) const HTTPS_PROXY: &str = "HTTPS_PROXY";
/// The proxy for everything.
pub(crate) const ALL_PROXY: &str = "ALL_PROXY";
/// Hosts that are reached without a proxy.
pub(crate) const NO_PROXY: &str = "NO_PROXY";

/// Turns color off.
pub(crate) const NO_COLOR: &str = "NO_COLOR";
/// Turns color on.
pub(crate) const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";

/// The user's shell.
pub(crate) const SHELL: &str = "SHELL";
/// The locale, whatever the category.
pub(crate) const LC_ALL: &str = "LC_ALL";
/// The locale of characters.
pub(crate) const LC_CTYPE: &str = "LC_CTYPE";
/// The locale where no other variable says it.
pub(crate) const LANG: &str = "LANG";

const BY_EVERY: &[Reader] = &[Reader::Every];
const WITH_SECRET: &[Reader] = &[Reader::Having("secret")];
const WITH_NGROK: &[Reader] = &[Reader::Having("ngrok-authtoken")];
const WITH_NATS: &[Reader] = &[Reader::Having("nats-creds")];
const WITH_READ_TOKEN: &[Reader] = &[Reader::Having("token-file")];
/// `follow https://HOST` has no flag for it.
const WITH_PROXY: &[Reader] = &[Reader::Having("proxy"), Reader::Named("follow")];
const BY_DOCTOR: &[Reader] = &[Reader::Named("doctor")];
const BY_FOLLOW: &[Reader] = &[Reader::Named("follow")];

/// All variables, in the order of `--help`.
pub(crate) const VARIABLES: &[Variable] = &[
    variable(SECRET_TOKEN, "the app's secret token", WITH_SECRET),
    variable(NGROK_AUTHTOKEN, "your ngrok authtoken", WITH_NGROK),
    variable(NATS_CREDS, "credentials file of the stream's server; see --nats-creds", WITH_NATS),
    variable(NATS_NKEY, "file with the seed of an nkey, for the same", WITH_NATS),
    variable(NATS_USER, "user of the stream's server, with NATS_PASSWORD", WITH_NATS),
    variable(NATS_PASSWORD, "that user's password", WITH_NATS),
    variable(NATS_TOKEN, "token of the stream's server", WITH_NATS),
    variable(READ_TOKEN, "read token for follow https://HOST; see --token-file", WITH_READ_TOKEN),
    variable(HTTPS_PROXY, "proxy for outgoing connections; lower case works too", WITH_PROXY),
    variable(ALL_PROXY, "the same, if HTTPS_PROXY is not set", WITH_PROXY),
    variable(NO_PROXY, "domains and addresses to reach without a proxy", WITH_PROXY),
    variable(NO_COLOR, "no color, whatever its value", BY_EVERY),
    variable(CLICOLOR_FORCE, "color even if the output is not a terminal", BY_EVERY),
    variable("TERM", "'dumb' means no color and no live line", BY_EVERY),
    variable("CLAUDECODE", "an AI agent runs zoomhook: no color, no live line, no pager", BY_EVERY),
    variable("CURSOR_AGENT", "the same", BY_EVERY),
    variable("CODEX_SANDBOX", "the same", BY_EVERY),
    variable("GEMINI_CLI", "the same", BY_EVERY),
    variable("ZOOMHOOK_PAGER", "pager for long output; empty or cat means none", BY_EVERY),
    variable("PAGER", "the same, if ZOOMHOOK_PAGER is not set; default: less", BY_EVERY),
    variable("COMPLETE", "a shell's name: print its completions instead of running", BY_EVERY),
    variable(SHELL, "doctor: whose completions to look for", BY_DOCTOR),
    variable(LC_ALL, "doctor: the character set of the terminal", BY_DOCTOR),
    variable(LC_CTYPE, "the same, if LC_ALL is not set", BY_DOCTOR),
    variable(LANG, "the same, if neither is set", BY_DOCTOR),
    variable("USER", "follow: the first part of the name to follow as", BY_FOLLOW),
    variable("HOME", "location of ngrok's own ngrok.yml and of the history", BY_EVERY),
    variable("XDG_CONFIG_HOME", "location of ngrok.yml, on Linux", WITH_NGROK),
    variable("XDG_STATE_HOME", "location of the history, on Linux", BY_EVERY),
    variable("LOCALAPPDATA", "both, on Windows", BY_EVERY),
    variable("USERNAME", "the same as USER, on Windows", BY_FOLLOW),
    variable("COMPUTERNAME", "follow: the second part of the name, on Windows", BY_FOLLOW),
    variable("USERPROFILE", "the same as LOCALAPPDATA, if that is not set", BY_EVERY),
];

const fn variable(name: &'static str, doc: &'static str, readers: &'static [Reader]) -> Variable {
    Variable { name, doc, readers }
}

impl Variable {
    /// Whether every command reads it.
    #[must_use]
    pub(crate) fn is_common(&self) -> bool {
        self.readers == BY_EVERY
    }

    /// Whether a command reads it.
    #[must_use]
    pub(crate) fn is_read_by(&self, command: &clap::Command) -> bool {
        self.readers.iter().any(|reader| match *reader {
            Reader::Every => true,
            Reader::Having(flag) => command.get_arguments().any(|argument| argument.get_long() == Some(flag)),
            Reader::Named(name) => command.get_name() == name,
        })
    }
}

/// Environment variables and the current folder.
#[derive(Clone)]
pub(crate) struct Environment {
    variables: HashMap<String, OsString>,
    folder: PathBuf,
    env_files: EnvFiles,
}

impl Environment {
    /// Reads this process's environment: the variables of the table and the current folder.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        // Proxy variables are common in lower case too.
        let lower = [HTTPS_PROXY, ALL_PROXY, NO_PROXY].map(str::to_ascii_lowercase);
        let names = VARIABLES.iter().map(|variable| variable.name.to_owned()).chain(lower);
        let variables = names.filter_map(|name| Some((name.clone(), std::env::var_os(name)?))).collect();
        // The current folder may have been deleted. Then there is no .env either.
        Self {
            variables,
            folder: std::env::current_dir().unwrap_or_default(),
            env_files: EnvFiles::default(),
        }
    }

    /// An environment with these values.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn new<V: Into<OsString>>(
        folder: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Self { variables, folder: folder.into(), env_files: EnvFiles::default() }
    }

    /// A variable's value; `None` if it is not set or not text.
    #[must_use]
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str()
    }

    /// Whether a variable is set to something that is not text.
    #[must_use]
    pub(crate) fn is_not_text(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| value.to_str().is_none())
    }

    /// The value of a variable that names a file or a folder.
    #[must_use]
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The folder for what the program stores between runs; `None` if the environment names no home.
    #[must_use]
    pub(crate) fn state_folder(&self) -> Option<PathBuf> {
        state_folder::find(|name| self.path(name)).ok()
    }

    /// The folder that lists the running sessions; `None` if the environment names no home.
    #[must_use]
    pub(crate) fn instances_folder(&self) -> Option<PathBuf> {
        self.state_folder().map(|state| instances::folder(&state))
    }

    /// The folder with the keys of the inspector's pages; `None` if the environment names no home.
    #[must_use]
    pub(crate) fn inspector_keys(&self) -> Option<PathBuf> {
        Some(state_folder::find(|name| self.path(name)).ok()?.join("inspector"))
    }

    /// The same environment with these `.env` files.
    #[must_use]
    pub(crate) fn with_env_files(&self, env_files: EnvFiles) -> Self {
        Self { env_files, ..self.clone() }
    }

    /// Which `.env` files are read.
    #[must_use]
    pub(crate) fn env_files(&self) -> &EnvFiles {
        &self.env_files
    }

    /// The current folder; empty if there is none.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Shows only names, because some values are secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names: Vec<_> = self.variables.keys().collect();
        names.sort();
        f.debug_struct("Environment").field("variables", &names).field("folder", &self.folder).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let environment = Environment::new("/x", [(SECRET_TOKEN, "hush")]);
        assert_eq!(environment.text(SECRET_TOKEN), Some("hush"));
        assert!(!format!("{environment:?}").contains("hush"));
    }

    #[test]
    fn every_variable_is_in_the_table_once() {
        let mut names: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), VARIABLES.len());
        assert!(names.contains(&SECRET_TOKEN) && names.contains(&NGROK_AUTHTOKEN));
    }
}
