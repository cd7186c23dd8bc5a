//! What a text is, told by its form alone.

use std::net::{IpAddr, SocketAddr};

/// A JSON document that stands in a string.
pub(super) fn is_document(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// An address of the internet, with or without a port. That of a machine itself tells nobody where it is.
pub(super) fn is_network_address(text: &str) -> bool {
    let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// A number of the form that the world dials (E.164): a plus sign and 7 to 15 digits, however they are set.
pub(super) fn is_phone_number(text: &str) -> bool {
    let Some(rest) = text.trim().strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -.()".contains(&byte))
}
