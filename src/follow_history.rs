//! Follows a history: passes on each delivery when any process stores it, and again once its app has answered. Entry
//! point: [`follow`].
//!
//! It polls the file, so that processes need not know of each other. A poll without news reads one number in memory.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader, Reference};
use crate::report;

/// Pause between two polls: short enough to feel immediate.
const EVERY: Duration = Duration::from_millis(200);
/// Polls of a new file that cannot be read yet, because another process is creating it: two seconds.
const MAX_FAILED_OPENS: u32 = 10;

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FollowFrom {
    /// With this many of the newest.
    Newest(usize),
    /// With everything that matches the filter.
    Everything,
}

/// Passes on what is stored, until `see` breaks. `None` if the reader of stdout has closed it.
///
/// # Errors
/// The history cannot be read, or `see` has failed.
pub(crate) async fn follow<B, E: From<HistoryError>>(
    path: &Path,
    filter: &Filter,
    from: FollowFrom,
    mut see: impl FnMut(&HistoryReader, &[StoredDelivery]) -> Result<ControlFlow<B>, E>,
) -> Result<Option<B>, E> {
    let mut is_announced = false;
    let mut is_first = true;
    loop {
        let reader = wait_for_history(path, &mut is_announced).await?;
        let mut followed = Followed { reader: &reader, filter, seq: 0, version: None, waiting: Vec::new() };
        // In a file that did not exist at the start, every delivery is new.
        if let (FollowFrom::Newest(limit), true, false) = (from, is_first, is_announced) {
            let (newest, seq) = reader.newest(filter, limit)?;
            followed.seq = seq;
            followed.remember_waiting(&newest);
            if let ControlFlow::Break(end) = see(&reader, &newest)? {
                return Ok(Some(end));
            }
        }
        // After a file was moved away, it is read to its end. Then the new file at the same path is followed.
        let mut is_in_place = true;
        while is_in_place {
            if !std::mem::take(&mut is_first) || matches!(from, FollowFrom::Newest(_)) {
                tokio::time::sleep(EVERY).await;
            }
            if !report::has_reader() {
                return Ok(None);
            }
            is_in_place = reader.is_in_place();
            loop {
                let found = match followed.next() {
                    Err(HistoryError::Corrupt { .. }) if !is_in_place => break,
                    // A `listen` that uses the file finds the damage too, and creates a new file.
                    Err(error @ HistoryError::Corrupt { .. }) => {
                        if !is_replaced_soon(&reader).await {
                            return Err(error.into());
                        }
                        is_in_place = false;
                        break;
                    }
                    found => found?,
                };
                if found.is_empty() {
                    break;
                }
                if let ControlFlow::Break(end) = see(&reader, &found)? {
                    return Ok(Some(end));
                }
            }
        }
    }
}

/// Waits for a short time until another file has the path.
async fn is_replaced_soon(reader: &HistoryReader) -> bool {
    for _ in 0..MAX_FAILED_OPENS {
        tokio::time::sleep(EVERY).await;
        if !reader.is_in_place() {
            return true;
        }
    }
    false
}

/// Waits until the history exists. `is_announced` says whether the user knows that it does not exist yet.
async fn wait_for_history(path: &Path, is_announced: &mut bool) -> Result<HistoryReader, HistoryError> {
    let mut failed = 0;
    loop {
        match HistoryReader::open(path) {
            Ok(Some(reader)) => return Ok(reader),
            Err(error) if failed == MAX_FAILED_OPENS || !*is_announced => return Err(error),
            Err(_) => failed += 1,
            Ok(None) if !*is_announced => {
                report::print_note(
                    "Nothing is stored yet. Waiting for the first delivery that listen stores.",
                );
                *is_announced = true;
            }
            Ok(None) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// A position in a history.
struct Followed<'r> {
    reader: &'r HistoryReader,
    filter: &'r Filter,
    seq: i64,
    version: Option<i64>,
    /// The ids of deliveries that were shown before they had their last outcome, the oldest first.
    waiting: Vec<String>,
}

/// Limit on deliveries that are shown again once they no longer wait.
const MOST_WAITING: usize = 256;

impl Followed<'_> {
    /// The deliveries stored since the last call.
    fn next(&mut self) -> Result<Vec<StoredDelivery>, HistoryError> {
        let version = self.reader.version_of_data()?;
        if self.version.replace(version) == Some(version) {
            return Ok(Vec::new());
        }
        let (found, seq) = self.reader.stored_since(self.filter, self.seq)?;
        self.seq = seq;
        if seq < self.reader.newest_seq()? {
            // There is more than one page, so the next call reads again.
            self.version = None;
        }
        let mut done = self.no_longer_waiting()?;
        self.remember_waiting(&found);
        done.extend(found);
        Ok(done)
    }

    fn remember_waiting(&mut self, shown: &[StoredDelivery]) {
        let now = SystemTime::now();
        let waiting = shown.iter().filter(|stored| stored.is_waiting(now));
        self.waiting.extend(waiting.map(|stored| stored.id.clone()));
        self.waiting.drain(..self.waiting.len().saturating_sub(MOST_WAITING));
    }

    /// The deliveries that waited, and wait no longer.
    fn no_longer_waiting(&mut self) -> Result<Vec<StoredDelivery>, HistoryError> {
        let (mut done, mut waiting, now) = (Vec::new(), Vec::new(), SystemTime::now());
        for id in std::mem::take(&mut self.waiting) {
            match self.reader.get(&Reference::Beginning(id.clone()), None)? {
                Ok(stored) if !stored.is_waiting(now) => done.push(stored),
                Ok(_) => waiting.push(id),
                // It was deleted.
                Err(_) => {}
            }
        }
        self.waiting = waiting;
        Ok(done)
    }
}
