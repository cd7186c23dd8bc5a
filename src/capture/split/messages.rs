//! Splits a source into HTTP messages: a record is a request and the response that follows it.
//!
//! Messages follow each other directly, as on the wire, or after blank lines, as in a hand-written file.
//! A body ends after `content-length` bytes, or earlier if another request line begins. An editor may have shortened the
//! body. But if the source ends exactly with the body, the line is part of the body.

use super::super::ReadError;
use super::super::record::Record;
use super::super::syntax::http;
use super::reader::SourceReader;

/// Limit on bytes read to find the end of the source. Zoom's bodies have a few KiB.
const LOOK_AHEAD: usize = 64 * 1024;

pub(super) fn next(reader: &mut SourceReader<'_>) -> Result<Option<Record>, ReadError> {
    let Some(mut record) = first_line(reader)? else { return Ok(None) };
    if http::request_line(record.bytes.trim_ascii_end()).is_some() {
        let length = head(reader, &mut record)?;
        body(reader, &mut record, length.unwrap_or(0))?;
    }
    rest(reader, &mut record)?;
    Ok(Some(record))
}

/// The first line that is not blank.
fn first_line(reader: &mut SourceReader<'_>) -> Result<Option<Record>, ReadError> {
    loop {
        let mut record = reader.record();
        if !reader.line(&mut record)? {
            return Ok(None);
        }
        if !record.bytes.trim_ascii().is_empty() {
            return Ok(Some(record));
        }
    }
}

/// Reads the header lines and the empty line after them. Returns the value of `content-length`.
fn head(reader: &mut SourceReader<'_>, record: &mut Record) -> Result<Option<u64>, ReadError> {
    const NAME: &[u8] = b"content-length:";
    let mut length = None;
    loop {
        let before = record.bytes.len();
        let more = reader.line(record)?;
        let line = &record.bytes[before..];
        if !more || line.trim_ascii().is_empty() {
            return Ok(length);
        }
        if line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            let value =
                std::str::from_utf8(&line[NAME.len()..]).ok().and_then(|text| text.trim().parse().ok());
            length = length.or(value);
        }
    }
}

/// Reads `length` bytes of body, or fewer if the next message begins earlier.
fn body(reader: &mut SourceReader<'_>, record: &mut Record, length: u64) -> Result<(), ReadError> {
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(record.bytes.len());
    while record.bytes.len() < end {
        let before = record.bytes.len();
        if !reader.line(record)? {
            return Ok(());
        }
        if http::request_line(record.bytes[before..].trim_ascii_end()).is_some()
            && !ends_after(reader, end.checked_sub(record.bytes.len()))?
        {
            reader.put_back(record.bytes.split_off(before));
            return Ok(());
        }
    }
    // On the wire the next message follows directly: the last line then holds the end of the body and a request line.
    if http::request_line(record.bytes[end..].trim_ascii_end()).is_some() {
        reader.put_back(record.bytes.split_off(end));
    }
    Ok(())
}

/// Whether the source ends after exactly this many bytes. Consumes nothing.
fn ends_after(reader: &mut SourceReader<'_>, rest: Option<usize>) -> Result<bool, ReadError> {
    let Some(rest) = rest.filter(|rest| *rest <= LOOK_AHEAD) else { return Ok(false) };
    let mut ahead = reader.record();
    let ends = loop {
        let count = reader.peek()?.len();
        if count == 0 || ahead.bytes.len() + count > rest {
            break count == 0 && ahead.bytes.len() == rest;
        }
        reader.take(count, &mut ahead)?;
    };
    reader.put_back(ahead.bytes);
    Ok(ends)
}

/// Reads everything up to the next request line.
fn rest(reader: &mut SourceReader<'_>, record: &mut Record) -> Result<(), ReadError> {
    loop {
        let before = record.bytes.len();
        if !reader.line(record)? {
            return Ok(());
        }
        if http::request_line(record.bytes[before..].trim_ascii_end()).is_some() {
            let next_message = record.bytes.split_off(before);
            reader.put_back(next_message);
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Format;
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut reader = SourceReader::new(Box::new(text.as_bytes()), Format::RawHttp, 1000);
        let mut found = Vec::new();
        while let Some(record) = next(&mut reader).unwrap() {
            found.push(String::from_utf8(record.bytes).unwrap());
        }
        found
    }

    #[test]
    fn splits_messages_with_and_without_blank_lines_between_them() {
        let first = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        let second = "POST /b HTTP/1.1\n\n{\n}";
        assert_eq!(split(&format!("{first}{second}")), [first, second]);
        assert_eq!(
            split(&format!("\n{first}\n\n{second}\n")),
            [format!("{first}\n\n"), format!("{second}\n")]
        );
        assert_eq!(split(&format!("{second}\n{first}")), [format!("{second}\n"), first.to_owned()]);
    }

    #[test]
    fn ends_a_body_at_the_next_message_if_content_length_is_too_large() {
        let second = "POST /b HTTP/1.1\nContent-Length: 2\n\n{}";
        for length in [3, 4, 6, 10, 30, 900] {
            let first = format!("POST / HTTP/1.1\nContent-Length: {length}\n\n{{}}\n");
            assert_eq!(split(&format!("{first}{second}")), [first, second.to_owned()], "{length}");
        }
    }

    #[test]
    fn a_body_to_the_end_of_the_source_may_contain_a_request_line() {
        let head = |length: usize| format!("POST / HTTP/1.1\nContent-Length: {length}\n\n");
        for body in ["a\nPOST /b HTTP/1.1", "a\nPOST /b HTTP/1.1\n\n{}\nPOST /c HTTP/1.1\n{}\n"] {
            let message = head(body.len()) + body;
            assert_eq!(split(&message), [message]);
            for other in [body.len() - 1, body.len() + 1] {
                assert!(split(&(head(other) + body)).len() > 1, "{other}");
            }
        }
    }

    #[test]
    fn puts_a_response_into_the_record_of_its_request() {
        let text = "POST / HTTP/1.1\nContent-Length: 2\n\n{}\nHTTP/1.1 200 OK\n\nok\n";
        assert_eq!(split(text), [text]);
    }
}
