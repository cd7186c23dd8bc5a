//! [`QueueLock`]: whether the session that has a delivery in its queue still runs.
//!
//! Such a delivery waits without a limit, so no time tells when nothing more will be stored, and a session that is killed
//! stores nothing about it. So a session with a queue locks a file beside the history for as long as it lives: the system
//! releases the lock however the process ends. The column `waits_until` of its deliveries has the number in the name of
//! that file.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::files::{CheckedFolder, MissingFolder, PathError};

/// A file without a lock is removed only after this time, because its owner may be about to lock it.
const LEFT_BEHIND_AFTER: Duration = Duration::from_secs(60);

/// The locked file of this process. Dropping it releases the lock.
#[derive(Debug)]
pub(super) struct QueueLock {
    folder: CheckedFolder,
    name: OsString,
    /// The number in its name: the time of its creation in Unix microseconds.
    pub(super) number: i64,
    /// The locked file.
    _locked: File,
}

impl QueueLock {
    /// Creates and locks a file beside the history, and removes those of killed processes.
    pub(super) fn new(history: &Path) -> Result<Self, PathError> {
        /// Two histories of one process have two numbers.
        static LAST: AtomicI64 = AtomicI64::new(0);
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let now = i64::try_from(micros).unwrap_or(0);
        let last = LAST.fetch_max(now, Ordering::Relaxed);
        let number = if last < now { now } else { LAST.fetch_add(1, Ordering::Relaxed) + 1 };
        let folder = history.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = CheckedFolder::open(folder.unwrap_or(Path::new(".")), MissingFolder::Fail)?;
        remove_left_behind(&folder, history, now);
        let path = path_of(history, number);
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput).map_err(io::Error::from)?.to_owned();
        let locked = folder.create_new(&name)?;
        locked.try_lock().map_err(io::Error::from)?;
        Ok(Self { folder, name, number, _locked: locked })
    }
}

impl Drop for QueueLock {
    fn drop(&mut self) {
        // A file that cannot be removed is recognized by its free lock.
        let _ = self.folder.remove(&self.name);
    }
}

/// Whether the process with this number still runs. Unless the system says that it does not, it does.
pub(super) fn is_running(history: &Path, number: i64) -> bool {
    // A database in memory, with what was recovered of a damaged file.
    if history.as_os_str().is_empty() {
        return true;
    }
    match File::open(path_of(history, number)) {
        Ok(file) => !is_free(&file),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Tries a shared lock, so that two readers at the same time do not see each other as the owner.
fn is_free(file: &File) -> bool {
    !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock | TryLockError::Error(_)))
}

fn path_of(history: &Path, number: i64) -> PathBuf {
    let mut name = history.file_name().unwrap_or_default().to_owned();
    name.push(format!("-queue-{number}"));
    history.with_file_name(name)
}

fn remove_left_behind(folder: &CheckedFolder, history: &Path, now: i64) {
    let Some(own) = history.file_name().and_then(|name| name.to_str()) else { return };
    for name in folder.names().unwrap_or_default() {
        let number = name.to_str().and_then(|name| name.strip_prefix(own)?.strip_prefix("-queue-"));
        let Some(number) = number.and_then(|number| number.parse::<i64>().ok()) else { continue };
        let is_old = now.saturating_sub(number) > LEFT_BEHIND_AFTER.as_micros() as i64;
        if is_old && folder.read(&name).is_ok_and(|file| is_free(&file)) {
            let _ = folder.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_process_is_running_until_its_lock_is_free() {
        let folder = TempDir::new().unwrap();
        let history = folder.path().join("h.db");
        let holders = [QueueLock::new(&history).unwrap(), QueueLock::new(&history).unwrap()];
        let numbers = [holders[0].number, holders[1].number];
        assert!(numbers[0] != numbers[1] && numbers.iter().all(|number| is_running(&history, *number)));
        drop(holders);
        assert!(!is_running(&history, numbers[0]));
        // As a killed process leaves it.
        let long_ago = 1_000_000;
        File::create(path_of(&history, long_ago)).unwrap();
        assert!(!is_running(&history, long_ago));
        let _next = QueueLock::new(&history).unwrap();
        assert!(!path_of(&history, long_ago).exists());
    }
}
