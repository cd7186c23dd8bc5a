//! A request in its source, or why it cannot be read.

use std::io;
use std::sync::Arc;

use super::{Inspection, Verdict};
use crate::capture::{Format, ReadError};
use crate::diagnosis::Code;

/// What became of one request of a source, or of a source without any.
#[derive(Debug)]
pub struct Outcome {
    /// The source as the user knows it: a path, or `-`.
    pub source: Arc<str>,
    /// Which request of its source it is, from 0.
    pub index: usize,
    /// The verdict, or why there is none.
    pub result: Result<Box<Inspection>, Unreadable>,
}

/// Why a source, or a part of it, could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The source cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a folder, and folders were not asked for.
    #[error("is a folder; --recursive reads the captures in it")]
    Folder,
    /// A body alone: the signature is in a header.
    #[error(
        "is a body without headers, and the signature is one; give both: --body {file} --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'"
    )]
    BodyAlone {
        /// The source.
        file: String,
    },
    /// It is like no format that is read here.
    #[error("is like no format that zoomhook reads; --input FORMAT says what it is")]
    Unrecognised,
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// What was read is not what the format asks for.
    #[error("{0}")]
    Capture(#[from] ReadError),
    /// Well-formed, but there is no request in it.
    #[error("no request in it; expected {} ({format})", format.expected())]
    NoRequest {
        /// The format it was read as.
        format: Format,
    },
}

impl Outcome {
    /// The verdict in a word; what cannot be read is unknown.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.result.as_ref().map_or(Verdict::Unknown, |inspection| inspection.verdict())
    }

    /// The cause's stable name, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.result.as_ref().ok()?.diagnosis.verdict.code()
    }
}
