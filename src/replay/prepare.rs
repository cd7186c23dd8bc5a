//! Turns a stored delivery into a request again. Pure.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, http::method::InvalidMethod};

use crate::delivery::{Judgement, MASK, Request, Route, StoredDelivery, StoredRoute, VerifiedEvent};
use crate::probe::FORWARD_MARK_HEADER;
use crate::zoom::catalogue::Node;
use crate::zoom::{
    Assignment, Challenge, EditError, Envelope, NamedSecret, SIGNATURE_HEADER, TIMESTAMP_HEADER, edit,
};

/// Zoom's content type, for a stored delivery without one: a capture often has only the headers of the signature.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// How deliveries are sent again.
#[derive(Debug)]
pub(crate) enum ReplayMode {
    /// As they are stored.
    Exact,
    /// With a fresh signature, at the time of sending.
    Fresh {
        /// The tokens; at least one.
        secrets: Vec<NamedSecret>,
        /// Changes to the body.
        edits: Vec<Assignment>,
        /// Another body, to which the changes apply.
        body: Option<Vec<u8>>,
    },
}

/// A request that is ready to be sent.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The request.
    pub(crate) request: Request,
    /// The judgement of the request, now that its signature is right.
    pub(crate) judgement: Judgement,
    /// Headers that cannot be sent, because the history stores no credentials.
    pub(crate) masked: Vec<String>,
    /// Paths of `--set` that the body did not have: intended, or mistyped.
    pub(crate) added: Vec<String>,
}

