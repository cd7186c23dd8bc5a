//! One request to one target, and its answer: within the time limit, and within a limit of size.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::dial::{DialError, Sender};
use super::headers;
use super::link::{Connection, Link};
use crate::delivery::{ForwardOutcome, Request};

/// The largest answer that is taken, in bytes. Zoom reads none of it but a challenge's; a page of errors of a
/// framework in development has a few hundred KiB. Beyond this it is an app that streams without end.
const LARGEST_ANSWER: usize = 10 * 1024 * 1024;

/// How fast a kept connection fails that the app had closed before our request came: within the way there and
/// back, to the farthest corner of the world. What breaks off later did so with the request in hand.
const STALE: Duration = Duration::from_secs(1);

/// What came of one exchange.
pub(super) struct Exchanged {
    pub(super) outcome: ForwardOutcome,
    pub(super) first_byte: Option<Duration>,
    pub(super) took: Duration,
}

/// Sends the request and reads the whole answer.
pub(super) async fn run(
    link: &Link,
    request: &Request,
    added: &[(HeaderName, HeaderValue)],
    limit: Duration,
) -> Exchanged {
    let started = Instant::now();
    let mut first_byte = None;
    let answer = async {
        let (sender, response) = answer_to(link, request, added).await?;
        first_byte = Some(started.elapsed());
        read(link, sender, response).await
    };
    let outcome = match tokio::time::timeout(limit, answer).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(Failure::Dial(error @ DialError::Unreachable(_)))) => {
            ForwardOutcome::Unreachable(error.to_string())
        }
        Ok(Err(failure)) => ForwardOutcome::Broken(failure.to_string()),
        Err(_) => ForwardOutcome::TimedOut(limit),
    };
    Exchanged { outcome, first_byte, took: started.elapsed() }
}

/// The head of the answer, and the connection that its body comes through. A kept connection that the app had
/// closed meanwhile is replaced by a new one, once; a new one that fails has failed.
async fn answer_to(
    link: &Link,
    request: &Request,
    added: &[(HeaderName, HeaderValue)],
) -> Result<(Sender, Response<Incoming>), Failure> {
    let Connection { sender, reused } = link.connect().await?;
    let sent = Instant::now();
    match ask(sender, outgoing(link, request, added)).await {
        Err(Failure::Http(error)) if reused && closed_before(&error) && sent.elapsed() < STALE => {
            let Connection { sender, .. } = link.connect_anew().await?;
            ask(sender, outgoing(link, request, added)).await
        }
        done => done,
    }
}

async fn ask(
    mut sender: Sender,
    request: hyper::Request<Full<Bytes>>,
) -> Result<(Sender, Response<Incoming>), Failure> {
    let response = sender.send_request(request).await?;
    Ok((sender, response))
}

/// Whether nothing at all of an answer came: the connection was closed or reset.
fn closed_before(error: &hyper::Error) -> bool {
    error.is_canceled() || error.is_closed() || error.is_incomplete_message() || is_reset(error)
}

fn is_reset(error: &hyper::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset))
}

fn outgoing(
    link: &Link,
    request: &Request,
    added: &[(HeaderName, HeaderValue)],
) -> hyper::Request<Full<Bytes>> {
    let mut outgoing = hyper::Request::new(Full::new(request.body.clone()));
    *outgoing.method_mut() = request.method.clone();
    *outgoing.uri_mut() = link.target().uri_for(&request.target);
    *outgoing.headers_mut() = headers::passed_on(request, link.target().host(), added);
    outgoing
}

async fn read(link: &Link, sender: Sender, response: Response<Incoming>) -> Result<ForwardOutcome, Failure> {
    let (parts, body) = response.into_parts();
    if parts.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Failure::Switched);
    }
    let body = collect(body).await?;
    link.keep(sender);
    Ok(ForwardOutcome::Answered { status: parts.status, headers: parts.headers, body })
}

/// Reads a body up to the limit. One that came in one piece is not copied.
async fn collect(mut body: Incoming) -> Result<Bytes, Failure> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers are passed over: they would have to be announced to Zoom, and it reads none.
        let Ok(data) = frame?.into_data() else { continue };
        if first.len() + rest.len() + data.len() > LARGEST_ANSWER {
            return Err(Failure::TooLarge);
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

/// Why there is no whole answer.
enum Failure {
    Dial(DialError),
    Http(hyper::Error),
    TooLarge,
    Switched,
}

impl From<DialError> for Failure {
    fn from(error: DialError) -> Self {
        Self::Dial(error)
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => error.fmt(f),
            Self::Http(error) if error.is_parse() => write!(f, "what came was no HTTP/1.1 answer: {error}"),
            Self::Http(error) if error.is_incomplete_message() || is_reset(error) => {
                f.write_str("the app closed the connection before its answer was complete")
            }
            Self::Http(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {source}"),
                None => error.fmt(f),
            },
            Self::TooLarge => {
                write!(f, "the answer is larger than {} MiB", LARGEST_ANSWER / 1024 / 1024)
            }
            Self::Switched => f.write_str("the app switched to another protocol, which nobody had asked for"),
        }
    }
}
