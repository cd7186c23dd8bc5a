//! Zoom's protocol: published vectors, and properties of all secrets, timestamps and bodies.

use proptest::prelude::*;
use serde_json::Value;
use zoomhook::zoom::{Challenge, ChallengeError, Envelope, RequestTimestamp, SecretToken, Signature};

fn vectors(kind: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(include_str!("../data/vectors.json")).unwrap();
    let of_kind = vectors[kind].as_array().unwrap().clone();
    assert!(!of_kind.is_empty());
    of_kind
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name].as_str().unwrap()
}

#[test]
fn published_signatures_verify_and_are_reproduced() {
    for vector in vectors("signatures") {
        let secret = SecretToken::new(text(&vector, "secret")).unwrap();
        let (timestamp, body) = (text(&vector, "timestamp").as_bytes(), text(&vector, "body").as_bytes());
        let signature: Signature = text(&vector, "signature").parse().unwrap();
        assert!(secret.verify(timestamp, body, &signature), "{}", text(&vector, "name"));
        assert_eq!(secret.sign(timestamp, body).to_string(), text(&vector, "signature"));
    }
}

#[test]
fn published_challenges_are_answered_exactly() {
    for vector in vectors("challenges") {
        let token = text(&vector, "plainToken");
        let body = format!(
            r#"{{"payload":{{"plainToken":"{token}"}},"event_ts":1,"event":"endpoint.url_validation"}}"#
        );
        let challenge = Challenge::recognize(&Envelope::parse(body.as_bytes()).unwrap()).unwrap().unwrap();
        let answer = challenge.answer(&SecretToken::new(text(&vector, "secret")).unwrap());
        assert_eq!(answer.encrypted_token, text(&vector, "encryptedToken"));
        let json = format!(r#"{{"plainToken":"{token}","encryptedToken":"{}"}}"#, answer.encrypted_token);
        assert_eq!(answer.to_json(), json);
    }
}

fn secret_text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_\\-]{1,200}"
}

proptest! {
    #[test]
    fn a_signature_verifies_and_a_changed_request_does_not(
        secret in secret_text(),
        other in secret_text(),
        timestamp in "[0-9]{1,12}",
        body in prop::collection::vec(any::<u8>(), 0..2_000),
        position in any::<prop::sample::Index>(),
        bit in 0..8u8,
    ) {
        let token = SecretToken::new(secret.clone()).unwrap();
        let signature = token.sign(timestamp.as_bytes(), &body);
        prop_assert!(token.verify(timestamp.as_bytes(), &body, &signature));
        let written: Signature = signature.to_string().parse().unwrap();
        prop_assert!(token.verify(timestamp.as_bytes(), &body, &written));
        if !body.is_empty() {
            let mut changed = body.clone();
            changed[position.index(body.len())] ^= 1 << bit;
            prop_assert!(!token.verify(timestamp.as_bytes(), &changed, &signature));
        }
        let later = format!("{timestamp}0");
        prop_assert!(!token.verify(later.as_bytes(), &body, &signature));
        if other != secret {
            prop_assert!(!SecretToken::new(other).unwrap().verify(timestamp.as_bytes(), &body, &signature));
        }
    }

    #[test]
    fn no_text_makes_the_signature_parser_panic(text in any::<String>()) {
        if let Ok(signature) = text.parse::<Signature>() {
            prop_assert_eq!(signature.to_string(), text);
        }
    }

    #[test]
    fn no_text_makes_the_timestamp_parser_panic(text in any::<String>()) {
        if let Ok(timestamp) = text.parse::<RequestTimestamp>() {
            prop_assert_eq!(timestamp.as_secs(), text.parse::<u64>().unwrap());
        }
    }

    #[test]
    fn no_body_makes_the_envelope_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(envelope) = Envelope::parse(&body) {
            let _ = envelope.title();
        }
    }

    #[test]
    fn no_damage_to_an_event_makes_the_envelope_panic(
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut body = br#"{"event":"phone.callee_ringing","event_ts":1720707175904,"payload":{"object":{
            "topic":"a\u00e9\uD83D\uDE92","id":12345678901,"participant":{"user_name":"x"},
            "caller":{"phone_number":"+15550100"},"callee":{"extension_number":101}}}}"#.to_vec();
        let position = position.index(body.len());
        body[position] = byte;
        body.truncate(cut.index(body.len()) + 1);
        if let Ok(envelope) = Envelope::parse(&body) {
            let _ = envelope.title();
            let _ = envelope.event_ts();
            let _ = envelope.field("payload.object.participant.user_name");
            let _ = Challenge::recognize(&envelope);
        }
    }

    #[test]
    fn an_answered_token_is_never_a_signed_message(
        version in "[0-9]{1,3}",
        timestamp in "[0-9]{1,12}",
        rest in any::<String>(),
    ) {
        let token = format!("v{version}:{timestamp}:{rest}");
        let body = serde_json::json!({"event": "endpoint.url_validation", "payload": {"plainToken": token}});
        let body = body.to_string();
        let judged = Challenge::recognize(&Envelope::parse(body.as_bytes()).unwrap()).unwrap();
        prop_assert_eq!(judged, Err(ChallengeError::SignedMessage));
    }
}
