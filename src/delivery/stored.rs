//! [`StoredDelivery`]: a delivery as stored in the history.

use std::fmt;
use std::time::{Duration, SystemTime};

use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};

use crate::delivery::AppAnswer;
use crate::delivery::MASK;
use crate::delivery::tells_of_a_client;
use crate::delivery::{
    DeliveryVerdict, ForwardOutcome, ForwardRole, Forwarded, RefusalCode, RelayOutcomeKind, Route, TunnelKind,
};

/// A value that the history and NDJSON write as one word.
pub trait Word: Copy + PartialEq + 'static {
    /// All values.
    const ALL: &'static [Self];

    /// The word. It never changes, because stored files and exports depend on it.
    fn as_str(self) -> &'static str;
}

/// A stored value: known to this version, or a word that another version or program wrote. Both are written back as
/// the same word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored<T> {
    /// A known value.
    Known(T),
    /// An unknown word.
    Other(String),
}

impl<T: Word> Stored<T> {
    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(value) => value.as_str(),
            Self::Other(word) => word,
        }
    }
}

impl<T: Word> From<T> for Stored<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: Word> From<String> for Stored<T> {
    fn from(word: String) -> Self {
        let known = T::ALL.iter().find(|value| value.as_str() == word);
        known.map_or(Self::Other(word), |value| Self::Known(*value))
    }
}

impl<T: Word> From<&str> for Stored<T> {
    fn from(word: &str) -> Self {
        word.to_owned().into()
    }
}

impl<T: Word> PartialEq<T> for Stored<T> {
    fn eq(&self, other: &T) -> bool {
        matches!(self, Self::Known(value) if value == other)
    }
}

/// Writes the word.
impl<T: Word> fmt::Display for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a stored delivery arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredRoute {
    /// The local socket.
    Local,
    /// The tunnel that zoomhook opened.
    Tunnel,
    /// A stream: another session received it.
    Stream,
    /// An imported file. The delivery was not received by `listen`.
    Import,
}

impl From<Route> for StoredRoute {
    fn from(route: Route) -> Self {
        match route {
            Route::Local => Self::Local,
            Route::Tunnel => Self::Tunnel,
            Route::Stream => Self::Stream,
        }
    }
}

impl Word for StoredRoute {
    const ALL: &'static [Self] = &[Self::Local, Self::Tunnel, Self::Stream, Self::Import];

    fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Tunnel => "tunnel",
            Self::Stream => "stream",
            Self::Import => "import",
        }
    }
}

/// How a delivery came into the history of this machine. Never taken from an imported file, which may claim anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// A `listen` on this machine received it.
    Recorded,
    /// `history import` read it from a file.
    Imported,
}

/// The word in NDJSON for [`StoredWait::Answer`].
pub const PENDING_ANSWER: &str = "answer";
/// The word in NDJSON for [`StoredWait::Queue`].
pub const PENDING_QUEUE: &str = "queue";

/// The word in NDJSON for [`StoredWait::Abandoned`].
pub const PENDING_ENDED: &str = "ended";

/// What a stored delivery still waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredWait {
    /// The user's app has it, and its answer goes to Zoom. After this time no answer will be stored: the session has
    /// ended.
    Answer {
        /// The time.
        until: SystemTime,
    },
    /// Zoom has its answer, and the app gets the delivery afterwards.
    Queue,
    /// Zoom has its answer, and the session ended before the app's. Nothing more will be stored, unless it is replayed.
    Abandoned,
}

