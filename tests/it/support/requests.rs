//! Requests of Zoom as raw bytes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zoomhook::zoom::SecretToken;

/// The secret token of tests that need only one.
pub const SECRET: &str = "zoomhook-test-secret";

/// Unix seconds now, moved by `offset_secs`.
pub fn timestamp(offset_secs: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    now.checked_add_signed(offset_secs).unwrap().to_string()
}

/// The value of the signature header.
pub fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    SecretToken::new(secret).unwrap().sign(timestamp.as_bytes(), body).to_string()
}

/// The head of a signed POST, without the length of the body.
pub fn signed_head(path: &str, body: &[u8]) -> String {
    head_with(path, &timestamp(0), SECRET, body)
}

/// [`signed_head`] with another timestamp or secret.
pub fn head_with(path: &str, timestamp: &str, secret: &str, body: &[u8]) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nx-zm-request-timestamp: {timestamp}\r\nx-zm-signature: {}\r\n",
        sign(secret, timestamp, body)
    )
}

/// A whole signed POST.
pub fn signed(path: &str, body: &[u8]) -> Vec<u8> {
    with_length(signed_head(path, body), body)
}

/// A head, the body's length, and the body.
pub fn with_length(head: String, body: &[u8]) -> Vec<u8> {
    let mut request = format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

/// The body of an event, `padding` bytes longer than necessary.
pub fn event(name: &str, padding: usize) -> Vec<u8> {
    format!(
        r#"{{"event":"{name}","payload":{{"account_id":"abc","object":{{"topic":"{}"}}}},"event_ts":1}}"#,
        "x".repeat(padding)
    )
    .into_bytes()
}
