//! Reads what can be read of a damaged history: page by page, from its tables and from its log, without the tree that
//! leads to the pages. The entry point is [`salvage`].
//!
//! A row is accepted only if its checksum proves it, so that a wrong number in a page cannot make up a delivery. Rows of
//! an older version have no checksum; they are accepted as they are. The result is a temporary database with the tables of
//! a history, which the usual reader reads. It has no name and vanishes when it is closed.
//!
//! | file | contents |
//! | --- | --- |
//! | `images.rs` | the pages in the file and in the log |
//! | `page.rs` | cells and records |

mod images;
mod page;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params, params_from_iter};

use super::checksum::{self, DELIVERY_COLUMNS, LATER_COLUMNS, RELAY_COLUMNS};
use super::query::load;
use super::{HistoryError, HistoryReader, check, file, schema, totals};

use images::{Image, ImageAge, Images, View};
use page::PageKind;

/// Columns of a delivery that a file of the first version has.
const FEWEST_COLUMNS: usize = 21;
/// Position of the number of the app's answers, in the columns of a delivery.
const ANSWERS: usize = FEWEST_COLUMNS;
/// Position of whether a delivery was imported.
const IMPORTED: usize = FEWEST_COLUMNS + 1;
/// Position of the first of [`LATER_COLUMNS`].
const LATER: usize = FEWEST_COLUMNS + 2;
/// Type of a text with 26 characters, which an id has.
const ID: u64 = 26 * 2 + 13;
/// Bytes of a log that are looked at whenever the history is opened, which takes some hundredths of a second. The writer
/// keeps the log at half of this. A reader that does not end can make it longer.
const LOOKED_AT: u64 = 32 << 20;
/// Delay before a damaged log is believed: another process may be writing to it.
const SECOND_LOOK: Duration = Duration::from_millis(50);

/// What was read of a damaged history.
pub(crate) struct Salvaged {
    /// Everything that was recovered.
    pub(crate) reader: HistoryReader,
    pub(crate) lost: Lost,
    /// The lost deliveries, with their ids if they are known.
    pub(crate) missing: Vec<Option<String>>,
}

/// What could not be recovered, as far as the file shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Deliveries of which only traces are left, such as an entry in an index.
    pub deliveries: u64,
    /// Whether the count in the file, or an undamaged structure, confirms that these are all. Otherwise there may be more.
    pub is_exact: bool,
    /// Answers of the app to deliveries that were recovered.
    pub answers: u64,
}

/// Reads everything that can be read of the history at `path`.
pub(super) fn salvage(path: &Path) -> Result<Salvaged, HistoryError> {
    let unopened =
        |error: std::io::Error| HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() };
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    // As long as it is open, no other process removes pages of the log that are still needed.
    let snapshot = Snapshot::open(path);
    let images = Images::open(path).map_err(unopened)?;
    let found = Found::of(&images);
    let connection = temporary().map_err(failed)?;
    let proven = Proven::write(&images, &found, snapshot.unchecked, &connection).map_err(failed)?;
    let is_lost = |(seq, id): &(&i64, &Option<String>)| {
        !proven.seqs.contains(seq) && id.as_ref().is_none_or(|id| !proven.ids.contains(id))
    };
    let missing: Vec<_> = found.traces.iter().filter(is_lost).map(|(_, id)| id.clone()).collect();
    let deliveries = missing.len() as u64;
    let all = deliveries + proven.seqs.len() as u64;
    // SQLite does not see what is in a damaged log.
    let rows = if images.has_gap { None } else { snapshot.sound_rows() };
    let is_exact = [snapshot.count, rows].contains(&Some(all));
    let lost = Lost { deliveries, is_exact, answers: proven.lost_answers };
    Ok(Salvaged { reader: HistoryReader::over(connection, path), lost, missing })
}

/// Whether the file at `path` is a history, although SQLite cannot read it. Any other file must not be moved.
pub(super) fn is_history(path: &Path) -> bool {
    let Ok(images) = Images::open(path) else { return false };
    let has_mark = [View::Current, View::File].into_iter().any(|view| {
        let first = images.read(images.image(1, view)).unwrap_or_default();
        images::word(&first, 68) == schema::APPLICATION_ID
    });
    has_mark || salvage(path).and_then(|found| found.reader.count()).is_ok_and(|count| count > 0)
}

/// An error about a file in which nothing shows that it is a history says so.
pub(super) fn named(error: HistoryError, path: &Path) -> HistoryError {
    match error {
        HistoryError::Corrupt { path: of, reason } if !is_history(path) => {
            HistoryError::NotAHistory { path: of, reason }
        }
        other => other,
    }
}

