//! One captured request, and where it stood.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Body, Format, Headers, Note};

/// A request as some tool recorded it.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The request's method, where the format holds it.
    pub method: Option<String>,
    /// Path and query, or the whole URL: as the format has it.
    pub target: Option<String>,
    /// The headers; [`Note::NoHeaders`] tells a format that holds none from a request that had none.
    pub headers: Headers,
    /// The body, with what else it may have been.
    pub body: Body,
    /// When the request was recorded, by the capture's own account.
    pub captured_at: Option<SystemTime>,
    /// What was answered, where the capture holds it.
    pub response: Option<CapturedResponse>,
    /// The address of the other end, as the tool wrote it.
    pub remote: Option<String>,
    /// The format that it was read as.
    pub format: Format,
    /// Where it stood.
    pub place: Place,
    /// What was lost on the way, and what was decoded.
    pub notes: Vec<Note>,
}

/// The answer beside a captured request.
#[derive(Debug, Clone)]
pub struct CapturedResponse {
    /// The HTTP status, where the format holds it.
    pub status: Option<u16>,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Body,
    /// The time from request to answer, where the format holds it.
    pub took: Option<Duration>,
}

/// Where a request stood in its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which request of its source it is, from 0. From [`super::parse`] alone: which of its record.
    pub index: usize,
    /// The line on which its record begins, from 1.
    pub line: u64,
    /// The byte at which its record begins, from 0.
    pub offset: u64,
}

/// Such as `line 12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)
    }
}

impl Capture {
    /// An empty capture, to be filled by a reader.
    pub(super) fn new(format: Format, place: Place) -> Self {
        Self {
            method: None,
            target: None,
            headers: Headers::new(),
            body: Body::absent(),
            captured_at: None,
            response: None,
            remote: None,
            format,
            place,
            notes: Vec::new(),
        }
    }

    /// Adds a note unless it is there already.
    pub(super) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

impl CapturedResponse {
    /// An answer of which nothing is known yet.
    pub(super) fn new() -> Self {
        Self { status: None, headers: Headers::new(), body: Body::absent(), took: None }
    }
}
