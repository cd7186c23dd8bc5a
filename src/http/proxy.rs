//! A proxy's URL, the hosts that it is for, and the CONNECT request to an HTTP proxy. Pure.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::bypass::Bypass;

/// The proxy settings. The default is no proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy, if there is one.
    pub proxy: Option<Proxy>,
    /// The hosts that are reached without it.
    pub bypass: Bypass,
}

impl Proxies {
    /// The proxy for a host, if there is one.
    #[must_use]
    pub fn for_host(&self, host: &str, port: u16) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|_| !self.bypass.covers(host, port))
    }
}

/// The protocol of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP with CONNECT. The connection to the proxy has no TLS.
    Http,
    /// SOCKS 5; the proxy resolves names.
    Socks5,
}

/// A proxy. Neither `Display` nor `Debug` shows its credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    scheme: ProxyScheme,
    host: String,
    port: u16,
    credentials: Option<(String, Zeroizing<String>)>,
}

/// Why a text is not a proxy. The messages do not repeat the text: it may contain a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxy {
    /// The syntax is wrong.
    #[error("write http://HOST:PORT or socks5://HOST:PORT, with USER:PASSWORD@ before the host if needed")]
    Malformed,
    /// The protocol is not supported.
    #[error("only http:// and socks5:// proxies can be used")]
    Scheme,
    /// The credentials are too long for SOCKS, or contain characters that are not allowed in HTTP headers.
    #[error("the user name or the password of the proxy cannot be sent to it")]
    Credentials,
}

impl std::str::FromStr for Proxy {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (scheme, usual_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (ProxyScheme::Http, 80),
            "socks5" | "socks5h" | "socks" => (ProxyScheme::Socks5, 1080),
            _ => return Err(InvalidProxy::Scheme),
        };
        let authority = rest.trim_end_matches('/');
        let (credentials, address) = match authority.rsplit_once('@') {
            Some((credentials, address)) => (Some(read_credentials(credentials)?), address),
            None => (None, authority),
        };
        let (host, port) = split_address(address, usual_port).ok_or(InvalidProxy::Malformed)?;
        Ok(Self { scheme, host, port, credentials })
    }
}

/// Splits host and port. An IPv6 address is in brackets.
fn split_address(address: &str, usual_port: u16) -> Option<(String, u16)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port.strip_prefix(':'))
        }
        None => address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
    };
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
    let port = port.map_or(Some(usual_port), |port| port.parse().ok()).filter(|port| *port != 0)?;
    (!host.is_empty() && host.bytes().all(fits)).then(|| (host.to_owned(), port))
}

fn read_credentials(text: &str) -> Result<(String, Zeroizing<String>), InvalidProxy> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let decode = |text| percent_decoded(text).ok_or(InvalidProxy::Credentials);
    let (user, password) = (decode(user)?, Zeroizing::new(decode(password)?));
    // SOCKS has one byte for each length. A colon ends the user name in HTTP.
    let fits = |text: &str| text.len() <= 255 && !text.contains(char::is_control);
    if user.is_empty() || user.contains(':') || !fits(&user) || !fits(&password) {
        return Err(InvalidProxy::Credentials);
    }
    Ok((user, password))
}

/// Decodes `%41`; `None` if an escape is incomplete or the result is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let mut decoded = [0];
            hex::decode_to_slice(tail.get(..2)?, &mut decoded).ok()?;
            bytes.push(decoded[0]);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

impl Proxy {
    /// Its protocol.
    #[must_use]
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Its host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }

    /// The CONNECT request for an HTTP proxy.
    pub(super) fn connect_request(&self, host: &str, port: u16) -> Zeroizing<String> {
        let authorization = self.credentials().map(|(user, password)| {
            let plain = Zeroizing::new(format!("{user}:{password}"));
            Zeroizing::new(format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(plain.as_bytes())))
        });
        let authorization = authorization.as_deref().map_or("", String::as_str);
        Zeroizing::new(format!(
            "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n"
        ))
    }
}

/// Parses an HTTP proxy's answer to CONNECT.
pub(super) fn read_answer(head: &[u8]) -> Result<(), String> {
    let line = head.split(|b| *b == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).unwrap_or_default();
    match status.parse::<u16>() {
        Ok(200..=299) => Ok(()),
        Ok(407) => Err("it asks for a user name and a password (407)".to_owned()),
        Ok(status) => Err(format!("it refuses the connection ({status})")),
        Err(_) => Err("it does not speak HTTP".to_owned()),
    }
}

/// The URL without its credentials.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            ProxyScheme::Http => "http",
            ProxyScheme::Socks5 => "socks5",
        };
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{scheme}://{open}{}{close}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Proxy, InvalidProxy> {
        text.parse()
    }

    #[test]
    fn parses_common_forms_and_does_not_show_credentials() {
        for (text, shown, credentials) in [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128", None),
            ("proxy.example.com", "http://proxy.example.com:80", None),
            ("socks5h://10.0.0.1/", "socks5://10.0.0.1:1080", None),
            ("http://jill:p%40ss%3Aword@[::1]:8080", "http://[::1]:8080", Some(("jill", "p@ss:word"))),
            ("http://jill@proxy:1", "http://proxy:1", Some(("jill", ""))),
        ] {
            let proxy = parse(text).unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert_eq!(proxy.credentials(), credentials);
            assert!(!format!("{proxy:?}").contains("ss"), "{proxy:?}");
        }
    }

    #[test]
    fn rejects_invalid_proxies_without_repeating_the_text() {
        for (text, error) in [
            ("https://proxy:1", InvalidProxy::Scheme),
            ("ftp://proxy", InvalidProxy::Scheme),
            ("", InvalidProxy::Malformed),
            ("http://:80", InvalidProxy::Malformed),
            ("http://proxy:x", InvalidProxy::Malformed),
            ("http://proxy:0", InvalidProxy::Malformed),
            ("http://a b", InvalidProxy::Malformed),
            ("http://[::1", InvalidProxy::Malformed),
            ("http://a%0d:b@proxy", InvalidProxy::Credentials),
            ("http://a%3a:b@proxy", InvalidProxy::Credentials),
            ("http://:hush@proxy", InvalidProxy::Credentials),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn writes_a_connect_request_with_basic_credentials() {
        let proxy = parse("http://jill:hush@proxy:1").unwrap();
        let expected = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\
                        Proxy-Authorization: Basic amlsbDpodXNo\r\n\r\n";
        assert_eq!(*proxy.connect_request("a.test", 443), expected);
    }

    #[test]
    fn encodes_base64_with_padding() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("é?>", "w6k/Pg==")]
        {
            assert_eq!(STANDARD.encode(plain), encoded);
        }
    }

    #[test]
    fn parses_a_proxys_answer() {
        assert_eq!(read_answer(b"HTTP/1.1 200 Connection established\r\n\r\n"), Ok(()));
        assert_eq!(read_answer(b"HTTP/1.0 200 ok\r\n\r\n"), Ok(()));
        assert!(read_answer(b"HTTP/1.1 407 x\r\n\r\n").unwrap_err().contains("password"));
        assert!(read_answer(b"HTTP/1.1 403 x\r\n\r\n").unwrap_err().contains("403"));
        assert!(read_answer(b"SSH-2.0-x\r\n\r\n").unwrap_err().contains("HTTP"));
    }
}
