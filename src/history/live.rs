//! The connection that writes, and whether its file is still where it belongs.
//!
//! On Unix a file can be deleted or moved away while it is open. SQLite would go on writing into what nobody finds
//! any more, and nothing would fail. Windows does not let go of a file that is open.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file::{Identity, beside, identity};
use super::{HistoryError, file};

/// An open history that knows which files it writes.
pub(super) struct LiveFile {
    pub(super) connection: Connection,
    path: PathBuf,
    /// The write-ahead log beside the file.
    log: PathBuf,
    file_is: Option<Identity>,
    /// `None` where the file system cannot have a log.
    log_is: Option<Identity>,
    /// Whether a commit is on disk when it is done.
    syncs: bool,
}

impl LiveFile {
    /// Opens the file at `path`; makes it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, HistoryError> {
        let connection = file::open(path)?;
        // Whoever has opened a file in this mode has opened its log.
        let (path, log) = (path.to_owned(), beside(path, "-wal"));
        Ok(Self { connection, file_is: identity(&path), log_is: identity(&log), path, log, syncs: true })
    }

    /// Whether whoever opens the path finds what was written here. Both names count: a log that was deleted
    /// alone takes the newest deliveries with it.
    pub(super) fn is_in_place(&self) -> bool {
        identity(&self.path) == self.file_is && identity(&self.log) == self.log_is
    }

    /// Whether commits are on disk when they are done, from now on. Without that the next one that is takes those
    /// before with it, because a log is read from its beginning.
    pub(super) fn sync_at_commit(&mut self, syncs: bool) -> rusqlite::Result<()> {
        if self.syncs != syncs {
            file::sync_at_commit(&self.connection, syncs)?;
            self.syncs = syncs;
        }
        Ok(())
    }

    /// Folds the log into the file as far as no reader needs it.
    pub(super) fn checkpoint(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
    }

    /// Lets go of a file that is not in its place any more. SQLite does not fold the log of such a file when it is
    /// closed, so that is done before: a file that was moved away is then whole by itself.
    pub(super) fn leave(self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.close();
    }

    /// The last one to close the file also folds the log into it.
    pub(super) fn close(self) {
        let _ = self.connection.close();
    }
}
