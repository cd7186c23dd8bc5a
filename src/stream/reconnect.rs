//! [`ReconnectPauses`]: how long to wait before a connection is tried again. Pure.

use std::time::Duration;

/// The pauses between attempts. Each one is twice as long as the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReconnectPauses {
    /// Half of the first pause.
    pub(super) first: Duration,
    /// The longest pause.
    pub(super) longest: Duration,
}

impl ReconnectPauses {
    /// The pause before an attempt, counted from 1. The first attempt comes at once: most connections break because a
    /// server, a proxy or a session restarts.
    pub(super) fn before(self, attempt: usize) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(10);
        if attempt <= 1 { Duration::ZERO } else { (self.first * 2_u32.pow(doublings)).min(self.longest) }
    }
}
