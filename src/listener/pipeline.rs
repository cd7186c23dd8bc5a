//! [`Pipeline`] processes one request: read, judge, reserve a permit of the event queue, handle, report, answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response};

use super::body::BodyBudget;
use super::hooks::{Handled, Handler, JudgedRequest};
use super::ids::Ids;
use super::in_flight::InFlight;
use super::judge::{judge_other_path, may_be_signed};
use super::timed_io::{Exchange, Phase};
use super::{Endpoint, ListenerLimits, answer, body, judge};
use crate::delivery::{
    DeliveryVerdict, EventSender, Judgement, Refusal, Route, SessionEvent, UnreadableRequest, Warning,
};
use crate::probe::{FORWARD_MARK_HEADER, PROBE_HEADER, ProbeKey, Seen};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// How long a delivery waits for a permit of the event queue. Zoom waits 3 s for an answer and retries after a 503,
/// so the 503 has to be sent in time.
const PERMIT_TIME: Duration = Duration::from_millis(2_000);

/// Processes all requests, from the local socket and from the tunnel.
pub struct Pipeline {
    endpoint: Endpoint,
    limits: ListenerLimits,
    budget: BodyBudget,
    events: EventSender,
    probe: Option<ProbeKey>,
    handler: Option<Arc<dyn Handler>>,
    ids: Ids,
    /// The number of requests that could not be parsed.
    unreadable: AtomicU32,
    /// Whether a forwarded request came back.
    is_looping: AtomicBool,
}

/// Limit on reports of requests that cannot be parsed. It shows a user's mistake, and a stranger cannot fill the
/// screen.
const UNREADABLE: u32 = 3;

impl Pipeline {
    /// Judges requests by `endpoint` within `limits`, and sends each delivery to `events` before it is answered.
    #[must_use]
    pub fn new(endpoint: Endpoint, limits: ListenerLimits, events: EventSender) -> Self {
        let budget = BodyBudget::new(limits.body);
        Self {
            endpoint,
            limits,
            budget,
            events,
            probe: None,
            handler: None,
            ids: Ids::default(),
            unreadable: AtomicU32::new(0),
            is_looping: AtomicBool::new(false),
        }
    }

    /// Recognizes this session's own requests, which are not deliveries: answers its probes, and refuses what it
    /// forwarded before.
    #[must_use]
    pub fn recognizing_own(self, key: ProbeKey) -> Self {
        Self { probe: Some(key), ..self }
    }

    /// Lets `handler` forward and record every request.
    #[must_use]
    pub fn with_handler(self, handler: Arc<dyn Handler>) -> Self {
        Self { handler: Some(handler), ..self }
    }

    pub(super) fn limits(&self) -> &ListenerLimits {
        &self.limits
    }

    pub(super) fn events(&self) -> &EventSender {
        &self.events
    }

    /// Reports a request that hyper could not parse.
    pub(super) fn report_unreadable(&self, peer: SocketAddr, sent: UnreadableRequest) {
        if self.unreadable.fetch_add(1, Ordering::Relaxed) < UNREADABLE {
            self.events.send_if_room(SessionEvent::Warning(Warning::Unreadable { peer, sent }));
        }
    }

    pub(super) async fn handle(
        self: &Arc<Self>,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
        route: Route,
        exchange: &Exchange,
        in_flight: &InFlight<'static, Response<Full<Bytes>>>,
    ) -> Response<Full<Bytes>> {
        let (received_at, started) = (SystemTime::now(), Instant::now());
        let (parts, incoming) = request.into_parts();
        if self.was_forwarded(&parts.headers) {
            exchange.leave_body_unread();
            self.report_loop();
            return answer::forward_loop();
        }
        let (judgement, body) = match self.read(&parts, incoming, exchange, received_at).await {
            Ok(body) => match self.answer_to_probe(&parts, &body) {
                Some(answer) => {
                    exchange.set_verified();
                    return answer::probe(answer);
                }
                None => self.judge_read(&parts, body, received_at),
            },
            Err(refusal) => (refuse(refusal), Bytes::new()),
        };
        if judgement.verdict() == DeliveryVerdict::Valid {
            exchange.set_verified();
        }
        let id = self.ids.next(received_at);
        let judged = JudgedRequest::new((id, received_at), started, (peer, route), parts, (judgement, body));
        if !self.handler.as_ref().is_some_and(|handler| handler.outlives_connection()) {
            return self.finish(judged).await;
        }
        let pipeline = self.clone();
        in_flight.run(Box::pin(async move { pipeline.finish(judged).await })).await
    }

