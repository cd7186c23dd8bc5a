//! One request, its judgement and its outcome: the values that all parts of the program share.
//!
//! Plain values without I/O.

mod expectation;
pub(crate) mod filter;
mod latencies;
mod refusal_code;
mod retry;
mod session_event;
mod stored;
mod summary;

pub use expectation::{Expectation, ExpectedEvent, InvalidExpectation};
pub use filter::{Condition, EventPattern, InvalidCondition, InvalidPattern, Selected, Selection};
pub use latencies::Latencies;
pub use refusal_code::RefusalCode;
pub use retry::{Mark, RetryLog};
pub use session_event::{
    EventPermit, EventReceiver, EventSender, LateForwarded, Ready, SecretOrigin, Session, SessionEvent,
    TunnelKind, TunnelRefusal, TunnelState, Warning, event_channel,
};
pub use stored::{
    CREDENTIALS, MASK, Stored, StoredAnswer, StoredDelivery, StoredForward, StoredRoute, Word, verdict_named,
};
pub use summary::Summary;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, StatusCode};

use crate::zoom::{
    Age, ChallengeAnswer, ChallengeError, EnvelopeError, MalformedSignature, MalformedTimestamp,
    RequestTimestamp, SIGNATURE_HEADER, SecretToken, TIMESTAMP_HEADER,
};

/// One request that reached the listener, with its judgement and its answer. A retry is another delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Unique and sortable by time: a ULID, 26 characters.
    pub id: String,
    /// When its head had been read.
    pub received_at: SystemTime,
    /// The request as it came.
    pub request: Request,
    /// What the listener makes of it.
    pub judgement: Judgement,
    /// What was sent back.
    pub answer: Answer,
    /// The earlier delivery that it repeats, where that was recognized.
    pub repeats: Option<Box<Repetition>>,
    /// Why its signature is wrong, where the diagnosis has proved it.
    pub cause: Option<Box<NamedCause>>,
    /// The outcomes at the user's app, one for each target; empty where nothing is forwarded.
    pub forwarded: Vec<Forwarded>,
}

impl Delivery {
    /// As much of its id as commands need.
    #[must_use]
    pub fn short_id(&self) -> &str {
        short_id(&self.id)
    }
}

/// Characters of an id that a person types: its time, and what tells apart those of the same millisecond.
const SHORT_ID: usize = 12;

/// As much of an id as commands need.
#[must_use]
pub fn short_id(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

/// That a delivery repeats an earlier one: the same event, signed afresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// The id of the first one.
    pub first: String,
    /// Which retry this is, from 1 on; Zoom makes [`crate::zoom::RETRIES`].
    pub number: usize,
    /// The headers that differ from those of the try before, in the order in which they came; those that are gone
    /// at the end. `None` where those of the try before are not known.
    pub changed_headers: Option<Vec<String>>,
}

/// The outcome of one delivery at one target of `--forward`.
#[derive(Debug, Clone)]
pub struct Forwarded {
    /// The target's URL, without credentials.
    pub target: String,
    /// What this target's answer is for.
    pub role: ForwardRole,
    /// What came back.
    pub outcome: ForwardOutcome,
    /// From the start of sending to the answer's first byte; `None` where none came.
    pub first_byte: Option<Duration>,
    /// From the start of sending to the end of the answer, or to the failure.
    pub took: Duration,
    /// What is wrong with the answer to a challenge; `None` where it has not been judged.
    pub challenge_faults: Option<Vec<ChallengeFault>>,
}

/// What a target's answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardRole {
    /// It goes back to Zoom.
    Answers,
    /// It is only reported: a further target, a challenge that zoomhook answers itself, or a delivery that was
    /// acknowledged before.
    Observed,
}

impl Word for ForwardRole {
    const ALL: &'static [Self] = &[Self::Answers, Self::Observed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Observed => "observed",
        }
    }
}

