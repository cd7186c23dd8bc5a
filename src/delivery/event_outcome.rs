//! [`EventOutcome`]: what became of a verified event. It decides between delivered, lost and retried for the screen, the
//! summary, NDJSON, expectations and the history.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};

use crate::delivery::{
    Delivery, DeliveryVerdict, ForwardOutcome, ForwardRole, Forwarded, Judgement, LateForwarded, LateKind,
    Provenance, Refusal, RelayOutcomeKind, Route, Stored, StoredDelivery, StoredForward, StoredWait,
};
use crate::zoom::{CHALLENGE_EVENT, EndpointOutcome, Reaction, SIGNATURE_HEADER, is_too_late};

/// What became of a verified event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOutcome {
    /// Answered with a 2xx in time.
    Delivered,
    /// Answered with a 3xx or 4xx: Zoom does not retry it.
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Answered with a 5xx.
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// No answer in the three seconds that Zoom waits.
    TooLate,
    /// The app does not accept connections.
    NotReachable,
    /// The app sent no complete HTTP answer, or the session ended before the answer.
    NoAnswer,
    /// Zoom has its answer, and the app gets the event afterwards.
    Pending,
    /// Zoom has its answer, and the app failed in every attempt of zoomhook.
    GivenUp,
    /// Zoom has its answer, and the session ended before the app's.
    Abandoned,
}

/// What becomes of an event after Zoom has its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueState {
    /// Nothing more will happen.
    Done,
    /// The app gets it from the queue, and has not given its last answer.
    Waits,
    /// The session ended before the app's last answer.
    Abandoned,
}

/// What the user's app did with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppAnswer {
    /// It answered.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// It did not accept the connection.
    Unreachable,
    /// It did not answer within this time.
    TimedOut(Duration),
    /// It had no time to answer, because the session was stopped.
    Stopped,
    /// It sent no complete HTTP answer.
    Broken,
}

/// Everything that decides the outcome of a verified event, of a running session or from the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeFacts {
    /// The answer to Zoom: its status, and the time that it took.
    pub answer: (u16, Duration),
    /// What the app did whose answer was sent to Zoom; `None` if zoomhook answered.
    pub app: Option<AppAnswer>,
    /// Whether the app gets the event from the queue.
    pub queue: QueueState,
    /// What the app did with the event from the queue, in the last attempt.
    pub queued: Option<AppAnswer>,
}

impl OutcomeFacts {
    /// The outcome.
    #[must_use]
    pub fn outcome(&self) -> EventOutcome {
        let (status, took) = self.answer;
        match (self.queued, self.app) {
            _ if self.queue == QueueState::Waits => EventOutcome::Pending,
            _ if self.queue == QueueState::Abandoned => EventOutcome::Abandoned,
            (Some(last), _) => EventOutcome::of_last_attempt(last),
            (None, Some(app @ (AppAnswer::Unreachable | AppAnswer::Broken))) => EventOutcome::of_app(app),
            _ if is_too_late(took) => EventOutcome::TooLate,
            (None, Some(app)) => EventOutcome::of_app(app),
            (None, None) => EventOutcome::of_status(status),
        }
    }

    /// How Zoom reacts to the answer that it got. With `--hold`, that was a 502, whatever the app answers later.
    #[must_use]
    pub fn reaction(&self) -> Reaction {
        let of_answer = EventOutcome::of_status(self.answer.0).reaction();
        let was_queued = self.queue != QueueState::Done || self.queued.is_some();
        if was_queued && of_answer == Reaction::Retried { of_answer } else { self.outcome().reaction() }
    }
}

