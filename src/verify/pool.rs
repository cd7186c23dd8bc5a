//! Batches judged on all cores, told in order.
//!
//! Each batch takes a place in the order with it when it is handed out. The number of places is limited, and
//! with it everything that is in memory.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::feed::{self, Batch, FeedWork};
use super::{VerifyPlan, VerifyStep};
use crate::capture::Format;
use crate::verify::{Inspector, Unreadable, VerifyOutcome};

/// Batches on their way, for each core: one that is judged, and some that keep it busy meanwhile.
const PLACES: usize = 4;

/// A batch and where its result goes.
struct Job {
    batch: Batch,
    done: SyncSender<VerifyStep>,
}

/// The place of a batch in the order.
struct Slot {
    source: Arc<str>,
    step: Receiver<VerifyStep>,
    end: Option<Format>,
}

/// Reads, judges and tells.
pub(super) fn run(
    plan: &VerifyPlan,
    inspector: &Inspector,
    mut tell: impl FnMut(VerifyStep) -> ControlFlow<()>,
) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, work) = sync_channel::<Job>(cores * PLACES);
    let (places, order) = sync_channel::<Slot>(cores * PLACES);
    let work = Mutex::new(work);
    thread::scope(|scope| {
        scope.spawn(move || feed::run(plan, &mut |batch| hand_out(batch, &jobs, &places)));
        for _ in 0..cores {
            scope.spawn(|| judge_all(&work, inspector));
        }
        let mut numbering = Numbering::default();
        for slot in order {
            // A core that panicked is reported when the threads are joined.
            let Ok(step) = slot.step.recv() else { break };
            if tell(numbering.number(step, &slot.source, slot.end)).is_break() {
                break;
            }
        }
    });
}

fn hand_out(batch: Batch, jobs: &SyncSender<Job>, places: &SyncSender<Slot>) -> bool {
    let (done, step) = sync_channel(1);
    let end = match batch.work {
        FeedWork::End(format) => Some(format),
        _ => None,
    };
    let slot = Slot { source: Arc::clone(&batch.origin.name), step, end };
    // The place first: once nobody takes places any more, nothing more is judged.
    places.send(slot).is_ok() && jobs.send(Job { batch, done }).is_ok()
}

fn judge_all(work: &Mutex<Receiver<Job>>, inspector: &Inspector) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { batch, done }) = next else { return };
        // Whoever does not want it any more has gone.
        let _ = done.send(feed::judge(batch, inspector));
    }
}

/// Numbers the requests of each source, and notices a source without any.
#[derive(Default)]
struct Numbering {
    source: Option<Arc<str>>,
    next: usize,
}

impl Numbering {
    fn number(&mut self, mut step: VerifyStep, source: &Arc<str>, end: Option<Format>) -> VerifyStep {
        // The same file may be given twice: it is another source then.
        if !self.source.as_ref().is_some_and(|known| Arc::ptr_eq(known, source)) {
            *self = Self { source: Some(Arc::clone(source)), next: 0 };
        }
        for outcome in &mut step.outcomes {
            outcome.index = self.next;
            self.next += 1;
        }
        if let Some(format) = end.filter(|_| self.next == 0) {
            let result = Err(Unreadable::NoRequest { format });
            step.outcomes.push(VerifyOutcome { source: Arc::clone(source), index: 0, result });
        }
        step
    }
}
