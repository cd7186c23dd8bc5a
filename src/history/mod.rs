//! Stores received deliveries in a SQLite file that several processes share. The entry points are [`History`] for
//! writing and [`HistoryReader`] for reading.
//!
//! **Acknowledged means on disk.** [`History::append`] resolves once the delivery is committed and the file is
//! synced. One thread writes. Deliveries that wait at the same time share one commit and one sync. Appending never
//! blocks the runtime.
//!
//! The file size is bounded ([`HistoryLimits`]): the writer prunes in small steps while it is idle. Refused requests have
//! their own small share, so that a flood of them cannot push out genuine deliveries.
//!
//! The file never contains a secret, only a secret's name. Headers that carry credentials are masked before they are
//! stored.
//!
//! | file | contents |
//! | --- | --- |
//! | `settings.rs` | the location of the file and its limits |
//! | `checksum.rs` | proves that a row is read as it was stored |
//! | `check.rs`, `totals.rs` | looks for damage: in the background, and in the counts |
//! | `aside.rs` | moves a damaged file out of the way |
//! | `salvage/` | reads a damaged file page by page |
//! | `repair.rs` | recovers what can be read from damaged files |
//! | `file.rs` | creates and opens the file: folder, permissions, lock, pragmas |
//! | `health.rs` | whether the file can be read and written, without changing it |
//! | `live.rs` | the open file, and whether its path still refers to it |
//! | `checkpoint.rs` | moves the log into the file beside the writer |
//! | `schema.rs` | tables and migrations |
//! | `queue_lock.rs` | whether the session with a delivery in its queue still runs |
//! | `row.rs` | a delivery or an imported record, prepared for the file |
//! | `work.rs`, `writer.rs` | the writer thread and its queue: batches, commits, maintenance |
//! | `insert.rs`, `prune.rs` | inserts and deletes rows |
//! | `search.rs` | full-text search and its index |
//! | `query/` | reading |
//! | `compare.rs` | compares two deliveries |
//! | `foreign.rs` | imports an exported line or a capture |
//! | `mask.rs` | replaces personal data with masks |
//! | `stats.rs` | counts and percentiles |

mod aside;
mod check;
mod checkpoint;
mod checksum;
mod compare;
#[cfg(test)]
mod damage_tests;
mod error;
mod file;
mod foreign;
mod health;
mod insert;
mod live;
mod mask;
mod prune;
mod query;
mod queue_lock;
mod repair;
mod row;
mod salvage;
mod schema;
mod search;
mod settings;
mod stats;
mod totals;
mod work;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc as channel;
use tokio::sync::{Semaphore, oneshot};

use crate::delivery::{Delivery, Forwarded, LateForwarded, LateKind, PendingDelivery, StoredDelivery};

pub use aside::copies_of;
pub(crate) use compare::{BodyComparison, Comparison, compare};
pub use error::HistoryError;
pub(crate) use foreign::NotARecord;
pub(crate) use health::{HistoryHealth, examine};
pub(crate) use mask::MaskKey;
pub(crate) use prune::settle_now;
pub use prune::{Pruned, delete_now, prune_now};
pub use query::{Filter, HistoryPage, HistoryReader, Oldest, Order, Reference, StatusRange};
pub(crate) use query::{PlotPoint, Readable};
pub(crate) use repair::{Repaired, repair};
pub use row::Extra;
pub use salvage::Lost;
pub use search::Search;
pub use settings::{HistoryLimits, HistorySettings, default_file};
pub(crate) use stats::{AnswerTally, Counted, CountedOutcome, Stats};

use insert::Amendment;
use queue_lock::QueueLock;
use row::{RelayRow, Row};
use work::{Reply, WriterWork};
use writer::Health;

/// Limit on deliveries in the writer's queue: one second at 1,000 deliveries per second, which no Zoom account sends.
const QUEUE_LIMIT: usize = 1024;
/// Limit on the time until a delivery is on disk. Zoom gives up after 3 s and retries after a 503, so the 503 must be
/// sent earlier than that.
const WRITE_TIMEOUT: Duration = Duration::from_millis(2_000);

/// A handle to the history of this process. Clones share one writer.
#[derive(Debug, Clone)]
pub struct History {
    work: Arc<mpsc::Sender<WriterWork>>,
    slots: Arc<Semaphore>,
    settings: Arc<HistorySettings>,
    health: Arc<Health>,
    /// `None` inside: there is no way to show other processes that this one runs.
    holder: Arc<OnceLock<Option<QueueLock>>>,
    /// `None` once it was taken.
    replaced: Arc<Mutex<Option<channel::UnboundedReceiver<Replaced>>>>,
}

/// A new file has taken the place of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// The file was moved or deleted while it was in use.
    Moved,
    /// The file is damaged.
    Damaged {
        /// What is damaged.
        reason: String,
        /// The new path of the damaged file.
        moved_to: PathBuf,
    },
}

impl History {
    /// Opens the file, creates it if it does not exist, and starts the writer. A damaged history is moved aside, and a
    /// new one is created ([`Self::take_replaced`]).
    ///
    /// # Errors
    /// [`HistoryError`]: no folder, no permission, not a history, or a newer version.
    pub fn open(settings: &HistorySettings) -> Result<Self, HistoryError> {
        let (work, queue) = mpsc::channel();
        let (replaced, receiver) = channel::unbounded_channel();
        let (work, health) = (Arc::new(work), Arc::new(Health::default()));
        writer::start(settings.clone(), queue, Arc::downgrade(&work), health.clone(), replaced)?;
        let slots = Arc::new(Semaphore::new(QUEUE_LIMIT));
        let replaced = Arc::new(Mutex::new(Some(receiver)));
        let holder = Arc::default();
        Ok(Self { work, slots, settings: Arc::new(settings.clone()), health, holder, replaced })
    }

