//! The writer thread: takes all queued jobs, commits them in one transaction, reads them back, and sends the results.
//! While it is idle it prunes, indexes and checkpoints in small steps. A damaged file is moved aside, and a new one takes
//! its place. The entry point is [`start`].

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::check::Check;
use super::insert::{self, Added};
use super::live::LiveFile;
use super::row::Row;
use super::work::WriterWork;
use super::{HistoryError, HistorySettings, Replaced, aside, file, prune, salvage, search};

/// Limit on the bytes of one commit: the first job of a larger batch would wait too long.
const BATCH: usize = 8 << 20;
/// The writer counts as idle after this time without a job.
const IDLE: Duration = Duration::from_millis(20);
/// How often an idle writer checks for deliveries that are too old.
const RECHECK: Duration = Duration::from_secs(10 * 60);
/// Rows after which a busy writer runs a maintenance step. A step prunes twice as many rows, so that pruning keeps up
/// with a constant flood.
const BUSY_ROWS: usize = 100;
/// Bytes after which a checkpoint starts beside a busy writer. A commit that needs the disk at the same time waits for it,
/// so that a larger log makes the slowest answers slower, and not the average one faster.
const LOG: usize = 512 << 10;
/// Limit on attempts to write a batch. A file that is moved during a commit is replaced with a new one; after this many
/// attempts the batch fails.
const FILES: u32 = 3;
/// Limit on damaged files that one process moves aside. A disk that damages more of them is not trusted with another one.
const MOST_DAMAGED: u32 = 8;

/// Opens the file and starts the thread. It ends after [`WriterWork::Close`] or when all handles are dropped. `work`
/// leads to `queue`.
pub(super) fn start(
    settings: HistorySettings,
    queue: Receiver<WriterWork>,
    work: Weak<Sender<WriterWork>>,
    health: Arc<Health>,
    replaced: mpsc::UnboundedSender<Replaced>,
) -> Result<(), HistoryError> {
    let path = settings.file.clone();
    let mut writer = Writer {
        live: None,
        settings,
        queue,
        work,
        health,
        replaced,
        check: None,
        files: 0,
        is_checked: false,
        damaged: 0,
        busy_rows: 0,
        logged: 0,
    };
    writer.file_in_place()?;
    let started = thread::Builder::new().name("history".into()).spawn(move || writer.run());
    started.map(|_| ()).map_err(|error| HistoryError::Failed { path, reason: error.to_string() })
}

struct Writer {
    /// `None` after the file was moved, until another one is open.
    live: Option<LiveFile>,
    settings: HistorySettings,
    queue: Receiver<WriterWork>,
    /// Leads to the queue, for results of checks. The handles keep it alive.
    work: Weak<Sender<WriterWork>>,
    health: Arc<Health>,
    replaced: mpsc::UnboundedSender<Replaced>,
    /// The check of the open file, which may have ended.
    check: Option<Check>,
    /// How many files were opened.
    files: u64,
    /// Whether the check of the open file has ended.
    is_checked: bool,
    /// How many damaged files were moved aside.
    damaged: u32,
    busy_rows: usize,
    /// Bytes written since the last checkpoint. The log's file size does not show this, because it does not shrink.
    logged: usize,
}

