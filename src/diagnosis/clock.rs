//! Detects that this machine's clock is wrong: several genuine requests are off by the same amount.
//!
//! One such request may be an old capture that was sent again. A capture that is sent three times has one
//! timestamp. Three timestamps that are off by the same amount are three requests signed when they were sent.

use std::time::Duration;

use crate::zoom::{Age, RequestTimestamp};

/// How many requests with different timestamps are needed.
const NEEDED: usize = 3;

/// How much their offsets may differ: the header drops up to a second, and transport adds another.
const SPREAD: Duration = Duration::from_millis(2_500);

/// By how much this machine's clock is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOff {
    /// The offset from Zoom's time.
    pub by: Duration,
    /// Whether this machine is ahead.
    pub ahead: bool,
}

/// Tracks the offsets of genuine requests that were rejected as stale.
#[derive(Debug, Default)]
pub struct ClockCheck {
    /// Requests with the same offset, at most [`NEEDED`].
    agreeing: Vec<(RequestTimestamp, Age)>,
}

impl ClockCheck {
    /// Records a request with a correct signature and a stale timestamp. Returns the offset once there are enough
    /// such requests, and not again while further requests have the same offset.
    pub fn observe_stale(&mut self, signed_at: RequestTimestamp, age: Age) -> Option<ClockOff> {
        let agrees = |other: Age| other.as_millis().abs_diff(age.as_millis()) <= as_millis(SPREAD);
        if !self.agreeing.iter().all(|(_, other)| agrees(*other)) {
            self.agreeing.clear();
        }
        let is_reported = self.agreeing.len() == NEEDED;
        if is_reported || self.agreeing.iter().any(|(other, _)| *other == signed_at) {
            return None;
        }
        self.agreeing.push((signed_at, age));
        let is_enough = self.agreeing.len() == NEEDED;
        is_enough.then(|| ClockOff { by: age.distance(), ahead: !age.is_in_the_future() })
    }

    /// Records a fresh request: the clock is correct now.
    pub fn observe_fresh(&mut self) {
        self.agreeing.clear();
    }
}

fn as_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// A request signed at `signed` that arrives when this machine's clock shows `signed + off_ms`.
    fn observe(check: &mut ClockCheck, signed: u64, off_ms: i64) -> Option<ClockOff> {
        let timestamp: RequestTimestamp = signed.to_string().parse().unwrap();
        let now = UNIX_EPOCH + Duration::from_millis((signed * 1000).checked_add_signed(off_ms).unwrap());
        check.observe_stale(timestamp, timestamp.age(now))
    }

    #[test]
    fn reports_three_requests_with_the_same_offset_once() {
        let mut check = ClockCheck::default();
        assert_eq!(observe(&mut check, 1_000, 600_100), None);
        assert_eq!(observe(&mut check, 1_007, 600_900), None);
        let off = observe(&mut check, 1_020, 600_400).unwrap();
        assert_eq!(off, ClockOff { by: Duration::from_millis(600_400), ahead: true });
        assert_eq!(observe(&mut check, 1_030, 600_400), None);
    }

    #[test]
    fn reports_a_clock_that_is_behind() {
        let mut check = ClockCheck::default();
        let offsets: Vec<_> = (0..3).map(|i| observe(&mut check, 5_000 + i, -400_000)).collect();
        assert_eq!(offsets[2], Some(ClockOff { by: Duration::from_secs(400), ahead: false }));
    }

    #[test]
    fn ignores_one_old_request_that_is_sent_again() {
        let mut check = ClockCheck::default();
        assert!((0..10).all(|i| observe(&mut check, 1_000, 600_000 + i * 100).is_none()));
    }

    #[test]
    fn ignores_requests_with_different_offsets() {
        let mut check = ClockCheck::default();
        assert!((0..10u64).all(|i| observe(&mut check, 1_000 + i, 600_000 + 60_000 * i as i64).is_none()));
    }

    #[test]
    fn a_fresh_request_resets_the_count() {
        let mut check = ClockCheck::default();
        observe(&mut check, 1_000, 600_000);
        observe(&mut check, 1_001, 600_000);
        check.observe_fresh();
        assert_eq!(observe(&mut check, 1_002, 600_000), None);
    }
}
