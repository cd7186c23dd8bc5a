//! What Zoom says: the protocol of its webhooks, as pure functions over bytes.
//!
//! Nothing here reads a clock, a file or a socket: bytes and the time go in, values come out. It imports
//! nothing else of this crate, and everything else imports it.
//!
//! | file | holds |
//! | --- | --- |
//! | [`SecretToken`] (`secret.rs`) | the app's secret token, keyed once, never printable |
//! | [`Signature`] (`signature.rs`) | `x-zm-signature`: parse, make, compare in constant time |
//! | [`RequestTimestamp`] (`freshness.rs`) | `x-zm-request-timestamp`: parse, age, too old or not |
//! | [`Challenge`] (`challenge.rs`) | `endpoint.url_validation`: recognize, judge, answer |
//! | [`Envelope`] (`envelope.rs`) | `event`, `event_ts`, `payload`, and any field by its path |
//! | `title.rs` | one line for a person: topic, number, who |
//! | [`JsonObject`] (`json.rs`) | a JSON object by reference, every value as it was sent |
//! | [`SignedRequest`] (`signed_request.rs`) | a request as Zoom sends it: all headers and the body |
//! | [`Reaction`] (`reaction.rs`) | what Zoom makes of an endpoint's answer, and when it tries again |
//! | [`expired`] (`expiry.rs`) | tokens and URLs in an event that are no longer good |
//! | [`Assignment`] (`assignment.rs`) | a value at a path, as it is typed: `PATH=TEXT` or `PATH:=JSON` |
//! | [`edit`] (`edit.rs`) | one value of a body replaced, every other byte kept |
//! | [`catalogue`] (`catalogue/`) | every event, its shape, samples, scenarios |
//!
//! The protocol facts come from Zoom's page <https://developers.zoom.us/docs/api/webhooks/> unless a
//! comment names another source.
//!
//! # Example
//! ```
//! use zoomhook::zoom::{SecretToken, Signature};
//!
//! let secret = SecretToken::new("4fv1RkqGQUq5sWbEz6hA5A")?;
//! let (timestamp, body) = ("1720705455", br#"{"event":"meeting.started"}"#);
//! let signature = secret.sign(timestamp.as_bytes(), body);
//! let received: Signature = signature.to_string().parse()?;
//! assert!(secret.verify(timestamp.as_bytes(), body, &received));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// The header that stays the same on every retry of one event: hex in UUID grouping, joined by underscores.
/// Seen on real deliveries, and in the examples on Zoom's page.
pub const REQUEST_ID_HEADER: &str = "x-zm-request-id";

pub mod catalogue;

mod assignment;
mod challenge;
mod delivery_rules;
mod envelope;
mod expiry;
mod freshness;
mod secret;
mod signature;
mod signed_request;
mod title;

pub use crate::json::{EditError, JsonObject, edit};
pub use assignment::{Assignment, InvalidAssignment};
pub use challenge::{CHALLENGE_EVENT, Challenge, ChallengeAnswer, ChallengeError};
pub use delivery_rules::{
    ANSWER_LIMIT, AnswerPace, Attempt, EndpointOutcome, EventFate, RETRIES, Reaction, fate, is_too_late, pace,
};
pub use envelope::{Envelope, EnvelopeError};
pub use expiry::{DOWNLOAD_TOKEN_LIFE, Expired, expired};
pub use freshness::{Age, MalformedTimestamp, RequestTimestamp, TIMESTAMP_HEADER};
pub use secret::{EmptySecret, Fingerprint, NamedSecret, SecretToken};
pub use signature::{MalformedSignature, SIGNATURE_HEADER, Signature};
pub use signed_request::{RequestIds, SignedRequest};