/// A delivery as stored in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDelivery {
    /// Its ULID: 26 characters, sortable by time of arrival.
    pub id: String,
    /// Whether this machine received it.
    pub provenance: Provenance,
    /// When its head was read; for an imported delivery, the time in its capture.
    pub received_at: SystemTime,
    /// The request's method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// All headers in order. Credentials are masked.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw body.
    pub body: Vec<u8>,
    /// The verdict on its signature.
    pub verdict: DeliveryVerdict,
    /// Why it was rejected.
    pub reason: Option<Stored<RefusalCode>>,
    /// The event's name, verified or not.
    pub event: Option<String>,
    /// The event's own time, in Unix milliseconds.
    pub event_ts: Option<i64>,
    /// Zoom's `x-zm-request-id`.
    pub request_id: Option<String>,
    /// The name of the secret that signed it.
    pub secret_name: Option<String>,
    /// The id of the delivery that it repeats.
    pub retry_of: Option<String>,
    /// The answer to Zoom; `None` while it waits for the app's. An imported delivery may have none.
    pub answer: Option<StoredAnswer>,
    /// What it still waits for; `None` if nothing more will be stored.
    pub waits_for: Option<StoredWait>,
    /// The folder of the project whose `listen` received it, or whose `history import` stored it. `None` if an older
    /// version stored it.
    pub project: Option<String>,
    /// The client's address.
    pub peer: String,
    /// How it arrived.
    pub route: Stored<StoredRoute>,
    /// The kind of the session's public side.
    pub tunnel: Stored<TunnelKind>,
    /// The session's public URL.
    pub public_url: Option<String>,
    /// The outcomes at the user's app.
    pub forwarded: Vec<StoredForward>,
}

/// A stored answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// From the request's head to the answer.
    pub took: Duration,
}

/// The stored outcome of a delivery at one target of `--forward`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredForward {
    /// The target's URL.
    pub target: String,
    /// How this target's answer was used.
    pub role: Stored<ForwardRole>,
    /// How the exchange ended.
    pub outcome: Stored<RelayOutcomeKind>,
    /// The status, if it answered.
    pub status: Option<u16>,
    /// The answer's headers. Cookies are masked.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The answer's body.
    pub body: Vec<u8>,
    /// The error message, if there was no answer. For an answer to a challenge, what is wrong with it.
    pub detail: Option<String>,
    /// From the start of sending to the first byte.
    pub first_byte: Option<Duration>,
    /// From the start of sending to the end.
    pub took: Duration,
}

impl StoredForward {
    /// The outcome as the live view has it; `None` if another version wrote a word that this one does not know.
    #[must_use]
    pub fn to_forwarded(&self) -> Option<Forwarded> {
        let (Stored::Known(kind), Stored::Known(role)) = (&self.outcome, &self.role) else { return None };
        let detail = || self.detail.clone().unwrap_or_default();
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        let outcome = match (kind, status) {
            (RelayOutcomeKind::Answered, Some(status)) => ForwardOutcome::Answered {
                status,
                headers: sendable(&self.headers),
                body: self.body.clone().into(),
            },
            (RelayOutcomeKind::Answered, None) | (RelayOutcomeKind::Broken, _) => {
                ForwardOutcome::Broken(detail())
            }
            (RelayOutcomeKind::Unreachable, _) => ForwardOutcome::Unreachable(detail()),
            // It waited until the limit.
            (RelayOutcomeKind::TimedOut, _) => ForwardOutcome::TimedOut(self.took),
            (RelayOutcomeKind::Stopped, _) => ForwardOutcome::Stopped,
        };
        Some(Forwarded {
            target: self.target.clone(),
            role: *role,
            outcome,
            first_byte: self.first_byte,
            took: self.took,
            challenge_faults: None,
        })
    }
}

/// The headers without masked ones, and without invalid ones, which a capture may contain.
fn sendable(headers: &[(String, Vec<u8>)]) -> HeaderMap {
    let unmasked = headers.iter().filter(|(_, value)| value != MASK.as_bytes());
    let pairs = unmasked.filter_map(|(name, value)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?))
    });
    pairs.collect()
}

impl StoredDelivery {
    /// Whether something more may be stored about it by itself.
    #[must_use]
    pub fn is_waiting(&self, now: SystemTime) -> bool {
        match self.waits_for {
            Some(StoredWait::Answer { until }) => until > now,
            Some(StoredWait::Queue) => true,
            Some(StoredWait::Abandoned) | None => false,
        }
    }

    /// Whether the session that received it ended before the app answered, and the app has not taken a replay of it since.
    #[must_use]
    pub fn was_abandoned(&self, now: SystemTime) -> bool {
        self.waits_for.is_some() && !self.is_waiting(now) && !self.was_taken_later()
    }

