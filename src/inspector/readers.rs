//! [`Readers`]: open readers of the history, used in turns, so that a request neither opens the file nor blocks the
//! runtime.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::history::{HistoryError, HistoryReader};

/// How many requests read at the same time.
pub(super) const READERS: usize = 4;

/// The readers. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<HistoryReader>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Pool { path, idle: Mutex::default(), permits: Semaphore::new(READERS) }))
    }

    /// Reads on a thread that may block. `None` if there is no history yet.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&HistoryReader) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<Option<T>, HistoryError> {
        // The semaphore is never closed.
        let _permit = self.0.permits.acquire().await;
        let pool = self.0.clone();
        let work = move || pool.read(read);
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(HistoryError::Closed))
    }
}

impl Pool {
    fn read<T>(
        &self,
        read: impl FnOnce(&HistoryReader) -> Result<T, HistoryError>,
    ) -> Result<Option<T>, HistoryError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // A file that was moved is no longer the history.
        let reader = match idle.filter(HistoryReader::is_in_place) {
            Some(reader) => reader,
            None => match HistoryReader::open(&self.path)? {
                Some(reader) => reader,
                None => return Ok(None),
            },
        };
        let result = read(&reader)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(Some(result))
    }
}
