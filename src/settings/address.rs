//! Where the listener binds: `--host` and `--port`.

use std::net::{IpAddr, Ipv4Addr};

use super::number::whole;
use crate::listener::Port;
use crate::session::LocalAddress;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Local address")]
pub(crate) struct AddressArgs {
    /// Address to bind; other machines can reach any address except a loopback address
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into(), value_parser = parse_host)]
    host: IpAddr,

    /// Port to bind [default: 4000, or the next free one]
    ///
    /// 0 uses any free port; the port in use is shown. With this flag, a port that is in use is an error.
    #[arg(long, short, value_name = "PORT", value_parser = whole(0..=u16::MAX))]
    port: Option<u16>,
}

impl AddressArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(&self) -> LocalAddress {
        LocalAddress { host: self.host, port: self.port.map_or(Port::Usual, Port::Asked) }
    }
}

fn parse_host(text: &str) -> Result<IpAddr, InvalidHost> {
    // A fixed address, because `localhost` resolves to 127.0.0.1 or ::1, depending on the system.
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    inner.parse().map_err(|_| InvalidHost)
}

/// The text is not an IP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an IP address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0, or localhost")]
pub(crate) struct InvalidHost;

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn defaults_to_loopback_and_the_usual_port() {
        let usual = LocalAddress { host: Ipv4Addr::LOCALHOST.into(), port: Port::Usual };
        assert_eq!(parse::<AddressArgs>(&[]).unwrap().check(), usual);
    }

    #[test]
    fn accepts_addresses_and_ports() {
        let check = |args: &[&str]| parse::<AddressArgs>(args).unwrap().check();
        assert_eq!(check(&["--host", "localhost"]).host, Ipv4Addr::LOCALHOST);
        assert_eq!(check(&["--host", "[::1]"]).host, Ipv6Addr::LOCALHOST);
        assert_eq!(check(&["--host", "0.0.0.0", "--port", "0"]).port, Port::Asked(0));
        assert_eq!(check(&["--port", "4000"]).port, Port::Asked(4000));
    }

    #[test]
    fn rejects_host_names_and_impossible_ports() {
        for args in [["--host", "example.com"], ["--host", ""], ["--port", "70000"], ["--port", "x"]] {
            assert!(parse::<AddressArgs>(&args).is_err(), "{args:?}");
        }
    }
}
