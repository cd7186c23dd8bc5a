//! Where a connection stands: shared by the service, which knows, and the time limits, which ask.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A request's head: it has begun, or the connection is new.
    Head,
    /// A request is being served: its body and its answer have limits of their own.
    Serving,
    /// The next request.
    Idle,
}

/// The state of one connection. Each change of phase has a number, so that a limit that was set for an
/// earlier phase is known to be over.
#[derive(Debug)]
pub(super) struct Exchange {
    /// `number * 4 + phase`.
    state: AtomicU32,
    /// A request was refused before its body was read to the end.
    body_left_unread: AtomicBool,
}

impl Exchange {
    /// A new connection has sent nothing; it is held to the limit of a head, not to that of an idle one.
    pub(super) fn new() -> Self {
        Self { state: AtomicU32::new(0), body_left_unread: AtomicBool::new(false) }
    }

    /// The phase and its number.
    pub(super) fn phase(&self) -> (Phase, u32) {
        let state = self.state.load(Ordering::Relaxed);
        let phase = match state & 3 {
            0 => Phase::Head,
            1 => Phase::Serving,
            _ => Phase::Idle,
        };
        (phase, state >> 2)
    }

    /// Moves on. One task drives a connection, so that load and store need no exchange.
    pub(super) fn enter(&self, phase: Phase) {
        let number = (self.state.load(Ordering::Relaxed) >> 2).wrapping_add(1);
        self.state.store((number << 2) | phase as u32, Ordering::Relaxed);
    }

    /// Notes that the peer may still be sending a body that nobody reads.
    pub(super) fn leave_body_unread(&self) {
        self.body_left_unread.store(true, Ordering::Relaxed);
    }

    /// Whether the peer may still be sending a body that nobody reads.
    pub(super) fn body_is_left_unread(&self) -> bool {
        self.body_left_unread.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_a_number_of_its_own() {
        let exchange = Exchange::new();
        assert_eq!(exchange.phase(), (Phase::Head, 0));
        for (number, phase) in [(1, Phase::Serving), (2, Phase::Idle), (3, Phase::Head), (4, Phase::Serving)]
        {
            exchange.enter(phase);
            assert_eq!(exchange.phase(), (phase, number));
        }
    }
}
