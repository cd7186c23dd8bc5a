//! `NO_PROXY`: the hosts that are reached without the proxy. Pure.
//!
//! There is no standard for it. This parses the syntax that curl and the Go tools share: a comma-separated list of
//! domains (which include their subdomains, with or without a leading dot), addresses, address ranges and `*`.

use std::net::IpAddr;

/// The parsed list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bypass(Vec<BypassEntry>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum BypassEntry {
    All,
    /// A domain and its subdomains, on one port or all.
    Domain(String, Option<u16>),
    /// Addresses with the same first bits.
    Range(IpAddr, u8),
}

impl Bypass {
    /// Parses a list. Ignores invalid entries, as other tools do.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        Self(list.split([',', ' ']).filter_map(|entry| parse(entry.trim())).collect())
    }

    /// Whether `host` is reached without the proxy.
    #[must_use]
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let host =
            host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok();
        self.0.iter().any(|entry| match entry {
            BypassEntry::All => true,
            BypassEntry::Domain(domain, only) => {
                let below = host
                    .strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                below && only.is_none_or(|only| only == port)
            }
            BypassEntry::Range(network, bits) => {
                address.is_some_and(|address| shares(address, *network, *bits))
            }
        })
    }
}

fn parse(entry: &str) -> Option<BypassEntry> {
    if entry == "*" {
        return Some(BypassEntry::All);
    }
    if let Ok(address) = entry.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Some(BypassEntry::Range(address, if address.is_ipv4() { 32 } else { 128 }));
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return Some(BypassEntry::Range(network.parse().ok()?, bits.parse().ok()?));
    }
    let (domain, port) = match entry.rsplit_once(':') {
        Some((domain, port)) => (domain, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    let domain = domain.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase();
    (!domain.is_empty()).then_some(BypassEntry::Domain(domain, port))
}

/// Whether two addresses of the same family have the same first `bits`.
fn shares(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let differ = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => u128::from(u32::from(a) ^ u32::from(b)) << 96,
        (IpAddr::V6(a), IpAddr::V6(b)) => u128::from(a) ^ u128::from(b),
        _ => return false,
    };
    differ.leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_domains_with_their_subdomains() {
        let bypass = Bypass::parse("example.com, .local *.corp.test:8443,,");
        for (host, port, covered) in [
            ("example.com", 443, true),
            ("a.Example.com.", 443, true),
            ("notexample.com", 443, false),
            ("printer.local", 443, true),
            ("a.corp.test", 8443, true),
            ("a.corp.test", 443, false),
        ] {
            assert_eq!(bypass.covers(host, port), covered, "{host}:{port}");
        }
    }

    #[test]
    fn covers_addresses_and_ranges() {
        let bypass = Bypass::parse("10.0.0.0/8,127.0.0.1,[::1],fd00::/8,0.0.0.0/x");
        for (host, covered) in [
            ("10.200.1.1", true),
            ("11.0.0.1", false),
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("::1", true),
            ("[fd12::1]", true),
            ("fe80::1", false),
        ] {
            assert_eq!(bypass.covers(host, 443), covered, "{host}");
        }
    }

    #[test]
    fn a_star_covers_all_hosts_and_an_empty_list_none() {
        assert!(Bypass::parse("*").covers("example.com", 1));
        assert!(!Bypass::parse("").covers("example.com", 1));
        assert!(Bypass::parse("0.0.0.0/0").covers("8.8.8.8", 1));
    }
}
