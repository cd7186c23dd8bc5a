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

/// The number of rows, if the structure of every page is sound, and the table and its indexes agree. `None` otherwise.
pub(super) fn sound_rows(connection: &Connection) -> rusqlite::Result<Option<u64>> {
    if pages(connection)?.is_some() {
        return Ok(None);
    }
    let counts = row_counts(connection)?;
    Ok(counts.windows(2).all(|pair| pair[0] == pair[1]).then(|| counts[0]))
}

/// The number of deliveries in the table and in each of its indexes of all deliveries.
pub(super) fn row_counts(connection: &Connection) -> rusqlite::Result<[u64; 3]> {
    let of = |index: &str| {
        let sql = format!("SELECT count(*) FROM deliveries {index}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
    };
    let [by_id, by_event] = ["sqlite_autoindex_deliveries_1", "deliveries_by_event"];
    Ok([of("NOT INDEXED")?, of(&format!("INDEXED BY {by_id}"))?, of(&format!("INDEXED BY {by_event}"))?])
}

/// Checks the structure of every page. Returns the first damage.
fn pages(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    // The first line only says which database.
    Ok((found != "ok").then(|| found.lines().last().unwrap_or_default().to_owned()))
}

fn structure(connection: &Connection) -> rusqlite::Result<Option<String>> {
    // One snapshot, so that the totals belong to the rows.
    let transaction = connection.unchecked_transaction()?;
    if let Some(damaged) = pages(&transaction)? {
        return Ok(Some(damaged));
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
