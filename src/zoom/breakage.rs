//! Requests that are wrong on purpose, each in one way that a diagnosis can name. [`signed_request`] is the entry point.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{RequestIds, SIGNATURE_HEADER, SecretToken, SignedRequest, TIMESTAMP_HEADER};

/// Older than any usual `max-age` of a receiver.
const LONG_AGO: Duration = Duration::from_secs(20 * 60);

/// The secret token of nobody.
const STRANGER: &[u8] = b"a-stranger-knows-no-secret-token";

/// What is wrong with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Breakage {
    /// Signed with an empty secret token, as by code whose variable is not set
    Secret,
    /// Signed with a secret token that no receiver has
    #[value(skip)]
    Stranger,
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

/// A signed request, wrong in one way if there is a breakage.
#[must_use]
pub(crate) fn signed_request(
    secret: &SecretToken,
    body: &[u8],
    now: SystemTime,
    ids: &RequestIds,
    breakage: Option<Breakage>,
) -> SignedRequest {
    match breakage {
        None => SignedRequest::new(secret, body.to_vec(), now, ids),
        Some(breakage) => breakage.request(secret, body, now, ids),
    }
}

impl Breakage {
    /// The request, wrong in this one way.
    fn request(self, secret: &SecretToken, body: &[u8], now: SystemTime, ids: &RequestIds) -> SignedRequest {
        let now = if self == Self::Stale { now.checked_sub(LONG_AGO).unwrap_or(now) } else { now };
        let mut request = SignedRequest::new(secret, body.to_vec(), now, ids);
        let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
        let (signature, timestamp) = (value(SIGNATURE_HEADER), value(TIMESTAMP_HEADER));
        match self {
            Self::Stale => {}
            Self::Secret => {
                request.replace_header(SIGNATURE_HEADER, Some(signed_with(b"", &timestamp, body)))
            }
            Self::Stranger => {
                request.replace_header(SIGNATURE_HEADER, Some(signed_with(STRANGER, &timestamp, body)));
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
fn signed_with(key: &[u8], timestamp: &str, body: &[u8]) -> String {
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    for part in [b"v0:", timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}
