//! The parts of an HTTP/1.1 message. Line endings may be CRLF, LF, or mixed, as in files.

use super::super::Headers;

/// The first line of a request or response, and its header fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::capture) struct Head {
    /// The first line, without its line ending.
    pub(in crate::capture) first: String,
    pub(in crate::capture) headers: Headers,
    /// The length of the head, including the empty line after it.
    pub(in crate::capture) length: usize,
}

/// The methods that are recognized.
const METHODS: [&str; 9] = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The head at the beginning of `text`: a first line and fields, up to an empty line or the end.
/// `Err` is the offset of a line that is not a field.
pub(in crate::capture) fn head(text: &[u8]) -> Result<Head, usize> {
    let (first, mut at) = line(text, 0);
    let first = String::from_utf8_lossy(first).into_owned();
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    while at < text.len() {
        let (content, next) = line(text, at);
        if content.is_empty() {
            at = next;
            break;
        }
        match (field(content), fields.last_mut()) {
            // A folded value (RFC 9112, 5.2).
            (_, Some((_, value))) if matches!(content[0], b' ' | b'\t') => {
                value.push(b' ');
                value.extend_from_slice(content.trim_ascii());
            }
            (Some((name, value)), _) => fields.push((name.to_owned(), value.to_vec())),
            (None, _) => return Err(at),
        }
        at = next;
    }
    Ok(Head { first, headers: fields.into_iter().collect(), length: at })
}

/// The line at `from` without its line ending, and the start of the next line.
pub(in crate::capture) fn line(text: &[u8], from: usize) -> (&[u8], usize) {
    let rest = text.get(from..).unwrap_or_default();
    let (content, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], from + end + 1),
        None => (rest, text.len()),
    };
    (content.strip_suffix(b"\r").unwrap_or(content), next)
}

/// Name and value of `name: value`. A name has no whitespace.
pub(in crate::capture) fn field(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().skip(1).position(|b| *b == b':')? + 1;
    let name = std::str::from_utf8(&line[..colon]).ok()?;
    is_field_name(name).then(|| (name, line[colon + 1..].trim_ascii()))
}

/// Whether a text can be the name of a field. HTTP/2 names such as `:authority` are accepted.
pub(in crate::capture) fn is_field_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&b))
}

/// Whether this is a method that is recognized.
pub(in crate::capture) fn is_method(text: &str) -> bool {
    METHODS.contains(&text)
}

/// Method and target of `POST /path HTTP/1.1`.
pub(in crate::capture) fn request_line(line: &[u8]) -> Option<(&str, &str)> {
    // Servers reject longer request lines.
    if line.len() > 16 * 1024 || !line.first().is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let (method, rest) = line.split_once(' ')?;
    let (target, version) = rest.rsplit_once(' ')?;
    let known = is_method(method) && version.starts_with("HTTP/") && !target.trim().is_empty();
    known.then(|| (method, target.trim()))
}

/// The status of `HTTP/1.1 200 OK`.
pub(in crate::capture) fn status_line(line: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(line.get(..line.len().min(64))?.trim_ascii()).ok()?;
    let (version, rest) = line.split_once(' ')?;
    let status = rest.split(' ').next()?;
    (version.starts_with("HTTP/") && status.len() == 3).then(|| status.parse().ok())?
}

/// A decoded chunked body.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::capture) struct Dechunked {
    pub(in crate::capture) data: Vec<u8>,
    /// Whether the last chunk, of length 0, was found.
    pub(in crate::capture) complete: bool,
    /// The length of the chunked text.
    pub(in crate::capture) length: usize,
}

/// Decodes a chunked body; `None` if the text does not begin with a chunk.
pub(in crate::capture) fn dechunk(text: &[u8]) -> Option<Dechunked> {
    let mut data = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (size_line, start) = line(text, at);
        let digits = size_line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
        let digits = std::str::from_utf8(digits).ok().filter(|d| !d.starts_with('+'));
        let Some(size) = digits.and_then(|d| usize::from_str_radix(d, 16).ok()) else {
            return (at > 0).then_some(Dechunked { data, complete: false, length: at });
        };
        if size == 0 {
            return Some(Dechunked { data, complete: true, length: trailer(text, start) });
        }
        let end = start.saturating_add(size);
        let Some(chunk) = text.get(start..end) else {
            data.extend_from_slice(&text[start..]);
            return Some(Dechunked { data, complete: false, length: text.len() });
        };
        data.extend_from_slice(chunk);
        let (rest, next) = line(text, end);
        if !rest.is_empty() {
            return Some(Dechunked { data, complete: false, length: end });
        }
        at = next;
    }
    (at > 0).then_some(Dechunked { data, complete: false, length: at })
}

/// The end of the trailer that begins at `at`.
fn trailer(text: &[u8], mut at: usize) -> usize {
    loop {
        let (content, next) = line(text, at);
        if content.is_empty() || field(content).is_none() || next >= text.len() {
            return if content.is_empty() || field(content).is_some() { next } else { at };
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_heads_with_either_line_ending_and_folded_values() {
        let text = b"POST /a HTTP/1.1\r\nHost: a\nX-Long: one\r\n  two\r\n\r\nbody";
        let head = head(text).unwrap();
        assert_eq!(request_line(head.first.as_bytes()), Some(("POST", "/a")));
        assert_eq!(head.headers.text("x-long"), Some("one two"));
        assert_eq!(&text[head.length..], b"body");
    }

    #[test]
    fn returns_the_offset_of_a_line_that_is_not_a_field() {
        assert_eq!(super::head(b"POST / HTTP/1.1\nHost: a\n{\"a\":1}\n"), Err(24));
    }

    #[test]
    fn decodes_chunks() {
        let whole = dechunk(b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\nrest").unwrap();
        assert_eq!((whole.data.as_slice(), whole.complete, whole.length), (b"abcde".as_slice(), true, 30));
        assert_eq!(dechunk(b"3\nabc\n0\n\n").unwrap().data, b"abc");
        assert!(!dechunk(b"5\r\nab").unwrap().complete);
        assert_eq!(dechunk(b"{\"a\":1}"), None);
        assert_eq!(dechunk(b"ffffffffffffffff\r\nab").unwrap().data, b"ab");
    }

    #[test]
    fn recognizes_request_lines_and_status_lines() {
        assert!(request_line(b"POST / HTTP/1.1").is_some());
        assert!(request_line(b"POST https://a/b HTTP/2").is_some());
        for line in ["post / HTTP/1.1", "POST /", "HTTP/1.1 200 OK", "POST  HTTP/1.1", "{}"] {
            assert!(request_line(line.as_bytes()).is_none(), "{line}");
        }
        assert_eq!(status_line(b"HTTP/2 204"), Some(204));
        assert_eq!(status_line(b"HTTP/1.1 2000"), None);
    }
}
