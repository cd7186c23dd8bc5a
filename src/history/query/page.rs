//! Reads pages of deliveries. Each page is one short read. No transaction stays open between two pages, so a slow
//! reader does not block pruning or checkpoints.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::count::{self, ROWS};
use super::filter::Conditions;
use super::{Filter, HistoryReader, Order, load};
use crate::delivery::StoredDelivery;
use crate::history::HistoryError;
use crate::history::error::{damage, is_in_one_row};
use crate::zoom::{CHALLENGE_EVENT, RETRIES, Reaction};

/// Page size while streaming.
const STREAMED: usize = 200;
/// Deliveries that are looked at for a page of one reaction of Zoom.
const MOST_SIFTED: usize = 50_000;
/// The same, of those that a search finds, which are looked at one by one.
const MOST_SIFTED_OF_SEARCH: usize = 1000;

/// A page of deliveries and the start of the next page.
#[derive(Debug)]
pub struct HistoryPage {
    /// The deliveries.
    pub deliveries: Vec<StoredDelivery>,
    /// Pass this to [`HistoryReader::page`] for the next page; `None` after the last page.
    pub next: Option<PagePosition>,
    /// Deliveries that were left out, because they are damaged.
    pub unreadable: u64,
}

/// The position of a delivery in both orders: arrival and storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePosition {
    id: String,
    seq: i64,
}

/// The form in which a client sends it back.
impl fmt::Display for PagePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, self.seq)
    }
}

impl FromStr for PagePosition {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (id, seq) = text.split_once('-').ok_or(InvalidPosition)?;
        Ok(Self { id: id.to_owned(), seq: seq.parse().map_err(|_| InvalidPosition)? })
    }
}

/// The text is not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the position of a page")]
pub struct InvalidPosition;

