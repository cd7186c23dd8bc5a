//! The writer thread's jobs and the channels for their results.

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::HistoryError;
use super::insert::Amendment;
use super::row::{RelayRow, Row};

/// A job for the writer thread.
pub(super) enum WriterWork {
    Append(Box<Row>, Reply),
    /// A row that may be in the file already, without its answer.
    Complete(Box<Row>, Reply),
    Amend {
        id: String,
        relays: Vec<RelayRow>,
        /// What they mean for a delivery that waits.
        amendment: Amendment,
        reply: Reply,
    },
    /// The result of the check of a file in the background. `number` says which of the files that the writer has
    /// opened.
    Checked {
        number: u64,
        damage: Option<String>,
    },
    /// Answered once everything before it in the queue is on disk.
    Close(oneshot::Sender<()>),
}

/// The channel for a job's result, and the job's slot in the queue.
pub(super) struct Reply {
    sender: oneshot::Sender<Result<(), HistoryError>>,
    _slot: OwnedSemaphorePermit,
}

impl Reply {
    pub(super) fn new(sender: oneshot::Sender<Result<(), HistoryError>>, slot: OwnedSemaphorePermit) -> Self {
        Self { sender, _slot: slot }
    }

    fn send(self, result: Result<(), HistoryError>) {
        // An error means that the caller has timed out and has answered with 503.
        let _ = self.sender.send(result);
    }
}

impl WriterWork {
    /// Whether the caller has stopped waiting. It has answered with 503, and Zoom will retry.
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Self::Append(_, reply) | Self::Complete(_, reply) | Self::Amend { reply, .. } => {
                reply.sender.is_closed()
            }
            Self::Checked { .. } | Self::Close(_) => false,
        }
    }

    /// Sends the result to the caller.
    pub(super) fn answer(self, result: Result<(), HistoryError>) {
        match self {
            Self::Append(_, reply) | Self::Complete(_, reply) | Self::Amend { reply, .. } => {
                reply.send(result)
            }
            Self::Checked { .. } => {}
            Self::Close(done) => drop(done),
        }
    }

    /// Bytes that the job adds to the file.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Append(row, _) | Self::Complete(row, _) => row.bytes(),
            Self::Amend { relays, .. } => relays.iter().map(RelayRow::bytes).sum(),
            Self::Checked { .. } | Self::Close(_) => 0,
        }
    }
}
