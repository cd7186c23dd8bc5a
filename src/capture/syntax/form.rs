//! Encodes forms, as curl sends them.

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
