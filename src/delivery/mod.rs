//! [`Delivery`] is one received request with its judgement and outcome. [`SessionEvent`] is what a session reports.
//!
//! All parts of the program share these values. There is no I/O here.

mod credentials;
mod event_outcome;
mod expectation;
pub(crate) mod filter;
mod latencies;
mod refusal_code;
mod retry;
mod session_event;
mod stored;
mod summary;

pub use credentials::{MASK, has_masked_query, is_client_id, is_credential, is_zooms_own, masked_query};
pub use event_outcome::{
    AppAnswer, DeliverySign, EventOutcome, OutcomeFacts, OutcomeLog, OutcomeTally, QueueState,
    is_verified_event,
};
pub use expectation::{
    EVENTS_IN_TOTAL, Expectation, ExpectationState, ExpectedEvent, ExpectedResult, InvalidExpectation,
    MissingEvent, SharedExpectation, UnmetExpectation,
};
pub use filter::{Condition, EventPattern, InvalidCondition, InvalidPattern, Selected, Selection};
pub use latencies::Latencies;
pub use refusal_code::RefusalCode;
pub use retry::{Mark, RetryLog};
pub use session_event::{
    EventPermit, EventReceiver, EventSender, EventTap, FollowedStream, LateForwarded, LateKind,
    PendingDelivery, Ready, SecretOrigin, Session, SessionEvent, SessionSource, StreamDifference,
    StreamPlace, TunnelKind, TunnelRefusal, TunnelRefusalKind, TunnelState, UnreadableRequest, Warning,
    event_channel,
};
pub use stored::{
    PENDING_ANSWER, PENDING_ENDED, PENDING_QUEUE, Provenance, Stored, StoredAnswer, StoredDelivery,
    StoredForward, StoredRoute, StoredWait, Word, verdict_named,
};
pub use summary::Summary;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, StatusCode};

use ulid::Ulid;

use crate::zoom::{
    Age, ChallengeAnswer, ChallengeError, EnvelopeError, MalformedSignature, MalformedTimestamp,
    RequestTimestamp, SIGNATURE_HEADER, SecretToken, TIMESTAMP_HEADER,
};

/// The smallest id of a delivery that arrived at this time or later: ids begin with the time.
pub(crate) fn first_id(time: SystemTime) -> String {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Ulid::from_parts(u64::try_from(millis).unwrap_or(u64::MAX).min((1 << 48) - 1), 0).to_string()
}

/// One request that reached the listener, with its judgement and its answer. A retry is another delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Unique and sortable by time: a ULID, 26 characters.
    pub id: String,
    /// When its head was read.
    pub received_at: SystemTime,
    /// The request as received. All parts of the session share it.
    pub request: Arc<Request>,
    /// The listener's judgement.
    pub judgement: Judgement,
    /// The answer that was sent.
    pub answer: Answer,
    /// The earlier delivery that it repeats, if it is a known retry.
    pub repeats: Option<Box<Repetition>>,
    /// Why its signature is wrong, if the diagnosis proved a cause.
    pub cause: Option<Box<NamedCause>>,
    /// The outcomes at the user's app, one for each target; empty if nothing was forwarded.
    pub forwarded: Vec<Forwarded>,
    /// Whether the user's app gets it after the acknowledgment, from the queue.
    pub is_queued: bool,
}

impl Delivery {
    /// The short form of its id.
    #[must_use]
    pub fn short_id(&self) -> &str {
        short_id(&self.id)
    }
}

/// The length of a short id: the time, and enough random characters to distinguish ids of the same millisecond.
const SHORT_ID: usize = 12;

/// The first characters of an id, enough for commands to find it.
#[must_use]
pub fn short_id(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

/// A retry: the same event as an earlier delivery, with a new signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// The id of the first delivery.
    pub first: String,
    /// The number of the retry, from 1; Zoom's retries are in [`crate::zoom::RETRIES`].
    pub number: usize,
    /// The headers that changed since the previous attempt, in the order received, followed by the removed ones.
    /// `None` if the headers of the previous attempt are unknown.
    pub changed_headers: Option<Vec<String>>,
}

/// The outcome of one delivery at one target of `--forward`.
#[derive(Debug, Clone)]
pub struct Forwarded {
    /// The target's URL, without credentials.
    pub target: String,
    /// How this target's answer is used.
    pub role: ForwardRole,
    /// The outcome.
    pub outcome: ForwardOutcome,
    /// From the start of sending to the answer's first byte; `None` without an answer.
    pub first_byte: Option<Duration>,
    /// From the start of sending to the end of the answer or the failure.
    pub took: Duration,
    /// What is wrong with the answer to a challenge; `None` if it was not checked.
    pub challenge_faults: Option<Vec<ChallengeFault>>,
}

