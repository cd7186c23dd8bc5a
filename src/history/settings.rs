//! Where the file is, and how much is kept.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::HeaderName;

use super::HistoryError;
use crate::state_folder;

/// What a history is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistorySettings {
    /// The file.
    pub file: PathBuf,
    /// How much is kept.
    pub limits: HistoryLimits,
    /// Headers whose values are masked before they are stored, besides those that are always.
    pub masked_headers: Vec<HeaderName>,
}

/// How much is kept; whichever limit is reached first holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryLimits {
    /// Deliveries.
    pub count: u64,
    /// Bytes of requests and answers; the file itself is a little larger.
    pub bytes: u64,
    /// Time since a delivery was stored.
    pub age: Duration,
}

/// A hundred thousand deliveries are a month of a busy account, and 200 MiB are what nobody misses on a laptop.
impl Default for HistoryLimits {
    fn default() -> Self {
        Self { count: 100_000, bytes: 200 << 20, age: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

impl HistoryLimits {
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
    let folder = state_folder::find(variable);
    let folder = folder.map_err(|none| HistoryError::NoPlace { variable: none.variable })?;
    Ok(folder.join("history.db"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_requests_have_a_small_share() {
        let limits = HistoryLimits { count: 10, bytes: 1000, age: Duration::from_secs(1) };
        assert_eq!(limits.refused(), HistoryLimits { count: 1, bytes: 50, ..limits });
    }
}
