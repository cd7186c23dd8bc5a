//! [`judge`]: headers, body and the time in, a [`Judgement`] out. Pure.
//!
//! The signature is checked over the bytes as received, before their content is trusted.

use std::time::SystemTime;

use hyper::HeaderMap;

use super::Endpoint;
use crate::delivery::{Judgement, Refusal, VerifiedEvent};
use crate::zoom::{
    Challenge, Envelope, NamedSecret, RequestTimestamp, SIGNATURE_HEADER, Signature, TIMESTAMP_HEADER,
};

/// Judges a POST to the endpoint's path.
#[must_use]
pub fn judge(endpoint: &Endpoint, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Judgement {
    match verify(endpoint, headers, body, now) {
        Ok(secret) => judge_verified(secret, body),
        Err(Unaccepted { refusal: Refusal::SignatureMissing, .. }) if endpoint.allow_unsigned_challenge => {
            judge_unsigned(endpoint, body)
        }
        Err(unverified) => unverified.refuse(body),
    }
}

/// Whether a request to another path may be correctly signed, as far as its headers show it. Only then is its body read.
pub(super) fn may_be_signed(endpoint: &Endpoint, headers: &HeaderMap, now: SystemTime) -> bool {
    let text = |name| single(headers, name).ok().flatten().map(String::from_utf8_lossy);
    let signature = text(SIGNATURE_HEADER).and_then(|text| text.parse::<Signature>().ok());
    let timestamp = text(TIMESTAMP_HEADER).and_then(|text| text.parse::<RequestTimestamp>().ok());
    signature.is_some() && timestamp.is_some_and(|stamp| !stamp.age(now).exceeds(endpoint.max_age))
}

/// Judges a POST to another path. It is refused; a correctly signed one shows that the URL in Marketplace is wrong.
pub(super) fn judge_other_path(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Judgement {
    match verify(endpoint, headers, body, now) {
        Ok(secret) => Unaccepted { refusal: Refusal::SignedForOtherPath, secret: Some(secret) }.refuse(body),
        Err(_) => Judgement::Refused { refusal: Refusal::WrongPath, claimed_event: None, secret_name: None },
    }
}

/// Why a request is not accepted, and the secret that signed it, if known.
struct Unaccepted<'a> {
    refusal: Refusal,
    secret: Option<&'a NamedSecret>,
}

impl From<Refusal> for Unaccepted<'_> {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, secret: None }
    }
}

impl Unaccepted<'_> {
    fn refuse(self, body: &[u8]) -> Judgement {
        Judgement::Refused {
            refusal: self.refusal,
            claimed_event: Envelope::parse(body).ok().map(|envelope| envelope.event().to_owned()),
            secret_name: self.secret.map(|secret| secret.name.clone()),
        }
    }
}

/// The secret that the request is signed with, if the request is fresh.
fn verify<'a>(
    endpoint: &'a Endpoint,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Result<&'a NamedSecret, Unaccepted<'a>> {
    let signature_text = single(headers, SIGNATURE_HEADER)?.ok_or(Refusal::SignatureMissing)?;
    let timestamp_text = single(headers, TIMESTAMP_HEADER)?.ok_or(Refusal::TimestampMissing)?;
    let signature: Signature =
        String::from_utf8_lossy(signature_text).parse().map_err(Refusal::SignatureMalformed)?;
    let secret = endpoint
        .secrets
        .iter()
        .find(|secret| secret.token.verify(timestamp_text, body, &signature))
        .ok_or(Refusal::SignatureMismatch);
    // A malformed timestamp is the better reason: it may have caused the mismatch.
    let timestamp: RequestTimestamp = match (String::from_utf8_lossy(timestamp_text).parse(), &secret) {
        (Ok(timestamp), _) => timestamp,
        (Err(malformed), secret) => {
            let refusal = Refusal::TimestampMalformed(malformed);
            return Err(Unaccepted { refusal, secret: secret.as_ref().ok().copied() });
        }
    };
    let secret = secret?;
    let age = timestamp.age(now);
    if age.exceeds(endpoint.max_age) {
        let refusal = Refusal::Stale { signed_at: timestamp, age, max_age: endpoint.max_age };
        return Err(Unaccepted { refusal, secret: Some(secret) });
    }
    Ok(secret)
}

