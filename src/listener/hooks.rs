//! [`Handler`]: how the session forwards and records each request between its judgement and its answer.
//!
//! The listener itself has no access to the user's app or the history.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Response, StatusCode};

use super::answer;
use crate::delivery::{Answer, Delivery, Forwarded, Judgement, Refusal, Request, Route};

/// Handles judged requests.
pub trait Handler: Send + Sync {
    /// Forwards and records one request. Only a recorded delivery may be acknowledged.
    fn handle(&self, judged: JudgedRequest) -> BoxFuture<'_, Handled>;

    /// Whether the work on a request continues after its connection has closed. Zoom closes it after three seconds,
    /// while a slow app may still be processing the request.
    fn outlives_connection(&self) -> bool;
}

/// A request that is judged but not answered yet.
#[derive(Debug)]
pub struct JudgedRequest {
    /// The id of the delivery.
    pub id: String,
    /// When its head was read.
    pub received_at: SystemTime,
    /// The request as received.
    pub request: Arc<Request>,
    /// The listener's judgement.
    pub judgement: Judgement,
    started: Instant,
}

/// Where a delivery could not be kept, and why. Only a delivery that is kept may be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotKept {
    /// In the history.
    InHistory(String),
    /// On the stream of the team.
    OnStream(String),
}

/// A delivery with its final answer.
#[derive(Debug)]
pub struct Handled {
    /// The delivery.
    pub delivery: Delivery,
    pub(super) response: Response<Full<Bytes>>,
}

impl JudgedRequest {
    pub(super) fn new(
        (id, received_at): (String, SystemTime),
        started: Instant,
        (peer, route): (SocketAddr, Route),
        parts: Parts,
        (judgement, body): (Judgement, Bytes),
    ) -> Self {
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str()).to_owned();
        let request = Request { method: parts.method, target, headers: parts.headers, body, peer, route };
        Self { id, received_at, request: Arc::new(request), judgement, started }
    }

    /// Answers with zoomhook's own answer.
    #[must_use]
    pub fn answered(self) -> Handled {
        let response = answer::response(&self.judgement, &self.request.headers);
        Handled { delivery: self.into_delivery(response.status(), Vec::new()), response }
    }

    /// Answers with the app's answer: these headers and this body. The status follows from the outcome.
    #[must_use]
    pub fn answered_by_app(self, forwarded: Forwarded, headers: HeaderMap, body: Bytes) -> Handled {
        let response = answer::of_app(&forwarded.outcome, headers, body);
        Handled { delivery: self.into_delivery(response.status(), vec![forwarded]), response }
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
            is_queued: false,
        }
    }
}

impl Handled {
    /// Changes the answer to 503, because the delivery is not everywhere where it must be before Zoom is answered: in the
    /// history and on the stream. Zoom then sends it again. A refused request keeps its answer.
    pub fn not_kept(&mut self, reason: NotKept) {
        let delivery = &mut self.delivery;
        if matches!(delivery.judgement, Judgement::Refused { .. }) {
            return;
        }
        delivery.judgement = Judgement::Refused {
            refusal: match reason {
                NotKept::InHistory(reason) => Refusal::NotRecorded { reason },
                NotKept::OnStream(reason) => Refusal::NotShared { reason },
            },
            claimed_event: delivery.judgement.event().map(str::to_owned),
            secret_name: delivery.judgement.secret_name().map(Into::into),
        };
        // The app gets the next attempt.
        delivery.is_queued = false;
        self.response = answer::response(&delivery.judgement, &delivery.request.headers);
        delivery.answer.status = self.response.status();
    }
}
