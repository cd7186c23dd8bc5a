//! Masks credentials in the headers of a request or an answer. The entry point is [`Masking::shown`].

use std::borrow::Cow;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::delivery::MASK;
use crate::delivery::is_credential;

/// Schemes that stay visible before a masked credential. Any other word could be the credential itself.
const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "Negotiate", "Token"];

/// The names of the headers that are masked in addition to credentials.
#[derive(Debug, Clone)]
pub(super) struct Masking {
    names: Vec<HeaderName>,
}

impl Masking {
    /// Masks credentials, and the headers with these names.
    pub(super) fn new(more: &[HeaderName]) -> Self {
        Self { names: more.to_vec() }
    }

    /// All headers, each name with its value or the mask. Not sanitized for a terminal.
    pub(super) fn shown<'h>(&self, headers: &'h HeaderMap) -> impl Iterator<Item = (&'h str, Cow<'h, str>)> {
        headers.iter().map(|(name, value)| {
            let is_masked = is_credential(name.as_str()) || self.names.contains(name);
            let value = if is_masked { masked(value) } else { text(value) };
            (name.as_str(), value)
        })
    }
}

fn masked(value: &HeaderValue) -> Cow<'_, str> {
    let scheme = value.to_str().ok().and_then(|text| text.split_once(' ')).map(|(word, _)| word);
    match SCHEMES.iter().find(|known| scheme.is_some_and(|word| word.eq_ignore_ascii_case(known))) {
        Some(scheme) => Cow::Owned(format!("{scheme} {MASK}")),
        None => Cow::Borrowed(MASK),
    }
}

/// The value as UTF-8, else as Latin-1, HTTP's former encoding. No byte is lost.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.as_bytes().iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &'static str, value: &[u8], more: &[HeaderName]) -> String {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())]);
        Masking::new(more).shown(&headers).map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn masks_credentials_completely() {
        assert_eq!(shown("authorization", b"Bearer eyJhbGciOi", &[]), "authorization: Bearer ***");
        assert_eq!(shown("authorization", b"basic dXNlcg==", &[]), "authorization: Basic ***");
        assert_eq!(shown("authorization", b"correct horse", &[]), "authorization: ***");
        assert_eq!(shown("proxy-authorization", b"x", &[]), "proxy-authorization: ***");
        assert_eq!(shown("cookie", b"a=b", &[]), "cookie: ***");
        assert_eq!(shown("set-cookie", b"a=b; HttpOnly", &[]), "set-cookie: ***");
        assert_eq!(shown("clientid", b"abc", &[]), "clientid: ***");
    }

    #[test]
    fn masks_the_headers_that_the_user_names() {
        let name = HeaderName::from_static("x-company");
        assert_eq!(shown("x-company", b"t", &[]), "x-company: t");
        assert_eq!(shown("x-company", b"t", std::slice::from_ref(&name)), "x-company: ***");
    }

    #[test]
    fn decodes_bytes_that_are_not_utf8_as_latin1() {
        assert_eq!(shown("x-a", b"caf\xe9", &[]), "x-a: café");
        assert_eq!(shown("x-a", "café".as_bytes(), &[]), "x-a: café");
    }
}
