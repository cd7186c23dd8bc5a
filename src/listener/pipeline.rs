//! One request through all its stations: read, judge, reserve a place, ask the app, record, tell, answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response, StatusCode};

use super::body::BodyBudget;
use super::exchange::Exchange;
use super::ids::Ids;
use super::in_flight::InFlight;
use super::stages::{App, NotRecorded, Record};
use super::{Endpoint, Limits, answer, body, judge};
use crate::delivery::{
    Answer, Delivery, EventSender, Forwarded, Judgement, Refusal, Request, Route, SessionEvent, Warning,
};
use crate::probe::{PROBE_HEADER, ProbeKey, Seen};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// How long a delivery waits for a place in the queue. Zoom waits 3 s for an answer and sends again what was
/// answered with 503, so the answer has to be there in time.
const PLACE_TIME: Duration = Duration::from_millis(2_000);

/// What every request goes through, whichever way it came.
pub struct Pipeline {
    endpoint: Endpoint,
    limits: Limits,
    budget: BodyBudget,
    events: EventSender,
    probe: Option<ProbeKey>,
    app: Option<Arc<dyn App>>,
    record: Option<Arc<dyn Record>>,
    ids: Ids,
    /// How many requests that could not be read were told of.
    unreadable: AtomicU32,
}

/// Requests that cannot be read are told of so many times: enough for a user's mistake, and too few for a stranger
/// to fill the screen.
const UNREADABLE: u32 = 3;

impl Pipeline {
    /// Judges by `endpoint` within `limits` and tells `teller` of every delivery before it is answered.
    #[must_use]
    pub fn new(endpoint: Endpoint, limits: Limits, events: EventSender) -> Self {
        let budget = BodyBudget::new(limits.body);
        Self {
            endpoint,
            limits,
            budget,
            events,
            probe: None,
            app: None,
            record: None,
            ids: Ids::default(),
            unreadable: AtomicU32::new(0),
        }
    }

    /// Answers this session's own probes; they are no deliveries, and nobody is told of them.
    #[must_use]
    pub fn answering_probes(self, key: ProbeKey) -> Self {
        Self { probe: Some(key), ..self }
    }

    /// Hands verified requests to the user's app.
    #[must_use]
    pub fn with_app(self, app: Arc<dyn App>) -> Self {
        Self { app: Some(app), ..self }
    }

