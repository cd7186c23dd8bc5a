//! Layers of logs and tables: the texts of one field in all rows, joined.

use super::{Layer, Map, Piece};
use crate::json::{self, JsonKind, JsonValue};

/// A log with a JSON value for each line, or a list of them: each field that is a string in all rows.
pub(super) const ROWS: Layer = Layer {
    name: "log entries",
    applies: |text| matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')),
    peel: |text| json_rows(text).map_or_else(Vec::new, |rows| fields(text, &rows)),
};

/// Comma-separated values: each column, joined.
pub(super) const CSV: Layer = Layer { name: "CSV", applies: is_csv, peel: columns };

/// The rows of a log: the values of the lines, or the items of the first list of objects.
fn json_rows(text: &[u8]) -> Option<Vec<JsonValue<'_>>> {
    if let Ok(document) = json::parse(text) {
        let list = if document.is_list() {
            Some(&document)
        } else {
            document.members().iter().map(|(_, value)| value).find(|value| is_rows(value))
        };
        return list.filter(|list| is_rows(list)).map(|list| list.items().to_vec());
    }
    let lines = text.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let rows: Result<Vec<_>, _> = lines.map(json::parse).collect();
    rows.ok().filter(|rows| rows.len() > 1 && rows.iter().all(JsonValue::is_object))
}

fn is_rows(value: &JsonValue<'_>) -> bool {
    value.items().len() > 1 && value.items().iter().all(JsonValue::is_object)
}

/// How deep in a row a field may be, as `jsonPayload.message` is.
const DEPTH: usize = 2;

fn fields(text: &[u8], rows: &[JsonValue<'_>]) -> Vec<Piece> {
    let Some(first) = rows.first() else { return Vec::new() };
    let mut paths = Vec::new();
    string_paths(first, &mut Vec::new(), &mut paths);
    let joined = paths.into_iter().filter_map(|path| {
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        for row in rows {
            let value = path.iter().try_fold(row, |value, name| value.get(name))?;
            let line = value.bytes().filter(|_| matches!(value.kind, JsonKind::Text(_)))?;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let start = row.raw.as_ptr() as usize - text.as_ptr() as usize;
            starts.extend(std::iter::repeat_n(start, memchr::memchr_iter(b'\n', line).count() + 1));
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        Some(Piece { bytes, map: Map::Rows(starts) })
    });
    joined.collect()
}

/// The paths of the strings in a row.
fn string_paths(value: &JsonValue<'_>, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    for (name, value) in value.members() {
        path.push(name.display().into_owned());
        match &value.kind {
            JsonKind::Text(_) => found.push(path.clone()),
            JsonKind::Object(_) if path.len() < DEPTH => string_paths(value, path, found),
            _ => {}
        }
        path.pop();
    }
}

/// Whether the first line may be the names of columns, or the first cell is quoted.
fn is_csv(text: &[u8]) -> bool {
    let first = text.split(|b| *b == b'\n').next().unwrap_or_default();
    memchr::memchr(b',', first).is_some()
        && !first.iter().any(|b| b"{}[]:".contains(b))
        && memchr::memchr(b'"', text).is_some()
}

fn columns(text: &[u8]) -> Vec<Piece> {
    let rows = csv_rows(text);
    let count = rows.first().map_or(0, |(_, cells)| cells.len());
    let column = |column: usize| {
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        for (start, cells) in &rows {
            let Some(cell) = cells.get(column) else { continue };
            starts.extend(std::iter::repeat_n(*start, memchr::memchr_iter(b'\n', cell).count() + 1));
            bytes.extend_from_slice(cell);
            bytes.push(b'\n');
        }
        Piece { bytes, map: Map::Rows(starts) }
    };
    (0..count).map(column).chain(std::iter::once(named(&rows))).collect()
}

/// Each cell after the name of its column, as a header is.
fn named(rows: &[(usize, Vec<Vec<u8>>)]) -> Piece {
    let names = rows.first().map(|(_, cells)| cells.as_slice()).unwrap_or_default();
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    for (start, cells) in rows.iter().skip(1) {
        for (name, cell) in names.iter().zip(cells) {
            starts.extend(std::iter::repeat_n(*start, memchr::memchr_iter(b'\n', cell).count() + 1));
            bytes.extend([name.as_slice(), b": ", cell.as_slice(), b"\n"].concat());
        }
        starts.push(*start);
        bytes.push(b'\n');
    }
    Piece { bytes, map: Map::Rows(starts) }
}

/// The rows (RFC 4180), each with its offset. An unclosed quote ends at the end of the text.
fn csv_rows(text: &[u8]) -> Vec<(usize, Vec<Vec<u8>>)> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let (row, next) = csv_row(text, at);
        at = next;
        if row.len() > 1 || !row[0].is_empty() {
            rows.push((start, row));
        }
    }
    rows
}

fn csv_row(text: &[u8], mut at: usize) -> (Vec<Vec<u8>>, usize) {
    let mut fields = vec![Vec::new()];
    let mut in_quotes = false;
    while let Some(&b) = text.get(at) {
        at += 1;
        let field = fields.last_mut();
        match b {
            b'"' if in_quotes && text.get(at) == Some(&b'"') => {
                at += 1;
                field.into_iter().for_each(|f| f.push(b'"'));
            }
            b'"' => in_quotes = !in_quotes,
            b',' if !in_quotes => fields.push(Vec::new()),
            b'\r' if !in_quotes && text.get(at) == Some(&b'\n') => {}
            b'\n' if !in_quotes => break,
            _ => field.into_iter().for_each(|f| f.push(b)),
        }
    }
    (fields, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_the_lines_of_a_log() {
        let text = b"{\"log\":\"{\\n\",\"t\":1}\n{\"log\":\"a: 'b' }\",\"t\":2}\n";
        let pieces = (ROWS.peel)(text);
        assert_eq!(pieces[0].bytes, b"{\na: 'b' }\n");
        assert!(matches!(&pieces[0].map, Map::Rows(starts) if starts[..] == [0, 20]));
        let nested = b"[{\"json\":{\"message\":\"a\"}},{\"json\":{\"message\":\"b\"}}]";
        assert_eq!((ROWS.peel)(nested)[0].bytes, b"a\nb\n");
    }

    #[test]
    fn reads_quoted_fields_with_newlines() {
        let rows = csv_rows(b"a,b\r\n\"x,\"\"y\"\"\n\",2\n\n\"open");
        let texts: Vec<Vec<_>> = rows
            .iter()
            .map(|(_, r)| r.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect())
            .collect();
        assert_eq!(texts, [vec!["a", "b"], vec!["x,\"y\"\n", "2"], vec!["open"]]);
        assert_eq!(rows[1].0, 5);
    }
}
