//! [`Target`] parses where requests go: `3000`, `localhost:3000/zoom`, `https://…`, `unix:/run/app.sock`. Pure.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::PathAndQuery;

use crate::delivery::masked_query;

/// The prefix of a Unix socket's path.
const UNIX: &str = "unix:";

/// A server and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    address: TargetAddress,
    /// `None` if the text has no path.
    path: Option<PathAndQuery>,
    host: HeaderValue,
    shown: String,
}

/// The address to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TargetAddress {
    /// A host, without brackets for IPv6, and a port.
    Tcp { host: String, port: u16, tls: bool },
    /// A Unix socket.
    Unix(PathBuf),
}

/// Why a text is not a target. The messages do not repeat the text, because a URL may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTarget {
    /// None of the known forms.
    #[error("write a port, such as 3000 or 3000/zoom, or a URL, such as http://localhost:3000/zoom")]
    Form,
    /// A host alone.
    #[error(
        "the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://"
    )]
    NoPort,
    /// The port is not from 1 to 65535.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// Another scheme.
    #[error("use http://, https:// or unix:")]
    Scheme,
    /// `user:password@`.
    #[error(
        "leave out the user name and password before '@'; \
         give them with --forward-header 'Authorization: Basic …'"
    )]
    Credentials,
    /// `#…`
    #[error("leave out '#' and the part after it, which is never sent to a server")]
    Fragment,
    /// The socket's file is missing.
    #[error("write the socket's file after unix:, such as unix:/run/app.sock")]
    NoSocket,
    /// This system does not have Unix sockets.
    #[error("Unix sockets (unix:) are not available on this system; use a port")]
    UnixUnavailable,
}

impl Target {
    /// Whether the connection is protected by TLS.
    #[must_use]
    pub(crate) fn is_tls(&self) -> bool {
        matches!(self.address, TargetAddress::Tcp { tls: true, .. })
    }

    /// The URL of a request whose own path and query are `own`; `None` for a Unix socket, which has no URL.
    #[must_use]
    pub(crate) fn url_for(&self, own: &str) -> Option<String> {
        let TargetAddress::Tcp { tls, .. } = &self.address else { return None };
        let scheme = if *tls { "https" } else { "http" };
        Some(format!("{scheme}://{}{}", self.host.to_str().ok()?, self.uri_for(own)))
    }

    /// The port; `None` for a Unix socket.
    #[must_use]
    pub(crate) fn port(&self) -> Option<u16> {
        match self.address {
            TargetAddress::Tcp { port, .. } => Some(port),
            TargetAddress::Unix(_) => None,
        }
    }

    /// The host, without brackets for IPv6; `None` for a Unix socket.
    #[must_use]
    pub(crate) fn host_name(&self) -> Option<&str> {
        match &self.address {
            TargetAddress::Tcp { host, .. } => Some(host),
            TargetAddress::Unix(_) => None,
        }
    }

    /// Whether it is this machine.
    #[must_use]
    pub(crate) fn is_loopback(&self) -> bool {
        match &self.address {
            TargetAddress::Unix(_) => true,
            TargetAddress::Tcp { host, .. } => is_loopback(host),
        }
    }

    /// The same target, with this path if it has none.
    pub(crate) fn with_default_path(self, path: &str) -> Self {
        if self.path.is_some() || matches!(self.address, TargetAddress::Unix(_)) {
            return self;
        }
        let Ok(own) = PathAndQuery::try_from(path) else { return self };
        Self { path: Some(own), shown: format!("{}{path}", self.shown), ..self }
    }

    /// The same target, but connects to `address` without TLS.
    pub(crate) fn connecting_to(self, address: SocketAddr) -> Self {
        let (host, port) = (address.ip().to_string(), address.port());
        Self { address: TargetAddress::Tcp { host, port, tls: false }, ..self }
    }

    pub(super) fn address(&self) -> &TargetAddress {
        &self.address
    }

