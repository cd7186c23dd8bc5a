//! Headers and body printed by PHP's `var_dump` or `print_r`.

use super::super::blocks;
use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::strip_ansi;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "php-log",
    title: "PHP dump",
    keeps: "Headers. The body is exact if it was printed as a string.",
    loses: "The text of a decoded body. print_r does not distinguish numbers from strings.",
    expected: "an array with headers and an array or string with the body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let printed = sample.contains("Array") && (sample.contains("[x-zm-") || sample.contains("[http_x_zm_"));
    let dumped =
        sample.contains("array(") && (sample.contains("[\"x-zm-") || sample.contains("[\"http_x_zm_"));
    Confidence::Likely.when(printed || dumped)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let text = strip_ansi(&record.bytes);
    let mut found = blocks::requests(&text, record, context);
    blocks::note_guesses(&text, &mut found);
    found.into_iter().map(Ok).collect()
}
