//! The stable codes of refusals.

use super::{Refusal, Word};
use crate::zoom::{ChallengeError, EnvelopeError};

/// Why a request was refused, without the details. New codes may be added; none changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCode {
    /// There is no `x-zm-signature`.
    SignatureMissing,
    /// There is no `x-zm-request-timestamp`.
    TimestampMissing,
    /// One of the two headers came more than once.
    HeaderRepeated,
    /// The signature's text is not of Zoom's form.
    SignatureMalformed,
    /// The timestamp's text is not of Zoom's form.
    TimestampMalformed,
    /// Another secret token, or other bytes.
    SignatureMismatch,
    /// Signed too far from this machine's time.
    Stale,
    /// JSON that is not an event.
    NoEvent,
    /// The body is not JSON.
    NotJson,
    /// A challenge whose plainToken has the form of a signed message.
    ChallengeIsSignedMessage,
    /// A challenge without a plainToken.
    ChallengeWithoutToken,
    /// Another path than the webhook's.
    WrongPath,
    /// Another method than POST.
    WrongMethod,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The body is incomplete, or its framing is wrong.
    BodyBroken,
    /// The output could not be written.
    OutputStalled,
    /// It could not be written to the history.
    NotRecorded,
}

impl Word for RefusalCode {
    const ALL: &'static [Self] = &[
        Self::SignatureMissing,
        Self::TimestampMissing,
        Self::HeaderRepeated,
        Self::SignatureMalformed,
        Self::TimestampMalformed,
        Self::SignatureMismatch,
        Self::Stale,
        Self::NoEvent,
        Self::NotJson,
        Self::ChallengeIsSignedMessage,
        Self::ChallengeWithoutToken,
        Self::WrongPath,
        Self::WrongMethod,
        Self::BodyTooLarge,
        Self::BodyTooSlow,
        Self::BodyBroken,
        Self::OutputStalled,
        Self::NotRecorded,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::SignatureMissing => "signature_missing",
            Self::TimestampMissing => "timestamp_missing",
            Self::HeaderRepeated => "header_repeated",
            Self::SignatureMalformed => "signature_malformed",
            Self::TimestampMalformed => "timestamp_malformed",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Stale => "stale",
            Self::NoEvent => "no_event",
            Self::NotJson => "not_json",
            Self::ChallengeIsSignedMessage => "challenge_is_signed_message",
            Self::ChallengeWithoutToken => "challenge_without_token",
            Self::WrongPath => "wrong_path",
            Self::WrongMethod => "wrong_method",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyTooSlow => "body_too_slow",
            Self::BodyBroken => "body_broken",
            Self::OutputStalled => "output_stalled",
            Self::NotRecorded => "not_recorded",
        }
    }
}

impl From<&Refusal> for RefusalCode {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::SignatureMissing => Self::SignatureMissing,
            Refusal::TimestampMissing => Self::TimestampMissing,
            Refusal::HeaderRepeated(_) => Self::HeaderRepeated,
            Refusal::SignatureMalformed(_) => Self::SignatureMalformed,
            Refusal::TimestampMalformed(_) => Self::TimestampMalformed,
            Refusal::SignatureMismatch => Self::SignatureMismatch,
            Refusal::Stale { .. } => Self::Stale,
            Refusal::NotAnEvent(EnvelopeError::NoEvent) => Self::NoEvent,
            Refusal::NotAnEvent(_) => Self::NotJson,
            Refusal::Challenge(ChallengeError::SignedMessage) => Self::ChallengeIsSignedMessage,
            Refusal::Challenge(_) => Self::ChallengeWithoutToken,
            Refusal::WrongPath => Self::WrongPath,
            Refusal::WrongMethod => Self::WrongMethod,
            Refusal::BodyTooLarge { .. } => Self::BodyTooLarge,
            Refusal::BodyTooSlow { .. } => Self::BodyTooSlow,
            Refusal::BodyBroken => Self::BodyBroken,
            Refusal::OutputStalled => Self::OutputStalled,
            Refusal::NotRecorded { .. } => Self::NotRecorded,
        }
    }
}
