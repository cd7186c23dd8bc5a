//! Receives the events: selects deliveries, counts them, checks them against the expectation, and reports them.
//!
//! It runs on its own thread, because a terminal or a pipe may block. If it falls behind, the queue fills up and the
//! listener delays its answers. No event is dropped.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::cause::CauseFinder;
use super::console::Console;
use super::{Happening, SessionError};
use crate::delivery::{
    Delivery, EventReceiver, ExpectationState, Judgement, LateForwarded, Refusal, Selection, SessionEvent,
    SharedExpectation, Summary, Warning,
};
use crate::diagnosis::ClockCheck;
use crate::keys::Key;
use crate::report::{OutputError, Report};

/// Limit on events per batch: few enough to flush soon.
const BATCH: usize = 256;

/// A pause before the next batch under load. Waking this thread for every event costs the listener more than all its
/// other work. A delay this short is not visible.
const PAUSE: Duration = Duration::from_millis(1);

/// Batches with a shorter interval than this count as load.
const SOON: Duration = Duration::from_millis(5);

/// Receives events until all senders are dropped.
pub(super) struct Subscriber {
    pub(super) report: Report,
    selection: Selection,
    awaited: SharedExpectation,
    causes: CauseFinder,
    pub(super) happenings: UnboundedSender<Happening>,
    clock: ClockCheck,
    summary: Summary,
    /// `Some` while keys are read.
    pub(super) console: Option<Console>,
}

impl Subscriber {
    pub(super) fn new(
        report: Report,
        selection: Selection,
        awaited: SharedExpectation,
        causes: CauseFinder,
        happenings: UnboundedSender<Happening>,
        console: Option<Console>,
    ) -> Self {
        Self {
            report,
            selection,
            awaited,
            causes,
            happenings,
            clock: ClockCheck::default(),
            summary: Summary::default(),
            console,
        }
    }

    /// Runs until all senders are dropped, then reports the summary. Blocks.
    pub(super) fn run(mut self, mut events: EventReceiver, runtime: &Handle) {
        let started = Instant::now();
        let mut batch = Vec::with_capacity(BATCH);
        let mut last_batch: Option<Instant> = None;
        loop {
            if last_batch.is_some_and(|last| last.elapsed() < SOON) {
                std::thread::sleep(PAUSE);
            }
            let more = runtime.block_on(self.next(&mut events, &mut batch));
            let shown = match more {
                Wait::Batch => {
                    last_batch = Some(Instant::now());
                    self.take(&mut batch)
                }
                Wait::Tick => self.report.tick(Instant::now()),
                Wait::Key(key) => self.press(key),
                Wait::KeysEnded => self.continue_without_keys(),
                Wait::End => break,
            };
            if let Err(error) = shown {
                let _ = self.happenings.send(Happening::OutputFailed(error));
                return;
            }
        }
        self.summary.ran_for = started.elapsed();
        self.summary.missing = self.awaited.missing();
        self.summary.expected = self.awaited.results();
        // A failure at the very end cannot be reported.
        let _ = self.resume();
        let _ = self.report.show(&SessionEvent::Summary(Box::new(self.summary)));
        let _ = self.report.settle();
    }

    async fn next(&mut self, events: &mut EventReceiver, batch: &mut Vec<SessionEvent>) -> Wait {
        // During a pause, no timer runs: collapsed deliveries are not shown either.
        let is_paused = self.console.as_ref().is_some_and(|console| console.interaction.is_paused());
        let tick = self.report.next_tick().filter(|_| !is_paused);
        let Some(console) = &mut self.console else { return next_batch(events, batch, tick).await };
        tokio::select! {
            // Keys first: under load they would otherwise wait forever.
            biased;
            key = console.pressed.recv() => key.map_or(Wait::KeysEnded, Wait::Key),
            wait = next_batch(events, batch, tick) => wait,
        }
    }

    fn take(&mut self, batch: &mut Vec<SessionEvent>) -> Result<(), OutputError> {
        for event in batch.drain(..) {
            match event {
                SessionEvent::Delivery(delivery) => self.take_delivery(delivery)?,
                SessionEvent::Forwarded(later) => self.take_late(later)?,
                SessionEvent::Pending(pending) => {
                    if self.selection.selects_request(&pending.judgement, &pending.request.body).shown {
                        self.admit(SessionEvent::Pending(pending))?;
                    }
                }
                event => self.admit(event)?,
            }
        }
        self.refresh()
    }

