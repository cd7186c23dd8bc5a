//! A delivery as a message of the stream, and back. Pure.
//!
//! The payload is the exact body. The request's headers are headers of the message, under their own names, and
//! zoomhook's own ones begin with `zoomhook-`. A header of a request can have no name that means something to the server
//! or to zoomhook.

use std::str::FromStr;
use std::time::SystemTime;

use async_nats::{HeaderMap as NatsHeaders, HeaderName as NatsName, HeaderValue as NatsValue};
use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::delivery::{Judgement, MASK, Refusal, Request, Route, is_credential, masked_query};

const ID: &str = "zoomhook-id";
const RECEIVED_AT: &str = "zoomhook-received-at";
const VERDICT: &str = "zoomhook-verdict";
const REASON: &str = "zoomhook-reason";
const ANSWER: &str = "zoomhook-answer";
const METHOD: &str = "zoomhook-method";
const TARGET: &str = "zoomhook-target";
const SOURCE: &str = "zoomhook-source";
const PEER: &str = "zoomhook-peer";

/// Prefixes that a request's header must not have in the stream. The server acts on its own headers: one of them deletes
/// all other messages.
const RESERVED: [&str; 2] = ["nats-", "zoomhook-"];

/// A delivery that is published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutgoingMessage<'d> {
    /// Its id.
    pub(crate) id: &'d str,
    /// When its head was read.
    pub(crate) received_at: SystemTime,
    /// The request.
    pub(crate) request: &'d Request,
    /// The judgement.
    pub(crate) judgement: &'d Judgement,
    /// The answer that Zoom gets once the stream has it.
    pub(crate) answer: StatusCode,
    /// Headers to mask, in addition to those that are credentials by their names.
    pub(crate) masked_headers: &'d [HeaderName],
}

impl OutgoingMessage<'_> {
    /// The headers of the message.
    pub(super) fn headers(&self) -> NatsHeaders {
        let mut headers = NatsHeaders::new();
        for (name, value) in &self.request.headers {
            let is_reserved = RESERVED.iter().any(|prefix| name.as_str().starts_with(prefix));
            let is_masked = is_credential(name.as_str()) || self.masked_headers.contains(name);
            // A message's headers are text. Zoom sends no others.
            if let Ok(text) = value.to_str()
                && !is_reserved
            {
                append(&mut headers, name.as_str(), if is_masked { MASK } else { text });
            }
        }
        let received_at = Timestamp::try_from(self.received_at).unwrap_or(Timestamp::UNIX_EPOCH);
        append(&mut headers, ID, self.id);
        append(&mut headers, RECEIVED_AT, &format!("{received_at:.3}"));
        append(&mut headers, VERDICT, self.judgement.verdict().as_str());
        if let Judgement::Refused { refusal, .. } = self.judgement {
            append(&mut headers, REASON, refusal.code());
        }
        append(&mut headers, ANSWER, self.answer.as_str());
        append(&mut headers, METHOD, self.request.method.as_str());
        append(&mut headers, TARGET, &masked_query(&self.request.target));
        append(&mut headers, SOURCE, source(self.request.route));
        append(&mut headers, PEER, &self.request.peer.to_string());
        headers
    }
}

fn source(route: Route) -> &'static str {
    match route {
        Route::Local => "local",
        Route::Tunnel => "tunnel",
        Route::Stream => "stream",
    }
}

/// Appends a header, if it can be one.
fn append(headers: &mut NatsHeaders, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (NatsName::from_str(name), NatsValue::from_str(value)) {
        headers.append(name, value);
    }
}

/// Whether a delivery is of use to others. Challenges concern only the session that answers them. Requests whose body was
/// not read, and those of scanners, have nothing to verify.
pub(super) fn is_shareable(judgement: &Judgement, shares_refused: bool) -> bool {
    match judgement {
        Judgement::Event(_) => true,
        Judgement::Challenge { .. } => false,
        Judgement::Refused { refusal, .. } => {
            shares_refused
                && refusal.concerns_a_delivery()
                && !refusal.left_body_unread()
                && *refusal != Refusal::SignedForOtherPath
        }
    }
}

/// A message of the stream.
pub(super) struct StoredMessage<'m> {
    /// Its headers.
    pub(super) headers: Option<&'m NatsHeaders>,
    /// Its payload.
    pub(super) payload: &'m Bytes,
    /// Its place in the stream.
    pub(super) sequence: u64,
    /// When the stream stored it.
    pub(super) stored_at: SystemTime,
}

/// A delivery as the stream has it.
#[derive(Debug, Clone)]
pub(super) struct SharedDelivery {
    /// The id that it has at the session that received it.
    pub(super) id: Ulid,
    pub(super) received_at: SystemTime,
    pub(super) request: Request,
    pub(super) answer: StatusCode,
}

