//! A stored delivery that was sent again, with its outcome.

use crate::delivery::{ForwardOutcome, Forwarded, Judgement};
use crate::diagnosis::{Hint, hints};
use crate::probe::OWN_ANSWER_HEADER;
use crate::replay::AnswerChange;
use crate::zoom::{Expired, Reaction};

/// One delivery, sent again.
#[derive(Debug, Clone)]
pub(crate) struct Replayed {
    /// The stored delivery's id.
    pub(crate) id: String,
    /// The beginning of the id that is unique.
    pub(crate) short_id: String,
    /// The event's name, or the method and path of a request without an event.
    pub(crate) name: String,
    /// Path and query of the request.
    pub(crate) target: String,
    /// Whether the name is an event's.
    pub(crate) is_event: bool,
    /// Whether it was sent as it is stored, with its old signature.
    pub(crate) exact: bool,
    /// The judgement of the request that was sent.
    pub(crate) judgement: Judgement,
    /// The outcome.
    pub(crate) forwarded: Forwarded,
    /// How the answer differs from the first one; `None` if no app was asked the first time.
    pub(crate) changes: Option<Vec<AnswerChange>>,
    /// Tokens and URLs in it that have expired.
    pub(crate) expired: Vec<Expired>,
}

impl Replayed {
    /// How Zoom would react.
    #[must_use]
    pub(crate) fn reaction(&self) -> Reaction {
        self.forwarded.endpoint_outcome().reaction()
    }

    /// Whether a `zoomhook listen` composed the answer, not an app.
    #[must_use]
    pub(crate) fn is_of_zoomhook(&self) -> bool {
        matches!(&self.forwarded.outcome, ForwardOutcome::Answered { headers, .. } if headers.contains_key(OWN_ANSWER_HEADER))
    }

    /// Whether the app answers 401 or 403, and did not do so the first time.
    #[must_use]
    pub(crate) fn is_newly_refused(&self) -> bool {
        let ForwardOutcome::Answered { status, .. } = &self.forwarded.outcome else { return false };
        let refuses = |status: u16| matches!(status, 401 | 403);
        let is_new = |change: &AnswerChange| match change {
            AnswerChange::Status(then, _) => !refuses(*then),
            AnswerChange::Outcome(..) => true,
            _ => false,
        };
        let refused_before = self.changes.as_ref().is_some_and(|changes| !changes.iter().any(is_new));
        refuses(status.as_u16()) && !refused_before && !self.is_of_zoomhook()
    }

    /// Hints about the app. An app that rejects an old signature is right.
    #[must_use]
    pub(crate) fn hints(&self) -> Vec<Hint> {
        if self.is_of_zoomhook() {
            return Vec::new();
        }
        let mut hints = hints(&self.judgement, &self.forwarded);
        hints.retain(|hint| !(self.exact && hint.is_refusal()));
        hints
    }

    /// Whether it was delivered; for a challenge, whether the answer is right.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        self.reaction().is_delivered() && !self.hints().iter().any(|hint| matches!(hint, Hint::Challenge(_)))
    }
}

/// Counts over many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ReplayTally {
    /// Deliveries that were sent again.
    pub(crate) sent: u64,
    /// Deliveries that the app accepted.
    pub(crate) taken: u64,
    /// Deliveries with the same answer as before.
    pub(crate) same: u64,
    /// Deliveries with another answer than before.
    pub(crate) changed: u64,
}

impl ReplayTally {
    /// Counts one more.
    pub(crate) fn record(&mut self, replayed: &Replayed) {
        self.sent += 1;
        self.taken += u64::from(replayed.is_right());
        match replayed.changes.as_deref() {
            None => {}
            Some([]) => self.same += 1,
            Some(_) => self.changed += 1,
        }
    }

    /// Whether the app accepted all of them.
    #[must_use]
    pub(crate) fn is_right(&self) -> bool {
        self.taken == self.sent
    }
}

#[cfg(test)]
pub(crate) mod test_support {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::delivery::{DeliveryVerdict, ForwardRole, Provenance, StoredDelivery, VerifiedEvent};
    use crate::replay::ReplayMode;
    use crate::zoom::{NamedSecret, SecretToken};

    /// A token that differs for each name.
    pub(crate) fn secret(name: &str) -> NamedSecret {
        NamedSecret { name: name.into(), token: SecretToken::new(format!("token of {name}")).unwrap() }
    }

