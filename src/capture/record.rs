//! A record: a part of a source that is parsed on its own, and the context for parsing it.

use std::cell::Cell;
use std::io;

use super::syntax::http;
use super::{Capture, Format, Place, ReadError};
use crate::json::{self, JsonExpected, JsonValue};

/// Reads a file that a capture names, as `curl -d @body.json` does.
pub type Files<'a> = dyn Fn(&str) -> io::Result<Vec<u8>> + Sync + 'a;

/// Size limits, which bound the memory.
#[derive(Debug, Clone, Copy)]
pub struct RecordLimits {
    /// Maximum bytes of a record in formats that are read record by record.
    pub record: usize,
    /// Maximum bytes of a document that is read as a whole, such as HAR.
    pub document: usize,
}

/// 64 MiB a record: far larger than any webhook. 512 MiB a document: about an hour of a busy page's HAR; parsing
/// takes about twice that in memory.
impl Default for RecordLimits {
    fn default() -> Self {
        Self { record: 64 << 20, document: 512 << 20 }
    }
}

/// A part of a source that can be parsed on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its bytes; UTF-8 if the format is text.
    pub bytes: Vec<u8>,
    /// Where it begins. `place.index` is the number of the record.
    pub place: Place,
}

/// What parsing a record needs in addition to the record.
pub(super) struct ParseContext<'a> {
    pub(super) format: Format,
    /// Reads the files that the record names.
    pub(super) files: &'a Files<'a>,
    /// The byte up to which newlines were counted, and their number.
    counted: Cell<(usize, u64)>,
}

/// The requests of a record, or why a request cannot be read.
pub(super) type Parsed = Vec<Result<Capture, ReadError>>;

/// The error for a source or record without a request.
pub(super) fn no_request(format: Format, place: Place) -> ReadError {
    ReadError::NoRequest { place, expected: format.reader().expected, format }
}

impl<'a> ParseContext<'a> {
    pub(super) fn new(format: Format, files: &'a Files<'a>) -> Self {
        Self { format, files, counted: Cell::default() }
    }

    /// An error at a byte of the record.
    pub(super) fn expected(&self, record: &Record, at: usize, expected: impl Into<String>) -> ReadError {
        let before = &record.bytes[..at.min(record.bytes.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        ReadError::Syntax {
            line: self.place_at(record, at).line,
            column: (before.len() - line_start) as u64 + 1,
            expected: expected.into(),
            format: self.format,
        }
    }

    /// The place of a byte of the record. Readers ask in ascending order, so lines are counted only once.
    pub(super) fn place_at(&self, record: &Record, at: usize) -> Place {
        let at = at.min(record.bytes.len());
        let (mut from, mut lines) = self.counted.get();
        if from > at {
            (from, lines) = (0, 0);
        }
        lines += memchr::memchr_iter(b'\n', &record.bytes[from..at]).count() as u64;
        self.counted.set((at, lines));
        Place { index: 0, line: record.place.line + lines, offset: record.place.offset + at as u64 }
    }

    /// The record as one JSON value.
    pub(super) fn json<'r>(&self, record: &'r Record) -> Result<JsonValue<'r>, ReadError> {
        json::parse(&record.bytes).map_err(|JsonExpected { at, what }| self.expected(record, at, what))
    }
}

impl Record {
    /// Where a slice of this record's bytes begins.
    pub(super) fn offset_of(&self, slice: &[u8]) -> usize {
        (slice.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize).min(self.bytes.len())
    }

    /// The line at `from` without its line ending, and the start of the next line.
    pub(super) fn line(&self, from: usize) -> (&[u8], usize) {
        http::line(&self.bytes, from)
    }
}
