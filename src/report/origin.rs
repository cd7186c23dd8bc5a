//! Where a request came from, as far as that is known. The entry point is [`Origin::of`].

use std::net::IpAddr;

use crate::delivery::{Request, Route};

/// Characters of the longest address: IPv6 with an IPv4 tail.
const LONGEST_ADDRESS: usize = 45;

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DeliveryOrigin {
    /// The other end of the connection, as seen here or reported by the tunnel.
    Seen(IpAddr),
    /// The value of `x-forwarded-for` on a connection from this machine. The user's own tunnel sets it, but any
    /// sender can. Not sanitized for a terminal.
    Claimed(String),
    /// This machine.
    ThisMachine,
    /// The machine of the session that shares it.
    SharingMachine,
}

impl DeliveryOrigin {
    pub(super) fn of(request: &Request) -> Self {
        let ip = request.peer.ip();
        match request.route {
            Route::Local if ip.is_loopback() => claimed(request).map_or(Self::ThisMachine, Self::Claimed),
            Route::Stream if ip.is_loopback() || ip.is_unspecified() => {
                claimed(request).map_or(Self::SharingMachine, Self::Claimed)
            }
            _ => Self::Seen(ip),
        }
    }
}

/// The first address in `x-forwarded-for`: the client, if the header is true.
fn claimed(request: &Request) -> Option<String> {
    let value = request.headers.get("x-forwarded-for")?;
    let first = String::from_utf8_lossy(value.as_bytes());
    let first = first.split(',').next()?.trim();
    (!first.is_empty()).then(|| first.chars().take(LONGEST_ADDRESS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_support::request;

    #[test]
    fn trusts_the_address_from_the_tunnel() {
        let mut request = request("{}");
        (request.route, request.peer) = (Route::Tunnel, "203.0.113.9:1".parse().unwrap());
        request.headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
        assert_eq!(DeliveryOrigin::of(&request), DeliveryOrigin::Seen("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn marks_an_x_forwarded_for_address_as_claimed() {
        let mut request = request("{}");
        assert_eq!(DeliveryOrigin::of(&request), DeliveryOrigin::ThisMachine);
        request.headers.insert("x-forwarded-for", "198.51.100.1, 10.0.0.1".parse().unwrap());
        assert_eq!(DeliveryOrigin::of(&request), DeliveryOrigin::Claimed("198.51.100.1".into()));
        request.headers.insert("x-forwarded-for", "x".repeat(5000).parse().unwrap());
        assert_eq!(DeliveryOrigin::of(&request), DeliveryOrigin::Claimed("x".repeat(45)));
        request.peer = "192.0.2.7:1".parse().unwrap();
        assert_eq!(DeliveryOrigin::of(&request), DeliveryOrigin::Seen("192.0.2.7".parse().unwrap()));
    }
}
