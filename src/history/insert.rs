//! Inserts rows. A batch is one transaction.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::query::load;
use super::row::{RelayRow, Row, unix_millis, waits_until};
use crate::delivery::{Provenance, Stored};

/// Changes to the totals by a batch: index 0 for genuine requests, 1 for refused ones.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Added {
    count: [i64; 2],
    bytes: [i64; 2],
}

impl Added {
    pub(super) fn add(&mut self, share: usize, count: i64, bytes: i64) {
        self.count[share] += count;
        self.bytes[share] += bytes;
    }

    /// Updates the totals in the file.
    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        for share in 0..2 {
            if (self.count[share], self.bytes[share]) != (0, 0) {
                connection
                    .prepare_cached("UPDATE totals SET count = count + ?, bytes = bytes + ? WHERE share = ?")?
                    .execute(params![
                        self.count[share],
                        self.bytes[share],
                        i64::try_from(share).unwrap_or(0)
                    ])?;
            }
        }
        Ok(())
    }
}

/// Inserts one delivery.
pub(super) fn append(
    transaction: &Transaction<'_>,
    row: &Row,
    added: &mut Added,
) -> Result<(), rusqlite::Error> {
    let bytes = i64::try_from(row.bytes()).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "INSERT INTO deliveries (id, stored_ms, received_ms, share, bytes, verdict, reason, event, event_ts,
             request_id, secret_name, retry_of, status, took_us, method, target, peer, route, tunnel, public_url,
             relays, imported, waits_until, project)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.id,
            unix_millis(SystemTime::now()),
            row.received_ms,
            i64::from(row.refused),
            bytes,
            row.verdict,
            row.reason.as_ref().map(Stored::as_str),
            row.event,
            row.event_ts,
            row.request_id,
            row.secret_name,
            row.retry_of,
            row.status,
            row.took_us,
            row.method,
            row.target,
            row.peer,
            row.route.as_str(),
            row.tunnel.as_str(),
            row.public_url,
            count(&row.relays),
            row.provenance == Provenance::Imported,
            row.waits_for.map(waits_until),
            row.project,
        ])?;
    let seq = transaction.last_insert_rowid();
    transaction
        .prepare_cached("INSERT INTO contents (seq, headers, body, checksum) VALUES (?, ?, ?, ?)")?
        .execute(params![seq, row.headers, &row.body[..], row.checksum()])?;
    relays(transaction, &row.id, seq, 0, &row.relays)?;
    added.add(usize::from(row.refused), 1, bytes);
    Ok(())
}

/// Stores the answer of a delivery that was stored before the app had answered. Stores it as a new one if it is not in
/// the file: it may be in a file that was moved.
pub(super) fn complete(
    transaction: &Transaction<'_>,
    row: &Row,
    added: &mut Added,
) -> Result<(), rusqlite::Error> {
    let Some(place) = place_of(transaction, &row.id)? else { return append(transaction, row, added) };
    let (seq, bytes) = (place.seq, i64::try_from(row.bytes()).unwrap_or(i64::MAX));
    let before: i64 = transaction
        .prepare_cached("SELECT bytes FROM deliveries WHERE seq = ?")?
        .query_row([seq], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "UPDATE deliveries SET share = ?, bytes = ?, verdict = ?, reason = ?, event = ?, event_ts = ?,
             secret_name = ?, retry_of = ?, status = ?, took_us = ?, public_url = ?, waits_until = ?, relays = ?
             WHERE seq = ?",
        )?
        .execute(params![
            i64::from(row.refused),
            bytes,
            row.verdict,
            row.reason.as_ref().map(Stored::as_str),
            row.event,
            row.event_ts,
            row.secret_name,
            row.retry_of,
            row.status,
            row.took_us,
            row.public_url,
            row.waits_for.map(waits_until),
            place.relays + count(&row.relays),
            seq,
        ])?;
    transaction
        .prepare_cached("UPDATE contents SET checksum = ? WHERE seq = ?")?
        .execute(params![row.checksum(), seq])?;
    relays(transaction, &row.id, seq, place.relays, &row.relays)?;
    added.add(place.share, -1, -before);
    added.add(usize::from(row.refused), 1, bytes);
    Ok(())
}

/// Adds later forwarding outcomes to a delivery. Ignores one that is not in the history. `is_last` says that the delivery
/// no longer waits.
pub(super) fn amend(
    transaction: &Transaction<'_>,
    id: &str,
    rows: &[RelayRow],
    is_last: bool,
    added: &mut Added,
) -> Result<(), rusqlite::Error> {
    let Some(place) = place_of(transaction, id)? else { return Ok(()) };
    let seq = place.seq;
    relays(transaction, id, seq, place.relays, rows)?;
    let bytes = i64::try_from(rows.iter().map(RelayRow::bytes).sum::<usize>()).unwrap_or(i64::MAX);
    transaction
        .prepare_cached("UPDATE deliveries SET bytes = bytes + ?, relays = relays + ? WHERE seq = ?")?
        .execute(params![bytes, count(rows), seq])?;
    added.add(place.share, 0, bytes);
    if is_last { end_wait(transaction, seq) } else { Ok(()) }
}

/// Clears the column `waits_until`, and computes the checksum for it. A row that is damaged keeps its checksum, so that
/// the damage stays visible.
fn end_wait(transaction: &Transaction<'_>, seq: i64) -> Result<(), rusqlite::Error> {
    let stored: Option<i64> = transaction
        .prepare_cached("SELECT checksum FROM contents WHERE seq = ?")?
        .query_row([seq], |row| row.get(0))?;
    if stored.is_none() || load::checksum(transaction, seq)? != stored {
        return Ok(());
    }
    transaction.prepare_cached("UPDATE deliveries SET waits_until = NULL WHERE seq = ?")?.execute([seq])?;
    let checksum = load::checksum(transaction, seq)?;
    transaction
        .prepare_cached("UPDATE contents SET checksum = ? WHERE seq = ?")?
        .execute(params![checksum, seq])?;
    Ok(())
}

/// Where a delivery is stored.
struct RowPlace {
    seq: i64,
    share: usize,
    /// How many outcomes of forwarding it has.
    relays: i64,
}

fn place_of(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<Option<RowPlace>> {
    transaction
        .prepare_cached("SELECT seq, share, (SELECT count(*) FROM relays r WHERE r.seq = d.seq) FROM deliveries d WHERE id = ?")?
        .query_row([id], |row| {
            Ok(RowPlace { seq: row.get(0)?, share: usize::from(row.get::<_, i64>(1)? == 1), relays: row.get(2)? })
        })
        .optional()
}

fn count(rows: &[RelayRow]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

fn relays(
    transaction: &Transaction<'_>,
    id: &str,
    seq: i64,
    first: i64,
    rows: &[RelayRow],
) -> Result<(), rusqlite::Error> {
    for (row, position) in rows.iter().zip(first..) {
        transaction
            .prepare_cached("INSERT INTO relays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                seq,
                position,
                row.target,
                row.role.as_str(),
                row.outcome.as_str(),
                row.status,
                row.detail,
                row.first_byte_us,
                row.took_us,
                row.headers,
                &row.body[..],
                row.checksum(id, position),
            ])?;
    }
    Ok(())
}
