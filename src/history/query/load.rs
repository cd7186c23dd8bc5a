//! Converts rows of the file to records.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::delivery::{
    DeliveryVerdict, Provenance, Stored, StoredAnswer, StoredDelivery, StoredForward, Word, verdict_named,
};
use crate::history::checksum::{self, DELIVERY_COLUMNS, RELAY_COLUMNS};
use crate::history::error::damage;
use crate::history::row::{time, unpack, wait_of};

/// Reads the columns of the checksum, in its order, then the checksum and the number of the app's answers.
pub(in crate::history) const REQUEST: &str =
    "SELECT id, received_ms, verdict, reason, event, event_ts, request_id, secret_name, retry_of, status,
    took_us, method, target, peer, route, tunnel, public_url, imported, headers, body, waits_until, project,
    checksum, relays
    FROM deliveries d JOIN contents c USING (seq) WHERE seq = ?";

/// Loads a delivery by its sequence number, and checks that it is as it was stored; `None` if there is no such row or
/// if one of its two parts is missing.
pub(in crate::history) fn delivery(
    connection: &Connection,
    seq: i64,
) -> rusqlite::Result<Option<StoredDelivery>> {
    let Some((mut delivery, expected)) = request(connection, seq)? else { return Ok(None) };
    delivery.forwarded = relays(connection, seq, &delivery.id)?;
    // `None` in a row of an older version.
    if expected.is_some_and(|expected| usize::try_from(expected) != Ok(delivery.forwarded.len())) {
        return Err(damage(format!("answers of the app to delivery {} are missing", delivery.id)));
    }
    Ok(Some(delivery))
}

/// The checksum of a delivery, computed from what is in the file; `None` if there is no such delivery.
pub(in crate::history) fn checksum(connection: &Connection, seq: i64) -> rusqlite::Result<Option<i64>> {
    with_request(connection, seq, |_, computed| Ok(computed))
}

/// The delivery without the app's answers, and how many of them there are.
fn request(connection: &Connection, seq: i64) -> rusqlite::Result<Option<(StoredDelivery, Option<i64>)>> {
    with_request(connection, seq, |row, computed| {
        if !is_as_stored(connection, seq, row.get("checksum")?, computed)? {
            return Err(damage(format!("the delivery stored as number {seq} has changed in the file")));
        }
        Ok((of_row(row)?, row.get("relays")?))
    })
}

fn with_request<T>(
    connection: &Connection,
    seq: i64,
    read: impl FnOnce(&Row<'_>, i64) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let mut statement = connection.prepare_cached(REQUEST)?;
    let mut rows = statement.query([seq])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let covered = DELIVERY_COLUMNS.len() + 2;
    let values = (0..covered).map(|column| row.get_ref(column)).collect::<rusqlite::Result<Vec<_>>>()?;
    let later = checksum::later([row.get_ref(covered)?, row.get_ref(covered + 1)?]);
    read(row, checksum::of_values(values.into_iter().chain(later))).map(Some)
}

/// Whether a row of this delivery has the checksum that it was stored with. Older versions stored none.
fn is_as_stored(
    connection: &Connection,
    seq: i64,
    stored: Option<i64>,
    computed: i64,
) -> rusqlite::Result<bool> {
    let Some(stored) = stored else { return Ok(seq <= unchecked_up_to(connection)?) };
    Ok(stored == computed)
}

/// The last sequence number that an older version stored, without a checksum.
pub(in crate::history) fn unchecked_up_to(connection: &Connection) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached("SELECT up_to FROM unchecked")?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<StoredDelivery> {
    let status: Option<u16> = row.get("status")?;
    let took: Option<i64> = row.get("took_us")?;
    Ok(StoredDelivery {
        id: row.get("id")?,
        provenance: if row.get("imported")? { Provenance::Imported } else { Provenance::Recorded },
        received_at: time(row.get("received_ms")?),
        method: row.get("method")?,
        target: row.get("target")?,
        headers: unpack(row.get_ref("headers")?.as_blob()?),
        body: row.get("body")?,
        verdict: verdict_named(row.get_ref("verdict")?.as_str()?).unwrap_or(DeliveryVerdict::Unknown),
        reason: row.get::<_, Option<String>>("reason")?.map(Stored::from),
        event: row.get("event")?,
        event_ts: row.get("event_ts")?,
        request_id: row.get("request_id")?,
        secret_name: row.get("secret_name")?,
        retry_of: row.get("retry_of")?,
        answer: status.map(|status| StoredAnswer { status, took: micros(took.unwrap_or(0)) }),
        peer: row.get("peer")?,
        route: word(row, "route")?,
        tunnel: word(row, "tunnel")?,
        public_url: row.get("public_url")?,
        waits_for: row.get::<_, Option<i64>>("waits_until")?.map(wait_of),
        project: row.get("project")?,
        forwarded: Vec::new(),
    })
}

fn relays(connection: &Connection, seq: i64, id: &str) -> rusqlite::Result<Vec<StoredForward>> {
    let mut statement = connection.prepare_cached(
        // The columns of the checksum, in its order, and the checksum.
        "SELECT position, target, role, outcome, status, detail, first_byte_us, took_us, headers, body, checksum
         FROM relays WHERE seq = ? ORDER BY position",
    )?;
    let relays = statement.query_map([seq], |row| {
        let covered = RELAY_COLUMNS.len();
        let values = (0..covered).map(|column| row.get_ref(column)).collect::<rusqlite::Result<Vec<_>>>()?;
        let computed = checksum::of_values([checksum::text(id)].into_iter().chain(values));
        if !is_as_stored(connection, seq, row.get(covered)?, computed)? {
            return Err(damage(format!("an answer of the app to delivery {id} has changed in the file")));
        }
        let first_byte: Option<i64> = row.get("first_byte_us")?;
        Ok(StoredForward {
            target: row.get("target")?,
            role: word(row, "role")?,
            outcome: word(row, "outcome")?,
            status: row.get("status")?,
            headers: unpack(row.get_ref("headers")?.as_blob()?),
            body: row.get("body")?,
            detail: row.get("detail")?,
            first_byte: first_byte.map(micros),
            took: micros(row.get("took_us")?),
        })
    })?;
    relays.collect()
}

fn word<T: Word>(row: &Row<'_>, column: &str) -> rusqlite::Result<Stored<T>> {
    row.get::<_, String>(column).map(Stored::from)
}

pub(super) fn micros(micros: i64) -> Duration {
    Duration::from_micros(micros.unsigned_abs())
}
