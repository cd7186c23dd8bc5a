//! Is this machine's clock wrong? Several genuine requests that are off by the same amount say so.
//!
//! One alone may be an old capture that somebody sent again. The same capture sent thrice has one timestamp;
//! three timestamps with one distance are three signatures made at the time of sending.

use std::time::Duration;

use crate::zoom::{Age, RequestTimestamp};

/// How many requests with different timestamps make a case.
const NEEDED: usize = 3;

/// How far their distances may differ: a whole second is lost in the header, and another on the way.
const SPREAD: Duration = Duration::from_millis(2_500);

/// By how much this machine's clock is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOff {
    /// The distance from Zoom's time.
    pub by: Duration,
    /// Whether this machine is ahead.
    pub ahead: bool,
}

/// Watches the distances of genuine requests that were refused as stale.
#[derive(Debug, Default)]
pub struct ClockCheck {
    /// Requests that agree; no more than make a case.
    agreeing: Vec<(RequestTimestamp, Age)>,
}

impl ClockCheck {
    /// Takes down one request whose signature is right and whose age is not. Returns the case when this one
    /// makes it, and not again while the requests go on agreeing.
    pub fn observe_stale(&mut self, signed_at: RequestTimestamp, age: Age) -> Option<ClockOff> {
        let agrees = |other: Age| other.as_millis().abs_diff(age.as_millis()) <= as_millis(SPREAD);
        if !self.agreeing.iter().all(|(_, other)| agrees(*other)) {
            self.agreeing.clear();
        }
        let case_is_made = self.agreeing.len() == NEEDED;
        if case_is_made || self.agreeing.iter().any(|(other, _)| *other == signed_at) {
            return None;
        }
        self.agreeing.push((signed_at, age));
        let makes_the_case = self.agreeing.len() == NEEDED;
        makes_the_case.then(|| ClockOff { by: age.distance(), ahead: !age.is_in_the_future() })
    }

    /// Takes down a request that was fresh: the clock is right, or right again.
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

    /// A request signed at `signed` that arrives when this machine says `signed + off_ms`.
    fn observe(check: &mut ClockCheck, signed: u64, off_ms: i64) -> Option<ClockOff> {
        let timestamp: RequestTimestamp = signed.to_string().parse().unwrap();
        let now = UNIX_EPOCH + Duration::from_millis((signed * 1000).checked_add_signed(off_ms).unwrap());
        check.observe_stale(timestamp, timestamp.age(now))
    }

    #[test]
    fn three_requests_off_by_the_same_amount_make_a_case_once() {
        let mut check = ClockCheck::default();
        assert_eq!(observe(&mut check, 1_000, 600_100), None);
        assert_eq!(observe(&mut check, 1_007, 600_900), None);
        let case = observe(&mut check, 1_020, 600_400).unwrap();
        assert_eq!(case, ClockOff { by: Duration::from_millis(600_400), ahead: true });
        assert_eq!(observe(&mut check, 1_030, 600_400), None);
    }

    #[test]
    fn a_clock_that_is_behind_sees_requests_from_the_future() {
        let mut check = ClockCheck::default();
        let cases: Vec<_> = (0..3).map(|i| observe(&mut check, 5_000 + i, -400_000)).collect();
        assert_eq!(cases[2], Some(ClockOff { by: Duration::from_secs(400), ahead: false }));
    }

    #[test]
    fn one_old_request_sent_again_makes_none() {
        let mut check = ClockCheck::default();
        assert!((0..10).all(|i| observe(&mut check, 1_000, 600_000 + i * 100).is_none()));
    }

    #[test]
    fn different_distances_make_none() {
        let mut check = ClockCheck::default();
        assert!((0..10u64).all(|i| observe(&mut check, 1_000 + i, 600_000 + 60_000 * i as i64).is_none()));
    }

    #[test]
    fn a_fresh_request_in_between_clears_the_clock() {
        let mut check = ClockCheck::default();
        observe(&mut check, 1_000, 600_000);
        observe(&mut check, 1_001, 600_000);
        check.observe_fresh();
        assert_eq!(observe(&mut check, 1_002, 600_000), None);
    }
}
