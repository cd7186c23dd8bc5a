//! `history repair`: recovers what can be read from a damaged history. Entry point: [`run`].

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::note_that_nothing_is_stored;
use crate::commands::{ExitStatus, Failure};
use crate::history::{self, HistoryLimits, HistoryReader, HistorySettings};
use crate::report::{self, history as view};

/// Recovers everything, and reports how many deliveries were recovered and how many were lost.
pub(super) fn run(path: &Path, now: SystemTime) -> Result<ExitStatus, Failure> {
    // A repair prunes nothing. The next listen applies its limits.
    let limits =
        HistoryLimits { count: u64::MAX / 2, bytes: u64::MAX / 2, age: Duration::from_secs(u64::MAX / 4) };
    let settings = HistorySettings { file: path.to_owned(), limits, masked_headers: Vec::new() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let Some(repaired) = runtime.block_on(history::repair(&settings, now))? else {
        match HistoryReader::open(path)? {
            Some(reader) => report::print_note(&view::undamaged(reader.count()?)),
            None => note_that_nothing_is_stored(path),
        }
        return Ok(ExitStatus::Done);
    };
    for line in view::repaired(&repaired).lines() {
        report::print_note(line);
    }
    let is_complete = repaired.lost.deliveries == 0 && repaired.lost.answers == 0 && repaired.lost.is_exact;
    Ok(if is_complete { ExitStatus::Done } else { ExitStatus::Internal })
}