/// How a target's answer is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardRole {
    /// It is sent to Zoom.
    Answers,
    /// It decides what becomes of a delivery that Zoom already has the answer for: `--ack now`, `--hold`.
    Queued,
    /// It is only reported: from an additional target, for a challenge that zoomhook answers itself, or for a replay.
    Observed,
}

impl Word for ForwardRole {
    const ALL: &'static [Self] = &[Self::Answers, Self::Queued, Self::Observed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Queued => "queued",
            Self::Observed => "observed",
        }
    }
}

/// The outcome of a request to the user's app.
#[derive(Debug, Clone)]
pub enum ForwardOutcome {
    /// The app answered.
    Answered {
        /// The status.
        status: StatusCode,
        /// All headers.
        headers: HeaderMap,
        /// The body.
        body: Bytes,
    },
    /// The connection failed; with the operating system's error message.
    Unreachable(String),
    /// No complete answer within this time.
    TimedOut(Duration),
    /// The session was stopped before the app answered. This says nothing about the app.
    Stopped,
    /// The connection was closed early, or the answer was not HTTP.
    Broken(String),
}

impl ForwardOutcome {
    /// The outcome without details.
    #[must_use]
    pub fn kind(&self) -> RelayOutcomeKind {
        match self {
            Self::Answered { .. } => RelayOutcomeKind::Answered,
            Self::Unreachable(_) => RelayOutcomeKind::Unreachable,
            Self::TimedOut(_) => RelayOutcomeKind::TimedOut,
            Self::Stopped => RelayOutcomeKind::Stopped,
            Self::Broken(_) => RelayOutcomeKind::Broken,
        }
    }

    /// The word in NDJSON and in the history.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
    }
}

/// The kind of a [`ForwardOutcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayOutcomeKind {
    /// The app answered.
    Answered,
    /// The connection failed.
    Unreachable,
    /// No complete answer in time.
    TimedOut,
    /// The session was stopped before the app answered.
    Stopped,
    /// The connection was closed early, or the answer was not HTTP.
    Broken,
}

impl Word for RelayOutcomeKind {
    const ALL: &'static [Self] =
        &[Self::Answered, Self::Unreachable, Self::TimedOut, Self::Stopped, Self::Broken];

    fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Stopped => "stopped",
            Self::Broken => "broken",
        }
    }
}

/// Why a signature is wrong, in words. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCause {
    /// Its stable code, as in the output of `verify`, such as `body-reserialised`.
    pub code: &'static str,
    /// What happened, in a sentence or two.
    pub sentence: String,
    /// How to fix it.
    pub remedy: &'static str,
}

/// A fault in an app's answer to a challenge. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeFault {
    /// Its stable code, as in the output of `verify`, such as `answer-late`.
    pub code: &'static str,
    /// What is wrong and what is expected, in a sentence.
    pub sentence: String,
}

/// A request as received: nothing decoded, nothing re-serialized.
#[derive(Debug, Clone)]
pub struct Request {
    /// The request's method.
    pub method: Method,
    /// Path and query.
    pub target: String,
    /// All headers, including repeated ones.
    pub headers: HeaderMap,
    /// The raw body; empty if the request was rejected before its body was read.
    pub body: Bytes,
    /// The client's address: at the socket, or at the public side of the tunnel.
    pub peer: SocketAddr,
    /// How it arrived.
    pub route: Route,
}

/// Whether a header says for whom a tunnel program or a gateway forwards.
pub(crate) fn tells_of_a_client(header: &str) -> bool {
    ["x-forwarded-for", "forwarded"].iter().any(|known| header.eq_ignore_ascii_case(known))
}

impl Request {
    /// Whether it is known to have come through the public URL of a session, or through that of another session on its
    /// stream. `has_public_url` says whether the session has one.
    #[must_use]
    pub(crate) fn came_through_public_url(&self, has_public_url: bool) -> bool {
        match self.route {
            Route::Tunnel | Route::Stream => true,
            Route::Local => {
                has_public_url && self.headers.keys().any(|name| tells_of_a_client(name.as_str()))
            }
        }
    }

    /// Replaces timestamp and signature, as if Zoom had sent it now. Everything else stays, including the ids.
    pub fn sign_again(&mut self, secret: &SecretToken, now: SystemTime) {
        let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let signature = secret.sign(timestamp.as_bytes(), &self.body).to_string();
        for (name, text) in [(TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, signature)] {
            // Digits and letters are always valid in a header.
            if let Ok(value) = HeaderValue::try_from(text) {
                self.headers.insert(name, value);
            }
        }
    }
}

/// How a request reached the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The local socket.
    Local,
    /// The tunnel that zoomhook opened; the peer is then the public client.
    Tunnel,
    /// A stream: another session received it. The peer is its client.
    Stream,
}

