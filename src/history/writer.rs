//! The thread that writes: takes whatever is waiting, commits it as one, tells all that wait. When nothing is
//! waiting it keeps house, in steps that are short enough to be in nobody's way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::insert::{self, Added};
use super::live::LiveFile;
use super::work::WriterWork;
use super::{HistoryError, HistorySettings, file, prune, search};

/// Bytes of one commit: more would keep the first of a batch waiting for the last.
const BATCH: usize = 8 << 20;
/// A pause after which nobody seems to be waiting.
const IDLE: Duration = Duration::from_millis(20);
/// How often an idle history looks for what has grown too old.
const RECHECK: Duration = Duration::from_secs(10 * 60);
/// Rows without a pause after which a step of housekeeping is due all the same. A step prunes twice as many, so that
/// a flood without a pause does not outgrow what is pruned.
const BUSY_ROWS: usize = 100;
/// Bytes that are written until a checkpoint does not wait for a pause. All wait for it: this much takes some
/// milliseconds. A larger log would have to be folded less often, but is no cheaper to fold, and a small one is written
/// over and over in the same place.
const LOG: usize = 8 << 20;
/// Files that are tried for a batch. A file that is moved away between two commits is followed by a new one; who
/// does so again and again is not kept up with.
const FILES: u32 = 3;

/// Starts the thread. It ends with [`Work::Close`], or when all handles are gone.
pub(super) fn start(
    live: LiveFile,
    settings: HistorySettings,
    queue: Receiver<WriterWork>,
    health: Arc<Health>,
) -> Result<(), HistoryError> {
    let path = settings.file.clone();
    let writer = Writer { live: Some(live), settings, queue, health, busy_rows: 0, logged: 0 };
    let started = thread::Builder::new().name("history".into()).spawn(move || writer.run());
    started.map(|_| ()).map_err(|error| HistoryError::Failed { path, reason: error.to_string() })
}

struct Writer {
    /// `None` after the file was moved away and before another could be opened.
    live: Option<LiveFile>,
    settings: HistorySettings,
    queue: Receiver<WriterWork>,
    health: Arc<Health>,
    busy_rows: usize,
    /// Bytes that were written since the last checkpoint. The size of the file does not tell: it stays as large as
    /// it ever was.
    logged: usize,
}

