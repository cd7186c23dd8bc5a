//! How Zoom handles an endpoint's answer: the event is delivered, lost or retried. [`fate`] also gives the time of the
//! retry.
//!
//! Zoom's page asks for 200 or 204 within three seconds. Zoom does not retry 3xx and 4xx, and does not follow
//! redirects. It retries after statuses from 500 on, timeouts and failed connections. Zoom's staff confirmed in its
//! forum that any other 2xx counts as delivered.

use std::time::{Duration, SystemTime};

/// How long Zoom waits for an answer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// How often Zoom validates the URL of an app again, with a challenge.
pub const REVALIDATION: Duration = Duration::from_secs(72 * 60 * 60);

/// The pauses before the three retries, which come 5, 25 and 85 minutes after the first attempt.
pub const RETRIES: [Duration; 3] =
    [Duration::from_secs(5 * 60), Duration::from_secs(20 * 60), Duration::from_secs(60 * 60)];

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointOutcome {
    /// The endpoint answered.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// No answer came in time.
    TimedOut,
    /// The connection failed.
    NotConnected {
        /// The operating system's error message.
        reason: String,
    },
}

/// How Zoom reacts to the outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// The event counts as delivered: 200 or 204.
    Delivered,
    /// The event counts as delivered, but Zoom's page asks for 200 or 204.
    DeliveredOddly,
    /// Zoom never sends the event again.
    Lost,
    /// Zoom sends the event again, up to three times.
    Retried,
}

impl EndpointOutcome {
    /// How Zoom reacts to this outcome.
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
    /// The word in NDJSON: `delivered`, `lost` or `retried`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered | Self::DeliveredOddly => "delivered",
            Self::Lost => "lost",
            Self::Retried => "retried",
        }
    }

    /// Whether the event counts as delivered.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered | Self::DeliveredOddly)
    }
}

/// Answers slower than this get a warning: under load they may exceed [`ANSWER_LIMIT`].
const SLOW: Duration = Duration::from_secs(2);

/// The number of an attempt to deliver an event: 0 is the first, 1 to 3 are the retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt(pub usize);

impl Attempt {
    /// The number of retries that Zoom makes.
    pub const RETRIES: usize = RETRIES.len();
}

/// What Zoom does with an event after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFate {
    /// The event counts as delivered.
    Delivered,
    /// Zoom does not retry this answer. The event will not be sent again.
    LostForGood,
    /// Zoom will send the event again.
    WillRetry {
        /// The approximate time of the retry.
        at: SystemTime,
        /// The number of the coming attempt.
        attempt: Attempt,
    },
    /// The last retry failed.
    OutOfRetries,
}

/// How the time of an answer compares with [`ANSWER_LIMIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerPace {
    /// More than a second before the limit.
    InTime,
    /// In time, but within a second of the limit.
    Slow,
    /// After the limit.
    TooLate,
}

/// Whether an answer that took this long is too late: Zoom closes the connection after three seconds.
#[must_use]
pub fn is_too_late(took: Duration) -> bool {
    took >= ANSWER_LIMIT
}

/// The pace of an answer that was sent `took` after the request arrived.
#[must_use]
pub fn pace(took: Duration) -> AnswerPace {
    match took {
        took if is_too_late(took) => AnswerPace::TooLate,
        took if took >= SLOW => AnswerPace::Slow,
        _ => AnswerPace::InTime,
    }
}

/// What Zoom does after the answer `status`, sent `took` after the attempt that arrived at `tried_at`.
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
    fn reactions_match_zooms_page() {
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
    fn any_2xx_in_time_is_delivered() {
        for status in [200, 202, 204] {
            assert_eq!(after(2_999, status, 0), EventFate::Delivered, "{status}");
        }
    }

    #[test]
    fn does_not_retry_3xx_and_4xx() {
        for status in [301, 302, 308, 400, 401, 404, 413, 429] {
            assert_eq!(after(10, status, 0), EventFate::LostForGood, "{status}");
        }
    }

    #[test]
    fn retries_5xx_after_5_25_and_85_minutes() {
        assert_eq!(after(10, 503, 0), retry(5, 1));
        // Each pause is counted from the previous attempt: 5 + 20 = 25, 25 + 60 = 85.
        assert_eq!(after(10, 503, 1), retry(20, 2));
        assert_eq!(after(10, 503, 2), retry(60, 3));
        assert_eq!(after(10, 503, 3), EventFate::OutOfRetries);
    }

    #[test]
    fn an_answer_after_the_limit_counts_as_a_timeout() {
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
