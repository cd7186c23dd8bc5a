//! Objects printed by Node's `console.log`, in the format of `util.inspect`.

use super::super::blocks;
use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::strip_ansi;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "node-log",
    title: "console.log output",
    keeps: "Headers, and the parsed body.",
    loses: "The text of the body. Also values deeper than two levels, unless the logger set a depth.",
    expected: "an object with headers and another with the body, as console.log prints them",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    // Node prints names without quotes. Python and JSON quote them.
    let bare = |line: &[u8]| {
        let line = line.trim_ascii_start();
        let line = line.strip_prefix(b"{ ").unwrap_or(line);
        let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        name > 0 && matches!(line.get(name..name + 3), Some(b": '" | b": \"" | b": {"))
    };
    let signed = sample.contains("'x-zm-");
    Confidence::Likely.when(signed && sample.contains("{") && sample.lines().any(bare))
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let text = strip_ansi(&record.bytes);
    blocks::requests(&text, record, context).into_iter().map(Ok).collect()
}
