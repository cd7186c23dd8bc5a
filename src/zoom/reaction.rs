//! What Zoom makes of an endpoint's answer, and when it tries again.
//!
//! From Zoom's page: 200 or 204 within three seconds; 3xx and 4xx are not retried, and redirects not followed;
//! statuses from 500 on, time-outs and connections that fail are. That any other 2xx counts as delivered is
//! the word of Zoom's staff in its forum.

use std::time::Duration;

/// How long an endpoint has for its answer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// The pauses before the three retries: at +5, +25 and +85 minutes.
pub const RETRIES: [Duration; 3] =
    [Duration::from_secs(5 * 60), Duration::from_secs(20 * 60), Duration::from_secs(60 * 60)];

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
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

impl Outcome {
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
            assert_eq!(Outcome::Answered { status }.reaction(), reaction, "{status}");
        }
        assert_eq!(Outcome::TimedOut.reaction(), Retried);
        assert_eq!(Outcome::NotConnected { reason: "refused".into() }.reaction(), Retried);
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
}