/// Why a stored delivery cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPrepared {
    /// `--set` cannot be applied to its body.
    #[error("--set cannot be applied to this delivery: {0}")]
    Edit(#[from] EditError),
    /// The method is not valid.
    #[error("its method is not a valid HTTP method")]
    Method(#[from] InvalidMethod),
    /// The method is not POST. Such a request is sent only as it is stored, to a target that the user gave.
    #[error("its method is not POST, and Zoom sends no other")]
    NotPost,
    /// The request was refused before its body was received.
    #[error("its body was not received, because the request was refused first")]
    NoBody,
}

/// The delivery with a fresh signature of the known token that signed it; `None` if no known token did. All other headers
/// and the body stay as they are.
#[must_use]
pub(crate) fn signed_again(
    stored: &StoredDelivery,
    secrets: Vec<NamedSecret>,
    now: SystemTime,
) -> Option<StoredDelivery> {
    let mode = ReplayMode::Fresh { secrets, edits: Vec::new(), body: None };
    let token = &mode.signer(stored)?.token;
    let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    let signature = token.sign(timestamp.as_bytes(), &stored.body).to_string();
    let mut fresh = stored.clone();
    for (name, value) in &mut fresh.headers {
        if name.eq_ignore_ascii_case(TIMESTAMP_HEADER) {
            *value = timestamp.clone().into_bytes();
        } else if name.eq_ignore_ascii_case(SIGNATURE_HEADER) {
            *value = signature.clone().into_bytes();
        }
    }
    Some(fresh)
}

/// Builds the request that is sent at `now`.
pub(super) fn prepare(
    stored: &StoredDelivery,
    mode: &ReplayMode,
    now: SystemTime,
) -> Result<Prepared, NotPrepared> {
    let masked = stored.headers.iter().filter(|(_, value)| value == MASK.as_bytes());
    let masked = masked.map(|(name, _)| name.clone()).collect();
    let (mut body, mut added) = (stored.body.clone(), Vec::new());
    if let ReplayMode::Fresh { edits, body: replaced, .. } = mode {
        body = replaced.clone().unwrap_or(body);
        for assignment in edits {
            let (path, value) = assignment.clone().into_parts();
            if !has(&body, &path) {
                added.push(path.clone());
            }
            body = edit(&body, &path, &value)?;
        }
    }
    let mut headers = stored.header_map();
    // The sessions that forwarded it before must not take it for the same request.
    headers.remove(FORWARD_MARK_HEADER);
    let mut request = Request {
        method: Method::from_bytes(stored.method.as_bytes())?,
        target: path(&stored.target).to_owned(),
        headers,
        body: Bytes::from(body),
        // The app gets the original peer in `x-forwarded-for`.
        peer: stored.peer.parse().unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        route: if stored.route == StoredRoute::Tunnel { Route::Tunnel } else { Route::Local },
    };
    let judgement = match mode.secret_for(stored) {
        Some(secret) => {
            request.sign_again(&secret.token, now);
            request.headers.entry(CONTENT_TYPE).or_insert(JSON);
            challenge(&request.body, secret).unwrap_or_else(|| event(stored, &secret.name))
        }
        None => event(stored, ""),
    };
    Ok(Prepared { request, judgement, masked, added })
}

fn has(body: &[u8], path: &str) -> bool {
    let root = std::str::from_utf8(body).ok().and_then(|text| Node::parse(text).ok());
    root.is_some_and(|root| root.at(path).is_some())
}

fn challenge(body: &[u8], secret: &NamedSecret) -> Option<Judgement> {
    let challenge = Challenge::recognize(&Envelope::parse(body).ok()?)?.ok()?;
    let answer = challenge.answer(&secret.token);
    Some(Judgement::Challenge { secret_name: secret.name.clone(), signed: true, answer })
}

fn event(stored: &StoredDelivery, secret_name: &str) -> Judgement {
    Judgement::Event(VerifiedEvent {
        event: stored.event.clone().unwrap_or_default(),
        event_ts: stored.event_ts,
        secret_name: secret_name.into(),
    })
}

/// The path and query of a target that may be a whole URL, as in captures.
fn path(target: &str) -> &str {
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::replay::test_support::{fresh, secret, stored};
    use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

    #[test]
    fn signs_with_the_secret_that_signed_it_before() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let body = r#"{ "event":"a.b", "n":1.0 }"#;
        let prepared = prepare(&stored(body), &fresh(&[]), now).unwrap();
        let Request { headers, body: sent, target, .. } = prepared.request;
        assert_eq!((&sent[..], target.as_str()), (body.as_bytes(), "/zoom?a=b"));
        assert_eq!(headers[TIMESTAMP_HEADER], "1700000000");
        let expected = secret("second").token.sign(b"1700000000", body.as_bytes()).to_string();
        assert_eq!(headers[SIGNATURE_HEADER], expected);
        assert_eq!(headers["x-zm-request-id"], "a_b");
        assert_eq!((headers.len(), prepared.masked), (4, vec!["authorization".to_owned()]));
    }

    #[test]
    fn exact_sends_the_stored_request() {
        let prepared = prepare(&stored("text"), &ReplayMode::Exact, UNIX_EPOCH).unwrap();
        assert_eq!(prepared.request.headers[SIGNATURE_HEADER], "v0=old");
        assert_eq!(prepared.request.headers.len(), 3);
        assert_eq!((prepared.request.route, prepared.request.peer.port()), (Route::Tunnel, 5));
    }

    #[test]
    fn edits_change_only_their_value_and_are_signed() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let edits = fresh(&["payload.topic=Other", "payload.n:=2"]);
        let stored_delivery = stored(r#"{"event":"a.b", "payload":{"topic":"T\/","n":1.0,"x":"\u00e9"}}"#);
        let request = prepare(&stored_delivery, &edits, now).unwrap().request;
        let expected = br#"{"event":"a.b", "payload":{"topic":"Other","n":2,"x":"\u00e9"}}"#;
        assert_eq!(&request.body[..], expected);
        let unknown = fresh(&["payload.topik=Other"]);
        let added = prepare(&stored_delivery, &unknown, now).unwrap().added;
        assert_eq!(added, ["payload.topik"]);
        let signature = secret("second").token.sign(b"1700000000", expected).to_string();
        assert_eq!(request.headers[SIGNATURE_HEADER], signature);
        assert!(matches!(prepare(&stored("text"), &edits, now), Err(NotPrepared::Edit(_))));
    }

    #[test]
    fn recognizes_a_challenge() {
        let body = r#"{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}"#;
        let prepared = prepare(&stored(body), &fresh(&[]), UNIX_EPOCH).unwrap();
        assert!(matches!(prepared.judgement, Judgement::Challenge { .. }));
    }
}