/// What came back from the user's app.
#[derive(Debug, Clone)]
pub enum ForwardOutcome {
    /// An answer, as it came.
    Answered {
        /// The status.
        status: StatusCode,
        /// All headers.
        headers: HeaderMap,
        /// The body.
        body: Bytes,
    },
    /// No connection; the system's words.
    Unreachable(String),
    /// No complete answer within this time.
    TimedOut(Duration),
    /// The connection was closed early, or the answer was not HTTP.
    Broken(String),
}

impl ForwardOutcome {
    /// How the exchange ended, without its details.
    #[must_use]
    pub fn kind(&self) -> RelayOutcomeKind {
        match self {
            Self::Answered { .. } => RelayOutcomeKind::Answered,
            Self::Unreachable(_) => RelayOutcomeKind::Unreachable,
            Self::TimedOut(_) => RelayOutcomeKind::TimedOut,
            Self::Broken(_) => RelayOutcomeKind::Broken,
        }
    }

    /// The word in NDJSON and in the history.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
    }
}

/// How an exchange with the user's app ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayOutcomeKind {
    /// With an answer.
    Answered,
    /// No connection could be made.
    Unreachable,
    /// No whole answer in time.
    TimedOut,
    /// The connection broke off, or the answer was not HTTP.
    Broken,
}

impl Word for RelayOutcomeKind {
    const ALL: &'static [Self] = &[Self::Answered, Self::Unreachable, Self::TimedOut, Self::Broken];

    fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
        }
    }
}

/// Why a signature is wrong, in words. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCause {
    /// Its stable name, such as `body-reserialised`: one of those that `verify` gives.
    pub code: &'static str,
    /// What happened, in a sentence or two.
    pub sentence: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// One thing that is wrong with an app's answer to a challenge. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeFault {
    /// Its stable name, such as `answer-late`: one of those that `verify` gives.
    pub code: &'static str,
    /// What is wrong and what is right, in a sentence.
    pub sentence: String,
}

/// A request as it came over the wire: nothing decoded, nothing re-serialized.
#[derive(Debug, Clone)]
pub struct Request {
    /// The request's method.
    pub method: Method,
    /// Path and query.
    pub target: String,
    /// All headers, repeated ones included.
    pub headers: HeaderMap,
    /// The body's bytes; empty where the request was refused before its body was read.
    pub body: Bytes,
    /// The other end: of the socket, or of the tunnel's public side.
    pub peer: SocketAddr,
    /// Where it came from.
    pub route: Route,
}

impl Request {
    /// Signs it as if Zoom had sent it now; everything else stays, its id included.
    pub fn sign_again(&mut self, secret: &SecretToken, now: SystemTime) {
        let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let signature = secret.sign(timestamp.as_bytes(), &self.body).to_string();
        for (name, text) in [(TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, signature)] {
            // Digits and letters are always a header's value.
            if let Ok(value) = HeaderValue::try_from(text) {
                self.headers.insert(name, value);
            }
        }
    }
}

/// The way by which a request reached the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The local socket.
    Local,
    /// The tunnel that zoomhook itself opened; the peer is then the public client.
    Tunnel,
}

/// What the listener makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// A verified event.
    Event(VerifiedEvent),
    /// A challenge that is answered.
    Challenge {
        /// The secret's name under which it was signed and is answered.
        secret_name: Arc<str>,
        /// Whether it was signed; unsigned ones are answered only when that was asked for.
        signed: bool,
        /// The answer's two fields.
        answer: ChallengeAnswer,
    },
    /// Anything else. Zoom does not send a request again that was answered with 4xx.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The event's name as the body claims it, where it could be read. Not verified.
        claimed_event: Option<String>,
        /// The name of the secret that signed it, where the signature was right.
        secret_name: Option<Arc<str>>,
    },
}

/// The head of an event whose signature is right and fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEvent {
    /// The event's name.
    pub event: String,
    /// The event's own time, in Unix milliseconds, where it has one.
    pub event_ts: Option<i64>,
    /// The name of the secret that signed it.
    pub secret_name: Arc<str>,
}

/// A request's standing, in the words of `verify` and NDJSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Genuine: signed with one of the secrets and, where that is asked for, fresh.
    Valid,
    /// Signed wrongly, not at all, or too long ago.
    Invalid,
    /// Never checked: a request that was refused before it came to that, or a capture that does not hold what
    /// is needed.
    Unknown,
}

