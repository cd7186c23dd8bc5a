//! The values that programs printed into a text: JSON, and what Node, Python and PHP print. [`values`] is the entry
//! point.

use super::super::syntax::http;
use crate::json::php;
use crate::json::printed;
use crate::json::{self, JsonExpected, JsonKind, JsonValue};

/// Limit on bytes that are read without finding a value: four times the text plus 1 MiB. It bounds the time for
/// text that only looks like values.
const READ_BUDGET: (usize, usize) = (4, 1 << 20);

/// Limit on failed attempts to read a value in one line.
const TRIES: usize = 32;

/// A value in a text.
pub(super) struct PrintedValue<'t> {
    /// Where it begins.
    pub(super) at: usize,
    pub(super) node: JsonValue<'t>,
    /// Whether it is JSON as written, so that its text may be what was sent.
    pub(super) is_json: bool,
}

/// The values in a text.
pub(super) fn values(text: &[u8]) -> Vec<PrintedValue<'_>> {
    let mut found = Vec::new();
    let mut budget = text.len().saturating_mul(READ_BUDGET.0).saturating_add(READ_BUDGET.1);
    let mut line_start = 0;
    while line_start < text.len() && budget > 0 {
        let (line, next) = http::line(text, line_start);
        let line_end = line_start + line.len();
        line_start = next;
        let mut from = line_end - line.len();
        let mut tries = 0;
        while tries < TRIES {
            let Some(at) = next_beginning(text, from, line_end) else { break };
            match value_at(text, at, &mut budget) {
                Some((node, end, is_json)) => {
                    // What is quoted may be a value itself, in quotes that have no escapes.
                    let is_quoted = !is_json && matches!(node.kind, JsonKind::Text(_));
                    found.push(PrintedValue { at, node, is_json });
                    if is_quoted {
                        from = at + 1;
                        continue;
                    }
                    from = end;
                    // A value may end on a later line.
                    if end > line_end {
                        line_start = end;
                        break;
                    }
                }
                None => (from, tries) = (at + 1, tries + 1),
            }
        }
    }
    found
}

/// The first position between `from` and `to` where a value may begin.
fn next_beginning(text: &[u8], from: usize, to: usize) -> Option<usize> {
    const WORDS: [&[u8]; 10] = [
        b"b'",
        b"b\"",
        b"Headers(",
        b"EnvironHeaders(",
        b"ImmutableMultiDict(",
        b"<Buffer ",
        b"array(",
        b"Array",
        b"string(",
        b"<ref *",
    ];
    (from..to).find(|at| {
        let rest = &text[*at..];
        match rest[0] {
            b'{' | b'[' => true,
            b'\'' | b'"' | b'`' => rest[1..].trim_ascii_start().first() == Some(&b'{'),
            b'b' | b'H' | b'E' | b'I' | b'<' | b'a' | b'A' | b's' => {
                WORDS.iter().any(|word| rest.starts_with(word))
            }
            _ => false,
        }
    })
}

/// Reads the value at a position. Returns it with its end.
type ParsePrefix = for<'t> fn(&'t [u8], usize) -> Result<(JsonValue<'t>, usize), JsonExpected>;

/// The parsers to try, and whether each one reads strict JSON.
const PARSERS: [(ParsePrefix, bool); 2] = [(json::parse_prefix, true), (printed::parse_prefix, false)];

/// The value at this position: PHP if its words begin here, else strict JSON, else what Node or Python prints.
fn value_at<'t>(text: &'t [u8], at: usize, budget: &mut usize) -> Option<(JsonValue<'t>, usize, bool)> {
    const PHP: [&[u8]; 3] = [b"array(", b"Array", b"string("];
    if PHP.iter().any(|word| text[at..].starts_with(word)) {
        let (node, end) = php::parse_prefix(text, at, budget)?;
        return Some((node, end, false));
    }
    for (parse_prefix, is_json) in PARSERS {
        match parse_prefix(text, at) {
            // A quote before a value that has quotes of its own.
            Ok((node, end)) if is_torn(&node) => *budget = budget.saturating_sub(end - at),
            Ok((node, end)) => return Some((node, end, is_json)),
            Err(error) => *budget = budget.saturating_sub(error.at.saturating_sub(at) + 1),
        }
    }
    None
}

/// Whether a string begins with a brace and does not end with one.
fn is_torn(node: &JsonValue<'_>) -> bool {
    matches!(&node.kind, JsonKind::Text(text) if text.trim_ascii_end().last() != Some(&b'}'))
}
