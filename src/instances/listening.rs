//! The `listen` that is meant where no target is named: the one that runs, or its usual address.

use std::path::Path;

use super::{Entry, all};

/// Where `listen` is unless it was told otherwise.
const USUAL_URL: &str = "http://127.0.0.1:4000/webhook";

/// A `listen`, as far as other commands need to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listening {
    /// Its endpoint, on this machine.
    pub(crate) url: String,
    /// How many run.
    count: usize,
}

impl Listening {
    /// The newest of those that run; where none does, the usual address. `folder` is where they are found.
    #[must_use]
    pub(crate) fn newest(folder: Option<&Path>) -> Self {
        Self::of(folder.map(all).unwrap_or_default())
    }

    fn of(running: Vec<Entry>) -> Self {
        let count = running.len();
        let newest = running.into_iter().next();
        Self { url: newest.map_or_else(|| USUAL_URL.to_owned(), |entry| entry.url), count }
    }

    /// Where requests go, in words, if it is not where everybody expects.
    #[must_use]
    pub(crate) fn note(&self) -> Option<String> {
        let url = &self.url;
        match self.count {
            0 => Some(format!("No zoomhook listen was found: trying {url}. --to names another endpoint.")),
            1 if url == USUAL_URL => None,
            1 => Some(format!("To {url}, where zoomhook listens.")),
            count => Some(format!("To {url}, the newest of {count} that listen.")),
        }
    }
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
    fn is_named_unless_it_is_where_everybody_expects() {
        let none = "No zoomhook listen was found: trying http://127.0.0.1:4000/webhook. --to names another endpoint.";
        assert_eq!(note(&[]).unwrap(), none);
        assert_eq!(note(&[USUAL_PORT]), None);
        assert_eq!(note(&[4001]).unwrap(), "To http://127.0.0.1:4001/webhook, where zoomhook listens.");
        let newest = "To http://127.0.0.1:4000/webhook, the newest of 2 that listen.";
        assert_eq!(note(&[USUAL_PORT, 4001]).unwrap(), newest);
    }

    #[test]
    fn is_found_in_its_folder() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("listening");
        assert_eq!(Listening::newest(Some(&folder)).url, USUAL_URL);
        let since = UNIX_EPOCH + Duration::from_secs(1);
        let entry = Entry::of_process(([0, 0, 0, 0], 4007).into(), "/zoom", since);
        let _registered = Registered::new(&folder, &entry).unwrap();
        assert_eq!(Listening::newest(Some(&folder)).url, "http://127.0.0.1:4007/zoom");
        assert_eq!(Listening::newest(None).url, USUAL_URL);
    }
}
