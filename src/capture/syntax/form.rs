//! Encodes forms, as curl and API clients send them.

use crate::json::JsonValue;

/// Encodes objects as `name=value&…`. The name is the member `key`, the value is the member `value`.
pub(in crate::capture) fn encode_form(fields: &[JsonValue<'_>], key: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields.iter().filter(|field| !field.get("disabled").is_some_and(JsonValue::is_true)) {
        if !out.is_empty() {
            out.push(b'&');
        }
        let part =
            |name: &str| field.get(name).and_then(JsonValue::bytes).map(percent_encode).unwrap_or_default();
        out.extend_from_slice(&part(key));
        out.push(b'=');
        out.extend_from_slice(&part("value"));
    }
    out
}

/// Percent-encodes all bytes except letters, digits and `-._~`, as `curl --data-urlencode` does.
pub(in crate::capture) fn percent_encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        if b.is_ascii_alphanumeric() || b"-._~".contains(b) {
            out.push(*b);
        } else {
            out.extend_from_slice(format!("%{b:02X}").as_bytes());
        }
    }
    out
}
