//! A JSON value is a record: NDJSON, values one below another, or the items of one list.

use super::super::ReadError;
use super::super::record::Record;
use super::reader::SourceReader;

/// Whether the values are the items of a list.
#[derive(Debug, Default)]
pub(super) struct State {
    in_list: bool,
    begun: bool,
}

/// The next value. Its inside is only looked at for brackets and quotes; whether it is JSON is the parser's matter.
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

/// Skips white space and gives the next byte, without taking it.
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

/// Takes one value: to its closing bracket, or for a scalar to the next comma, bracket or line end.
fn value(reader: &mut SourceReader<'_>) -> Result<Record, ReadError> {
    let mut record = Record { bytes: Vec::new(), place: reader.place() };
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

/// How deep we are, and whether in a string.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// How many of these bytes belong to the value, and whether it ends with them.
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
                // A stray bracket is a record of its own if nothing is before it: the parser will refuse it.
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

    fn cut(text: &str, buffer: usize) -> Vec<String> {
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
    fn cuts_lines_lists_and_values_in_a_row() {
        for buffer in [1, 3, 100] {
            assert_eq!(cut("{\"a\":\"}\\\"\"}\n{\"b\":[1]}\n", buffer), ["{\"a\":\"}\\\"\"}", "{\"b\":[1]}"]);
            assert_eq!(cut(" [ {\"a\":1}, [2],\n3 ] ", buffer), ["{\"a\":1}", "[2]", "3 "]);
            assert_eq!(cut("{}{}\n\n{\n}", buffer), ["{}", "{}", "{\n}"]);
            assert_eq!(cut("", buffer), [""; 0]);
        }
    }

    #[test]
    fn names_a_list_without_an_end() {
        assert!(cut("[{}", 10)[1].contains("the end of the list"));
    }
}