/// Whether the log is damaged before its last commit. SQLite reads it only up to the damage and reports no error. Looks at
/// the first [`LOOKED_AT`] bytes.
pub(super) fn has_damaged_log(path: &Path) -> bool {
    let looks_damaged = || Images::open_first(path, LOOKED_AT).is_ok_and(|images| images.has_gap);
    looks_damaged() && {
        thread::sleep(SECOND_LOOK);
        looks_damaged()
    }
}

/// A temporary history.
fn temporary() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open("")?;
    schema::create(&mut connection)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    Ok(connection)
}

/// A read transaction of SQLite, if the file is not too damaged for one.
struct Snapshot {
    connection: Option<Connection>,
    /// The last sequence number without a checksum.
    unchecked: i64,
    /// The number of deliveries, if the file has a plausible one.
    count: Option<u64>,
}

impl Snapshot {
    fn open(path: &Path) -> Self {
        let connection = file::open_to_read_back(path).ok();
        let begun = connection.filter(|connection| connection.execute_batch("BEGIN").is_ok());
        let count = begun.as_ref().and_then(|begun| totals::read(begun).ok()).map(|totals| totals.count);
        let unchecked = begun.as_ref().and_then(|begun| load::unchecked_up_to(begun).ok()).unwrap_or(0);
        Self { connection: begun, unchecked, count }
    }

    /// The number of rows, if the structure of the file is not damaged. A damaged count alone loses nothing.
    fn sound_rows(&self) -> Option<u64> {
        check::sound_rows(self.connection.as_ref()?).ok().flatten()
    }
}

/// Where a row is.
#[derive(Debug, Clone, Copy)]
struct Place {
    image: Image,
    offset: usize,
}

/// The rows that were found, by sequence number, in the order in which they are to be tried. And traces of deliveries: the
/// sequence numbers that the current pages mention, with the id if it is known.
#[derive(Default)]
struct Found {
    deliveries: BTreeMap<i64, Vec<Place>>,
    contents: HashMap<i64, Vec<Place>>,
    relays: HashMap<i64, Vec<Place>>,
    traces: HashMap<i64, Option<String>>,
}

impl Found {
    fn of(images: &Images) -> Self {
        let mut found = Self::default();
        let all = images.all();
        let is_deleted = |page, age| age == ImageAge::Current && images.is_free(page);
        for (page, image, age) in &all {
            if !is_deleted(*page, *age) && *age != ImageAge::Older {
                found.read(images, *page, *image, *age, i64::MIN);
            }
        }
        // What was pruned is not brought back: the oldest rows are pruned first.
        let first = found.traces.keys().copied().min().unwrap_or(i64::MIN);
        for (page, image, age) in &all {
            if is_deleted(*page, *age) || *age == ImageAge::Older {
                found.read(images, *page, *image, ImageAge::Older, first);
            }
        }
        found
    }

    /// Adds the rows of a page from sequence number `first` on.
    fn read(&mut self, images: &Images, page: u32, image: Image, age: ImageAge, first: i64) {
        let Some(bytes) = images.read(image) else { return };
        let Some((kind, offsets)) = page::cells(&bytes, page) else { return };
        let is_interior = page::is_interior(&bytes, page);
        for offset in offsets {
            let Some(cell) = page::cell(&bytes, kind, is_interior, offset) else { continue };
            let Some(row) = Recognized::of(kind, &cell) else { continue };
            if row.seq() < first {
                continue;
            }
            let place = Place { image, offset: cell.offset };
            let seq = row.seq();
            match &row {
                Recognized::Delivery(_) => self.deliveries.entry(seq).or_default().push(place),
                Recognized::Contents(_) => self.contents.entry(seq).or_default().push(place),
                Recognized::Relay(_) => self.relays.entry(seq).or_default().push(place),
                Recognized::Entry(..) => {}
            }
            if age == ImageAge::Current && !matches!(row, Recognized::Relay(_)) {
                let known = self.traces.entry(seq).or_default();
                if let Recognized::Entry(_, id) = row {
                    *known = Some(id);
                }
            }
        }
    }
}

/// A row, recognized by the types of its columns.
enum Recognized {
    Delivery(i64),
    Contents(i64),
    Relay(i64),
    /// An entry of an index: sequence number and id.
    Entry(i64, String),
}

