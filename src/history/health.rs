//! How the writer fares, for those who wait for it: an answer that comes too late has a cause.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::HistoryError;

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
