//! A captured request and its place in the source.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Body, BodyFidelity, Format, FoundPlaces, Headers, Note};

/// A request that a tool recorded.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The method, if the format has it.
    pub method: Option<String>,
    /// Path and query, or the whole URL, depending on the format.
    pub target: Option<String>,
    /// The headers. If there are none, `notes` contains [`Note::NoHeaders`].
    pub headers: Headers,
    /// The body, with other candidates for the bytes that were sent.
    pub body: Body,
    /// When the request was recorded, according to the capture.
    pub captured_at: Option<SystemTime>,
    /// The response, if the capture has it.
    pub response: Option<CapturedResponse>,
    /// The address of the sender, as the tool wrote it.
    pub remote: Option<String>,
    /// The format of the source.
    pub format: Format,
    /// Its place in the source.
    pub place: Place,
    /// Where its parts were found, if they were searched in a text.
    pub found: Option<FoundPlaces>,
    /// What the capture lost, and what was decoded.
    pub notes: Vec<Note>,
}

impl Capture {
    /// Whether zoomhook's own listener recorded the body: the bytes that arrived. An imported body is another tool's.
    #[must_use]
    pub fn is_as_received(&self) -> bool {
        self.format == Format::Zoomhook && self.body.fidelity == BodyFidelity::Original
    }
}

/// The response to a captured request.
#[derive(Debug, Clone)]
pub struct CapturedResponse {
    /// The HTTP status, if the format has it.
    pub status: Option<u16>,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Body,
    /// The time from request to response, if the format has it.
    pub took: Option<Duration>,
}

/// The place of a request in its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The number of the request in its source, from 0. After [`super::parse`]: its number in the record.
    pub index: usize,
    /// The line where it begins, from 1.
    pub line: u64,
    /// The byte where it begins, from 0.
    pub offset: u64,
}

/// Writes `line 12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)
    }
}

impl Capture {
    /// An empty capture.
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
            found: None,
            notes: Vec::new(),
        }
    }

    /// Adds a note, unless an equal note exists.
    pub(super) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

impl CapturedResponse {
    /// An empty response.
    pub(super) fn new() -> Self {
        Self { status: None, headers: Headers::new(), body: Body::absent(), took: None }
    }
}