impl EventOutcome {
    /// The outcome of a delivery; `None` if it is not a verified event.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Option<Self> {
        OutcomeFacts::of(delivery).map(|facts| facts.outcome())
    }

    /// The outcome of a queued event; `None` for other late outcomes, and while zoomhook tries again.
    #[must_use]
    pub fn of_late(late: &LateForwarded) -> Option<Self> {
        let LateKind::Queued { tries_again: false } = late.kind else { return None };
        late.forwarded.first().map(|forwarded| Self::of_last_attempt(AppAnswer::of(&forwarded.outcome)))
    }

    /// The outcome if the session ended before Zoom's answer. `was_taken_later`: the app took a replay since.
    #[must_use]
    pub fn without_answer(was_taken_later: bool) -> Self {
        if was_taken_later { Self::Delivered } else { Self::NoAnswer }
    }

    fn of_last_attempt(app: AppAnswer) -> Self {
        match Self::of_app(app) {
            outcome if outcome.reaction() == Reaction::Retried => Self::GivenUp,
            outcome => outcome,
        }
    }

    fn of_app(app: AppAnswer) -> Self {
        match app {
            AppAnswer::Answered { status } => Self::of_status(status),
            AppAnswer::Unreachable => Self::NotReachable,
            AppAnswer::TimedOut(limit) if is_too_late(limit) => Self::TooLate,
            // Earlier versions stored a stopped session as a time that was not up.
            AppAnswer::TimedOut(_) | AppAnswer::Stopped | AppAnswer::Broken => Self::NoAnswer,
        }
    }

    /// The outcome of an answer in time.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        match (EndpointOutcome::Answered { status }).reaction() {
            Reaction::Delivered | Reaction::DeliveredOddly => Self::Delivered,
            Reaction::Lost => Self::Refused { status },
            Reaction::Retried => Self::Failed { status },
        }
    }

    /// How Zoom reacts. A pending event counts as delivered for Zoom.
    #[must_use]
    pub fn reaction(self) -> Reaction {
        match self {
            Self::Delivered | Self::Pending => Reaction::Delivered,
            Self::Refused { .. } | Self::GivenUp | Self::Abandoned => Reaction::Lost,
            Self::Failed { .. } | Self::TooLate | Self::NotReachable | Self::NoAnswer => Reaction::Retried,
        }
    }
}

impl QueueState {
    /// Of a delivery with an answer.
    #[must_use]
    pub fn of(wait: StoredWait) -> Self {
        match wait {
            StoredWait::Queue => Self::Waits,
            StoredWait::Abandoned => Self::Abandoned,
            StoredWait::Answer { .. } => Self::Done,
        }
    }
}

impl AppAnswer {
    /// Whether the app took the event.
    #[must_use]
    pub fn takes(self) -> bool {
        EventOutcome::of_app(self) == EventOutcome::Delivered
    }

    fn of(outcome: &ForwardOutcome) -> Self {
        match outcome {
            ForwardOutcome::Answered { status, .. } => Self::Answered { status: status.as_u16() },
            ForwardOutcome::Unreachable(_) => Self::Unreachable,
            ForwardOutcome::TimedOut(limit) => Self::TimedOut(*limit),
            ForwardOutcome::Stopped => Self::Stopped,
            ForwardOutcome::Broken(_) => Self::Broken,
        }
    }

    /// From stored values. `None` if another version wrote a word that this one does not know.
    #[must_use]
    pub fn of_stored(kind: &Stored<RelayOutcomeKind>, status: Option<u16>, took: Duration) -> Option<Self> {
        let Stored::Known(kind) = kind else { return None };
        Some(match (kind, status) {
            (RelayOutcomeKind::Answered, Some(status)) => Self::Answered { status },
            (RelayOutcomeKind::Answered, None) | (RelayOutcomeKind::Broken, _) => Self::Broken,
            (RelayOutcomeKind::Unreachable, _) => Self::Unreachable,
            // It waited until the limit.
            (RelayOutcomeKind::TimedOut, _) => Self::TimedOut(took),
            (RelayOutcomeKind::Stopped, _) => Self::Stopped,
        })
    }
}

impl From<&StoredForward> for Option<AppAnswer> {
    fn from(forward: &StoredForward) -> Self {
        AppAnswer::of_stored(&forward.outcome, forward.status, forward.took)
    }
}

impl OutcomeFacts {
    /// The facts of a delivery of a running session; `None` if it is not a verified event.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Option<Self> {
        let Judgement::Event(_) = delivery.judgement else { return None };
        let app = delivery.forwarded.iter().find(|forwarded| forwarded.role == ForwardRole::Answers);
        Some(Self {
            answer: (delivery.answer.status.as_u16(), delivery.answer.took),
            app: app.map(|forwarded| AppAnswer::of(&forwarded.outcome)),
            queue: if delivery.is_queued { QueueState::Waits } else { QueueState::Done },
            queued: None,
        })
    }
}

