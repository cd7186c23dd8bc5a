//! Which deliveries, and in which order.

use std::str::FromStr;
use std::time::SystemTime;

use rusqlite::Connection;
use rusqlite::types::Value;
use ulid::Ulid;

use crate::delivery::{DeliveryVerdict, EventPattern};
use crate::history::row::unix_millis;
use crate::history::search::Search;

/// What deliveries have to be like; without any condition, all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these has to fit the event's name.
    pub events: Vec<EventPattern>,
    /// Not received before.
    pub since: Option<SystemTime>,
    /// Received before.
    pub until: Option<SystemTime>,
    /// The verdict.
    pub verdict: Option<DeliveryVerdict>,
    /// The status that Zoom was answered.
    pub status: Option<StatusRange>,
    /// Words in the body.
    pub search: Option<Search>,
}

/// The order of arrival, or of storing where a search is among the conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Order {
    /// What comes behind another in this order compares to it so; and the direction.
    pub(super) fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::NewestFirst => ("<", "DESC"),
            Self::OldestFirst => (">", "ASC"),
        }
    }
}

/// A status, or a class of them such as `5xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRange {
    first: u16,
    last: u16,
}

/// A text that is no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a status such as 204, or a class of them such as 5xx")]
pub struct NotAStatus;

impl FromStr for StatusRange {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let number: u16 = class.unwrap_or(text).parse().map_err(|_| NotAStatus)?;
        match class {
            Some(_) if (1..=5).contains(&number) => Ok(Self { first: number * 100, last: number * 100 + 99 }),
            None if (100..=599).contains(&number) => Ok(Self { first: number, last: number }),
            _ => Err(NotAStatus),
        }
    }
}

/// Conditions on table `d`, as SQL with its values.
#[derive(Debug, Default, Clone)]
pub(super) struct Conditions {
    sql: String,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    pub(super) fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(condition);
        self.values.push(value.into());
    }

    /// The verdict stands in the text, so that the index of those that are not valid is used: nearly all are valid,
    /// and the others would be looked for among all of them.
    fn and_verdict(&mut self, verdict: DeliveryVerdict) {
        let name = verdict.as_str();
        let others = if verdict == DeliveryVerdict::Valid { "" } else { " AND d.verdict <> 'valid'" };
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(&format!("d.verdict = '{name}'{others}"));
    }

    /// With its `WHERE`, or nothing.
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }
}

impl Filter {
    /// All conditions but the events' names and the search.
    pub(super) fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(since) = self.since {
            conditions.and("d.id >= ?", first_id(since));
        }
        if let Some(until) = self.until {
            conditions.and("d.id < ?", first_id(until));
        }
        if let Some(verdict) = self.verdict {
            conditions.and_verdict(verdict);
        }
        if let Some(range) = self.status {
            conditions.and("d.status >= ?", i64::from(range.first));
            conditions.and("d.status <= ?", i64::from(range.last));
        }
        conditions
    }

    /// The names in the file that fit; `None` where any does.
    pub(super) fn names(&self, connection: &Connection) -> rusqlite::Result<Option<Vec<String>>> {
        if self.events.is_empty() {
            return Ok(None);
        }
        let fits = |name: &String| self.events.iter().any(|pattern| pattern.matches(name));
        Ok(Some(event_names(connection)?.into_iter().filter(fits).collect()))
    }
}

/// All events' names, each found by one step in the index however many deliveries bear it.
pub(super) fn event_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE name(event) AS (
            SELECT min(event) FROM deliveries
            UNION ALL
            SELECT (SELECT min(event) FROM deliveries WHERE event > name.event) FROM name WHERE event IS NOT NULL
         ) SELECT event FROM name WHERE event IS NOT NULL",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The first id of a moment: ids begin with the time.
fn first_id(time: SystemTime) -> String {
    let millis = unix_millis(time).unsigned_abs().min((1 << 48) - 1);
    Ulid::from_parts(millis, 0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_status_or_a_class() {
        assert_eq!("204".parse(), Ok(StatusRange { first: 204, last: 204 }));
        assert_eq!("5xx".parse(), Ok(StatusRange { first: 500, last: 599 }));
        for text in ["", "xx", "6xx", "20", "2x", "999", "99999"] {
            assert_eq!(text.parse::<StatusRange>(), Err(NotAStatus), "{text}");
        }
    }
}
