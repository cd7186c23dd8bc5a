//! Why a source, or a part of it, could not be read as captured requests.

use std::io;

use super::{Format, Place};

/// What went wrong, where, and what was expected there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source itself could not be read.
    #[error("reading failed at {place}: {source}")]
    Io {
        /// Where reading stood.
        place: Place,
        /// The system's reason.
        source: io::Error,
    },
    /// A record, or a document that cannot be cut, is larger than the limit.
    #[error(
        "{place}: more than {limit} bytes without an end of the {format} record; cut the file into parts"
    )]
    TooLarge {
        /// Where the record begins.
        place: Place,
        /// The limit in bytes.
        limit: usize,
        /// The format it was read as.
        format: Format,
    },
    /// The text is not what the format asks for at this position.
    #[error("line {line}, column {column}: expected {expected} ({format})")]
    Syntax {
        /// The line, from 1.
        line: u64,
        /// The column in bytes, from 1.
        column: u64,
        /// What the format has there.
        expected: String,
        /// The format it was read as.
        format: Format,
    },
    /// The source is well-formed, but there is no request in it.
    #[error("{place}: no request here; expected {expected} ({format})")]
    NoRequest {
        /// Where it was looked for.
        place: Place,
        /// What a request looks like in this format.
        expected: &'static str,
        /// The format it was read as.
        format: Format,
    },
    /// A form of the format that is not read here.
    #[error("{place}: {what} is not supported; {instead}")]
    Unsupported {
        /// Where it stands.
        place: Place,
        /// The form met.
        what: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
}

impl ReadError {
    /// Whether nothing more can come from the source after this error.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::TooLarge { .. })
    }
}