    /// Acknowledges only what `record` has taken down.
    #[must_use]
    pub fn with_record(self, record: Arc<dyn Record>) -> Self {
        Self { record: Some(record), ..self }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn events(&self) -> &EventSender {
        &self.events
    }

    /// Tells of a request that hyper could not read, and has answered.
    pub(super) fn tell_unreadable(&self, peer: SocketAddr, too_large: Option<usize>) {
        if self.unreadable.fetch_add(1, Ordering::Relaxed) < UNREADABLE {
            self.events.send_if_room(SessionEvent::Warning(Warning::Unreadable { peer, too_large }));
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
        let (judgement, body) = match self.read(&parts, incoming, exchange).await {
            Ok(body) => match self.answer_to_probe(&parts.headers, &body) {
                Some(answer) => return answer::probe(answer),
                None => (judge(&self.endpoint, &parts.headers, &body, received_at), body),
            },
            Err(refusal) => (refuse(refusal), Bytes::new()),
        };
        let arrival = Arrival::new(
            (self.ids.next(received_at), received_at),
            started,
            peer,
            route,
            parts,
            judgement,
            body,
        );
        if self.app.is_none() {
            return self.finish(arrival).await;
        }
        let pipeline = self.clone();
        in_flight.run(Box::pin(async move { pipeline.finish(arrival).await })).await
    }

    /// Everything behind the judgement.
    async fn finish(&self, arrival: Arrival) -> Response<Full<Bytes>> {
        // Before the app is asked: what cannot be told shall not reach it either.
        let Some(place) = self.events.reserve_within(PLACE_TIME).await else {
            return answer::response(&refuse(Refusal::OutputStalled), &arrival.request.headers);
        };
        let (mut delivery, mut response) = self.answer(arrival).await;
        self.record(&mut delivery, &mut response).await;
        if let Some(app) = &self.app {
            app.acknowledged(&delivery);
        }
        place.send(SessionEvent::Delivery(Box::new(delivery)));
        response
    }

    /// The app's answer where it gives one, else our own.
    async fn answer(&self, arrival: Arrival) -> (Delivery, Response<Full<Bytes>>) {
        let answered = match &self.app {
            Some(app) => app.answer(&arrival.id, &arrival.request, &arrival.judgement).await,
            None => None,
        };
        match answered {
            Some(answered) => {
                let response = answer::of_app(&answered.forwarded.outcome, answered.headers, answered.body);
                (arrival.into_delivery(response.status(), vec![answered.forwarded]), response)
            }
            None => {
                let response = answer::response(&arrival.judgement, &arrival.request.headers);
                (arrival.into_delivery(response.status(), Vec::new()), response)
            }
        }
    }

    /// Takes the delivery down. What would be acknowledged and cannot be taken down is answered with 503, so
    /// that Zoom sends it again.
    async fn record(&self, delivery: &mut Delivery, response: &mut Response<Full<Bytes>>) {
        let Some(record) = &self.record else { return };
        let Err(NotRecorded(reason)) = record.record(delivery).await else { return };
        if matches!(delivery.judgement, Judgement::Refused { .. }) {
            return;
        }
        delivery.judgement = Judgement::Refused {
            refusal: Refusal::NotRecorded { reason },
            claimed_event: delivery.judgement.event().map(str::to_owned),
            secret_name: delivery.judgement.secret_name().map(Into::into),
        };
        *response = answer::response(&delivery.judgement, &delivery.request.headers);
        delivery.answer.status = response.status();
    }

    /// The body of a request that is the endpoint's.
    async fn read(&self, parts: &Parts, incoming: Incoming, exchange: &Exchange) -> Result<Bytes, Refusal> {
        let read = if parts.uri.path() != self.endpoint.path {
            Err(Refusal::WrongPath)
        } else if parts.method != Method::POST {
            Err(Refusal::WrongMethod)
        } else {
            body::read(incoming, &self.limits, &self.budget).await
        };
        if read.is_err() {
            exchange.leave_body_unread();
        }
        read
    }

    fn answer_to_probe(&self, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        let probe = headers.get(PROBE_HEADER)?.as_bytes();
        let only = |name| {
            let mut values = headers.get_all(name).iter();
            values.next().filter(|_| values.next().is_none()).map(hyper::header::HeaderValue::as_bytes)
        };
        let (timestamp, signature) = (only(TIMESTAMP_HEADER), only(SIGNATURE_HEADER));
        self.probe.as_ref()?.answer(Seen { probe, timestamp, signature, body })
    }
}

fn refuse(refusal: Refusal) -> Judgement {
    Judgement::Refused { refusal, claimed_event: None, secret_name: None }
}

/// A request that was judged, on its way to become a delivery.
struct Arrival {
    id: String,
    received_at: SystemTime,
    started: Instant,
    request: Request,
    judgement: Judgement,
}

impl Arrival {
    fn new(
        (id, received_at): (String, SystemTime),
        started: Instant,
        peer: SocketAddr,
        route: Route,
        parts: Parts,
        judgement: Judgement,
        body: Bytes,
    ) -> Self {
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str()).to_owned();
        Self {
            id,
            received_at,
            started,
            request: Request { method: parts.method, target, headers: parts.headers, body, peer, route },
            judgement,
        }
    }

    fn into_delivery(self, status: StatusCode, forwarded: Vec<Forwarded>) -> Delivery {
        Delivery {
            id: self.id,
            received_at: self.received_at,
            request: self.request,
            judgement: self.judgement,
            answer: Answer { status, took: self.started.elapsed() },
            repeats: None,
            cause: None,
            forwarded,
        }
    }
}
