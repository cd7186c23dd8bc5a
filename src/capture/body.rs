//! A captured body, how faithful it is, and what else the sent bytes may have been.

/// The body of a captured request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The likeliest bytes; empty where the format does not hold the body.
    pub bytes: Vec<u8>,
    /// How far they can be trusted.
    pub fidelity: BodyFidelity,
    /// Other candidates, in order of likelihood, none equal to `bytes` or to one another. A signature that
    /// matches one of them is a genuine one.
    pub alternatives: Vec<Alternative>,
}

/// Another candidate for the bytes that were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The candidate.
    pub bytes: Vec<u8>,
    /// How it differs from the body's own bytes.
    pub variant: Variant,
}

/// How a candidate was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variant {
    /// The parsed body serialised with characters beyond the basic plane as `\uD83D\uDE92`, as Zoom sends them.
    EscapedAsZoomDoes,
    /// The text in the capture without the white space between tokens: escapes and numbers as written.
    Compacted,
    /// The text in the capture as it stands.
    AsWritten,
    /// Without the line end at its end, which an editor adds.
    WithoutFinalNewline,
    /// Only as long as `content-length` says.
    CutToLength,
    /// Before the content-encoding was taken off.
    Encoded,
    /// A text that may also be base64: decoded.
    Base64Decoded,
    /// The value of `rawBody` or its like beside the parsed body, or the parsed body beside that.
    OtherField,
    /// With backslashes that a browser would have doubled for cmd.exe left as they stand.
    BackslashesAsWritten,
    /// The request body as the text of the file that the command names.
    FileAsIs,
}

impl Variant {
    /// A few words for a person, to follow "the body".
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::EscapedAsZoomDoes => "serialised again, with emoji escaped as Zoom escapes them",
            Self::Compacted => "as written in the capture, without the white space between tokens",
            Self::AsWritten => "exactly as written in the capture",
            Self::WithoutFinalNewline => "without its last line end",
            Self::CutToLength => "cut to its content-length",
            Self::Encoded => "still compressed",
            Self::Base64Decoded => "decoded from base64",
            Self::OtherField => "from the capture's other body field",
            Self::BackslashesAsWritten => "with its backslashes as written",
            Self::FileAsIs => "as the file holds it, line ends included",
        }
    }
}

/// How far a captured body can be trusted to be the bytes that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BodyFidelity {
    /// The format does not hold the body.
    Absent,
    /// Only the parsed body was kept; the bytes are what `JSON.stringify` makes of it.
    ParsedOnly,
    /// The text of the body, taken out of a string, a shell's quotes or a log without loss.
    Reconstructed,
    /// The bytes as they were sent.
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
    /// A body that the format does not hold.
    #[must_use]
    pub fn absent() -> Self {
        Self { bytes: Vec::new(), fidelity: BodyFidelity::Absent, alternatives: Vec::new() }
    }

    /// The bytes as they were sent.
    #[must_use]
    pub fn original(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), fidelity: BodyFidelity::Original, alternatives: Vec::new() }
    }

    /// Bytes that were quoted or escaped, and are not any more.
    #[must_use]
    pub fn reconstructed(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), fidelity: BodyFidelity::Reconstructed, alternatives: Vec::new() }
    }

    /// Adds a candidate unless it is there already.
    pub fn offer(&mut self, bytes: Vec<u8>, variant: Variant) {
        if !self.candidates().any(|known| known == bytes) {
            self.alternatives.push(Alternative { bytes, variant });
        }
    }

    /// All candidates, the likeliest first.
    pub fn candidates(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.bytes.as_slice()).chain(self.alternatives.iter().map(|a| a.bytes.as_slice()))
    }

    /// Makes `bytes` the likeliest candidate and the former one an alternative.
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
    fn offers_no_candidate_twice() {
        let mut body = Body::original("a\n");
        body.offer(b"a".to_vec(), Variant::WithoutFinalNewline);
        body.offer(b"a\n".to_vec(), Variant::AsWritten);
        assert_eq!(body.candidates().collect::<Vec<_>>(), [b"a\n".as_slice(), b"a"]);
        body.prefer(b"a".to_vec(), Variant::AsWritten);
        assert_eq!(body.candidates().collect::<Vec<_>>(), [b"a".as_slice(), b"a\n"]);
    }
}
