//! Personal data replaced by masks, so that an export can be shown to others.
//!
//! The same value always has the same mask, so that who did what stays readable. Masks are keyed with a key of
//! one run ([`MaskKey`]): names and addresses are few enough to be guessed, and without the key a guess cannot be
//! tried. So two exports cannot be held against one another.
//!
//! Everything else in a body stays as it was sent. The signature of a masked body does not match any more.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::StoredDelivery;

/// The key of one run.
#[derive(Clone)]
pub struct MaskKey(Hmac<Sha256>);

/// Shows nothing of the key.
impl std::fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MaskKey")
    }
}

/// What a masked value is, told by its mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// Passcodes and tokens.
    Secret,
    /// Mail and network addresses, telephone numbers.
    Address,
    /// Names of people, and topics, which have names in them.
    Name,
}

/// Headers that tell who sent a request.
const ADDRESS_HEADERS: [&str; 6] =
    ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];

impl Mask {
    /// By a member's name, which Zoom writes in snake case, and in camel case in a few places.
    fn of_member(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let is = |names: &[&str]| names.contains(&name.as_str());
        if has(&["password", "passcode", "token", "secret"]) || is(&["pwd", "pin", "host_key"]) {
            Some(Self::Secret)
        } else if has(&["email", "phone", "ip_address", "_ip", "address", "_number"])
            || is(&["ip", "location", "mac_addr", "caller_did", "callee_did"])
        {
            Some(Self::Address)
        } else if has(&[
            "display_name",
            "user_name",
            "first_name",
            "last_name",
            "full_name",
            "host_name",
            "topic",
            "agenda",
        ]) || is(&["name", "operator", "username"])
        {
            Some(Self::Name)
        } else {
            None
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Address => "address",
            Self::Name => "name",
        }
    }
}

impl MaskKey {
    /// A key of these bytes, which should be random and used for one run.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        // As HMAC does with a key that is shorter than its block.
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(&bytes);
        Self(Hmac::new(&block.into()))
    }

    /// The mask of a value, such as `name-3f9a1c04`.
    #[must_use]
    pub fn mask(&self, kind: Mask, value: &str) -> String {
        format!("{}-{:08x}", kind.word(), self.digest(value))
    }

    /// 32 bits: among the few thousand people of an export two rarely share a mask.
    fn digest(&self, value: &str) -> u32 {
        let digest = self.0.clone().chain_update(value).finalize().into_bytes();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Masks a record: body, addresses in headers and of the peer, the app's answers.
    pub fn apply(&self, record: &mut StoredDelivery) {
        record.body = self.body(&record.body);
        record.peer = self.mask(Mask::Address, &record.peer);
        record.target = self.text(&record.target);
        for (name, value) in &mut record.headers {
            if ADDRESS_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                *value = self.mask(Mask::Address, &String::from_utf8_lossy(value)).into_bytes();
            }
        }
        for relay in &mut record.relayed {
            relay.body = self.body(&relay.body);
        }
    }

    /// A body with its personal data masked; one that is not JSON is masked as a whole.
    #[must_use]
    pub fn body(&self, body: &[u8]) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        let json = std::str::from_utf8(body)
            .ok()
            .filter(|text| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok());
        match json {
            Some(text) => self.json(text).into_bytes(),
            None => self.mask(Mask::Secret, &String::from_utf8_lossy(body)).into_bytes(),
        }
    }

    /// Goes through the text once; only strings and numbers under a telling name, and strings with an address or
    /// a link in them, are replaced.
    fn json(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let (mut rest, mut kind) = (text, None);
        while let Some(first) = rest.bytes().next() {
            let token = &rest[..token_length(rest.as_bytes())];
            rest = &rest[token.len()..];
            match first {
                b'"' if rest.trim_ascii_start().starts_with(':') => {
                    kind = Mask::of_member(&decoded(token));
                    masked.push_str(token);
                }
                b'"' => self.push_string(&mut masked, token, kind),
                b'-' | b'0'..=b'9' => match kind {
                    // A number stays one.
                    Some(_) => {
                        let _ = write!(masked, "{}", self.digest(token));
                    }
                    None => masked.push_str(token),
                },
                _ => masked.push_str(token),
            }
        }
        masked
    }

    fn push_string(&self, masked: &mut String, token: &str, kind: Option<Mask>) {
        let value = decoded(token);
        let replaced = match kind {
            _ if value.is_empty() => return masked.push_str(token),
            Some(kind) => self.mask(kind, &value),
            None => self.text(&value),
        };
        if replaced == value {
            masked.push_str(token);
        } else {
            masked.push_str(&serde_json::Value::String(replaced).to_string());
        }
    }

    /// A text with what follows the `?` of a link, and the mail addresses in it, masked.
    fn text(&self, text: &str) -> String {
        let is_link = text.contains("://") || text.starts_with('/');
        if let Some((head, query)) = text.split_once('?').filter(|(_, query)| is_link && !query.is_empty()) {
            return format!("{}?{}", self.addresses(head), self.mask(Mask::Secret, query));
        }
        self.addresses(text)
    }

    fn addresses(&self, text: &str) -> String {
        if !text.contains('@') {
            return text.to_owned();
        }
        let in_address = |c: char| c.is_alphanumeric() || "@.+-_%'".contains(c);
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(in_address) {
            masked.push_str(&rest[..start]);
            rest = &rest[start..];
            let word = &rest[..rest.find(|c| !in_address(c)).unwrap_or(rest.len())];
            if word.contains('@') {
                masked.push_str(&self.mask(Mask::Address, word));
            } else {
                masked.push_str(word);
            }
            rest = &rest[word.len()..];
        }
        masked + rest
    }
}

