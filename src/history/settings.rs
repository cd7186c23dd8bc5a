//! The location of the file and its limits.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::HeaderName;

use super::HistoryError;
use crate::state_folder;

/// The settings of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistorySettings {
    /// The file.
    pub file: PathBuf,
    /// How much is stored.
    pub limits: HistoryLimits,
    /// Headers whose values are masked before they are stored, in addition to those that are always masked.
    pub masked_headers: Vec<HeaderName>,
}

/// How much is stored. The limit that is reached first applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryLimits {
    /// Number of deliveries.
    pub count: u64,
    /// Bytes of requests and answers. The file itself is a little larger.
    pub bytes: u64,
    /// Time since a delivery was stored.
    pub age: Duration,
}

/// 100,000 deliveries are a month of a busy account, and 200 MiB is little on a laptop.
impl Default for HistoryLimits {
    fn default() -> Self {
        Self { count: 100_000, bytes: 200 << 20, age: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

impl HistoryLimits {
    /// The share of refused requests: a twentieth, and at least one request. That is enough to diagnose a wrong secret,
    /// and keeps a flood of refused requests from pushing out genuine deliveries.
    pub(super) fn refused(&self) -> Self {
        Self { count: (self.count / 20).max(1), bytes: self.bytes / 20, age: self.age }
    }
}

/// The platform's default path. `variable` looks up an environment variable.
///
/// # Errors
/// [`HistoryError::NoPlace`] if there is neither a home folder nor a state folder.
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
