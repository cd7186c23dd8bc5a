//! What the thread that writes is asked for, and the way back to whoever waits.

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::HistoryError;
use super::row::{RelayRow, Row};

/// Something for the thread to do.
pub(super) enum WriterWork {
    Append(Box<Row>, Reply),
    Amend {
        id: String,
        relays: Vec<RelayRow>,
        reply: Reply,
    },
    /// Everything before it is on disk when this is answered.
    Close(oneshot::Sender<()>),
}

/// The way back to whoever waits, and its place among those.
pub(super) struct Reply {
    sender: oneshot::Sender<Result<(), HistoryError>>,
    _slot: OwnedSemaphorePermit,
}

impl Reply {
    pub(super) fn new(sender: oneshot::Sender<Result<(), HistoryError>>, slot: OwnedSemaphorePermit) -> Self {
        Self { sender, _slot: slot }
    }

    fn send(self, result: Result<(), HistoryError>) {
        // Whoever has stopped waiting has answered with 503 by now.
        let _ = self.sender.send(result);
    }
}

impl WriterWork {
    /// Whether nobody waits for it any more: the request was answered with 503 and will come again.
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Self::Append(_, reply) | Self::Amend { reply, .. } => reply.sender.is_closed(),
            Self::Close(_) => false,
        }
    }

    /// Tells whoever waits.
    pub(super) fn answer(self, result: Result<(), HistoryError>) {
        match self {
            Self::Append(_, reply) | Self::Amend { reply, .. } => reply.send(result),
            Self::Close(done) => drop(done),
        }
    }

    /// Bytes that it adds to the file.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Append(row, _) => row.bytes(),
            Self::Amend { relays, .. } => relays.iter().map(RelayRow::bytes).sum(),
            Self::Close(_) => 0,
        }
    }
}
