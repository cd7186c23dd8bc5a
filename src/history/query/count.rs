//! Statistics over the stored deliveries.

use std::time::Duration;

use rusqlite::{Row, params_from_iter};

use super::load::micros;
use super::{Filter, HistoryReader};
use crate::delivery::Stored;
use crate::history::{AnswerTally, HistoryError, Stats};

impl HistoryReader {
    /// Counts by event and verdict, retries, and the app's response times. Makes one pass and reads bodies only for a
    /// search.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn stats(&self, filter: &Filter) -> Result<Stats, HistoryError> {
        let mut tally = AnswerTally::default();
        let counted = if filter.search.is_some() {
            return self.stats_of_found(filter, tally);
        } else {
            self.count_rows(filter, &mut tally)
        };
        counted.map_err(|error| self.failed(&error))?;
        Ok(tally.finish())
    }

    fn count_rows(&self, filter: &Filter, tally: &mut AnswerTally) -> rusqlite::Result<()> {
        let conditions = filter.conditions();
        let names = filter.names(&self.connection)?;
        let sql = format!(
            "SELECT d.id, d.event, d.verdict, d.reason, d.status, d.retry_of IS NOT NULL, r.first_byte_us
             FROM deliveries d LEFT JOIN relays r ON r.seq = d.seq AND r.position = 0{}",
            conditions.sql()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        while let Some(row) = rows.next()? {
            let event = row.get_ref(1)?.as_str_or_null()?;
            if names.as_ref().is_none_or(|names| event.is_some_and(|e| names.iter().any(|n| n == e))) {
                tally.count(
                    row.get_ref(0)?.as_str()?,
                    event,
                    row.get_ref(2)?.as_str()?,
                    row.get_ref(3)?.as_str_or_null()?,
                    row.get(4)?,
                    row.get(5)?,
                    first_byte(row)?,
                );
            }
        }
        Ok(())
    }

    fn stats_of_found(&self, filter: &Filter, mut tally: AnswerTally) -> Result<Stats, HistoryError> {
        for delivery in self.oldest_first(filter) {
            let delivery = delivery?;
            tally.count(
                &delivery.id,
                delivery.event.as_deref(),
                delivery.verdict.as_str(),
                delivery.reason.as_ref().map(Stored::as_str),
                delivery.answer.map(|answer| answer.status),
                delivery.retry_of.is_some(),
                delivery.app().and_then(|app| app.first_byte),
            );
        }
        Ok(tally.finish())
    }
}

fn first_byte(row: &Row<'_>) -> rusqlite::Result<Option<Duration>> {
    Ok(row.get::<_, Option<i64>>(6)?.map(micros))
}
