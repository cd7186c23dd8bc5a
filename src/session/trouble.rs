//! Decides when to report a failing history: once, and once more when it works again.
//!
//! On a disk that is nearly full, small deliveries fit and large ones do not. That is reported as one problem. It ends
//! after a time without failures.

use std::time::{Duration, Instant};

/// The problem ends after this time without a failure.
const CALM: Duration = Duration::from_secs(1);

/// Recent failures, and whether they were reported.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    last: Option<Instant>,
    unkept: u64,
    reported: bool,
}

impl Trouble {
    /// A delivery was not recorded. Calls `report` if the problem is not reported yet. `report` returns whether it
    /// was sent.
    pub(super) fn failed(&mut self, now: Instant, report: impl FnOnce() -> bool) {
        self.last = Some(now);
        self.unkept += 1;
        self.reported = self.reported || report();
    }

    /// A delivery was recorded. If the problem has ended, calls `report` with the number of deliveries not recorded.
    pub(super) fn succeeded(&mut self, now: Instant, report: impl FnOnce(u64) -> bool) {
        let Some(last) = self.last else { return };
        if now.saturating_duration_since(last) >= CALM && (!self.reported || report(self.unkept)) {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_a_thousand_failures_among_successes_once_and_their_end_once() {
        let (mut trouble, start) = (Trouble::default(), Instant::now());
        let (mut reported, mut over) = (0, Vec::new());
        for step in 0..1000 {
            let now = start + Duration::from_millis(step);
            trouble.failed(now, || {
                reported += 1;
                true
            });
            trouble.succeeded(now, |_| panic!("reported as over too early"));
        }
        for later in [2, 3] {
            trouble.succeeded(start + CALM * later, |unkept| {
                over.push(unkept);
                true
            });
        }
        assert_eq!((reported, over), (1, vec![1000]));
    }

    #[test]
    fn repeats_a_report_that_could_not_be_sent() {
        let (mut trouble, now) = (Trouble::default(), Instant::now());
        trouble.failed(now, || false);
        let mut reported = false;
        trouble.failed(now, || {
            reported = true;
            true
        });
        assert!(reported);
        trouble.succeeded(now + CALM, |_| false);
        let mut over = 0;
        trouble.succeeded(now + CALM, |unkept| {
            over = unkept;
            true
        });
        assert_eq!(over, 2);
    }
}
