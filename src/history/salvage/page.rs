//! Reads the cells of a b-tree page, and the records in them. Every number in a page may be wrong, so every access is
//! checked.

use rusqlite::types::Value;

use super::images::{Images, View, word};

const TABLE_LEAF: u8 = 0x0d;
const INDEX_LEAF: u8 = 0x0a;
const INDEX_INTERIOR: u8 = 0x02;
/// Limit on the size of a record. The largest body that `listen` accepts is far smaller.
const LARGEST: u64 = 1 << 30;

/// What a page contains, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    /// Rows of a table.
    Rows,
    /// Entries of an index.
    Entries,
}

/// A cell of a page.
pub(super) struct PageCell<'p> {
    /// Where it begins in the page.
    pub(super) offset: usize,
    /// The row's number; 0 in an index.
    pub(super) rowid: i64,
    size: usize,
    /// The part of the record that is in this page.
    pub(super) local: &'p [u8],
    /// The page with the rest of the record; 0 for none.
    rest: u32,
}

/// The kind of a page, and the offsets of its cells.
pub(super) fn cells(page: &[u8], number: u32) -> Option<(PageKind, Vec<usize>)> {
    // The first page begins with the header of the file.
    let start = if number == 1 { 100 } else { 0 };
    let (kind, header) = match *page.get(start)? {
        TABLE_LEAF => (PageKind::Rows, 8),
        INDEX_LEAF => (PageKind::Entries, 8),
        INDEX_INTERIOR => (PageKind::Entries, 12),
        _ => return None,
    };
    let short = |at: usize| page.get(at..at + 2).map(|two| usize::from(two[0]) << 8 | usize::from(two[1]));
    let count = short(start + 3)?;
    let offsets = (0..count).map_while(|cell| short(start + header + 2 * cell)).collect();
    Some((kind, offsets))
}

/// The cell at an offset; `None` if it cannot be one.
pub(super) fn cell(page: &[u8], kind: PageKind, is_interior: bool, offset: usize) -> Option<PageCell<'_>> {
    let mut at = offset + if is_interior { 4 } else { 0 };
    let size = varint(page, &mut at)?;
    if size > LARGEST {
        return None;
    }
    let size = usize::try_from(size).ok()?;
    let rowid = if kind == PageKind::Rows { varint(page, &mut at)?.cast_signed() } else { 0 };
    let usable = page.len();
    let largest = if kind == PageKind::Rows { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    if size <= largest {
        return Some(PageCell { offset, rowid, size, local: page.get(at..at + size)?, rest: 0 });
    }
    let smallest = (usable - 12) * 32 / 255 - 23;
    let fitting = smallest + (size - smallest) % (usable - 4);
    let here = if fitting <= largest { fitting } else { smallest };
    let local = page.get(at..at + here)?;
    page.get(at + here..at + here + 4)?;
    Some(PageCell { offset, rowid, size, local, rest: word(page, at + here) })
}

/// Whether the cells of a page begin with the number of another page.
pub(super) fn is_interior(page: &[u8], number: u32) -> bool {
    page.get(if number == 1 { 100 } else { 0 }) == Some(&INDEX_INTERIOR)
}

impl PageCell<'_> {
    /// The whole record. Its rest is read from other pages, in this view.
    pub(super) fn record(&self, images: &Images, view: View) -> Option<Vec<u8>> {
        let mut record = self.local.to_vec();
        let mut next = self.rest;
        while record.len() < self.size {
            let page = images.read(images.image(next, view)).filter(|_| next != 0)?;
            let part = (self.size - record.len()).min(page.len() - 4);
            record.extend_from_slice(&page[4..4 + part]);
            next = word(&page, 0);
        }
        Some(record)
    }

    /// Whether a part of the record is in other pages.
    pub(super) fn has_rest(&self) -> bool {
        self.rest != 0
    }
}

/// The types of a record's columns, which are at its beginning, and where its values begin.
pub(super) fn types(record: &[u8]) -> Option<(Vec<u64>, usize)> {
    let mut at = 0;
    let end = usize::try_from(varint(record, &mut at)?).ok()?;
    let mut types = Vec::new();
    while at < end {
        types.push(varint(record, &mut at)?);
        if types.len() > 64 {
            return None;
        }
    }
    Some((types, end))
}

/// The size of a value of this type.
fn size_of(kind: u64) -> Option<usize> {
    Some(match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => usize::try_from((kind - 12) / 2).ok()?,
    })
}

/// The first values of a record, at most `limit`.
pub(super) fn values(record: &[u8], limit: usize) -> Option<Vec<Value>> {
    let (types, mut at) = types(record)?;
    let mut values = Vec::with_capacity(types.len().min(limit));
    for kind in types.into_iter().take(limit) {
        let bytes = record.get(at..at.checked_add(size_of(kind)?)?)?;
        at += bytes.len();
        values.push(value(kind, bytes)?);
    }
    Some(values)
}

fn value(kind: u64, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        0 => Value::Null,
        1..=6 => {
            let negative = bytes.first().is_some_and(|first| *first > 0x7f);
            let start = if negative { -1 } else { 0 };
            Value::Integer(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
        }
        7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        _ if kind.is_multiple_of(2) => Value::Blob(bytes.to_vec()),
        _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
    })
}

/// A number of one to nine bytes.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0_u64;
    for _ in 0..8 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some(number);
        }
    }
    let byte = *bytes.get(*at)?;
    *at += 1;
    Some(number << 8 | u64::from(byte))
}
