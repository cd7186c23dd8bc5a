//! A table of requests in CSV, as webhook.site exports it. Headers are in one column, or in one column each.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::peel::csv_rows;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::json;
use crate::json::JsonValue;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "csv",
    title: "CSV of requests",
    keeps: "The exported columns: method, URL, headers, the body as text, the time.",
    loses: "Bytes of the body that are not UTF-8.",
    expected: "a first row with column names, including headers and either content or body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let names = names(sample.lines().next().unwrap_or_default());
    let has = |word: &str| names.iter().any(|name| name.contains(word));
    let has_body = ["content", "body", "payload"].iter().any(|name| names.iter().any(|known| known.ends_with(name)));
    Confidence::Certain.when(names.len() > 1 && has_body && (has("headers") || has("x-zm-signature")))
}

/// The names of the columns, in lowercase, without the path before them.
fn names(row: &[u8]) -> Vec<String> {
    let cells = csv_rows(row).into_iter().next().map(|(_, cells)| cells).unwrap_or_default();
    let name = |cell: &Vec<u8>| String::from_utf8_lossy(cell).trim().to_ascii_lowercase();
    cells.iter().map(name).map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()).collect()
}

/// Reads each row as an object.
fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let names = names(record.line(0).0);
    let rows = csv_rows(&record.bytes).into_iter().skip(1);
    let requests = rows.flat_map(|(at, cells)| {
        let text = |cell: Vec<u8>| JsonValue::from(String::from_utf8_lossy(&cell).into_owned());
        let cells = names.iter().cloned().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let row = JsonValue::object(cells.map(|(name, cell)| (name, text(cell))));
        let mut found = json::requests(&row, record, context);
        found.iter_mut().for_each(|capture| capture.place = context.place_at(record, at));
        found
    });
    requests.map(Ok).collect()
}
