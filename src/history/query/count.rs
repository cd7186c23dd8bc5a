//! Statistics over the stored deliveries.

use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::{Row, params_from_iter};

use super::load::micros;
use super::{Filter, HistoryReader};
use crate::delivery::{
    AppAnswer, DeliveryVerdict, EventOutcome, ForwardRole, OutcomeFacts, Provenance, QueueState,
    RelayOutcomeKind, Stored, StoredWait, is_verified_event, verdict_named,
};
use crate::history::row::wait_of;
use crate::history::{AnswerTally, Counted, CountedOutcome, HistoryError, Stats};
use crate::zoom::Reaction;

/// The deliveries, each with the outcome at the app that counts: the last one from the queue, or else the first.
pub(super) const ROWS: &str = "
    SELECT d.id, d.event, d.verdict, d.reason, d.status, d.retry_of, d.took_us, d.imported, d.waits_until,
           r.role, r.outcome, r.status, r.took_us, r.first_byte_us, d.received_ms, d.seq
    FROM deliveries d LEFT JOIN relays r ON r.seq = d.seq AND r.position = CASE WHEN d.relays > 1 THEN
         coalesce((SELECT max(position) FROM relays q WHERE q.seq = d.seq AND q.role = 'queued'), 0) ELSE 0 END";

impl HistoryReader {
    /// Counts by event, verdict and outcome, retries, and the app's response times. Makes one pass and reads bodies only
    /// for a search.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn stats(&self, filter: &Filter, now: SystemTime) -> Result<Stats, HistoryError> {
        let mut tally = AnswerTally::default();
        if filter.search.is_some() {
            return self.stats_of_found(filter, now, tally);
        }
        self.count_rows(filter, now, &mut tally).map_err(|error| self.failed(&error))?;
        Ok(tally.finish())
    }

    fn count_rows(&self, filter: &Filter, now: SystemTime, tally: &mut AnswerTally) -> rusqlite::Result<()> {
        let conditions = filter.conditions();
        let names = filter.names(&self.connection)?;
        let sql = format!("{ROWS}{}", conditions.sql());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        while let Some(row) = rows.next()? {
            let event = row.get_ref(1)?.as_str_or_null()?;
            if names.as_ref().is_none_or(|names| event.is_some_and(|e| names.iter().any(|n| n == e))) {
                tally.count(&counted(row, &self.path, now)?);
            }
        }
        Ok(())
    }

    fn stats_of_found(
        &self,
        filter: &Filter,
        now: SystemTime,
        mut tally: AnswerTally,
    ) -> Result<Stats, HistoryError> {
        for delivery in self.oldest_first(filter) {
            let delivery = delivery?;
            let asked_app = delivery.app().is_some() || delivery.waits_for.is_some();
            let outcome = || CountedOutcome {
                outcome: delivery.outcome(now),
                reaction: delivery.reaction(now),
                asked_app,
            };
            tally.count(&Counted {
                id: &delivery.id,
                event: delivery.event.as_deref(),
                verdict: delivery.verdict.as_str(),
                reason: delivery.reason.as_ref().map(Stored::as_str),
                status: delivery.answer.map(|answer| answer.status),
                is_retry: delivery.retry_of.is_some(),
                first_byte: delivery.app().and_then(|app| app.first_byte),
                outcome: delivery.is_verified_event().then(outcome),
            });
        }
        Ok(tally.finish())
    }
}

/// What a plot shows of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlotPoint {
    /// When it arrived, in Unix milliseconds.
    pub(crate) received_ms: u64,
    /// How Zoom reacts; `None` if it is not a verified event, or waits for the app.
    pub(crate) reaction: Option<Reaction>,
    /// Whether this machine refused it.
    pub(crate) is_refused: bool,
    /// How long Zoom's answer took.
    pub(crate) took: Option<Duration>,
}

