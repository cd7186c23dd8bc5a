//! Deletes rows: those beyond the limits, the oldest first and in small steps, and those that the user names. [`step`]
//! deletes one batch, [`prune_now`] everything beyond limits at once, [`delete_now`] the named ones.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::insert::{Added, Amendment};
use super::row::{QUEUED, RelayRow, unix_millis};
use super::{HistoryError, HistoryLimits, check, file, insert, totals};
use crate::delivery::Forwarded;

/// Rows to delete in one step. It takes a few milliseconds, so that deliveries do not wait long.
const STEP: u32 = 200;
/// Free pages to return to the file system in one step.
const PAGES: u32 = 500;

/// What pruning deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Number of deliveries.
    pub count: u64,
    /// Bytes of requests and answers.
    pub bytes: u64,
}

/// Deletes everything beyond `limits` and shrinks the file.
///
/// # Errors
/// The file cannot be opened or written.
pub fn prune_now(path: &Path, limits: &HistoryLimits, now: SystemTime) -> Result<Pruned, HistoryError> {
    let mut connection = file::open(path)?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    // A count that is damaged must not delete anything.
    if let Some(reason) = check::find_damage(&connection, path)? {
        return Err(HistoryError::Corrupt { path: path.to_owned(), reason });
    }
    let before = totals::read(&connection).map_err(failed)?;
    while step(&mut connection, limits, now).map_err(failed)? > 0 {}
    let after = totals::read(&connection).map_err(failed)?;
    shrink(&connection).map_err(failed)?;
    Ok(Pruned {
        count: before.count.saturating_sub(after.count),
        bytes: before.bytes.saturating_sub(after.bytes),
    })
}

/// Deletes these deliveries, with what the full-text index has of them, and overwrites what they leave in the file.
/// Ignores ids that are not stored.
///
/// # Errors
/// The file cannot be opened or written.
pub fn delete_now(path: &Path, ids: &[String], now: SystemTime) -> Result<Pruned, HistoryError> {
    let mut connection = file::open(path)?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    if let Some(reason) = check::find_damage(&connection, path)? {
        return Err(HistoryError::Corrupt { path: path.to_owned(), reason });
    }
    connection.pragma_update(None, "secure_delete", true).map_err(failed)?;
    let mut deleted = Pruned::default();
    for ids in ids.chunks(STEP as usize) {
        let removed = delete_some(&mut connection, ids, unix_millis(now)).map_err(failed)?;
        deleted.count += removed.count;
        deleted.bytes += removed.bytes;
    }
    // The index only marks a document as deleted. Merging its parts removes the words.
    connection.execute("INSERT INTO words (words) VALUES ('optimize')", []).map_err(failed)?;
    shrink(&connection).map_err(failed)?;
    Ok(deleted)
}

/// Stores that the app took a replay of a delivery whose session had ended before the app answered.
///
/// # Errors
/// The file cannot be opened or written.
pub(crate) fn settle_now(path: &Path, id: &str, forwarded: &Forwarded) -> Result<(), HistoryError> {
    let mut connection = file::open(path)?;
    let mut write = || {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut added = Added::default();
        let rows = [RelayRow::of(forwarded, &[])];
        insert::amend(&transaction, id, &rows, Amendment::TakenReplay, &mut added)?;
        added.write(&transaction)?;
        transaction.commit()
    };
    write().map_err(|error: rusqlite::Error| HistoryError::of(path, &error))
}

/// Leaves out a delivery whose app has not answered yet: its answer would store it again.
fn delete_some(connection: &mut Connection, ids: &[String], now: i64) -> rusqlite::Result<Pruned> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let found = transaction
            .prepare_cached(
                "SELECT seq, bytes, share FROM deliveries WHERE id = ?1
                 AND (waits_until IS NULL OR waits_until <= ?2 OR waits_until >= ?3)",
            )?
            .query_row(params![id, now, QUEUED], |row| {
                Ok(Expired { seq: row.get(0)?, bytes: row.get(1)?, share: row.get(2)? })
            })
            .optional()?;
        rows.extend(found);
    }
    remove(&transaction, &rows)?;
    transaction.commit()?;
    let bytes = rows.iter().map(|row| row.bytes.unsigned_abs()).sum();
    Ok(Pruned { count: rows.len() as u64, bytes })
}

/// A row to delete.
struct Expired {
    seq: i64,
    bytes: i64,
    share: i64,
}

