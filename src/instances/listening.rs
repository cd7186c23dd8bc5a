//! [`Listening`]: the `listen` to send to if no target is given. It is the running one, or the default address.

use std::path::{Path, PathBuf};

use super::{Entry, all};
use crate::files::UntrustedPath;

/// The default address of `listen`.
const USUAL_URL: &str = "http://127.0.0.1:4000/webhook";

/// The target for other commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listening {
    /// The URL of its endpoint on this machine.
    pub(crate) url: String,
    /// The number of running ones.
    count: usize,
}

impl Listening {
    /// The newest running `listen` of this project, or the default address if none runs at all. Running ones are listed
    /// in `folder`. Those of other projects are returned instead: see [`only_of_project`].
    ///
    /// # Errors
    /// Another user controls the folder.
    pub(crate) fn of_project(
        folder: Option<&Path>,
        project: Option<&str>,
    ) -> Result<Result<Self, Vec<Entry>>, UntrustedPath> {
        let running = folder.map(all).transpose()?.unwrap_or_default();
        Ok(only_of_project(running, project).map(Self::of))
    }

    /// The default address.
    #[must_use]
    pub(crate) fn usual() -> Self {
        Self::of(Vec::new())
    }

    fn of(running: Vec<Entry>) -> Self {
        let count = running.len();
        let newest = running.into_iter().next();
        Self { url: newest.map_or_else(|| USUAL_URL.to_owned(), |entry| entry.url), count }
    }

    /// A sentence about where requests go, unless it is the default address.
    #[must_use]
    pub(crate) fn note(&self) -> Option<String> {
        let url = &self.url;
        match self.count {
            0 => Some(format!(
                "No running zoomhook listen was found. Sending to {url}. Use --to for another endpoint."
            )),
            1 if url == USUAL_URL => None,
            1 => Some(format!("Sending to {url}, where zoomhook listens.")),
            count => Some(format!("Sending to {url}, the newest of {count} running zoomhook listens.")),
        }
    }
}

/// Where running sessions store what they receive, if it is one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SessionHistory {
    /// No session runs.
    NoSession,
    /// Nowhere: all of them run with `--no-history`.
    None,
    /// In the default file.
    Usual,
    /// In this file.
    File(PathBuf),
}

impl SessionHistory {
    /// The history of the newest of these sessions that has one.
    pub(crate) fn of(running: &[Entry]) -> Self {
        match running.iter().find(|entry| !entry.is_without_history) {
            Some(Entry { history_file: Some(file), .. }) => Self::File(file.clone()),
            Some(_) => Self::Usual,
            None if running.is_empty() => Self::NoSession,
            None => Self::None,
        }
    }
}

/// The sessions of this project. If all are of other projects, those are the error: what is sent to them would reach
/// another app.
pub(crate) fn only_of_project(running: Vec<Entry>, project: Option<&str>) -> Result<Vec<Entry>, Vec<Entry>> {
    let (own, others): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|entry| project.is_none() || entry.is_of_project(project));
    if own.is_empty() && !others.is_empty() { Err(others) } else { Ok(own) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::instances::Registered;

    const USUAL_PORT: u16 = 4000;

    fn note(ports: &[u16]) -> Option<String> {
        let entry = |port: &u16| Entry::of_process(([127, 0, 0, 1], *port).into(), "/webhook", UNIX_EPOCH);
        Listening::of(ports.iter().map(entry).collect()).note()
    }

    #[test]
    fn names_the_target_unless_it_is_the_default() {
        let none = "No running zoomhook listen was found. Sending to http://127.0.0.1:4000/webhook. Use --to for another endpoint.";
        assert_eq!(note(&[]).unwrap(), none);
        assert_eq!(note(&[USUAL_PORT]), None);
        assert_eq!(
            note(&[4001]).unwrap(),
            "Sending to http://127.0.0.1:4001/webhook, where zoomhook listens."
        );
        let newest = "Sending to http://127.0.0.1:4000/webhook, the newest of 2 running zoomhook listens.";
        assert_eq!(note(&[USUAL_PORT, 4001]).unwrap(), newest);
    }

    #[test]
    fn finds_a_running_listen_in_its_folder() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("listening");
        let url = |folder: Option<&Path>, project| {
            Listening::of_project(folder, project).unwrap().map(|listening| listening.url)
        };
        assert_eq!(url(Some(&folder), Some("/here")).unwrap(), USUAL_URL);
        let since = UNIX_EPOCH + Duration::from_secs(1);
        let entry = Entry {
            project: Some("/here".to_owned()),
            ..Entry::of_process(([0, 0, 0, 0], 4007).into(), "/zoom", since)
        };
        let _registered = Registered::new(&folder, &entry).unwrap();
        assert_eq!(url(Some(&folder), Some("/here")).unwrap(), "http://127.0.0.1:4007/zoom");
        assert_eq!(url(Some(&folder), Some("/elsewhere")), Err(vec![entry]));
        assert_eq!(url(None, Some("/here")).unwrap(), USUAL_URL);
    }
}
