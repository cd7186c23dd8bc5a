//! One thing that was done otherwise than Zoom does it, and its sentence.

use std::borrow::Cow;

use crate::diagnosis::code::Code;
use crate::diagnosis::verdict::Cause;

/// A departure from the protocol, in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) code: Code,
    /// Completes the code's sentence: see [`Change::sentence`]. Never holds a secret.
    pub(crate) phrase: Cow<'static, str>,
}

/// Whose doing a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// That of whoever signed the request, or changed it on its way.
    Request,
    /// The user's own code.
    Mine,
}

impl Change {
    pub(crate) fn new(code: Code, phrase: impl Into<Cow<'static, str>>) -> Self {
        Self { code, phrase: phrase.into() }
    }

    pub(crate) fn cause(&self, voice: Voice) -> Cause {
        Cause { code: self.code, sentence: self.sentence(voice), variant: self.phrase.to_string() }
    }

    fn sentence(&self, voice: Voice) -> String {
        let phrase = &self.phrase;
        let mine = voice == Voice::Mine;
        match self.code {
            Code::SecretWhitespace if mine => format!("Your code's key is the secret token {phrase}."),
            Code::SecretWhitespace => format!("The signature matches under the secret token {phrase}."),
            Code::SecretEmpty if mine => format!("Your code's key is {phrase}: it has no secret token."),
            Code::SecretEmpty => format!("The signature was made with {phrase} for its key: whoever signed it had no secret token."),
            Code::SecretOther if mine => format!("Your code uses another secret token: {phrase}."),
            Code::SecretOther => format!("The signature matches under another secret token: {phrase}."),
            Code::SecretIsOtherCredential if mine => format!("Your code's key is no secret token but {phrase}."),
            Code::SecretIsOtherCredential => format!("The signature was made with {phrase}, which is no secret token."),
            Code::KeyDecoded if mine => format!("Your code's key is the secret token {phrase}. Zoom's is its text as it is."),
            Code::KeyDecoded => format!("The signature was made with the secret token {phrase}. Zoom's key is its text as it is."),
            Code::BodyReserialised | Code::BodyCharset | Code::BodyNewline | Code::BodyTruncated | Code::BodyEncoding
            | Code::BodyEmpty => self.about_the_body(mine),
            Code::SignaturePrefix | Code::SignatureEncoding if mine => format!("Your value has not the header's form: {phrase}."),
            Code::SignaturePrefix | Code::SignatureEncoding => format!("The signature's digest can be read, but {phrase}."),
            Code::TimestampMissing => format!("There is no x-zm-request-timestamp. The signature matches with {phrase}."),
            Code::TimestampUnit | Code::TimestampOther if mine => format!("Your code signs another timestamp than the header's: {phrase}."),
            Code::TimestampUnit | Code::TimestampOther => {
                format!("The timestamp that was signed is not the one in x-zm-request-timestamp: it is {phrase}.")
            }
            Code::MessageWithoutTimestamp | Code::MessageWithoutVersion | Code::MessageSeparator if mine => {
                format!("Your code signs {phrase}. Zoom signs v0:{{timestamp}}:{{body}}.")
            }
            Code::MessageWithoutTimestamp | Code::MessageWithoutVersion | Code::MessageSeparator => {
                format!("The signature was made over {phrase}. Zoom signs v0:{{timestamp}}:{{body}}.")
            }
            Code::HashNotHmac | Code::HashSha1 if mine => format!("Your code computes {phrase}, not HMAC-SHA256 under the secret token."),
            Code::HashNotHmac | Code::HashSha1 => format!("The signature is {phrase}, not HMAC-SHA256 under the secret token."),
            Code::ChallengeAsEvent if mine => "Your code hashes the challenge's plainToken. That hash belongs in the answer; a signature is over the whole request.".into(),
            Code::ChallengeAsEvent => "The signature is the hash of the challenge's plainToken, which belongs in the answer to it.".into(),
            // Not found by arithmetic: these have sentences of their own.
            Code::SignatureMissing | Code::SignatureMalformed | Code::Stale | Code::Unexplained => phrase.to_string(),
        }
    }

    fn about_the_body(&self, mine: bool) -> String {
        let phrase = &self.phrase;
        let who = if mine { "Your code hashes" } else { "The signature matches over" };
        match self.code {
            Code::BodyReserialised if mine => {
                format!(
                    "Your code hashes the parsed body written again, not the bytes that arrived: the body {phrase}."
                )
            }
            Code::BodyReserialised => {
                format!("The signature matches over the same JSON in another form: the body {phrase}.")
            }
            Code::BodyTruncated => format!("{who} the body's beginning only: the body {phrase}."),
            _ => format!("{who} the body {phrase}."),
        }
    }
}