impl Verdict {
    /// The word in NDJSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
        }
    }
}

impl Judgement {
    /// The verdict on the request's signature and age.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Event(_) | Self::Challenge { signed: true, .. } => Verdict::Valid,
            Self::Challenge { signed: false, .. } => Verdict::Unknown,
            Self::Refused { refusal, .. } => refusal.verdict(),
        }
    }

    /// The event's name, verified or only claimed.
    #[must_use]
    pub fn event(&self) -> Option<&str> {
        match self {
            Self::Event(event) => Some(&event.event),
            Self::Challenge { .. } => Some(crate::zoom::CHALLENGE_EVENT),
            Self::Refused { claimed_event, .. } => claimed_event.as_deref(),
        }
    }

    /// The name of the secret whose signature matched.
    #[must_use]
    pub fn secret_name(&self) -> Option<&str> {
        match self {
            Self::Event(event) => Some(&event.secret_name),
            Self::Challenge { secret_name, signed: true, .. } => Some(secret_name),
            Self::Challenge { .. } => None,
            Self::Refused { secret_name, .. } => secret_name.as_deref(),
        }
    }
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no `x-zm-signature`.
    SignatureMissing,
    /// There is no `x-zm-request-timestamp`.
    TimestampMissing,
    /// One of the two headers came more than once; the field names it.
    HeaderRepeated(&'static str),
    /// The signature's text is not of Zoom's form.
    SignatureMalformed(MalformedSignature),
    /// The timestamp's text is not of Zoom's form.
    TimestampMalformed(MalformedTimestamp),
    /// Another secret token, or other bytes.
    SignatureMismatch,
    /// The signature is right, but made too far from this machine's time.
    Stale {
        /// When it was signed.
        signed_at: RequestTimestamp,
        /// How far that is from the time of arrival.
        age: Age,
        /// The limit.
        max_age: Duration,
    },
    /// The signature is right, but the body is not an event.
    NotAnEvent(EnvelopeError),
    /// A challenge that must not or cannot be answered.
    Challenge(ChallengeError),
    /// Another path than the webhook's.
    WrongPath,
    /// Another method than POST.
    WrongMethod,
    /// The body is larger than the limit, in bytes.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body did not arrive in time.
    BodyTooSlow {
        /// The limit.
        limit: Duration,
    },
    /// The peer closed the connection within the body, or its framing was wrong.
    BodyBroken,
    /// The reader of zoomhook's output has stopped reading. The answer is 503, so that Zoom sends it again.
    OutputStalled,
    /// It could not be written to the history. The answer is 503, so that Zoom sends it again.
    NotRecorded {
        /// Why, in the system's words.
        reason: String,
    },
}

impl Refusal {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        RefusalCode::from(self).as_str()
    }

    /// What is known about the signature of a request refused for this reason.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::SignatureMissing
            | Self::TimestampMissing
            | Self::HeaderRepeated(_)
            | Self::SignatureMalformed(_)
            | Self::TimestampMalformed(_)
            | Self::SignatureMismatch
            | Self::Stale { .. } => Verdict::Invalid,
            Self::NotAnEvent(_) | Self::Challenge(_) | Self::NotRecorded { .. } => Verdict::Valid,
            _ => Verdict::Unknown,
        }
    }

    /// Whether the body was not, or not wholly, read.
    #[must_use]
    pub fn left_body_unread(&self) -> bool {
        matches!(
            self,
            Self::WrongPath
                | Self::WrongMethod
                | Self::BodyTooLarge { .. }
                | Self::BodyTooSlow { .. }
                | Self::BodyBroken
                | Self::OutputStalled
        )
    }

    /// Whether the request may have been meant as a delivery: strangers who look around a public URL ask for
    /// other paths with other methods.
    #[must_use]
    pub fn concerns_a_delivery(&self) -> bool {
        !matches!(self, Self::WrongPath | Self::WrongMethod)
    }
}

/// What was sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// From the head being read to the answer being ready.
    pub took: Duration,
}
