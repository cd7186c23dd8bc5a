//! [`is_loopback`]: the one rule for which hosts are this machine. Pure.

use std::net::IpAddr;

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
    fn recognizes_this_machine() {
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
