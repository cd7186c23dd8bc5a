//! A capture from a body and separate headers, as given on the command line.

use super::super::syntax::http;
use super::super::{Body, Capture, Format, Headers, Place, normalize};

/// A capture from the bytes of a body and its headers, each in the form `x-zm-signature: v0=…`.
///
/// # Errors
/// The first header without a colon, or with whitespace in its name.
pub fn from_parts<'h>(headers: impl IntoIterator<Item = &'h str>, body: Vec<u8>) -> Result<Capture, &'h str> {
    let fields: Result<Headers, _> =
        headers.into_iter().map(|text| http::field(text.trim().as_bytes()).ok_or(text)).collect();
    let mut capture = Capture::new(Format::RawHttp, Place { index: 0, line: 1, offset: 0 });
    capture.headers = fields?;
    capture.body = Body::original(body);
    normalize::normalize(&mut capture);
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
