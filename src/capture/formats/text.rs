//! Any text that contains the parts of requests: a log, a forum post, a dump. See `search`.

use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record, no_request};
use super::super::search;
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "text",
    title: "found in the text",
    expected: "a signature, a timestamp and a JSON body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(text: &[u8]) -> bool {
    !text.is_empty()
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let found = search::captures(record, context.files);
    if found.is_empty() {
        return vec![Err(no_request(context.format, record.place))];
    }
    found.into_iter().map(Ok).collect()
}
