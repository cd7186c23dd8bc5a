//! The state of a connection: set by the service, read by the time limits.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A request's head, which has begun, or the first byte of a new connection.
    Head,
    /// A request is being served. Its body and its answer have separate limits.
    Serving,
    /// The next request.
    Idle,
}

/// The state of one connection. Each change of phase gets a number, so that a timer of an earlier phase is recognized
/// as outdated.
#[derive(Debug)]
pub(super) struct Exchange {
    /// `number * 4 + phase`.
    state: AtomicU32,
    /// A request was refused before its body was read to the end.
    body_left_unread: AtomicBool,
}

impl Exchange {
    /// The state of a new connection. The limit of a head applies to it, not that of an idle connection.
    pub(super) fn new() -> Self {
        Self { state: AtomicU32::new(0), body_left_unread: AtomicBool::new(false) }
    }

    pub(super) fn phase(&self) -> (Phase, u32) {
        let state = self.state.load(Ordering::Relaxed);
        let phase = match state & 3 {
            0 => Phase::Head,
            1 => Phase::Serving,
            _ => Phase::Idle,
        };
        (phase, state >> 2)
    }

    /// Enters a phase. Only one task drives a connection, so a separate load and store are safe.
    pub(super) fn enter(&self, phase: Phase) {
        let number = (self.state.load(Ordering::Relaxed) >> 2).wrapping_add(1);
        self.state.store((number << 2) | phase as u32, Ordering::Relaxed);
    }

    /// Records that the peer may still be sending a body that is not read.
    pub(super) fn leave_body_unread(&self) {
        self.body_left_unread.store(true, Ordering::Relaxed);
    }

    /// Whether the peer may still be sending a body that is not read.
    pub(super) fn body_is_left_unread(&self) -> bool {
        self.body_left_unread.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_each_change_of_phase() {
        let exchange = Exchange::new();
        assert_eq!(exchange.phase(), (Phase::Head, 0));
        for (number, phase) in [(1, Phase::Serving), (2, Phase::Idle), (3, Phase::Head), (4, Phase::Serving)]
        {
            exchange.enter(phase);
            assert_eq!(exchange.phase(), (phase, number));
        }
    }
}