    /// Whether the app took it after the answer to Zoom.
    #[must_use]
    pub fn was_taken_later(&self) -> bool {
        let last = self.last_queued().and_then(Option::from);
        last.is_some_and(|last: AppAnswer| last.takes())
    }

    /// The first value of a header as text, if it is UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Whether `listen` received it through its public URL. A tunnel program and a gateway connect to the local port as
    /// `trigger` does; they add a header that says for whom they forward.
    #[must_use]
    pub fn came_through_public_url(&self) -> bool {
        let is_forwarded = || self.headers.iter().any(|(name, _)| tells_of_a_client(name));
        self.provenance == Provenance::Recorded
            && (self.route == StoredRoute::Tunnel
                || (self.route == StoredRoute::Local && self.tunnel != TunnelKind::None && is_forwarded()))
    }

    /// The way that it came, in one word: `imported`, `tunnel`, `local`, or the route that another version wrote.
    #[must_use]
    pub fn came_by(&self) -> &str {
        match self.provenance {
            Provenance::Imported => "imported",
            Provenance::Recorded if self.came_through_public_url() => StoredRoute::Tunnel.as_str(),
            Provenance::Recorded => self.route.as_str(),
        }
    }

    /// Whether its body was not received, because the request was refused first. Then it is not known, and sending an
    /// empty one would be another request.
    #[must_use]
    pub fn lacks_its_body(&self) -> bool {
        let was_unread = matches!(&self.reason, Some(Stored::Known(code)) if code.left_body_unread())
            && self.body.is_empty();
        // A request that has neither header has no body. The headers of an import may be incomplete.
        let announces_none = self.provenance == Provenance::Recorded
            && self.header("content-length").is_none_or(|length| length == "0")
            && self.header("transfer-encoding").is_none();
        was_unread && !announces_none
    }

    /// The headers that can be sent: without masked ones, and without invalid ones, which a capture may contain.
    #[must_use]
    pub fn header_map(&self) -> HeaderMap {
        sendable(&self.headers)
    }

    /// The outcome at the app that counts: the last one after the acknowledgment, or else the one that was sent to
    /// Zoom, or else that of the first target.
    #[must_use]
    pub fn app(&self) -> Option<&StoredForward> {
        self.last_queued().or(self.answering()).or(self.forwarded.first())
    }

    /// The outcome whose answer was sent to Zoom.
    #[must_use]
    pub fn answering(&self) -> Option<&StoredForward> {
        self.forwarded.iter().find(|forwarded| forwarded.role == ForwardRole::Answers)
    }

    /// The outcome of the last attempt after the acknowledgment.
    #[must_use]
    pub fn last_queued(&self) -> Option<&StoredForward> {
        self.forwarded.iter().rfind(|forwarded| forwarded.role == ForwardRole::Queued)
    }

    /// The URL that it was sent to, from the session's public URL or the host header.
    #[must_use]
    pub fn url(&self) -> String {
        if self.target.contains("://") {
            return self.target.clone();
        }
        let origin = match (&self.public_url, self.header("host")) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => "http://localhost".to_owned(),
        };
        format!("{origin}{}", self.target)
    }
}

/// The verdict with this name.
#[must_use]
pub fn verdict_named(name: &str) -> Option<DeliveryVerdict> {
    [DeliveryVerdict::Valid, DeliveryVerdict::Invalid, DeliveryVerdict::Unknown]
        .into_iter()
        .find(|verdict| verdict.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_word_reads_back<T: Word + fmt::Debug>() {
        for value in T::ALL {
            assert_eq!(Stored::from(value.as_str()), Stored::Known(*value));
        }
    }

    #[test]
    fn a_known_word_becomes_its_value_and_any_other_word_stays() {
        every_word_reads_back::<StoredRoute>();
        every_word_reads_back::<TunnelKind>();
        every_word_reads_back::<RefusalCode>();
        every_word_reads_back::<ForwardRole>();
        every_word_reads_back::<RelayOutcomeKind>();
        let other = Stored::<StoredRoute>::from("websocket");
        assert_eq!((other.as_str(), &other), ("websocket", &Stored::Other("websocket".into())));
        assert!(other != StoredRoute::Import && Stored::<StoredRoute>::from("import") == StoredRoute::Import);
    }
}
