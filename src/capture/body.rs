//! A captured body, how exact it is, and other candidates for the bytes that were sent.

/// The body of a captured request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The most likely bytes. Empty if the format does not contain the body.
    pub bytes: Vec<u8>,
    /// How close `bytes` is to what was sent.
    pub fidelity: BodyFidelity,
    /// Other candidates, the most likely first, without duplicates. A signature that matches one of them is
    /// genuine.
    pub alternatives: Vec<Alternative>,
}

/// Another candidate for the bytes that were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The candidate.
    pub bytes: Vec<u8>,
    /// How it differs from [`Body::bytes`].
    pub variant: Variant,
}

/// How a candidate was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variant {
    /// The parsed body, re-serialized with emoji and other astral characters as `\uD83D\uDE92`, as Zoom sends them.
    EscapedAsZoomDoes,
    /// The JSON text of the capture without whitespace between tokens; escapes and numbers are as written.
    Compacted,
    /// The text as written in the capture.
    AsWritten,
    /// Without the final newline, which an editor may have added.
    WithoutFinalNewline,
    /// Only the first `content-length` bytes.
    CutToLength,
    /// Before decompression.
    Encoded,
    /// Decoded from base64, if the text may be base64.
    Base64Decoded,
    /// From another body field of the capture: a raw body next to a parsed body, or the reverse.
    OtherField,
    /// Parsed and re-serialized as `JSON.stringify` does.
    Reserialized,
}

impl Variant {
    /// A short description for a person, to follow "the body".
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::EscapedAsZoomDoes => "re-serialized, with emoji escaped as Zoom escapes them",
            Self::Compacted => "as written in the capture, without whitespace between tokens",
            Self::AsWritten => "exactly as written in the capture",
            Self::WithoutFinalNewline => "without its final newline",
            Self::CutToLength => "cut to its content-length",
            Self::Encoded => "still compressed",
            Self::Base64Decoded => "decoded from base64",
            Self::OtherField => "from the capture's other body field",
            Self::Reserialized => "parsed, and re-serialized as JSON.stringify does",
        }
    }
}

/// How close a captured body is to the bytes that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BodyFidelity {
    /// The format does not contain the body.
    Absent,
    /// The capture contains only the parsed body. The bytes are the output of `JSON.stringify`.
    ParsedOnly,
    /// The text of the body, decoded without loss from a string, shell quotes or a log.
    Reconstructed,
    /// The bytes that were captured, without decoding. A signature may show that other bytes were signed.
    Original,
}

impl BodyFidelity {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::ParsedOnly => "parsed-only",
            Self::Reconstructed => "reconstructed",
            Self::Original => "original",
        }
    }
}

impl Body {
    /// A body that the format does not contain.
    #[must_use]
    pub fn absent() -> Self {
        Self { bytes: Vec::new(), fidelity: BodyFidelity::Absent, alternatives: Vec::new() }
    }

    /// The bytes that were captured, without decoding.
    #[must_use]
    pub fn original(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), fidelity: BodyFidelity::Original, alternatives: Vec::new() }
    }

    /// Bytes that were decoded from quotes or escapes.
    #[must_use]
    pub fn reconstructed(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), fidelity: BodyFidelity::Reconstructed, alternatives: Vec::new() }
    }

    /// Adds a candidate, unless an equal candidate exists.
    pub fn offer(&mut self, bytes: Vec<u8>, variant: Variant) {
        if !self.candidates().any(|known| known == bytes) {
            self.alternatives.push(Alternative { bytes, variant });
        }
    }

    /// All candidates, the most likely first.
    pub fn candidates(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.bytes.as_slice()).chain(self.alternatives.iter().map(|a| a.bytes.as_slice()))
    }

    /// Makes `bytes` the most likely candidate. The former bytes become an alternative.
    pub(super) fn prefer(&mut self, bytes: Vec<u8>, former: Variant) {
        let old = std::mem::replace(&mut self.bytes, bytes);
        self.alternatives.retain(|a| a.bytes != self.bytes);
        self.offer(old, former);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_add_a_candidate_twice() {
        let mut body = Body::original("a\n");
        body.offer(b"a".to_vec(), Variant::WithoutFinalNewline);
        body.offer(b"a\n".to_vec(), Variant::AsWritten);
        assert_eq!(body.candidates().collect::<Vec<_>>(), [b"a\n".as_slice(), b"a"]);
        body.prefer(b"a".to_vec(), Variant::AsWritten);
        assert_eq!(body.candidates().collect::<Vec<_>>(), [b"a".as_slice(), b"a\n"]);
    }
}