impl Writer {
    fn run(mut self) {
        let mut pause = IDLE;
        loop {
            match self.queue.recv_timeout(pause) {
                Ok(first) => {
                    let (batch, close) = self.next_batch(first);
                    self.busy_rows += batch.len();
                    self.logged += batch.iter().map(WriterWork::size).sum::<usize>();
                    self.commit(batch);
                    if let Some(done) = close {
                        self.stop_check();
                        if let Some(live) = self.live.take() {
                            live.close();
                        }
                        let _ = done.send(());
                        return;
                    }
                    self.maintain_when_busy();
                    pause = IDLE;
                }
                Err(RecvTimeoutError::Timeout) => pause = if self.maintain() { IDLE } else { RECHECK },
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// The first job and the queued jobs after it, up to the size limit of a batch.
    fn next_batch(&self, first: WriterWork) -> (Vec<WriterWork>, Option<oneshot::Sender<()>>) {
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

    fn commit(&mut self, mut batch: Vec<WriterWork>) {
        batch.retain(|work| {
            let WriterWork::Checked { number, damage } = work else { return true };
            if *number == self.files {
                self.checked(damage.as_deref());
            }
            false
        });
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

    /// Takes the result of the check of the open file.
    fn checked(&mut self, damage: Option<&str>) {
        self.is_checked = true;
        if let Some(reason) = damage {
            // An error recurs at the next delivery and is reported there.
            let _ = self.replace_damaged(reason);
        }
    }

    /// Writes the batch and reads it back. Does so again if the file was moved in the meantime, because readers would
    /// not find what was committed to the moved file, or if the file is damaged and was replaced.
    fn write_in_place(
        &mut self,
        batch: &[WriterWork],
    ) -> Result<Vec<Result<(), HistoryError>>, HistoryError> {
        let path = self.settings.file.clone();
        let failed = |error: rusqlite::Error| HistoryError::of(&path, &error);
        // What an earlier attempt has stored. It may be in this file as well, if only its log was replaced.
        let mut stored = vec![false; batch.len()];
        for _ in 0..FILES {
            let live = self.file_in_place()?;
            live.sync_at_commit(true).map_err(failed)?;
            let mut results = write(&mut live.connection, batch).map_err(failed);
            if matches!(results, Err(HistoryError::DiskFull { .. })) && live.checkpoint().is_ok() {
                // After a checkpoint SQLite reuses the log from its start, so the log does not grow.
                results = write(&mut live.connection, batch).map_err(failed);
            }
            let results = results.and_then(|mut results| {
                for (result, was_stored) in results.iter_mut().zip(&mut stored) {
                    if *was_stored && matches!(result, Err(HistoryError::Known)) {
                        *result = Ok(());
                    }
                    *was_stored |= result.is_ok();
                }
                live.read_back(added(batch, &results))?;
                Ok(results)
            });
            if !live.is_in_place() {
                continue;
            }
            match results {
                Err(HistoryError::Corrupt { reason, .. }) => self.replace_damaged(&reason)?,
                results => return results,
            }
        }
        Err(HistoryError::Moved { path })
    }

    /// Moves the open file aside, because it is damaged, and opens a new one.
    fn replace_damaged(&mut self, reason: &str) -> Result<(), HistoryError> {
        let path = &self.settings.file;
        if self.damaged == MOST_DAMAGED {
            return Err(HistoryError::Corrupt { path: path.clone(), reason: reason.to_owned() });
        }
        self.stop_check();
        // Another process may have found the same damage first.
        if let Some(live) = self.live.take_if(|live| live.is_in_place()) {
            live.abandon();
            self.move_aside(reason)?;
        }
        self.file_in_place().map(|_| ())
    }

    fn move_aside(&mut self, reason: &str) -> Result<(), HistoryError> {
        let moved_to = aside::move_aside(&self.settings.file, SystemTime::now())?;
        self.damaged += 1;
        // An error means that no one wants to know.
        let _ = self.replaced.send(Replaced::Damaged { reason: reason.to_owned(), moved_to });
        Ok(())
    }

    fn stop_check(&mut self) {
        if let Some(check) = self.check.take() {
            check.stop();
        }
    }

    /// The open file, or a new one if the last was moved or deleted.
    fn file_in_place(&mut self) -> Result<&mut LiveFile, HistoryError> {
        if let Some(gone) = self.live.take_if(|live| !live.is_in_place()) {
            self.stop_check();
            gone.leave();
            let _ = self.replaced.send(Replaced::Moved);
        }
        if self.live.is_none() {
            let opened = self.open()?;
            self.live = Some(opened);
            self.files += 1;
            let work = self.work.upgrade().map(|work| (*work).clone());
            self.check = work.and_then(|work| Check::start(&self.settings.file, self.files, work));
            self.is_checked = self.check.is_none();
        }
        self.live.as_mut().ok_or(HistoryError::Closed)
    }

    /// Opens the file. A damaged history is moved aside first. A file that may belong to another program is not touched.
    fn open(&mut self) -> Result<LiveFile, HistoryError> {
        let path = self.settings.file.clone();
        if salvage::has_damaged_log(&path) && salvage::is_history(&path) {
            // SQLite would read it up to the damage and overwrite the rest.
            self.move_aside("its log is damaged before its last commit")?;
        }
        match LiveFile::open(&path).map_err(|error| salvage::named(error, &path)) {
            Err(HistoryError::Corrupt { reason, .. }) if self.damaged < MOST_DAMAGED => {
                self.move_aside(&reason)?;
                LiveFile::open(&path)
            }
            opened => opened,
        }
    }

    /// Runs one step of pruning and one of indexing. Returns whether there is more to do.
    fn maintain(&mut self) -> bool {
        self.busy_rows = 0;
        let Some(live) = &mut self.live else { return false };
        let limits = self.is_checked.then_some(&self.settings.limits);
        let done = without_waiting(live, |connection| {
            let pruned = match limits {
                Some(limits) => prune::step(connection, limits, SystemTime::now())?,
                None => 0,
            };
            Ok(pruned + search::index_step(connection)?)
        });
        match done {
            Ok(0) => {
                self.logged = 0;
                let _ = live.checkpoint();
                false
            }
            Ok(_) => true,
            // Busy: another process is writing.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => true,
            Err(error) => {
                if let HistoryError::Corrupt { reason, .. } = HistoryError::of(&self.settings.file, &error) {
                    let _ = self.replace_damaged(&reason);
                }
                // Any other error recurs at the next commit and is reported there.
                false
            }
        }
    }

    fn maintain_when_busy(&mut self) {
        let is_due = self.is_checked && self.busy_rows >= BUSY_ROWS;
        let Some(live) = self.live.as_mut().filter(|_| is_due) else { return };
        // A batch may have more rows than one step deletes.
        let steps = self.busy_rows.div_ceil(BUSY_ROWS);
        self.busy_rows = 0;
        let (limits, now) = (&self.settings.limits, SystemTime::now());
        if prune::is_due(&live.connection, limits, now).unwrap_or(false) {
            let _ = without_waiting(live, |connection| {
                (0..steps).try_for_each(|_| prune::step(connection, limits, now).map(|_| ()))
            });
        }
        if self.logged > LOG && live.checkpoint_beside() {
            self.logged = 0;
        }
    }
}

/// Runs a maintenance step without waiting for another process and without a sync, because deliveries may be waiting.
/// The next commit syncs what the step wrote.
fn without_waiting<T>(
    live: &mut LiveFile,
    step: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    live.connection.busy_timeout(Duration::ZERO)?;
    let done = live.sync_at_commit(false).and_then(|()| step(&mut live.connection));
    file::wait_for_others(&mut live.connection)?;
    done
}

/// The deliveries that a batch has added or completed, as they are in the file after it.
fn added<'b>(
    batch: &'b [WriterWork],
    results: &'b [Result<(), HistoryError>],
) -> impl Iterator<Item = &'b Row> {
    // A slow disk puts both states of a delivery into one batch.
    let completed: HashSet<&str> = batch
        .iter()
        .filter_map(|work| match work {
            WriterWork::Complete(row, _) => Some(row.id.as_str()),
            _ => None,
        })
        .collect();
    batch.iter().zip(results).filter_map(move |(work, result)| match work {
        WriterWork::Append(row, _) if completed.contains(row.id.as_str()) => None,
        WriterWork::Append(row, _) | WriterWork::Complete(row, _) if result.is_ok() => Some(&**row),
        _ => None,
    })
}

/// Writes a batch in one transaction. A duplicate id fails alone; any other error rolls back the batch.
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
        WriterWork::Complete(row, _) => insert::complete(transaction, row, added),
        WriterWork::Amend { id, relays, amendment, .. } => {
            insert::amend(transaction, id, relays, *amendment, added)
        }
        WriterWork::Checked { .. } | WriterWork::Close(_) => Ok(()),
    }
}

/// The writer's health, shared with its handles.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Why the last commit failed; `None` if it succeeded.
    failing: Mutex<Option<HistoryError>>,
}

impl Health {
    /// Records the result of a commit.
    pub(super) fn after(&self, failed: Option<&HistoryError>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = failed.cloned();
    }

    /// The error of the last commit, which probably delays the next one too.
    pub(super) fn failing(&self) -> Option<HistoryError> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
