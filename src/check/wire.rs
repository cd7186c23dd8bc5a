//! Sends the requests over HTTP.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request};

use super::examine::Wire;
use super::request::{CheckReply, CheckRequest, ReplyOutcome};
use crate::http::{ExchangeLimits, HttpClient, HttpError, HttpExchange, replace_headers};

/// Limit on the body of an answer. Zoom's log stores it as a string.
const LARGEST: usize = 64 * 1024;

/// An endpoint, reached over HTTP. Redirects are not followed.
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
        Self { usual, title_case: title_case.with_title_case(), headers }
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
        let mut exchange = client.send(http.clone(), limits).await;
        if exchange.was_stale {
            exchange = client.send_over_new(http, limits).await;
        }
        of_exchange(exchange)
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
        Err(error) => CheckReply { took, ..reply(ReplyOutcome::Closed(error.to_string())) },
    }
}

fn reply(outcome: ReplyOutcome) -> CheckReply {
    CheckReply {
        outcome,
        took: std::time::Duration::ZERO,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        is_cut: false,
    }
}
