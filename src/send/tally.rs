//! Counts over many requests.

use std::collections::BTreeMap;

use super::Posted;
use crate::delivery::Latencies;
use crate::zoom::EndpointOutcome;

/// Counts over all requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct SendTally {
    /// Requests that were sent, including retries and duplicates.
    pub(crate) sent: u64,
    /// Genuine requests that were accepted.
    pub(crate) delivered: u64,
    /// Forged requests that were rejected.
    pub(crate) refused: u64,
    /// Genuine requests that Zoom would not retry.
    pub(crate) lost: u64,
    /// Genuine requests that Zoom would have retried, but that were not retried.
    pub(crate) open: u64,
    /// Forged requests that were accepted.
    pub(crate) forged_taken: u64,
    /// Challenges with a wrong answer.
    pub(crate) wrong_answers: u64,
    /// Requests by status, or by the failure if there is no status.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// The times that the answers took.
    pub(crate) latencies: Latencies,
}

impl SendTally {
    /// Counts one request. `is_last` is whether it will not be retried.
    pub(crate) fn record(&mut self, posted: &Posted, is_last: bool) {
        self.sent += 1;
        self.latencies.record(posted.answer.took);
        let outcome = match &posted.answer.outcome {
            EndpointOutcome::Answered { status } => status.to_string(),
            EndpointOutcome::TimedOut => "no answer in time".to_owned(),
            EndpointOutcome::NotConnected { .. } => "not connected".to_owned(),
        };
        *self.outcomes.entry(outcome).or_insert(0) += 1;
        let counter = match (posted.forged, posted.is_right()) {
            (true, true) => &mut self.refused,
            (true, false) if posted.reaction.is_delivered() => &mut self.forged_taken,
            (false, true) => &mut self.delivered,
            (false, false) if posted.reaction.is_delivered() => &mut self.wrong_answers,
            (_, false) if posted.reaction == crate::zoom::Reaction::Lost => &mut self.lost,
            (_, false) if is_last => &mut self.open,
            _ => return,
        };
        *counter += 1;
    }

    /// Whether the endpoint was right every time.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        self.lost + self.open + self.forged_taken + self.wrong_answers == 0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::send::EndpointAnswer;

    fn posted(status: u16, forged: bool) -> Posted {
        let outcome = EndpointOutcome::Answered { status };
        Posted {
            event: "a.b".into(),
            request_id: String::new(),
            attempt: 0,
            reaction: outcome.reaction(),
            answer: EndpointAnswer { outcome, took: Duration::from_millis(1), body: bytes::Bytes::new() },
            challenge_faults: None,
            forged,
            next_try: None,
        }
    }

    #[test]
    fn is_right_if_genuine_requests_are_accepted_and_forged_ones_rejected() {
        let mut tally = SendTally::default();
        tally.record(&posted(204, false), true);
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
}