impl HistoryReader {
    /// Passes on each delivery that was received in the time of the filter. Other conditions of it do not count.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn plot(
        &self,
        filter: &Filter,
        now: SystemTime,
        mut show: impl FnMut(PlotPoint),
    ) -> Result<(), HistoryError> {
        let conditions = filter.conditions();
        let mut read = || {
            let mut statement = self.connection.prepare_cached(&format!("{ROWS}{}", conditions.sql()))?;
            let mut rows = statement.query(params_from_iter(&conditions.values))?;
            while let Some(row) = rows.next()? {
                let counted = counted(row, &self.path, now)?;
                show(PlotPoint {
                    received_ms: row.get::<_, i64>(14)?.unsigned_abs(),
                    reaction: counted.outcome.and_then(|outcome| outcome.reaction),
                    is_refused: counted.reason.is_some(),
                    took: duration(row, 6)?,
                });
            }
            Ok(())
        };
        read().map_err(|error| self.failed(&error))
    }
}

/// How Zoom reacts to the answer of a delivery, as [`StoredDelivery::reaction`], from a row of [`ROWS`].
///
/// [`StoredDelivery::reaction`]: crate::delivery::StoredDelivery::reaction
pub(super) fn reaction(row: &Row<'_>, history: &Path, now: SystemTime) -> rusqlite::Result<Option<Reaction>> {
    Ok(counted(row, history, now)?.outcome.and_then(|outcome| outcome.reaction))
}

/// The values of a row of [`ROWS`].
fn counted<'r>(row: &'r Row<'_>, history: &Path, now: SystemTime) -> rusqlite::Result<Counted<'r>> {
    let (event, verdict) = (row.get_ref(1)?.as_str_or_null()?, row.get_ref(2)?.as_str()?);
    let (reason, imported) = (row.get_ref(3)?.as_str_or_null()?, row.get::<_, bool>(7)?);
    let provenance = if imported { Provenance::Imported } else { Provenance::Recorded };
    let known = verdict_named(verdict).unwrap_or(DeliveryVerdict::Unknown);
    let is_event = is_verified_event(provenance, known, reason.is_some(), event);
    let outcome = if is_event { Some(outcome(row, history, now)?) } else { None };
    Ok(Counted {
        id: row.get_ref(0)?.as_str()?,
        event,
        verdict,
        reason,
        status: row.get(4)?,
        is_retry: row.get::<_, Option<String>>(5)?.is_some(),
        first_byte: duration(row, 13)?,
        outcome,
    })
}

fn outcome(row: &Row<'_>, history: &Path, now: SystemTime) -> rusqlite::Result<CountedOutcome> {
    let role = row.get_ref(9)?.as_str_or_null()?.map(Stored::<ForwardRole>::from);
    let app = match row.get_ref(10)?.as_str_or_null()? {
        None => None,
        Some(kind) => {
            let (kind, status) = (Stored::<RelayOutcomeKind>::from(kind), row.get(11)?);
            AppAnswer::of_stored(&kind, status, duration(row, 12)?.unwrap_or_default())
        }
    };
    let of = |wanted: ForwardRole| app.filter(|_| role.as_ref().is_some_and(|role| *role == wanted));
    let wait = row.get::<_, Option<i64>>(8)?.map(|until| wait_of(until, history));
    let asked_app = role.is_some() || wait.is_some();
    let (outcome, reaction) = match (wait, row.get(4)?) {
        (Some(StoredWait::Answer { until }), _) => {
            let was_taken_later = of(ForwardRole::Queued).is_some_and(AppAnswer::takes);
            let outcome = (until <= now).then(|| EventOutcome::without_answer(was_taken_later));
            (outcome, outcome.map(|_| Reaction::Retried))
        }
        (_, None) => (None, None),
        (wait, Some(status)) => {
            let facts = OutcomeFacts {
                answer: (status, duration(row, 6)?.unwrap_or_default()),
                app: of(ForwardRole::Answers),
                queue: wait.map_or(QueueState::Done, QueueState::of),
                queued: of(ForwardRole::Queued),
            };
            (Some(facts.outcome()), Some(facts.reaction()))
        }
    };
    Ok(CountedOutcome { outcome, reaction, asked_app })
}

fn duration(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Duration>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(micros))
}