    /// A delivery that this machine accepted, with a signature that no token made.
    pub(crate) fn stored(body: &str) -> StoredDelivery {
        let headers = [
            ("x-zm-signature", "v0=old"),
            ("x-zm-request-timestamp", "1"),
            ("x-zm-request-id", "a_b"),
            ("authorization", "***"),
        ];
        StoredDelivery {
            id: "01J2GZ5YHJ0000000000000001".into(),
            provenance: Provenance::Recorded,
            received_at: UNIX_EPOCH,
            method: "POST".into(),
            target: "https://hooks.test/zoom?a=b".into(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.into())).into(),
            body: body.into(),
            verdict: DeliveryVerdict::Valid,
            reason: None,
            event: Some("a.b".into()),
            event_ts: None,
            request_id: Some("a_b".into()),
            secret_name: Some("second".into()),
            retry_of: None,
            answer: None,
            waits_for: None,
            project: None,
            peer: "203.0.113.9:5".into(),
            route: "tunnel".into(),
            tunnel: "ngrok".into(),
            public_url: None,
            forwarded: Vec::new(),
        }
    }

    /// Fresh signatures, with these values of `--set`.
    pub(crate) fn fresh(edits: &[&str]) -> ReplayMode {
        let edits = edits.iter().map(|text| text.parse().unwrap()).collect();
        ReplayMode::Fresh { secrets: vec![secret("first"), secret("second")], edits, body: None }
    }

    /// An event that was sent again, with an answer after `took`.
    pub(crate) fn replayed(
        outcome: ForwardOutcome,
        took: Duration,
        changes: Option<Vec<AnswerChange>>,
    ) -> Replayed {
        let event = VerifiedEvent { event: "a.b".into(), event_ts: None, secret_name: "s".into() };
        Replayed {
            id: "01J2GZ5YHJ0000000000000001".into(),
            short_id: "01J2GZ5YHJ".into(),
            name: "a.b".into(),
            target: "/webhook".into(),
            is_event: true,
            exact: false,
            judgement: Judgement::Event(event),
            forwarded: Forwarded {
                target: "http://localhost:3000".into(),
                role: ForwardRole::Answers,
                outcome,
                first_byte: Some(took),
                took,
                challenge_faults: None,
            },
            changes,
            expired: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::delivery::ForwardOutcome;
    use crate::diagnosis::{Secrets, challenge_faults};
    use crate::zoom::{Challenge, Envelope, SecretToken};

    fn replayed(status: u16, body: &'static str) -> Replayed {
        let status = StatusCode::from_u16(status).unwrap();
        let outcome = ForwardOutcome::Answered { status, headers: HeaderMap::new(), body: body.into() };
        test_support::replayed(outcome, Duration::from_millis(1), None)
    }

    #[test]
    fn status_and_time_count_as_they_do_for_zoom() {
        assert!(replayed(200, "").is_right() && replayed(204, "").is_right());
        assert!(
            !replayed(302, "").is_right() && !replayed(404, "").is_right() && !replayed(500, "").is_right()
        );
        let mut late = replayed(200, "");
        late.forwarded.took = Duration::from_millis(3_001);
        assert_eq!((late.is_right(), late.reaction()), (false, Reaction::Retried));
    }

    #[test]
    fn an_app_that_rejects_an_old_signature_gets_no_hint() {
        let mut refused = replayed(401, "");
        assert!(!refused.hints().is_empty());
        refused.exact = true;
        assert!(refused.hints().is_empty() && !refused.is_right());
    }

    #[test]
    fn a_challenge_needs_the_right_answer() {
        let body = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"a"}}"#;
        let challenge = Challenge::recognize(&Envelope::parse(body).unwrap()).unwrap().unwrap();
        let answer = challenge.answer(&SecretToken::new("secret").unwrap());
        let right: &'static str = answer.to_json().leak();
        for (status, sent, is_right) in [(200, right, true), (200, "{}", false), (204, "", false)] {
            let mut replayed = replayed(status, sent);
            replayed.judgement =
                Judgement::Challenge { secret_name: "s".into(), signed: true, answer: answer.clone() };
            let faults =
                challenge_faults(&replayed.judgement, &replayed.forwarded, &Secrets::new(Vec::new()));
            replayed.forwarded.challenge_faults = faults;
            assert_eq!(replayed.is_right(), is_right, "{status} {sent}");
        }
    }

    #[test]
    fn counts_accepted_deliveries_and_unchanged_answers() {
        let mut tally = ReplayTally::default();
        let changed = Some(vec![AnswerChange::Status(200, 500)]);
        for replayed in [
            Replayed { changes: Some(Vec::new()), ..replayed(200, "") },
            Replayed { changes: changed, ..replayed(500, "") },
            replayed(200, ""),
        ] {
            tally.record(&replayed);
        }
        assert_eq!(tally, ReplayTally { sent: 3, taken: 2, same: 1, changed: 1 });
        assert!(!tally.is_right());
    }
}
