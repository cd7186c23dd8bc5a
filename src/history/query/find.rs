//! Finds one delivery by a [`Reference`]: an id, an id prefix, `last`, `last-2`, an event's name.
//!
//! `last` counts what this machine received for a project, the newest first. Imported deliveries come after all of them,
//! the one imported last first. Their ids and times come from a file, so neither of them may hide a received delivery.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use rusqlite::{OptionalExtension, params, params_from_iter};

use super::{HistoryReader, load};
use crate::delivery::Provenance;
use crate::delivery::StoredDelivery;
use crate::history::HistoryError;
use crate::zoom::CHALLENGE_EVENT;

/// Minimum length of a short id: the ten characters that encode its time.
const SHORT: usize = 10;
/// Number of ids to list if a prefix is ambiguous.
const NAMED: u32 = 5;

/// What every event's name contains, and no id.
const IN_EVENT_NAMES: [char; 2] = ['.', '_'];

/// A reference to a delivery, as typed by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// This many deliveries before the last one: first those that this machine received, then the imported ones.
    Last(u32),
    /// The newest delivery of the event with this name that this machine received and verified. Anyone can send a wrongly
    /// signed request with a name, or write one into a file.
    LastOf(String),
    /// An id or an id prefix, in any case.
    Beginning(String),
}

impl FromStr for Reference {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        let back = match text.to_ascii_lowercase().strip_prefix("last") {
            Some("") => Some(0),
            Some(rest) => rest.strip_prefix(['-', '~']).and_then(|back| back.parse().ok()),
            None => None,
        };
        Ok(match back {
            Some(back) => Self::Last(back),
            None if text.contains(IN_EVENT_NAMES) => Self::LastOf(text.to_owned()),
            None => Self::Beginning(text.to_owned()),
        })
    }
}

/// The form in which a user types it.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last(0) => f.write_str("last"),
            Self::Last(back) => write!(f, "last-{back}"),
            Self::LastOf(text) | Self::Beginning(text) => f.write_str(text),
        }
    }
}

impl Reference {
    /// Parses text that may also be a file name. Accepts `last`, `last-N`, and at least four characters of an id; a
    /// shorter prefix is rarely unique. The name of an event looks like that of a file.
    #[must_use]
    pub fn likely(text: &str) -> Option<Self> {
        // Ids use Crockford's base 32.
        let in_ids = |c: char| c.is_ascii_alphanumeric() && !"ILOU".contains(c.to_ascii_uppercase());
        match text.parse() {
            Ok(Self::LastOf(_)) => None,
            Ok(Self::Beginning(id)) if !((4..=26).contains(&id.len()) && id.chars().all(in_ids)) => None,
            Ok(reference) => Some(reference),
        }
    }

    /// Whether the text can only mean a delivery: it is a whole id or a position from the end.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Last(_) => true,
            Self::LastOf(_) => false,
            Self::Beginning(id) => id.len() == 26,
        }
    }
}