/// The listener's judgement of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// A verified event.
    Event(VerifiedEvent),
    /// A challenge to answer.
    Challenge {
        /// The name of the secret for the answer. A signed challenge was signed with the same secret.
        secret_name: Arc<str>,
        /// Whether it was signed. Unsigned challenges are answered only with `--allow-unsigned-challenge`.
        signed: bool,
        /// The answer's two fields.
        answer: ChallengeAnswer,
    },
    /// Any other request. Zoom does not retry a request that was answered with 4xx.
    Refused {
        /// The reason.
        refusal: Refusal,
        /// The event's name in the body, if it could be parsed. Not verified.
        claimed_event: Option<String>,
        /// The name of the secret that signed it, if the signature is correct.
        secret_name: Option<Arc<str>>,
    },
}

/// An event with a correct and recent signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEvent {
    /// The event's name.
    pub event: String,
    /// The event's own time in Unix milliseconds, if it has one.
    pub event_ts: Option<i64>,
    /// The name of the secret that signed it.
    pub secret_name: Arc<str>,
}

/// The verdict on a request, as in `verify` and NDJSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryVerdict {
    /// Signed with one of the secrets and, if the age is checked, recent.
    Valid,
    /// The signature is wrong, missing or too old.
    Invalid,
    /// Not checked: the request was rejected earlier, or the capture is incomplete.
    Unknown,
}

impl DeliveryVerdict {
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
    pub fn verdict(&self) -> DeliveryVerdict {
        match self {
            Self::Event(_) | Self::Challenge { signed: true, .. } => DeliveryVerdict::Valid,
            Self::Challenge { signed: false, .. } => DeliveryVerdict::Unknown,
            Self::Refused { refusal, .. } => refusal.verdict(),
        }
    }

    /// The event's name, verified or not.
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

/// Why a request was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// `x-zm-signature` is missing.
    SignatureMissing,
    /// `x-zm-request-timestamp` is missing.
    TimestampMissing,
    /// One of the two headers occurs more than once; with its name.
    HeaderRepeated(&'static str),
    /// The signature header does not have Zoom's format.
    SignatureMalformed(MalformedSignature),
    /// The timestamp header does not have Zoom's format.
    TimestampMalformed(MalformedTimestamp),
    /// The signature does not match: a different secret token, or different bytes.
    SignatureMismatch,
    /// The signature is correct, but its timestamp is too far from this machine's time.
    Stale {
        /// When it was signed.
        signed_at: RequestTimestamp,
        /// Its age at the time of arrival.
        age: Age,
        /// The limit.
        max_age: Duration,
    },
    /// The signature is correct, but the body is not an event.
    NotAnEvent(EnvelopeError),
    /// A challenge that must not or cannot be answered.
    Challenge(ChallengeError),
    /// The path is not the webhook's, and no secret is known to have signed the request.
    WrongPath,
    /// A correctly signed request to a path that is not the webhook's.
    SignedForOtherPath,
    /// The method is not POST.
    WrongMethod,
    /// The body is larger than the limit.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body did not arrive in time.
    BodyTooSlow {
        /// The limit.
        limit: Duration,
    },
    /// The client closed the connection during the body, or the framing was wrong.
    BodyBroken,
    /// The output cannot be written because its reader has stopped. The answer is 503, so that Zoom retries.
    OutputStalled,
    /// The delivery could not be written to the history. The answer is 503, so that Zoom retries.
    NotRecorded {
        /// The operating system's error message.
        reason: String,
    },
    /// The delivery could not be published on the stream. The answer is 503, so that Zoom retries.
    NotShared {
        /// The reason.
        reason: String,
    },
    /// It was read from a stream, and this session has no secret token. Another session has accepted it, and this one
    /// cannot tell whether it is genuine.
    NoSecret,
}

impl Refusal {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        RefusalCode::from(self).as_str()
    }

    /// The verdict on the signature of a request that was rejected for this reason.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        match self {
            Self::SignatureMissing
            | Self::TimestampMissing
            | Self::HeaderRepeated(_)
            | Self::SignatureMalformed(_)
            | Self::TimestampMalformed(_)
            | Self::SignatureMismatch
            | Self::Stale { .. } => DeliveryVerdict::Invalid,
            Self::NotAnEvent(_)
            | Self::Challenge(_)
            | Self::SignedForOtherPath
            | Self::NotRecorded { .. }
            | Self::NotShared { .. } => DeliveryVerdict::Valid,
            _ => DeliveryVerdict::Unknown,
        }
    }

    /// Whether the body was not read completely.
    #[must_use]
    pub fn left_body_unread(&self) -> bool {
        RefusalCode::from(self).left_body_unread()
    }

    /// Whether the request may be a delivery. Scanners of public URLs use other paths and methods.
    #[must_use]
    pub fn concerns_a_delivery(&self) -> bool {
        !matches!(self, Self::WrongPath | Self::WrongMethod)
    }
}

/// The answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// From the request's head to the answer.
    pub took: Duration,
}
