//! What Zoom does with an endpoint's answer: delivered, lost or retried, and when the retry comes.
//!
//! From Zoom's page: 200 or 204 within three seconds; 3xx and 4xx are not retried, and redirects are not followed;
//! statuses from 500 on, timeouts and failed connections are retried. Zoom's staff confirmed in its forum that any
//! other 2xx counts as delivered.

use std::time::{Duration, SystemTime};

/// How long an endpoint has for its answer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// The pauses before the three retries: at +5, +25 and +85 minutes.
pub const RETRIES: [Duration; 3] =
    [Duration::from_secs(5 * 60), Duration::from_secs(20 * 60), Duration::from_secs(60 * 60)];

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointOutcome {
    /// With an answer.
    Answered {
        /// Its status.
        status: u16,
    },
    /// Without one in time.
    TimedOut,
    /// The connection failed.
    NotConnected {
        /// The system's words.
        reason: String,
    },
}

/// What Zoom does then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// It is content: 200 or 204.
    Delivered,
    /// It is content, but Zoom's page asks for 200 or 204.
    DeliveredOddly,
    /// It never sends the event again.
    Lost,
    /// It sends the event again, up to three times.
    Retried,
}

impl EndpointOutcome {
    /// What Zoom does about it.
    #[must_use]
    pub fn reaction(&self) -> Reaction {
        match self {
            Self::Answered { status: 200 | 204 } => Reaction::Delivered,
            Self::Answered { status: 200..=299 } => Reaction::DeliveredOddly,
            Self::Answered { status: ..=499 } => Reaction::Lost,
            Self::Answered { .. } | Self::TimedOut | Self::NotConnected { .. } => Reaction::Retried,
        }
    }
}

impl Reaction {
    /// Whether the event has arrived.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered | Self::DeliveredOddly)
    }
}

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
pub enum EventFate {
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
pub enum AnswerPace {
    /// In good time.
    InTime,
    /// In time, but by less than a second.
    Slow,
    /// Zoom had given up.
    TooLate,
}

/// Whether an answer that took this long comes too late: Zoom has closed the connection at three seconds.
#[must_use]
pub fn is_too_late(took: Duration) -> bool {
    took >= ANSWER_LIMIT
}

/// The pace of an answer that came `took` after the request.
#[must_use]
pub fn pace(took: Duration) -> AnswerPace {
    match took {
        took if is_too_late(took) => AnswerPace::TooLate,
        took if took >= SLOW => AnswerPace::Slow,
        _ => AnswerPace::InTime,
    }
}

/// What Zoom makes of `status`, sent `took` after the try that arrived at `tried_at`.
#[must_use]
pub fn fate(status: u16, took: Duration, attempt: Attempt, tried_at: SystemTime) -> EventFate {
    let outcome = match pace(took) {
        AnswerPace::TooLate => EndpointOutcome::TimedOut,
        AnswerPace::InTime | AnswerPace::Slow => EndpointOutcome::Answered { status },
    };
    match (outcome.reaction(), RETRIES.get(attempt.0)) {
        (Reaction::Delivered | Reaction::DeliveredOddly, _) => EventFate::Delivered,
        (Reaction::Lost, _) => EventFate::LostForGood,
        (Reaction::Retried, Some(gap)) => {
            EventFate::WillRetry { at: tried_at + *gap, attempt: Attempt(attempt.0 + 1) }
        }
        (Reaction::Retried, None) => EventFate::OutOfRetries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_as_zooms_page_says() {
        use Reaction::{Delivered, DeliveredOddly, Lost, Retried};
        for (status, reaction) in [
            (200, Delivered),
            (204, Delivered),
            (201, DeliveredOddly),
            (202, DeliveredOddly),
            (299, DeliveredOddly),
            (301, Lost),
            (308, Lost),
            (400, Lost),
            (401, Lost),
            (404, Lost),
            (429, Lost),
            (500, Retried),
            (503, Retried),
        ] {
            assert_eq!(EndpointOutcome::Answered { status }.reaction(), reaction, "{status}");
        }
        assert_eq!(EndpointOutcome::TimedOut.reaction(), Retried);
        assert_eq!(EndpointOutcome::NotConnected { reason: "refused".into() }.reaction(), Retried);
    }

    #[test]
    fn the_retries_are_at_5_25_and_85_minutes() {
        let mut at = 0;
        let minutes = RETRIES.map(|pause| {
            at += pause.as_secs() / 60;
            at
        });
        assert_eq!(minutes, [5, 25, 85]);
    }

    fn after(millis: u64, status: u16, attempt: usize) -> EventFate {
        fate(status, Duration::from_millis(millis), Attempt(attempt), SystemTime::UNIX_EPOCH)
    }

    fn retry(minutes: u64, attempt: usize) -> EventFate {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60);
        EventFate::WillRetry { at, attempt: Attempt(attempt) }
    }

    #[test]
    fn takes_any_2xx_in_time_for_success() {
        for status in [200, 202, 204] {
            assert_eq!(after(2_999, status, 0), EventFate::Delivered, "{status}");
        }
    }

    #[test]
    fn never_tries_3xx_and_4xx_again() {
        for status in [301, 302, 308, 400, 401, 404, 413, 429] {
            assert_eq!(after(10, status, 0), EventFate::LostForGood, "{status}");
        }
    }

    #[test]
    fn tries_5xx_again_after_5_25_and_85_minutes() {
        assert_eq!(after(10, 503, 0), retry(5, 1));
        // Each counted from its own try: 5 + 20 = 25, 25 + 60 = 85.
        assert_eq!(after(10, 503, 1), retry(20, 2));
        assert_eq!(after(10, 503, 2), retry(60, 3));
        assert_eq!(after(10, 503, 3), EventFate::OutOfRetries);
    }

    #[test]
    fn takes_whatever_comes_too_late_for_a_time_out() {
        for status in [200, 404, 500] {
            assert_eq!(after(3_000, status, 0), retry(5, 1), "{status}");
        }
        assert_eq!(after(9_000, 200, 3), EventFate::OutOfRetries);
    }

    #[test]
    fn warns_a_second_before_the_limit() {
        let pace = |millis| super::pace(Duration::from_millis(millis));
        assert_eq!([pace(1_999), pace(2_000)], [AnswerPace::InTime, AnswerPace::Slow]);
        assert_eq!([pace(2_999), pace(3_000)], [AnswerPace::Slow, AnswerPace::TooLate]);
    }
}