impl Recognized {
    fn of(kind: PageKind, cell: &page::PageCell<'_>) -> Option<Self> {
        const NULL: u64 = 0;
        let (types, _) = page::types(cell.local)?;
        let is_blob = |kind: u64| kind >= 12 && kind.is_multiple_of(2);
        let is_text = |kind: u64| kind >= 13 && !kind.is_multiple_of(2);
        let is_number = |kind: u64| matches!(kind, 1..=6 | 8 | 9);
        match (kind, types.as_slice()) {
            (PageKind::Rows, [NULL, ID, ..]) if types.len() >= FEWEST_COLUMNS => {
                Some(Self::Delivery(cell.rowid))
            }
            (PageKind::Rows, [NULL, headers, body] | [NULL, headers, body, _])
                if is_blob(*headers) && is_blob(*body) =>
            {
                Some(Self::Contents(cell.rowid))
            }
            (PageKind::Rows, [seq, position, target, ..])
                if is_number(*seq)
                    && is_number(*position)
                    && is_text(*target)
                    && types.len() > RELAY_COLUMNS.len() =>
            {
                match page::values(cell.local, 1)?.pop()? {
                    Value::Integer(seq) => Some(Self::Relay(seq)),
                    _ => None,
                }
            }
            // The indexes by id, by event and id, and by verdict and id.
            (PageKind::Entries, [ID, seq] | [_, ID, seq]) if is_number(*seq) && !cell.has_rest() => {
                let mut values = page::values(cell.local, types.len())?;
                let (Value::Integer(seq), Value::Text(id)) = (values.pop()?, values.pop()?) else {
                    return None;
                };
                ulid::Ulid::from_string(&id).is_ok().then_some(Self::Entry(seq, id))
            }
            _ => None,
        }
    }

    fn seq(&self) -> i64 {
        match self {
            Self::Delivery(seq) | Self::Contents(seq) | Self::Relay(seq) | Self::Entry(seq, _) => *seq,
        }
    }
}

/// The values of a row, from the page where it begins and, in a view, from those where it continues.
fn rows(images: &Images, place: Place) -> Vec<Vec<Value>> {
    let Some(bytes) = images.read(place.image) else { return Vec::new() };
    let Some(cell) = page::cell(&bytes, PageKind::Rows, false, place.offset) else { return Vec::new() };
    let views: &[View] =
        if cell.has_rest() { &[View::Current, View::Newest, View::File] } else { &[View::Current] };
    let records = views.iter().filter_map(|view| cell.record(images, *view));
    records.filter_map(|record| page::values(&record, usize::MAX)).collect()
}

/// What was recovered.
#[derive(Default)]
struct Proven {
    seqs: HashSet<i64>,
    ids: HashSet<String>,
    lost_answers: u64,
}

impl Proven {
    /// Writes every delivery that can be proven to a temporary history.
    fn write(
        images: &Images,
        found: &Found,
        unchecked: i64,
        connection: &Connection,
    ) -> rusqlite::Result<Self> {
        let mut proven = Self::default();
        let transaction = connection.unchecked_transaction()?;
        transaction.execute("UPDATE unchecked SET up_to = ?", [unchecked])?;
        for (seq, places) in &found.deliveries {
            let contents = found.contents.get(seq).map(Vec::as_slice).unwrap_or_default();
            let Some(row) = prove(images, places, contents, *seq <= unchecked) else { continue };
            let relays = found.relays.get(seq).map(Vec::as_slice).unwrap_or_default();
            proven.add(images, &transaction, *seq, row, (relays, *seq <= unchecked))?;
        }
        let count = i64::try_from(proven.seqs.len()).unwrap_or(i64::MAX);
        transaction.execute("UPDATE totals SET count = ? WHERE share = 0", [count])?;
        transaction.commit()?;
        Ok(proven)
    }

