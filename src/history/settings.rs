//! Where the file is, and how much is kept.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::HeaderName;

use super::HistoryError;

/// What a history is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The file.
    pub file: PathBuf,
    /// How much is kept.
    pub limits: Limits,
    /// Headers whose values are masked before they are stored, besides those that are always.
    pub masked_headers: Vec<HeaderName>,
}

/// How much is kept; whichever limit is reached first holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deliveries.
    pub count: u64,
    /// Bytes of requests and answers; the file itself is a little larger.
    pub bytes: u64,
    /// Time since a delivery was stored.
    pub age: Duration,
}

/// A hundred thousand deliveries are a month of a busy account, and 200 MiB are what nobody misses on a laptop.
impl Default for Limits {
    fn default() -> Self {
        Self { count: 100_000, bytes: 200 << 20, age: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

impl Limits {
    /// Refused requests have a twentieth of the whole: enough for a thousand wrong secrets, and too little for a
    /// flood of strangers to push out anything genuine. At least one is kept.
    pub(super) fn refused(&self) -> Self {
        Self { count: (self.count / 20).max(1), bytes: self.bytes / 20, age: self.age }
    }
}

/// The platform's place for it. `variable` gives environment variables.
///
/// # Errors
/// [`HistoryError::NoPlace`] where there is neither a home nor a state folder.
pub fn default_file(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Result<PathBuf, HistoryError> {
    // The XDG base directory specification has relative paths ignored.
    let absolute = |name| variable(name).filter(|path| path.is_absolute());
    let (folder, needed) = if cfg!(windows) {
        let local = absolute("LOCALAPPDATA")
            .or_else(|| absolute("USERPROFILE").map(|home| home.join("AppData").join("Local")));
        (local, "LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        (absolute("HOME").map(|home| home.join("Library").join("Application Support")), "HOME")
    } else {
        let state = absolute("XDG_STATE_HOME");
        (state.or_else(|| absolute("HOME").map(|home| home.join(".local").join("state"))), "HOME")
    };
    let folder = folder.ok_or(HistoryError::NoPlace { variable: needed })?;
    Ok(folder.join("zoomhook").join("history.db"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn is_in_the_state_folder_and_relative_folders_are_passed_over() {
        let file = |state: Option<&str>| {
            default_file(|name| match name {
                "XDG_STATE_HOME" => state.map(PathBuf::from),
                "HOME" => Some("/home/jill".into()),
                _ => None,
            })
        };
        let in_home = PathBuf::from("/home/jill/.local/state/zoomhook/history.db");
        assert_eq!(file(Some("/state")).unwrap(), PathBuf::from("/state/zoomhook/history.db"));
        assert_eq!((file(None).unwrap(), file(Some("state")).unwrap()), (in_home.clone(), in_home));
        assert_eq!(default_file(|_| None).unwrap_err(), HistoryError::NoPlace { variable: "HOME" });
    }

    #[test]
    fn refused_requests_have_a_small_share() {
        let limits = Limits { count: 10, bytes: 1000, age: Duration::from_secs(1) };
        assert_eq!(limits.refused(), Limits { count: 1, bytes: 50, ..limits });
    }
}
