//! Sends the requests: [`Wire`], and over HTTP [`HttpWire`].

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request};

use super::request::{CheckReply, CheckRequest, ReplyOutcome};
use crate::http::{ExchangeLimits, HttpClient, HttpError, HttpExchange, replace_headers};

/// Limit on the body of an answer. Zoom's log stores it as a string.
const LARGEST: usize = 64 * 1024;

/// Sends a request and waits for its answer.
pub(crate) trait Wire {
    /// Sends one request.
    async fn send(&self, request: CheckRequest) -> CheckReply;

    /// Waits before the next request.
    async fn pause(&self, time: Duration);
}

/// An endpoint, reached over HTTP. Redirects are not followed. Each request has its own connection: an app that serves
/// one connection at a time would not answer while another one is open.
pub(crate) struct HttpWire {
    usual: HttpClient,
    /// Writes names of headers as `X-Zm-Signature`.
    title_case: HttpClient,
    /// Headers that the user set on each request.
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl HttpWire {
    /// Both clients are for the same target.
    pub(crate) fn new(
        usual: HttpClient,
        title_case: HttpClient,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        let (usual, title_case) = (usual.without_reuse(), title_case.without_reuse().with_title_case());
        Self { usual, title_case, headers }
    }

    fn http(&self, request: &CheckRequest) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let target = self.usual.target();
        let mut http = Request::builder()
            .method(request.method.clone())
            .uri(target.uri_for("/"))
            .header(HOST, target.host());
        for (name, value) in &request.headers {
            http = http.header(*name, value);
        }
        let mut http = http.body(Full::new(Bytes::copy_from_slice(&request.body)))?;
        if !request.bare {
            replace_headers(http.headers_mut(), &self.headers);
        }
        Ok(http)
    }
}

impl Wire for HttpWire {
    async fn send(&self, request: CheckRequest) -> CheckReply {
        let http = match self.http(&request) {
            Ok(http) => http,
            Err(error) => return reply(ReplyOutcome::Unreachable(error.to_string())),
        };
        let client = if request.title_case { &self.title_case } else { &self.usual };
        let limits = ExchangeLimits { time: request.limit, body: LARGEST };
        of_exchange(client.send(http, limits).await)
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

fn of_exchange(exchange: HttpExchange) -> CheckReply {
    let HttpExchange { answer, took, first_byte, .. } = exchange;
    match answer {
        Ok(answer) => {
            let is_cut = answer.body.is_err();
            let took = if is_cut { first_byte.unwrap_or(took) } else { took };
            let outcome = match &answer.body {
                Ok(_) | Err(HttpError::TooLarge(_) | HttpError::Switched) => {
                    ReplyOutcome::Answered(answer.status.as_u16())
                }
                Err(error) => ReplyOutcome::Closed(error.to_string()),
            };
            let body = answer.body.unwrap_or_default();
            CheckReply { outcome, took, headers: answer.headers, body, is_cut }
        }
        Err(HttpError::TimedOut(_)) => CheckReply { took, ..reply(ReplyOutcome::TimedOut) },
        Err(error @ HttpError::Dial(_)) => reply(ReplyOutcome::Unreachable(error.to_string())),
        Err(error) if error.is_other_protocol() => CheckReply { took, ..reply(ReplyOutcome::OtherProtocol) },
        Err(error) => CheckReply { took, ..reply(ReplyOutcome::Closed(error.to_string())) },
    }
}

fn reply(outcome: ReplyOutcome) -> CheckReply {
    CheckReply { outcome, took: Duration::ZERO, headers: HeaderMap::new(), body: Bytes::new(), is_cut: false }
}
