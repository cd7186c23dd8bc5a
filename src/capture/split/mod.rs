//! Splits a source into records with bounded memory. [`cut`] is the entry point.
//!
//! | file | purpose |
//! | --- | --- |
//! | `values.rs` | splits after every JSON value; a top-level list is split into its items |
//! | `messages.rs` | splits before every HTTP request line |
//! | `reader.rs` | counts lines and bytes, enforces limits, decodes UTF-16 |

mod messages;
mod reader;
mod values;

use std::io::BufRead;

use reader::SourceReader;

use super::record::{Record, RecordLimits};
use super::{Format, ReadError};

/// How the sources of a format are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The whole document is one record.
    Whole,
    /// A line is a record. Blank lines are skipped.
    Lines,
    /// A JSON value is a record. Each item of a top-level list is a record too.
    Values,
    /// An HTTP request and the response that follows it are a record.
    Messages,
}

type Records<'a> = Box<dyn Iterator<Item = Result<Record, ReadError>> + 'a>;

/// Splits a source by the rule of its format.
pub(super) fn cut<'a>(input: Box<dyn BufRead + 'a>, format: Format, limits: RecordLimits) -> Records<'a> {
    let cut = format.reader().cut;
    let limit = if matches!(cut, Cut::Whole | Cut::Values) { limits.document } else { limits.record };
    let reader = reader::SourceReader::new(input, format, limit);
    match cut {
        Cut::Whole => records(reader, reader::SourceReader::whole),
        Cut::Lines => records(reader, next_line),
        Cut::Messages => records(reader, messages::next),
        Cut::Values => {
            let mut state = values::State::default();
            records(reader, move |reader| values::next(reader, &mut state))
        }
    }
}

/// Calls `next` until it returns `None` or an error, and numbers the records.
fn records<'a>(
    mut reader: reader::SourceReader<'a>,
    mut next: impl FnMut(&mut reader::SourceReader<'a>) -> Result<Option<Record>, ReadError> + 'a,
) -> Records<'a> {
    let mut failed = false;
    let mut index = 0;
    Box::new(std::iter::from_fn(move || {
        if failed {
            return None;
        }
        let mut item = next(&mut reader).transpose();
        failed = matches!(item, Some(Err(_)));
        if let Some(Ok(record)) = &mut item {
            record.place.index = index;
            index += 1;
        }
        item
    }))
}

/// The next line that is not blank, without its line ending.
fn next_line(reader: &mut SourceReader<'_>) -> Result<Option<Record>, ReadError> {
    loop {
        let mut record = reader.record();
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
