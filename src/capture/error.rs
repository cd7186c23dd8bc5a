//! Why a source, or a part of it, could not be read.

use std::io;

use super::{Format, Place};

/// What failed, where, and what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source itself could not be read.
    #[error("reading failed at {place}: {source}")]
    Io {
        /// The position of the failure.
        place: Place,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A record, or a document that cannot be split, is larger than the limit.
    #[error(
        "{place}: the {format} record is larger than the limit of {limit} bytes; split the file into parts"
    )]
    TooLarge {
        /// Where the record begins.
        place: Place,
        /// The limit in bytes.
        limit: usize,
        /// The format of the source.
        format: Format,
    },
    /// The text does not match the format at this position.
    #[error("line {line}, column {column}: expected {expected} ({format})")]
    Syntax {
        /// The line, from 1.
        line: u64,
        /// The column in bytes, from 1.
        column: u64,
        /// What the format requires there.
        expected: String,
        /// The format of the source.
        format: Format,
    },
    /// The source is well-formed but contains no request.
    #[error("{place}: no request found; expected {expected} ({format})")]
    NoRequest {
        /// Where a request was expected.
        place: Place,
        /// What a request looks like in this format.
        expected: &'static str,
        /// The format of the source.
        format: Format,
    },
}

impl ReadError {
    /// Whether reading stops at this error.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::TooLarge { .. })
    }
}
