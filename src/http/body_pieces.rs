//! [`BodyPieces`]: a body that arrives in pieces.

use bytes::{Bytes, BytesMut};

/// The pieces so far. A body of one piece is not copied.
#[derive(Debug, Default)]
pub(crate) struct BodyPieces {
    first: Bytes,
    /// All pieces, once there is a second one.
    all: BytesMut,
}

impl BodyPieces {
    /// The bytes so far.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&piece);
    }

    /// The whole body.
    #[must_use]
    pub(crate) fn whole(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}
