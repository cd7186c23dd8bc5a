//! One thing that was done otherwise than Zoom does it, and its sentence.

use std::borrow::Cow;

use crate::diagnosis::code::Code;
use crate::diagnosis::verdict::Cause;

/// A departure from the protocol, in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VariantChange {
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

impl VariantChange {
    pub(crate) fn new(code: Code, phrase: impl Into<Cow<'static, str>>) -> Self {
        Self { code, phrase: phrase.into() }
    }

    pub(crate) fn cause(&self, voice: Voice) -> Cause {
        Cause { code: self.code, sentence: self.sentence(voice), variant: self.phrase.to_string() }
    }

    fn sentence(&self, voice: Voice) -> String {
        let (request, mine) = sentences(self.code);
        let sentence = if voice == Voice::Mine { mine } else { request };
        sentence.replacen("{}", &self.phrase, 1)
    }
}

/// The sentences of a code: about the request, and about the user's own code. `{}` is the phrase.
#[rustfmt::skip]
fn sentences(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::SecretWhitespace => (
            "The signature matches under the secret token {}.",
            "Your code's key is the secret token {}.",
        ),
        Code::SecretEmpty => (
            "The signature was made with {} for its key: whoever signed it had no secret token.",
            "Your code's key is {}: it has no secret token.",
        ),
        Code::SecretOther => (
            "The signature matches under another secret token: {}.",
            "Your code uses another secret token: {}.",
        ),
        Code::SecretIsOtherCredential => (
            "The signature was made with {}, which is no secret token.",
            "Your code's key is no secret token but {}.",
        ),
        Code::KeyDecoded => (
            "The signature was made with the secret token {}. Zoom's key is its text as it is.",
            "Your code's key is the secret token {}. Zoom's is its text as it is.",
        ),
        Code::BodyReserialised => (
            "The signature matches over the same JSON in another form: the body {}.",
            "Your code hashes the parsed body written again, not the bytes that arrived: the body {}.",
        ),
        Code::BodyTruncated => (
            "The signature matches over the body's beginning only: the body {}.",
            "Your code hashes the body's beginning only: the body {}.",
        ),
        Code::BodyCharset | Code::BodyNewline | Code::BodyEncoding => (
            "The signature matches over the body {}.",
            "Your code hashes the body {}.",
        ),
        Code::BodyEmpty => (
            "In the message that was signed, the body is {}.",
            "In what your code signs, the body is {}.",
        ),
        Code::SignaturePrefix | Code::SignatureEncoding => (
            "The signature's digest can be read, but {}.",
            "Your value has not the header's form: {}.",
        ),
        Code::TimestampMissing => (
            "There is no x-zm-request-timestamp. The signature matches with {}.",
            "The capture has no x-zm-request-timestamp. Your code's value fits {}.",
        ),
        Code::TimestampUnit | Code::TimestampOther => (
            "The timestamp that was signed is not the one in x-zm-request-timestamp: it is {}.",
            "Your code signs another timestamp than the header's: {}.",
        ),
        Code::MessageWithoutTimestamp | Code::MessageWithoutVersion | Code::MessageSeparator => (
            "The signature was made over {}. Zoom signs v0:{timestamp}:{body}.",
            "Your code signs {}. Zoom signs v0:{timestamp}:{body}.",
        ),
        Code::HashNotHmac | Code::HashSha1 => (
            "The signature is {}, not HMAC-SHA256 under the secret token.",
            "Your code computes {}, not HMAC-SHA256 under the secret token.",
        ),
        Code::ChallengeAsEvent => (
            "The signature is the hash of the challenge's plainToken, which belongs in the answer to it.",
            "Your code hashes the challenge's plainToken. That belongs in the answer; a signature is over the whole request.",
        ),
        // Not found by arithmetic: these have sentences of their own.
        Code::SignatureMissing | Code::SignatureMalformed | Code::Stale | Code::Unexplained => ("{}", "{}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_with_braces_is_left_as_it_is() {
        let change = VariantChange::new(Code::BodyEmpty, "replaced by {}");
        assert_eq!(
            change.cause(Voice::Mine).sentence,
            "In what your code signs, the body is replaced by {}."
        );
        let change = VariantChange::new(Code::MessageWithoutVersion, "{timestamp}:{body}");
        assert!(
            change
                .cause(Voice::Request)
                .sentence
                .starts_with("The signature was made over {timestamp}:{body}. Zoom")
        );
    }
}