    /// The value of the `host` header.
    pub(crate) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// Path and query of a request whose own are `own`. A target without a path uses the request's path and query. A
    /// target without a query uses the request's query.
    pub(crate) fn uri_for(&self, own: &str) -> Uri {
        let own = PathAndQuery::try_from(own).ok();
        let combined = match (&self.path, own) {
            (None, own) => own,
            (Some(path), Some(own)) if path.query().is_none() && own.query().is_some() => {
                PathAndQuery::try_from(format!("{}?{}", path.path(), own.query().unwrap_or_default())).ok()
            }
            (Some(path), _) => Some(path.clone()),
        };
        combined.map(Uri::from).unwrap_or_default()
    }
}

/// The target as a URL, without the credentials in its query.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        let text = text.trim();
        if text.contains('#') {
            return Err(InvalidTarget::Fragment);
        }
        if let Some(rest) = text.strip_prefix(UNIX) {
            return Self::unix(rest);
        }
        let (tls, rest) = match text.split_once("://") {
            None => (None, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(false), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(true), rest),
            Some(_) => return Err(InvalidTarget::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(InvalidTarget::Credentials);
        }
        let (host, port) = split_authority(authority, tls)?;
        Self::tcp(host, port, tls.unwrap_or(false), path)
    }
}

impl Target {
    fn tcp(host: &str, port: u16, tls: bool, path: &str) -> Result<Self, InvalidTarget> {
        let (scheme, usual_port) = if tls { ("https", 443) } else { ("http", 80) };
        let authority = if port == usual_port { host.to_owned() } else { format!("{host}:{port}") };
        // Rejects a host with invalid characters.
        format!("{scheme}://{authority}").parse::<Uri>().map_err(|_| InvalidTarget::Form)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if host.starts_with('[') && bare.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(InvalidTarget::Form);
        }
        Ok(Self {
            path: own_path(path)?,
            host: HeaderValue::try_from(&authority).map_err(|_| InvalidTarget::Form)?,
            shown: masked_query(&format!("{scheme}://{authority}{path}")).into_owned(),
            address: TargetAddress::Tcp { host: bare.to_owned(), port, tls },
        })
    }

    /// `/path/to/socket`, or `/path/to/socket:/path/of/the/request`.
    fn unix(rest: &str) -> Result<Self, InvalidTarget> {
        if cfg!(not(unix)) {
            return Err(InvalidTarget::UnixUnavailable);
        }
        let (file, path) = rest.split_at(rest.find(":/").unwrap_or(rest.len()));
        if file.is_empty() {
            return Err(InvalidTarget::NoSocket);
        }
        Ok(Self {
            path: own_path(path.trim_start_matches(':'))?,
            // A Unix socket has no host, but servers expect the header.
            host: HeaderValue::from_static("localhost"),
            shown: masked_query(&format!("{UNIX}{rest}")).into_owned(),
            address: TargetAddress::Unix(PathBuf::from(file)),
        })
    }
}

/// Splits host (IPv6 with its brackets) and port. A number alone is a port of this machine.
fn split_authority(authority: &str, tls: Option<bool>) -> Result<(&str, u16), InvalidTarget> {
    let is_number = !authority.is_empty() && authority.bytes().all(|b| b.is_ascii_digit());
    let colon = match authority.find(']') {
        Some(end) => authority[end..].find(':').map(|colon| end + colon),
        None => authority.find(':'),
    };
    let (host, port) = match (colon, tls) {
        (None, None) if is_number => ("localhost", authority),
        (Some(0), None) => ("localhost", &authority[1..]),
        (Some(colon), _) => (&authority[..colon], &authority[colon + 1..]),
        (None, Some(tls)) => (authority, if tls { "443" } else { "80" }),
        (None, None) if authority.is_empty() => return Err(InvalidTarget::Form),
        (None, None) => return Err(InvalidTarget::NoPort),
    };
    if host.is_empty() || port.contains([':', '[', ']']) {
        return Err(InvalidTarget::Form);
    }
    match port.parse() {
        Ok(number) if number != 0 && !port.starts_with('+') => Ok((host, number)),
        _ => Err(InvalidTarget::Port),
    }
}