    /// Handles, reports and answers a judged request.
    async fn finish(&self, judged: JudgedRequest) -> Response<Full<Bytes>> {
        // Reserved before the app is asked: a delivery that cannot be reported must not reach the app either.
        let Some(permit) = self.events.reserve_within(PERMIT_TIME).await else {
            return answer::response(&refuse(Refusal::OutputStalled), &judged.request.headers);
        };
        let Handled { delivery, response } = match &self.handler {
            Some(handler) => handler.handle(judged).await,
            None => judged.answered(),
        };
        permit.send(SessionEvent::Delivery(Box::new(delivery)));
        response
    }

    /// Reads the body of a request to the endpoint, and of a probe. At another path, reads only the body of a request
    /// that may be correctly signed, so that the requests of scanners stay cheap.
    async fn read(
        &self,
        parts: &Parts,
        incoming: Incoming,
        exchange: &Exchange,
        now: SystemTime,
    ) -> Result<Bytes, Refusal> {
        let may_be_signed =
            || parts.method == Method::POST && may_be_signed(&self.endpoint, &parts.headers, now);
        let read = match self.check_endpoint(parts) {
            Err(Refusal::WrongPath) if self.is_probe(parts) || may_be_signed() => {
                self.read_body(incoming, exchange).await.map_err(|_| Refusal::WrongPath)
            }
            Err(refusal) if !self.is_probe(parts) => Err(refusal),
            Ok(()) | Err(_) => self.read_body(incoming, exchange).await,
        };
        if read.is_err() {
            exchange.leave_body_unread();
        }
        read
    }

    async fn read_body(&self, incoming: Incoming, exchange: &Exchange) -> Result<Bytes, Refusal> {
        exchange.enter(Phase::Body);
        let read = body::read(incoming, &self.limits, &self.budget).await;
        exchange.enter(Phase::Serving);
        read
    }

    /// Whether path and method are those of the endpoint.
    fn check_endpoint(&self, parts: &Parts) -> Result<(), Refusal> {
        if parts.uri.path() != self.endpoint.path {
            Err(Refusal::WrongPath)
        } else if parts.method != Method::POST {
            Err(Refusal::WrongMethod)
        } else {
            Ok(())
        }
    }

    /// Judges a request whose body was read. At another path, the body is kept only if the signature is correct.
    fn judge_read(&self, parts: &Parts, body: Bytes, now: SystemTime) -> (Judgement, Bytes) {
        match self.check_endpoint(parts) {
            Ok(()) => (judge(&self.endpoint, &parts.headers, &body, now), body),
            Err(Refusal::WrongPath) if parts.method == Method::POST => {
                let judgement = judge_other_path(&self.endpoint, &parts.headers, &body, now);
                let body = if judgement.secret_name().is_some() { body } else { Bytes::new() };
                (judgement, body)
            }
            // A probe that was changed on the way.
            Err(refusal) => (refuse(refusal), Bytes::new()),
        }
    }

    /// Whether this session forwarded the request before.
    fn was_forwarded(&self, headers: &HeaderMap) -> bool {
        let marks = headers.get_all(FORWARD_MARK_HEADER).iter().map(HeaderValue::as_bytes);
        self.probe.as_ref().is_some_and(|key| key.forwarded(marks))
    }

    fn report_loop(&self) {
        if !self.is_looping.swap(true, Ordering::Relaxed) {
            self.events.send_if_room(SessionEvent::Warning(Warning::ForwardLoop));
        }
    }

    /// Whether the request claims to be a probe and proves it. Something on the way may have changed its path.
    fn is_probe(&self, parts: &Parts) -> bool {
        let key = self.probe.as_ref();
        key.zip(only(&parts.headers, PROBE_HEADER)).is_some_and(|(key, probe)| key.is_ours(probe))
    }

    fn answer_to_probe(&self, parts: &Parts, body: &[u8]) -> Option<String> {
        answer_to_probe(self.probe.as_ref()?, parts, body)
    }
}

/// The answer to a probe of this session; `None` for any other request.
pub(crate) fn answer_to_probe(key: &ProbeKey, parts: &Parts, body: &[u8]) -> Option<String> {
    let headers = &parts.headers;
    key.answer(Seen {
        path: parts.uri.path(),
        probe: only(headers, PROBE_HEADER),
        timestamp: only(headers, TIMESTAMP_HEADER),
        signature: only(headers, SIGNATURE_HEADER),
        body,
    })
}

/// The value of a header that occurs exactly once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).map(HeaderValue::as_bytes)
}

fn refuse(refusal: Refusal) -> Judgement {
    Judgement::Refused { refusal, claimed_event: None, secret_name: None }
}
