//! Hints about the app from its answer: usual mistakes, in sentences for the developer. Pure.
//!
//! The entry points are [`hints`], [`answer_hint`] for an answer without a delivery, and [`challenge_faults`] for answers
//! to challenges.

use std::fmt;

use hyper::header::{HeaderMap, LOCATION};
use hyper::{StatusCode, header::HeaderName};

use super::app_statement::{AppStatement, is_web_page, statement};
use super::{AnswerCode, AnswerFault, GivenAnswer, Secrets, judge_answer};
use crate::delivery::{ChallengeFault, DeliveryVerdict, ForwardOutcome, ForwardRole, Forwarded, Judgement};
use crate::zoom::is_too_late;

/// One thing that the developer should know about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// 401 or 403 for a correctly signed request.
    RefusedGenuine {
        /// The status.
        status: StatusCode,
    },
    /// A redirect.
    Redirect {
        /// The app's `location` header, unchecked.
        location: Option<String>,
    },
    /// 404.
    NotFound,
    /// 405: the path does not accept POST.
    MethodNotAllowed,
    /// 413: the body is larger than the app accepts.
    BodyTooLarge,
    /// 400, 415 or 422 for a correctly signed request.
    BodyRefused {
        /// The status.
        status: StatusCode,
    },
    /// A web page instead of a webhook's answer.
    Html,
    /// Zoom had given up before this answer.
    TooLate,
    /// The answer itself says who refused the request.
    Stated(AppStatement),
    /// The first fault of a wrong answer to a challenge.
    Challenge(ChallengeFault),
}

/// Returns the hints for one outcome. There are none if the answer is fine or the outcome explains itself.
#[must_use]
pub fn hints(judgement: &Judgement, forwarded: &Forwarded) -> Vec<Hint> {
    let first_fault = forwarded.challenge_faults.iter().flatten().next();
    let mut hints: Vec<_> = first_fault.cloned().map(Hint::Challenge).into_iter().collect();
    let is_events_answer = matches!(judgement, Judgement::Event(_)) && forwarded.role == ForwardRole::Answers;
    if is_events_answer && is_too_late(forwarded.took) {
        hints.push(Hint::TooLate);
    }
    let ForwardOutcome::Answered { status, headers, body } = &forwarded.outcome else { return hints };
    let asked = AnsweredRequest {
        is_genuine: judgement.verdict() == DeliveryVerdict::Valid,
        is_challenge: matches!(judgement, Judgement::Challenge { .. }),
    };
    hints.extend(answer_hint(asked, *status, headers, body));
    hints
}

/// The request that an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// Whether its signature is correct.
    pub is_genuine: bool,
    /// Whether it is a challenge.
    pub is_challenge: bool,
}

/// The hint for one answer: what it says itself, or what its status means.
#[must_use]
pub fn answer_hint(
    asked: AnsweredRequest,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Hint> {
    let is_page = status.is_success() && is_web_page(headers, body) && !asked.is_challenge;
    let stated = statement(status, headers, body).map(Hint::Stated);
    let on_status = stated.or_else(|| on_status(status, asked.is_genuine, headers));
    on_status.or(is_page.then_some(Hint::Html))
}

/// Lists everything that is wrong with an app's answer to a challenge. Returns `None` if the request is not a
/// challenge, or if the connection failed before an answer.
#[must_use]
pub fn challenge_faults(
    judgement: &Judgement,
    forwarded: &Forwarded,
    secrets: &Secrets,
) -> Option<Vec<ChallengeFault>> {
    let Judgement::Challenge { answer: right, .. } = judgement else { return None };
    let took = Some(forwarded.took);
    let given = match &forwarded.outcome {
        ForwardOutcome::Answered { status, body, .. } => {
            GivenAnswer { status: Some(status.as_u16()), body: Some(body), took }
        }
        ForwardOutcome::TimedOut(_) => GivenAnswer { took, ..GivenAnswer::default() },
        ForwardOutcome::Unreachable(_) | ForwardOutcome::Stopped | ForwardOutcome::Broken(_) => return None,
    };
    let faults = judge_answer(&given, &right.plain_token, &[&right.encrypted_token], secrets);
    Some(faults.into_iter().map(ChallengeFault::from).collect())
}

impl From<AnswerFault> for ChallengeFault {
    fn from(fault: AnswerFault) -> Self {
        Self { code: fault.code.as_str(), sentence: fault.sentence }
    }
}

fn on_status(status: StatusCode, is_genuine: bool, headers: &HeaderMap) -> Option<Hint> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if is_genuine => {
            Some(Hint::RefusedGenuine { status })
        }
        status if status.is_redirection() => Some(Hint::Redirect { location: text(headers, &LOCATION) }),
        StatusCode::NOT_FOUND => Some(Hint::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Hint::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Hint::BodyTooLarge),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY
            if is_genuine =>
        {
            Some(Hint::BodyRefused { status })
        }
        _ => None,
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned())
}

impl Hint {
    /// Whether it says only that a correctly signed request was refused.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::RefusedGenuine { .. } | Self::BodyRefused { .. })
    }

    /// Whether it states what happened, and an experiment would show why.
    #[must_use]
    pub fn has_unknown_cause(&self) -> bool {
        match self {
            Self::Stated(statement) => *statement == AppStatement::VerificationFailed,
            Self::Challenge(fault) => fault.code == AnswerCode::Hmac.as_str(),
            hint => hint.is_refusal(),
        }
    }

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
            Self::TooLate => "app_too_late",
            Self::Stated(statement) => statement.code(),
            Self::Challenge(_) => "app_challenge",
        }
    }
}

/// A sentence or two. The location of a redirect must be sanitized before it goes to a terminal.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RefusedGenuine { status } => {
                write!(f, "Your app answered {} to a correctly signed request.", status.as_u16())
            }
            Self::Redirect { location: Some(location) } => {
                write!(
                    f,
                    "Zoom does not follow redirects, and does not retry an event after one. Your app redirects to {location}."
                )
            }
            Self::Redirect { location: None } => {
                f.write_str("Zoom does not follow redirects, and does not retry an event after one.")
            }
            Self::NotFound => f.write_str(
                "If the path is wrong, add the webhook's path to --forward, such as 3000/zoom.",
            ),
            Self::MethodNotAllowed => f.write_str(
                "Your app does not accept POST at this path. Zoom sends POST; check the path of the webhook's handler.",
            ),
            Self::BodyTooLarge => f.write_str(
                "The event is larger than your app accepts. Raise the limit of its body parser (Express: \
                 express.raw({ limit: '1mb', type: '*/*' })).",
            ),
            Self::BodyRefused { status } => {
                write!(f, "Your app answered {} to a correctly signed event.", status.as_u16())
            }
            Self::Html => f.write_str("Your app answered with a web page. Zoom counts the event as delivered."),
            Self::TooLate => f.write_str("Zoom gives up at 3.0 s."),
            Self::Stated(statement) => f.write_str(statement.sentence()),
            Self::Challenge(fault) => f.write_str(&fault.sentence),
        }
    }
}
