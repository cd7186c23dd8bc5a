//! One request through all its stations: read, judge, reserve a place, tell, answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Response};
use ulid::Ulid;

use super::body::BodyBudget;
use super::exchange::Exchange;
use super::{Endpoint, Limits, answer, body, judge};
use crate::delivery::{Answer, Delivery, Judgement, Refusal, Request, Route};
use crate::notice::{Notice, Teller};

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
}

impl Pipeline {
    /// Judges by `endpoint` within `limits` and tells `teller` of every delivery before it is answered.
    #[must_use]
    pub fn new(endpoint: Endpoint, limits: Limits, teller: Teller) -> Self {
        let budget = BodyBudget::new(limits.body);
        Self { endpoint, limits, budget, teller }
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
        let (judgement, body) = self.read_and_judge(&parts, incoming, received_at, exchange).await;
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

    async fn read_and_judge(
        &self,
        parts: &Parts,
        incoming: Incoming,
        received_at: SystemTime,
        exchange: &Exchange,
    ) -> (Judgement, Bytes) {
        let refused_at_once = if parts.uri.path() != self.endpoint.path {
            Some(Refusal::WrongPath)
        } else if parts.method != Method::POST {
            Some(Refusal::WrongMethod)
        } else {
            None
        };
        let read = match refused_at_once {
            Some(refusal) => Err(refusal),
            None => body::read(incoming, &self.limits, &self.budget).await,
        };
        match read {
            Ok(body) => (judge(&self.endpoint, &parts.headers, &body, received_at), body),
            Err(refusal) => {
                exchange.leave_body_unread();
                (refuse(refusal), Bytes::new())
            }
        }
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
        }
    }
}
