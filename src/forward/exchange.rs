//! Sends one delivery to one target.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue};
use tokio::task::JoinHandle;

use super::{Targets, headers};
use crate::delivery::{ForwardOutcome, ForwardRole, Forwarded, Request};
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

/// A delivery that is being sent. The copies run to completion in the background. The request to the first target runs
/// while it is awaited.
pub(crate) struct Fanout {
    first: Option<BoxFuture<'static, Forwarded>>,
    copies: Vec<JoinHandle<Forwarded>>,
}

impl fmt::Debug for Fanout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fanout").field("copies", &self.copies.len()).finish_non_exhaustive()
    }
}

impl Fanout {
    pub(super) fn start(
        targets: &Targets,
        request: &Arc<Request>,
        event: Option<&str>,
        first: ForwardRole,
    ) -> Self {
        let roles = std::iter::once(first).chain(std::iter::repeat(ForwardRole::Observed));
        let mut sending = targets.targets_for(event).zip(roles).map(|(target, role)| {
            let (targets, request) = (targets.clone(), request.clone());
            async move { targets.send(target, &request, role).await }
        });
        // The first request is not spawned: a task is expensive here, and there is nearly always only one target.
        Self { first: sending.next().map(FutureExt::boxed), copies: sending.map(tokio::spawn).collect() }
    }

    /// The first target's outcome, once; `None` if no target accepts the event.
    pub(crate) async fn first(&mut self) -> Option<Forwarded> {
        Some(self.first.take()?.await)
    }

    /// Whether no outcome is left to wait for.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none() && self.copies.is_empty()
    }

    /// The outcomes of the other targets, in order. If [`first`](Self::first) was not called, the first target's
    /// outcome is included.
    pub(crate) async fn rest(self) -> Vec<Forwarded> {
        let mut forwarded = Vec::with_capacity(self.copies.len() + 1);
        if let Some(first) = self.first {
            forwarded.push(first.await);
        }
        for copy in self.copies {
            // A task fails only while the runtime shuts down.
            forwarded.extend(copy.await);
        }
        forwarded
    }
}
