//! Reads a source in pieces, counting lines and bytes, within a limit.

use std::io::{self, BufRead, Cursor, Read};

use super::super::detect::as_utf8;
use super::super::source::Record;
use super::super::{Format, Place, ReadError};

/// A source and where it stands.
pub(super) struct Reader<'a> {
    input: Box<dyn BufRead + 'a>,
    format: Format,
    limit: usize,
    place: Place,
    started: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: Box<dyn BufRead + 'a>, format: Format, limit: usize) -> Self {
        let place = Place { index: 0, line: 1, offset: 0 };
        Self { input, format, limit, place, started: false }
    }

    /// Where the next byte stands.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The next bytes, without taking them; none at the end.
    pub(super) fn peek(&mut self) -> Result<&[u8], ReadError> {
        self.start()?;
        let place = self.place;
        // Interrupted reads are tried again by `fill_buf`'s callers in std, not by itself.
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(ReadError::Io { place, source }),
                Ok(_) => break,
            }
        }
        self.input.fill_buf().map_err(|source| ReadError::Io { place, source })
    }

    /// Takes `count` of the bytes that [`Self::peek`] gave and appends them.
    pub(super) fn take(&mut self, count: usize, to: &mut Record) -> Result<(), ReadError> {
        let before = to.bytes.len();
        let bytes = self.peek()?;
        to.bytes.extend_from_slice(&bytes[..count.min(bytes.len())]);
        self.taken(before, to, count)
    }

    /// Leaves `count` of the bytes that [`Self::peek`] gave out.
    pub(super) fn skip(&mut self, count: usize) -> Result<(), ReadError> {
        let bytes = self.peek()?;
        let count = count.min(bytes.len());
        let lines = count_lines(&bytes[..count]);
        self.input.consume(count);
        self.place.line += lines;
        self.place.offset += count as u64;
        Ok(())
    }

    /// Appends everything up to the next line end, that included; `false` at the end of the source.
    pub(super) fn line(&mut self, to: &mut Record) -> Result<bool, ReadError> {
        self.start()?;
        let before = to.bytes.len();
        let room = (self.limit + 1).saturating_sub(before) as u64;
        let place = self.place;
        let read = self.input.by_ref().take(room).read_until(b'\n', &mut to.bytes);
        let count = read.map_err(|source| ReadError::Io { place, source })?;
        self.place.offset += count as u64;
        self.place.line += u64::from(to.bytes.len() > before && to.bytes.ends_with(b"\n"));
        self.check(to)?;
        Ok(count > 0)
    }

    /// Appends the next `count` bytes, or as many as there are.
    pub(super) fn exactly(&mut self, count: u64, to: &mut Record) -> Result<(), ReadError> {
        self.start()?;
        let before = to.bytes.len();
        let room = (self.limit + 1).saturating_sub(before) as u64;
        let place = self.place;
        let read = self.input.by_ref().take(count.min(room)).read_to_end(&mut to.bytes);
        read.map_err(|source| ReadError::Io { place, source })?;
        self.place.offset += (to.bytes.len() - before) as u64;
        self.place.line += count_lines(&to.bytes[before..]);
        self.check(to)
    }

    /// Everything that is left, as one record; nothing if it is blank.
    pub(super) fn whole(&mut self) -> Result<Option<Record>, ReadError> {
        self.start()?;
        let mut record = Record { bytes: Vec::new(), place: self.place };
        self.exactly(u64::MAX, &mut record)?;
        Ok((!record.bytes.trim_ascii().is_empty()).then_some(record))
    }

    /// Puts bytes back, so that they come again. They must be the last ones read.
    pub(super) fn put_back(&mut self, bytes: Vec<u8>) {
        self.place.offset = self.place.offset.saturating_sub(bytes.len() as u64);
        self.place.line = self.place.line.saturating_sub(count_lines(&bytes));
        let rest = std::mem::replace(&mut self.input, Box::new(io::empty()));
        self.input = Box::new(Cursor::new(bytes).chain(rest));
    }

    /// What was expected where the source stands.
    pub(super) fn expected(&self, expected: &str) -> ReadError {
        ReadError::Syntax {
            line: self.place.line,
            column: 1,
            expected: expected.to_owned(),
            format: self.format,
        }
    }

    fn taken(&mut self, before: usize, to: &Record, count: usize) -> Result<(), ReadError> {
        self.input.consume(count);
        self.place.offset += count as u64;
        self.place.line += count_lines(&to.bytes[before..]);
        self.check(to)
    }

    fn check(&self, record: &Record) -> Result<(), ReadError> {
        if record.bytes.len() > self.limit {
            return Err(ReadError::TooLarge { place: record.place, limit: self.limit, format: self.format });
        }
        Ok(())
    }

    /// Before the first byte: leaves a byte order mark out, and turns UTF-16 into UTF-8. PowerShell's `>` writes
    /// UTF-16; such files are small, so that they are read as a whole.
    fn start(&mut self) -> Result<(), ReadError> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let failed = |source| ReadError::Io { place: Place::default(), source };
        let mut mark = Vec::new();
        self.input.by_ref().take(3).read_to_end(&mut mark).map_err(failed)?;
        if mark.starts_with(&[0xff, 0xfe]) || mark.starts_with(&[0xfe, 0xff]) {
            let limit = self.limit as u64 + 1;
            self.input.by_ref().take(limit).read_to_end(&mut mark).map_err(failed)?;
            if mark.len() > self.limit {
                return Err(ReadError::TooLarge {
                    place: self.place,
                    limit: self.limit,
                    format: self.format,
                });
            }
            mark = as_utf8(&mark).into_owned();
        } else if mark == b"\xef\xbb\xbf" {
            mark.clear();
        }
        let rest = std::mem::replace(&mut self.input, Box::new(io::empty()));
        self.input = Box::new(Cursor::new(mark).chain(rest));
        Ok(())
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}
