//! Decides from a member's name, or from a value's format, whether the value is personal data.

use std::net::{IpAddr, SocketAddr};

/// The kind of a masked value, which is the first part of its mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mask {
    /// Passcodes and tokens.
    Secret,
    /// Email and network addresses, telephone numbers.
    Address,
    /// Names of people, and topics, which often contain names.
    Name,
    /// Text that people wrote: messages, notes, answers to questions. Also any text that is not known to be safe.
    Text,
    /// A link, which may grant access to what it leads to.
    Link,
    /// The id of an account, a user, a meeting or a call.
    Id,
}

impl Mask {
    /// The kind for a member's name, which Zoom writes in snake case and sometimes in camel case. It prefers to mask
    /// too much: a site's name is masked like a person's.
    pub(super) fn of_member(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        let is = |names: &[&str]| names.contains(&name.as_str());
        if has(&["password", "passcode", "token", "secret", "pin_code", "conference_code"])
            || ends(&["_pin", "_key"])
            || is(&["pwd", "pin"])
        {
            Some(Self::Secret)
        } else if has(&["email", "phone", "ip_address", "_ip", "address", "_number", "caller_id", "ssid"])
            || is(&[
                "ip",
                "location",
                "mac_addr",
                "caller_did",
                "callee_did",
                "from",
                "to",
                "number",
                "zip",
                "city",
                "state",
                "zone",
                "latitude",
                "longitude",
            ])
        {
            Some(Self::Address)
        } else if has(&["topic"])
            || ends(&["name", "agenda", "title", "subject", "company", "operator", "_by"])
        {
            Some(Self::Name)
        } else if ends(&[
            "text",
            "message",
            "content",
            "description",
            "question",
            "answer",
            "overview",
            "details",
        ]) || ends(&["comment", "comments", "note", "notes", "summary"])
            || is(&["value", "next_steps"])
        {
            Some(Self::Text)
        } else {
            None
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Address => "address",
            Self::Name => "name",
            Self::Text => "text",
            Self::Link => "link",
            Self::Id => "id",
        }
    }
}

/// Whether a string contains a JSON document.
pub(super) fn is_document(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Whether the text is an IP address, with or without a port. A loopback address is not personal data.
pub(super) fn is_network_address(text: &str) -> bool {
    let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// Whether the text is an international phone number (E.164): a plus sign and 7 to 15 digits, with any separators.
pub(super) fn is_phone_number(text: &str) -> bool {
    let Some(rest) = text.trim().strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -.()".contains(&byte))
}