/// The path and query as typed; `None` if there is none. `/` alone is a path: the root.
fn own_path(typed: &str) -> Result<Option<PathAndQuery>, InvalidTarget> {
    match typed {
        "" => Ok(None),
        path => PathAndQuery::try_from(path).map(Some).map_err(|_| InvalidTarget::Form),
    }
}

/// Whether `host` is this machine, without a DNS query: a loopback address (127.0.0.0/8, `::1`, or IPv4 mapped to
/// IPv6), `localhost`, or a subdomain of it. IPv6 may be in brackets.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let (above, last) = name.rsplit_once('.').map_or((None, name), |(above, last)| (Some(above), last));
    last.eq_ignore_ascii_case("localhost") && above != Some("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_common_forms() {
        for (text, shown, host, path) in [
            ("3000", "http://localhost:3000", "localhost:3000", "/own?a=b"),
            (":3000/zoom", "http://localhost:3000/zoom", "localhost:3000", "/zoom?a=b"),
            ("http://[::1]:80/a?b=1", "http://[::1]/a?b=1", "[::1]", "/a?b=1"),
            ("https://hooks.example.com/", "https://hooks.example.com/", "hooks.example.com", "/?a=b"),
            ("HTTPS://a.test:8443", "https://a.test:8443", "a.test:8443", "/own?a=b"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), shown);
            assert_eq!(
                (target.host().to_str().unwrap(), &*target.uri_for("/own?a=b").to_string()),
                (host, path),
                "{text}"
            );
        }
    }

    #[test]
    fn rejects_invalid_targets_without_repeating_the_text() {
        for (text, error) in [
            ("", InvalidTarget::Form),
            ("localhost", InvalidTarget::NoPort),
            ("localhost:0", InvalidTarget::Port),
            ("70000", InvalidTarget::Port),
            ("ftp://a.test", InvalidTarget::Scheme),
            ("http://jill:hush@a.test", InvalidTarget::Credentials),
            ("3000/#hush", InvalidTarget::Fragment),
            ("http://[hush]:1", InvalidTarget::Form),
        ] {
            let found = text.parse::<Target>().unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!found.to_string().contains("hush"), "{found}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn parses_unix_sockets() {
        let target: Target = "unix:/run/app.sock:/zoom".parse().unwrap();
        assert_eq!(*target.address(), TargetAddress::Unix("/run/app.sock".into()));
        assert_eq!((target.to_string().as_str(), target.url_for("/")), ("unix:/run/app.sock:/zoom", None));
        assert_eq!(target.uri_for("/own"), "/zoom");
        assert!(target.is_loopback());
        assert_eq!("unix:".parse::<Target>(), Err(InvalidTarget::NoSocket));
    }

    #[test]
    fn recognizes_this_machine() {
        for (text, is_here) in [
            ("3000", true),
            ("127.9.9.9:1", true),
            ("http://[::ffff:127.0.0.1]:1", true),
            ("app.localhost:1", true),
            ("http://LOCALHOST.", true),
            ("localhost.example.com:1", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().is_loopback(), is_here, "{text}");
        }
    }

    #[test]
    fn preserves_the_host_header_with_another_address() {
        let target: Target = "https://hooks.example.com/zoom".parse().unwrap();
        let target = target.connecting_to(([127, 0, 0, 1], 8080).into());
        let host = "127.0.0.1".to_owned();
        assert_eq!(*target.address(), TargetAddress::Tcp { host, port: 8080, tls: false });
        assert_eq!(
            (target.host().to_str().unwrap(), &*target.uri_for("/").to_string()),
            ("hooks.example.com", "/zoom")
        );
    }

    #[test]
    fn recognizes_loopback_hosts() {
        for host in [
            "localhost",
            "LocalHost",
            "localhost.",
            "app.localhost",
            "a.b.LOCALHOST.",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
    }

    #[test]
    fn recognizes_other_machines() {
        for host in [
            "",
            ".",
            ".localhost",
            "localhost..",
            "localhost.example.com",
            "notlocalhost",
            "example.com",
            "10.0.0.1",
            "128.0.0.1",
            "0.0.0.0",
            "::",
            "::2",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
