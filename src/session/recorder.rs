//! Records deliveries before they are acknowledged: recognizes retries, and writes to the history.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::trouble::Trouble;
use super::{HistoryConfig, HistoryNeed};
use crate::delivery::{
    Delivery, DeliveryVerdict, EventSender, LateForwarded, Mark, PendingDelivery, Provenance, RefusalCode,
    RetryLog, SessionEvent, StoredDelivery, StoredRoute, TunnelKind, Warning,
};
use crate::history::{Extra, Filter, History, HistoryError, HistoryReader, Order, Reference, Replaced};
use crate::listener::NotKept;
use crate::report;
use crate::system_words::without_numbers;
use crate::zoom::{CHALLENGE_EVENT, RETRIES, REVALIDATION};

/// Limit on deliveries of earlier sessions that are searched for events that Zoom may still retry.
const EARLIER: usize = 500;

/// How long the answer of a pending delivery takes to be stored at the most.
const STORING: Duration = Duration::from_secs(3);

pub(super) struct OpenHistory {
    pub(super) history: History,
    /// Failures are ignored.
    pub(super) best_effort: bool,
    /// The folder of the project that deliveries belong to.
    pub(super) project: Option<Arc<str>>,
}

/// Opens the history, if the configuration has one. If the session continues without it, the warning says why.
pub(super) fn open(
    config: Option<HistoryConfig>,
) -> Result<(Option<OpenHistory>, Option<Warning>), HistoryError> {
    let Some(HistoryConfig { settings, need, project }) = config else { return Ok((None, None)) };
    let best_effort = need == HistoryNeed::BestEffort;
    match History::open(&settings) {
        Ok(history) => {
            let project = project.map(Arc::from);
            Ok((Some(OpenHistory { history, best_effort, project }), None))
        }
        Err(error) if best_effort => Ok((None, Some(failing(&error, best_effort)))),
        Err(error) => Err(error),
    }
}

fn failing(error: &HistoryError, best_effort: bool) -> Warning {
    let hint = match error {
        HistoryError::Untrusted { reason, .. } => Some(report::repair_sentence(reason.repair())),
        other => other.hint().map(str::to_owned),
    };
    Warning::HistoryFailing { reason: without_numbers(&error.to_string()), hint, acknowledged: best_effort }
}

/// Reports each new file that takes the place of the history, at once. Ends with the history's writer.
pub(super) fn report_replacements(opened: &OpenHistory, is_default: bool, events: EventSender) {
    let Some(mut replaced) = opened.history.take_replaced() else { return };
    let file = absolute(&opened.history.settings().file);
    tokio::spawn(async move {
        while let Some(replaced) = replaced.recv().await {
            let file = file.clone();
            let warning = match replaced {
                Replaced::Moved => Warning::HistoryReplaced { file },
                Replaced::Damaged { reason, moved_to } => {
                    Warning::HistoryDamaged { file, moved_to: absolute(&moved_to), reason, is_default }
                }
            };
            events.send(SessionEvent::Warning(warning)).await;
        }
    });
}

fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// What the history did with a delivery of a stream.
pub(super) enum Recorded {
    /// It stored it.
    New,
    /// It has it already, from before; `None` if that cannot be read.
    Known(Option<Box<StoredDelivery>>),
}

/// Recognizes retries and writes deliveries to the history.
pub(super) struct Recorder {
    history: Option<OpenHistory>,
    tunnel: TunnelKind,
    public_url: RwLock<Option<Arc<str>>>,
    events: EventSender,
    retries: Mutex<RetryLog>,
    trouble: Mutex<Trouble>,
}

impl Recorder {
    /// Without a history, retries are recognized only within the session.
    pub(super) fn new(history: Option<OpenHistory>, tunnel: TunnelKind, events: EventSender) -> Self {
        let (public_url, retries, trouble) = (RwLock::default(), Mutex::default(), Mutex::default());
        Self { history, tunnel, public_url, events, retries, trouble }
    }

    /// Reads the events that Zoom may still retry from the history. A retry is then recognized even if the first
    /// attempt arrived in an earlier session. Blocks. Failures are ignored here: the first delivery reports them.
    pub(super) fn look_back(&self, now: SystemTime) {
        let Some(opened) = &self.history else { return };
        let total: Duration = RETRIES.iter().sum();
        let since = now.checked_sub(total + RETRIES[0]);
        // Zoom retries what it sent to this machine. An imported delivery must not make a first attempt look like one.
        let filter = Filter { since, provenance: Some(Provenance::Recorded), ..Filter::default() };
        let Ok(Some(reader)) = HistoryReader::open(&opened.history.settings().file) else { return };
        let Ok(page) = reader.page(&filter, Order::NewestFirst, None, EARLIER) else { return };
        // What a follower on this machine stored was sent to another session.
        let own = page.deliveries.into_iter().filter(|stored| stored.route != StoredRoute::Stream);
        for stored in own.rev().filter(may_be_retried) {
            let headers = stored.header_map();
            self.retries().remember_earlier(&stored.id, stored.received_at, &headers, &stored.body);
        }
    }

    /// A warning if the last challenge for this public URL is older than Zoom's interval. Without one in the history, it is
    /// not known whether Zoom has the URL. Blocks. Failures are ignored, as in [`Self::look_back`].
    pub(super) fn overdue_validation(&self, url: &str, now: SystemTime) -> Option<Warning> {
        let reader = HistoryReader::open(&self.history.as_ref()?.history.settings().file).ok()??;
        let last = reader.last_challenge(url).ok()??;
        let age = now.duration_since(last).ok().filter(|age| *age > REVALIDATION)?;
        Some(Warning::ValidationOverdue { url: url.to_owned(), last, age })
    }

