//! When to speak of a history that fails: once, and once more when it works again.
//!
//! On a disk that is nearly full small deliveries are kept and large ones are not. That is one trouble, and not a
//! hundred: it is over when nothing has failed for a while.

use std::time::{Duration, Instant};

/// Without a failure for this long, it is over.
const CALM: Duration = Duration::from_secs(1);

/// What failed lately, and whether that was told.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    last: Option<Instant>,
    unkept: u64,
    told: bool,
}

impl Trouble {
    /// Something was not kept. `tell` tells of it where nobody has yet, and returns whether it could.
    pub(super) fn failed(&mut self, now: Instant, tell: impl FnOnce() -> bool) {
        self.last = Some(now);
        self.unkept += 1;
        self.told = self.told || tell();
    }

    /// Something was kept. `tell` tells that the trouble is over, with how much was not kept.
    pub(super) fn succeeded(&mut self, now: Instant, tell: impl FnOnce(u64) -> bool) {
        let Some(last) = self.last else { return };
        if now.saturating_duration_since(last) >= CALM && (!self.told || tell(self.unkept)) {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_failures_among_successes_are_told_once_and_their_end_once() {
        let (mut trouble, start) = (Trouble::default(), Instant::now());
        let (mut told, mut over) = (0, Vec::new());
        for step in 0..1000 {
            let now = start + Duration::from_millis(step);
            trouble.failed(now, || {
                told += 1;
                true
            });
            trouble.succeeded(now, |_| panic!("it is not over"));
        }
        for later in [2, 3] {
            trouble.succeeded(start + CALM * later, |unkept| {
                over.push(unkept);
                true
            });
        }
        assert_eq!((told, over), (1, vec![1000]));
    }

    #[test]
    fn what_could_not_be_told_is_told_the_next_time() {
        let (mut trouble, now) = (Trouble::default(), Instant::now());
        trouble.failed(now, || false);
        let mut told = false;
        trouble.failed(now, || {
            told = true;
            true
        });
        assert!(told);
        trouble.succeeded(now + CALM, |_| false);
        let mut over = 0;
        trouble.succeeded(now + CALM, |unkept| {
            over = unkept;
            true
        });
        assert_eq!(over, 2);
    }
}
