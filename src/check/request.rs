//! One request and its answer.

use std::time::Duration;

use bytes::Bytes;
use hyper::{HeaderMap, Method};

use crate::zoom::ANSWER_LIMIT;

/// A request to send.
#[derive(Debug, Clone)]
pub(crate) struct CheckRequest {
    /// The method.
    pub(crate) method: Method,
    /// The headers, without `host`.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Whether names of headers are written as `X-Zm-Signature`.
    pub(crate) title_case: bool,
    /// Whether the headers that the user set are left out.
    pub(crate) bare: bool,
    /// How long to wait for the answer.
    pub(crate) limit: Duration,
}

/// The answer to a request, or why there is none.
#[derive(Debug, Clone)]
pub(crate) struct CheckReply {
    /// The status, or why there is none.
    pub(crate) outcome: ReplyOutcome,
    /// From the first byte sent to the last received.
    pub(crate) took: Duration,
    /// The answer's headers; empty without an answer.
    pub(crate) headers: HeaderMap,
    /// The answer's body, up to a limit.
    pub(crate) body: Bytes,
    /// Whether the body is longer than the limit.
    pub(crate) is_cut: bool,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReplyOutcome {
    /// The endpoint answered with this status.
    Answered(u16),
    /// There was no answer within the limit.
    TimedOut,
    /// The connection was closed without a complete answer.
    Closed(String),
    /// The answer is not HTTP/1.1.
    OtherProtocol,
    /// There was no connection.
    Unreachable(String),
}

/// An outcome, as far as conclusions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReplyKind {
    /// 2xx in time.
    Accepted(u16),
    /// 4xx in time.
    Refused(u16),
    /// 3xx.
    Redirect(u16),
    /// 5xx.
    Failed(u16),
    /// 429: the endpoint limits the rate. This shows nothing else.
    Limited,
    /// No answer within Zoom's limit.
    Late,
    /// The connection was closed without an answer in HTTP/1.1.
    Closed,
    /// No connection.
    Unreachable,
}

impl CheckReply {
    /// Its kind.
    #[must_use]
    pub(crate) fn kind(&self) -> ReplyKind {
        match self.outcome {
            ReplyOutcome::Answered(_) if self.took >= ANSWER_LIMIT => ReplyKind::Late,
            ReplyOutcome::Answered(429) => ReplyKind::Limited,
            ReplyOutcome::Answered(status @ 200..=299) => ReplyKind::Accepted(status),
            ReplyOutcome::Answered(status @ 400..=499) => ReplyKind::Refused(status),
            ReplyOutcome::Answered(status @ 500..) => ReplyKind::Failed(status),
            ReplyOutcome::Answered(status) => ReplyKind::Redirect(status),
            ReplyOutcome::TimedOut => ReplyKind::Late,
            ReplyOutcome::Closed(_) | ReplyOutcome::OtherProtocol => ReplyKind::Closed,
            ReplyOutcome::Unreachable(_) => ReplyKind::Unreachable,
        }
    }

    /// The status, if there is one.
    #[must_use]
    pub(crate) fn status(&self) -> Option<u16> {
        match self.outcome {
            ReplyOutcome::Answered(status) => Some(status),
            _ => None,
        }
    }

    /// Whether there was a connection.
    #[must_use]
    pub(crate) fn is_connected(&self) -> bool {
        self.kind() != ReplyKind::Unreachable
    }

    /// Whether it is an error: 4xx or 5xx.
    #[must_use]
    pub(crate) fn is_error(&self) -> bool {
        self.status().is_some_and(|status| status >= 400)
    }

    /// The outcome in a few words, as a part of a sentence: `401`, `no answer within 3 s`.
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        match &self.outcome {
            ReplyOutcome::Answered(status) if self.took >= ANSWER_LIMIT => {
                format!("{status} after {:.1} s", self.took.as_secs_f64())
            }
            ReplyOutcome::Answered(status) => status.to_string(),
            ReplyOutcome::TimedOut => "no answer in time".to_owned(),
            ReplyOutcome::Closed(_) => "closed without an answer".to_owned(),
            ReplyOutcome::OtherProtocol => "an answer that is not HTTP/1.1".to_owned(),
            ReplyOutcome::Unreachable(_) => "no connection".to_owned(),
        }
    }
}

impl ReplyKind {
    /// Whether the request was accepted.
    #[must_use]
    pub(crate) fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Whether the app did not take the request: it said no, failed, named another URL, or closed the connection.
    #[must_use]
    pub(crate) fn is_refusal(self) -> bool {
        matches!(self, Self::Refused(_) | Self::Failed(_) | Self::Redirect(_) | Self::Closed)
    }

    /// Whether there is no answer in time.
    #[must_use]
    pub(crate) fn is_missing(self) -> bool {
        matches!(self, Self::Late | Self::Closed | Self::Unreachable)
    }
}