impl HistoryReader {
    /// Up to `limit` deliveries, from the start or after `after`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn page(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
    ) -> Result<HistoryPage, HistoryError> {
        let read = || {
            // One snapshot, so that a delivery without its row is damaged, not pruned in the meantime.
            let _transaction = self.connection.unchecked_transaction()?;
            self.read_page(filter, order, after, limit)
        };
        read().map_err(|error| self.failed(&error))
    }

    fn read_page(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
    ) -> rusqlite::Result<HistoryPage> {
        let places = self.places(filter, order, after, limit)?;
        let next = if places.len() < limit { None } else { places.last().cloned() };
        self.load_page(&places, next)
    }

    fn places(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
    ) -> rusqlite::Result<Vec<PagePosition>> {
        match filter.search {
            Some(_) => searched(&self.connection, filter, order, after, limit),
            None => listed(&self.connection, filter, order, after, limit),
        }
    }

    fn load_page(
        &self,
        places: &[PagePosition],
        next: Option<PagePosition>,
    ) -> rusqlite::Result<HistoryPage> {
        let mut deliveries = Vec::with_capacity(places.len());
        let mut unreadable = 0;
        for place in places {
            match load::delivery(&self.connection, place.seq) {
                Ok(Some(delivery)) if delivery.id == place.id => deliveries.push(delivery),
                Ok(_) => unreadable += 1,
                Err(error) if is_in_one_row(&error) => unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(HistoryPage { deliveries, next, unreadable })
    }

    /// As [`Self::page`], of the deliveries to whose answer Zoom reacts in this way. It looks at a limited number of
    /// deliveries, so that the page can be short although there are more.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn page_of_reaction(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
        (reaction, now): (Reaction, SystemTime),
    ) -> Result<HistoryPage, HistoryError> {
        let read = || {
            let _transaction = self.connection.unchecked_transaction()?;
            let (found, next) = match filter.search {
                Some(_) => self.sift_found(filter, order, after, limit, (reaction, now))?,
                None => self.sift_listed(filter, order, after, limit, (reaction, now))?,
            };
            self.load_page(&found, next)
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The places in one pass over the rows, which reads no bodies.
    fn sift_listed(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
        (reaction, now): (Reaction, SystemTime),
    ) -> rusqlite::Result<(Vec<PagePosition>, Option<PagePosition>)> {
        let (compare, direction) = order.sql();
        let mut conditions = filter.conditions();
        if let Some(after) = after {
            conditions.and(&format!("d.id {compare} ?"), after.id.clone());
        }
        let names = filter.names(&self.connection)?;
        let sql = format!("{ROWS}{} ORDER BY d.id {direction} LIMIT {MOST_SIFTED}", conditions.sql());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        let (mut found, mut looked, mut last) = (Vec::new(), 0, None);
        while let Some(row) = rows.next()? {
            looked += 1;
            let place = || -> rusqlite::Result<_> { Ok(PagePosition { id: row.get(0)?, seq: row.get(15)? }) };
            let event = row.get_ref(1)?.as_str_or_null()?;
            let named =
                names.as_ref().is_none_or(|names| event.is_some_and(|e| names.iter().any(|n| n == e)));
            if named && is_like(count::reaction(row, &self.path, now)?, reaction) {
                found.push(place()?);
            }
            if found.len() == limit || looked == MOST_SIFTED {
                last = Some(place()?);
                break;
            }
        }
        Ok((found, last))
    }

    /// The places among those that a search finds.
    fn sift_found(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&PagePosition>,
        limit: usize,
        (reaction, now): (Reaction, SystemTime),
    ) -> rusqlite::Result<(Vec<PagePosition>, Option<PagePosition>)> {
        let mut statement = self.connection.prepare_cached(&format!("{ROWS} WHERE d.seq = ?"))?;
        let places = searched(&self.connection, filter, order, after, MOST_SIFTED_OF_SEARCH)?;
        let is_end = places.len() < MOST_SIFTED_OF_SEARCH;
        let (mut found, mut last) = (Vec::new(), None);
        for place in places {
            let of_row =
                statement.query_row([place.seq], |row| count::reaction(row, &self.path, now)).optional()?;
            last = Some(place.clone());
            if is_like(of_row.flatten(), reaction) {
                found.push(place);
            }
            if found.len() == limit {
                return Ok((found, last));
            }
        }
        Ok((found, last.filter(|_| !is_end)))
    }

    /// The ids of all matching deliveries, also of those that are damaged.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn ids(&self, filter: &Filter) -> Result<Vec<String>, HistoryError> {
        let read = || {
            let _transaction = self.connection.unchecked_transaction()?;
            let (order, all) = (Order::OldestFirst, usize::MAX);
            let places = self.places(filter, order, None, all)?;
            Ok(places.into_iter().map(|place| place.id).collect())
        };
        read().map_err(|error| self.failed(&error))
    }

    /// All matching deliveries, the oldest first. Ends with an error at the first that is damaged.
    #[must_use]
    pub fn oldest_first<'r>(&'r self, filter: &'r Filter) -> Oldest<'r> {
        Oldest { reader: self, filter, page: Vec::new().into_iter(), next: None, ended: false }
    }

    /// The matching deliveries stored after a sequence number, at most one page, and the number for the next call.
    /// There are more if that number is below [`Reader::newest_seq`].
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn stored_since(
        &self,
        filter: &Filter,
        seq: i64,
    ) -> Result<(Vec<StoredDelivery>, i64), HistoryError> {
        let read = || {
            // In a snapshot, the pages that one delivery needed are still known for the next one.
            let _transaction = self.connection.unchecked_transaction()?;
            let last = self.last_stored()?;
            let mut conditions = filter.conditions();
            conditions.and("d.seq > ?", seq);
            conditions.and("d.seq <= ?", last);
            let sql =
                format!("SELECT d.seq FROM deliveries d{} ORDER BY d.seq LIMIT {STREAMED}", conditions.sql());
            let mut statement = self.connection.prepare_cached(&sql)?;
            let seqs = statement.query_map(params_from_iter(&conditions.values), |row| row.get(0))?;
            let seqs: Vec<i64> = seqs.collect::<rusqlite::Result<_>>()?;
            let mut deliveries = Vec::new();
            for seq in &seqs {
                match load::delivery(&self.connection, *seq) {
                    // The others are still shown. `list` and `export` say how many cannot be read.
                    Err(error) if is_in_one_row(&error) => {}
                    other => deliveries.extend(other?),
                }
            }
            Ok((deliveries, seqs.last().copied().filter(|_| seqs.len() == STREAMED).unwrap_or(last)))
        };
        let (mut deliveries, last) = read().map_err(|error| self.failed(&error))?;
        let fits = |name: Option<&str>| {
            filter.events.is_empty()
                || name.is_some_and(|name| filter.events.iter().any(|pattern| pattern.matches(name)))
        };
        deliveries.retain(|delivery: &StoredDelivery| {
            fits(delivery.event.as_deref())
                && filter.search.as_ref().is_none_or(|search| search.matches(&delivery.body))
        });
        Ok((deliveries, last))
    }

    /// The newest matching deliveries, the oldest of them first, and a sequence number for [`Reader::stored_since`],
    /// which then continues without gaps or duplicates.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn newest(&self, filter: &Filter, limit: usize) -> Result<(Vec<StoredDelivery>, i64), HistoryError> {
        let read = || {
            // Both reads see the same snapshot of the file.
            let _transaction = self.connection.unchecked_transaction()?;
            let last = self.last_stored()?;
            let page = self.read_page(filter, Order::NewestFirst, None, limit)?;
            Ok((page.deliveries.into_iter().rev().collect(), last))
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The sequence number of the delivery stored last; 0 if there is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn newest_seq(&self) -> Result<i64, HistoryError> {
        self.last_stored().map_err(|error| self.failed(&error))
    }

    /// The id of the delivery stored last.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn newest_id(&self) -> Result<Option<String>, HistoryError> {
        let sql = "SELECT id FROM deliveries ORDER BY seq DESC LIMIT 1";
        let read = self.connection.query_row(sql, [], |row| row.get(0)).optional();
        read.map_err(|error| self.failed(&error))
    }

    /// The sequence number of a delivery.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn seq_of(&self, id: &str) -> Result<Option<i64>, HistoryError> {
        let sql = "SELECT seq FROM deliveries WHERE id = ?";
        let read = self.connection.query_row(sql, [id], |row| row.get(0)).optional();
        read.map_err(|error| self.failed(&error))
    }

    /// The id of the delivery with a sequence number.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn id_of(&self, seq: i64) -> Result<Option<String>, HistoryError> {
        let sql = "SELECT id FROM deliveries WHERE seq = ?";
        let read = self.connection.query_row(sql, [seq], |row| row.get(0)).optional();
        read.map_err(|error| self.failed(&error))
    }

    /// The sequence number of the last delivery that arrived before this id was given; 0 if there is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn seq_before(&self, id: &str) -> Result<i64, HistoryError> {
        let sql = "SELECT seq FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT 1";
        let read = self.connection.query_row(sql, [id], |row| row.get(0)).optional();
        read.map(Option::unwrap_or_default).map_err(|error| self.failed(&error))
    }

    /// All deliveries of the same event, with this one, the oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn attempts_of(&self, stored: &StoredDelivery) -> Result<Vec<StoredDelivery>, HistoryError> {
        let first = stored.retry_of.as_deref().unwrap_or(&stored.id);
        let read = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT seq FROM deliveries WHERE event IS ? AND id >= ? AND (id = ? OR retry_of = ?)
                 ORDER BY id LIMIT ?",
            )?;
            let most = RETRIES.len() + 1;
            let seqs = statement
                .query_map(params![stored.event, first, first, first, most as i64], |row| row.get(0))?;
            let seqs: Vec<i64> = seqs.collect::<rusqlite::Result<_>>()?;
            let loaded = seqs.iter().map(|seq| load::delivery(&self.connection, *seq));
            loaded.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// Which of Zoom's retries this is; `None` for a first attempt.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn retry_number(&self, stored: &StoredDelivery) -> Result<Option<u64>, HistoryError> {
        let Some(first) = &stored.retry_of else { return Ok(None) };
        let sql = "SELECT count(*) FROM deliveries WHERE event IS ? AND id > ? AND id <= ? AND retry_of = ?";
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row(params![stored.event, first, stored.id, first], |row| row.get::<_, i64>(0))
        };
        let number = read().map_err(|error| self.failed(&error))?;
        Ok(Some(number.unsigned_abs()).filter(|number| *number > 0))
    }

    /// How many matching deliveries were stored after a sequence number, without Zoom's retries and challenges.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn count_first_attempts(&self, filter: &Filter, seq: i64) -> Result<u64, HistoryError> {
        let mut conditions = filter.conditions();
        conditions.and("d.seq > ?", seq);
        conditions.and("d.event <> ?", CHALLENGE_EVENT.to_owned());
        let sql = format!(
            "SELECT d.event, count(*) FROM deliveries d{} AND d.retry_of IS NULL GROUP BY d.event",
            conditions.sql()
        );
        let fits = |event: &str| {
            filter.events.is_empty() || filter.events.iter().any(|pattern| pattern.matches(event))
        };
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&conditions.values))?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                if fits(row.get_ref(0)?.as_str()?) {
                    count += row.get::<_, i64>(1)?.unsigned_abs();
                }
            }
            Ok(count)
        };
        read().map_err(|error| self.failed(&error))
    }

    fn last_stored(&self) -> rusqlite::Result<i64> {
        self.connection.query_row("SELECT coalesce(max(seq), 0) FROM deliveries", [], |row| row.get(0))
    }
}

