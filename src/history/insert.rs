//! Inserts rows. A batch is one transaction.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::query::load;
use super::row::{RelayRow, Row, unix_millis, wait_of};
use crate::delivery::{ForwardRole, Provenance, Stored, StoredWait};

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
            row.waits_until,
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
            row.waits_until,
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

/// What later outcomes of forwarding mean for a delivery that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amendment {
    /// It goes on to wait.
    Further,
    /// It no longer waits.
    Last,
    /// The app took a replay. If the session had ended before the app answered, the app has the delivery now.
    TakenReplay,
}

/// Adds later forwarding outcomes to a delivery. Ignores one that is not in the history.
pub(super) fn amend(
    transaction: &Transaction<'_>,
    id: &str,
    rows: &[RelayRow],
    amendment: Amendment,
    added: &mut Added,
) -> Result<(), rusqlite::Error> {
    let Some(place) = place_of(transaction, id)? else { return Ok(()) };
    let seq = place.seq;
    let as_queued: Vec<RelayRow>;
    let (rows, is_last) = match amendment {
        Amendment::TakenReplay => match ended_wait(transaction, seq)? {
            Some(wait) => {
                let of_queue = |row: &RelayRow| RelayRow { role: ForwardRole::Queued.into(), ..row.clone() };
                as_queued = rows.iter().map(of_queue).collect();
                // Without an answer to Zoom, the row shows by its time that there was none.
                (&as_queued[..], wait == StoredWait::Abandoned)
            }
            None => (rows, false),
        },
        Amendment::Further => (rows, false),
        Amendment::Last => (rows, true),
    };
    relays(transaction, id, seq, place.relays, rows)?;
    let bytes = i64::try_from(rows.iter().map(RelayRow::bytes).sum::<usize>()).unwrap_or(i64::MAX);
    transaction
        .prepare_cached("UPDATE deliveries SET bytes = bytes + ?, relays = relays + ? WHERE seq = ?")?
        .execute(params![bytes, count(rows), seq])?;
    added.add(place.share, 0, bytes);
    if is_last { end_wait(transaction, seq) } else { Ok(()) }
}

/// What a delivery waited for when its session ended; `None` if it did not wait, or still does.
fn ended_wait(transaction: &Transaction<'_>, seq: i64) -> Result<Option<StoredWait>, rusqlite::Error> {
    let waits_until: Option<i64> = transaction
        .prepare_cached("SELECT waits_until FROM deliveries WHERE seq = ?")?
        .query_row([seq], |row| row.get(0))?;
    let history = Path::new(transaction.path().unwrap_or_default());
    Ok(waits_until.map(|until| wait_of(until, history)).filter(|wait| match wait {
        StoredWait::Answer { until } => *until <= SystemTime::now(),
        StoredWait::Queue => false,
        StoredWait::Abandoned => true,
    }))
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use rusqlite::Connection;
    use tempfile::TempDir;

    use crate::delivery::filter::tests::event;
    use crate::delivery::{Delivery, PendingDelivery, StoredDelivery, StoredWait, TunnelKind};
    use crate::history::query::Readable;
    use crate::history::{Extra, Filter, History, HistoryLimits, HistoryReader, HistorySettings, Reference};

    fn settings(folder: &TempDir) -> HistorySettings {
        let (file, limits) = (folder.path().join("h.db"), HistoryLimits::default());
        HistorySettings { file, limits, masked_headers: Vec::new() }
    }

    fn pending(delivery: &Delivery) -> PendingDelivery {
        PendingDelivery {
            id: delivery.id.clone(),
            received_at: delivery.received_at,
            request: delivery.request.clone(),
            judgement: delivery.judgement.clone(),
            target: "http://localhost:3000".into(),
        }
    }

    fn extra() -> Extra {
        Extra { tunnel: TunnelKind::None, public_url: None, project: Some("/app".into()) }
    }

    /// The newest of so many deliveries.
    fn stored(settings: &HistorySettings, count: u64) -> StoredDelivery {
        let reader = HistoryReader::open(&settings.file).unwrap().unwrap();
        assert_eq!((reader.count(), reader.lists_every_row()), (Ok(count), Ok(true)));
        reader.get(&Reference::Last(0), Some("/app")).unwrap().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_pending_delivery_and_its_answer_are_one_delivery_also_in_one_commit() {
        for in_one_commit in [false, true] {
            let folder = TempDir::new().unwrap();
            let (settings, delivery, extra) = (settings(&folder), event("a.b", r#"{"n":1}"#), extra());
            let history = History::open(&settings).unwrap();
            let until = SystemTime::now() + Duration::from_secs(60);
            let holder = Connection::open(&settings.file).unwrap();
            holder.execute_batch(if in_one_commit { "BEGIN IMMEDIATE" } else { "SELECT 1" }).unwrap();
            let pending = pending(&delivery);
            let storing = history.append_pending(&pending, until, &extra);
            if in_one_commit {
                let release = async {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    holder.execute_batch("COMMIT").unwrap();
                };
                // The writer waits with an earlier delivery, so that the next commit has both states.
                let earlier = Delivery { id: "0".repeat(26), ..delivery.clone() };
                let stored = tokio::join!(
                    history.append(&earlier, &extra),
                    storing,
                    history.complete(&delivery, &extra),
                    release
                );
                assert_eq!(stored, (Ok(()), Ok(()), Ok(()), ()));
            } else {
                storing.await.unwrap();
                let waiting = stored(&settings, 1);
                assert!(
                    matches!(waiting.waits_for, Some(StoredWait::Answer { .. })) && waiting.answer.is_none()
                );
                history.complete(&delivery, &extra).await.unwrap();
            }
            let count = if in_one_commit { 2 } else { 1 };
            let done = stored(&settings, count);
            assert_eq!((done.waits_for, done.answer.map(|answer| answer.status)), (None, Some(204)));
            history.close().await;
            // A damaged count makes everything be read page by page.
            let sql = "UPDATE totals SET count = -1";
            Connection::open(&settings.file).unwrap().execute_batch(sql).unwrap();
            let (filter, path) = (Filter::default(), settings.file.clone());
            let mut readable = Readable::open(&path, &filter).unwrap().unwrap();
            let all: Vec<_> = readable.by_ref().map(Result::unwrap).collect();
            assert_eq!((all.len() as u64, all.last()), (count, Some(&done)));
            let lost = readable.lost().unwrap();
            assert_eq!((lost.deliveries, lost.is_exact), (0, true));
        }
    }

    #[tokio::test]
    async fn an_answer_to_a_delivery_that_was_deleted_is_stored_as_a_new_one() {
        let folder = TempDir::new().unwrap();
        let (settings, delivery) = (settings(&folder), event("a.b", "{}"));
        let history = History::open(&settings).unwrap();
        history.complete(&delivery, &extra()).await.unwrap();
        assert_eq!(stored(&settings, 1).answer.map(|answer| answer.status), Some(204));
    }
}
