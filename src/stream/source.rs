//! [`DeliverySource`]: deliveries that another session received. A session reads every source in the same way.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use hyper::StatusCode;

use crate::delivery::Request;

/// A source of deliveries.
pub(crate) trait DeliverySource: Send {
    /// Waits for the next deliveries: at least one, at most `limit`, in their order. Can be canceled without a loss.
    ///
    /// # Errors
    /// [`SourceError`] if no further delivery can come.
    fn next(&mut self, limit: usize) -> BoxFuture<'_, Result<Vec<Arrived>, SourceError>>;
}

/// A delivery from a source. Its verdict is not included: each session verifies the bytes itself.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    /// Its id here: the same each time that the source sends it.
    pub(crate) id: String,
    /// When the other session read its head.
    pub(crate) received_at: SystemTime,
    /// The request as received there. Credentials are masked.
    pub(crate) request: Arc<Request>,
    /// The answer that the other session gave to it.
    pub(crate) answer: StatusCode,
    /// Confirms it.
    pub(crate) receipt: Arc<dyn Receipt>,
}

/// Tells the source what became of a delivery. A failure is not reported: the source then sends the delivery again.
pub(crate) trait Receipt: fmt::Debug + Send + Sync {
    /// It need not be sent again.
    fn done(&self) -> BoxFuture<'_, ()>;

    /// It is still being worked on.
    fn in_progress(&self) -> BoxFuture<'_, ()>;

    /// It could not be stored. It is to be sent again after this time.
    fn again(&self, after: Duration) -> BoxFuture<'_, ()>;
}

/// Why a source has ended for good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SourceError(pub(crate) String);