/// Whether a reaction counts as this one: an answer that Zoom accepts with a remark is delivered.
fn is_like(found: Option<Reaction>, wanted: Reaction) -> bool {
    found.is_some_and(|found| found.as_str() == wanted.as_str())
}

/// Streams deliveries from the file, the oldest first.
#[derive(Debug)]
pub struct Oldest<'r> {
    reader: &'r HistoryReader,
    filter: &'r Filter,
    page: std::vec::IntoIter<StoredDelivery>,
    next: Option<PagePosition>,
    ended: bool,
}

impl Iterator for Oldest<'_> {
    type Item = Result<StoredDelivery, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(delivery) = self.page.next() {
                return Some(Ok(delivery));
            }
            if self.ended {
                return None;
            }
            match self.reader.page(self.filter, Order::OldestFirst, self.next.as_ref(), STREAMED) {
                Ok(page) if page.unreadable > 0 => {
                    self.ended = true;
                    let many = format!("{} of its rows cannot be read", page.unreadable);
                    return Some(Err(self.reader.failed(&damage(many))));
                }
                Ok(page) => {
                    self.ended = page.next.is_none();
                    (self.page, self.next) = (page.deliveries.into_iter(), page.next);
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Lists by id. With event names, it reads the first rows of each name from the index and merges them, so that rare
/// names are found as fast as frequent ones.
fn listed(
    connection: &Connection,
    filter: &Filter,
    order: Order,
    after: Option<&PagePosition>,
    limit: usize,
) -> rusqlite::Result<Vec<PagePosition>> {
    let (compare, direction) = order.sql();
    let mut conditions = filter.conditions();
    if let Some(after) = after {
        conditions.and(&format!("d.id {compare} ?"), after.id.clone());
    }
    let Some(names) = filter.names(connection)? else {
        return places(connection, &conditions, &format!("ORDER BY d.id {direction}"), limit);
    };
    let mut merged = Vec::new();
    for name in names {
        let mut of_name = conditions.clone();
        of_name.and("d.event = ?", name);
        merged.extend(places(connection, &of_name, &format!("ORDER BY d.id {direction}"), limit)?);
    }
    merged.sort_unstable();
    if order == Order::NewestFirst {
        merged.reverse();
    }
    merged.truncate(limit);
    Ok(merged)
}

fn places(
    connection: &Connection,
    conditions: &Conditions,
    order: &str,
    limit: usize,
) -> rusqlite::Result<Vec<PagePosition>> {
    let sql = format!("SELECT d.id, d.seq FROM deliveries d{} {order} LIMIT ?", conditions.sql());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = conditions.values.iter().cloned().chain([Value::Integer(limit)]);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map(params_from_iter(values), |row| Ok(PagePosition { id: row.get(0)?, seq: row.get(1)? }))?;
    rows.collect()
}

/// Lists in the order of storage. Uses the index for indexed bodies and scans the rest.
fn searched(
    connection: &Connection,
    filter: &Filter,
    order: Order,
    after: Option<&PagePosition>,
    limit: usize,
) -> rusqlite::Result<Vec<PagePosition>> {
    let indexed: i64 = connection.query_row("SELECT up_to FROM indexed", [], |row| row.get(0))?;
    let mut found = Vec::new();
    let parts = match order {
        Order::NewestFirst => [false, true],
        Order::OldestFirst => [true, false],
    };
    for by_index in parts {
        let rest = limit - found.len();
        found.extend(searched_part(connection, filter, order, after, (indexed, by_index), rest)?);
    }
    Ok(found)
}

fn searched_part(
    connection: &Connection,
    filter: &Filter,
    order: Order,
    after: Option<&PagePosition>,
    (indexed, by_index): (i64, bool),
    limit: usize,
) -> rusqlite::Result<Vec<PagePosition>> {
    let Some(search) = &filter.search else { return Ok(Vec::new()) };
    let mut conditions = filter.conditions();
    let (from, row) = if by_index {
        conditions.and("words MATCH ?", search.expression());
        (
            "words CROSS JOIN deliveries d ON d.seq = words.rowid CROSS JOIN contents c ON c.seq = d.seq",
            "words.rowid",
        )
    } else {
        conditions.and("d.seq > ?", indexed);
        ("deliveries d CROSS JOIN contents c ON c.seq = d.seq", "d.seq")
    };
    let (compare, direction) = order.sql();
    if let Some(after) = after {
        conditions.and(&format!("{row} {compare} ?"), after.seq);
    }
    let names = filter.names(connection)?;
    let sql = format!(
        "SELECT d.id, d.seq, d.event, c.body FROM {from}{} ORDER BY {row} {direction}",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&conditions.values))?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let event = row.get_ref(2)?.as_str_or_null()?;
        let named = names.as_ref().is_none_or(|names| event.is_some_and(|e| names.iter().any(|n| n == e)));
        if named && search.matches(row.get_ref(3)?.as_blob()?) {
            found.push(PagePosition { id: row.get(0)?, seq: row.get(1)? });
        }
    }
    Ok(found)
}
