//! Deliveries and writers for tests.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};

use crate::delivery::{
    Answer, Delivery, DeliveryVerdict, Judgement, MissingEvent, Provenance, Refusal, Request, Route,
    StoredDelivery, VerifiedEvent,
};
use crate::zoom::{
    ChallengeAnswer, ChallengeError, Envelope, EnvelopeError, MalformedSignature, MalformedTimestamp,
};

use super::{Color, Format, ReportSettings};

/// 2024-07-11T13:44:15.858Z.
pub(super) const RECEIVED: Duration = Duration::from_millis(1_720_705_455_858);

/// A writer whose clones share one buffer.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer that always fails.
#[derive(Debug, Clone, Copy)]
pub(super) struct Broken(pub(super) io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

pub(super) fn settings(format: Format) -> ReportSettings {
    ReportSettings {
        format: format.into(),
        compact: false,
        headers: false,
        quiet: false,
        color: Color::Never,
        masked_headers: Vec::new(),
        shares_terminal: false,
    }
}

pub(super) fn request(body: &str) -> Request {
    Request {
        method: Method::POST,
        target: "/webhook".into(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        peer: "127.0.0.1:50000".parse().unwrap(),
        route: Route::Local,
    }
}

fn delivery(judgement: Judgement, body: &str, status: u16) -> Delivery {
    Delivery {
        id: "01J2GZ5YHJ0000000000000001".into(),
        received_at: UNIX_EPOCH + RECEIVED,
        request: Arc::new(request(body)),
        judgement,
        answer: Answer { status: StatusCode::from_u16(status).unwrap(), took: Duration::from_micros(1_800) },
        repeats: None,
        cause: None,
        forwarded: Vec::new(),
        is_queued: false,
    }
}

/// A verified event.
pub(super) fn event(body: &str) -> Delivery {
    let envelope = Envelope::parse(body.as_bytes()).unwrap();
    let event = VerifiedEvent {
        event: envelope.event().to_owned(),
        event_ts: envelope.event_ts(),
        secret_name: "main".into(),
    };
    delivery(Judgement::Event(event), body, 204)
}

/// A challenge that was answered.
pub(super) fn challenge(signed: bool) -> Delivery {
    let answer = ChallengeAnswer { plain_token: "p".into(), encrypted_token: "e".into() };
    let body = r#"{"event":"endpoint.url_validation","event_ts":1720705455000,"payload":{"plainToken":"p"}}"#;
    delivery(Judgement::Challenge { secret_name: "main".into(), signed, answer }, body, 200)
}

/// A refused request whose body claims an event where it can be read.
pub(super) fn refused(refusal: Refusal, body: &str) -> Delivery {
    let claimed_event = Envelope::parse(body.as_bytes()).ok().map(|envelope| envelope.event().to_owned());
    let status = match refusal {
        Refusal::WrongPath | Refusal::SignedForOtherPath => 404,
        Refusal::WrongMethod => 405,
        Refusal::NotAnEvent(_) | Refusal::Challenge(_) | Refusal::BodyBroken => 400,
        Refusal::BodyTooLarge { .. } => 413,
        Refusal::BodyTooSlow { .. } => 408,
        Refusal::OutputStalled | Refusal::NotRecorded { .. } | Refusal::NotShared { .. } => 503,
        _ => 401,
    };
    delivery(Judgement::Refused { refusal, claimed_event, secret_name: None }, body, status)
}

/// One refusal of each kind.
pub(super) fn all_refusals() -> Vec<Refusal> {
    let signed_at: crate::zoom::RequestTimestamp = "1720704133".parse().unwrap();
    vec![
        Refusal::SignatureMissing,
        Refusal::TimestampMissing,
        Refusal::HeaderRepeated("x-zm-signature"),
        Refusal::SignatureMalformed(MalformedSignature::NoVersion),
        Refusal::SignatureMalformed(MalformedSignature::Length { digits: 3 }),
        Refusal::TimestampMalformed(MalformedTimestamp::TooLarge),
        Refusal::SignatureMismatch,
        Refusal::Stale {
            signed_at,
            age: signed_at.age(UNIX_EPOCH + RECEIVED),
            max_age: Duration::from_secs(300),
        },
        Refusal::NotAnEvent(EnvelopeError::Empty),
        Refusal::NotAnEvent(EnvelopeError::NotJson { reason: "expected value at line 1 column 1".into() }),
        Refusal::NotAnEvent(EnvelopeError::NoEvent),
        Refusal::Challenge(ChallengeError::NoPlainToken),
        Refusal::Challenge(ChallengeError::SignedMessage),
        Refusal::WrongPath,
        Refusal::SignedForOtherPath,
        Refusal::WrongMethod,
        Refusal::BodyTooLarge { limit: 1024 * 1024 },
        Refusal::BodyTooSlow { limit: Duration::from_secs(10) },
        Refusal::BodyBroken,
        Refusal::OutputStalled,
        Refusal::NotRecorded { reason: "the disk is full".into() },
        Refusal::NotShared { reason: "there is no connection to nats://a:4222".into() },
        Refusal::NoSecret,
    ]
}

/// A stored delivery.
pub(super) fn stored() -> StoredDelivery {
    StoredDelivery {
        id: "01J2GZ5YHJ0000000000000001".into(),
        provenance: Provenance::Recorded,
        received_at: UNIX_EPOCH + RECEIVED,
        method: "POST".into(),
        target: "/webhook".into(),
        headers: vec![("x-zm-request-id".into(), b"a_b".to_vec())],
        body: br#"{"event":"a.b"}"#.to_vec(),
        verdict: DeliveryVerdict::Valid,
        reason: None,
        event: Some("a.b".into()),
        event_ts: None,
        request_id: Some("a_b".into()),
        secret_name: None,
        retry_of: None,
        answer: None,
        waits_for: None,
        project: None,
        peer: "127.0.0.1:5".into(),
        route: "local".into(),
        tunnel: "none".into(),
        public_url: None,
        forwarded: Vec::new(),
    }
}

/// An expected event that was delivered `seen` times instead of once more.
pub(super) fn missing(event: &str, seen: u64) -> MissingEvent {
    MissingEvent { event: event.into(), wanted: seen + 1, seen, refused: 0, failed: 0 }
}
