//! What a reader did to a request, or found missing in it.

use std::fmt;

/// Something about a captured request that its verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The format, or this capture, holds no headers.
    NoHeaders,
    /// The body came in chunks and was put together.
    Dechunked,
    /// The chunks end before the last one.
    ChunksCut,
    /// A content-encoding was taken off the body.
    Decompressed {
        /// Such as `gzip`.
        encoding: String,
    },
    /// The headers name a content-encoding that the body does not have, or that is not known here.
    NotDecompressed {
        /// As in the header.
        encoding: String,
        /// What stood in the way.
        why: &'static str,
    },
    /// The body was base64 in the capture.
    Base64,
    /// A line end after the `content-length` bytes of the body was left out: an editor's.
    FinalNewlineCut,
    /// The capture holds more than `content-length` says.
    Surplus {
        /// Bytes beyond the length.
        bytes: u64,
    },
    /// Line ends in the body were changed on the way and were changed back: the length then fits.
    LineEndsRestored,
    /// `content-length` says more than the capture holds.
    Truncated {
        /// Bytes that the header says.
        expected: u64,
        /// Bytes in the capture.
        found: u64,
    },
    /// The tool that made the capture left the body's end out.
    Abbreviated {
        /// What it wrote instead.
        mark: String,
    },
    /// A header's value was masked by the tool that made the capture.
    Redacted {
        /// The header's name.
        header: String,
    },
    /// A file that the command names could not be read.
    FileUnreadable {
        /// As named.
        name: String,
        /// The system's reason.
        reason: String,
    },
    /// The body was read from a file that the command names.
    FileRead {
        /// As named.
        name: String,
    },
    /// A variable of the tool stands where its value was.
    Placeholder {
        /// Such as `{{body}}`.
        text: String,
    },
    /// Characters were lost: the capture holds U+FFFD, or a point, for what it could not show.
    CharactersLost,
    /// The body is a form or an upload that was put together from its fields.
    FromFields,
    /// Numbers and texts look alike in the capture; which is which was guessed.
    TypesGuessed,
}

/// A sentence without its full stop.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeaders => f.write_str("the capture holds no headers"),
            Self::Dechunked => f.write_str("the body came in chunks and was put together"),
            Self::ChunksCut => f.write_str("the last chunk of the body is missing"),
            Self::Decompressed { encoding } => {
                write!(f, "the body was {encoding}-compressed and was unpacked")
            }
            Self::NotDecompressed { encoding, why } => {
                write!(f, "the headers say content-encoding {encoding}; the body was left as it is: {why}")
            }
            Self::Base64 => f.write_str("the body was base64 in the capture and was decoded"),
            Self::FinalNewlineCut => {
                f.write_str("a line end after the body was left out, as content-length says")
            }
            Self::Surplus { bytes } => {
                write!(f, "the capture holds {bytes} bytes more than content-length says")
            }
            Self::LineEndsRestored => {
                f.write_str("line ends in the body were changed back, so that content-length fits")
            }
            Self::Truncated { expected, found } => {
                write!(f, "content-length says {expected} bytes, the capture holds {found}")
            }
            Self::Abbreviated { mark } => write!(f, "the tool left a part of the body out: {mark}"),
            Self::Redacted { header } => write!(f, "the tool masked the value of {header}"),
            Self::FileUnreadable { name, reason } => write!(f, "the file {name} could not be read: {reason}"),
            Self::FileRead { name } => write!(f, "the body was read from the file {name}"),
            Self::Placeholder { text } => write!(f, "{text} stands where a value was"),
            Self::CharactersLost => f.write_str("characters of the body were lost in the capture"),
            Self::FromFields => f.write_str("the body was put together from form fields"),
            Self::TypesGuessed => {
                f.write_str("the capture does not tell numbers from texts: that was guessed")
            }
        }
    }
}
