//! What can be wrong with the answer to a challenge.

use std::fmt;

/// One thing that is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    /// Its stable name.
    pub code: AnswerCode,
    /// What is wrong and what is correct, in a sentence. Contains no secret.
    pub sentence: String,
}

impl AnswerFault {
    pub(super) fn new(code: AnswerCode, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

/// What can be wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerCode {
    /// The answer did not arrive within three seconds.
    Late,
    /// A status other than 200.
    Status,
    /// Not a JSON object: text, an HTML page, nothing.
    Text,
    /// A JSON string that contains the object.
    JsonString,
    /// The object is wrapped in another.
    Wrapped,
    /// A field is missing or has another name.
    Field,
    /// `plainToken` is not the one in the challenge.
    PlainToken,
    /// `encryptedToken` is the correct digest in a different notation.
    Encoding,
    /// `encryptedToken` was computed with a different key.
    Key,
    /// `encryptedToken` is a different digest.
    Hmac,
}

impl AnswerCode {
    /// The stable name, such as `answer-late`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Late => "answer-late",
            Self::Status => "answer-status",
            Self::Text => "answer-text",
            Self::JsonString => "answer-json-string",
            Self::Wrapped => "answer-wrapped",
            Self::Field => "answer-field",
            Self::PlainToken => "answer-plain-token",
            Self::Encoding => "answer-encoding",
            Self::Key => "answer-key",
            Self::Hmac => "answer-hmac",
        }
    }
}

impl fmt::Display for AnswerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