/// Whether this machine verified a stored delivery as an event.
#[must_use]
pub fn is_verified_event(
    provenance: Provenance,
    verdict: DeliveryVerdict,
    is_refused: bool,
    event: Option<&str>,
) -> bool {
    provenance == Provenance::Recorded
        && verdict == DeliveryVerdict::Valid
        && !is_refused
        && event.is_some_and(|event| event != CHALLENGE_EVENT)
}

impl StoredDelivery {
    /// Whether this machine verified it as an event. An imported delivery only claims it.
    #[must_use]
    pub fn is_verified_event(&self) -> bool {
        is_verified_event(self.provenance, self.verdict, self.reason.is_some(), self.event.as_deref())
    }

    /// The facts of a stored delivery; `None` if it is not a verified event, or Zoom has no answer yet.
    #[must_use]
    pub fn outcome_facts(&self) -> Option<OutcomeFacts> {
        let answer = self.answer.filter(|_| self.is_verified_event())?;
        Some(OutcomeFacts {
            answer: (answer.status, answer.took),
            app: self.answering().and_then(Option::from),
            queue: self.waits_for.map_or(QueueState::Done, QueueState::of),
            queued: self.last_queued().and_then(Option::from),
        })
    }

    /// What became of a stored event; `None` if it is not a verified event, or waits for the app's answer at this time.
    /// A session that ended before the answer gave Zoom none.
    #[must_use]
    pub fn outcome(&self, now: SystemTime) -> Option<EventOutcome> {
        match self.waits_for {
            Some(StoredWait::Answer { until }) => (self.is_verified_event() && until <= now)
                .then(|| EventOutcome::without_answer(self.was_taken_later())),
            _ => self.outcome_facts().map(|facts| facts.outcome()),
        }
    }

    /// How Zoom reacts to the answer that it got; `None` as for [`Self::outcome`].
    #[must_use]
    pub fn reaction(&self, now: SystemTime) -> Option<Reaction> {
        let of_answer = self.outcome_facts().map(|facts| facts.reaction());
        // Without an answer, Zoom retries it, also if the app took a replay of it since.
        of_answer.or_else(|| self.outcome(now).map(|_| Reaction::Retried))
    }

    /// What became of a challenge that this machine verified; `None` for other requests, and before the answer.
    #[must_use]
    pub fn challenge_outcome(&self) -> Option<EventOutcome> {
        let is_challenge = self.provenance == Provenance::Recorded
            && self.verdict == DeliveryVerdict::Valid
            && self.reason.is_none()
            && self.event.as_deref() == Some(CHALLENGE_EVENT);
        let status = self.answer.filter(|_| is_challenge)?.status;
        Some(if self.fails_validation() { EventOutcome::Refused { status } } else { EventOutcome::Delivered })
    }

    /// Whether Marketplace's validation failed with the answer to this challenge, as [`Delivery::fails_validation`].
    #[must_use]
    pub fn fails_validation(&self) -> bool {
        let is_challenge = self.reason.is_none() && self.event.as_deref() == Some(CHALLENGE_EVENT);
        let Some(answer) = self.answer.filter(|_| is_challenge) else { return false };
        EventOutcome::of_status(answer.status) != EventOutcome::Delivered
            || is_too_late(answer.took)
            // An answer has a detail only if it is not what Zoom expects.
            || self.answering().is_some_and(|app| app.status.is_some() && app.detail.is_some())
    }
}

impl Delivery {
    /// Whether Marketplace's validation fails with this answer to a challenge; always false for other requests.
    #[must_use]
    pub fn fails_validation(&self) -> bool {
        let Judgement::Challenge { .. } = self.judgement else { return false };
        let mut answers = self.forwarded.iter().filter(|forwarded| forwarded.role == ForwardRole::Answers);
        EndpointOutcome::Answered { status: self.answer.status.as_u16() }.reaction() != Reaction::Delivered
            || is_too_late(self.answer.took)
            || answers.any(|forwarded| forwarded.challenge_faults.iter().flatten().next().is_some())
    }