impl HistoryReader {
    /// Finds the delivery. The inner `Err` has the matching ids if there is not exactly one. Positions count the
    /// deliveries of `project`, or all. An id may be that of any project.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn get(
        &self,
        reference: &Reference,
        project: Option<&str>,
    ) -> Result<Result<StoredDelivery, Vec<String>>, HistoryError> {
        self.find(reference, project).map_err(|error| self.failed(&error))
    }

    /// The id of the delivery, as [`Self::get`] finds it. Its row is not read, so it may be damaged.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn id(
        &self,
        reference: &Reference,
        project: Option<&str>,
    ) -> Result<Result<String, Vec<String>>, HistoryError> {
        let found = self.fitting(reference, project).map_err(|error| self.failed(&error))?;
        let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
        Ok(match ids.len() {
            1 => ids.pop().ok_or(ids),
            _ => Err(ids),
        })
    }

    fn find(
        &self,
        reference: &Reference,
        project: Option<&str>,
    ) -> rusqlite::Result<Result<StoredDelivery, Vec<String>>> {
        let rows = self.fitting(reference, project)?;
        if let [(seq, _)] = rows.as_slice()
            && let Some(delivery) = load::delivery(&self.connection, *seq)?
        {
            return Ok(Ok(delivery));
        }
        Ok(Err(rows.into_iter().map(|(_, id)| id).collect()))
    }

    /// Sequence numbers and ids of the deliveries that a reference may mean.
    fn fitting(&self, reference: &Reference, project: Option<&str>) -> rusqlite::Result<Vec<(i64, String)>> {
        match reference {
            Reference::Last(back) => self.newest_places(1, *back, project),
            Reference::LastOf(event) => self.newest_place_of(event, project),
            Reference::Beginning(text) if text.is_empty() => Ok(Vec::new()),
            Reference::Beginning(text) => {
                let mut statement = self.connection.prepare_cached(
                    "SELECT seq, id FROM deliveries WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                )?;
                let text = text.to_ascii_uppercase();
                // All characters of an id sort before `~`.
                rows(statement.query(params![text, format!("{text}~"), NAMED])?)
            }
        }
    }

    /// When the last signed challenge for a public URL arrived; `None` if none is stored. Imported ones do not count.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn last_challenge(&self, public_url: &str) -> Result<Option<SystemTime>, HistoryError> {
        let read = || {
            let sql = "SELECT seq FROM deliveries WHERE event = ? AND imported = 0 AND verdict = 'valid'
                       AND public_url = ? ORDER BY id DESC LIMIT 1";
            let seq: Option<i64> = self
                .connection
                .prepare_cached(sql)?
                .query_row([CHALLENGE_EVENT, public_url], |row| row.get(0))
                .optional()?;
            let challenge = seq.map(|seq| load::delivery(&self.connection, seq)).transpose()?.flatten();
            Ok(challenge.map(|challenge| challenge.received_at))
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The shortest unique prefix of an id, at least ten characters.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn short_id(&self, id: &str) -> Result<String, HistoryError> {
        let neighbor = |sql: &str| {
            let found: Option<String> =
                self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            rusqlite::Result::Ok(found.map_or(0, |other| common(&other, id)))
        };
        let before = neighbor("SELECT id FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT 1");
        let after = neighbor("SELECT id FROM deliveries WHERE id > ? ORDER BY id LIMIT 1");
        let shared = before.and_then(|before| Ok(before.max(after?))).map_err(|error| self.failed(&error))?;
        Ok(id.get(..(shared + 1).max(SHORT)).unwrap_or(id).to_owned())
    }

    /// The newest deliveries in the order of [`Reference::Last`], for shell completions.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn recent(&self, limit: u32, project: Option<&str>) -> Result<Vec<StoredDelivery>, HistoryError> {
        let read = || {
            let places = self.newest_places(limit, 0, project)?;
            let loaded = places.iter().map(|(seq, _)| load::delivery(&self.connection, *seq));
            loaded.filter_map(Result::transpose).collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The position of each delivery, as [`Reference::Last`] counts; `None` for one of another project.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn positions(
        &self,
        deliveries: &[StoredDelivery],
        project: Option<&str>,
    ) -> Result<Vec<Option<u32>>, HistoryError> {
        let read = || {
            // One snapshot, so that the positions fit together.
            let _transaction = self.connection.unchecked_transaction()?;
            let mut received = None;
            // The nearest delivery before, and its position: a list is ordered, so that counting from there is short.
            let mut before: Option<(&str, u32)> = None;
            let mut positions = Vec::with_capacity(deliveries.len());
            for stored in deliveries {
                let is_counted =
                    project.is_none_or(|project| stored.project.as_deref().is_none_or(|own| own == project));
                if !is_counted {
                    positions.push(None);
                    continue;
                }
                if stored.provenance == Provenance::Imported {
                    let all_received = match received {
                        Some(count) => count,
                        None => *received.insert(self.count_where("imported = 0", project)?),
                    };
                    let newer = "imported = 1 AND seq > (SELECT seq FROM deliveries WHERE id = ?2)";
                    positions
                        .push(Some(all_received + self.count_after(newer, project, &[stored.id.as_str()])?));
                    continue;
                }
                let position = match before.filter(|(id, _)| *id > stored.id.as_str()) {
                    Some((id, position)) => {
                        let between = "imported = 0 AND id > ?2 AND id <= ?3";
                        position + self.count_after(between, project, &[stored.id.as_str(), id])?
                    }
                    None => self.count_after("imported = 0 AND id > ?2", project, &[stored.id.as_str()])?,
                };
                before = Some((&stored.id, position));
                positions.push(Some(position));
            }
            Ok(positions)
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The number of deliveries of a project, or of all.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count_of(&self, project: Option<&str>) -> Result<u64, HistoryError> {
        match project {
            None => self.count(),
            Some(_) => self.count_where("1", project).map(u64::from).map_err(|error| self.failed(&error)),
        }
    }

    fn count_where(&self, condition: &str, project: Option<&str>) -> rusqlite::Result<u32> {
        self.count_after(condition, project, &[])
    }

    /// Counts deliveries of a project that meet a condition, whose values are numbered from `?2` on.
    fn count_after(&self, condition: &str, project: Option<&str>, values: &[&str]) -> rusqlite::Result<u32> {
        let sql = format!("SELECT count(*) FROM deliveries WHERE {condition} AND {OF_PROJECT}");
        let values = [project].into_iter().chain(values.iter().copied().map(Some));
        self.connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))
    }

    /// Sequence numbers and ids in the order of [`Reference::Last`], after the first `skipped`.
    fn newest_places(
        &self,
        limit: u32,
        skipped: u32,
        project: Option<&str>,
    ) -> rusqlite::Result<Vec<(i64, String)>> {
        let of = |imported: u8, order: &str, limit: usize, skipped: u32| {
            let sql = format!(
                "SELECT seq, id FROM deliveries WHERE imported = {imported} AND {OF_PROJECT}
                 ORDER BY {order} DESC LIMIT ?2 OFFSET ?3"
            );
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            rows(self.connection.prepare_cached(&sql)?.query(params![project, limit, skipped])?)
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = of(0, "id", limit, skipped)?;
        if found.len() < limit {
            let received = self.count_where("imported = 0", project)?;
            found.extend(of(1, "seq", limit - found.len(), skipped.saturating_sub(received))?);
        }
        Ok(found)
    }

    /// The delivery of [`Reference::LastOf`]; none if the project has none.
    fn newest_place_of(&self, event: &str, project: Option<&str>) -> rusqlite::Result<Vec<(i64, String)>> {
        let sql = format!(
            "SELECT seq, id FROM deliveries WHERE imported = 0 AND verdict = 'valid' AND {OF_PROJECT} AND event = ?2
             ORDER BY id DESC LIMIT 1"
        );
        rows(self.connection.prepare_cached(&sql)?.query(params![project, event])?)
    }
}

/// Whether a delivery is one of the project `?1`, as in [`Filter::project`](super::Filter::project).
const OF_PROJECT: &str = "(?1 IS NULL OR project = ?1 OR project IS NULL)";

fn rows(mut found: rusqlite::Rows<'_>) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push((row.get(0)?, row.get(1)?));
    }
    Ok(rows)
}

/// The length of the common prefix of two ids.
fn common(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_references() {
        let read = |text: &str| text.parse::<Reference>().unwrap();
        assert_eq!([read("last"), read("LAST-2"), read("last~1")], [0, 2, 1].map(Reference::Last));
        for text in ["last.http", "01K", "01K8/x", "file", "01K8U", "meeting.started"] {
            assert_eq!(Reference::likely(text), None, "{text}");
        }
        assert_eq!(Reference::likely("last-3"), Some(Reference::Last(3)));
        assert!(Reference::likely("01k8").is_some_and(|reference| !reference.is_certain()));
        for text in ["01k8", "lasting", "last-x"] {
            assert_eq!(read(text), Reference::Beginning(text.to_owned()));
        }
        for text in ["meeting.started", "app_deauthorized", "last.one"] {
            assert_eq!(read(text), Reference::LastOf(text.to_owned()));
        }
    }
}
