//! One request that was sent, with its outcome. Pure.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::{HeaderMap, StatusCode};

use crate::delivery::Latencies;
use crate::diagnosis::{
    AnswerFault, AnsweredRequest, ForgeryTrial, ForgeryVerdict, GivenAnswer, Hint, Secrets, answer_hint,
    judge_answer,
};
use crate::probe::OWN_ANSWER_HEADER;
use crate::zoom::{
    ANSWER_LIMIT, CHALLENGE_EVENT, Challenge, EndpointOutcome, Envelope, RETRIES, Reaction, SecretToken,
};

/// An endpoint's answer to one request.
#[derive(Debug, Clone)]
pub(crate) struct EndpointAnswer {
    /// The status, or why there is none.
    pub(crate) outcome: EndpointOutcome,
    /// From the first byte sent to the last received.
    pub(crate) took: Duration,
    /// The answer's headers; empty without an answer.
    pub(crate) headers: HeaderMap,
    /// The answer's body, up to a limit.
    pub(crate) body: Bytes,
}

impl EndpointAnswer {
    /// Whether a `zoomhook listen` composed it, not an app.
    #[must_use]
    pub(crate) fn is_of_zoomhook(&self) -> bool {
        self.headers.contains_key(OWN_ANSWER_HEADER)
    }

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

/// The pause before Zoom's next try; `None` if Zoom would not retry. Zoom does not retry a challenge: a user presses
/// Validate again.
#[must_use]
pub(crate) fn next_try(event: &str, reaction: Reaction, attempt: usize) -> Option<Duration> {
    let is_retried = reaction == Reaction::Retried && event != CHALLENGE_EVENT;
    is_retried.then(|| RETRIES.get(attempt).copied()).flatten()
}

/// The age of a timestamp up to which receivers accept a request, as Zoom's documentation recommends.
const USUAL_MAX_AGE: Duration = Duration::from_secs(5 * 60);

/// Whether a receiver may refuse a request that is signed with this time and arrives now.
#[must_use]
pub(crate) fn is_stale(signed_at: SystemTime) -> bool {
    let now = SystemTime::now();
    let off = now.duration_since(signed_at).unwrap_or_else(|ahead| ahead.duration());
    off > USUAL_MAX_AGE
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
    /// How Zoom reacts to the answer. An event that was delivered before stays delivered: see [`Self::is_known`].
    pub(crate) reaction: Reaction,
    /// The faults of the answer to a challenge; `None` if there was no challenge, or no answer to check.
    pub(crate) challenge_faults: Option<Vec<AnswerFault>>,
    /// What its answer shows, if it is wrong on purpose.
    pub(crate) forgery: Option<ForgeryTrial>,
    /// The pause before Zoom's next try; `None` if Zoom would not retry.
    pub(crate) next_try: Option<Duration>,
    /// Whether the user chose a timestamp that a receiver may refuse as too old.
    pub(crate) is_stale: bool,
}

impl Posted {
    /// Hints about the app from its answer to a genuine request. The refusal of a forged one needs none.
    #[must_use]
    pub(crate) fn hints(&self) -> Vec<Hint> {
        let fault = self.challenge_faults.iter().flatten().next();
        let mut hints: Vec<_> =
            fault.map(|fault| Hint::Challenge(fault.clone().into())).into_iter().collect();
        if self.answer.is_of_zoomhook() {
            return hints;
        }
        let asked = AnsweredRequest {
            is_genuine: self.forgery.is_none() && !self.is_stale,
            is_challenge: self.challenge_faults.is_some(),
        };
        match self.answer.outcome {
            EndpointOutcome::TimedOut if !asked.is_challenge => hints.push(Hint::TooLate),
            EndpointOutcome::Answered { status } if asked.is_genuine && !self.is_known() => {
                let status = StatusCode::from_u16(status).ok();
                hints.extend(
                    status.and_then(|status| {
                        answer_hint(asked, status, &self.answer.headers, &self.answer.body)
                    }),
                );
            }
            _ => {}
        }
        hints
    }

    /// Whether the endpoint answered 409 to a duplicate of an event that it had accepted: the event is delivered.
    #[must_use]
    pub(crate) fn is_known(&self) -> bool {
        self.reaction.is_delivered() && !self.answer.outcome.reaction().is_delivered()
    }

    /// How Zoom reacts to the answer. It does not retry a challenge.
    #[must_use]
    pub(crate) fn zoom_reaction(&self) -> Reaction {
        match self.reaction {
            Reaction::Retried if self.is_challenge() => Reaction::Lost,
            reaction => reaction,
        }
    }

    /// Whether it is a challenge.
    #[must_use]
    pub(crate) fn is_challenge(&self) -> bool {
        self.event == CHALLENGE_EVENT
    }

    /// Whether the endpoint refused a genuine request, and an experiment would show why.
    #[must_use]
    pub(crate) fn has_unknown_cause(&self) -> bool {
        self.forgery.is_none() && self.hints().iter().any(Hint::has_unknown_cause)
    }

