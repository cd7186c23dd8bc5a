//! Headers and body given apart: a body's file, and headers as a person types or copies them.

use super::super::syntax::http;
use super::super::{Body, Capture, Format, Headers, Place, settle};

/// A capture of a body's bytes and its headers, each such as `x-zm-signature: v0=…`.
/// `Err` gives a header that is none.
///
/// # Errors
/// The first text that has no colon, or white space in its name.
pub fn from_parts<'h>(headers: impl IntoIterator<Item = &'h str>, body: Vec<u8>) -> Result<Capture, &'h str> {
    let fields: Result<Headers, _> =
        headers.into_iter().map(|text| http::field(text.trim().as_bytes()).ok_or(text)).collect();
    let mut capture = Capture::new(Format::RawHttp, Place { index: 0, line: 1, offset: 0 });
    capture.headers = fields?;
    capture.body = Body::original(body);
    settle::settle(&mut capture);
    Ok(capture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_headers_and_body() {
        let capture = from_parts(["X-Zm-Signature: v0=ab", "a:b"], b"{}\n".to_vec()).unwrap();
        assert_eq!(capture.headers.text("x-zm-signature"), Some("v0=ab"));
        assert_eq!(capture.body.candidates().collect::<Vec<_>>(), [b"{}\n".as_slice(), b"{}"]);
        assert_eq!(from_parts(["a: b", "nothing"], Vec::new()).unwrap_err(), "nothing");
    }
}
