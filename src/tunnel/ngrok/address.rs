//! Parses the address that the agent connects to: `host:port`. Pure. The entry point is [`Address::of`].

use std::fmt;
use std::net::Ipv6Addr;

use rustls::pki_types::{DnsName, IpAddr, ServerName};

/// ngrok's server, which is also the SDK's default.
const DEFAULT_HOST: &str = "connect.ngrok-agent.com";

/// The default port, as in ngrok's agent.
const DEFAULT_PORT: u16 = 443;

/// The address of a tunnel server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// A DNS name or an IPv4 address.
    pub(super) host: String,
    /// Never 0.
    pub(super) port: u16,
}

/// Why an address cannot be used. Shown to the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    #[error("ngrok's connect URL {0:?} is an IPv6 address, which the ngrok SDK cannot use")]
    Ipv6(String),
    #[error("ngrok's connect URL {0:?} does not have the form host:port")]
    Malformed(String),
}

impl Address {
    /// ngrok's own server, or the one that the user named.
    pub(super) fn of(connect_url: Option<&str>) -> Result<Self, AddressError> {
        let Some(text) = connect_url.map(str::trim) else {
            return Ok(Self { host: DEFAULT_HOST.to_owned(), port: DEFAULT_PORT });
        };
        if text.starts_with('[') || text.parse::<Ipv6Addr>().is_ok() {
            return Err(AddressError::Ipv6(text.to_owned()));
        }
        let malformed = || AddressError::Malformed(text.to_owned());
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| malformed())?),
            None => (text, DEFAULT_PORT),
        };
        let address = Self { host: host.to_owned(), port };
        if port == 0 || address.server_name().is_none() { Err(malformed()) } else { Ok(address) }
    }

    /// The name that the server's certificate must have.
    pub(super) fn server_name(&self) -> Option<ServerName<'static>> {
        if let Ok(address) = self.host.parse::<std::net::Ipv4Addr>() {
            return Some(ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V4(address))));
        }
        DnsName::try_from(self.host.clone()).ok().map(ServerName::DnsName)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_host_with_or_without_a_port() {
        for (text, host, port) in [
            ("connect.example.com:4443", "connect.example.com", 4443),
            (" connect.example.com ", "connect.example.com", 443),
            ("127.0.0.1:80", "127.0.0.1", 80),
        ] {
            let expected = Address { host: host.to_owned(), port };
            assert_eq!(Address::of(Some(text)), Ok(expected), "{text}");
        }
        assert_eq!(Address::of(None).unwrap().to_string(), "connect.ngrok-agent.com:443");
    }

    #[test]
    fn rejects_ipv6_addresses() {
        for text in ["[::1]:4443", "::1", "fe80::1"] {
            assert_eq!(Address::of(Some(text)), Err(AddressError::Ipv6(text.to_owned())));
        }
    }

    #[test]
    fn rejects_text_that_is_not_an_address() {
        for text in ["", "not a host:1", "host:99999", "host:0", "host:", ":443", "https://host:443", "a@b:1"]
        {
            let error = Address::of(Some(text)).unwrap_err();
            assert_eq!(error, AddressError::Malformed(text.to_owned()));
        }
    }
}