    /// Updates the status line and flushes the report.
    pub(super) fn refresh(&mut self) -> Result<(), OutputError> {
        if let Some(console) = &self.console {
            self.report.set_live(Some(console.interaction.status_line()));
        }
        self.report.settle()
    }

    /// Takes a new event: it counts now, and is shown now or later.
    fn admit(&mut self, event: SessionEvent) -> Result<(), OutputError> {
        self.report.observe(&event);
        if matches!(event, SessionEvent::Stopping { .. }) {
            self.resume()?;
        }
        self.present(event)
    }

    /// Shows an event, unless a pause or a filter buffers it.
    pub(super) fn present(&mut self, event: SessionEvent) -> Result<(), OutputError> {
        let Some(console) = &mut self.console else { return self.report.show(&event) };
        match console.interaction.arrive(event) {
            Some(event) => self.show(event),
            None => Ok(()),
        }
    }

    fn show(&mut self, event: SessionEvent) -> Result<(), OutputError> {
        self.report.show(&event)?;
        if let Some(console) = &mut self.console {
            console.interaction.shown(event);
        }
        Ok(())
    }

    fn take_delivery(&mut self, mut delivery: Box<Delivery>) -> Result<(), OutputError> {
        let selected = self.selection.selects(&delivery);
        if !selected.shown {
            return Ok(());
        }
        delivery.cause = self.causes.find(&delivery, Instant::now()).map(Box::new);
        self.causes.judge_answers(&delivery.judgement, &mut delivery.forwarded, Instant::now());
        self.summary.count(&delivery);
        let warning = self.check_clock(&delivery);
        let state = match selected.counted {
            true => self.awaited.with(|expectation| expectation.observe(&delivery)),
            false => ExpectationState::Open,
        };
        self.admit(SessionEvent::Delivery(delivery))?;
        if let Some(warning) = warning {
            self.admit(SessionEvent::Warning(warning))?;
        }
        self.end_if_decided(state)
    }

    fn take_late(&mut self, mut late: Box<LateForwarded>) -> Result<(), OutputError> {
        self.causes.judge_answers(&late.judgement, &mut late.forwarded, Instant::now());
        self.summary.settle(&late);
        let state = self.awaited.with(|expectation| expectation.observe_late(&late));
        self.admit(SessionEvent::Forwarded(late))?;
        self.end_if_decided(state)
    }

    fn end_if_decided(&mut self, state: ExpectationState) -> Result<(), OutputError> {
        let happening = match state {
            ExpectationState::Open => return Ok(()),
            ExpectationState::Met => Happening::ExpectationMet,
            ExpectationState::Failed(unmet) => Happening::ExpectationFailed(unmet),
        };
        // The event must be written before the process can exit.
        self.resume()?;
        self.refresh()?;
        let _ = self.happenings.send(happening);
        Ok(())
    }

    fn check_clock(&mut self, delivery: &Delivery) -> Option<Warning> {
        match &delivery.judgement {
            Judgement::Refused { refusal: Refusal::Stale { signed_at, age, .. }, .. } => {
                let off = self.clock.observe_stale(*signed_at, *age)?;
                Some(Warning::ClockOff { by: off.by, ahead: off.ahead })
            }
            Judgement::Event(_) => {
                self.clock.observe_fresh();
                None
            }
            _ => None,
        }
    }
}

enum Wait {
    Batch,
    Key(Key),
    /// No further keys will arrive.
    KeysEnded,
    Tick,
    End,
}

async fn next_batch(
    events: &mut EventReceiver,
    batch: &mut Vec<SessionEvent>,
    tick: Option<Instant>,
) -> Wait {
    let next = events.next_batch(batch, BATCH);
    let more = match tick {
        None => next.await,
        Some(tick) => match timeout_at(tick.into(), next).await {
            Ok(more) => more,
            Err(_) => return Wait::Tick,
        },
    };
    if more { Wait::Batch } else { Wait::End }
}

/// Starts the subscriber's thread. The receiver resolves when the thread has ended.
pub(super) fn spawn(
    subscriber: Subscriber,
    events: EventReceiver,
) -> Result<oneshot::Receiver<()>, SessionError> {
    let (done, result) = oneshot::channel();
    let runtime = Handle::current();
    let started = std::thread::Builder::new().name("report".into()).spawn(move || {
        subscriber.run(events, &runtime);
        let _ = done.send(());
    });
    let started = started.map_err(|error| SessionError::System { what: "start a thread", error });
    started.map(|_| result)
}
