//! The HTTP answer to a judgement: status, headers, body. Pure.
//!
//! Anyone can read the text of a refusal, so it repeats no part of the request and reveals nothing about the secret.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use crate::delivery::{ForwardOutcome, Judgement, Refusal};
use crate::probe::OWN_ANSWER_HEADER;

pub(super) fn status(judgement: &Judgement) -> StatusCode {
    match judgement {
        Judgement::Event(_) => StatusCode::NO_CONTENT,
        Judgement::Challenge { .. } => StatusCode::OK,
        Judgement::Refused { refusal, .. } => match refusal {
            Refusal::SignatureMissing
            | Refusal::TimestampMissing
            | Refusal::HeaderRepeated(_)
            | Refusal::SignatureMalformed(_)
            | Refusal::TimestampMalformed(_)
            | Refusal::SignatureMismatch
            | Refusal::Stale { .. } => StatusCode::UNAUTHORIZED,
            Refusal::NotAnEvent(_) | Refusal::Challenge(_) | Refusal::BodyBroken => StatusCode::BAD_REQUEST,
            Refusal::WrongPath | Refusal::SignedForOtherPath => StatusCode::NOT_FOUND,
            Refusal::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::BodyTooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Refusal::OutputStalled | Refusal::NotRecorded { .. } | Refusal::NotShared { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            // Only read from a stream, where it has its answer.
            Refusal::NoSecret => StatusCode::NO_CONTENT,
        },
    }
}

/// The whole answer. `headers` are the request's: a browser gets HTML, other clients get JSON.
pub(super) fn response(judgement: &Judgement, headers: &HeaderMap) -> Response<Full<Bytes>> {
    match judgement {
        Judgement::Event(_) => with(status(judgement), None, Bytes::new()),
        Judgement::Challenge { answer, .. } => {
            with(status(judgement), Some("application/json"), answer.to_json().into())
        }
        Judgement::Refused { refusal, .. } => {
            let mut response = refused(refusal, status(judgement), wants_html(headers));
            if matches!(refusal, Refusal::WrongMethod) {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            response
        }
    }
}

/// The app's answer as received. If there is none, 502 or 504.
pub(super) fn of_app(outcome: &ForwardOutcome, headers: HeaderMap, body: Bytes) -> Response<Full<Bytes>> {
    let (status, error, message) = match outcome {
        ForwardOutcome::Answered { status, .. } => {
            let mut response = Response::new(Full::new(body));
            *response.status_mut() = *status;
            *response.headers_mut() = headers;
            return response;
        }
        ForwardOutcome::Unreachable(_) => {
            (StatusCode::BAD_GATEWAY, "app_unreachable", "The app behind this endpoint cannot be reached.")
        }
        ForwardOutcome::Broken(_) => (
            StatusCode::BAD_GATEWAY,
            "app_broken",
            "No complete answer of the app behind this endpoint arrived.",
        ),
        ForwardOutcome::TimedOut(_) => (
            StatusCode::GATEWAY_TIMEOUT,
            "app_too_slow",
            "The app behind this endpoint did not answer in time.",
        ),
        ForwardOutcome::Stopped => (
            StatusCode::GATEWAY_TIMEOUT,
            "stopped",
            "This session was stopped before the app behind this endpoint answered.",
        ),
    };
    let body = format!(r#"{{"error":"{error}","message":"{message}"}}"#);
    with(status, Some("application/json"), body.into())
}

/// The answer to a probe of this session.
pub(super) fn probe(text: String) -> Response<Full<Bytes>> {
    with(StatusCode::OK, Some("text/plain"), text.into())
}

/// The answer to a request that this session forwarded before.
pub(super) fn forward_loop() -> Response<Full<Bytes>> {
    let body = r#"{"error":"forward_loop","message":"zoomhook forwarded this request before: a target of --forward leads back to it."}"#;
    with(StatusCode::LOOP_DETECTED, Some("application/json"), body.into())
}

fn refused(refusal: &Refusal, status: StatusCode, html: bool) -> Response<Full<Bytes>> {
    match refusal {
        Refusal::WrongMethod if html => with(status, Some("text/html; charset=utf-8"), PAGE.into()),
        refusal => {
            let body = format!(r#"{{"error":"{}","message":"{}"}}"#, refusal.code(), message(refusal));
            with(status, Some("application/json"), body.into())
        }
    }
}

/// One sentence for the sender. It contains no quotes or backslashes, because it is inserted into JSON unescaped.
fn message(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::SignatureMissing => "The x-zm-signature header is missing.",
        Refusal::TimestampMissing => "The x-zm-request-timestamp header is missing.",
        Refusal::HeaderRepeated(_) => "A signature header is repeated.",
        Refusal::SignatureMalformed(_) => "x-zm-signature is not v0= and 64 lower-case hex digits.",
        Refusal::TimestampMalformed(_) => "x-zm-request-timestamp is not a number of Unix seconds.",
        Refusal::SignatureMismatch => "The signature does not match.",
        Refusal::Stale { .. } => "The timestamp is too far from this machine's time.",
        Refusal::NotAnEvent(_) => "The body is not a Zoom event.",
        Refusal::Challenge(_) => "This challenge cannot be answered.",
        Refusal::WrongPath | Refusal::SignedForOtherPath => "There is no endpoint at this path.",
        Refusal::WrongMethod => "This endpoint accepts POST requests only.",
        Refusal::BodyTooLarge { .. } => "The body is too large.",
        Refusal::BodyTooSlow { .. } => "The body did not arrive in time.",
        Refusal::BodyBroken => "The body is incomplete.",
        Refusal::OutputStalled | Refusal::NotRecorded { .. } | Refusal::NotShared { .. } => {
            "The event could not be recorded. Send it again."
        }
        Refusal::NoSecret => "There is no secret token to verify it with.",
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(hyper::header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn with(status: StatusCode, content_type: Option<&'static str>, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(OWN_ANSWER_HEADER, HeaderValue::from_static("own"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The page for a developer who opens the endpoint in a browser.
const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>zoomhook is listening</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem }</style>
<h1>It works: zoomhook is listening here.</h1>
<p>This address is for Zoom, which sends its events with POST. A browser sends GET, so there is nothing to see.</p>
<p>Paste the address into Marketplace: your app &gt; Feature &gt; Event Subscriptions &gt; Event notification
endpoint URL, and press Validate. The events appear in the terminal where zoomhook runs.</p>
</html>
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::{
        ChallengeAnswer, ChallengeError, EnvelopeError, MalformedSignature, MalformedTimestamp,
    };

    fn all_refusals() -> Vec<(Refusal, u16)> {
        vec![
            (Refusal::SignatureMissing, 401),
            (Refusal::TimestampMissing, 401),
            (Refusal::HeaderRepeated("x-zm-signature"), 401),
            (Refusal::SignatureMalformed(MalformedSignature::NotHex), 401),
            (Refusal::TimestampMalformed(MalformedTimestamp::NotDigits), 401),
            (Refusal::SignatureMismatch, 401),
            (Refusal::NotAnEvent(EnvelopeError::Empty), 400),
            (Refusal::Challenge(ChallengeError::SignedMessage), 400),
            (Refusal::BodyBroken, 400),
            (Refusal::WrongPath, 404),
            (Refusal::SignedForOtherPath, 404),
            (Refusal::WrongMethod, 405),
            (Refusal::BodyTooSlow { limit: std::time::Duration::from_secs(1) }, 408),
            (Refusal::BodyTooLarge { limit: 1 }, 413),
            (Refusal::OutputStalled, 503),
            (Refusal::NotRecorded { reason: "disk full".into() }, 503),
        ]
    }

    #[test]
    fn answers_every_refusal_with_its_status_and_a_json_body() {
        for (refusal, expected) in all_refusals() {
            let code = refusal.code();
            let judgement = Judgement::Refused { refusal, claimed_event: None, secret_name: None };
            assert_eq!(status(&judgement).as_u16(), expected, "{code}");
            let Judgement::Refused { refusal, .. } = &judgement else { unreachable!() };
            let body = format!(r#"{{"error":"{}","message":"{}"}}"#, refusal.code(), message(refusal));
            let parsed: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(parsed["error"], code);
        }
    }

    #[test]
    fn answers_a_challenge_with_json_and_200() {
        let answer = ChallengeAnswer { plain_token: "a\"b".into(), encrypted_token: "0".repeat(64) };
        let judgement = Judgement::Challenge { secret_name: "x".into(), signed: true, answer };
        let response = response(&judgement, &HeaderMap::new());
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }

    #[test]
    fn names_the_allowed_method_in_the_answer_to_another_one() {
        let judgement =
            Judgement::Refused { refusal: Refusal::WrongMethod, claimed_event: None, secret_name: None };
        let mut headers = HeaderMap::new();
        assert_eq!(response(&judgement, &headers).headers()[ALLOW], "POST");
        headers.insert(hyper::header::ACCEPT, "text/html,*/*".parse().unwrap());
        let page = response(&judgement, &headers);
        assert_eq!(page.headers()[ALLOW], "POST");
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    }
}
