//! Notices to a screen or to NDJSON: the only place of the program that prints.
//!
//! Uses: `zoom`, `delivery`, `notice`, `summary`. Used by: `session`, `settings`, `commands`.

use hyper::header::HeaderName;

/// How to report.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For a person or for a program.
    pub format: Format,
    /// A line an event.
    pub compact: bool,
    /// Each event with its request's headers.
    pub headers: bool,
    /// Nothing on stderr.
    pub quiet: bool,
    /// Whether to colour.
    pub color: Color,
    /// Headers whose values are masked, besides those that are always.
    pub masked_headers: Vec<HeaderName>,
}

/// For whom the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A person at a terminal.
    Pretty,
    /// A program: one JSON object a line.
    Json,
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR`, `TERM=dumb` or `CLICOLOR_FORCE` say otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
