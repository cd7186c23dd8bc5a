//! Where deliveries go, as it is typed: `3000`, `localhost:3000/zoom`, `https://…`, `unix:/run/app.sock`. Pure.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::PathAndQuery;

use crate::delivery::{EventPattern, InvalidPattern};

/// Before the path of a Unix socket.
const UNIX: &str = "unix:";

/// One target, and the events that it is for.
#[derive(Debug, Clone)]
pub struct Target {
    pattern: Option<EventPattern>,
    place: Place,
    /// `None` keeps the delivery's own.
    path: Option<PathAndQuery>,
    host: HeaderValue,
    shown: String,
}

/// Where a connection is made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A host without the brackets of IPv6, and a port.
    Tcp { host: String, port: u16, tls: bool },
    /// A socket in the file system.
    Unix(PathBuf),
}

/// Why a text is no target. The messages repeat nothing of it, because a URL may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// Nothing of the known forms.
    #[error("write a port, such as 3000 or 3000/zoom, or a URL, such as http://localhost:3000/zoom")]
    Form,
    /// A host alone.
    #[error(
        "there is no port in it; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://"
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
    #[error("leave out what follows '#': it is never sent to a server")]
    Fragment,
    /// No file is named.
    #[error("write the socket's file after unix:, such as unix:/run/app.sock")]
    NoSocket,
    /// This system has none.
    #[error("sockets in the file system (unix:) are not available here; use a port")]
    UnixUnavailable,
    /// The part before `=`.
    #[error("before the '=': {0}")]
    Pattern(#[from] InvalidPattern),
}

impl Target {
    /// Whether it takes this event. One without a pattern takes whatever comes, unreadable bodies included.
    #[must_use]
    pub fn takes(&self, event: Option<&str>) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| event.is_some_and(|event| pattern.matches(event)))
    }

    /// The pattern of the events that it is for.
    #[must_use]
    pub fn pattern(&self) -> Option<&EventPattern> {
        self.pattern.as_ref()
    }

    /// Whether the connection is protected by TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self.place, Place::Tcp { tls: true, .. })
    }

    /// The URL that a delivery which came to `own` goes to; `None` where no URL leads there, as with a socket in
    /// the file system.
    #[must_use]
    pub fn url_for(&self, own: &str) -> Option<String> {
        let Place::Tcp { tls, .. } = &self.place else { return None };
        let scheme = if *tls { "https" } else { "http" };
        Some(format!("{scheme}://{}{}", self.host.to_str().ok()?, self.uri_for(own)))
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        match &self.place {
            Place::Unix(_) => true,
            Place::Tcp { host, .. } => match host.parse::<IpAddr>() {
                Ok(address) => address.to_canonical().is_loopback(),
                Err(_) => host == "localhost" || host.ends_with(".localhost"),
            },
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The value of the `host` header.
    pub(super) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// What the request line asks for, for a delivery that came to `own`. Without a path of its own the target
    /// gets the delivery's; without a query of its own, the delivery's query.
    pub(super) fn uri_for(&self, own: &str) -> Uri {
        let own = PathAndQuery::try_from(own).ok();
        let asked = match (&self.path, own) {
            (None, own) => own,
            (Some(path), Some(own)) if path.query().is_none() && own.query().is_some() => {
                PathAndQuery::try_from(format!("{}?{}", path.path(), own.query().unwrap_or_default())).ok()
            }
            (Some(path), _) => Some(path.clone()),
        };
        asked.map(Uri::from).unwrap_or_default()
    }
}

/// As a URL, without the pattern.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pattern, target) = split_pattern(text.trim());
        let target = Self::without_pattern(target.trim())?;
        Ok(Self { pattern: pattern.map(str::parse).transpose()?, ..target })
    }
}

/// Splits `PATTERN=TARGET`. A `=` behind the target's first `/` or `:` belongs to its path.
fn split_pattern(text: &str) -> (Option<&str>, &str) {
    match text.split_once('=') {
        Some((pattern, target)) if !pattern.contains(['/', ':']) => (Some(pattern), target),
        _ => (None, text),
    }
}

impl Target {
    fn without_pattern(text: &str) -> Result<Self, InvalidTarget> {
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

    fn tcp(host: &str, port: u16, tls: bool, path: &str) -> Result<Self, InvalidTarget> {
        let (scheme, usual_port) = if tls { ("https", 443) } else { ("http", 80) };
        let authority = if port == usual_port { host.to_owned() } else { format!("{host}:{port}") };
        // A host with characters that no host has.
        format!("{scheme}://{authority}").parse::<Uri>().map_err(|_| InvalidTarget::Form)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if host.starts_with('[') && bare.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(InvalidTarget::Form);
        }
        Ok(Self {
            pattern: None,
            path: own_path(path)?,
            host: HeaderValue::try_from(&authority).map_err(|_| InvalidTarget::Form)?,
            shown: format!("{scheme}://{authority}{path}"),
            place: Place::Tcp { host: bare.to_owned(), port, tls },
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
            pattern: None,
            path: own_path(path.trim_start_matches(':'))?,
            // There is no host; servers behind such a socket expect a name all the same.
            host: HeaderValue::from_static("localhost"),
            shown: format!("{UNIX}{rest}"),
            place: Place::Unix(PathBuf::from(file)),
        })
    }
}

/// Host, with its brackets if it is IPv6, and port. A bare number is a port of this machine.
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

/// The path and query as typed; `None` where there is none. `/` alone is one: the root is meant.
fn own_path(typed: &str) -> Result<Option<PathAndQuery>, InvalidTarget> {
    match typed {
        "" => Ok(None),
        path => PathAndQuery::try_from(path).map(Some).map_err(|_| InvalidTarget::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_this_machine() {
        for (text, is_here) in [
            ("3000", true),
            ("127.9.9.9:1", true),
            ("http://[::ffff:127.0.0.1]:1", true),
            ("app.localhost:1", true),
            ("localhost.example.com:1", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().is_on_this_machine(), is_here, "{text}");
        }
    }
}
