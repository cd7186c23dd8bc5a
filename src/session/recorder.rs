//! Deliveries into the history, before they are acknowledged.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::HistoryPlan;
use crate::delivery::Delivery;
use crate::diagnosis::RetryLog;
use crate::history::{Extra, History, HistoryError, default_file};
use crate::listener::{NotRecorded, Record};
use crate::notice::{LaterRelayed, Notice, Teller, TunnelKind, Warning};

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

/// The file, where it is not the one that every command looks into unless told otherwise.
pub(super) fn unusual_file(opened: &Opened) -> Option<PathBuf> {
    let file = &opened.history.settings().file;
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let is_usual = default_file(variable).is_ok_and(|usual| usual == *file);
    (!is_usual).then(|| std::path::absolute(file).unwrap_or_else(|_| file.clone()))
}

/// Takes deliveries down.
pub(super) struct Recorder {
    history: History,
    best_effort: bool,
    tunnel: TunnelKind,
    public_url: RwLock<Option<Arc<str>>>,
    teller: Teller,
    retries: Mutex<RetryLog>,
    /// A failure has been told, and nothing has succeeded since.
    told: AtomicBool,
}

impl Recorder {
    pub(super) fn new(opened: Opened, tunnel: TunnelKind, teller: Teller) -> Self {
        let Opened { history, best_effort } = opened;
        let (public_url, told) = (RwLock::default(), AtomicBool::new(false));
        Self { history, best_effort, tunnel, public_url, teller, retries: Mutex::default(), told }
    }

    /// The public URL from now on.
    pub(super) fn is_reached_by(&self, url: &str) {
        *self.public_url.write().unwrap_or_else(PoisonError::into_inner) = Some(url.into());
    }

    /// Adds what became of a delivery at the app. A failure is no reason to tell less.
    pub(super) async fn amend(&self, later: &LaterRelayed) {
        let done = self.history.amend(&later.id, &later.relayed).await;
        let _ = self.judge(done);
    }

    /// Waits until everything that was handed in is on disk.
    pub(super) async fn close(&self) {
        self.history.clone().close().await;
    }

    fn judge(&self, done: Result<(), HistoryError>) -> Result<(), NotRecorded> {
        let Err(error) = done else {
            self.told.store(false, Ordering::Relaxed);
            return Ok(());
        };
        let reason = error.to_string();
        if !self.best_effort {
            return Err(NotRecorded(reason));
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            self.teller.tell_if_room(Notice::Warning(Warning::HistoryFailing { reason }));
        }
        Ok(())
    }
}

impl Record for Recorder {
    fn record<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), NotRecorded>> {
        let public_url = self.public_url.read().unwrap_or_else(PoisonError::into_inner).clone();
        async move {
            let extra = Extra { tunnel: self.tunnel, public_url };
            self.judge(self.history.append(delivery, &extra).await)?;
            let first = self.retries.lock().unwrap_or_else(PoisonError::into_inner).recognise(delivery);
            if let Some(first) = first {
                // It is kept in any case; that it repeats another one is said beside it.
                let _ = self.judge(self.history.mark_retry(&delivery.id, &first).await);
            }
            Ok(())
        }
        .boxed()
    }
}
