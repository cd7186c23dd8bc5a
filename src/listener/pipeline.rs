//! One request through all its stations: read, judge, reserve a place, tell, answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response};
use ulid::Ulid;

use super::body::BodyBudget;
use super::exchange::Exchange;
use super::{Endpoint, Limits, answer, body, judge};
use crate::delivery::{Answer, Delivery, Judgement, Refusal, Request, Route};
use crate::notice::{Notice, Teller};
use crate::probe::{PROBE_HEADER, ProbeKey, Seen};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// How long a delivery waits for a place in the queue. Zoom waits 3 s for an answer and sends again what was
/// answered with 503, so the answer has to be there in time.
const PLACE_TIME: Duration = Duration::from_millis(2_000);

/// What every request goes through, whichever way it came.
#[derive(Debug)]
pub struct Pipeline {
    endpoint: Endpoint,
    limits: Limits,
    budget: BodyBudget,
    teller: Teller,
    probe: Option<ProbeKey>,
}

impl Pipeline {
    /// Judges by `endpoint` within `limits` and tells `teller` of every delivery before it is answered.
    #[must_use]
    pub fn new(endpoint: Endpoint, limits: Limits, teller: Teller) -> Self {
        let budget = BodyBudget::new(limits.body);
        Self { endpoint, limits, budget, teller, probe: None }
    }

    /// Answers this session's own probes; they are no deliveries, and nobody is told of them.
    #[must_use]
    pub fn answering_probes(self, key: ProbeKey) -> Self {
        Self { probe: Some(key), ..self }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn teller(&self) -> &Teller {
        &self.teller
    }

    pub(super) async fn handle(
        &self,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
        route: Route,
        exchange: &Exchange,
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
        let mut arrival = Arrival { received_at, started, peer, route, parts, judgement, body };
        let response = answer::response(&arrival.judgement, &arrival.parts.headers);
        match self.teller.reserve_within(PLACE_TIME).await {
            Some(place) => {
                place.tell(Notice::Delivery(Box::new(arrival.into_delivery())));
                response
            }
            // The report is stuck or gone, and what is not told is not acknowledged.
            None => {
                arrival.judgement = refuse(Refusal::OutputStalled);
                answer::response(&arrival.judgement, &arrival.parts.headers)
            }
        }
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
    received_at: SystemTime,
    started: Instant,
    peer: SocketAddr,
    route: Route,
    parts: Parts,
    judgement: Judgement,
    body: Bytes,
}

impl Arrival {
    fn into_delivery(self) -> Delivery {
        let answer = Answer { status: answer::status(&self.judgement), took: self.started.elapsed() };
        let target = self.parts.uri.path_and_query().map_or("", |target| target.as_str()).to_owned();
        Delivery {
            id: Ulid::from_datetime(self.received_at).to_string(),
            received_at: self.received_at,
            request: Request {
                method: self.parts.method,
                target,
                headers: self.parts.headers,
                body: self.body,
                peer: self.peer,
                route: self.route,
            },
            judgement: self.judgement,
            answer,
            retry_of: None,
            relayed: Vec::new(),
        }
    }
}
