//! Reads a source in pieces, counts lines and bytes, and enforces a size limit.

use std::io::{self, BufRead, Read};

use memchr::{memchr, memchr_iter};

use super::super::peel::encodings::as_utf8;
use super::super::record::Record;
use super::super::{Format, Place, ReadError};

/// A source and the current position in it.
pub(super) struct SourceReader<'a> {
    input: Box<dyn BufRead + 'a>,
    /// Bytes that were put back or decoded. They are read before `input`; the first `taken` are already consumed.
    carry: Vec<u8>,
    taken: usize,
    format: Format,
    limit: usize,
    place: Place,
    started: bool,
    /// The size of the record that was read last.
    last_size: usize,
}

/// Limit on the bytes that are set aside for a record.
const MOST_ROOM: usize = 64 << 10;

impl<'a> SourceReader<'a> {
    pub(super) fn new(input: Box<dyn BufRead + 'a>, format: Format, limit: usize) -> Self {
        let place = Place { index: 0, line: 1, offset: 0 };
        Self { input, carry: Vec::new(), taken: 0, format, limit, place, started: false, last_size: 0 }
    }

    /// A record that begins at the next byte. The records of a log have about the same size.
    pub(super) fn record(&self) -> Record {
        Record { bytes: Vec::with_capacity(self.last_size.min(MOST_ROOM)), place: self.place }
    }

    /// The next bytes, without consuming them. Empty at the end of the source.
    pub(super) fn peek(&mut self) -> Result<&[u8], ReadError> {
        self.start()?;
        if self.taken < self.carry.len() {
            return Ok(&self.carry[self.taken..]);
        }
        fill(&mut self.input).map_err(|source| ReadError::Io { place: self.place, source })
    }

    /// Consumes `count` of the bytes that [`Self::peek`] returned and appends them to the record.
    pub(super) fn take(&mut self, count: usize, to: &mut Record) -> Result<(), ReadError> {
        let before = to.bytes.len();
        to.bytes.extend_from_slice(&self.peek()?[..count]);
        self.last_size = to.bytes.len();
        self.consume(count, memchr_iter(b'\n', &to.bytes[before..]).count());
        if to.bytes.len() > self.limit {
            return Err(ReadError::TooLarge { place: to.place, limit: self.limit, format: self.format });
        }
        Ok(())
    }

    /// Consumes `count` of the bytes that [`Self::peek`] returned without storing them.
    pub(super) fn skip(&mut self, count: usize) -> Result<(), ReadError> {
        let lines = memchr_iter(b'\n', &self.peek()?[..count]).count();
        self.consume(count, lines);
        Ok(())
    }

    /// Appends the next line with its line ending. Returns `false` at the end of the source.
    pub(super) fn line(&mut self, to: &mut Record) -> Result<bool, ReadError> {
        let before = to.bytes.len();
        loop {
            let bytes = self.peek()?;
            let end = memchr(b'\n', bytes).map(|end| end + 1);
            let count = end.unwrap_or(bytes.len());
            self.take(count, to)?;
            if end.is_some() || count == 0 {
                return Ok(to.bytes.len() > before);
            }
        }
    }

    /// The rest of the source as one record; `None` if it is blank.
    pub(super) fn whole(&mut self) -> Result<Option<Record>, ReadError> {
        // A byte order mark does not count in the place.
        self.start()?;
        let mut record = self.record();
        loop {
            let count = self.peek()?.len();
            if count == 0 {
                return Ok((!record.bytes.trim_ascii().is_empty()).then_some(record));
            }
            self.take(count, &mut record)?;
        }
    }

    /// Puts bytes back, so that they are read again. They must be the last bytes taken.
    pub(super) fn put_back(&mut self, mut bytes: Vec<u8>) {
        self.place.offset = self.place.offset.saturating_sub(bytes.len() as u64);
        let lines = memchr_iter(b'\n', &bytes).count() as u64;
        self.place.line = self.place.line.saturating_sub(lines);
        bytes.extend_from_slice(&self.carry[self.taken..]);
        (self.carry, self.taken) = (bytes, 0);
    }

    /// An error at the current line.
    pub(super) fn expected(&self, expected: &str) -> ReadError {
        ReadError::Syntax {
            line: self.place.line,
            column: 1,
            expected: expected.to_owned(),
            format: self.format,
        }
    }

    fn consume(&mut self, count: usize, lines: usize) {
        if self.taken < self.carry.len() {
            self.taken += count;
        } else {
            self.input.consume(count);
        }
        self.place.offset += count as u64;
        self.place.line += lines as u64;
    }

    /// Removes a byte order mark and decodes UTF-16 before the first byte is read. PowerShell's `>` writes UTF-16.
    /// Such files are small, so they are read as a whole.
    fn start(&mut self) -> Result<(), ReadError> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let failed = |source| ReadError::Io { place: Place::default(), source };
        let mut mark = Vec::new();
        self.input.by_ref().take(3).read_to_end(&mut mark).map_err(failed)?;
        if mark.starts_with(&[0xff, 0xfe]) || mark.starts_with(&[0xfe, 0xff]) {
            self.input.by_ref().take(self.limit as u64 + 1).read_to_end(&mut mark).map_err(failed)?;
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
        self.carry = mark;
        Ok(())
    }
}

/// `fill_buf`, retried if a signal interrupted it.
fn fill<'b>(input: &'b mut Box<dyn BufRead + '_>) -> io::Result<&'b [u8]> {
    while let Err(error) = input.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    input.fill_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(bytes: &'static [u8], limit: usize) -> SourceReader<'static> {
        SourceReader::new(Box::new(io::BufReader::with_capacity(2, bytes)), Format::RawHttp, limit)
    }

    #[test]
    fn counts_lines_and_bytes_and_rereads_bytes_that_were_put_back() {
        let mut reader = reader(b"ab\ncd\nef", 100);
        let mut record = reader.record();
        assert!(reader.line(&mut record).unwrap() && reader.line(&mut record).unwrap());
        assert_eq!((reader.place.line, reader.place.offset), (3, 6));
        reader.put_back(record.bytes.split_off(3));
        assert_eq!((reader.place.line, reader.place.offset), (2, 3));
        assert_eq!(reader.whole().unwrap().unwrap().bytes, b"cd\nef");
    }

    #[test]
    fn enforces_the_limit_and_removes_byte_order_marks() {
        assert!(matches!(reader(b"abcdef", 5).whole(), Err(ReadError::TooLarge { limit: 5, .. })));
        assert_eq!(reader(b"\xef\xbb\xbfab", 5).whole().unwrap().unwrap().bytes, b"ab");
        assert_eq!(reader(b"\xff\xfea\0b\0", 9).whole().unwrap().unwrap().bytes, b"ab");
        assert!(reader(b" \n", 9).whole().unwrap().is_none());
    }
}
