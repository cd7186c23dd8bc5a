//! One request that was sent, with its outcome. Pure.

use std::time::Duration;

use bytes::Bytes;

use crate::diagnosis::{AnswerFault, GivenAnswer, Secrets, judge_answer};
use crate::zoom::{ANSWER_LIMIT, Challenge, EndpointOutcome, Envelope, Reaction, SecretToken};

/// An endpoint's answer to one request.
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
    /// The faults of this answer to the challenge in `request`. `None` if the request is not a challenge, or if the
    /// connection failed. `secrets` are tried to find out why an encryptedToken is wrong.
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
    /// The endpoint's answer.
    pub(crate) answer: EndpointAnswer,
    /// How Zoom reacts to the answer.
    pub(crate) reaction: Reaction,
    /// The faults of the answer to a challenge; `None` if there was no challenge, or no answer to check.
    pub(crate) challenge_faults: Option<Vec<AnswerFault>>,
    /// Whether it was signed incorrectly on purpose.
    pub(crate) forged: bool,
    /// The pause before Zoom's next try; `None` if Zoom would not retry.
    pub(crate) next_try: Option<Duration>,
}

impl Posted {
    /// Whether the endpoint is right: it accepted a genuine request, or rejected a forged one.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        if self.forged {
            return matches!(self.answer.outcome, EndpointOutcome::Answered { status: 400..=499 });
        }
        self.reaction.is_delivered() && self.challenge_faults.iter().flatten().next().is_none()
    }
}
