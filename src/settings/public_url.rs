//! Parsers for `--public-url`, `--domain` and `--ngrok-connect-url`. They accept pasted forms. Pure.

use hyper::Uri;

use crate::http::is_loopback;

/// Why a text is not a public URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidPublicUrl {
    /// Not a URL with a host.
    #[error("write a complete URL, such as https://hooks.example.com")]
    NotAUrl,
    /// Zoom posts to https only.
    #[error("Zoom posts to https:// only (http:// is for this machine's own addresses)")]
    NotHttps,
    /// It has a query, a fragment or a user in it.
    #[error("leave out a query after '?', a fragment after '#' and a user name before '@'")]
    Extra,
    /// It has a path that is not the endpoint's.
    #[error(
        "its path is {path}, but zoomhook answers at {endpoint}: give the URL without a path, or add --path {path}"
    )]
    OtherPath {
        /// The URL's path.
        path: String,
        /// The endpoint's path.
        endpoint: String,
    },
}

/// The base of a public URL: no path, no trailing slash. The endpoint's path is removed, because users often paste the
/// complete URL from Marketplace.
pub(super) fn base_of(url: &str, endpoint: &str) -> Result<String, InvalidPublicUrl> {
    let url = url.trim();
    if url.contains(['?', '#', '@']) {
        return Err(InvalidPublicUrl::Extra);
    }
    let uri: Uri = url.parse().map_err(|_| InvalidPublicUrl::NotAUrl)?;
    let (Some(scheme), Some(host), Some(authority)) = (uri.scheme_str(), uri.host(), uri.authority()) else {
        return Err(InvalidPublicUrl::NotAUrl);
    };
    match scheme {
        _ if host.is_empty() => return Err(InvalidPublicUrl::NotAUrl),
        "https" => {}
        "http" if is_loopback(host) => {}
        _ => return Err(InvalidPublicUrl::NotHttps),
    }
    if uri.path().trim_end_matches('/') != endpoint.trim_end_matches('/') && uri.path() != "/" {
        let (path, endpoint) = (uri.path().to_owned(), endpoint.to_owned());
        return Err(InvalidPublicUrl::OtherPath { path, endpoint });
    }
    Ok(format!("{scheme}://{authority}"))
}

/// The text is not a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a domain of your ngrok account, such as mine.ngrok.app")]
pub(crate) struct InvalidDomain;

/// Parses a domain. Removes what pasting can add: `https://`, a trailing slash, capitals.
pub(super) fn domain(text: &str) -> Result<String, InvalidDomain> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
    let text = text.trim_end_matches('/');
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if text.contains('.') && text.split('.').all(is_label) { Ok(text.to_owned()) } else { Err(InvalidDomain) }
}

/// Why a text is not the address of an ngrok server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConnectUrl {
    /// Not HOST:PORT.
    #[error("write HOST:PORT, such as connect.example.com:443")]
    NotHostAndPort,
    /// ngrok's SDK cannot dial an IPv6 address.
    #[error("an IPv6 address does not work here; write a host name")]
    Ipv6,
}

/// Parses `host:port` of an ngrok server. The default port is 443.
pub(super) fn connect_url(text: &str) -> Result<String, InvalidConnectUrl> {
    let text = text.trim();
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("tls://")).unwrap_or(text);
    let text = text.trim_end_matches('/');
    if text.contains(['[', ']']) || text.matches(':').count() > 1 {
        return Err(InvalidConnectUrl::Ipv6);
    }
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    let port: u16 = port.parse().map_err(|_| InvalidConnectUrl::NotHostAndPort)?;
    let is_host = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    if is_host && port != 0 { Ok(format!("{host}:{port}")) } else { Err(InvalidConnectUrl::NotHostAndPort) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_base_url_and_a_complete_one() {
        for (url, base) in [
            ("https://hooks.example.com", "https://hooks.example.com"),
            (" https://hooks.example.com/ ", "https://hooks.example.com"),
            ("https://hooks.example.com:8443/webhook", "https://hooks.example.com:8443"),
            ("https://hooks.example.com/webhook/", "https://hooks.example.com"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("http://localhost:4000/webhook", "http://localhost:4000"),
            ("http://[::1]:4000", "http://[::1]:4000"),
            ("http://app.localhost:4000", "http://app.localhost:4000"),
        ] {
            assert_eq!(base_of(url, "/webhook").unwrap(), base, "{url}");
        }
    }

    #[test]
    fn reports_what_is_wrong_with_a_url() {
        for (url, error) in [
            ("hooks.example.com", InvalidPublicUrl::NotAUrl),
            ("", InvalidPublicUrl::NotAUrl),
            ("https://", InvalidPublicUrl::NotAUrl),
            ("https:///webhook", InvalidPublicUrl::NotAUrl),
            ("https://a b", InvalidPublicUrl::NotAUrl),
            ("http://hooks.example.com", InvalidPublicUrl::NotHttps),
            ("ftp://hooks.example.com", InvalidPublicUrl::NotHttps),
            ("https://hooks.example.com/webhook?x=1", InvalidPublicUrl::Extra),
            ("https://user@hooks.example.com", InvalidPublicUrl::Extra),
        ] {
            assert_eq!(base_of(url, "/webhook").unwrap_err(), error, "{url}");
        }
        let error = base_of("https://hooks.example.com/zoom", "/webhook").unwrap_err();
        assert!(error.to_string().contains("--path /zoom"), "{error}");
    }

    #[test]
    fn cleans_a_domain() {
        for text in ["mine.ngrok.app", "https://mine.ngrok.app/", " Mine.ngrok.app", "http://mine.ngrok.app"]
        {
            assert_eq!(domain(text).unwrap(), "mine.ngrok.app", "{text}");
        }
        for text in ["", "mine", "mine..app", "mine.ngrok.app/x", "mine.ngrok.app:443", "-a.b", "a b.c"] {
            assert!(domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parses_the_address_of_a_server() {
        for (text, address) in [
            ("connect.example.com:443", "connect.example.com:443"),
            ("connect.example.com", "connect.example.com:443"),
            ("https://connect.example.com/", "connect.example.com:443"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
        ] {
            assert_eq!(connect_url(text).unwrap(), address, "{text}");
        }
        assert_eq!(connect_url("[::1]:443").unwrap_err(), InvalidConnectUrl::Ipv6);
        for text in ["", ":443", "a:b", "a:0", "a/b:1", "a:70000"] {
            assert_eq!(connect_url(text).unwrap_err(), InvalidConnectUrl::NotHostAndPort, "{text}");
        }
    }
}