    fn add(
        &mut self,
        images: &Images,
        transaction: &Connection,
        seq: i64,
        row: ProvenRow,
        (places, is_unchecked): (&[Place], bool),
    ) -> rusqlite::Result<()> {
        let ProvenRow { delivery, contents } = row;
        let Some(Value::Text(id)) = delivery.get(1).cloned() else { return Ok(()) };
        let mut relays = BTreeMap::new();
        for values in places.iter().flat_map(|place| rows(images, *place)) {
            if let Some((position, values)) = prove_relay(&id, seq, values, is_unchecked) {
                relays.entry(position).or_insert(values);
            }
        }
        // Only the first ones in a row can be stored again.
        let usable = (0..).zip(relays.keys()).take_while(|(at, position)| at == *position).count();
        // These columns change, so they are not proven.
        let imported = delivery.get(IMPORTED).cloned();
        let later = [0, 1].map(|at| delivery.get(LATER + at).cloned().unwrap_or(Value::Null));
        let expected = match delivery.get(ANSWERS) {
            Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or(0).min(places.len() as u64 + 64),
            _ => usable as u64,
        };
        let mut delivery = delivery;
        delivery.truncate(FEWEST_COLUMNS);
        let is_refused = !matches!(delivery.get(7), Some(Value::Null));
        for (column, number) in [(4, i64::from(is_refused)), (5, 0)] {
            if let Some(value) = delivery.get_mut(column) {
                *value = Value::Integer(number);
            }
        }
        if !matches!(delivery.get(2), Some(Value::Integer(_))) {
            return Ok(());
        }
        delivery[0] = Value::Integer(seq);
        let marks = vec!["?"; LATER + LATER_COLUMNS.len()].join(", ");
        let answers = Value::Integer(i64::try_from(usable).unwrap_or(0));
        let values = delivery.into_iter().chain([answers, imported.clone().unwrap_or(Value::Integer(0))]);
        let values = values.chain(later);
        let inserted = transaction
            .prepare_cached(&format!("INSERT OR IGNORE INTO deliveries VALUES ({marks})"))?
            .execute(params_from_iter(values))?;
        if inserted == 0 {
            return Ok(());
        }
        if imported.is_none() {
            let mark =
                format!("UPDATE deliveries SET imported = 1 WHERE seq = ? AND {}", schema::WAS_IMPORTED);
            transaction.prepare_cached(&mark)?.execute([seq])?;
        }
        let [headers, body, checksum] = contents;
        transaction
            .prepare_cached("INSERT INTO contents (seq, headers, body, checksum) VALUES (?, ?, ?, ?)")?
            .execute(params![seq, headers, body, checksum])?;
        for values in relays.into_values().take(usable) {
            let marks = vec!["?"; values.len()].join(", ");
            transaction
                .prepare_cached(&format!("INSERT INTO relays VALUES ({marks})"))?
                .execute(params_from_iter(values))?;
        }
        self.lost_answers += expected.saturating_sub(usable as u64);
        self.seqs.insert(seq);
        self.ids.insert(id);
        Ok(())
    }
}

/// A delivery whose parts belong together and are as they were stored.
struct ProvenRow {
    /// The columns of `deliveries`.
    delivery: Vec<Value>,
    /// Headers, body and checksum.
    contents: [Value; 3],
}

/// Finds the two parts of a delivery that prove each other.
fn prove(images: &Images, places: &[Place], contents: &[Place], is_unchecked: bool) -> Option<ProvenRow> {
    let mut deliveries: Vec<Vec<Value>> = Vec::new();
    for values in places.iter().flat_map(|place| rows(images, *place)) {
        if values.len() >= FEWEST_COLUMNS && !deliveries.contains(&values) {
            deliveries.push(values);
        }
        // The log repeats a page for each commit, and nearly always the first one is good.
        for place in contents {
            for part in rows(images, *place) {
                let [_, headers, body, rest @ ..] = part.as_slice() else { continue };
                let checksum = rest.first().cloned().unwrap_or(Value::Null);
                for delivery in &deliveries {
                    if is_proven(delivery, [headers, body], &checksum, is_unchecked) {
                        let contents = [headers.clone(), body.clone(), checksum];
                        return Some(ProvenRow { delivery: delivery.clone(), contents });
                    }
                }
            }
        }
    }
    None
}

fn is_proven(delivery: &[Value], contents: [&Value; 2], checksum: &Value, is_unchecked: bool) -> bool {
    match checksum {
        // The columns of the checksum, in their order in the table: all but seq, stored_ms, share and bytes.
        Value::Integer(checksum) => {
            let covered = delivery.iter().enumerate().filter(|(column, _)| ![0, 2, 4, 5].contains(column));
            let covered = covered.map(|(_, value)| value).take(DELIVERY_COLUMNS.len() - 1);
            let covered = covered.chain(delivery.get(IMPORTED)).chain(contents).map(ValueRef::from);
            let value = |at: usize| delivery.get(at).map_or(ValueRef::Null, ValueRef::from);
            let later = checksum::later([value(LATER), value(LATER + 1)]);
            checksum::of_values(covered.chain(later)) == *checksum
        }
        Value::Null => is_unchecked,
        _ => false,
    }
}

/// The position of an answer of the app and its columns, if it is as it was stored.
fn prove_relay(id: &str, seq: i64, mut values: Vec<Value>, is_unchecked: bool) -> Option<(i64, Vec<Value>)> {
    let columns = 1 + RELAY_COLUMNS.len();
    values.resize(columns + 1, Value::Null);
    let covered = values.get(1..columns)?;
    let is_proven = match values.get(columns)? {
        Value::Integer(checksum) => {
            // In the order of the checksum: position to took_us, headers, body.
            let values = covered.iter().map(ValueRef::from);
            checksum::of_values([checksum::text(id)].into_iter().chain(values)) == *checksum
        }
        Value::Null => is_unchecked,
        _ => false,
    };
    match (values.get(1)?, is_proven) {
        (Value::Integer(position), true) => {
            let position = *position;
            *values.first_mut()? = Value::Integer(seq);
            Some((position, values))
        }
        _ => None,
    }
}
