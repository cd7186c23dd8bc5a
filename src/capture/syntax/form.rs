//! Form fields, put together as a form would send them.

use crate::json::JsonValue;

/// `name=value&…` from a list of objects that keep the name under `key` and the value under `value`.
pub(in crate::capture) fn encode(fields: &[JsonValue<'_>], key: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields.iter().filter(|field| !field.get("disabled").is_some_and(JsonValue::is_true)) {
        if !out.is_empty() {
            out.push(b'&');
        }
        let part = |name: &str| field.get(name).and_then(JsonValue::bytes).map(percent).unwrap_or_default();
        out.extend_from_slice(&part(key));
        out.push(b'=');
        out.extend_from_slice(&part("value"));
    }
    out
}

/// Percent-encoded as `curl --data-urlencode` does: all but letters, digits and `-._~`.
pub(in crate::capture) fn percent(text: &[u8]) -> Vec<u8> {
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
