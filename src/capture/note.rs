//! What a reader changed in a request, or found missing.

use std::fmt;

/// A change or a gap in a captured request that can affect the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The format, or this capture, has no headers.
    NoHeaders,
    /// The body was chunked and was decoded.
    Dechunked,
    /// The last chunk is missing.
    ChunksCut,
    /// The body was decompressed.
    Decompressed {
        /// Such as `gzip`.
        encoding: String,
    },
    /// The headers name a content-encoding that is not supported or does not match the body.
    NotDecompressed {
        /// As in the header.
        encoding: String,
        /// Why the body was not decompressed.
        why: &'static str,
    },
    /// The body was base64 in the capture and was decoded.
    Base64,
    /// A newline after the `content-length` bytes of the body was removed. An editor may have added it.
    FinalNewlineCut,
    /// The body in the capture is longer than `content-length`.
    Surplus {
        /// Bytes beyond the length.
        bytes: u64,
    },
    /// Line endings in the body were converted, so that its length matches `content-length`.
    LineEndsRestored,
    /// The body in the capture is shorter than `content-length`.
    Truncated {
        /// Bytes according to the header.
        expected: u64,
        /// Bytes in the capture.
        found: u64,
    },
    /// The tool that made the capture omitted a part of the body.
    Abbreviated {
        /// The text in place of the omitted part.
        mark: String,
    },
    /// A header of Zoom has a name that is not Zoom's, such as `x-zoom-signature`.
    HeaderRenamed {
        /// Zoom's name.
        header: &'static str,
        /// The name in the capture.
        name: String,
    },
    /// The value of a header is masked.
    Redacted {
        /// The name of the header.
        header: String,
    },
    /// The capture contains a variable in place of its value.
    Placeholder {
        /// Such as `{{body}}`.
        text: String,
    },
    /// The text was too long to be searched completely.
    SearchCut,
    /// Characters may be lost: the capture contains U+FFFD, or dots that may replace other bytes.
    CharactersLost,
    /// The capture does not distinguish numbers from strings, so the types were guessed.
    TypesGuessed,
}

/// Writes a sentence without the period.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeaders => f.write_str("the capture has no headers"),
            Self::Dechunked => f.write_str("the body was chunked and was decoded"),
            Self::ChunksCut => f.write_str("the last chunk of the body is missing"),
            Self::Decompressed { encoding } => {
                write!(f, "the body was compressed with {encoding} and was decompressed")
            }
            Self::NotDecompressed { encoding, why } => {
                write!(
                    f,
                    "the headers say content-encoding {encoding}, but the body was not decompressed: {why}"
                )
            }
            Self::Base64 => f.write_str("the body was base64 in the capture and was decoded"),
            Self::FinalNewlineCut => {
                f.write_str("a newline after the body was removed, to match content-length")
            }
            Self::Surplus { bytes } => {
                let plural = if *bytes == 1 { "" } else { "s" };
                write!(f, "the body in the capture is {bytes} byte{plural} longer than content-length")
            }
            Self::LineEndsRestored => {
                f.write_str("line endings in the body were converted, to match content-length")
            }
            Self::Truncated { expected, found } => {
                write!(f, "content-length says {expected} bytes, the capture holds {found}")
            }
            Self::Abbreviated { mark } => write!(f, "the tool omitted a part of the body: {mark}"),
            Self::HeaderRenamed { header, name } => {
                write!(f, "the capture has {name} in place of {header}")
            }
            Self::Redacted { header } => write!(f, "the value of {header} is masked"),
            Self::Placeholder { text } => write!(f, "the capture contains {text} in place of a value"),
            Self::SearchCut => f.write_str("the text was too long to be searched completely"),
            Self::CharactersLost => f.write_str("some characters of the body may be lost in the capture"),
            Self::TypesGuessed => {
                f.write_str("the capture does not distinguish numbers from strings; the types were guessed")
            }
        }
    }
}
