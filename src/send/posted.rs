//! One request that was sent, and how it ended. Pure.

use std::time::Duration;

use bytes::Bytes;

use crate::zoom::{EndpointOutcome, Reaction};

use super::ChallengeFault;

/// How an endpoint took one request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status, or why there is none.
    pub outcome: EndpointOutcome,
    /// From the first byte sent to the last received.
    pub took: Duration,
    /// The answer's body, up to a limit.
    pub body: Bytes,
}

/// One request that was sent.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The event's name.
    pub event: String,
    /// The value of `x-zm-request-id`.
    pub request_id: String,
    /// 0 for the first try, 1 to 3 for the retries.
    pub attempt: usize,
    /// How it ended.
    pub answer: Answer,
    /// What Zoom makes of that.
    pub reaction: Reaction,
    /// What is wrong with a challenge's answer.
    pub challenge_fault: Option<ChallengeFault>,
    /// Signed wrongly on purpose.
    pub forged: bool,
    /// When Zoom would try again, if it would.
    pub next_try: Option<Duration>,
}

impl Posted {
    /// Whether the endpoint did right: took what is genuine, refused what is forged.
    #[must_use]
    pub fn is_right(&self) -> bool {
        if self.forged {
            return matches!(self.answer.outcome, EndpointOutcome::Answered { status: 400..=499 });
        }
        self.reaction.is_delivered() && self.challenge_fault.is_none()
    }
}
