//! Recognizes retries of earlier deliveries: [`RetryLog`].
//!
//! A retry has the same body and `x-zm-request-id` as the first delivery, and a new timestamp, signature and tracking
//! id. So retries are recognized by body and request id.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use ulid::Ulid;

use crate::delivery::{Delivery, Judgement, Refusal, Repetition};
use crate::zoom::{Attempt, EventFate, REQUEST_ID_HEADER, RETRIES, fate};

/// Limit on the remembered deliveries. Zoom's last retry comes 85 minutes after the first attempt; this is about one
/// delivery a second for that long.
const REMEMBERED: usize = 5_000;

/// Limit on the bytes of headers that are remembered for a delivery. Zoom sends less than a kilobyte.
const HEADERS: usize = 8 << 10;

/// Remembers deliveries in order to recognize their retries.
#[derive(Debug, Default)]
pub struct RetryLog {
    known: HashMap<Mark, Known>,
    order: VecDeque<Mark>,
}

/// An event that was delivered once or several times.
#[derive(Debug)]
struct Known {
    /// Stored as a number: thousands of small strings, each kept for an hour, would fragment the memory.
    first: Ulid,
    first_at: SystemTime,
    tries: usize,
    /// The headers of the last attempt. Stored only if Zoom will retry it, because most deliveries are not retried.
    headers: Option<Vec<(String, Box<[u8]>)>>,
}

impl RetryLog {
    /// The earlier delivery that this one repeats, if any. `mark` is the mark of `delivery`.
    #[must_use]
    pub fn find(&self, mark: Mark, delivery: &Delivery) -> Option<Repetition> {
        let known = self.known.get(&mark)?;
        let since = delivery.received_at.duration_since(known.first_at).unwrap_or_default();
        let changed = |before: &Vec<_>| changed_headers(before, &delivery.request.headers);
        Some(Repetition {
            first: known.first.to_string(),
            // Attempts that were missed while no session was running count as well.
            number: known.tries.max(due_after(since)),
            changed_headers: known.headers.as_ref().map(changed),
        })
    }

    /// Remembers a delivery that was answered. `mark` is the mark of `delivery`.
    pub fn remember(&mut self, mark: Mark, delivery: &Delivery) {
        let will_be_retried = will_be_retried(delivery).then_some(&delivery.request.headers);
        self.enter(mark, &delivery.id, delivery.received_at, will_be_retried);
    }

    /// Remembers a correctly signed delivery of an earlier session.
    pub fn remember_earlier(&mut self, id: &str, received_at: SystemTime, headers: &HeaderMap, body: &[u8]) {
        self.enter(Mark::new(headers, body), id, received_at, Some(headers));
    }

    fn enter(&mut self, mark: Mark, id: &str, received_at: SystemTime, headers: Option<&HeaderMap>) {
        // All ids are ULIDs.
        let Ok(first) = Ulid::from_string(id) else { return };
        let headers = headers.and_then(owned_headers);
        if let Some(known) = self.known.get_mut(&mark) {
            known.tries += 1;
            known.headers = headers;
            return;
        }
        let known = Known { first, first_at: received_at, tries: 1, headers };
        self.known.insert(mark, known);
        self.order.push_back(mark);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

fn is_correctly_signed(judgement: &Judgement) -> bool {
    match judgement {
        Judgement::Event(_) => true,
        // A request rejected as stale may be retried after the clock was corrected.
        Judgement::Refused { refusal: Refusal::Stale { .. }, secret_name, .. } => secret_name.is_some(),
        _ => false,
    }
}

/// Whether Zoom will retry the delivery.
fn will_be_retried(delivery: &Delivery) -> bool {
    let fate = fate(delivery.answer.status.as_u16(), delivery.answer.took, Attempt(0), delivery.received_at);
    matches!(fate, EventFate::WillRetry { .. })
}

/// The number of retries that are due this long after the first attempt. A retry counts as due after half of its pause,
/// because Zoom's actual pauses differ from its page by seconds.
fn due_after(since: Duration) -> usize {
    let mut at = Duration::ZERO;
    let due = RETRIES.iter().take_while(|pause| {
        let is_due = since >= at + **pause / 2;
        at += **pause;
        is_due
    });
    due.count()
}

fn owned_headers(headers: &HeaderMap) -> Option<Vec<(String, Box<[u8]>)>> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let pairs = headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().into()));
    (bytes <= HEADERS).then(|| pairs.collect())
}

fn changed_headers(before: &[(String, Box<[u8]>)], now: &HeaderMap) -> Vec<String> {
    let values = |name: &str| -> Vec<&[u8]> {
        before.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect()
    };
    let differs = |name: &str| !now.get_all(name).iter().map(|value| value.as_bytes()).eq(values(name));
    let mut changed: Vec<String> =
        now.keys().map(|name| name.to_string()).filter(|name| differs(name)).collect();
    for (name, _) in before {
        if !now.contains_key(name) && !changed.contains(name) {
            changed.push(name.clone());
        }
    }
    changed
}

/// How many bytes of each end of a body are hashed together with a request id.
const END: usize = 128;

/// A hash that all deliveries of one event share. It covers the request id and a part of the body, so that events of a
/// test tool that always sends the same request id are not treated as retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark(u64);

