//! The thread that writes: takes whatever is waiting, commits it as one, tells all that wait. When nothing is
//! waiting it keeps house, in steps that are short enough to be in nobody's way.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};
use std::{fs, thread};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::insert::{self, Added};
use super::row::{RelayRow, Row};
use super::{HistoryError, Settings, prune, search};

/// Bytes of one commit: more would keep the first of a batch waiting for the last.
const BATCH: usize = 8 << 20;
/// A pause after which nobody seems to be waiting.
const IDLE: Duration = Duration::from_millis(20);
/// How often an idle history looks for what has grown too old.
const RECHECK: Duration = Duration::from_secs(10 * 60);
/// Commits without a pause after which a step of housekeeping is due all the same.
const BUSY_COMMITS: u32 = 64;
/// Bytes of the write-ahead log from which on a checkpoint does not wait for a pause.
const LOG: u64 = 64 << 20;

/// Something for the thread to do.
pub(super) enum Work {
    Append(Box<Row>, Reply),
    Amend {
        id: String,
        relays: Vec<RelayRow>,
        reply: Reply,
    },
    /// Everything before it is on disk when this is answered.
    Close(oneshot::Sender<()>),
}

/// The way back to whoever waits, and its place among those.
pub(super) struct Reply {
    sender: oneshot::Sender<Result<(), HistoryError>>,
    _slot: OwnedSemaphorePermit,
}

impl Reply {
    pub(super) fn new(sender: oneshot::Sender<Result<(), HistoryError>>, slot: OwnedSemaphorePermit) -> Self {
        Self { sender, _slot: slot }
    }

    fn send(self, result: Result<(), HistoryError>) {
        // Whoever has stopped waiting has answered with 503 by now.
        let _ = self.sender.send(result);
    }
}

impl Work {
    /// Whether nobody waits for it any more: the request was answered with 503 and will come again.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Append(_, reply) | Self::Amend { reply, .. } => reply.sender.is_closed(),
            Self::Close(_) => false,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Append(row, _) => row.bytes(),
            Self::Amend { relays, .. } => relays.iter().map(RelayRow::bytes).sum(),
            Self::Close(_) => 0,
        }
    }
}

/// Starts the thread. It ends with [`Work::Close`], or when all handles are gone.
pub(super) fn start(
    connection: Connection,
    settings: Settings,
    queue: Receiver<Work>,
) -> Result<(), HistoryError> {
    let path = settings.file.clone();
    let writer = Writer { log: log_of(&settings), connection, settings, queue, busy_commits: 0 };
    let started = thread::Builder::new().name("history".into()).spawn(move || writer.run());
    started.map(|_| ()).map_err(|error| HistoryError::Failed { path, reason: error.to_string() })
}

fn log_of(settings: &Settings) -> PathBuf {
    let mut name = settings.file.clone().into_os_string();
    name.push("-wal");
    name.into()
}

struct Writer {
    connection: Connection,
    settings: Settings,
    queue: Receiver<Work>,
    log: PathBuf,
    busy_commits: u32,
}

impl Writer {
    fn run(mut self) {
        let mut pause = IDLE;
        loop {
            match self.queue.recv_timeout(pause) {
                Ok(first) => {
                    let (batch, close) = self.waiting(first);
                    self.commit(batch);
                    if let Some(done) = close {
                        // The last one to close the file also folds the log into it.
                        let _ = self.connection.close();
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
    fn waiting(&self, first: Work) -> (Vec<Work>, Option<oneshot::Sender<()>>) {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut next = Some(first);
        while let Some(work) = next {
            if let Work::Close(done) = work {
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

    fn commit(&mut self, batch: Vec<Work>) {
        if batch.is_empty() {
            return;
        }
        match self.write(&batch) {
            Ok(results) => {
                batch.into_iter().zip(results).for_each(|(work, result)| answer(work, result));
            }
            Err(error) => batch.into_iter().for_each(|work| answer(work, Err(error.clone()))),
        }
    }

    /// One transaction. A row that cannot be stored for a reason of its own fails alone; any other error undoes
    /// all.
    fn write(&mut self, batch: &[Work]) -> Result<Vec<Result<(), HistoryError>>, HistoryError> {
        let path = &self.settings.file;
        let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut added = Added::default();
        let mut results = Vec::with_capacity(batch.len());
        for work in batch {
            match write_one(&transaction, work, &mut added) {
                Ok(()) => results.push(Ok(())),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    results.push(Err(HistoryError::Known));
                }
                Err(error) => return Err(failed(error)),
            }
        }
        added.write(&transaction).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(results)
    }

    /// One step of each kind; whether there is more to do. What fails here fails again at the next commit, where
    /// somebody can be told.
    fn keep_house(&mut self) -> bool {
        self.busy_commits = 0;
        let now = SystemTime::now();
        let pruned = prune::step(&mut self.connection, &self.settings.limits, now).unwrap_or(0);
        let indexed = search::index_step(&mut self.connection).unwrap_or(0);
        if pruned + indexed > 0 {
            return true;
        }
        let _ = self.checkpoint();
        false
    }

    fn keep_house_when_busy(&mut self) {
        self.busy_commits += 1;
        if self.busy_commits < BUSY_COMMITS {
            return;
        }
        self.busy_commits = 0;
        let _ = prune::step(&mut self.connection, &self.settings.limits, SystemTime::now());
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG) {
            let _ = self.checkpoint();
        }
    }

    /// Folds the log into the file as far as no reader needs it.
    fn checkpoint(&self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
    }
}

fn write_one(transaction: &Transaction<'_>, work: &Work, added: &mut Added) -> Result<(), rusqlite::Error> {
    match work {
        Work::Append(row, _) => insert::append(transaction, row, added),
        Work::Amend { id, relays, .. } => insert::amend(transaction, id, relays, added),
        Work::Close(_) => Ok(()),
    }
}

fn answer(work: Work, result: Result<(), HistoryError>) {
    match work {
        Work::Append(_, reply) | Work::Amend { reply, .. } => reply.send(result),
        Work::Close(done) => drop(done),
    }
}
