//! What can go wrong with the history, and what to do about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ffi::{self, ErrorCode};

/// Why something could not be kept or read. Cloned to all whose commit it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// There is no home to put it in.
    #[error("there is no place for the history: {variable} is not set, or is no absolute path")]
    NoPlace {
        /// The variable that would tell.
        variable: &'static str,
    },
    /// The folder or the file cannot be made or opened.
    #[error("cannot open the history {}: {reason}", path.display())]
    Unopened {
        /// The folder or file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// It can be read but not written.
    #[error("the history {} cannot be written: it is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Its bytes are not those of a database, or damaged.
    #[error("the history {} is damaged: {reason}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// It is a database of another program.
    #[error("{} is a database, but no history of zoomhook", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It was made by a newer version.
    #[error("the history {} was made by a newer zoomhook: it has version {found}, this program knows up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// There is no room.
    #[error("the history {} cannot grow: the disk is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to write: a quota, a limit on the size of files, a failing disk.
    #[error("the history {} cannot be written: the system refuses it", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
    },
    /// It is moved away or deleted again and again.
    #[error("the history {} is moved away or deleted again and again", path.display())]
    Moved {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds it for longer than a delivery can wait.
    #[error("the history {} is in use by another process", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Any other failure of reading or writing.
    #[error("the history {} failed: {reason}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// The writer did not get to it in time.
    #[error("the history was not written within {} s: the disk is too slow", .0.as_secs())]
    Behind(Duration),
    /// The same request is kept already.
    #[error("it is in the history already")]
    Known,
    /// The history was closed.
    #[error("the history is closed")]
    Closed,
}

impl HistoryError {
    /// SQLite's error on this file, by who must act.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let reason = error.to_string();
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE) => return Self::Refused { path },
            // The index of the log has no room either.
            Some(ffi::SQLITE_IOERR_SHMSIZE) => return Self::DiskFull { path },
            _ => {}
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt { path, reason },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::CannotOpen) => Self::Unopened { path, reason },
            _ => Self::Failed { path, reason },
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unopened { .. } | Self::ReadOnly { .. } => {
                "Name another file with --history-file, mend the file's rights, or use --no-history."
            }
            Self::Corrupt { .. } => {
                "Move the file away (with its -wal and -shm) and start anew, or name another one with --history-file."
            }
            Self::Foreign { .. } => "Name another file with --history-file.",
            Self::Newer { .. } => "Update zoomhook, or name another file with --history-file.",
            Self::DiskFull { .. } => "Make room, keep less with --history-max, or use --no-history.",
            Self::Refused { .. } => {
                "Look for a quota or a limit on the size of files (ulimit -f), keep less with --history-max, or use \
                 --no-history."
            }
            Self::Busy { .. } => "End the other process, or name another file with --history-file.",
            Self::NoPlace { .. }
            | Self::Moved { .. }
            | Self::Failed { .. }
            | Self::Behind(_)
            | Self::Known
            | Self::Closed => {
                return None;
            }
        })
    }
}