impl StoredMessage<'_> {
    /// The delivery. Another program may have published the message, so nothing in it is taken for granted.
    pub(super) fn delivery(&self) -> SharedDelivery {
        let stored_at = self.stored_at;
        let received_at = self.text(RECEIVED_AT).and_then(|text| text.parse::<Timestamp>().ok());
        let received_at = received_at.and_then(|at| SystemTime::try_from(at).ok());
        let received_at = received_at.unwrap_or(stored_at);
        let id = self.text(ID).and_then(|text| Ulid::from_string(text).ok());
        let peer = self.text(PEER).and_then(|text| text.parse().ok());
        let answer = self.text(ANSWER).and_then(|text| StatusCode::from_bytes(text.as_bytes()).ok());
        SharedDelivery {
            id: id.unwrap_or_else(|| self.id_of_its_place()),
            received_at,
            request: Request {
                method: self.text(METHOD).and_then(|text| text.parse().ok()).unwrap_or(Method::POST),
                target: self.text(TARGET).filter(|text| text.starts_with('/')).unwrap_or("/").to_owned(),
                headers: self.request_headers(),
                body: self.payload.clone(),
                peer: peer.unwrap_or_else(|| ([0, 0, 0, 0], 0).into()),
                route: Route::Stream,
            },
            answer: answer.unwrap_or(StatusCode::NO_CONTENT),
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.headers?.get(name).map(NatsValue::as_str)
    }

    fn request_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, values) in self.headers.into_iter().flat_map(NatsHeaders::iter) {
            let name = name.to_string().to_ascii_lowercase();
            if RESERVED.iter().any(|prefix| name.starts_with(prefix)) {
                continue;
            }
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
            for value in values {
                if let Ok(value) = HeaderValue::from_str(value.as_str()) {
                    headers.append(name.clone(), value);
                }
            }
        }
        headers
    }

    /// An id for a message without one.
    fn id_of_its_place(&self) -> Ulid {
        let digest = Sha256::digest(self.sequence.to_be_bytes());
        let mut random = [0; 16];
        random.copy_from_slice(&digest[..16]);
        let millis = self.stored_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        Ulid::from_parts(u64::try_from(millis).unwrap_or_default(), u128::from_be_bytes(random))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::delivery::VerifiedEvent;

    const AT: Duration = Duration::from_millis(1_720_705_455_858);

    fn request(headers: &[(&'static str, &[u8])]) -> Request {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        Request {
            method: Method::POST,
            target: "/webhook?token=hush&a=1".into(),
            headers: map,
            body: Bytes::from_static(b"{\"a\": 1.0}\n\xff"),
            peer: "203.0.113.9:443".parse().unwrap(),
            route: Route::Tunnel,
        }
    }

    fn round_trip(request: &Request) -> (NatsHeaders, SharedDelivery) {
        let event = VerifiedEvent { event: "a.b".into(), event_ts: None, secret_name: Arc::from("main") };
        let message = OutgoingMessage {
            id: "01J2GZ5YHJ0000000000000001",
            received_at: UNIX_EPOCH + AT,
            request,
            judgement: &Judgement::Event(event),
            answer: StatusCode::NO_CONTENT,
            masked_headers: &[HeaderName::from_static("x-internal")],
        };
        let headers = message.headers();
        let stored = StoredMessage {
            headers: Some(&headers),
            payload: &request.body,
            sequence: 1,
            stored_at: UNIX_EPOCH,
        };
        let delivery = stored.delivery();
        (headers, delivery)
    }

    #[test]
    fn a_delivery_comes_back_as_it_was_received() {
        let request = request(&[
            ("x-zm-signature", b"v0=ab"),
            ("x-two", b"1"),
            ("x-two", b"2"),
            ("content-type", b"application/json; charset=utf-8"),
        ]);
        let (_, delivery) = round_trip(&request);
        assert_eq!(delivery.id.to_string(), "01J2GZ5YHJ0000000000000001");
        assert_eq!((delivery.received_at, delivery.answer.as_u16()), (UNIX_EPOCH + AT, 204));
        assert_eq!((&delivery.request.headers, &delivery.request.body), (&request.headers, &request.body));
        assert_eq!((delivery.request.peer, delivery.request.route), (request.peer, Route::Stream));
    }

    #[test]
    fn credentials_do_not_travel() {
        let headers: &[(&'static str, &[u8])] = &[("authorization", b"Bearer hush"), ("x-internal", b"hush")];
        let (sent, delivery) = round_trip(&request(headers));
        assert!(!format!("{sent:?}").contains("hush"), "{sent:?}");
        assert_eq!(delivery.request.headers["authorization"], "***");
        assert_eq!(delivery.request.target, "/webhook?token=***&a=1");
    }

    #[test]
    fn a_request_cannot_send_headers_to_the_server_or_to_zoomhook() {
        let headers: &[(&'static str, &[u8])] =
            &[("nats-rollup", b"all"), ("nats-msg-id", b"x"), ("zoomhook-id", b"x"), ("x-odd", b"\xe9")];
        let (sent, delivery) = round_trip(&request(headers));
        assert!(sent.get("nats-rollup").is_none() && sent.get("nats-msg-id").is_none());
        assert_eq!(sent.get_all("zoomhook-id").count(), 1);
        assert!(delivery.request.headers.is_empty());
    }

    #[test]
    fn a_message_of_another_program_is_a_delivery_too() {
        let stored_at = UNIX_EPOCH + AT;
        let payload = Bytes::from_static(b"{}");
        let at =
            |sequence| StoredMessage { headers: None, payload: &payload, sequence, stored_at }.delivery();
        let delivery = at(7);
        assert_eq!((delivery.received_at, delivery.id), (stored_at, at(7).id));
        assert_ne!(delivery.id, at(8).id);
        assert_eq!((delivery.request.target.as_str(), delivery.request.headers.len()), ("/", 0));
    }

    #[test]
    fn refused_requests_are_shared_only_if_wanted_and_never_without_their_body() {
        let refused = |refusal| Judgement::Refused { refusal, claimed_event: None, secret_name: None };
        let mismatch = refused(Refusal::SignatureMismatch);
        assert!(is_shareable(&mismatch, true) && !is_shareable(&mismatch, false));
        for refusal in [Refusal::WrongPath, Refusal::BodyBroken, Refusal::SignedForOtherPath] {
            assert!(!is_shareable(&refused(refusal), true));
        }
    }
}
