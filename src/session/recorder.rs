//! What came, taken down before it is acknowledged: retries recognised, deliveries into the history.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::HistoryPlan;
use crate::delivery::{Delivery, Verdict};
use crate::diagnosis::RetryLog;
use crate::history::{Extra, Filter, History, HistoryError, Order, Reader};
use crate::listener::{NotRecorded, Record};
use crate::notice::{LaterRelayed, Notice, Teller, TunnelKind, Warning};
use crate::record::StoredDelivery;
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
pub(super) fn open(plan: Option<HistoryPlan>) -> Result<(Option<Opened>, Option<Warning>), HistoryError> {
    let Some(HistoryPlan { settings, best_effort }) = plan else { return Ok((None, None)) };
    match History::open(&settings) {
        Ok(history) => Ok((Some(Opened { history, best_effort }), None)),
        Err(error) if best_effort => Ok((None, Some(Warning::HistoryFailing { reason: error.to_string() }))),
        Err(error) => Err(error),
    }
}

/// Takes deliveries down.
pub(super) struct Recorder {
    history: Option<Opened>,
    tunnel: TunnelKind,
    public_url: RwLock<Option<Arc<str>>>,
    teller: Teller,
    retries: Mutex<RetryLog>,
    /// A failure has been told, and nothing has succeeded since.
    told: AtomicBool,
}

impl Recorder {
    /// Without a history, what came is known for as long as the session lasts.
    pub(super) fn new(history: Option<Opened>, tunnel: TunnelKind, teller: Teller) -> Self {
        let (public_url, told) = (RwLock::default(), AtomicBool::new(false));
        Self { history, tunnel, public_url, teller, retries: Mutex::default(), told }
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
            let headers = header_map(&stored);
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
    pub(super) async fn amend(&self, later: &LaterRelayed) {
        if let Some(opened) = &self.history {
            let done = opened.history.amend(&later.id, &later.relayed).await;
            let _ = self.judge(done, opened.best_effort);
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
        self.judge(opened.history.append(delivery, &extra).await, opened.best_effort)
    }

    fn judge(&self, done: Result<(), HistoryError>, best_effort: bool) -> Result<(), NotRecorded> {
        let Err(error) = done else {
            self.told.store(false, Ordering::Relaxed);
            return Ok(());
        };
        let reason = error.to_string();
        if !best_effort {
            return Err(NotRecorded(reason));
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            self.teller.tell_if_room(Notice::Warning(Warning::HistoryFailing { reason }));
        }
        Ok(())
    }
}

impl Record for Recorder {
    fn record<'a>(&'a self, delivery: &'a mut Delivery) -> BoxFuture<'a, Result<(), NotRecorded>> {
        delivery.repeats = self.retries().find(delivery).map(Box::new);
        async move {
            self.keep(delivery).await?;
            // What could not be kept is answered with 503, and the next try is then the first.
            self.retries().remember(delivery);
            Ok(())
        }
        .boxed()
    }
}

/// Challenges are not sent again, and what was refused neither, but for a clock that was off.
fn may_come_again(stored: &StoredDelivery) -> bool {
    match (stored.verdict, stored.reason.as_deref()) {
        (Verdict::Valid, None) => stored.event.as_deref() != Some(CHALLENGE_EVENT),
        (_, reason) => reason == Some("stale") && stored.secret_name.is_some(),
    }
}

fn header_map(stored: &StoredDelivery) -> HeaderMap {
    let pairs = stored.headers.iter().filter_map(|(name, value)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?))
    });
    pairs.collect()
}
