//! Converts rows of the file to records.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Row};

use crate::delivery::{
    DeliveryVerdict, Provenance, Stored, StoredAnswer, StoredDelivery, StoredForward, Word, verdict_named,
};
use crate::history::row::unpack;

/// Loads a delivery by its sequence number; `None` if it was pruned in the meantime.
pub(super) fn delivery(connection: &Connection, seq: i64) -> rusqlite::Result<Option<StoredDelivery>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, imported, received_ms, verdict, reason, event, event_ts, request_id, secret_name, retry_of, status,
                took_us, method, target, peer, route, tunnel, public_url, headers, body
         FROM deliveries d JOIN contents c USING (seq) WHERE seq = ?",
    )?;
    let mut rows = statement.query([seq])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut delivery = of_row(row)?;
    delivery.forwarded = relays(connection, seq)?;
    Ok(Some(delivery))
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
        forwarded: Vec::new(),
    })
}

fn relays(connection: &Connection, seq: i64) -> rusqlite::Result<Vec<StoredForward>> {
    let mut statement = connection.prepare_cached("SELECT * FROM relays WHERE seq = ? ORDER BY position")?;
    let relays = statement.query_map([seq], |row| {
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

fn time(millis: i64) -> SystemTime {
    // A damaged file may have any number. One that overflows becomes the Unix epoch.
    UNIX_EPOCH.checked_add(Duration::from_millis(millis.unsigned_abs())).unwrap_or(UNIX_EPOCH)
}
