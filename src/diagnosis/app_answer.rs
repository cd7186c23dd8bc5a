//! What an answer tells about the app: the usual mistakes, in words for their developer. Pure.
//!
//! How well a challenge was answered in every detail is the matter of the diagnosis; here it is only seen that
//! it was not.

use std::fmt;

use hyper::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use hyper::{StatusCode, header::HeaderName};
use serde_json::Value;

use crate::delivery::{ForwardOutcome, Judgement, Verdict};

/// One thing that the developer should know about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// 401 or 403 for a request whose signature is right.
    RefusedGenuine {
        /// The status.
        status: StatusCode,
    },
    /// A redirect.
    Redirect {
        /// Where to, as the app wrote it; from the network.
        location: Option<String>,
    },
    /// 404: nothing at that path.
    NotFound,
    /// 405: the path is there, but not for POST.
    MethodNotAllowed,
    /// 413: the app's limit for bodies is too low.
    BodyTooLarge,
    /// 415, or 400: the app's reader of bodies did not like it.
    BodyRefused {
        /// The status.
        status: StatusCode,
    },
    /// A page where a webhook has nothing to show.
    Html,
    /// The answer to a challenge is not what Zoom expects.
    Challenge(ChallengeFault),
}

/// What is wrong with an app's answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeFault {
    /// Another status than 200.
    Status(StatusCode),
    /// Nothing in it.
    Empty,
    /// Text or a page, not JSON.
    NotJson,
    /// A JSON string that holds the object, or another value.
    NotAnObject,
    /// A field is missing.
    FieldMissing(&'static str),
    /// `plainToken` is not the one that was sent.
    PlainToken,
    /// `encryptedToken` is not the HMAC under the secret that zoomhook has.
    EncryptedToken,
}

/// The hints on one outcome; none where all is well, or where the outcome itself says it all.
#[must_use]
pub fn hints(judgement: &Judgement, outcome: &ForwardOutcome) -> Vec<Hint> {
    let ForwardOutcome::Answered { status, headers, body } = outcome else { return Vec::new() };
    let on_status = on_status(*status, judgement.verdict(), headers);
    if on_status.is_some() {
        return on_status.into_iter().collect();
    }
    match judgement {
        Judgement::Challenge { answer, .. } => {
            let fault = challenge_fault(*status, body, &answer.plain_token, &answer.encrypted_token);
            fault.map(Hint::Challenge).into_iter().collect()
        }
        _ if status.is_success() && is_html(headers) => vec![Hint::Html],
        _ => Vec::new(),
    }
}

fn on_status(status: StatusCode, verdict: Verdict, headers: &HeaderMap) -> Option<Hint> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if verdict == Verdict::Valid => {
            Some(Hint::RefusedGenuine { status })
        }
        status if status.is_redirection() => Some(Hint::Redirect { location: text(headers, &LOCATION) }),
        StatusCode::NOT_FOUND => Some(Hint::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Hint::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Hint::BodyTooLarge),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY
            if verdict == Verdict::Valid =>
        {
            Some(Hint::BodyRefused { status })
        }
        _ => None,
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    text(headers, &CONTENT_TYPE).is_some_and(|text| text.to_ascii_lowercase().starts_with("text/html"))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned())
}

fn challenge_fault(status: StatusCode, body: &[u8], plain: &str, encrypted: &str) -> Option<ChallengeFault> {
    if status != StatusCode::OK {
        return Some(ChallengeFault::Status(status));
    }
    if body.trim_ascii().is_empty() {
        return Some(ChallengeFault::Empty);
    }
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return Some(ChallengeFault::NotJson) };
    let Value::Object(answer) = answer else { return Some(ChallengeFault::NotAnObject) };
    match (answer.get("plainToken"), answer.get("encryptedToken")) {
        (None, _) => Some(ChallengeFault::FieldMissing("plainToken")),
        (_, None) => Some(ChallengeFault::FieldMissing("encryptedToken")),
        (Some(token), _) if token != plain => Some(ChallengeFault::PlainToken),
        (_, Some(token)) if token != encrypted => Some(ChallengeFault::EncryptedToken),
        _ => None,
    }
}

impl Hint {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::RefusedGenuine { .. } => "app_refused_genuine",
            Self::Redirect { .. } => "app_redirect",
            Self::NotFound => "app_not_found",
            Self::MethodNotAllowed => "app_method_not_allowed",
            Self::BodyTooLarge => "app_body_too_large",
            Self::BodyRefused { .. } => "app_body_refused",
            Self::Html => "app_html",
            Self::Challenge(_) => "app_challenge",
        }
    }
}

/// A sentence or two. What came from the network in it has to be made safe for a terminal.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RefusedGenuine { .. } => f.write_str(
                "The signature is right, so your app's own check of it is wrong. Usual causes: it signs parsed and \
                 rewritten JSON in place of the raw body, or uses another secret token.",
            ),
            Self::Redirect { location: Some(location) } => {
                write!(
                    f,
                    "Zoom does not follow redirects, so this event is lost. Your app points to {location}."
                )
            }
            Self::Redirect { location: None } => {
                f.write_str("Zoom does not follow redirects, so this event is lost.")
            }
            Self::NotFound => f.write_str(
                "Your app has nothing at this path. Name its webhook's path in --forward, such as 3000/zoom.",
            ),
            Self::MethodNotAllowed => f.write_str(
                "Your app does not take POST at this path. Zoom posts; see which path the handler is at.",
            ),
            Self::BodyTooLarge => f.write_str(
                "The event is larger than your app takes. Raise the limit of its body reader (Express: \
                 express.raw({ limit: '1mb', type: '*/*' })).",
            ),
            Self::BodyRefused { status } => write!(
                f,
                "Your app refused a genuine event with {}. See whether its body reader expects another format, or \
                 a CSRF check stands before the webhook.",
                status.as_u16()
            ),
            Self::Html => f.write_str(
                "Your app answered with a web page: this may be a login or a catch-all page and not the \
                 webhook's handler. Zoom counts it as delivered all the same.",
            ),
            Self::Challenge(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for ChallengeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "A challenge is answered with 200, not with {}.", status.as_u16()),
            Self::Empty => f.write_str(
                "Your app sent nothing back. Zoom expects {\"plainToken\": …, \"encryptedToken\": …} as JSON.",
            ),
            Self::NotJson => f.write_str(
                "Your app answered the challenge with text. Zoom expects a JSON object with plainToken and \
                 encryptedToken.",
            ),
            Self::NotAnObject => f.write_str(
                "The answer is JSON, but not an object; is it a string that was turned into JSON twice?",
            ),
            Self::FieldMissing(field) => write!(f, "There is no {field} in the answer's outermost object."),
            Self::PlainToken => f.write_str("The plainToken in the answer is not the one that was sent."),
            Self::EncryptedToken => f.write_str(
                "The encryptedToken is wrong: it has to be the HMAC-SHA256 of the plainToken under the secret \
                 token, as lower-case hex. Does your app have the same secret token as zoomhook?",
            ),
        }
    }
}
