//! The full URL of an endpoint, as in Zoom's Marketplace. Pure.

use crate::http::{InvalidTarget, Target};

/// Why a text is not the URL of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpoint {
    /// It is not a full URL.
    #[error("write a full URL, such as http://127.0.0.1:4000/webhook")]
    NotAUrl,
    /// The scheme is neither http nor https.
    #[error("only http:// and https:// URLs can be posted to")]
    Scheme,
    /// It has a user or a password.
    #[error("remove the user and the password: the URL that Zoom calls has none")]
    Credentials,
}

/// Parses a URL.
///
/// # Errors
/// [`InvalidEndpoint`].
pub(crate) fn parse_endpoint(text: &str) -> Result<Target, InvalidEndpoint> {
    let (scheme, _) = text.split_once("://").ok_or(InvalidEndpoint::NotAUrl)?;
    if !["http", "https"].iter().any(|known| scheme.trim_start().eq_ignore_ascii_case(known)) {
        return Err(InvalidEndpoint::Scheme);
    }
    // A fragment is never sent to a server.
    let sent = text.split_once('#').map_or(text, |(sent, _)| sent);
    sent.parse().map_err(|error| match error {
        InvalidTarget::Credentials => InvalidEndpoint::Credentials,
        _ => InvalidEndpoint::NotAUrl,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_full_http_urls() {
        for (text, host, path) in [
            ("http://127.0.0.1:4000/webhook", "127.0.0.1:4000", "/webhook"),
            ("https://hooks.example.com", "hooks.example.com", "/"),
            (" http://[::1]:80/a?b=1#c ", "[::1]", "/a?b=1"),
        ] {
            let target = parse_endpoint(text).unwrap();
            assert_eq!(
                (target.host().to_str().unwrap(), &*target.uri_for("/").to_string()),
                (host, path),
                "{text}"
            );
        }
        for (text, error) in [
            ("", InvalidEndpoint::NotAUrl),
            ("/webhook", InvalidEndpoint::NotAUrl),
            ("http://", InvalidEndpoint::NotAUrl),
            ("http://:80/", InvalidEndpoint::NotAUrl),
            ("localhost:4000", InvalidEndpoint::NotAUrl),
            ("unix:/run/app.sock", InvalidEndpoint::NotAUrl),
            ("ftp://example.com/", InvalidEndpoint::Scheme),
            ("https://a:b@example.com/", InvalidEndpoint::Credentials),
        ] {
            assert_eq!(parse_endpoint(text).unwrap_err(), error, "{text}");
        }
    }
}