/// The bytes of a header that may not be repeated; `None` if it is absent.
fn single<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h [u8]>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    // It is unknown which value was signed, and a proxy in front may have used the other one.
    if values.next().is_some() {
        return Err(Refusal::HeaderRepeated(name));
    }
    Ok(first.map(|value| value.as_bytes()))
}

fn judge_verified(secret: &NamedSecret, body: &[u8]) -> Judgement {
    let refuse = |refusal, claimed_event| Judgement::Refused {
        refusal,
        claimed_event,
        secret_name: Some(secret.name.clone()),
    };
    let envelope = match Envelope::parse(body) {
        Ok(envelope) => envelope,
        Err(error) => return refuse(Refusal::NotAnEvent(error), None),
    };
    match Challenge::recognize(&envelope) {
        None => Judgement::Event(VerifiedEvent {
            event: envelope.event().to_owned(),
            event_ts: envelope.event_ts(),
            secret_name: secret.name.clone(),
        }),
        Some(Ok(challenge)) => answer_challenge(&challenge, secret, true),
        Some(Err(error)) => refuse(Refusal::Challenge(error), Some(envelope.event().to_owned())),
    }
}

/// Judges a request without a signature when unsigned challenges are allowed. Everything else is refused.
fn judge_unsigned(endpoint: &Endpoint, body: &[u8]) -> Judgement {
    let envelope = Envelope::parse(body).ok();
    match (envelope.as_ref().and_then(Challenge::recognize), endpoint.secrets.first()) {
        // Without a signature, the app is unknown. The first secret is used.
        (Some(Ok(challenge)), Some(secret)) => answer_challenge(&challenge, secret, false),
        (Some(Err(error)), _) => Unaccepted::from(Refusal::Challenge(error)).refuse(body),
        _ => Unaccepted::from(Refusal::SignatureMissing).refuse(body),
    }
}

