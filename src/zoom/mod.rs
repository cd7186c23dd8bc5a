//! The protocol of Zoom's webhooks, as pure functions over bytes.
//!
//! Nothing here reads a clock, a file or a socket: bytes and the time go in, values come out. Of this crate it
//! imports only `json`. Start with [`SecretToken`] to sign and verify, with [`Envelope`] to read an event.
//!
//! | item | what it is for |
//! | --- | --- |
//! | [`SecretToken`] (`secret.rs`) | the app's secret token, keyed once, never printable |
//! | [`Signature`] (`signature.rs`) | `x-zm-signature`: parse, write, compare in constant time |
//! | [`RequestTimestamp`] (`freshness.rs`) | `x-zm-request-timestamp`: parse, age, too old or not |
//! | [`Challenge`] (`challenge.rs`) | `endpoint.url_validation`: recognize, check, answer |
//! | [`Envelope`] (`envelope.rs`) | `event`, `event_ts`, `payload`, and any field by its path |
//! | `title.rs` | a one-line title of an event: topic, meeting number, person |
//! | [`JsonObject`] | a borrowed JSON object with every value as received |
//! | [`SignedRequest`] (`signed_request.rs`) | a request as Zoom sends it: all headers and the body |
//! | `breakage.rs` | the same, wrong on purpose in one way |
//! | [`Reaction`] (`delivery_rules.rs`) | how Zoom reacts to an endpoint's answer, and when it retries |
//! | [`expired`] (`expiry.rs`) | tokens and URLs in an event that have expired |
//! | [`Assignment`] (`assignment.rs`) | a value for a path: `PATH=TEXT` or `PATH:=JSON` |
//! | [`edit`] | replaces one value of a body and leaves every other byte unchanged |
//! | [`catalogue`] (`catalogue/`) | every event, with its shape, samples and scenarios |
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
/// Source: real deliveries, and the examples on Zoom's page.
pub const REQUEST_ID_HEADER: &str = "x-zm-request-id";

pub mod catalogue;

mod assignment;
#[cfg(feature = "cli")]
mod breakage;
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
#[cfg(feature = "cli")]
pub(crate) use breakage::{Breakage, signed_request};
pub use challenge::{CHALLENGE_EVENT, Challenge, ChallengeAnswer, ChallengeError};
pub use delivery_rules::{
    ANSWER_LIMIT, AnswerPace, Attempt, EndpointOutcome, EventFate, RETRIES, REVALIDATION, Reaction, fate,
    is_too_late, pace,
};
pub use envelope::{Envelope, EnvelopeError};
pub use expiry::{DOWNLOAD_TOKEN_LIFE, Expired, expired};
pub use freshness::{Age, MalformedTimestamp, RequestTimestamp, TIMESTAMP_HEADER};
pub use secret::{EmptySecret, Fingerprint, NamedSecret, SecretToken};
pub use signature::{MalformedSignature, SIGNATURE_HEADER, Signature};
#[cfg(feature = "cli")]
pub(crate) use signed_request::ZOOM_USER_AGENT;
pub use signed_request::{RequestIds, SignedRequest};
