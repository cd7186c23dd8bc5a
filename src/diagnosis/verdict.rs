//! What a diagnosis gives back. Plain values; whoever shows them decides how. No text in here holds a secret,
//! and what a text takes over from the request is made visible first, so that it is safe for a terminal.

use std::fmt;
use std::sync::Arc;

use super::code::Code;
use super::difference::Difference;

/// The whole answer for one request.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// What was tried without success, in the order in which it was tried.
    pub ruled_out: Vec<RuledOut>,
    /// The work that was done.
    pub effort: Effort,
}

/// Whether a request is genuine.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Signed with one of the secret tokens.
    Valid(Valid),
    /// Not signed, or signed wrongly.
    Invalid(Box<Finding>),
    /// The capture does not hold what is needed.
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

    /// The name of the secret token that matched, or that would have matched but for the cause.
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
    /// The bytes that it matched over.
    pub body: MatchedBody,
    /// What is odd all the same, such as a timestamp in milliseconds.
    pub notes: Vec<Cause>,
}

/// The bytes that a signature matched over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchedBody {
    /// The body as the capture has it.
    AsCaptured,
    /// One of the alternatives, by its position.
    Alternative(usize),
    /// The parsed body, written again in this form: the capture kept no bytes.
    Reserialised {
        /// The form's description: completes "the body …".
        form: String,
        /// The body in that form.
        bytes: Vec<u8>,
    },
}

/// Why a signature does not match, proved by the arithmetic (or plain to see, where a part is missing).
#[derive(Debug, Clone)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// Others that were needed as well to reproduce the signature.
    pub also: Vec<Cause>,
    /// What was computed to prove it; `None` where a part is missing and nothing is to be proved.
    pub proof: Option<Proof>,
    /// The secret token under which the signature was reproduced.
    pub secret_name: Option<Arc<str>>,
    /// Where the signed bytes begin to differ from those that should have been signed, where they do.
    pub difference: Option<Difference>,
    /// The bytes that Zoom signed, where only the body was changed on its way: the original.
    pub restored_body: Option<Vec<u8>>,
}

impl Finding {
    /// All causes of this finding.
    pub fn causes(&self) -> impl Iterator<Item = &Cause> {
        std::iter::once(&self.cause).chain(&self.also)
    }
}

/// A computation that gives the received signature, so that somebody else can repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The hash, such as `HMAC-SHA256`.
    pub hash: String,
    /// The key by its name, with what was done to it; `None` where the hash has none.
    pub key: Option<String>,
    /// The layout of the message, such as `v0:{timestamp}:{body}`.
    pub message: String,
    /// The timestamp in it, made visible; `None` where there is none.
    pub timestamp: Option<String>,
    /// What was done to the body, and its length.
    pub body: String,
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

/// One cause in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its stable name. [`super::remedy()`] has what to do about it.
    pub code: Code,
    /// What happened, in a sentence or two.
    pub sentence: String,
    /// The variant that reproduced the signature, in a few words. Empty where nothing was computed.
    pub variant: String,
}

/// Why no verdict can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What is missing.
    pub why: Missing,
    /// The cause's name, where something is known of it.
    pub code: Option<Code>,
    /// What is missing, in a sentence.
    pub sentence: String,
    /// What to capture, or to give, instead.
    pub instead: &'static str,
}

/// What a capture lacks for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// No secret token was given.
    Secret,
    /// The capture's format keeps no headers.
    Headers,
    /// The capture does not hold the body.
    Body,
    /// The capture holds the parsed body only, and no form of it matches.
    BodyBytes,
    /// No time that the age could be judged against.
    Time,
}

/// One thing that was tried without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledOut {
    /// What was tried, such as `35 forms of the body`.
    pub what: String,
    /// The causes that this speaks against.
    pub codes: &'static [Code],
}

/// The work that a diagnosis has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Digests computed.
    pub digests: u32,
    /// Bytes hashed.
    pub bytes: u64,
    /// Whether the budget ended the search before everything was tried.
    pub exhausted: bool,
}