    fn retries(&self) -> MutexGuard<'_, RetryLog> {
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the public URL of the deliveries from now on. Returns whether it is another one.
    pub(super) fn set_public_url(&self, url: &str) -> bool {
        let before = self.public_url.write().unwrap_or_else(PoisonError::into_inner).replace(url.into());
        before.as_deref() != Some(url)
    }

    /// Records a delivery that the app has not answered yet: other commands show it as waiting, and it is not lost if the
    /// session is killed. `until` is when the app has answered at the latest. A failure is reported by [`Self::record`].
    pub(super) async fn record_pending(&self, pending: &PendingDelivery, until: SystemTime) {
        let Some(opened) = &self.history else { return };
        // Storing the answer takes time too.
        let until = until + STORING;
        let _ = opened.history.append_pending(pending, until, &self.extra(opened)).await;
    }

    /// Recognizes whether a delivery is a retry, and records it. If there is a history, returns once it is on disk.
    /// `is_pending` says that it was recorded without its answer.
    pub(super) async fn record(&self, delivery: &mut Delivery, is_pending: bool) -> Result<(), NotKept> {
        // Computed before the log is locked: other deliveries wait for the lock.
        let mark = Mark::of(delivery);
        delivery.repeats = mark.and_then(|mark| self.retries().find(mark, delivery)).map(Box::new);
        self.store(delivery, is_pending).await?;
        // A delivery that could not be recorded is answered with 503. The next attempt then counts as the first.
        if let Some(mark) = mark {
            self.retries().remember(mark, delivery);
        }
        Ok(())
    }

    /// Recognizes whether a delivery of a stream was recorded before, and records it otherwise. The stream sends a
    /// delivery again that this process, or an earlier one, did not confirm.
    pub(super) async fn record_once(&self, delivery: &mut Delivery) -> Result<Recorded, NotKept> {
        let mark = Mark::of(delivery);
        delivery.repeats = mark.and_then(|mark| self.retries().find(mark, delivery)).map(Box::new);
        if let Some(opened) = &self.history {
            match opened.history.append(delivery, &self.extra(opened)).await {
                Err(HistoryError::Known) => {
                    return Ok(Recorded::Known(self.stored(&delivery.id, opened).await));
                }
                result => self.check(result, opened)?,
            }
        }
        if let Some(mark) = mark {
            self.retries().remember(mark, delivery);
        }
        Ok(Recorded::New)
    }

    /// A delivery of the history; `None` if it cannot be read.
    async fn stored(&self, id: &str, opened: &OpenHistory) -> Option<Box<StoredDelivery>> {
        let (file, id) = (opened.history.settings().file.clone(), id.to_owned());
        let read = move || {
            let reader = HistoryReader::open(&file).ok()??;
            reader.get(&Reference::Beginning(id), None).ok()?.ok()
        };
        tokio::task::spawn_blocking(read).await.ok()?.map(Box::new)
    }

    /// Adds outcomes to a recorded delivery. Failures are reported as a warning only.
    pub(super) async fn amend(&self, later: &LateForwarded) {
        if let Some(opened) = &self.history {
            let result = opened.history.amend(later).await;
            let _ = self.check(result, opened);
        }
    }

    /// Waits until everything is on disk.
    pub(super) async fn close(&self) {
        if let Some(opened) = &self.history {
            opened.history.clone().close().await;
        }
    }

    async fn store(&self, delivery: &Delivery, is_pending: bool) -> Result<(), NotKept> {
        let Some(opened) = &self.history else { return Ok(()) };
        let extra = self.extra(opened);
        let stored = match is_pending {
            true => opened.history.complete(delivery, &extra).await,
            false => opened.history.append(delivery, &extra).await,
        };
        self.check(stored, opened)
    }

    fn extra(&self, opened: &OpenHistory) -> Extra {
        let public_url = self.public_url.read().unwrap_or_else(PoisonError::into_inner).clone();
        Extra { tunnel: self.tunnel, public_url, project: opened.project.clone() }
    }

    /// Whether the delivery can be acknowledged. Reports when the history begins to fail and when it works again.
    fn check(&self, result: Result<(), HistoryError>, opened: &OpenHistory) -> Result<(), NotKept> {
        let warn = |warning| self.events.send_if_room(SessionEvent::Warning(warning));
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let Err(error) = result else {
            trouble.succeeded(Instant::now(), |unkept| warn(Warning::HistoryWorking { unkept }));
            return Ok(());
        };
        trouble.failed(Instant::now(), || warn(failing(&error, opened.best_effort)));
        let reason = without_numbers(&error.to_string());
        if opened.best_effort { Ok(()) } else { Err(NotKept::InHistory(reason)) }
    }
}

/// Whether Zoom may retry it. Zoom does not retry challenges and refused requests, unless a wrong clock made them
/// stale.
fn may_be_retried(stored: &StoredDelivery) -> bool {
    match &stored.reason {
        Some(reason) => *reason == RefusalCode::Stale && stored.secret_name.is_some(),
        None => stored.verdict == DeliveryVerdict::Valid && stored.event.as_deref() != Some(CHALLENGE_EVENT),
    }
}
