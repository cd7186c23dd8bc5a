//! Everything that can be read, also of a damaged history. The entry point is [`Readable`].

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use super::page::PagePosition;
use super::{Filter, HistoryReader, Order};
use crate::delivery::StoredDelivery;
use crate::history::salvage::{self, Salvaged};
use crate::history::{HistoryError, Lost, aside};

/// Page size.
const STREAMED: usize = 200;

/// Streams matching deliveries, the oldest first. Reads the history as usual. When it comes upon damage, it reads the
/// file page by page and continues with what it has not returned yet. Damaged files that were moved aside come last, as
/// long as they are not repaired.
pub(crate) struct Readable<'f> {
    path: PathBuf,
    filter: &'f Filter,
    aside: VecDeque<PathBuf>,
    /// `None` when it is read to its end.
    reader: Option<HistoryReader>,
    next: Option<PagePosition>,
    page: std::vec::IntoIter<StoredDelivery>,
    /// The ids that were returned before the first damage. A list takes less memory than a set.
    returned: Vec<u128>,
    /// The ids that were returned, once there is damage.
    known: HashSet<u128>,
    damage: Option<FoundDamage>,
}

#[derive(Default)]
struct FoundDamage {
    missing: Vec<Option<u128>>,
    may_be_more: bool,
    answers: u64,
}

impl<'f> Readable<'f> {
    /// Opens the history; `None` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be opened, belongs to another program or a newer version, or nothing in it shows that it is a
    /// history.
    pub(crate) fn open(path: &Path, filter: &'f Filter) -> Result<Option<Self>, HistoryError> {
        let mut readable = Self {
            path: path.to_owned(),
            filter,
            aside: aside::damaged(path).unwrap_or_default().into(),
            reader: None,
            next: None,
            page: Vec::new().into_iter(),
            returned: Vec::new(),
            known: HashSet::new(),
            damage: None,
        };
        let opened = if salvage::has_damaged_log(path) {
            Err(HistoryError::Corrupt { path: path.to_owned(), reason: "its log is damaged".to_owned() })
        } else {
            HistoryReader::open(path)
        };
        match opened {
            Ok(None) if readable.aside.is_empty() => return Ok(None),
            Ok(reader) => readable.reader = reader,
            Err(HistoryError::Corrupt { .. } | HistoryError::Foreign { .. }) if salvage::is_history(path) => {
                readable.salvage(path)?;
            }
            Err(error) => return Err(error),
        }
        Ok(Some(readable))
    }

    /// What could not be read, once everything else is returned; `None` if there is no damage.
    pub(crate) fn lost(&self) -> Option<Lost> {
        let damage = self.damage.as_ref()?;
        let is_lost = |id: &&Option<u128>| id.is_none_or(|id| !self.known.contains(&id));
        let deliveries = damage.missing.iter().filter(is_lost).count() as u64;
        Some(Lost { deliveries, is_exact: !damage.may_be_more, answers: damage.answers })
    }

    /// Continues with what can be read of a damaged file.
    fn salvage(&mut self, path: &Path) -> Result<(), HistoryError> {
        let Salvaged { reader, lost, missing } = salvage::salvage(path)?;
        self.known.extend(self.returned.drain(..));
        (self.reader, self.next) = (Some(reader), None);
        let damage = self.damage.get_or_insert_default();
        damage.missing.extend(missing.into_iter().map(|id| id.map(|id| number(&id))));
        damage.may_be_more |= !lost.is_exact;
        damage.answers += lost.answers;
        Ok(())
    }

    /// Reads the next page. Returns whether there may be more.
    fn advance(&mut self) -> Result<bool, HistoryError> {
        let Some(reader) = &self.reader else {
            let Some(aside) = self.aside.pop_front() else { return Ok(false) };
            return self.salvage(&aside).map(|()| true);
        };
        let read = reader.page(self.filter, Order::OldestFirst, self.next.as_ref(), STREAMED);
        let is_salvaged = self.damage.is_some();
        let is_damaged = match read {
            Ok(page) => {
                let is_last = page.next.is_none();
                let is_damaged =
                    !is_salvaged && (page.unreadable > 0 || (is_last && !reader.lists_every_row()?));
                let mut deliveries = page.deliveries;
                if is_salvaged {
                    deliveries.retain(|stored| self.known.insert(number(&stored.id)));
                } else {
                    self.returned.extend(deliveries.iter().map(|stored| number(&stored.id)));
                }
                (self.page, self.next) = (deliveries.into_iter(), page.next);
                if is_last {
                    self.reader = None;
                }
                is_damaged
            }
            Err(HistoryError::Corrupt { .. }) if !is_salvaged => true,
            Err(error) => return Err(error),
        };
        if is_damaged {
            self.salvage(&self.path.clone())?;
        }
        Ok(true)
    }
}

impl Iterator for Readable<'_> {
    type Item = Result<StoredDelivery, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(delivery) = self.page.next() {
                return Some(Ok(delivery));
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.reader = None;
                    self.aside.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}

/// The number of an id, which takes less memory. Other texts do not occur as ids.
fn number(id: &str) -> u128 {
    ulid::Ulid::from_string(id).map_or(0, u128::from)
}
