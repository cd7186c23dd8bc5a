//! [`RefusalCode`]: stable codes for rejected requests.

use super::{Refusal, Word};
use crate::zoom::{ChallengeError, EnvelopeError};

/// Why a request was rejected, without details. New codes may be added; existing ones keep their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCode {
    /// `x-zm-signature` is missing.
    SignatureMissing,
    /// `x-zm-request-timestamp` is missing.
    TimestampMissing,
    /// One of the two headers occurs more than once.
    HeaderRepeated,
    /// The signature header does not have Zoom's format.
    SignatureMalformed,
    /// The timestamp header does not have Zoom's format.
    TimestampMalformed,
    /// The signature does not match: a different secret token, or different bytes.
    SignatureMismatch,
    /// The timestamp is too far from this machine's time.
    Stale,
    /// The body is JSON but not an event.
    NoEvent,
    /// The body is not JSON.
    NotJson,
    /// The plainToken of the challenge has the form of a signed message.
    ChallengeIsSignedMessage,
    /// The challenge has no plainToken.
    ChallengeWithoutToken,
    /// The path is not the webhook's. Until version 0.2, correctly signed requests had this code as well.
    WrongPath,
    /// The path is not the webhook's, and the signature is correct.
    SignedForOtherPath,
    /// The method is not POST.
    WrongMethod,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The body is incomplete, or its framing is wrong.
    BodyBroken,
    /// The output could not be written.
    OutputStalled,
    /// The delivery could not be written to the history.
    NotRecorded,
    /// The delivery could not be published on the stream.
    NotShared,
    /// There is no secret token to verify it with.
    NoSecret,
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
        Self::SignedForOtherPath,
        Self::WrongMethod,
        Self::BodyTooLarge,
        Self::BodyTooSlow,
        Self::BodyBroken,
        Self::OutputStalled,
        Self::NotRecorded,
        Self::NotShared,
        Self::NoSecret,
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
            Self::SignedForOtherPath => "signed_for_other_path",
            Self::WrongMethod => "wrong_method",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyTooSlow => "body_too_slow",
            Self::BodyBroken => "body_broken",
            Self::OutputStalled => "output_stalled",
            Self::NotRecorded => "not_recorded",
            Self::NotShared => "not_shared",
            Self::NoSecret => "no_secret",
        }
    }
}

impl RefusalCode {
    /// Whether the body was not read completely, so that none is stored.
    #[must_use]
    pub fn left_body_unread(self) -> bool {
        matches!(
            self,
            Self::WrongPath
                | Self::WrongMethod
                | Self::BodyTooLarge
                | Self::BodyTooSlow
                | Self::BodyBroken
                | Self::OutputStalled
        )
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
            Refusal::SignedForOtherPath => Self::SignedForOtherPath,
            Refusal::WrongMethod => Self::WrongMethod,
            Refusal::BodyTooLarge { .. } => Self::BodyTooLarge,
            Refusal::BodyTooSlow { .. } => Self::BodyTooSlow,
            Refusal::BodyBroken => Self::BodyBroken,
            Refusal::OutputStalled => Self::OutputStalled,
            Refusal::NotRecorded { .. } => Self::NotRecorded,
            Refusal::NotShared { .. } => Self::NotShared,
            Refusal::NoSecret => Self::NoSecret,
        }
    }
}
