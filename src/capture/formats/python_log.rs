//! Headers and body printed by Python's `print`: the `repr` of a dict, a string or bytes.

use super::super::blocks;
use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::strip_ansi;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "python-log",
    title: "Python repr",
    keeps: "Headers. The body is exact if it was printed as bytes or as a string.",
    loses: "The text of the body, if a dict was printed.",
    expected: "a dict of headers and a dict, str or bytes with the body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let marks = [
        "'x-zm-signature': '",
        "('x-zm-signature', '",
        "'http_x_zm_signature': '",
        "'x-zm-request-timestamp': '",
    ];
    Confidence::Likely.when(marks.iter().any(|mark| sample.contains(mark)))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let text = strip_ansi(&record.bytes);
    blocks::requests(&text, record, context).into_iter().map(Ok).collect()
}
