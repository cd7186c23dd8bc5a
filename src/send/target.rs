//! The URL that is posted to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::Scheme;

/// An endpoint's URL, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether TLS is spoken.
    pub(super) is_https: bool,
    /// The name or address, without the brackets of IPv6.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// What the `host` header has.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

/// Why a text is no URL to post to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// It is not of the form.
    #[error("write a whole URL, such as http://127.0.0.1:4000/webhook")]
    NotAUrl,
    /// Neither http nor https.
    #[error("only http:// and https:// URLs can be posted to")]
    Scheme,
    /// A name or a password in it.
    #[error("a URL with a user or a password in it cannot be used: Zoom's has none")]
    Credentials,
}

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.trim().parse().map_err(|_| InvalidTarget::NotAUrl)?;
        let is_https = match uri.scheme() {
            None => return Err(InvalidTarget::NotAUrl),
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) => return Err(InvalidTarget::Scheme),
        };
        let authority = uri.authority().ok_or(InvalidTarget::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(InvalidTarget::Credentials);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(InvalidTarget::NotAUrl);
        }
        let path = uri.path_and_query().map_or("/", hyper::http::uri::PathAndQuery::as_str).to_owned();
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Ok(Self { is_https, host, port, authority: authority.to_string(), path })
    }
}

impl Target {
    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }

    /// What the `host` header has.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Path and query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", if self.is_https { "https" } else { "http" }, self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_urls() {
        for (text, host, port, path) in [
            ("http://127.0.0.1:4000/webhook", "127.0.0.1", 4000, "/webhook"),
            ("https://hooks.example.com", "hooks.example.com", 443, "/"),
            ("http://[::1]:80/a?b=1", "::1", 80, "/a?b=1"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.host.as_str(), target.port, target.path.as_str()), (host, port, path));
        }
        for (text, error) in [
            ("", InvalidTarget::NotAUrl),
            ("/webhook", InvalidTarget::NotAUrl),
            ("localhost:4000", InvalidTarget::NotAUrl),
            ("ftp://example.com/", InvalidTarget::Scheme),
            ("https://a:b@example.com/", InvalidTarget::Credentials),
        ] {
            assert_eq!(text.parse::<Target>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn knows_this_machine() {
        for (host, is_loopback) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("localhost", true),
            ("app.localhost", true),
            ("localhost.example.com", false),
            ("10.0.0.1", false),
            ("example.com", false),
        ] {
            let target: Target = format!("http://{host}/").parse().unwrap();
            assert_eq!(target.is_loopback(), is_loopback, "{host}");
        }
    }
}
