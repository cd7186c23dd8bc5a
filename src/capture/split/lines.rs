//! A line is a record.

use super::super::ReadError;
use super::super::record::Record;
use super::reader::Reader;

/// The next line that is not blank, without its end.
pub(super) fn next(reader: &mut Reader<'_>) -> Result<Option<Record>, ReadError> {
    loop {
        let mut record = Record { bytes: Vec::new(), place: reader.place() };
        if !reader.line(&mut record)? {
            return Ok(None);
        }
        let length = record.bytes.trim_ascii_end().len();
        record.bytes.truncate(length);
        if length > 0 {
            return Ok(Some(record));
        }
    }
}