    /// Whether the endpoint did what it should; `None` if a forged request does not show it.
    #[must_use]
    pub(crate) fn is_right(&self) -> Option<bool> {
        match &self.forgery {
            Some(trial) => match trial.judge().verdict {
                ForgeryVerdict::Right | ForgeryVerdict::Remark => Some(true),
                ForgeryVerdict::Wrong => Some(false),
                ForgeryVerdict::Unproven | ForgeryVerdict::Unclear => None,
            },
            None => {
                let has_fault = self.challenge_faults.iter().flatten().next().is_some();
                Some(self.reaction.is_delivered() && !has_fault)
            }
        }
    }
}

impl Posted {
    /// Whether the endpoint did what it should, as [`SendTally::is_right`] counts it; `None` if the event is sent again.
    #[must_use]
    pub(crate) fn has_passed(&self, is_last: bool) -> Option<bool> {
        match self.forgery.as_ref().map(|trial| trial.judge().verdict) {
            Some(ForgeryVerdict::Right | ForgeryVerdict::Unproven | ForgeryVerdict::Remark) => Some(true),
            Some(ForgeryVerdict::Wrong | ForgeryVerdict::Unclear) => Some(false),
            None if self.is_right() == Some(true) => Some(true),
            None if self.reaction.is_delivered() || self.zoom_reaction() == Reaction::Lost => Some(false),
            None => is_last.then_some(false),
        }
    }
}

/// Counts over all requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct SendTally {
    /// Requests that were sent, including retries and duplicates.
    pub(crate) sent: u64,
    /// Genuine requests that were accepted.
    pub(crate) delivered: u64,
    /// Forged requests that were rejected. This is right only if genuine ones were accepted.
    pub(crate) refused: u64,
    /// Genuine requests that Zoom would not retry.
    pub(crate) lost: u64,
    /// Genuine requests that Zoom would have retried, but that were not retried.
    pub(crate) open: u64,
    /// Forged requests that were accepted.
    pub(crate) forged_taken: u64,
    /// Forged challenges that were answered.
    pub(crate) forged_answered: u64,
    /// Forged requests whose answer shows nothing.
    pub(crate) forged_unclear: u64,
    /// The outcome of the first genuine request that was accepted.
    pub(crate) accepted: Option<EndpointOutcome>,
    /// Challenges with a wrong answer.
    pub(crate) wrong_answers: u64,
    /// Requests by status, or by the failure if there is no status.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// Whether one was refused, and an experiment would show why.
    pub(crate) has_unknown_cause: bool,
    /// The times that the answers took.
    pub(crate) latencies: Latencies,
}

impl SendTally {
    /// Counts one request. `is_last` is whether it will not be retried.
    pub(crate) fn record(&mut self, posted: &Posted, is_last: bool) {
        self.sent += 1;
        self.latencies.record(posted.answer.took);
        self.has_unknown_cause |= posted.has_unknown_cause();
        let outcome = match &posted.answer.outcome {
            EndpointOutcome::Answered { status } => status.to_string(),
            EndpointOutcome::TimedOut => "no answer in time".to_owned(),
            EndpointOutcome::NotConnected { .. } => "not connected".to_owned(),
        };
        *self.outcomes.entry(outcome).or_insert(0) += 1;
        let counter = match posted.forgery.as_ref().map(|trial| trial.judge().verdict) {
            Some(ForgeryVerdict::Right | ForgeryVerdict::Unproven) => &mut self.refused,
            Some(ForgeryVerdict::Remark) => &mut self.forged_answered,
            Some(ForgeryVerdict::Wrong) => &mut self.forged_taken,
            Some(ForgeryVerdict::Unclear) => &mut self.forged_unclear,
            None if posted.is_right() == Some(true) => {
                self.accepted.get_or_insert_with(|| posted.answer.outcome.clone());
                &mut self.delivered
            }
            None if posted.reaction.is_delivered() => &mut self.wrong_answers,
            None if posted.zoom_reaction() == Reaction::Lost => &mut self.lost,
            None if is_last => &mut self.open,
            None => return,
        };
        *counter += 1;
    }

    /// Whether the endpoint was right every time, as far as is known.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        self.lost + self.open + self.forged_taken + self.forged_unclear + self.wrong_answers == 0
    }

    /// Whether forged requests were refused and no genuine one was sent: the refusals show nothing yet.
    #[must_use]
    pub(crate) fn lacks_a_genuine_request(&self) -> bool {
        let forged = self.refused + self.forged_taken + self.forged_answered + self.forged_unclear;
        self.refused > 0 && self.sent == forged
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::zoom::Breakage;

    fn posted(status: u16, forged: bool) -> Posted {
        let outcome = EndpointOutcome::Answered { status };
        Posted {
            event: "a.b".into(),
            request_id: String::new(),
            attempt: 0,
            reaction: outcome.reaction(),
            forgery: forged.then(|| {
                ForgeryTrial::new(Breakage::Stranger, br#"{"event":"a.b"}"#, false, outcome.clone())
            }),
            answer: EndpointAnswer {
                outcome,
                took: Duration::from_millis(1),
                headers: HeaderMap::new(),
                body: bytes::Bytes::new(),
            },
            challenge_faults: None,
            next_try: None,
            is_stale: false,
        }
    }

    #[test]
    fn is_right_if_genuine_requests_are_accepted_and_forged_ones_rejected() {
        let mut tally = SendTally::default();
        tally.record(&posted(204, false), true);
        assert!(!tally.lacks_a_genuine_request());
        tally.record(&posted(401, true), true);
        assert!(tally.is_right() && tally.delivered == 1 && tally.refused == 1);
        tally.record(&posted(503, false), false);
        assert!(tally.is_right(), "it is retried");
        for (wrong, forged) in [(401, false), (503, false), (200, true), (500, true)] {
            let mut tally = SendTally::default();
            tally.record(&posted(wrong, forged), true);
            assert!(!tally.is_right(), "{wrong} {forged}");
        }
    }

    #[test]
    fn refusals_of_forged_requests_alone_show_nothing() {
        let mut tally = SendTally::default();
        tally.record(&posted(401, true), true);
        assert!(tally.lacks_a_genuine_request());
        assert_eq!(posted(401, true).is_right(), None);
    }
}
