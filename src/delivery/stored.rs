//! One kept delivery.

use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION, SET_COOKIE};

use crate::delivery::{ForwardRole, Verdict};

/// Stands for a credential that is not kept or shown. It says nothing of the value's length.
pub const MASK: &str = "***";

/// Headers whose values are credentials. Zoom sends the app's client id with token-based header authentication.
pub const CREDENTIALS: [HeaderName; 5] =
    [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, SET_COOKIE, HeaderName::from_static("clientid")];

/// One delivery as the history has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDelivery {
    /// Its ULID: 26 characters, sortable by the time of arrival.
    pub id: String,
    /// When its head had been read; of an imported one, when its capture says that it came.
    pub received_at: SystemTime,
    /// The request's method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// All headers in their order. The values of those that carry credentials are masked.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body's bytes, exactly.
    pub body: Vec<u8>,
    /// The standing of its signature.
    pub verdict: Verdict,
    /// The refusal's code.
    pub reason: Option<String>,
    /// The event's name, verified or only claimed.
    pub event: Option<String>,
    /// The event's own time, in Unix milliseconds.
    pub event_ts: Option<i64>,
    /// Zoom's `x-zm-request-id`.
    pub request_id: Option<String>,
    /// The name of the secret that signed it.
    pub secret_name: Option<String>,
    /// The id of the delivery that it repeats.
    pub retry_of: Option<String>,
    /// What Zoom was answered; an imported one may have none.
    pub answer: Option<StoredAnswer>,
    /// The other end's address.
    pub peer: String,
    /// Which way it came: `local`, `tunnel` or `import`.
    pub route: String,
    /// What the session's public side was: `none`, `external` or `ngrok`.
    pub tunnel: String,
    /// The session's public URL.
    pub public_url: Option<String>,
    /// What became of it at the user's app.
    pub forwarded: Vec<StoredForward>,
}

/// What was sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// From the request's head to the answer.
    pub took: Duration,
}

/// The outcome of one delivery at one target of `--forward`, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredForward {
    /// The target's URL.
    pub target: String,
    /// What this target's answer was for.
    pub role: ForwardRole,
    /// `answered`, `unreachable`, `timed_out` or `broken`.
    pub outcome: String,
    /// The status, where it answered.
    pub status: Option<u16>,
    /// The answer's headers; those that set cookies are masked.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The answer's body.
    pub body: Vec<u8>,
    /// The system's words, where there was no answer.
    pub detail: Option<String>,
    /// From the start of sending to the first byte.
    pub first_byte: Option<Duration>,
    /// From the start of sending to the end.
    pub took: Duration,
}

impl StoredDelivery {
    /// The first value of a header as text, if it is UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// The headers that can be sent: without those whose values are masked, and without what no header can be, as a
    /// capture may hold it.
    #[must_use]
    pub fn header_map(&self) -> HeaderMap {
        let kept = self.headers.iter().filter(|(_, value)| value != MASK.as_bytes());
        let pairs = kept.filter_map(|(name, value)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?))
        });
        pairs.collect()
    }

    /// The target whose answer went to Zoom, or else the first that was looked at.
    #[must_use]
    pub fn app(&self) -> Option<&StoredForward> {
        self.forwarded
            .iter()
            .find(|forwarded| forwarded.role == ForwardRole::Answers)
            .or(self.forwarded.first())
    }

    /// The URL that it was sent to: the session's public one, or that of the listener's own host header.
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

/// The verdict of this name.
#[must_use]
pub fn verdict_named(name: &str) -> Option<Verdict> {
    [Verdict::Valid, Verdict::Invalid, Verdict::Unknown].into_iter().find(|verdict| verdict.as_str() == name)
}
