//! Comma-separated values (RFC 4180), with quoted fields that may contain newlines.

/// The rows, each with its offset. An unclosed quote ends at the end of the text.
pub(in crate::capture) fn rows(text: &[u8]) -> Vec<(usize, Vec<Vec<u8>>)> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let (row, next) = row(text, at);
        at = next;
        if row.len() > 1 || !row[0].is_empty() {
            rows.push((start, row));
        }
    }
    rows
}

fn row(text: &[u8], mut at: usize) -> (Vec<Vec<u8>>, usize) {
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
    fn reads_quoted_fields_with_newlines() {
        let rows = rows(b"a,b\r\n\"x,\"\"y\"\"\n\",2\n\n\"open");
        let texts: Vec<Vec<_>> = rows
            .iter()
            .map(|(_, r)| r.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect())
            .collect();
        assert_eq!(texts, [vec!["a", "b"], vec!["x,\"y\"\n", "2"], vec!["open"]]);
        assert_eq!(rows[1].0, 5);
    }
}