    /// Stores a delivery and resolves once it is on disk. Deliveries that wait at the same time share one commit.
    ///
    /// # Errors
    /// [`HistoryError::Behind`] if writing takes too long; other variants if the disk is full or the file cannot be
    /// written. The caller must not acknowledge the delivery then.
    pub async fn append(&self, delivery: &Delivery, extra: &Extra) -> Result<(), HistoryError> {
        let row = self.row_of(delivery, extra);
        self.submit(|reply| WriterWork::Append(row, reply)).await
    }

    /// Stores a delivery that the app has not answered yet. [`Self::complete`] adds the answer. If the session ends before
    /// that, it is known after `until` that there is none.
    ///
    /// # Errors
    /// The same as [`History::append`].
    pub async fn append_pending(
        &self,
        pending: &PendingDelivery,
        until: SystemTime,
        extra: &Extra,
    ) -> Result<(), HistoryError> {
        let row = Box::new(Row::of_pending(pending, until, extra, &self.settings.masked_headers));
        self.submit(|reply| WriterWork::Append(row, reply)).await
    }

    /// Stores a delivery that may have been stored with [`Self::append_pending`], as [`Self::append`] does.
    ///
    /// # Errors
    /// The same as [`History::append`].
    pub async fn complete(&self, delivery: &Delivery, extra: &Extra) -> Result<(), HistoryError> {
        let row = self.row_of(delivery, extra);
        self.submit(|reply| WriterWork::Complete(row, reply)).await
    }

    fn row_of(&self, delivery: &Delivery, extra: &Extra) -> Box<Row> {
        let holder = || self.holder.get_or_init(|| QueueLock::new(&self.settings.file).ok());
        let holder = delivery.is_queued.then(holder).and_then(|holder| holder.as_ref().map(|own| own.number));
        Box::new(Row::of_delivery(delivery, holder, extra, &self.settings.masked_headers))
    }

    /// Adds the outcomes of forwarding that are known only after the acknowledgement. Ignores a delivery that is not
    /// in the history.
    ///
    /// # Errors
    /// The same as [`History::append`].
    pub async fn amend(&self, late: &LateForwarded) -> Result<(), HistoryError> {
        let masked = &self.settings.masked_headers;
        let relays = late.forwarded.iter().map(|forwarded| RelayRow::of(forwarded, masked)).collect();
        let was_taken = || late.forwarded.iter().any(Forwarded::is_delivered);
        let amendment = match late.kind {
            LateKind::Queued { tries_again: false } => Amendment::Last,
            LateKind::Replay if was_taken() => Amendment::TakenReplay,
            LateKind::Queued { tries_again: true } | LateKind::Replay | LateKind::Copy => Amendment::Further,
        };
        let id = late.id.clone();
        self.submit(|reply| WriterWork::Amend { id, relays, amendment, reply }).await
    }

    /// Stores a delivery that was recovered from a damaged file, as it was. Returns `false` if its id is already in the
    /// history.
    ///
    /// # Errors
    /// The same as [`History::append`].
    pub(crate) async fn restore(&self, record: StoredDelivery) -> Result<bool, HistoryError> {
        self.store_record(Row::of_record(record, &[])).await
    }

    /// Stores an imported record. Returns `false` if its id is already in the history.
    ///
    /// # Errors
    /// The same as [`History::append`].
    pub async fn import(&self, record: StoredDelivery) -> Result<bool, HistoryError> {
        self.store_record(Row::of_record(record, &self.settings.masked_headers)).await
    }

    async fn store_record(&self, row: Row) -> Result<bool, HistoryError> {
        let row = Box::new(row);
        match self.submit(|reply| WriterWork::Append(row, reply)).await {
            Err(HistoryError::Known) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// The number of stored deliveries.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count(&self) -> Result<u64, HistoryError> {
        HistoryReader::open(&self.settings.file)?.map_or(Ok(0), |reader| reader.count())
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &HistorySettings {
        &self.settings
    }

    /// Reports each new file that takes the place of the history, from the start on. Ends with the writer. `None` if it
    /// was taken before.
    #[must_use]
    pub fn take_replaced(&self) -> Option<channel::UnboundedReceiver<Replaced>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Flushes the queue to disk and stops the writer.
    pub async fn close(self) {
        let (done, closed) = oneshot::channel();
        if self.work.send(WriterWork::Close(done)).is_ok() {
            // An error means that the writer has already stopped and closed the file.
            let _ = closed.await;
        }
    }

    async fn submit(&self, work: impl FnOnce(Reply) -> WriterWork) -> Result<(), HistoryError> {
        let written = async {
            let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| HistoryError::Closed)?;
            let (sender, answer) = oneshot::channel();
            self.work.send(work(Reply::new(sender, slot))).map_err(|_| HistoryError::Closed)?;
            answer.await.map_err(|_| HistoryError::Closed)?
        };
        let in_time = tokio::time::timeout(WRITE_TIMEOUT, written).await;
        in_time.unwrap_or_else(|_| Err(self.health.failing().unwrap_or(HistoryError::Behind(WRITE_TIMEOUT))))
    }
}