impl Mark {
    /// The mark of a delivery. Only correctly signed deliveries have one, so that a forged request with a known request
    /// id does not make an event look like a retry.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Option<Self> {
        let request = &delivery.request;
        is_correctly_signed(&delivery.judgement).then(|| Self::new(&request.headers, &request.body))
    }

    fn new(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        match headers.get(REQUEST_ID_HEADER) {
            Some(id) => {
                id.as_bytes().hash(&mut hasher);
                body.len().hash(&mut hasher);
                body[..body.len().min(END)].hash(&mut hasher);
                body[body.len().saturating_sub(END)..].hash(&mut hasher);
            }
            None => body.hash(&mut hasher),
        }
        Self(hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hyper::{Method, StatusCode};

    use super::*;
    use crate::delivery::{Answer, Request, Route, VerifiedEvent};

    fn id(number: &str) -> String {
        Ulid::from(number.parse::<u128>().unwrap()).to_string()
    }

    fn delivery(number: &str, request_id: Option<&'static str>, body: &'static str) -> Delivery {
        let mut headers = HeaderMap::new();
        if let Some(request_id) = request_id {
            headers.insert(REQUEST_ID_HEADER, request_id.parse().unwrap());
        }
        Delivery {
            id: id(number),
            received_at: SystemTime::UNIX_EPOCH,
            request: Arc::new(Request {
                method: Method::POST,
                target: "/webhook".into(),
                headers,
                body: body.into(),
                peer: "127.0.0.1:1".parse().unwrap(),
                route: Route::Local,
            }),
            judgement: Judgement::Event(VerifiedEvent {
                event: "meeting.started".into(),
                event_ts: None,
                secret_name: "x".into(),
            }),
            answer: Answer { status: StatusCode::NO_CONTENT, took: Duration::ZERO },
            repeats: None,
            cause: None,
            forwarded: Vec::new(),
            is_queued: false,
        }
    }

    fn after_minutes(minutes: u64, delivery: Delivery) -> Delivery {
        Delivery { received_at: SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60), ..delivery }
    }

    fn find(log: &RetryLog, delivery: &Delivery) -> Option<Repetition> {
        log.find(Mark::of(delivery)?, delivery)
    }

    fn remember(log: &mut RetryLog, delivery: &Delivery) {
        if let Some(mark) = Mark::of(delivery) {
            log.remember(mark, delivery);
        }
    }

    /// Finds the first delivery and the number of the retry, then remembers the delivery.
    fn take(log: &mut RetryLog, delivery: &Delivery) -> Option<(String, usize)> {
        let found = find(log, delivery);
        remember(log, delivery);
        found.map(|repeats| (repeats.first, repeats.number))
    }

    #[test]
    fn the_same_request_id_and_body_are_a_retry_of_the_first() {
        let mut log = RetryLog::default();
        assert_eq!(take(&mut log, &delivery("1", Some("a"), "x")), None);
        assert_eq!(take(&mut log, &delivery("2", Some("a"), "x")), Some((id("1"), 1)));
        assert_eq!(take(&mut log, &delivery("3", Some("a"), "x")), Some((id("1"), 2)));
    }

    #[test]
    fn another_request_id_or_another_body_is_another_event() {
        let mut log = RetryLog::default();
        remember(&mut log, &delivery("1", Some("a"), "x"));
        assert_eq!(find(&log, &delivery("2", Some("b"), "x")), None);
        assert_eq!(find(&log, &delivery("3", Some("a"), "y")), None);
    }

    #[test]
    fn counts_attempts_that_were_missed_between_sessions() {
        let mut log = RetryLog::default();
        log.remember_earlier(
            &id("1"),
            SystemTime::UNIX_EPOCH,
            &delivery("1", Some("a"), "").request.headers,
            b"x",
        );
        for (minutes, number) in [(0, 1), (5, 1), (24, 2), (26, 2), (85, 3), (200, 3)] {
            let found = find(&log, &after_minutes(minutes, delivery("2", Some("a"), "x"))).unwrap();
            assert_eq!((found.first, found.number), (id("1"), number), "{minutes}");
        }
    }

    #[test]
    fn lists_changed_headers_if_a_retry_was_expected() {
        let with = |id: &str, headers: &[(&'static str, &'static str)]| {
            let mut delivery = delivery(id, Some("a"), "x");
            delivery.answer.status = StatusCode::BAD_GATEWAY;
            for (name, value) in headers {
                Arc::make_mut(&mut delivery.request).headers.append(*name, value.parse().unwrap());
            }
            delivery
        };
        let mut log = RetryLog::default();
        remember(&mut log, &with("1", &[("x-same", "1"), ("x-other", "1"), ("x-gone", "1"), ("x-two", "1")]));
        let retry =
            with("2", &[("x-new", "1"), ("x-other", "2"), ("x-same", "1"), ("x-two", "1"), ("x-two", "2")]);
        let mut changed = find(&log, &retry).unwrap().changed_headers.unwrap();
        changed.sort();
        assert_eq!(changed, ["x-gone", "x-new", "x-other", "x-two"]);
        remember(&mut log, &Delivery { answer: delivery("0", None, "").answer, ..retry.clone() });
        assert_eq!(
            find(&log, &retry).unwrap().changed_headers,
            None,
            "the headers of an acknowledged delivery are dropped"
        );
    }

    #[test]
    fn a_forged_request_is_not_remembered() {
        let mut log = RetryLog::default();
        let mut forged = delivery("1", Some("a"), "x");
        forged.judgement = Judgement::Refused {
            refusal: Refusal::SignatureMismatch,
            claimed_event: None,
            secret_name: None,
        };
        remember(&mut log, &forged);
        assert_eq!(find(&log, &delivery("2", Some("a"), "x")), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut log = RetryLog::default();
        for i in 0..REMEMBERED * 2 {
            let mut delivery = delivery("1", None, "");
            Arc::make_mut(&mut delivery.request).body = i.to_string().into();
            remember(&mut log, &delivery);
        }
        assert_eq!((log.known.len(), log.order.len()), (REMEMBERED, REMEMBERED));
    }
}
