//! A log with two JSON values: the headers, then the body. Many guides log a request like this.

use super::super::blocks;
use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::strip_ansi;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "express-log",
    title: "log with JSON blocks",
    keeps: "Headers, and the parsed body.",
    loses: "The text of the body, if the logger parsed and re-serialized it.",
    expected: "a JSON object with headers and another with the body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let json = |line: &[u8]| line.windows(6).any(|w| w.eq_ignore_ascii_case(b"\"x-zm-"));
    let signed = sample.lines().any(json);
    Confidence::Fallback.when(signed)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let text = strip_ansi(&record.bytes);
    blocks::requests(&text, record, context).into_iter().map(Ok).collect()
}
