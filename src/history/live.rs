//! The writer's connection, whether its path still refers to the open file, and whether what it writes can be read back.
//!
//! On Unix a file can be deleted or moved while it is open. SQLite would keep writing to the old file without an
//! error. Windows does not allow moving or deleting an open file.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension};

use super::checkpoint::Checkpoint;
use super::error::damage;
use super::file::{Identity, companion, identity};
use super::query::load;
use super::row::Row;
use super::{HistoryError, aside, check, file, totals};

/// An open history and the identities of its files.
pub(super) struct LiveFile {
    pub(super) connection: Connection,
    /// Reads what the other connection has committed.
    reader: Connection,
    path: PathBuf,
    /// The write-ahead log.
    log: PathBuf,
    file_is: Option<Identity>,
    /// `None` if the file system does not support a log.
    log_is: Option<Identity>,
    /// Whether every commit is synced.
    syncs: bool,
    /// The checkpoint that runs beside the writer, which may have ended.
    beside: Option<Checkpoint>,
}

impl LiveFile {
    /// Opens the file at `path`; creates it if it does not exist.
    pub(super) fn open(path: &Path) -> Result<Self, HistoryError> {
        let connection = file::open(path)?;
        let opened = file::open_to_read_back(path).and_then(|reader| {
            totals::read(&reader).map_err(|error| HistoryError::of(path, &error))?;
            Ok(reader)
        });
        let reader = match opened {
            Ok(reader) => reader,
            Err(error) => {
                close_as_it_is(connection);
                return Err(error);
            }
        };
        // Opening the file in WAL mode also opens its log.
        let (path, log) = (path.to_owned(), companion(path, "-wal"));
        let (file_is, log_is) = (identity(&path), identity(&log));
        Ok(Self { connection, reader, file_is, log_is, path, log, syncs: true, beside: None })
    }

    /// Reads deliveries that were committed, and fails if one is not as it was written. Costs a few pages for each
    /// commit, and a checksum for each delivery.
    pub(super) fn read_back<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> Result<(), HistoryError> {
        let failed = |error: rusqlite::Error| HistoryError::of(&self.path, &error);
        let Some(missing) = self.find_missing(rows).map_err(failed)? else { return Ok(()) };
        // Another process may have pruned it already. Only a check of the whole file can tell.
        match check::find_damage(&self.reader, &self.path)? {
            None => Ok(()),
            Some(reason) => {
                let reason = format!("delivery {missing} cannot be read back: {reason}");
                Err(HistoryError::Corrupt { path: self.path.clone(), reason })
            }
        }
    }