    /// Whether the user's app accepted it although its signature is not valid: `--forward-unverified`.
    #[must_use]
    pub fn was_accepted_unverified(&self) -> bool {
        matches!(self.judgement, Judgement::Refused { .. })
            && self.answer.status.is_success()
            // That answer came from the session that received it.
            && self.request.route != Route::Stream
    }
}

/// How a delivery ended, as one sign of a line shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliverySign {
    /// Delivered; for a challenge, answered as Zoom expects.
    Good,
    /// Verified, but not delivered; for a challenge, Validate fails or it was not signed.
    Problem,
    /// Refused.
    Refused,
    /// From another session, and not verified: there is no secret token.
    Unchecked,
    /// A request for another path or with another method, without Zoom's headers.
    Unrelated,
}

impl Delivery {
    /// How it ended.
    #[must_use]
    pub fn sign(&self) -> DeliverySign {
        let good_if = |is_good| if is_good { DeliverySign::Good } else { DeliverySign::Problem };
        match &self.judgement {
            Judgement::Event(_) => {
                good_if(EventOutcome::of(self).is_some_and(|outcome| outcome.reaction().is_delivered()))
            }
            Judgement::Challenge { signed, .. } => good_if(*signed && !self.fails_validation()),
            Judgement::Refused { .. } if self.is_unrelated() => DeliverySign::Unrelated,
            Judgement::Refused { refusal: Refusal::NoSecret, .. } => DeliverySign::Unchecked,
            Judgement::Refused { .. } => DeliverySign::Refused,
        }
    }

    /// Whether it has another path or method and lacks Zoom's signature header. With the header, the URL in Marketplace
    /// may be wrong.
    #[must_use]
    pub fn is_unrelated(&self) -> bool {
        matches!(&self.judgement, Judgement::Refused { refusal, .. } if !refusal.concerns_a_delivery())
            && !self.request.headers.contains_key(SIGNATURE_HEADER)
    }
}

impl Forwarded {
    /// Whether the app took it in time.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.endpoint_outcome().reaction().is_delivered()
    }

    /// How Zoom reacts to this answer, or would react: a late answer counts as no answer.
    #[must_use]
    pub fn endpoint_outcome(&self) -> EndpointOutcome {
        match &self.outcome {
            ForwardOutcome::Answered { .. } if is_too_late(self.took) => EndpointOutcome::TimedOut,
            ForwardOutcome::Answered { status, .. } => EndpointOutcome::Answered { status: status.as_u16() },
            ForwardOutcome::TimedOut(_) | ForwardOutcome::Stopped => EndpointOutcome::TimedOut,
            ForwardOutcome::Unreachable(reason) | ForwardOutcome::Broken(reason) => {
                EndpointOutcome::NotConnected { reason: reason.clone() }
            }
        }
    }
}

/// Counts of [`EventOutcome`]s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutcomeTally {
    /// Delivered events.
    pub delivered: u64,
    /// Refused events, by status.
    pub refused: BTreeMap<u16, u64>,
    /// Events that the app answered with a 5xx, by status.
    pub failed: BTreeMap<u16, u64>,
    /// Events without an answer in time.
    pub too_late: u64,
    /// Events that arrived while the app did not accept connections.
    pub not_reachable: u64,
    /// Events without a complete answer.
    pub no_answer: u64,
    /// Events that the app has not received yet.
    pub pending: u64,
    /// Acknowledged events that the app failed to take in every attempt.
    pub given_up: u64,
    /// Acknowledged events whose session ended before the app answered.
    pub abandoned: u64,
}

impl OutcomeTally {
    /// Counts one event.
    pub fn count(&mut self, outcome: EventOutcome) {
        let count = match outcome {
            EventOutcome::Delivered => &mut self.delivered,
            EventOutcome::Refused { status } => self.refused.entry(status).or_default(),
            EventOutcome::Failed { status } => self.failed.entry(status).or_default(),
            EventOutcome::TooLate => &mut self.too_late,
            EventOutcome::NotReachable => &mut self.not_reachable,
            EventOutcome::NoAnswer => &mut self.no_answer,
            EventOutcome::Pending => &mut self.pending,
            EventOutcome::GivenUp => &mut self.given_up,
            EventOutcome::Abandoned => &mut self.abandoned,
        };
        *count += 1;
    }

