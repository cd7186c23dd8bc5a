//! Answers, with the headers that every answer has.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    LOCATION, REFERRER_POLICY, SET_COOKIE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;

/// The body of an answer.
pub(super) type InspectorBody = UnsyncBoxBody<Bytes, Infallible>;
/// An answer.
pub(super) type InspectorAnswer = Response<InspectorBody>;

pub(super) const JSON: &str = "application/json";
pub(super) const NDJSON: &str = "application/x-ndjson";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// Scripts and styles come from here, and nothing is inline, so that no text of a delivery can become one.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// What every answer has, also an error. There is no header that lets another origin read anything.
const ALWAYS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Why a request to the API fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn answer(&self) -> InspectorAnswer {
        with_status(self.status, JSON, self.line())
    }

    /// The error as a line of NDJSON.
    pub(super) fn line(&self) -> Vec<u8> {
        let line = serde_json::json!({ "v": 1, "type": "error", "message": self.message });
        format!("{line}\n").into_bytes()
    }
}

impl From<crate::history::HistoryError> for ApiError {
    fn from(error: crate::history::HistoryError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

pub(super) fn ok(content_type: &'static str, body: impl Into<Bytes>) -> InspectorAnswer {
    with_status(StatusCode::OK, content_type, body)
}

pub(super) fn with_status(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> InspectorAnswer {
    built(status, content_type, Full::new(body.into()).boxed_unsync())
}

/// A file to save.
pub(super) fn file(name: &str, content_type: &'static str, body: Vec<u8>) -> InspectorAnswer {
    let mut answer = ok(content_type, body);
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    answer
}

/// An answer whose parts are sent as they come. It ends when the sender is dropped. A full channel holds up the sender.
pub(super) fn streamed(content_type: &'static str, parts: mpsc::Receiver<Bytes>) -> InspectorAnswer {
    let frames = stream::unfold(parts, |mut parts| async move {
        let part = parts.recv().await?;
        Some((Ok::<_, Infallible>(Frame::data(part)), parts))
    });
    built(StatusCode::OK, content_type, StreamBody::new(frames).boxed_unsync())
}

/// Gives the browser the cookie, and sends it on to a path.
pub(super) fn exchanged(place: &str, cookie: &str) -> InspectorAnswer {
    let answer = with_status(StatusCode::SEE_OTHER, TEXT, Bytes::new());
    with_headers(answer, [(LOCATION, place), (SET_COOKIE, cookie)])
}

/// Gives the page of an earlier session the cookie of this one.
pub(super) fn resumed(cookie: &str) -> InspectorAnswer {
    with_headers(ok(JSON, r#"{"v":1,"type":"resumed"}"#), [(SET_COOKIE, cookie)])
}

/// Adds what a page has to prove that it has the key of an earlier session with.
pub(super) fn challenged(answer: InspectorAnswer, challenge: &str) -> InspectorAnswer {
    with_headers(answer, [(WWW_AUTHENTICATE, &format!("Resume {challenge}"))])
}

fn with_headers<const N: usize>(
    mut answer: InspectorAnswer,
    headers: [(HeaderName, &str); N],
) -> InspectorAnswer {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// Keeps a value until the answer was sent, or its connection is closed.
pub(super) fn until_sent<T: Send + Unpin + 'static>(answer: InspectorAnswer, kept: T) -> InspectorAnswer {
    answer.map(|body| KeptBody { body, _kept: kept }.boxed_unsync())
}

/// A body with a value that is dropped with it.
struct KeptBody<T> {
    body: InspectorBody,
    _kept: T,
}

impl<T: Unpin> Body for KeptBody<T> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn built(status: StatusCode, content_type: &'static str, body: InspectorBody) -> InspectorAnswer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.extend(ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    answer
}
