//! The writer's connection, and whether its path still refers to the open file.
//!
//! On Unix a file can be deleted or moved while it is open. SQLite would keep writing to the old file without an
//! error. Windows does not allow moving or deleting an open file.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file::{Identity, companion, identity};
use super::{HistoryError, file};

/// An open history and the identities of its files.
pub(super) struct LiveFile {
    pub(super) connection: Connection,
    path: PathBuf,
    /// The write-ahead log.
    log: PathBuf,
    file_is: Option<Identity>,
    /// `None` if the file system does not support a log.
    log_is: Option<Identity>,
    /// Whether every commit is synced.
    syncs: bool,
}

impl LiveFile {
    /// Opens the file at `path`; creates it if it does not exist.
    pub(super) fn open(path: &Path) -> Result<Self, HistoryError> {
        let connection = file::open(path)?;
        // Opening the file in WAL mode also opens its log.
        let (path, log) = (path.to_owned(), companion(path, "-wal"));
        Ok(Self { connection, file_is: identity(&path), log_is: identity(&log), path, log, syncs: true })
    }

    /// Whether the paths still refer to the open file and its log. A deleted log loses the newest deliveries.
    pub(super) fn is_in_place(&self) -> bool {
        identity(&self.path) == self.file_is && identity(&self.log) == self.log_is
    }

    /// Sets whether every commit is synced from now on. A synced commit also syncs the unsynced commits before it.
    pub(super) fn sync_at_commit(&mut self, syncs: bool) -> rusqlite::Result<()> {
        if self.syncs != syncs {
            file::sync_at_commit(&self.connection, syncs)?;
            self.syncs = syncs;
        }
        Ok(())
    }

    /// Moves the log into the file, as far as no reader still needs it.
    pub(super) fn checkpoint(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
    }

    /// Closes a file that was moved or deleted. SQLite does not checkpoint such a file on close, so this does it
    /// first: a moved file is then complete without its log.
    pub(super) fn leave(self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.close();
    }

    /// Closes the file. SQLite checkpoints the log if this is the last connection.
    pub(super) fn close(self) {
        let _ = self.connection.close();
    }
}
