//! The counts that the file keeps of its own rows, so that no query must count them.

use rusqlite::Connection;

use super::error::damage;

/// How many deliveries a file has, and how large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) count: u64,
    /// Of requests and answers.
    pub(super) bytes: u64,
}

/// Reads the totals of both shares together. Fails if they cannot be right: a wrong count must not be believed, because
/// pruning follows it.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Totals> {
    let [genuine, refused] = [of_share(connection, 0)?, of_share(connection, 1)?];
    let count = genuine.count.saturating_add(refused.count);
    let most = ever_stored(connection)?;
    if count > most {
        return Err(damage(format!("it counts {count} deliveries, but only {most} were ever stored")));
    }
    Ok(Totals { count, bytes: genuine.bytes.saturating_add(refused.bytes) })
}

/// The totals of one share: 0 for genuine requests, 1 for refused ones.
pub(super) fn of_share(connection: &Connection, share: i64) -> rusqlite::Result<Totals> {
    let (count, bytes): (i64, i64) = connection
        .prepare_cached("SELECT count, bytes FROM totals WHERE share = ?")?
        .query_row([share], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match (u64::try_from(count), u64::try_from(bytes)) {
        (Ok(count), Ok(bytes)) => Ok(Totals { count, bytes }),
        _ => Err(damage(format!("it counts {count} deliveries of {bytes} bytes"))),
    }
}

/// Every delivery gets the next sequence number, and none is used again.
fn ever_stored(connection: &Connection) -> rusqlite::Result<u64> {
    // There is no row before the first delivery.
    let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'deliveries'";
    let seq: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    u64::try_from(seq).map_err(|_| damage(format!("its last delivery has the number {seq}")))
}
