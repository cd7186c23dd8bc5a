//! A source of captures: cut into records, each record parsed.

use std::io::BufRead;

use super::record::{Files, ParseContext, Record, RecordLimits, no_request};
use super::{Capture, Format, Place, ReadError, settle, split};

/// Cuts a source into records. The iterator ends after an error of reading.
pub fn records<'a>(
    input: impl BufRead + 'a,
    format: Format,
    limits: RecordLimits,
) -> impl Iterator<Item = Result<Record, ReadError>> + 'a {
    split::cut(Box::new(input), format, limits)
}

/// The requests in a record. An empty list is no error: logs have lines of other kinds.
#[must_use]
pub fn parse(record: &Record, format: Format, files: &Files<'_>) -> Vec<Result<Capture, ReadError>> {
    let mut parsed = (format.reader().parse)(record, &ParseContext::new(format, files));
    for (index, capture) in parsed.iter_mut().flatten().enumerate() {
        capture.place.index = index;
        settle::settle(capture);
    }
    parsed
}

/// The requests of a source, one after another. A source without any gives one error that says so.
pub fn read<'a>(
    input: impl BufRead + 'a,
    format: Format,
    limits: RecordLimits,
    files: &'a Files<'a>,
) -> impl Iterator<Item = Result<Capture, ReadError>> + 'a {
    let mut count = 0;
    let mut seen = false;
    let found = records(input, format, limits).flat_map(move |record| match record {
        Ok(record) => parse(&record, format, files),
        Err(error) => vec![Err(error)],
    });
    found.map(Some).chain(std::iter::once(None)).filter_map(move |item| {
        let item = match item {
            Some(item) => item,
            None if seen => return None,
            None => Err(no_request(format, Place { line: 1, ..Place::default() })),
        };
        seen = true;
        Some(item.map(|mut capture| {
            capture.place.index = count;
            count += 1;
            capture
        }))
    })
}
