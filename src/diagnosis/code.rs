//! The names of the causes: stable, so that scripts may depend on them.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Why a signature does not match.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in the order of this table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, such as `body-reserialised`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The secret token with something around it: newline, blanks, quotes, `KEY=`.
    SecretWhitespace = "secret-whitespace",
    /// No secret token at all: the HMAC has an empty key, or the word `undefined` for one.
    SecretEmpty = "secret-empty",
    /// Another secret token that is at hand.
    SecretOther = "secret-other",
    /// Another credential of the same app, such as its client secret.
    SecretIsOtherCredential = "secret-is-other-credential",
    /// The secret token was base64- or hex-decoded (or encoded) before it became the HMAC's key.
    KeyDecoded = "key-decoded",
    /// The JSON was parsed and written again.
    BodyReserialised = "body-reserialised",
    /// The text was converted between charsets or Unicode forms.
    BodyCharset = "body-charset",
    /// Line ends or a newline at the end were added, removed or converted.
    BodyNewline = "body-newline",
    /// The body's end is missing.
    BodyTruncated = "body-truncated",
    /// The body is wrapped or unwrapped: base64, gzip, form encoding, a JSON string of JSON.
    BodyEncoding = "body-encoding",
    /// Nothing, or a word such as `undefined`, where the body belongs.
    BodyEmpty = "body-empty",
    /// There is no `x-zm-signature`.
    SignatureMissing = "signature-missing",
    /// The digest is there, without `v0=` or with something else before or around it.
    SignaturePrefix = "signature-prefix",
    /// The digest is written as base64 or in upper case.
    SignatureEncoding = "signature-encoding",
    /// No digest can be read from the header.
    SignatureMalformed = "signature-malformed",
    /// There is no `x-zm-request-timestamp`.
    TimestampMissing = "timestamp-missing",
    /// Milliseconds instead of seconds, or the other way round.
    TimestampUnit = "timestamp-unit",
    /// Another time than the header's was signed.
    TimestampOther = "timestamp-other",
    /// The signed message has no timestamp.
    MessageWithoutTimestamp = "message-without-timestamp",
    /// The signed message does not begin with `v0`.
    MessageWithoutVersion = "message-without-version",
    /// The signed message's parts are joined by something other than `:`, or in another order.
    MessageSeparator = "message-separator",
    /// A plain hash, or one where the secret token is part of the message.
    HashNotHmac = "hash-not-hmac",
    /// SHA-1 in place of SHA-256.
    HashSha1 = "hash-sha1",
    /// The hash of a challenge's plainToken in place of the request's signature.
    ChallengeAsEvent = "challenge-as-event",
    /// Signed too long before (or after) the time that it was compared with.
    Stale = "stale",
    /// No variant explains it: another secret token, or another body.
    Unexplained = "unexplained",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
