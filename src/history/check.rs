//! Looks for damage. [`find_damage`] checks the whole file; [`Check`] does so in the background, because it takes seconds
//! on a large file.
//!
//! What is checked when:
//! - When a file is opened: its header, its tables and its totals.
//! - In the background after that: the structure of every page, and the totals against the rows. Nothing is pruned before
//!   that, because pruning follows the totals.
//! - At each commit: the rows that are acknowledged (`live.rs`).
//! - When a row is read: its checksum. A row that has changed is not a reason to give up the file.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};

use super::totals::{self, Totals};
use super::work::WriterWork;
use super::{HistoryError, file};

/// Checks the structure of the file. Returns the first damage. Takes about 3 s of one core for a gigabyte in memory.
/// Other processes can write in the meantime.
pub(super) fn find_damage(connection: &Connection, path: &Path) -> Result<Option<String>, HistoryError> {
    match structure(connection).map_err(|error| HistoryError::of(path, &error)) {
        Err(HistoryError::Corrupt { reason, .. }) => Ok(Some(reason)),
        other => other,
    }
}

fn structure(connection: &Connection) -> rusqlite::Result<Option<String>> {
    // One snapshot, so that the totals belong to the rows.
    let transaction = connection.unchecked_transaction()?;
    let found: String = transaction.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        // The first line only says which database.
        let reason = found.lines().last().unwrap_or_default();
        return Ok(Some(reason.to_owned()));
    }
    totals::read(&transaction)?;
    for share in 0..2 {
        let claimed = totals::of_share(&transaction, share)?;
        let counted = counted(&transaction, share)?;
        if claimed != counted {
            let (claimed, counted) = (claimed.count, counted.count);
            return Ok(Some(format!("its totals do not match its rows: {claimed} and {counted}")));
        }
    }
    Ok(None)
}

fn counted(connection: &Connection, share: i64) -> rusqlite::Result<Totals> {
    let sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM deliveries NOT INDEXED WHERE share = ?";
    connection.query_row(sql, [share], |row| {
        let (count, bytes): (i64, i64) = (row.get(0)?, row.get(1)?);
        Ok(Totals { count: count.unsigned_abs(), bytes: bytes.unsigned_abs() })
    })
}

/// A check that runs on a thread of its own. It does not hold the writer, and it does not delay the start.
pub(super) struct Check {
    interrupt: InterruptHandle,
    thread: JoinHandle<()>,
}

impl Check {
    /// Starts the check of the file at `path`. The result goes to the writer's queue. `None` if it cannot start.
    pub(super) fn start(path: &Path, number: u64, result: mpsc::Sender<WriterWork>) -> Option<Self> {
        let connection = file::open_to_read(path).ok()??;
        let interrupt = connection.get_interrupt_handle();
        let path: PathBuf = path.to_owned();
        let run = move || {
            // A check that failed for another reason, such as a disk that does not answer, found no damage.
            let damage = find_damage(&connection, &path).ok().flatten();
            // The writer must find the file closed: Windows does not move an open one.
            drop(connection);
            // An error means that the writer has ended.
            let _ = result.send(WriterWork::Checked { number, damage });
        };
        let thread = thread::Builder::new().name("history-check".into()).spawn(run).ok()?;
        Some(Self { interrupt, thread })
    }

    /// Stops the check and waits until it has closed the file.
    pub(super) fn stop(self) {
        // An interrupt before the query begins has no effect, so it is repeated.
        while !self.thread.is_finished() {
            self.interrupt.interrupt();
            thread::sleep(Duration::from_millis(1));
        }
    }
}