fn answer_challenge(challenge: &Challenge, secret: &NamedSecret, signed: bool) -> Judgement {
    Judgement::Challenge { secret_name: secret.name.clone(), signed, answer: challenge.answer(&secret.token) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::zoom::{ChallengeError, MalformedTimestamp, SecretToken};

    const SIGNED_AT: u64 = 1_795_507_201;
    const EVENT: &[u8] = br#"{"event":"meeting.started","event_ts":1795507201042,"payload":{}}"#;
    const CHALLENGE: &[u8] = br#"{"payload":{"plainToken":"abc"},"event":"endpoint.url_validation"}"#;

    fn endpoint(names: &[&str]) -> Endpoint {
        let secret = |name: &&str| NamedSecret {
            name: (*name).into(),
            token: SecretToken::new(format!("token-of-{name}")).unwrap(),
        };
        Endpoint {
            path: "/webhook".into(),
            secrets: names.iter().map(secret).collect(),
            max_age: Duration::from_secs(300),
            allow_unsigned_challenge: false,
        }
    }

    fn signed_by(name: &str, timestamp: &str, body: &[u8]) -> HeaderMap {
        let token = SecretToken::new(format!("token-of-{name}")).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP_HEADER, timestamp.parse().unwrap());
        let signature = token.sign(timestamp.as_bytes(), body).to_string();
        headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
        headers
    }

    fn judged(headers: &HeaderMap, body: &[u8]) -> Judgement {
        judge(&endpoint(&["one", "two"]), headers, body, UNIX_EPOCH + Duration::from_secs(SIGNED_AT))
    }

    fn refusal(judgement: &Judgement) -> &Refusal {
        match judgement {
            Judgement::Refused { refusal, .. } => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn names_the_secret_that_matches() {
        let headers = signed_by("two", "1795507201", EVENT);
        let expected = VerifiedEvent {
            event: "meeting.started".into(),
            event_ts: Some(1_795_507_201_042),
            secret_name: "two".into(),
        };
        assert_eq!(judged(&headers, EVENT), Judgement::Event(expected));
    }

    #[test]
    fn rejects_a_body_with_one_changed_byte() {
        let headers = signed_by("one", "1795507201", EVENT);
        for position in 0..EVENT.len() {
            let mut body = EVENT.to_vec();
            body[position] ^= 1;
            assert_eq!(refusal(&judged(&headers, &body)), &Refusal::SignatureMismatch, "{position}");
        }
    }

    #[test]
    fn distinguishes_missing_and_repeated_headers() {
        for (name, missing) in
            [(SIGNATURE_HEADER, Refusal::SignatureMissing), (TIMESTAMP_HEADER, Refusal::TimestampMissing)]
        {
            let mut headers = signed_by("one", "1795507201", EVENT);
            headers.append(name, "x".parse().unwrap());
            assert_eq!(refusal(&judged(&headers, EVENT)), &Refusal::HeaderRepeated(name));
            headers.remove(name);
            assert_eq!(refusal(&judged(&headers, EVENT)), &missing);
        }
    }

    #[test]
    fn reports_a_timestamp_in_milliseconds_before_a_mismatch() {
        let too_large = Refusal::TimestampMalformed(MalformedTimestamp::TooLarge);
        let signed = signed_by("one", "1795507201042", EVENT);
        let judgement = judged(&signed, EVENT);
        assert_eq!((refusal(&judgement), judgement.secret_name()), (&too_large, Some("one")));
        let forged = signed_by("nobody", "1795507201042", EVENT);
        let judgement = judged(&forged, EVENT);
        assert_eq!((refusal(&judgement), judgement.secret_name()), (&too_large, None));
    }

    #[test]
    fn rejects_timestamps_that_are_too_old_or_too_new() {
        for timestamp in ["1795506900", "1795507502"] {
            let judgement = judged(&signed_by("one", timestamp, EVENT), EVENT);
            assert!(matches!(refusal(&judgement), Refusal::Stale { .. }), "{timestamp}");
            assert_eq!((judgement.secret_name(), judgement.event()), (Some("one"), Some("meeting.started")));
        }
    }

    #[test]
    fn answers_a_challenge_with_the_secret_that_signed_it() {
        let headers = signed_by("two", "1795507201", CHALLENGE);
        let Judgement::Challenge { secret_name, signed: true, answer } = judged(&headers, CHALLENGE) else {
            panic!("not a challenge")
        };
        let expected = Challenge::recognize(&Envelope::parse(CHALLENGE).unwrap())
            .unwrap()
            .unwrap()
            .answer(&SecretToken::new("token-of-two").unwrap());
        assert_eq!((&*secret_name, answer), ("two", expected));
    }

    #[test]
    fn refuses_a_signed_challenge_whose_token_is_a_signed_message() {
        let body = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}"#;
        let judgement = judged(&signed_by("one", "1795507201", body), body);
        assert_eq!(refusal(&judgement), &Refusal::Challenge(ChallengeError::SignedMessage));
    }

    #[test]
    fn answers_unsigned_challenges_only_if_allowed_and_no_other_unsigned_requests() {
        let now = UNIX_EPOCH + Duration::from_secs(SIGNED_AT);
        let none = HeaderMap::new();
        assert_eq!(refusal(&judged(&none, CHALLENGE)), &Refusal::SignatureMissing);
        let lenient = Endpoint { allow_unsigned_challenge: true, ..endpoint(&["one"]) };
        assert!(matches!(judge(&lenient, &none, CHALLENGE, now), Judgement::Challenge { signed: false, .. }));
        assert_eq!(refusal(&judge(&lenient, &none, EVENT, now)), &Refusal::SignatureMissing);
        // A wrong signature is refused even if unsigned challenges are allowed.
        let forged = signed_by("nobody", "1795507201", CHALLENGE);
        assert_eq!(refusal(&judge(&lenient, &forged, CHALLENGE, now)), &Refusal::SignatureMismatch);
        let oracle = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}"#;
        let judgement = judge(&lenient, &none, oracle, now);
        assert_eq!(refusal(&judgement), &Refusal::Challenge(ChallengeError::SignedMessage));
    }

    #[test]
    fn refuses_a_signed_body_that_is_not_an_event() {
        for body in [&b"not json"[..], b"", b"\xff", b"{}"] {
            let judgement = judged(&signed_by("one", "1795507201", body), body);
            assert!(matches!(refusal(&judgement), Refusal::NotAnEvent(_)));
        }
    }
}
