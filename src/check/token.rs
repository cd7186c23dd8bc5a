//! Zoom's call to the user's token URL, for a subscription with OAuth: [`fetch_token`].

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use serde_json::Value;

use crate::http::{ExchangeLimits, HttpClient};
use crate::zoom::{ANSWER_LIMIT, ZOOM_USER_AGENT};

/// Limits on the answer.
const LIMITS: ExchangeLimits = ExchangeLimits { time: ANSWER_LIMIT, body: 64 * 1024 };

/// The least time that a token must be valid for.
const SHORTEST: Duration = Duration::from_secs(3599);

/// Fetches a token as Zoom does: a POST without a body, with the grant type in the query.
///
/// # Errors
/// What is wrong with the answer, in a sentence.
pub(crate) async fn fetch_token(
    client: &HttpClient,
    credentials: &HeaderValue,
) -> Result<HeaderValue, String> {
    let target = client.target();
    let request = Request::post(target.uri_for("/?grant_type=client_credentials"))
        .header(HOST, target.host())
        .header(AUTHORIZATION, credentials)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(CONTENT_LENGTH, 0)
        .header(USER_AGENT, ZOOM_USER_AGENT)
        .body(Full::new(Bytes::new()));
    let request = request.map_err(|error| format!("The token URL cannot be called: {error}."))?;
    let answer = client.send(request, LIMITS).await.answer;
    let answer = answer.map_err(|error| format!("The token URL gave no answer: {error}."))?;
    let status = answer.status.as_u16();
    let body = answer.body.map_err(|error| format!("The token URL gave no complete answer: {error}."))?;
    if status != 200 {
        return Err(format!("The token URL answered {status}; Zoom expects 200."));
    }
    read(&body)
}

fn read(body: &[u8]) -> Result<HeaderValue, String> {
    let json: Value =
        serde_json::from_slice(body).map_err(|_| "The answer of the token URL is not JSON.".to_owned())?;
    let token = json["access_token"].as_str().filter(|token| !token.is_empty());
    let token = token.ok_or("The answer of the token URL has no access_token.")?;
    if !json["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err("The answer of the token URL has no token_type bearer.".to_owned());
    }
    let seconds = match &json["expires_in"] {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    };
    match seconds {
        Some(seconds) if seconds >= SHORTEST.as_secs() => {}
        Some(seconds) => {
            return Err(format!("The token expires in {seconds} s; Zoom expects at least 3599."));
        }
        None => return Err("The answer of the token URL has no expires_in.".to_owned()),
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| "The access_token has characters that are not allowed in a header.".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_zoom_accepts() {
        for expires in ["\"3599\"", "3600"] {
            let body = format!(r#"{{"access_token":"abc","token_type":"bearer","expires_in":{expires}}}"#);
            assert_eq!(read(body.as_bytes()).unwrap(), "Bearer abc");
        }
        for body in [
            "",
            "{}",
            r#"{"access_token":"abc"}"#,
            r#"{"access_token":"abc","token_type":"mac","expires_in":3600}"#,
            r#"{"access_token":"abc","token_type":"bearer"}"#,
            r#"{"access_token":"abc","token_type":"bearer","expires_in":60}"#,
            r#"{"access_token":"a\nb","token_type":"bearer","expires_in":3600}"#,
        ] {
            assert!(!read(body.as_bytes()).unwrap_err().contains("abc"), "{body}");
        }
    }
}
