//! One deviation from the protocol, and its sentence.

use std::borrow::Cow;

use crate::diagnosis::code::Code;
use crate::diagnosis::verdict::Cause;

/// A deviation from the protocol in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VariantChange {
    pub(crate) code: Code,
    /// Completes the code's sentence: see [`Change::sentence`]. Never contains a secret.
    pub(crate) phrase: Cow<'static, str>,
}

/// What a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The signature of the request.
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
            "The signature matches if the HMAC key is the secret token {}.",
            "Your code's HMAC key is the secret token {}.",
        ),
        Code::SecretEmpty => (
            "The signature was made with {} as the HMAC key instead of a secret token.",
            "Your code's HMAC key is {} instead of the secret token.",
        ),
        Code::SecretOther => (
            "The signature matches with a different secret token: {}.",
            "Your code uses a different secret token: {}.",
        ),
        Code::SecretIsOtherCredential => (
            "The signature was made with {}, which is not a secret token.",
            "Your code's HMAC key is {}, which is not a secret token.",
        ),
        Code::KeyDecoded => (
            "The signature matches if the HMAC key is the secret token {}. Zoom uses the token's text unchanged.",
            "Your code's HMAC key is the secret token {}. Zoom uses the token's text unchanged.",
        ),
        Code::BodyReserialized => (
            "The signature matches a different serialization of this JSON: the body {}.",
            "Your code hashes a different serialization of this JSON: the body {}.",
        ),
        Code::BodyTruncated => (
            "The signature matches only the start of the body: the body {}.",
            "Your code hashes only the start of the body: the body {}.",
        ),
        Code::BodySurplus => (
            "The signature matches the start of the body here: {}.",
            "Your code hashes only the start of the body: {}.",
        ),
        Code::BodyCharset | Code::BodyNewline | Code::BodyEncoding => (
            "The signature matches the body {}.",
            "Your code hashes the body {}.",
        ),
        Code::BodyEmpty => (
            "In the message that was signed, the body is {}.",
            "Your code signs a message in which the body is {}.",
        ),
        Code::SignatureScheme => (
            "The signature is correct in the scheme of another service: {}.",
            "Your code's signature is in the scheme of another service: {}.",
        ),
        Code::SignaturePrefix | Code::SignatureEncoding => (
            "The signature is not in Zoom's format: {}.",
            "Your code's signature is not in Zoom's format: {}.",
        ),
        Code::TimestampMissing => (
            "There is no x-zm-request-timestamp header. The signature matches with this timestamp: {}.",
            "Your code signs a timestamp, but the capture has no x-zm-request-timestamp header. The timestamp is {}.",
        ),
        Code::TimestampUnit | Code::TimestampOther => (
            "The signed timestamp is not the one in x-zm-request-timestamp. It is {}.",
            "Your code signs a timestamp that is not the one in x-zm-request-timestamp. It is {}.",
        ),
        Code::MessageWithoutTimestamp | Code::MessageWithoutVersion | Code::MessageSeparator => (
            "The signed message is {}. Zoom signs v0:{timestamp}:{body}.",
            "Your code signs {}. Zoom signs v0:{timestamp}:{body}.",
        ),
        Code::HashNotHmac | Code::HashSha1 | Code::HashOther => (
            "The signature is {}, not HMAC-SHA256 with the secret token as the key.",
            "Your code computes {}, not HMAC-SHA256 with the secret token as the key.",
        ),
        Code::ChallengeAsEvent => (
            "The signature is the HMAC of the challenge's plainToken, which belongs in the answer to the challenge.",
            "Your code computes the HMAC of the challenge's plainToken. It belongs in the answer to the challenge. A signature covers the timestamp and the body.",
        ),
        // Found without a match: their sentences are complete.
        Code::HeaderName | Code::SignatureMissing | Code::SignatureMalformed | Code::Stale | Code::Unexplained => ("{}", "{}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_about_the_users_code_begins_with_it() {
        for code in Code::ALL {
            let (_, mine) = sentences(*code);
            assert!(
                mine == "{}" || mine.starts_with("Your code ") || mine.starts_with("Your code's "),
                "{mine}"
            );
        }
    }

    #[test]
    fn does_not_expand_braces_in_a_phrase() {
        let change = VariantChange::new(Code::BodyEmpty, "replaced by {}");
        assert_eq!(
            change.cause(Voice::Mine).sentence,
            "Your code signs a message in which the body is replaced by {}."
        );
        let change = VariantChange::new(Code::MessageWithoutVersion, "{timestamp}:{body}");
        assert!(
            change
                .cause(Voice::Request)
                .sentence
                .starts_with("The signed message is {timestamp}:{body}. Zoom")
        );
    }
}
