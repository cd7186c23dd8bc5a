//! How Zoom takes the app's answer: by its status, and by the time that it took. Pure.
//!
//! What Zoom does is `zoom::Outcome::reaction`; here it is put beside a clock: when the next try is due, and how
//! near an answer came to being too late.

use std::time::{Duration, SystemTime};

use hyper::StatusCode;

use crate::zoom::{ANSWER_LIMIT, Outcome, RETRIES, Reaction};

/// From here on an answer is worth a warning: a busy hour adds the missing second.
const SLOW: Duration = Duration::from_secs(2);

/// Which try of an event this is: 0 is the first one, 1 to 3 are the retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt(pub usize);

impl Attempt {
    /// How often Zoom tries again.
    pub const RETRIES: usize = RETRIES.len();
}

/// What becomes of an event at Zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It counts as delivered.
    Delivered,
    /// Zoom takes the answer for final and does not send the event again.
    LostForGood,
    /// Zoom sends it again.
    WillRetry {
        /// When, about.
        at: SystemTime,
        /// Which try that will be.
        attempt: Attempt,
    },
    /// It would be sent again, but this was the last try.
    OutOfRetries,
}

/// How an answer's time compares with how long Zoom waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// In good time.
    InTime,
    /// In time, but by less than a second.
    Slow,
    /// Zoom had given up.
    TooLate,
}

/// The pace of an answer that came `took` after the request.
#[must_use]
pub fn pace(took: Duration) -> Pace {
    match took {
        took if took >= ANSWER_LIMIT => Pace::TooLate,
        took if took >= SLOW => Pace::Slow,
        _ => Pace::InTime,
    }
}

/// What Zoom makes of `status`, sent `took` after the try that arrived at `tried_at`.
#[must_use]
pub fn fate(status: StatusCode, took: Duration, attempt: Attempt, tried_at: SystemTime) -> Fate {
    let outcome = match pace(took) {
        Pace::TooLate => Outcome::TimedOut,
        Pace::InTime | Pace::Slow => Outcome::Answered { status: status.as_u16() },
    };
    match (outcome.reaction(), RETRIES.get(attempt.0)) {
        (Reaction::Delivered | Reaction::DeliveredOddly, _) => Fate::Delivered,
        (Reaction::Lost, _) => Fate::LostForGood,
        (Reaction::Retried, Some(gap)) => {
            Fate::WillRetry { at: tried_at + *gap, attempt: Attempt(attempt.0 + 1) }
        }
        (Reaction::Retried, None) => Fate::OutOfRetries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(millis: u64, status: u16, attempt: usize) -> Fate {
        let status = StatusCode::from_u16(status).unwrap();
        fate(status, Duration::from_millis(millis), Attempt(attempt), SystemTime::UNIX_EPOCH)
    }

    fn retry(minutes: u64, attempt: usize) -> Fate {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60);
        Fate::WillRetry { at, attempt: Attempt(attempt) }
    }

    #[test]
    fn takes_any_2xx_in_time_for_success() {
        for status in [200, 202, 204] {
            assert_eq!(after(2_999, status, 0), Fate::Delivered, "{status}");
        }
    }

    #[test]
    fn never_tries_3xx_and_4xx_again() {
        for status in [301, 302, 308, 400, 401, 404, 413, 429] {
            assert_eq!(after(10, status, 0), Fate::LostForGood, "{status}");
        }
    }

    #[test]
    fn tries_5xx_again_after_5_25_and_85_minutes() {
        assert_eq!(after(10, 503, 0), retry(5, 1));
        // Each counted from its own try: 5 + 20 = 25, 25 + 60 = 85.
        assert_eq!(after(10, 503, 1), retry(20, 2));
        assert_eq!(after(10, 503, 2), retry(60, 3));
        assert_eq!(after(10, 503, 3), Fate::OutOfRetries);
    }

    #[test]
    fn takes_whatever_comes_too_late_for_a_time_out() {
        for status in [200, 404, 500] {
            assert_eq!(after(3_000, status, 0), retry(5, 1), "{status}");
        }
        assert_eq!(after(9_000, 200, 3), Fate::OutOfRetries);
    }

    #[test]
    fn warns_a_second_before_the_limit() {
        let pace = |millis| super::pace(Duration::from_millis(millis));
        assert_eq!([pace(1_999), pace(2_000)], [Pace::InTime, Pace::Slow]);
        assert_eq!([pace(2_999), pace(3_000)], [Pace::Slow, Pace::TooLate]);
    }
}
