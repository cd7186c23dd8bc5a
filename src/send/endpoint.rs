//! Posts signed requests to one endpoint, with Zoom's time limit for the answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request};

use super::EndpointAnswer;
use crate::http::{
    ExchangeLimits, HttpClient, HttpError, HttpExchange, InvalidTarget, Target, TlsRoots, TlsRootsError,
    replace_headers,
};
use crate::zoom::{ANSWER_LIMIT, EndpointOutcome, SignedRequest};

/// Limits on an answer. Zoom's log stores the body as a string; a longer one is not shown.
const LIMITS: ExchangeLimits = ExchangeLimits { time: ANSWER_LIMIT, body: 64 * 1024 };

/// An endpoint and the connections to it, which stay open between requests.
pub(crate) struct EndpointClient {
    http: HttpClient,
    /// Headers that the user set on each request.
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl EndpointClient {
    /// The first request connects. The system's certificates are read only for an https target. `headers` are set on
    /// each request, and replace others of the same name.
    ///
    /// # Errors
    /// [`TlsRootsError`] if they cannot be used.
    pub(crate) fn new(
        target: Target,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Self, TlsRootsError> {
        let tls = target.is_tls().then(|| TlsRoots::System.connector()).transpose()?;
        Ok(Self { http: HttpClient::new(target, tls), headers })
    }

    /// Whether the user set headers on each request.
    pub(crate) fn adds_headers(&self) -> bool {
        !self.headers.is_empty()
    }

    /// Posts one request, without the headers that the user set.
    pub(crate) async fn post_bare(&self, request: &SignedRequest) -> EndpointAnswer {
        self.post_with(request, &[]).await
    }

    /// Posts one request. If the answer's body is too large or incomplete, only its status counts.
    pub(crate) async fn post(&self, request: &SignedRequest) -> EndpointAnswer {
        self.post_with(request, &self.headers).await
    }

    async fn post_with(
        &self,
        request: &SignedRequest,
        headers: &[(HeaderName, HeaderValue)],
    ) -> EndpointAnswer {
        let http = match self.http(request, headers) {
            Ok(http) => http,
            Err(error) => {
                let outcome = EndpointOutcome::NotConnected { reason: error.to_string() };
                return EndpointAnswer {
                    outcome,
                    took: Duration::ZERO,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                };
            }
        };
        let HttpExchange { answer, took, .. } = self.http.send(http, LIMITS).await;
        let outcome = match answer {
            Ok(answer) => {
                let outcome = EndpointOutcome::Answered { status: answer.status.as_u16() };
                let body = answer.body.unwrap_or_default();
                return EndpointAnswer { outcome, took, headers: answer.headers, body };
            }
            Err(HttpError::TimedOut(_)) => EndpointOutcome::TimedOut,
            Err(error) => EndpointOutcome::NotConnected { reason: error.to_string() },
        };
        EndpointAnswer { outcome, took, headers: HeaderMap::new(), body: Bytes::new() }
    }

    fn http(
        &self,
        request: &SignedRequest,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let target = self.http.target();
        let mut http = Request::post(target.uri_for("/")).header(HOST, target.host());
        for (name, value) in request.headers() {
            http = http.header(*name, value);
        }
        let mut http = http.body(Full::new(Bytes::copy_from_slice(request.body())))?;
        replace_headers(http.headers_mut(), headers);
        Ok(http)
    }
}

/// Why a text is not an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpoint {
    /// It has a user or a password.
    #[error("remove the user and the password: the URL that Zoom calls has none")]
    Credentials,
    /// Another reason.
    #[error(transparent)]
    Target(InvalidTarget),
}

/// Parses a target: `3000`, `3000/zoom`, or a URL. A fragment is left out, because it is never sent to a server.
///
/// # Errors
/// [`InvalidEndpoint`].
pub(crate) fn parse_endpoint(text: &str) -> Result<Target, InvalidEndpoint> {
    let sent = text.split_once('#').map_or(text, |(sent, _)| sent);
    sent.parse().map_err(|error| match error {
        InvalidTarget::Credentials => InvalidEndpoint::Credentials,
        error => InvalidEndpoint::Target(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_short_forms_and_urls() {
        for (text, host, path) in [
            ("http://127.0.0.1:4000/webhook", "127.0.0.1:4000", "/webhook"),
            ("https://hooks.example.com", "hooks.example.com", "/"),
            ("3000", "localhost:3000", "/"),
            (":3000", "localhost:3000", "/"),
            ("3000/zoom?a=b", "localhost:3000", "/zoom?a=b"),
            ("localhost:4000", "localhost:4000", "/"),
            (" http://[::1]:80/a?b=1#c ", "[::1]", "/a?b=1"),
        ] {
            let target = parse_endpoint(text).unwrap();
            assert_eq!(
                (target.host().to_str().unwrap(), &*target.uri_for("/").to_string()),
                (host, path),
                "{text}"
            );
        }
        for (text, error) in [
            ("", InvalidEndpoint::Target(InvalidTarget::Form)),
            ("/webhook", InvalidEndpoint::Target(InvalidTarget::Form)),
            ("http://:80/", InvalidEndpoint::Target(InvalidTarget::Form)),
            ("hooks.example.com", InvalidEndpoint::Target(InvalidTarget::NoPort)),
            ("ftp://example.com/", InvalidEndpoint::Target(InvalidTarget::Scheme)),
            ("https://a:b@example.com/", InvalidEndpoint::Credentials),
        ] {
            assert_eq!(parse_endpoint(text).unwrap_err(), error, "{text}");
        }
    }
}
