//! What an answer shows about the app: the usual mistakes, in words for their developer. Pure.
//!
//! Answers to challenges are judged by [`judge_answer`]; here the result becomes a hint.

use std::fmt;

use hyper::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use hyper::{StatusCode, header::HeaderName};

use super::{AnswerFault, GivenAnswer, Secrets, judge_answer};
use crate::delivery::{ChallengeFault, DeliveryVerdict, ForwardOutcome, Forwarded, Judgement};

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
    /// The answer to a challenge is not the right one; the first thing that is wrong with it.
    Challenge(ChallengeFault),
}

/// The hints on one outcome; none where all is well, or where the outcome itself says it all.
#[must_use]
pub fn hints(judgement: &Judgement, forwarded: &Forwarded) -> Vec<Hint> {
    let first_fault = forwarded.challenge_faults.iter().flatten().next();
    let mut hints: Vec<_> = first_fault.cloned().map(Hint::Challenge).into_iter().collect();
    let ForwardOutcome::Answered { status, headers, .. } = &forwarded.outcome else { return hints };
    let is_page =
        status.is_success() && is_html(headers) && !matches!(judgement, Judgement::Challenge { .. });
    let on_status = on_status(*status, judgement.verdict(), headers);
    hints.extend(on_status.or(is_page.then_some(Hint::Html)));
    hints
}

/// Everything that is wrong with an app's answer to a challenge; `None` where the request is not a challenge, or where
/// the app did not have the time to answer.
#[must_use]
pub fn challenge_faults(
    judgement: &Judgement,
    forwarded: &Forwarded,
    secrets: &Secrets,
) -> Option<Vec<ChallengeFault>> {
    let Judgement::Challenge { answer: right, .. } = judgement else { return None };
    let took = forwarded.first_byte.unwrap_or(forwarded.took);
    let given = match &forwarded.outcome {
        ForwardOutcome::Answered { status, body, .. } => {
            GivenAnswer { status: Some(status.as_u16()), body: Some(body), took: Some(took) }
        }
        ForwardOutcome::TimedOut(_) => GivenAnswer { took: Some(took), ..GivenAnswer::default() },
        ForwardOutcome::Unreachable(_) | ForwardOutcome::Broken(_) => return None,
    };
    let faults = judge_answer(&given, &right.plain_token, &[&right.encrypted_token], secrets);
    Some(faults.into_iter().map(ChallengeFault::from).collect())
}

impl From<AnswerFault> for ChallengeFault {
    fn from(fault: AnswerFault) -> Self {
        Self { code: fault.code.as_str(), sentence: fault.sentence }
    }
}

fn on_status(status: StatusCode, verdict: DeliveryVerdict, headers: &HeaderMap) -> Option<Hint> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if verdict == DeliveryVerdict::Valid => {
            Some(Hint::RefusedGenuine { status })
        }
        status if status.is_redirection() => Some(Hint::Redirect { location: text(headers, &LOCATION) }),
        StatusCode::NOT_FOUND => Some(Hint::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Hint::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Hint::BodyTooLarge),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY
            if verdict == DeliveryVerdict::Valid =>
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
            Self::Challenge(fault) => f.write_str(&fault.sentence),
        }
    }
}
