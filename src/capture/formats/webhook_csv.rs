//! A table of requests in CSV, as webhook.site exports it. Headers are in one column, or in one column each.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::{csv, time};
use super::super::{Body, Capture, shape};

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

const BODY: [&str; 6] = ["content", "body", "request_body", "raw_body", "rawbody", "payload"];
const HEADERS: [&str; 3] = ["headers", "request_headers", "header"];
const METHOD: [&str; 2] = ["method", "request_method"];
const TARGET: [&str; 3] = ["url", "path", "request_url"];
const TIME: [&str; 6] = ["created_at", "date", "time", "timestamp", "received_at", "sorting"];
const REMOTE: [&str; 3] = ["ip", "remote_addr", "client_ip"];

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let Some((_, names)) = csv::rows(sample.lines().next().unwrap_or_default()).into_iter().next() else {
        return Confidence::No;
    };
    let columns = Columns::new(&names);
    Confidence::Certain.when(names.len() > 1 && columns.find(&BODY).is_some() && columns.has_headers())
}

/// The names of the columns, in lowercase.
struct Columns(Vec<String>);

impl Columns {
    fn new(names: &[Vec<u8>]) -> Self {
        Self(names.iter().map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase()).collect())
    }

    fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.0.iter().position(|column| column == name))
    }

    fn has_headers(&self) -> bool {
        self.find(&HEADERS).is_some() || self.0.iter().any(|column| column.ends_with("x-zm-signature"))
    }
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let mut rows = csv::rows(&record.bytes).into_iter();
    let Some((_, names)) = rows.next() else { return Vec::new() };
    let columns = Columns::new(&names);
    let Some(body) = columns.find(&BODY).filter(|_| columns.has_headers()) else {
        return vec![Err(context.expected(record, 0, READER.expected))];
    };
    rows.map(|(at, row)| {
        let mut capture = Capture::new(context.format, context.place_at(record, at));
        let text = |names: &[&str]| {
            let field = row.get(columns.find(names)?)?;
            (!field.is_empty()).then(|| String::from_utf8_lossy(field).into_owned())
        };
        (capture.method, capture.target) = (text(&METHOD), text(&TARGET));
        (capture.remote, capture.captured_at) = (text(&REMOTE), text(&TIME).and_then(|t| time::parse(&t)));
        if let Some(headers) = columns.find(&HEADERS).and_then(|column| row.get(column)) {
            capture.headers = shape::headers_in_text(headers);
        } else {
            let names = columns.0.iter().map(|name| name.rsplit('.').next().unwrap_or(name));
            capture.headers = names.zip(&row).filter(|(_, value)| !value.is_empty()).collect();
        }
        capture.body = row.get(body).map_or_else(Body::absent, |text| Body::reconstructed(text.clone()));
        Ok(capture)
    })
    .collect()
}