impl Writer {
    fn run(mut self) {
        let mut pause = IDLE;
        loop {
            match self.queue.recv_timeout(pause) {
                Ok(first) => {
                    let (batch, close) = self.waiting(first);
                    self.busy_rows += batch.len();
                    self.logged += batch.iter().map(WriterWork::size).sum::<usize>();
                    self.commit(batch);
                    if let Some(done) = close {
                        if let Some(live) = self.live.take() {
                            live.close();
                        }
                        let _ = done.send(());
                        return;
                    }
                    self.keep_house_when_busy();
                    pause = IDLE;
                }
                Err(RecvTimeoutError::Timeout) => pause = if self.keep_house() { IDLE } else { RECHECK },
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// The first and whatever waits behind it, up to the limit of a batch.
    fn waiting(&self, first: WriterWork) -> (Vec<WriterWork>, Option<oneshot::Sender<()>>) {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut next = Some(first);
        while let Some(work) = next {
            if let WriterWork::Close(done) = work {
                return (batch, Some(done));
            }
            bytes += work.size();
            if !work.is_abandoned() {
                batch.push(work);
            }
            next = if bytes < BATCH { self.queue.try_recv().ok() } else { None };
        }
        (batch, None)
    }

    fn commit(&mut self, batch: Vec<WriterWork>) {
        if batch.is_empty() {
            return;
        }
        let written = self.write_in_place(&batch);
        self.health.after(written.as_ref().err());
        match written {
            Ok(results) => {
                batch.into_iter().zip(results).for_each(|(work, result)| work.answer(result));
            }
            Err(error) => batch.into_iter().for_each(|work| work.answer(Err(error.clone()))),
        }
    }

    /// Writes, and again where the file was moved away meanwhile: what was committed into that one, nobody would
    /// find.
    fn write_in_place(
        &mut self,
        batch: &[WriterWork],
    ) -> Result<Vec<Result<(), HistoryError>>, HistoryError> {
        let path = self.settings.file.clone();
        let failed = |error: rusqlite::Error| HistoryError::of(&path, &error);
        for _ in 0..FILES {
            let live = self.file_in_place()?;
            live.sync_at_commit(true).map_err(failed)?;
            let mut results = write(&mut live.connection, batch).map_err(failed);
            if matches!(results, Err(HistoryError::DiskFull { .. })) && live.checkpoint().is_ok() {
                // A log that is folded into the file is written anew from its beginning, and needs no more room.
                results = write(&mut live.connection, batch).map_err(failed);
            }
            if live.is_in_place() {
                return results;
            }
        }
        Err(HistoryError::Moved { path })
    }

    /// The file that has the name of the history: another one where the last was moved away or deleted.
    fn file_in_place(&mut self) -> Result<&mut LiveFile, HistoryError> {
        if let Some(gone) = self.live.take_if(|live| !live.is_in_place()) {
            gone.leave();
            self.health.started_anew();
        }
        match &mut self.live {
            Some(live) => Ok(live),
            none => Ok(none.insert(LiveFile::open(&self.settings.file)?)),
        }
    }

    /// One step of each kind; whether there is more to do.
    fn keep_house(&mut self) -> bool {
        self.busy_rows = 0;
        let Some(live) = &mut self.live else { return false };
        let limits = &self.settings.limits;
        let done = without_waiting(live, |connection| {
            let pruned = prune::step(connection, limits, SystemTime::now())?;
            Ok(pruned + search::index_step(connection)?)
        });
        match done {
            Ok(0) => {
                self.logged = 0;
                let _ = live.checkpoint();
                false
            }
            Ok(_) => true,
            // Another process is at it. Any other failure comes again at the next commit, where somebody can be told.
            Err(error) => error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy),
        }
    }

    fn keep_house_when_busy(&mut self) {
        let Some(live) = self.live.as_mut().filter(|_| self.busy_rows >= BUSY_ROWS) else { return };
        // A batch may be larger than what a step deletes.
        let steps = self.busy_rows.div_ceil(BUSY_ROWS);
        self.busy_rows = 0;
        let limits = &self.settings.limits;
        let _ = without_waiting(live, |connection| {
            (0..steps).try_for_each(|_| prune::step(connection, limits, SystemTime::now()).map(|_| ()))
        });
        if self.logged > LOG {
            self.logged = 0;
            let _ = live.checkpoint();
        }
    }
}

/// Housekeeping gives way to another process that is writing: deliveries may be waiting behind it. Nobody waits for
/// the disk to have it: the next commit syncs what was written before.
fn without_waiting<T>(
    live: &mut LiveFile,
    step: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    live.connection.busy_timeout(Duration::ZERO)?;
    let done = live.sync_at_commit(false).and_then(|()| step(&mut live.connection));
    file::wait_for_others(&mut live.connection)?;
    done
}

/// One transaction. A row that cannot be stored for a reason of its own fails alone; any other error undoes all.
fn write(
    connection: &mut Connection,
    batch: &[WriterWork],
) -> rusqlite::Result<Vec<Result<(), HistoryError>>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut added = Added::default();
    let mut results = Vec::with_capacity(batch.len());
    for work in batch {
        match write_one(&transaction, work, &mut added) {
            Ok(()) => results.push(Ok(())),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                results.push(Err(HistoryError::Known));
            }
            Err(error) => return Err(error),
        }
    }
    added.write(&transaction)?;
    transaction.commit()?;
    Ok(results)
}

fn write_one(
    transaction: &Transaction<'_>,
    work: &WriterWork,
    added: &mut Added,
) -> Result<(), rusqlite::Error> {
    match work {
        WriterWork::Append(row, _) => insert::append(transaction, row, added),
        WriterWork::Amend { id, relays, .. } => insert::amend(transaction, id, relays, added),
        WriterWork::Close(_) => Ok(()),
    }
}

/// Shared by the writer and its handles.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Why the last commit failed; `None` after one that did not.
    failing: Mutex<Option<HistoryError>>,
    started_anew: AtomicBool,
}

impl Health {
    /// A commit was tried.
    pub(super) fn after(&self, failed: Option<&HistoryError>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = failed.cloned();
    }

    /// What is likely to keep the next commit waiting.
    pub(super) fn failing(&self) -> Option<HistoryError> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The file was gone and another takes its place.
    pub(super) fn started_anew(&self) {
        self.started_anew.store(true, Ordering::Relaxed);
    }

    /// Whether that happened since it was asked last.
    pub(super) fn take_started_anew(&self) -> bool {
        // Nearly always false: a plain load is cheaper than a swap.
        self.started_anew.load(Ordering::Relaxed) && self.started_anew.swap(false, Ordering::Relaxed)
    }
}
