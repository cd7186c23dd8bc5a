//! [`DeliverySource`]: deliveries that another session received. A session reads every source in the same way.
//!
//! There are two: a stream of NATS JetStream ([`super::follow`]), whose server keeps the follower's position, and the
//! inspector of another session ([`super::follow_session`]), for which this machine keeps it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use hyper::StatusCode;
use tokio::sync::{mpsc, watch};

use super::StreamError;
use crate::delivery::{Request, Warning};

/// Where a follower begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FollowStart {
    /// Where it ended; the first time, with what comes from now on.
    Continue,
    /// With what was received since this time.
    Since(SystemTime),
    /// With what comes from now on.
    New,
}

/// A follower that is opened, and its position at the start.
pub(crate) struct OpenFollower {
    /// Its deliveries.
    pub(crate) source: Box<dyn DeliverySource>,
    /// What the source reads over.
    pub(crate) connection: Box<dyn SourceConnection>,
    /// Whether its name was not known.
    pub(crate) is_new: bool,
    /// The number of deliveries that it has not confirmed yet.
    pub(crate) behind: u64,
    /// What the user should know, now and later.
    pub(crate) warnings: mpsc::UnboundedReceiver<Warning>,
}

/// The state of a source's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StreamHealth {
    /// Connected.
    Up,
    /// The connection is lost, and is being restored.
    Down {
        /// Why the last attempt failed, if it is known.
        reason: Option<String>,
    },
}

/// What a source reads over.
pub(crate) trait SourceConnection: Send + Sync {
    /// The state of the connection, now and later.
    fn health(&self) -> watch::Receiver<StreamHealth>;

    /// Sends what is left, such as confirmations.
    fn flush(&self) -> BoxFuture<'_, ()>;
}

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
    /// Whether it is one of Zoom's retries. It has the id of the first attempt.
    pub(crate) is_retry: bool,
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
pub(crate) enum SourceError {
    /// The follower's position was deleted on the server.
    #[error("the follower {name} was deleted on the server")]
    FollowerDeleted {
        /// Its name.
        name: String,
    },
    /// The other session no longer lets the follower read.
    #[error(transparent)]
    NotAllowed(StreamError),
}
