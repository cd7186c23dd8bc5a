//! Finds out from hyper's error and the bytes received why a request could not be read. Pure.

use super::ListenerLimits;
use crate::delivery::UnreadableRequest;

/// hyper's limit on the number of headers.
const HEADERS: usize = 100;

/// hyper's limit on the length of a URL.
const URL: usize = u16::MAX as usize - 1;

/// What was sent; `None` if the connection only closed. `received` begins with the request.
pub(super) fn unreadable(
    error: &hyper::Error,
    received: &[u8],
    limits: &ListenerLimits,
) -> Option<UnreadableRequest> {
    if error.is_parse_version_h2() {
        Some(UnreadableRequest::Http2)
    } else if error.is_parse_too_large() {
        Some(over_a_limit(received, limits))
    } else {
        error.is_parse().then_some(UnreadableRequest::NotHttp)
    }
}

/// hyper has one error for its limits on size and number.
fn over_a_limit(received: &[u8], limits: &ListenerLimits) -> UnreadableRequest {
    let mut lines = received.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let request_line = lines.by_ref().find(|line| !line.is_empty()).unwrap_or_default();
    // The rest may be cut off in the middle of a line, which counts as well.
    if lines.take_while(|line| !line.is_empty()).count() > HEADERS {
        return UnreadableRequest::TooManyHeaders(HEADERS);
    }
    let url = request_line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    match url.len() > URL {
        true => UnreadableRequest::UrlTooLong(URL),
        false => UnreadableRequest::HeadTooLarge(limits.headers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit_of(head: &str) -> UnreadableRequest {
        over_a_limit(head.as_bytes(), &ListenerLimits::default())
    }

    #[test]
    fn tells_number_from_size() {
        let size = UnreadableRequest::HeadTooLarge(64 * 1024);
        assert_eq!(limit_of(&format!("POST / HTTP/1.1\r\n{}\r\n", "a: 1\r\n".repeat(100))), size);
        let many = UnreadableRequest::TooManyHeaders(100);
        assert_eq!(limit_of(&format!("\r\nPOST / HTTP/1.1\r\n{}a", "a: 1\r\n".repeat(100))), many);
        assert_eq!(limit_of(&format!("POST / HTTP/1.1\n{}", "a: 1\n".repeat(101))), many);
        // The lines of a body are not headers.
        assert_eq!(limit_of(&format!("POST / HTTP/1.1\r\na: 1\r\n\r\n{}", "x\n".repeat(200))), size);
        assert_eq!(limit_of("POST / HTTP/1.1\r\n"), size);
        assert_eq!(limit_of(""), size);
    }

    #[test]
    fn recognizes_a_long_url() {
        assert_eq!(
            limit_of(&format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(URL))),
            UnreadableRequest::UrlTooLong(URL)
        );
    }
}
