//! What came, taken down before it is acknowledged: retries recognised, deliveries into the history.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::trouble::Trouble;
use super::{HistoryConfig, HistoryNeed};
use crate::delivery::{
    Delivery, EventSender, LateForwarded, Mark, RefusalCode, RetryLog, SessionEvent, StoredDelivery,
    TunnelKind, Verdict, Warning,
};
use crate::history::{Extra, Filter, History, HistoryError, Order, Reader, default_file};
use crate::listener::{NotRecorded, Record};
use crate::zoom::{CHALLENGE_EVENT, RETRIES};

/// Deliveries of earlier sessions that are looked through for what Zoom may be about to send again.
const EARLIER: usize = 500;

/// A history that is to be kept.
pub(super) struct Opened {
    pub(super) history: History,
    /// Failures are let pass.
    pub(super) best_effort: bool,
}

/// Opens the history, if one is to be kept; the warning tells why there is none where the session goes on
/// without.
pub(super) fn open(config: Option<HistoryConfig>) -> Result<(Option<Opened>, Option<Warning>), HistoryError> {
    let Some(HistoryConfig { settings, need }) = config else { return Ok((None, None)) };
    let best_effort = need == HistoryNeed::BestEffort;
    match History::open(&settings) {
        Ok(history) => Ok((Some(Opened { history, best_effort }), None)),
        Err(error) if best_effort => Ok((None, Some(failing(&error, best_effort)))),
        Err(error) => Err(error),
    }
}

fn failing(error: &HistoryError, best_effort: bool) -> Warning {
    Warning::HistoryFailing { reason: error.to_string(), hint: error.hint(), acknowledged: best_effort }
}

/// The file, where it is not the one that every command looks into unless told otherwise.
pub(super) fn unusual_file(opened: &Opened) -> Option<PathBuf> {
    let file = &opened.history.settings().file;
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let is_usual = default_file(variable).is_ok_and(|usual| usual == *file);
    (!is_usual).then(|| whole(file))
}

fn whole(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// Takes deliveries down.
pub(super) struct Recorder {
    history: Option<Opened>,
    tunnel: TunnelKind,
    public_url: RwLock<Option<Arc<str>>>,
    events: EventSender,
    retries: Mutex<RetryLog>,
    trouble: Mutex<Trouble>,
}

impl Recorder {
    /// Without a history, what came is known for as long as the session lasts.
    pub(super) fn new(history: Option<Opened>, tunnel: TunnelKind, events: EventSender) -> Self {
        let (public_url, retries, trouble) = (RwLock::default(), Mutex::default(), Mutex::default());
        Self { history, tunnel, public_url, events, retries, trouble }
    }

    /// Reads from the history what Zoom may be about to send again, so that a retry is recognised also where the
    /// first try came in an earlier session. Blocks. A history that cannot be read now is no reason to say so
    /// twice: the first delivery will.
    pub(super) fn look_back(&self, now: SystemTime) {
        let Some(opened) = &self.history else { return };
        let over_all: Duration = RETRIES.iter().sum();
        let filter = Filter { since: now.checked_sub(over_all + RETRIES[0]), ..Filter::default() };
        let Ok(Some(reader)) = Reader::open(&opened.history.settings().file) else { return };
        let Ok(page) = reader.page(&filter, Order::NewestFirst, None, EARLIER) else { return };
        for stored in page.deliveries.into_iter().rev().filter(may_come_again) {
            let headers = stored.header_map();
            self.retries().remember_earlier(&stored.id, stored.received_at, &headers, &stored.body);
        }
    }

    fn retries(&self) -> MutexGuard<'_, RetryLog> {
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The public URL from now on.
    pub(super) fn is_reached_by(&self, url: &str) {
        *self.public_url.write().unwrap_or_else(PoisonError::into_inner) = Some(url.into());
    }

    /// Adds what became of a delivery at the app. A failure is no reason to tell less.
    pub(super) async fn amend(&self, later: &LateForwarded) {
        if let Some(opened) = &self.history {
            let done = opened.history.amend(&later.id, &later.forwarded).await;
            let _ = self.judge(done, opened);
        }
    }

    /// Waits until everything that was handed in is on disk.
    pub(super) async fn close(&self) {
        if let Some(opened) = &self.history {
            opened.history.clone().close().await;
        }
    }

    async fn keep(&self, delivery: &Delivery) -> Result<(), NotRecorded> {
        let Some(opened) = &self.history else { return Ok(()) };
        let public_url = self.public_url.read().unwrap_or_else(PoisonError::into_inner).clone();
        let extra = Extra { tunnel: self.tunnel, public_url };
        self.judge(opened.history.append(delivery, &extra).await, opened)
    }

    /// What a result means for the delivery; tells of trouble when it begins and when it is over.
    fn judge(&self, done: Result<(), HistoryError>, opened: &Opened) -> Result<(), NotRecorded> {
        let tell = |warning| self.events.send_if_room(SessionEvent::Warning(warning));
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let Err(error) = done else {
            trouble.succeeded(Instant::now(), |unkept| tell(Warning::HistoryWorking { unkept }));
            if opened.history.was_started_anew() {
                tell(Warning::HistoryStartedAnew { file: whole(&opened.history.settings().file) });
            }
            return Ok(());
        };
        trouble.failed(Instant::now(), || tell(failing(&error, opened.best_effort)));
        if opened.best_effort { Ok(()) } else { Err(NotRecorded(error.to_string())) }
    }
}

impl Record for Recorder {
    fn record<'a>(&'a self, delivery: &'a mut Delivery) -> BoxFuture<'a, Result<(), NotRecorded>> {
        // Made before the log is locked: others wait for that.
        let mark = Mark::of(delivery);
        delivery.repeats = mark.and_then(|mark| self.retries().find(mark, delivery)).map(Box::new);
        async move {
            self.keep(delivery).await?;
            // What could not be kept is answered with 503, and the next try is then the first.
            if let Some(mark) = mark {
                self.retries().remember(mark, delivery);
            }
            Ok(())
        }
        .boxed()
    }
}

/// Challenges are not sent again, and what was refused neither, but for a clock that was off.
fn may_come_again(stored: &StoredDelivery) -> bool {
    match &stored.reason {
        Some(reason) => *reason == RefusalCode::Stale && stored.secret_name.is_some(),
        None => stored.verdict == Verdict::Valid && stored.event.as_deref() != Some(CHALLENGE_EVENT),
    }
}
