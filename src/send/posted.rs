//! One request that was sent, and how it ended. Pure.

use std::time::Duration;

use bytes::Bytes;

use crate::diagnosis::{AnswerFault, GivenAnswer, Secrets, judge_answer};
use crate::zoom::{ANSWER_LIMIT, Challenge, EndpointOutcome, Envelope, Reaction, SecretToken};

/// How an endpoint took one request.
#[derive(Debug, Clone)]
pub(crate) struct EndpointAnswer {
    /// The status, or why there is none.
    pub(crate) outcome: EndpointOutcome,
    /// From the first byte sent to the last received.
    pub(crate) took: Duration,
    /// The answer's body, up to a limit.
    pub(crate) body: Bytes,
}

impl EndpointAnswer {
    /// Everything that is wrong with it as the answer to the challenge in `request`; `None` where that is not a
    /// challenge, or where the connection failed. `secrets` are for the search for what is wrong with a token.
    #[must_use]
    pub(crate) fn challenge_faults(
        &self,
        request: &[u8],
        signed_with: &SecretToken,
        secrets: &Secrets,
    ) -> Option<Vec<AnswerFault>> {
        let challenge = Challenge::recognize(&Envelope::parse(request).ok()?)?.ok()?;
        let right = challenge.answer(signed_with);
        let given = match self.outcome {
            EndpointOutcome::Answered { status } => {
                GivenAnswer { status: Some(status), body: Some(&self.body), took: Some(self.took) }
            }
            EndpointOutcome::TimedOut => GivenAnswer { took: Some(ANSWER_LIMIT), ..GivenAnswer::default() },
            EndpointOutcome::NotConnected { .. } => return None,
        };
        Some(judge_answer(&given, &right.plain_token, &[&right.encrypted_token], secrets))
    }
}

/// One request that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    /// The event's name.
    pub(crate) event: String,
    /// The value of `x-zm-request-id`.
    pub(crate) request_id: String,
    /// 0 for the first try, 1 to 3 for the retries.
    pub(crate) attempt: usize,
    /// How it ended.
    pub(crate) answer: EndpointAnswer,
    /// What Zoom makes of that.
    pub(crate) reaction: Reaction,
    /// What is wrong with the answer to a challenge; `None` where there was no challenge or no answer to judge.
    pub(crate) challenge_faults: Option<Vec<AnswerFault>>,
    /// Signed wrongly on purpose.
    pub(crate) forged: bool,
    /// When Zoom would try again, if it would.
    pub(crate) next_try: Option<Duration>,
}

impl Posted {
    /// Whether the endpoint did right: took what is genuine, refused what is forged.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        if self.forged {
            return matches!(self.answer.outcome, EndpointOutcome::Answered { status: 400..=499 });
        }
        self.reaction.is_delivered() && self.challenge_faults.iter().flatten().next().is_none()
    }
}