/// Deletes rows from every table.
fn remove(transaction: &Transaction<'_>, rows: &[Expired]) -> rusqlite::Result<()> {
    let indexed: i64 = transaction.query_row("SELECT up_to FROM indexed", [], |row| row.get(0))?;
    let mut removed = Added::default();
    for Expired { seq, bytes, share } in rows {
        for table in ["deliveries", "contents", "relays"] {
            transaction.prepare_cached(&format!("DELETE FROM {table} WHERE seq = ?"))?.execute([seq])?;
        }
        if *seq <= indexed {
            transaction.prepare_cached("DELETE FROM words WHERE rowid = ?")?.execute([seq])?;
        }
        removed.add(usize::from(*share == 1), -1, -bytes);
    }
    removed.write(transaction)
}

/// Returns all free pages to the file system, and empties the log.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    while connection.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0))? > 0 {
        release_pages(connection)?;
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Returns free pages to the file system. The statement releases one page for each row that is read from it, all in one
/// transaction.
fn release_pages(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut pages = statement.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// Whether rows are beyond the limits. Costs two short reads.
pub(super) fn is_due(
    connection: &Connection,
    limits: &HistoryLimits,
    now: SystemTime,
) -> rusqlite::Result<bool> {
    for (share, limits) in shares(limits) {
        if surplus(connection, share, &limits, now)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The shares with their limits: genuine deliveries, and refused ones.
fn shares(limits: &HistoryLimits) -> [(i64, HistoryLimits); 2] {
    [(0, *limits), (1, limits.refused())]
}

/// Deletes a few rows beyond the limits and returns how many.
pub(super) fn step(
    connection: &mut Connection,
    limits: &HistoryLimits,
    now: SystemTime,
) -> rusqlite::Result<usize> {
    let mut deleted = 0;
    for (share, limits) in shares(limits) {
        if surplus(connection, share, &limits, now)?.is_some() {
            deleted += step_of_share(connection, share, &limits, now)?;
        }
    }
    Ok(deleted)
}

fn step_of_share(
    connection: &mut Connection,
    share: i64,
    limits: &HistoryLimits,
    now: SystemTime,
) -> rusqlite::Result<usize> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Checked again inside the transaction: another process may have pruned in the meantime.
    let Some(surplus) = surplus(&transaction, share, limits, now)? else { return Ok(0) };
    let expired = oldest(&transaction, share, &surplus)?;
    remove(&transaction, &expired)?;
    transaction.commit()?;
    Ok(expired.len())
}

/// How far a share exceeds its limits.
struct Surplus {
    count: i64,
    bytes: i64,
    /// Unix milliseconds. Rows stored before this time are too old.
    stored_before: i64,
}

fn surplus(
    connection: &Connection,
    share: i64,
    limits: &HistoryLimits,
    now: SystemTime,
) -> rusqlite::Result<Option<Surplus>> {
    let totals = totals::of_share(connection, share)?;
    let limit = |limit: u64| i64::try_from(limit).unwrap_or(i64::MAX);
    let (count, bytes) = (limit(totals.count), limit(totals.bytes));
    let stored_before = now.checked_sub(limits.age).map_or(0, unix_millis);
    let surplus =
        Surplus { count: count - limit(limits.count), bytes: bytes - limit(limits.bytes), stored_before };
    if surplus.count > 0 || surplus.bytes > 0 {
        return Ok(Some(surplus));
    }
    let too_old =
        connection.prepare_cached(&oldest_is_older(share))?.query_row([stored_before], |row| row.get(0));
    match too_old {
        Ok(true) => Ok(Some(surplus)),
        Ok(false) | Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The statement that reads whether the oldest row of a share was stored before a time. A literal share lets SQLite use the
/// partial index of refused requests.
pub(super) fn oldest_is_older(share: i64) -> String {
    format!("SELECT stored_ms < ? FROM deliveries WHERE share = {share} ORDER BY seq LIMIT 1")
}

/// The oldest rows to delete, at most [`STEP`].
fn oldest(transaction: &Transaction<'_>, share: i64, surplus: &Surplus) -> rusqlite::Result<Vec<Expired>> {
    // Literal for the same reason.
    let sql = format!(
        "SELECT seq, bytes, stored_ms FROM deliveries WHERE share = {share} ORDER BY seq LIMIT {STEP}"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let (mut expired, mut count, mut bytes) = (Vec::new(), surplus.count, surplus.bytes);
    while let Some(row) = rows.next()? {
        let (seq, size, stored): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if count <= 0 && bytes <= 0 && stored >= surplus.stored_before {
            break;
        }
        expired.push(Expired { seq, bytes: size, share });
        count -= 1;
        bytes -= size;
    }
    Ok(expired)
}