    /// The id of a delivery that is not in the file.
    fn find_missing<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> rusqlite::Result<Option<String>> {
        let transaction = self.reader.unchecked_transaction()?;
        for row in rows {
            let seq: Option<i64> = transaction
                .prepare_cached("SELECT seq FROM deliveries WHERE id = ?")?
                .query_row([&row.id], |row| row.get(0))
                .optional()?;
            match seq.map(|seq| load::checksum(&transaction, seq)).transpose()?.flatten() {
                None => return Ok(Some(row.id.clone())),
                Some(checksum) if checksum == row.checksum() => {}
                Some(_) => {
                    return Err(damage(format!("delivery {} is not read back as it was written", row.id)));
                }
            }
        }
        Ok(None)
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
    pub(super) fn checkpoint(&mut self) -> rusqlite::Result<()> {
        self.end_checkpoint_beside();
        file::move_log(&self.connection)
    }

    /// As [`Self::checkpoint`], but most of it happens beside the writer: the first call starts it, and a call after its
    /// end moves what was written in the meantime. Only then does SQLite write the log from its start again. Returns
    /// whether this was that call.
    pub(super) fn checkpoint_beside(&mut self) -> bool {
        if self.beside.as_ref().is_some_and(|running| !running.has_ended()) {
            return false;
        }
        if self.beside.is_none() {
            self.beside = Checkpoint::start(&self.path);
            if self.beside.is_some() {
                return false;
            }
        }
        let _ = self.checkpoint();
        true
    }

    /// Waits for the end of a checkpoint beside the writer.
    fn end_checkpoint_beside(&mut self) {
        self.beside.take().into_iter().for_each(Checkpoint::wait);
    }

    /// Closes a file that was moved or deleted. SQLite does not checkpoint such a file on close, so this does it
    /// first: a moved file is then complete without its log. A file that another process moved because it is damaged
    /// stays as it is.
    pub(super) fn leave(mut self) {
        self.end_checkpoint_beside();
        if aside::is_damaged(&self.path, self.file_is) {
            return self.abandon();
        }
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.close();
    }

    /// Closes the file. SQLite checkpoints the log if this is the last connection.
    pub(super) fn close(mut self) {
        self.end_checkpoint_beside();
        let _ = self.reader.close();
        let _ = self.connection.close();
    }

    /// Closes a damaged file without writing to it.
    pub(super) fn abandon(mut self) {
        self.end_checkpoint_beside();
        close_as_it_is(self.reader);
        close_as_it_is(self.connection);
    }
}

/// Closes a file without folding its log into it. SQLite would stop at the first damaged part of the log and delete the
/// rest.
fn close_as_it_is(connection: Connection) {
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    let _ = connection.close();
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use rusqlite::StatementStatus;

    use super::*;
    use crate::delivery::TunnelKind;
    use crate::delivery::filter::tests::event;
    use crate::history::insert::{self, Added};
    use crate::history::{Extra, HistoryLimits, prune};

    fn append(live: &mut LiveFile, number: u32) -> Row {
        let extra = Extra { tunnel: TunnelKind::None, public_url: None, project: None };
        let mut delivery = event("a.b", "{}");
        delivery.id = format!("{number:026}");
        let row = Row::of_delivery(&delivery, None, &extra, &[]);
        let transaction = live.connection.transaction().unwrap();
        insert::append(&transaction, &row, &mut Added::default()).unwrap();
        transaction.commit().unwrap();
        row
    }

    /// The last call moves what was written after the checkpoint beside the writer had begun.
    #[test]
    fn a_checkpoint_beside_the_writer_moves_all_that_is_written_in_the_meantime() {
        let folder = tempfile::TempDir::new().unwrap();
        let mut live = LiveFile::open(&folder.path().join("h.db")).unwrap();
        let mut count = 0;
        let mut is_moved = false;
        while !is_moved {
            append(&mut live, count);
            count += 1;
            is_moved = live.checkpoint_beside();
        }
        assert!(count > 1);
        // Without its log.
        std::fs::copy(folder.path().join("h.db"), folder.path().join("copy.db")).unwrap();
        let copy = Connection::open(folder.path().join("copy.db")).unwrap();
        let found: u32 = copy.query_row("SELECT count(*) FROM deliveries", [], |row| row.get(0)).unwrap();
        assert_eq!(found, count);
    }

    /// SQLite compiles a statement anew if it thinks that a bound value may change its plan. That once took more time than
    /// all else that the writer does.
    #[test]
    fn no_statement_is_compiled_for_each_delivery() {
        let folder = tempfile::TempDir::new().unwrap();
        let mut live = LiveFile::open(&folder.path().join("h.db")).unwrap();
        for number in 0..5 {
            let row = append(&mut live, number);
            live.read_back([&row]).unwrap();
            prune::is_due(&live.connection, &HistoryLimits::default(), SystemTime::now()).unwrap();
        }
        let compiled_again = |connection: &Connection, sql: &str| {
            let statement = connection.prepare_cached(sql).unwrap();
            (statement.get_status(StatementStatus::Run), statement.get_status(StatementStatus::RePrepare))
        };
        assert_eq!(compiled_again(&live.reader, load::REQUEST), (5, 0));
        for share in 0..2 {
            assert_eq!(compiled_again(&live.connection, &prune::oldest_is_older(share)), (5, 0));
        }
    }
}
