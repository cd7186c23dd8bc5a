//! Splits a source into JSON values: NDJSON, values in sequence, or the items of one list.

use super::super::ReadError;
use super::super::record::Record;
use super::reader::SourceReader;

/// Whether the values are the items of a list.
#[derive(Debug, Default)]
pub(super) struct State {
    in_list: bool,
    begun: bool,
}

/// The next value. Only brackets and quotes are recognized here; the parser checks that the value is JSON.
pub(super) fn next(reader: &mut SourceReader<'_>, state: &mut State) -> Result<Option<Record>, ReadError> {
    loop {
        let Some(first) = first_byte(reader)? else {
            return if state.in_list { Err(reader.expected("the end of the list")) } else { Ok(None) };
        };
        match first {
            b'[' if !state.begun => state.in_list = true,
            b',' if state.begun => {}
            b']' if state.in_list => state.in_list = false,
            // A record separator (RFC 7464).
            0x1e => {}
            _ => {
                state.begun = true;
                return value(reader).map(Some);
            }
        }
        state.begun = true;
        reader.skip(1)?;
    }
}

/// Skips whitespace and returns the next byte without consuming it.
fn first_byte(reader: &mut SourceReader<'_>) -> Result<Option<u8>, ReadError> {
    loop {
        let bytes = reader.peek()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if let Some(b) = bytes.get(blank) {
            let b = *b;
            reader.skip(blank)?;
            return Ok(Some(b));
        }
        reader.skip(blank)?;
    }
}

/// Reads one value: up to its closing bracket, or for a scalar up to the next comma, bracket or newline.
fn value(reader: &mut SourceReader<'_>) -> Result<Record, ReadError> {
    let mut record = reader.record();
    let mut scan = Scan::default();
    loop {
        let bytes = reader.peek()?;
        if bytes.is_empty() {
            return Ok(record);
        }
        let (count, done) = scan.feed(bytes);
        reader.take(count, &mut record)?;
        if done {
            return Ok(record);
        }
    }
}

/// The nesting depth, and whether the position is inside a string.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// How many of these bytes belong to the value, and whether the value is complete.
    fn feed(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (i, &b) in bytes.iter().enumerate() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                } else if b == b'\\' {
                    self.escaped = true;
                } else if b == b'"' {
                    self.in_string = false;
                    if self.depth == 0 {
                        return (i + 1, true);
                    }
                }
                continue;
            }
            match b {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' if self.depth == 1 => return (i + 1, true),
                // A stray bracket with nothing before it becomes a separate record, which the parser rejects.
                b'}' | b']' | b',' | b'\n' if self.depth == 0 => {
                    return (i.max(usize::from(!self.begun)), true);
                }
                _ => {}
            }
            self.begun = true;
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::super::super::Format;
    use super::*;

    fn split(text: &str, buffer: usize) -> Vec<String> {
        let input = BufReader::with_capacity(buffer, text.as_bytes());
        let mut reader = SourceReader::new(Box::new(input), Format::RawHttp, 1000);
        let mut state = State::default();
        let mut found = Vec::new();
        loop {
            match next(&mut reader, &mut state) {
                Ok(Some(record)) => found.push(String::from_utf8(record.bytes).unwrap()),
                Ok(None) => return found,
                Err(error) => {
                    found.push(error.to_string());
                    return found;
                }
            }
        }
    }

    #[test]
    fn splits_lines_lists_and_adjacent_values() {
        for buffer in [1, 3, 100] {
            assert_eq!(
                split("{\"a\":\"}\\\"\"}\n{\"b\":[1]}\n", buffer),
                ["{\"a\":\"}\\\"\"}", "{\"b\":[1]}"]
            );
            assert_eq!(split(" [ {\"a\":1}, [2],\n3 ] ", buffer), ["{\"a\":1}", "[2]", "3 "]);
            assert_eq!(split("{}{}\n\n{\n}", buffer), ["{}", "{}", "{\n}"]);
            assert_eq!(split("", buffer), [""; 0]);
        }
    }

    #[test]
    fn reports_a_list_that_is_not_closed() {
        assert!(split("[{}", 10)[1].contains("the end of the list"));
    }
}
