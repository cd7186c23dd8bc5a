//! Requests that are wrong on purpose, each in one way that a receiver must refuse and a diagnosis can name.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::zoom::{RequestIds, SIGNATURE_HEADER, SecretToken, SignedRequest, TIMESTAMP_HEADER};

/// Older than any usual `max-age` of a receiver.
const LONG_AGO: Duration = Duration::from_secs(20 * 60);

/// What is wrong with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Breakage {
    /// Signed with an empty secret token, as by code whose variable is not set
    Secret,
    /// The body is not the signed one: the same JSON, re-serialized with spaces
    Body,
    /// Milliseconds in the timestamp header, but seconds in the signed text
    Timestamp,
    /// The signature without the prefix v0=
    Prefix,
    /// No x-zm-signature
    MissingSignature,
    /// No x-zm-request-timestamp
    MissingTimestamp,
    /// Correctly signed, but twenty minutes ago
    Stale,
    /// The signature in upper-case hex
    Encoding,
}

impl Breakage {
    /// The request, wrong in this one way.
    pub(super) fn request(
        self,
        secret: &SecretToken,
        body: &[u8],
        now: SystemTime,
        ids: &RequestIds,
    ) -> SignedRequest {
        let now = if self == Self::Stale { now - LONG_AGO } else { now };
        let mut request = SignedRequest::new(secret, body.to_vec(), now, ids);
        let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
        let (signature, timestamp) = (value(SIGNATURE_HEADER), value(TIMESTAMP_HEADER));
        match self {
            Self::Stale => {}
            Self::Secret => {
                let forged = under_an_empty_secret(&timestamp, body);
                request.replace_header(SIGNATURE_HEADER, Some(forged));
            }
            Self::Body => request.replace_body(spaced(body)),
            Self::Timestamp => request.replace_header(TIMESTAMP_HEADER, Some(format!("{timestamp}000"))),
            Self::Prefix => {
                request.replace_header(SIGNATURE_HEADER, signature.strip_prefix("v0=").map(str::to_owned));
            }
            Self::MissingSignature => request.replace_header(SIGNATURE_HEADER, None),
            Self::MissingTimestamp => request.replace_header(TIMESTAMP_HEADER, None),
            Self::Encoding => {
                let upper = signature.replace("v0=", "").to_uppercase();
                request.replace_header(SIGNATURE_HEADER, Some(format!("v0={upper}")));
            }
        }
        request
    }
}

/// JSON with a space after each colon and comma, as many serializers write it. Without a colon or a comma, a line end
/// is added.
fn spaced(body: &[u8]) -> Vec<u8> {
    let (mut spaced, mut in_text, mut escaped) = (Vec::with_capacity(body.len() * 2), false, false);
    for byte in body {
        spaced.push(*byte);
        match byte {
            b'"' if !escaped => in_text = !in_text,
            b':' | b',' if !in_text => spaced.push(b' '),
            _ => {}
        }
        escaped = in_text && *byte == b'\\' && !escaped;
    }
    if spaced.len() == body.len() {
        spaced.push(b'\n');
    }
    spaced
}

/// Computed here because `SecretToken` rejects an empty token.
fn under_an_empty_secret(timestamp: &str, body: &[u8]) -> String {
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(b"") else { return String::new() };
    for part in [b"v0:", timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use clap::ValueEnum;

    use super::*;
    use crate::diagnosis::{Budget, Code, Evidence, Role, SecretText, Secrets, diagnose};

    #[test]
    fn the_diagnosis_names_every_breakage() {
        let secret = SecretToken::new("zoomhook-test-secret").unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        let body = br#"{"event":"meeting.started","payload":{"object":{"topic":"Zo\u00eb"}}}"#;
        let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")]);
        for breakage in Breakage::value_variants() {
            let request = breakage.request(&secret, body, now, &RequestIds::new([1, 2, 3, 4]));
            let evidence = Evidence {
                signature: request.header(SIGNATURE_HEADER).map(str::as_bytes),
                timestamp: request.header(TIMESTAMP_HEADER).map(str::as_bytes),
                body: Some(request.body()),
                ..Evidence::default()
            };
            let code = diagnose(&evidence, &secrets, Budget::FULL).verdict.code();
            let expected = match breakage {
                Breakage::Secret => Some(Code::SecretEmpty),
                Breakage::Body => Some(Code::BodyReserialized),
                Breakage::Timestamp => Some(Code::TimestampUnit),
                Breakage::Prefix => Some(Code::SignaturePrefix),
                Breakage::MissingSignature => Some(Code::SignatureMissing),
                Breakage::MissingTimestamp => Some(Code::TimestampMissing),
                // The signature is valid. The age is checked separately.
                Breakage::Stale => None,
                Breakage::Encoding => Some(Code::SignatureEncoding),
            };
            assert_eq!(code, expected, "{breakage:?}");
        }
    }
}
