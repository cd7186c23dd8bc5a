//! What arrived, kept on disk: a SQLite file that several processes share.
//!
//! **Acknowledged means on disk.** [`History::append`] resolves once the delivery is in the file and the file was
//! synced. One thread writes; whatever is waiting when it gets to it shares one commit, so that the cost of a
//! sync is shared as well and grows smaller the busier it is. It never blocks the runtime.
//!
//! What is kept is bounded ([`Limits`]): the writer prunes in small steps when nothing is waiting. Refused
//! requests have a small share of their own, so that a flood of strangers pushes out nothing genuine.
//!
//! No secret is ever in the file: a secret's name only, and headers that carry credentials are masked before
//! they are stored.
//!
//! | file | holds |
//! | --- | --- |
//! | `settings.rs` | where the file is, and how much is kept |
//! | `file.rs`, `make.rs` | opening it: pragmas; making it: folder, rights, a lock |
//! | `live.rs` | the file that is written, and whether it is still in its place |
//! | `health.rs` | what those who wait are told of the writer |
//! | `schema.rs` | its tables, and how an older file becomes a newer one |
//! | `row.rs` | a delivery, or a record from elsewhere, made ready for the file |
//! | `work.rs`, `writer.rs` | the thread, and what it is asked for: batches, commits, housekeeping |
//! | `insert.rs`, `prune.rs` | rows into it, and out of it |
//! | `search.rs` | the index of words, and what a search means |
//! | `query/` | reading |
//! | `compare.rs` | two deliveries compared |
//! | `foreign.rs` | deliveries imported from an exported line, or from a capture |
//! | `mask.rs` | personal data in a body replaced by masks |
//! | `stats.rs` | counts and times of many |

mod compare;
mod error;
mod file;
mod foreign;
mod insert;
mod live;
mod mask;
mod prune;
mod query;
mod row;
mod schema;
mod search;
mod settings;
mod stats;
mod work;
mod writer;

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

use crate::delivery::{Delivery, Forwarded, StoredDelivery};

pub(crate) use compare::{BodyComparison, Comparison, compare};
pub use error::HistoryError;
pub(crate) use foreign::NotARecord;
pub(crate) use mask::MaskKey;
pub use prune::{Pruned, prune_now};
pub use query::{Filter, HistoryPage, HistoryReader, Oldest, Order, Reference, StatusRange};
pub use row::Extra;
pub use search::Search;
pub use settings::{HistoryLimits, HistorySettings, default_file};
pub(crate) use stats::{AnswerTally, Stats};

use live::LiveFile;
use row::{RelayRow, Row};
use work::{Reply, WriterWork};
use writer::Health;

/// Deliveries that may wait for the writer at a time. At a thousand a second, which no Zoom account sends, that
/// is a second's worth.
const WAITING: usize = 1024;
/// How long one may wait. Zoom gives up after 3 s and sends again what was answered with 503, so the answer has
/// to be there in time.
const PATIENCE: Duration = Duration::from_millis(2_000);

/// A handle on the history of this process. Clones share one writer.
#[derive(Debug, Clone)]
pub struct History {
    work: mpsc::Sender<WriterWork>,
    slots: Arc<Semaphore>,
    settings: Arc<HistorySettings>,
    health: Arc<Health>,
}

impl History {
    /// Opens the file, makes it where there is none, and starts the writer.
    ///
    /// # Errors
    /// See [`HistoryError`]: no folder, no rights, not a history, a newer version's, a corrupt one.
    pub fn open(settings: &HistorySettings) -> Result<Self, HistoryError> {
        let live = LiveFile::open(&settings.file)?;
        let (work, queue) = mpsc::channel();
        let health = Arc::new(Health::default());
        writer::start(live, settings.clone(), queue, health.clone())?;
        let slots = Arc::new(Semaphore::new(WAITING));
        Ok(Self { work, slots, settings: Arc::new(settings.clone()), health })
    }

    /// Keeps a delivery; resolves once it is on disk. Deliveries that wait at the same time share one commit.
    ///
    /// # Errors
    /// [`HistoryError::Behind`] when that takes longer than Zoom waits; the disk is full, the file cannot be
    /// written. The delivery must then not be acknowledged.
    pub async fn append(&self, delivery: &Delivery, extra: &Extra) -> Result<(), HistoryError> {
        let row = Box::new(Row::of_delivery(delivery, extra, &self.settings.masked_headers));
        self.ask(|reply| WriterWork::Append(row, reply)).await
    }

    /// Adds what became of a delivery at the user's app, where that is known only after the acknowledgement.
    ///
    /// # Errors
    /// As [`History::append`]. A delivery that is not kept (any more) is passed over.
    pub async fn amend(&self, id: &str, forwarded: &[Forwarded]) -> Result<(), HistoryError> {
        let relays = forwarded
            .iter()
            .map(|forwarded| RelayRow::of(forwarded, &self.settings.masked_headers))
            .collect();
        self.ask(|reply| WriterWork::Amend { id: id.to_owned(), relays, reply }).await
    }

    /// Keeps a record from elsewhere: an export, or a capture. `false` where its id is kept already.
    ///
    /// # Errors
    /// As [`History::append`].
    pub async fn import(&self, record: StoredDelivery) -> Result<bool, HistoryError> {
        let row = Box::new(Row::of_record(record, &self.settings.masked_headers));
        match self.ask(|reply| WriterWork::Append(row, reply)).await {
            Err(HistoryError::Known) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// How many deliveries are kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count(&self) -> Result<u64, HistoryError> {
        HistoryReader::open(&self.settings.file)?.map_or(Ok(0), |reader| reader.count())
    }

    /// Where it is and how much it keeps.
    #[must_use]
    pub fn settings(&self) -> &HistorySettings {
        &self.settings
    }

    /// Whether the file was gone, moved away or deleted, and a new one was made in its place, since this was asked
    /// last.
    #[must_use]
    pub fn was_started_anew(&self) -> bool {
        self.health.take_started_anew()
    }

    /// Ends the writer once everything that is waiting is on disk.
    pub async fn close(self) {
        let (done, closed) = oneshot::channel();
        if self.work.send(WriterWork::Close(done)).is_ok() {
            // A writer that is gone has closed the file.
            let _ = closed.await;
        }
    }

    async fn ask(&self, work: impl FnOnce(Reply) -> WriterWork) -> Result<(), HistoryError> {
        let asked = async {
            let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| HistoryError::Closed)?;
            let (sender, answer) = oneshot::channel();
            self.work.send(work(Reply::new(sender, slot))).map_err(|_| HistoryError::Closed)?;
            answer.await.map_err(|_| HistoryError::Closed)?
        };
        let in_time = tokio::time::timeout(PATIENCE, asked).await;
        in_time.unwrap_or_else(|_| Err(self.health.failing().unwrap_or(HistoryError::Behind(PATIENCE))))
    }
}
