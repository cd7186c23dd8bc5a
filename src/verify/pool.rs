//! Judges batches on all cores, and reports the results in order.
//!
//! Each batch gets a slot in the order when it is dispatched. The number of slots is limited, which bounds the memory.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::feed::{self, Batch, FeedWork};
use super::{VerifyPlan, VerifyStep};
use crate::capture::{self, Capture, Format, Record};
use crate::verify::{CaptureJudge, Unreadable, VerifyOutcome};

/// Batches in progress per core: one that is judged, and some that wait.
const SLOTS: usize = 4;

/// A batch, and the channel for its result.
struct Job {
    batch: Batch,
    done: SyncSender<VerifyStep>,
}

/// The slot of a batch in the order.
struct Slot {
    source: Arc<str>,
    step: Receiver<VerifyStep>,
    end: Option<Format>,
}

/// Reads, judges and reports.
pub(super) fn run(
    plan: &VerifyPlan,
    judge: &CaptureJudge,
    mut report: impl FnMut(VerifyStep) -> ControlFlow<()>,
) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, work) = sync_channel::<Job>(cores * SLOTS);
    let (slots, order) = sync_channel::<Slot>(cores * SLOTS);
    let work = Mutex::new(work);
    thread::scope(|scope| {
        scope.spawn(move || feed::run(plan, &mut |batch| dispatch(batch, &jobs, &slots)));
        for _ in 0..cores {
            scope.spawn(|| judge_all(&work, judge));
        }
        let mut numbering = Numbering::default();
        for slot in order {
            // A core that panicked is reported when the threads are joined.
            let Ok(step) = slot.step.recv() else { break };
            if report(numbering.number(step, &slot.source, slot.end)).is_break() {
                break;
            }
        }
    });
}

fn dispatch(batch: Batch, jobs: &SyncSender<Job>, slots: &SyncSender<Slot>) -> bool {
    let (done, step) = sync_channel(1);
    let end = match batch.work {
        FeedWork::End(format) => Some(format),
        _ => None,
    };
    let slot = Slot { source: Arc::clone(&batch.origin.name), step, end };
    // The slot first: once the receiver of slots is dropped, no further batch is judged.
    slots.send(slot).is_ok() && jobs.send(Job { batch, done }).is_ok()
}

fn judge_all(work: &Mutex<Receiver<Job>>, judge: &CaptureJudge) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { batch, done }) = next else { return };
        // Fails if the receiver ended early.
        let _ = done.send(feed::judge_batch(batch, judge));
    }
}

/// Numbers the requests of each source, and reports a source without requests.
#[derive(Default)]
struct Numbering {
    source: Option<Arc<str>>,
    next: usize,
    is_skipped: bool,
}

impl Numbering {
    fn number(&mut self, mut step: VerifyStep, source: &Arc<str>, end: Option<Format>) -> VerifyStep {
        // The same file may be given twice, as two sources.
        if !self.source.as_ref().is_some_and(|known| Arc::ptr_eq(known, source)) {
            *self = Self { source: Some(Arc::clone(source)), next: 0, is_skipped: false };
        }
        self.is_skipped |= step.skipped.is_some();
        for outcome in &mut step.outcomes {
            outcome.index = self.next;
            self.next += 1;
        }
        if let Some(format) = end.filter(|_| self.next == 0 && !self.is_skipped) {
            let result = Err(Unreadable::NoRequest { format });
            step.outcomes.push(VerifyOutcome { source: Arc::clone(source), index: 0, result });
        }
        step
    }
}

/// A part of a source.
#[derive(Debug)]
pub enum SourcePiece {
    /// A line in zoomhook's own format.
    Line(Record),
    /// A request in any other format.
    Capture(Box<Capture>),
    /// An input that cannot be read.
    Unreadable(Unreadable),
    /// A skipped file: in a folder, and not a capture.
    Skipped,
}

/// Reads everything in order. Calls `take` with the source's name and each piece; it may end the reading early.
pub fn read(plan: &VerifyPlan, mut take: impl FnMut(&Arc<str>, SourcePiece) -> ControlFlow<()>) {
    let mut found = 0_u64;
    feed::run(plan, &mut |batch| {
        let Batch { origin, work } = batch;
        let mut emit = |piece| take(&origin.name, piece).is_continue();
        match work {
            FeedWork::Records { records, format: Format::Zoomhook, .. } => {
                found += records.len() as u64;
                records.into_iter().all(|record| emit(SourcePiece::Line(record)))
            }
            FeedWork::Records { records, format, whole, .. } => {
                let files = |name: &str| origin.beside.read(name);
                let parse = |record: &Record| capture::parse(record, format, &files);
                let mut parsed: Vec<_> = records.iter().flat_map(parse).collect();
                if let Some(whole) = whole
                    && !parsed.iter().any(Result::is_ok)
                {
                    let text = whole.into_record();
                    let searched = capture::parse(&text, Format::Text, &files);
                    let is_empty = format == Format::Text || parsed.is_empty();
                    if searched.iter().any(Result::is_ok) {
                        parsed = searched;
                    } else if is_empty {
                        found += 1;
                        let nothing =
                            Unreadable::NothingFound { found: capture::search(&text, &files).words() };
                        let piece = if origin.is_named {
                            SourcePiece::Unreadable(nothing)
                        } else {
                            SourcePiece::Skipped
                        };
                        return emit(piece);
                    }
                }
                found += parsed.len() as u64;
                parsed.into_iter().all(|parsed| emit(of_parsed(parsed)))
            }
            FeedWork::Capture(capture) => emit(SourcePiece::Capture(capture)),
            FeedWork::Failed(error) => emit(SourcePiece::Unreadable(error)),
            FeedWork::Skipped => emit(SourcePiece::Skipped),
            FeedWork::End(format) => {
                std::mem::take(&mut found) > 0
                    || emit(SourcePiece::Unreadable(Unreadable::NoRequest { format }))
            }
        }
    });
}

fn of_parsed(parsed: Result<Capture, capture::ReadError>) -> SourcePiece {
    match parsed {
        Ok(capture) => SourcePiece::Capture(Box::new(capture)),
        Err(error) => SourcePiece::Unreadable(error.into()),
    }
}
