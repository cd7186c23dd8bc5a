//! An HTTP request is a record, with the answer that follows it.
//!
//! Messages may follow one another directly, as on the wire, or with blank lines between them, as in a file that
//! a person made. `content-length` says where a body ends, unless another request line begins before that.

use super::super::ReadError;
use super::super::record::Record;
use super::super::syntax::http;
use super::reader::SourceReader;

/// The next message.
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
        let mut record = Record { bytes: Vec::new(), place: reader.place() };
        if !reader.line(&mut record)? {
            return Ok(None);
        }
        if !record.bytes.trim_ascii().is_empty() {
            return Ok(Some(record));
        }
    }
}

/// Takes the lines up to the empty one; the value of `content-length` among them.
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

/// The body as long as `content-length` says, unless the next message begins before that.
fn body(reader: &mut SourceReader<'_>, record: &mut Record, length: u64) -> Result<(), ReadError> {
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(record.bytes.len());
    while record.bytes.len() < end {
        let before = record.bytes.len();
        if !reader.line(record)? {
            return Ok(());
        }
        if http::request_line(record.bytes[before..].trim_ascii_end()).is_some() {
            reader.put_back(record.bytes.split_off(before));
            return Ok(());
        }
    }
    // On the wire the next message follows directly: the last line read is half body, half request line.
    if http::request_line(record.bytes[end..].trim_ascii_end()).is_some() {
        reader.put_back(record.bytes.split_off(end));
    }
    Ok(())
}

/// Everything up to the next request line.
fn rest(reader: &mut SourceReader<'_>, record: &mut Record) -> Result<(), ReadError> {
    loop {
        let before = record.bytes.len();
        if !reader.line(record)? {
            return Ok(());
        }
        if http::request_line(record.bytes[before..].trim_ascii_end()).is_some() {
            let surplus = record.bytes.split_off(before);
            reader.put_back(surplus);
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Format;
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut reader = SourceReader::new(Box::new(text.as_bytes()), Format::RawHttp, 1000);
        let mut found = Vec::new();
        while let Some(record) = next(&mut reader).unwrap() {
            found.push(String::from_utf8(record.bytes).unwrap());
        }
        found
    }

    #[test]
    fn cuts_messages_with_and_without_anything_between_them() {
        let first = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        let second = "POST /b HTTP/1.1\n\n{\n}";
        assert_eq!(cut(&format!("{first}{second}")), [first, second]);
        assert_eq!(cut(&format!("\n{first}\n\n{second}\n")), [format!("{first}\n\n"), format!("{second}\n")]);
        assert_eq!(cut(&format!("{second}\n{first}")), [format!("{second}\n"), first.to_owned()]);
    }

    #[test]
    fn does_not_swallow_the_next_message_where_content_length_says_too_much() {
        let second = "POST /b HTTP/1.1\nContent-Length: 2\n\n{}";
        for length in [3, 4, 6, 10, 30, 900] {
            let first = format!("POST / HTTP/1.1\nContent-Length: {length}\n\n{{}}\n");
            assert_eq!(cut(&format!("{first}{second}")), [first, second.to_owned()], "{length}");
        }
    }

    #[test]
    fn keeps_an_answer_with_its_request() {
        let text = "POST / HTTP/1.1\nContent-Length: 2\n\n{}\nHTTP/1.1 200 OK\n\nok\n";
        assert_eq!(cut(text), [text]);
    }
}
