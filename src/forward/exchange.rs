//! Sends one delivery to one target.

use std::time::Duration;

use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue};

use super::headers;
use crate::delivery::{ForwardOutcome, Request};
use crate::http::{DialError, ExchangeLimits, HttpAnswer, HttpClient, HttpError};

/// Limit on an app's answer, in bytes. Zoom reads only answers to challenges. A framework's error page in development
/// has a few hundred KiB. A larger answer is likely an endless stream.
const LARGEST_ANSWER: usize = 10 * 1024 * 1024;

pub(super) struct Exchanged {
    pub(super) outcome: ForwardOutcome,
    pub(super) first_byte: Option<Duration>,
    pub(super) took: Duration,
}

/// Sends the delivery and reads the whole answer.
pub(super) async fn run(
    client: &HttpClient,
    request: &Request,
    added: &[(HeaderName, HeaderValue)],
    limit: Duration,
) -> Exchanged {
    let limits = ExchangeLimits { time: limit, body: LARGEST_ANSWER };
    let mut exchange = client.send(outgoing(client, request, added), limits).await;
    if exchange.was_stale {
        let spent = exchange.took;
        let limits = ExchangeLimits { time: limit.saturating_sub(spent), ..limits };
        exchange = client.send_over_new(outgoing(client, request, added), limits).await;
        exchange.took += spent;
        exchange.first_byte = exchange.first_byte.map(|first_byte| first_byte + spent);
    }
    let outcome = exchange.answer.and_then(answered).unwrap_or_else(|error| match error {
        HttpError::TimedOut(_) => ForwardOutcome::TimedOut(limit),
        HttpError::Dial(error @ DialError::Unreachable(_)) => ForwardOutcome::Unreachable(error.to_string()),
        error => ForwardOutcome::Broken(error.to_string()),
    });
    Exchanged { outcome, first_byte: exchange.first_byte, took: exchange.took }
}

fn answered(answer: HttpAnswer) -> Result<ForwardOutcome, HttpError> {
    let HttpAnswer { status, headers, body } = answer;
    Ok(ForwardOutcome::Answered { status, headers, body: body? })
}

fn outgoing(
    client: &HttpClient,
    request: &Request,
    added: &[(HeaderName, HeaderValue)],
) -> hyper::Request<Full<bytes::Bytes>> {
    let mut outgoing = hyper::Request::new(Full::new(request.body.clone()));
    *outgoing.method_mut() = request.method.clone();
    *outgoing.uri_mut() = client.target().uri_for(&request.target);
    *outgoing.headers_mut() = headers::request_headers(request, client.target().host(), added);
    outgoing
}
