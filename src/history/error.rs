//! Errors of the history, each with a hint on what to do next.

use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ffi::{self, ErrorCode};
use rusqlite::types::Type;

use crate::files::UntrustedPath;

/// Why the history could not be written or read. Each delivery of a failed commit gets a clone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// There is no folder for the file.
    #[error("there is no folder for the history: {variable} is not set or is not an absolute path")]
    NoPlace {
        /// The environment variable that is missing or relative.
        variable: &'static str,
    },
    /// The folder or the file cannot be created or opened.
    #[error("cannot open the history {}: {reason}", path.display())]
    Unopened {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// Another user controls a part of the path.
    #[error("the history {} is not used: {reason}", path.display())]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what repairs it.
        reason: Box<UntrustedPath>,
    },
    /// The path is a pipe, a device, a socket or a folder.
    #[error("the history {} is {kind}, not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// The file can be read but not written.
    #[error("the history {} cannot be written: it is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the history {} is damaged: {reason}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// SQLite's message.
        reason: String,
    },
    /// The file is not a SQLite database, or is damaged, and nothing in it shows that it is a history.
    #[error("{} is not a zoomhook history, or nothing is left of it: {reason}", path.display())]
    NotAHistory {
        /// The file.
        path: PathBuf,
        /// SQLite's message.
        reason: String,
    },
    /// The file is damaged, and cannot be moved out of the way.
    #[error("the damaged history {} cannot be moved: {reason}", path.display())]
    NotMoved {
        /// The file.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but not a zoomhook history", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version wrote the file.
    #[error("the history {} was written by a newer zoomhook: it has version {found}, this zoomhook reads up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: i64,
        /// The newest version that this program reads.
        known: i64,
    },
    /// The disk is full.
    #[error("the history {} cannot grow: the disk is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The operating system rejects the write: a quota, a file size limit, a failing disk.
    #[error("the history {} cannot be written: the operating system rejects the write", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
    },
    /// The file is moved or deleted during every attempt to write it.
    #[error("the history {} is repeatedly moved or deleted", path.display())]
    Moved {
        /// The file.
        path: PathBuf,
    },
    /// Another process locks the file for longer than a delivery can wait.
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
        /// SQLite's message.
        reason: String,
    },
    /// The writer did not finish in time.
    #[error("the history was not written within {} s", .0.as_secs())]
    Behind(Duration),
    /// The id is already in the history.
    #[error("the delivery is already in the history")]
    Known,
    /// The history was closed.
    #[error("the history is closed")]
    Closed,
}

/// What is wrong in a file that SQLite itself reads without an error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Damage(String);

/// An error for a value in the file that cannot be right.
pub(super) fn damage(reason: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Null, Box::new(Damage(reason)))
}

/// Whether one row cannot be read, and others probably can.
pub(super) fn is_in_one_row(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}

/// What is damaged, if that is what the error is about. All SQL is fixed and tested, so an SQL error means that the
/// tables are not as they were created.
fn damage_in(error: &rusqlite::Error) -> Option<String> {
    use rusqlite::Error;
    let by_sqlite = |code: c_int| {
        matches!(code & 0xff, ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB | ffi::SQLITE_ERROR)
            || matches!(
                code,
                ffi::SQLITE_IOERR_CORRUPTFS | ffi::SQLITE_IOERR_DATA | ffi::SQLITE_IOERR_SHORT_READ
            )
    };
    match error {
        Error::FromSqlConversionFailure(_, _, why) if why.is::<Damage>() => Some(why.to_string()),
        Error::QueryReturnedNoRows => Some("a row that every history has is missing".to_owned()),
        Error::SqlInputError { msg, .. } => Some(msg.clone()),
        error if is_in_one_row(error) => Some("it has a value of the wrong type".to_owned()),
        error => error.sqlite_error().filter(|e| by_sqlite(e.extended_code)).map(|_| error.to_string()),
    }
}

impl HistoryError {
    /// Classifies SQLite's error by what the user must do.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        if let Some(reason) = damage_in(error) {
            return Self::Corrupt { path, reason };
        }
        let reason = error.to_string();
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE) => return Self::Refused { path },
            // The shared-memory index of the write-ahead log does not fit on the disk.
            Some(ffi::SQLITE_IOERR_SHMSIZE) => return Self::DiskFull { path },
            _ => {}
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
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
                "Use another file with --history-file, fix the file's permissions, or start listen with --no-history."
            }
            Self::Corrupt { .. } => "`zoomhook history repair` recovers what can be read.",
            Self::NotMoved { .. } => {
                "Stop the programs that use the file, such as another listen, or move it yourself."
            }
            Self::Foreign { .. } | Self::NotAFile { .. } | Self::NotAHistory { .. } => {
                "Use another file with --history-file."
            }
            Self::Newer { .. } => "Update zoomhook, or use another file with --history-file.",
            Self::DiskFull { .. } => {
                "Free disk space, or start listen with a lower --history-max or with --no-history."
            }
            Self::Refused { .. } => {
                "Check for a disk quota or a file size limit (ulimit -f), or start listen with a lower --history-max or \
                 with --no-history."
            }
            Self::Busy { .. } => "Stop the other process, or use another file with --history-file.",
            // The repair is a command: see `UntrustedPath::repair`.
            Self::Untrusted { .. }
            | Self::NoPlace { .. }
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
