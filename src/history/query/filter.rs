//! Conditions and order of a query. The entry point is [`Filter`].

use std::str::FromStr;
use std::time::SystemTime;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::delivery::{DeliveryVerdict, EventPattern, Provenance, first_id};
use crate::history::search::Search;

/// Conditions that deliveries must meet. An empty filter matches all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// At least one pattern must match the event's name, if there are any.
    pub events: Vec<EventPattern>,
    /// Received at this time or later.
    pub since: Option<SystemTime>,
    /// Received before this time.
    pub until: Option<SystemTime>,
    /// The verdict.
    pub verdict: Option<DeliveryVerdict>,
    /// The status that Zoom received.
    pub status: Option<StatusRange>,
    /// Words that the body must contain.
    pub search: Option<Search>,
    /// Received by this machine, or imported.
    pub provenance: Option<Provenance>,
    /// The folder of the project. Deliveries that an older version stored belong to every project.
    pub project: Option<String>,
}

/// Order by arrival, or by storage if the filter has a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Order {
    /// The comparison operator for later rows in this order, and the SQL direction.
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

/// A text that is not a status or a class of them.
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

    /// A literal verdict lets SQLite use the partial index of deliveries that are not valid. Almost all are valid, so a
    /// scan for the others would be slow.
    fn and_verdict(&mut self, verdict: DeliveryVerdict) {
        let name = verdict.as_str();
        let others = if verdict == DeliveryVerdict::Valid { "" } else { " AND d.verdict <> 'valid'" };
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(&format!("d.verdict = '{name}'{others}"));
    }

    /// The `WHERE` clause; empty without conditions.
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }
}

impl Filter {
    /// All conditions except the event names and the search.
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
        if let Some(provenance) = self.provenance {
            conditions.and("d.imported = ?", provenance == Provenance::Imported);
        }
        if let Some(project) = &self.project {
            conditions.and("(d.project = ? OR d.project IS NULL)", project.clone());
        }
        if let Some(range) = self.status {
            conditions.and("d.status >= ?", i64::from(range.first));
            conditions.and("d.status <= ?", i64::from(range.last));
        }
        conditions
    }

    /// The event names in the file that match; `None` if the filter has no event patterns.
    pub(super) fn names(&self, connection: &Connection) -> rusqlite::Result<Option<Vec<String>>> {
        if self.events.is_empty() {
            return Ok(None);
        }
        let fits = |name: &String| self.events.iter().any(|pattern| pattern.matches(name));
        Ok(Some(event_names(connection)?.into_iter().filter(fits).collect()))
    }
}

/// All event names. Each takes one index lookup, regardless of the number of deliveries.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_a_status_or_a_class() {
        assert_eq!("204".parse(), Ok(StatusRange { first: 204, last: 204 }));
        assert_eq!("5xx".parse(), Ok(StatusRange { first: 500, last: 599 }));
        for text in ["", "xx", "6xx", "20", "2x", "999", "99999"] {
            assert_eq!(text.parse::<StatusRange>(), Err(NotAStatus), "{text}");
        }
    }
}