/// The text of a JSON string; half a surrogate pair has none and leaves the token as it is.
fn decoded(token: &str) -> String {
    serde_json::from_str(token).unwrap_or_else(|_| token.to_owned())
}

/// Of the string, number or other sign that a text begins with.
fn token_length(bytes: &[u8]) -> usize {
    match bytes[0] {
        b'"' => {
            let mut at = 1;
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            (at + 1).min(bytes.len())
        }
        b'-' | b'0'..=b'9' => {
            bytes.iter().position(|b| !b"+-.eE0123456789".contains(b)).unwrap_or(bytes.len())
        }
        // Between strings there is nothing but ASCII.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> MaskKey {
        MaskKey::new([7; 32])
    }

    #[test]
    fn the_same_value_has_the_same_mask_and_the_rest_stays() {
        let body = br#"{ "event":"meeting.started", "n":1.0, "payload":{"object":{"host_email":"jill@example.com",
            "password":"123456","topic":"Jill \ud83d\ude80","note":"ask jill@example.com now","uuid":"a\/b=="}}}"#;
        let masked = String::from_utf8(key().body(body)).unwrap();
        for gone in ["jill@", "123456", "Jill"] {
            assert!(!masked.contains(gone), "{gone}: {masked}");
        }
        for kept in [r#""event":"meeting.started""#, r#""n":1.0"#, r#""uuid":"a\/b==""#, "ask "] {
            assert!(masked.contains(kept), "{kept}: {masked}");
        }
        assert_eq!(masked.matches(&key().mask(Mask::Address, "jill@example.com")).count(), 2, "{masked}");
        assert_ne!(key().mask(Mask::Name, "a"), MaskKey::new([8; 32]).mask(Mask::Name, "a"));
    }

    #[test]
    fn lists_numbers_and_links_are_masked_too() {
        let body =
            br#"{"emails":["a@b.c","d"],"passcode":4711,"join_url":"https://z.us/j/1?pwd=abc","x":4711}"#;
        let masked = String::from_utf8(key().body(body)).unwrap();
        for gone in ["a@b.c", r#""d""#, "pwd", r#""passcode":4711"#] {
            assert!(!masked.contains(gone), "{gone}: {masked}");
        }
        assert!(masked.contains(r#""x":4711"#) && masked.contains("https://z.us/j/1?secret-"), "{masked}");
        assert!(serde_json::from_str::<serde_json::Value>(&masked).is_ok(), "{masked}");
    }

    #[test]
    fn what_is_not_json_is_masked_as_a_whole() {
        assert!(key().body(b"password=1").starts_with(b"secret-"));
        assert!(key().body(b"").is_empty());
    }
}
