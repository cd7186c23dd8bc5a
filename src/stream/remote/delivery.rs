//! [`RemoteDelivery`]: a delivery as another session sends it, a line of a stored delivery. Pure.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use ulid::Ulid;

use crate::delivery::{Request, Route};
use crate::stream::FollowerName;
use crate::stream::names::id_at_follower;

/// What ids are made of in place of an app's name. Ids of sessions differ by themselves.
const SOURCE: &str = "https";

/// A delivery that another session received.
#[derive(Debug, Clone)]
pub(super) struct RemoteDelivery {
    /// Its id there.
    pub(super) id: Ulid,
    /// The id of the first attempt, if it is one of Zoom's retries.
    pub(super) retry_of: Option<Ulid>,
    pub(super) received_at: SystemTime,
    pub(super) request: Request,
    pub(super) answer: StatusCode,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    retry_of: Option<String>,
    received_at: String,
    method: String,
    target: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    headers_base64: Option<Vec<(String, String)>>,
    body: Option<String>,
    body_base64: Option<String>,
    peer: String,
    answer: Answer,
}

#[derive(Deserialize)]
struct Answer {
    status: u16,
}

impl RemoteDelivery {
    /// Parses a line; `None` if it cannot be a delivery.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line: Line = serde_json::from_slice(line).ok()?;
        let decoded = |text: String| STANDARD.decode(text).ok();
        let headers: Option<Vec<_>> = match line.headers_base64 {
            Some(headers) => headers.into_iter().map(|(name, value)| Some((name, decoded(value)?))).collect(),
            None => Some(line.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect()),
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers? {
            map.append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(&value).ok()?);
        }
        let body = match (line.body, line.body_base64) {
            (Some(text), _) => text.into_bytes(),
            (None, encoded) => decoded(encoded?)?,
        };
        Some(Self {
            id: Ulid::from_string(&line.id).ok()?,
            retry_of: line.retry_of.and_then(|id| Ulid::from_string(&id).ok()),
            received_at: line.received_at.parse::<Timestamp>().ok()?.try_into().ok()?,
            request: Request {
                method: line.method.parse().unwrap_or(Method::POST),
                target: Some(line.target).filter(|text| text.starts_with('/'))?,
                headers: map,
                body: body.into(),
                peer: line.peer.parse().unwrap_or_else(|_| ([0, 0, 0, 0], 0).into()),
                route: Route::Stream,
            },
            answer: StatusCode::from_u16(line.answer.status).ok()?,
        })
    }

    /// Its id at a follower. A retry has that of the first attempt: the follower gets an event once.
    pub(super) fn id_for(&self, follower: &FollowerName) -> String {
        id_at_follower(self.retry_of.unwrap_or(self.id), SOURCE, follower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(change: &str) -> Option<RemoteDelivery> {
        let mut line = serde_json::json!({
            "v": 1, "type": "delivery", "id": "01J2GZ5YHJ0000000000000001", "retry_of": null,
            "received_at": "2024-07-11T13:44:15.858Z", "method": "POST", "target": "/webhook", "body": "{\"a\": 1.0}",
            "headers": [["x-a", "caf\u{fffd}"]], "peer": "203.0.113.9:443", "answer": {"status": 204, "ms": 1.0},
        });
        let change: serde_json::Value = serde_json::from_str(change).unwrap();
        line.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        RemoteDelivery::parse(line.to_string().as_bytes())
    }

    #[test]
    fn has_the_exact_bytes() {
        let plain = line("{}").unwrap();
        assert_eq!((&*plain.request.body, plain.answer.as_u16()), (&b"{\"a\": 1.0}"[..], 204));
        let odd =
            line(r#"{"headers_base64":[["x-a","Y2Fm6Q=="]],"body":null,"body_base64":"/w=="}"#).unwrap();
        assert_eq!(odd.request.headers["x-a"].as_bytes(), b"caf\xe9");
        assert_eq!(&*odd.request.body, b"\xff");
    }

    #[test]
    fn a_retry_has_the_id_of_the_first_attempt() {
        let maria = "maria".parse().unwrap();
        let retry =
            line(r#"{"id":"01J2GZ5YHJ0000000000000002","retry_of":"01J2GZ5YHJ0000000000000001"}"#).unwrap();
        assert_eq!(retry.id_for(&maria), line("{}").unwrap().id_for(&maria));
    }

    #[test]
    fn what_cannot_be_a_delivery_is_left_out() {
        for wrong in [
            r#"{"id":"x"}"#,
            r#"{"answer":null}"#,
            r#"{"body":null}"#,
            r#"{"target":"http://a"}"#,
            r#"{"headers":[["a b","c"]]}"#,
            r#"{"headers":[["a","b\r\nc: d"]]}"#,
            r#"{"received_at":"now"}"#,
        ] {
            assert!(line(wrong).is_none(), "{wrong}");
        }
    }
}