    /// The number of events.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.delivered + self.lost() + self.retried() + self.pending
    }

    /// The number of events that Zoom does not send again although the app did not take them.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.refused.values().sum::<u64>() + self.given_up + self.abandoned
    }

    /// The number of events that Zoom retries.
    #[must_use]
    pub fn retried(&self) -> u64 {
        self.failed.values().sum::<u64>() + self.too_late + self.not_reachable + self.no_answer
    }
}

/// Counts the outcomes of a session's events, and replaces that of a pending one once it is final.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutcomeLog {
    tally: OutcomeTally,
    /// The ids of events that the app has not received yet.
    pending: HashSet<String>,
}

impl OutcomeLog {
    /// The counts so far.
    #[must_use]
    pub fn tally(&self) -> &OutcomeTally {
        &self.tally
    }

    /// Whether the app has not received all of them yet.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Counts the outcome of a delivery.
    pub fn count(&mut self, id: &str, outcome: EventOutcome) {
        self.tally.count(outcome);
        if outcome == EventOutcome::Pending {
            self.pending.insert(id.to_owned());
        }
    }

    /// Counts the final outcome of a pending delivery, and returns it. `None` if it is not final, or if the delivery was
    /// not counted because a filter left it out.
    pub fn settle(&mut self, late: &LateForwarded) -> Option<EventOutcome> {
        let outcome = EventOutcome::of_late(late).filter(|_| self.pending.remove(&late.id))?;
        self.tally.pending = self.tally.pending.saturating_sub(1);
        self.tally.count(outcome);
        Some(outcome)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::delivery::filter::tests::{challenge, event};
    use crate::zoom::ANSWER_LIMIT;

    /// An answer after the acknowledgment.
    pub(crate) fn forwarded(status: u16) -> Forwarded {
        forwarded_as(answered(status), ForwardRole::Observed)
    }

    fn forwarded_as(outcome: ForwardOutcome, role: ForwardRole) -> Forwarded {
        let took = Duration::from_millis(1);
        Forwarded {
            target: "http://a".into(),
            role,
            outcome,
            first_byte: Some(took),
            took,
            challenge_faults: None,
        }
    }

    fn answered(status: u16) -> ForwardOutcome {
        let status = StatusCode::from_u16(status).unwrap();
        ForwardOutcome::Answered { status, headers: HeaderMap::new(), body: "".into() }
    }

    fn outcome(app: ForwardOutcome, status: u16, took: Duration) -> EventOutcome {
        let mut delivery = event("a.b", "{}");
        delivery.answer.status = StatusCode::from_u16(status).unwrap();
        delivery.answer.took = took;
        delivery.forwarded.push(forwarded_as(app, ForwardRole::Answers));
        EventOutcome::of(&delivery).unwrap()
    }

    #[test]
    fn the_answer_and_its_time_decide() {
        let fast = Duration::from_millis(12);
        for (status, expected) in [
            (200, EventOutcome::Delivered),
            (201, EventOutcome::Delivered),
            (302, EventOutcome::Refused { status: 302 }),
            (401, EventOutcome::Refused { status: 401 }),
            (500, EventOutcome::Failed { status: 500 }),
        ] {
            assert_eq!(outcome(answered(status), status, fast), expected);
            assert_eq!(outcome(answered(status), status, ANSWER_LIMIT), EventOutcome::TooLate);
        }
        let down = ForwardOutcome::Unreachable("refused".into());
        assert_eq!(outcome(down, 502, fast), EventOutcome::NotReachable);
        assert_eq!(outcome(ForwardOutcome::Broken("closed".into()), 502, fast), EventOutcome::NoAnswer);
        let slow = ForwardOutcome::TimedOut(Duration::from_secs(10));
        assert_eq!(outcome(slow, 504, Duration::from_secs(10)), EventOutcome::TooLate);
        assert_eq!(outcome(ForwardOutcome::Stopped, 504, Duration::from_secs(1)), EventOutcome::NoAnswer);
        let of_an_earlier_version = ForwardOutcome::TimedOut(Duration::from_secs(1));
        assert_eq!(outcome(of_an_earlier_version, 504, Duration::from_secs(1)), EventOutcome::NoAnswer);
    }

    #[test]
    fn the_reaction_is_that_of_the_answer() {
        assert_eq!(EventOutcome::of_status(204).reaction(), Reaction::Delivered);
        assert_eq!(EventOutcome::of_status(404).reaction(), Reaction::Lost);
        assert_eq!(EventOutcome::of_status(503).reaction(), Reaction::Retried);
        assert_eq!(EventOutcome::TooLate.reaction(), Reaction::Retried);
    }

    #[test]
    fn a_queued_event_is_pending_until_its_last_attempt() {
        let mut delivery = event("a.b", "{}");
        delivery.is_queued = true;
        assert_eq!(EventOutcome::of(&delivery), Some(EventOutcome::Pending));
        let late = |kind, status| LateForwarded {
            id: delivery.id.clone(),
            judgement: delivery.judgement.clone(),
            forwarded: vec![forwarded(status)],
            attempt: 1,
            kind,
            is_signed_afresh: false,
        };
        let of = |kind, status| EventOutcome::of_late(&late(kind, status));
        assert_eq!(of(LateKind::Queued { tries_again: true }, 500), None);
        assert_eq!(of(LateKind::Copy, 401), None);
        let last = LateKind::Queued { tries_again: false };
        assert_eq!(of(last, 401), Some(EventOutcome::Refused { status: 401 }));
        assert_eq!(of(last, 503), Some(EventOutcome::GivenUp));

        let mut log = OutcomeLog::default();
        assert_eq!(log.settle(&late(last, 401)), None, "it was not counted");
        log.count(&delivery.id, EventOutcome::Pending);
        assert!(log.has_pending() && log.tally().pending == 1);
        assert_eq!(log.settle(&late(last, 401)), Some(EventOutcome::Refused { status: 401 }));
        let tally = log.tally();
        assert_eq!((tally.pending, tally.lost(), tally.retried(), log.has_pending()), (0, 1, 0, false));
    }

    #[test]
    fn zoom_reacts_to_the_answer_that_it_got_also_if_the_app_takes_the_event_later() {
        let took = Duration::from_millis(1);
        let held = |queue, queued| OutcomeFacts {
            answer: (502, took),
            app: Some(AppAnswer::Unreachable),
            queue,
            queued,
        };
        let waiting = held(QueueState::Waits, None);
        assert_eq!((waiting.outcome(), waiting.reaction()), (EventOutcome::Pending, Reaction::Retried));
        let abandoned = held(QueueState::Abandoned, None);
        assert_eq!((abandoned.outcome(), abandoned.reaction()), (EventOutcome::Abandoned, Reaction::Retried));
        let taken = held(QueueState::Done, Some(AppAnswer::Answered { status: 200 }));
        assert_eq!((taken.outcome(), taken.reaction()), (EventOutcome::Delivered, Reaction::Retried));
        let acknowledged = OutcomeFacts { answer: (204, took), app: None, ..taken };
        assert_eq!(acknowledged.reaction(), Reaction::Delivered);
        let abandoned = OutcomeFacts { queue: QueueState::Abandoned, queued: None, ..acknowledged };
        assert_eq!(abandoned.reaction(), Reaction::Lost);
        let refused = OutcomeFacts { queued: Some(AppAnswer::Answered { status: 401 }), ..acknowledged };
        assert_eq!(refused.reaction(), Reaction::Lost);
    }

    #[test]
    fn a_challenge_has_no_outcome_but_can_fail() {
        let mut delivery = challenge();
        assert_eq!(EventOutcome::of(&delivery), None);
        assert!(!delivery.fails_validation());
        delivery.answer.status = StatusCode::UNAUTHORIZED;
        assert!(delivery.fails_validation());
    }
}
