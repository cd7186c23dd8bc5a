//! The environment: every variable that the program reads, by name, in one table.
//!
//! What is read is passed in as a value, so that tests need not change the environment of the process.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{instances, state_folder};

/// An environment variable that the program reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is for, in one line.
    pub(crate) doc: &'static str,
}

/// The app's secret token.
pub(crate) const SECRET_TOKEN: &str = "ZOOM_WEBHOOK_SECRET_TOKEN";
/// The account's token at ngrok.
pub(crate) const NGROK_AUTHTOKEN: &str = "NGROK_AUTHTOKEN";

/// The proxy for https.
pub(crate) const HTTPS_PROXY: &str = "HTTPS_PROXY";
/// The proxy for everything.
pub(crate) const ALL_PROXY: &str = "ALL_PROXY";
/// What is reached without a proxy.
pub(crate) const NO_PROXY: &str = "NO_PROXY";

/// All of them, in the order of `--help`.
pub(crate) const VARIABLES: &[Variable] = &[
    Variable { name: SECRET_TOKEN, doc: "the app's secret token" },
    Variable { name: NGROK_AUTHTOKEN, doc: "your authtoken at ngrok" },
    Variable { name: HTTPS_PROXY, doc: "proxy for connections to the outside; lower case too" },
    Variable { name: ALL_PROXY, doc: "the same, where HTTPS_PROXY is not set" },
    Variable { name: NO_PROXY, doc: "domains and addresses that are reached without it" },
    Variable { name: "NO_COLOR", doc: "no colour, whatever its value" },
    Variable { name: "CLICOLOR_FORCE", doc: "colour even where the output is no terminal" },
    Variable { name: "TERM", doc: "'dumb' means no colour and no moving line" },
    Variable { name: "ZOOMHOOK_PAGER", doc: "the pager for long output; empty or cat: none" },
    Variable { name: "PAGER", doc: "the same, where ZOOMHOOK_PAGER is not set; else less" },
    Variable { name: "COMPLETE", doc: "a shell's name: print what completes the command line in it" },
    Variable { name: "HOME", doc: "where ngrok's own ngrok.yml is looked for, and the history kept" },
    Variable { name: "XDG_CONFIG_HOME", doc: "where ngrok.yml is looked for, on Linux" },
    Variable { name: "XDG_STATE_HOME", doc: "where the history is kept, on Linux" },
    Variable { name: "LOCALAPPDATA", doc: "both, on Windows" },
    Variable { name: "USERPROFILE", doc: "the same, on Windows without LOCALAPPDATA" },
];

/// What the program was started with, besides its arguments.
#[derive(Clone)]
pub(crate) struct Environment {
    variables: HashMap<String, OsString>,
    folder: PathBuf,
}

impl Environment {
    /// That of this process: the variables of the table and the current folder, nothing else.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        // Those of proxies are written in either way.
        let lower = [HTTPS_PROXY, ALL_PROXY, NO_PROXY].map(str::to_ascii_lowercase);
        let names = VARIABLES.iter().map(|variable| variable.name.to_owned()).chain(lower);
        let variables = names.filter_map(|name| Some((name.clone(), std::env::var_os(name)?))).collect();
        // Without a current folder (it was deleted) there is no .env to find either.
        Self { variables, folder: std::env::current_dir().unwrap_or_default() }
    }

    /// A made-up one.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn new<V: Into<OsString>>(
        folder: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Self { variables, folder: folder.into() }
    }

    /// A variable's value; `None` where it is not set or is not text.
    #[must_use]
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str()
    }

    /// Whether a variable is set to something that is not text.
    #[must_use]
    pub(crate) fn is_not_text(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| value.to_str().is_none())
    }

    /// A variable that names a file or a folder.
    #[must_use]
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// Where a running `listen` is found; `None` where the environment names no place.
    #[must_use]
    pub(crate) fn instances_folder(&self) -> Option<PathBuf> {
        Some(instances::folder(&state_folder::find(|name| self.path(name)).ok()?))
    }

    /// The current folder; empty where there is none.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The names only: some of the values are secrets.
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
