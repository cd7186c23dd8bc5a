//! Is this delivery a retry of an earlier one?
//!
//! Zoom signs a retry afresh, under a new timestamp; body and `x-zm-request-id` stay. So those two tell, and
//! signature and tracking id do not.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::delivery::{Delivery, Judgement, Refusal};
use crate::zoom::REQUEST_ID_HEADER;

/// How many deliveries are remembered. Zoom's last retry comes 85 minutes after the first try; this is about
/// one delivery a second for that long.
const REMEMBERED: usize = 5_000;

/// Remembers deliveries to recognise their retries.
#[derive(Debug, Default)]
pub struct RetryLog {
    first_ids: HashMap<u64, String>,
    order: VecDeque<u64>,
}

impl RetryLog {
    /// The id of the first delivery of the same event, if there was one; remembers this one if not.
    ///
    /// Only requests that carry a right signature count: a stranger who repeats a request id shall not make
    /// an event look like a retry.
    pub fn recognise(&mut self, delivery: &Delivery) -> Option<String> {
        if !signed_rightly(&delivery.judgement) {
            return None;
        }
        let mark = mark(delivery);
        match self.first_ids.entry(mark) {
            Entry::Occupied(first) => return Some(first.get().clone()),
            Entry::Vacant(free) => free.insert(delivery.id.clone()),
        };
        self.order.push_back(mark);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.first_ids.remove(&oldest);
        }
        None
    }
}

fn signed_rightly(judgement: &Judgement) -> bool {
    match judgement {
        Judgement::Event(_) => true,
        // A request refused as stale may come back when the clock is right.
        Judgement::Refused { refusal: Refusal::Stale { .. }, secret_name, .. } => secret_name.is_some(),
        _ => false,
    }
}

/// How much of each end of a body counts beside a request id.
const END: usize = 128;

/// What all deliveries of one event share. Something of the body counts beside the request id as well, so that
/// a test tool that sends every event under one id is not taken for one that retries.
fn mark(delivery: &Delivery) -> u64 {
    let mut hasher = DefaultHasher::new();
    let body = &delivery.request.body;
    match delivery.request.headers.get(REQUEST_ID_HEADER) {
        Some(id) => {
            id.as_bytes().hash(&mut hasher);
            body.len().hash(&mut hasher);
            body[..body.len().min(END)].hash(&mut hasher);
            body[body.len().saturating_sub(END)..].hash(&mut hasher);
        }
        None => body.hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use hyper::{HeaderMap, Method, StatusCode};

    use super::*;
    use crate::delivery::{Answer, Request, Route, VerifiedEvent};

    fn delivery(id: &str, request_id: Option<&'static str>, body: &'static str) -> Delivery {
        let mut headers = HeaderMap::new();
        if let Some(request_id) = request_id {
            headers.insert(REQUEST_ID_HEADER, request_id.parse().unwrap());
        }
        Delivery {
            id: id.into(),
            received_at: SystemTime::UNIX_EPOCH,
            request: Request {
                method: Method::POST,
                target: "/webhook".into(),
                headers,
                body: body.into(),
                peer: "127.0.0.1:1".parse().unwrap(),
                route: Route::Local,
            },
            judgement: Judgement::Event(VerifiedEvent {
                event: "meeting.started".into(),
                event_ts: None,
                secret_name: "x".into(),
            }),
            answer: Answer { status: StatusCode::NO_CONTENT, took: Duration::ZERO },
            retry_of: None,
            cause: None,
            relayed: Vec::new(),
        }
    }

    #[test]
    fn the_same_request_id_and_body_are_a_retry_of_the_first() {
        let mut log = RetryLog::default();
        assert_eq!(log.recognise(&delivery("1", Some("a"), "x")), None);
        assert_eq!(log.recognise(&delivery("2", Some("a"), "x")).as_deref(), Some("1"));
        assert_eq!(log.recognise(&delivery("3", Some("a"), "x")).as_deref(), Some("1"));
    }

    #[test]
    fn another_request_id_or_another_body_is_another_event() {
        let mut log = RetryLog::default();
        log.recognise(&delivery("1", Some("a"), "x"));
        assert_eq!(log.recognise(&delivery("2", Some("b"), "x")), None);
        assert_eq!(log.recognise(&delivery("3", Some("a"), "y")), None);
    }

    #[test]
    fn a_forged_request_leaves_no_mark() {
        let mut log = RetryLog::default();
        let mut forged = delivery("1", Some("a"), "x");
        forged.judgement = Judgement::Refused {
            refusal: Refusal::SignatureMismatch,
            claimed_event: None,
            secret_name: None,
        };
        log.recognise(&forged);
        assert_eq!(log.recognise(&delivery("2", Some("a"), "x")), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut log = RetryLog::default();
        for i in 0..REMEMBERED * 2 {
            let mut delivery = delivery("1", None, "");
            delivery.request.body = i.to_string().into();
            log.recognise(&delivery);
        }
        assert_eq!((log.first_ids.len(), log.order.len()), (REMEMBERED, REMEMBERED));
    }
}
