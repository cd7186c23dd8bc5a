//! Tests an axum app with signed requests, without a socket: `cargo run --example axum_app`.
//!
//! The app verifies each request. The test creates events from the catalogue, signs them as Zoom does, and sends them
//! to the app's router.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use tower_service::Service;
use zoomhook::zoom::{
    Challenge, Envelope, RequestTimestamp, SIGNATURE_HEADER, SecretToken, Signature, SignedRequest,
    TIMESTAMP_HEADER, catalogue,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The app: one route, one secret token.
fn app(secret: SecretToken) -> Router {
    Router::new().route("/webhook", post(receive)).with_state(secret)
}

async fn receive(State(secret): State<SecretToken>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    if !is_from_zoom(&secret, &headers, &body) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    let Ok(envelope) = Envelope::parse(&body) else { return (StatusCode::BAD_REQUEST, String::new()) };
    match Challenge::recognize(&envelope) {
        Some(Ok(challenge)) => (StatusCode::OK, challenge.answer(&secret).to_json()),
        Some(Err(_)) => (StatusCode::BAD_REQUEST, String::new()),
        // A real app processes the event here.
        None => (StatusCode::NO_CONTENT, String::new()),
    }
}

fn is_from_zoom(secret: &SecretToken, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(timestamp), Some(signature)) = (text(TIMESTAMP_HEADER), text(SIGNATURE_HEADER)) else {
        return false;
    };
    let Ok(signature) = signature.parse::<Signature>() else { return false };
    let Ok(signed_at) = timestamp.parse::<RequestTimestamp>() else { return false };
    secret.verify(timestamp.as_bytes(), body, &signature)
        && !signed_at.age(SystemTime::now()).exceeds(Duration::from_secs(300))
}

/// Sends a signed request to the app, and returns the status and body of its answer.
async fn send(
    app: &mut Router,
    signed: &SignedRequest,
) -> Result<(StatusCode, Bytes), Box<dyn std::error::Error>> {
    let mut request = Request::post("/webhook");
    for (name, value) in signed.headers() {
        request = request.header(*name, value);
    }
    let answer = app.call(request.body(Body::from(signed.body().to_vec()))?).await?;
    let status = answer.status();
    Ok((status, to_bytes(answer.into_body(), 64 * 1024).await?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    accepts_every_event_and_rejects_another_secret().await?;
    answers_a_challenge().await
}

async fn accepts_every_event_and_rejects_another_secret() -> Outcome {
    let (secret, other) = (SecretToken::new("4fv1RkqGQUq5sWbEz6hA5A")?, SecretToken::new("other")?);
    let (mut app, now) = (app(secret.clone()), SystemTime::now());
    for event in catalogue::all().filter(|event| event.name() != "endpoint.url_validation") {
        let body = catalogue::Sample::new(7, now).of(&event);
        assert_eq!(send(&mut app, &body.sign(&secret, now)).await?.0, StatusCode::NO_CONTENT, "{event:?}");
        assert_eq!(send(&mut app, &body.sign(&other, now)).await?.0, StatusCode::UNAUTHORIZED);
    }
    Ok(())
}

async fn answers_a_challenge() -> Outcome {
    let secret = SecretToken::new("4fv1RkqGQUq5sWbEz6hA5A")?;
    let (mut app, now) = (app(secret.clone()), SystemTime::now());
    let event = catalogue::find("endpoint.url_validation").ok_or("it is in the catalogue")?;
    let (status, answer) =
        send(&mut app, &catalogue::Sample::new(1, now).of(&event).sign(&secret, now)).await?;
    assert_eq!(status, StatusCode::OK);
    assert!(std::str::from_utf8(&answer)?.contains("encryptedToken"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_app_verifies_events_and_answers_challenges() {
        accepts_every_event_and_rejects_another_secret().await.unwrap();
        answers_a_challenge().await.unwrap();
    }
}
