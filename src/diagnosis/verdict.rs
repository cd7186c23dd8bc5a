//! The result of a diagnosis, as plain values: [`Diagnosis`]. Its texts contain no secret. Parts of the request in
//! them have their invisible characters replaced by marks, so that they are safe for a terminal.

use std::fmt;
use std::sync::Arc;

use super::code::Code;
use super::difference::Difference;

/// The result for one request.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// What was tried without success, in the order in which it was tried.
    pub ruled_out: Vec<RuledOut>,
    /// How much work the search did.
    pub effort: Effort,
}

/// Whether a request is genuine.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Signed with one of the secret tokens.
    Valid(Valid),
    /// Not signed, or not signed correctly.
    Invalid(Box<Finding>),
    /// The capture lacks something that a verdict needs.
    CannotTell(Unknown),
}

impl Verdict {
    /// The word in JSON: `valid`, `invalid` or `unknown`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::Invalid(_) => "invalid",
            Self::CannotTell(_) => "unknown",
        }
    }

    /// The cause's stable name, for a verdict that has one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Valid(_) => None,
            Self::Invalid(finding) => Some(finding.cause.code),
            Self::CannotTell(unknown) => unknown.code,
        }
    }

    /// Whether the signature was computed over the captured body, byte for byte; `None` if no computation gives the
    /// signature.
    #[must_use]
    pub fn is_over_captured_body(&self) -> Option<bool> {
        match self {
            Self::Valid(valid) => Some(valid.body == MatchedBody::AsCaptured),
            Self::Invalid(finding) => finding.proof.as_ref().map(|proof| proof.has_captured_body),
            Self::CannotTell(_) => None,
        }
    }

    /// The name of the secret token that matched, or that matches when the cause is undone.
    #[must_use]
    pub fn secret_name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Valid(valid) => Some(&valid.secret_name),
            Self::Invalid(finding) => finding.secret_name.as_ref(),
            Self::CannotTell(_) => None,
        }
    }
}

/// A signature that matches.
#[derive(Debug, Clone)]
pub struct Valid {
    /// The secret token that matched.
    pub secret_name: Arc<str>,
    /// The bytes that the signature matches.
    pub body: MatchedBody,
    /// Remarks, such as on a timestamp in milliseconds.
    pub notes: Vec<Cause>,
}

/// The bytes that a signature matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchedBody {
    /// The body as captured.
    AsCaptured,
    /// One of the alternatives, by its position.
    Alternative(usize),
    /// The body in this form: the capture did not store the bytes.
    Reserialized {
        /// A description of the form that completes "the body …".
        form: String,
        /// The body in that form.
        bytes: Vec<u8>,
    },
}

/// Why a signature does not match. A computation proves it, unless a part is missing.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// Further causes that are needed to reproduce the signature.
    pub also: Vec<Cause>,
    /// The computation that proves it. `None` if no computation reproduced the signature.
    pub proof: Option<Proof>,
    /// The secret token that reproduces the signature.
    pub secret_name: Option<Arc<str>>,
    /// Where the signed bytes begin to differ from the message of this request, if they differ.
    pub difference: Option<Difference>,
    /// The body that was signed, if a change of the body is the only cause.
    pub restored_body: Option<Vec<u8>>,
}

impl Finding {
    /// All causes of this finding.
    pub fn causes(&self) -> impl Iterator<Item = &Cause> {
        std::iter::once(&self.cause).chain(&self.also)
    }
}

/// A computation that gives the received signature, with everything needed to repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The hash, such as `HMAC-SHA256`.
    pub hash: String,
    /// The name of the key, with its change. `None` if the hash has no key.
    pub key: Option<String>,
    /// The layout of the message, such as `v0:{timestamp}:{body}`.
    pub message: String,
    /// The timestamp in the message, as visible text. `None` if the message has none.
    pub timestamp: Option<String>,
    /// The change of the body, and its length.
    pub body: String,
    /// Whether the message has the captured body, byte for byte.
    pub has_captured_body: bool,
}

/// One line.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.hash)?;
        self.key.iter().try_for_each(|key| write!(f, "; key: {key}"))?;
        write!(f, "; message: {}", self.message)?;
        self.timestamp.iter().try_for_each(|timestamp| write!(f, "; timestamp: {timestamp}"))?;
        write!(f, "; body: {}", self.body)
    }
}

/// One cause, with a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its stable name. [`super::remedy()`] says how to fix it.
    pub code: Code,
    /// What happened, in a sentence or two.
    pub sentence: String,
    /// The variant that reproduces the signature, in a few words. Empty if nothing was computed.
    pub variant: String,
}

/// Why no verdict is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What is missing.
    pub why: Missing,
    /// The cause's stable name, if there is one.
    pub code: Option<Code>,
    /// What is missing, in a sentence.
    pub sentence: String,
    /// What to capture or to pass instead.
    pub instead: &'static str,
}

/// What is missing for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// No secret token was given.
    Secret,
    /// The capture does not contain the headers, or not their whole values.
    Headers,
    /// The capture does not contain the body.
    Body,
    /// The capture may not contain the bytes of the body, and no form that was tried matches.
    BodyBytes,
    /// There is no time to compare the timestamp with.
    Time,
    /// The request is signed by another scheme than the one that was asked for.
    Scheme,
}

/// One thing that was tried without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledOut {
    /// What was tried, such as `35 forms of the body`.
    pub what: String,
    /// The causes that are ruled out.
    pub codes: &'static [Code],
}

/// The work that a diagnosis did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Digests computed.
    pub digests: u32,
    /// Bytes hashed.
    pub bytes: u64,
    /// Whether the search reached its budget before it had tried everything.
    pub exhausted: bool,
}
