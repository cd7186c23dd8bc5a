//! The stable names of the causes, for scripts.

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
    /// The secret token with extra characters around it: newline, spaces, quotes, `KEY=`.
    SecretWhitespace = "secret-whitespace",
    /// No secret token: the HMAC key is empty, or a word such as `undefined`.
    SecretEmpty = "secret-empty",
    /// Another of the given secret tokens.
    SecretOther = "secret-other",
    /// Another credential of the same app, such as its client secret.
    SecretIsOtherCredential = "secret-is-other-credential",
    /// The secret token was base64- or hex-decoded (or encoded) before it was used as the HMAC key.
    KeyDecoded = "key-decoded",
    /// The JSON was parsed and re-serialized.
    BodyReserialized = "body-reserialised",
    /// The text was converted between charsets or Unicode forms.
    BodyCharset = "body-charset",
    /// Newlines or spaces were added, removed or converted.
    BodyNewline = "body-newline",
    /// Text follows the body that was signed.
    BodySurplus = "body-surplus",
    /// The end of the body is missing.
    BodyTruncated = "body-truncated",
    /// The body is wrapped or unwrapped: base64, gzip, form encoding, a JSON string of JSON.
    BodyEncoding = "body-encoding",
    /// The body is empty, or a word such as `undefined`.
    BodyEmpty = "body-empty",
    /// There is no `x-zm-signature`.
    SignatureMissing = "signature-missing",
    /// The digest has no `v0=`, or other text before or around it.
    SignaturePrefix = "signature-prefix",
    /// The digest is written as base64 or in upper case.
    SignatureEncoding = "signature-encoding",
    /// The signature is in a header with another name.
    HeaderName = "header-name",
    /// The signature has the form of another scheme of Zoom's.
    SignatureScheme = "signature-scheme",
    /// The header contains no digest.
    SignatureMalformed = "signature-malformed",
    /// There is no `x-zm-request-timestamp`.
    TimestampMissing = "timestamp-missing",
    /// Milliseconds instead of seconds, or the reverse.
    TimestampUnit = "timestamp-unit",
    /// The signed time is not the one in the header.
    TimestampOther = "timestamp-other",
    /// The signed message has no timestamp.
    MessageWithoutTimestamp = "message-without-timestamp",
    /// The signed message does not begin with `v0`.
    MessageWithoutVersion = "message-without-version",
    /// The signed message's parts are joined by something other than `:`, or in another order.
    MessageSeparator = "message-separator",
    /// A plain hash, or a hash of a message that contains the secret token.
    HashNotHmac = "hash-not-hmac",
    /// SHA-1 instead of SHA-256.
    HashSha1 = "hash-sha1",
    /// Another hash than SHA-256, such as SHA-512 or MD5.
    HashOther = "hash-other",
    /// The HMAC of a challenge's plainToken instead of the request's signature.
    ChallengeAsEvent = "challenge-as-event",
    /// Signed too long before or after the time that it is compared with.
    Stale = "stale",
    /// None of the variants tried gives this signature.
    Unexplained = "unexplained",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
