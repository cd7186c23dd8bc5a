//! Personal data replaced by masks, so that an export can be shown to others.
//!
//! The same value always has the same mask, so that who did what stays readable. Masks are keyed with a key of
//! one run ([`MaskKey`]): names and addresses are few enough to be guessed, and without the key a guess cannot be
//! tried. So two exports cannot be held against one another.
//!
//! Everything else in a body stays as it was sent. The signature of a masked body does not match any more.

mod kind;

use std::fmt::Write;
use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub(crate) use self::kind::Mask;
use self::kind::{is_document, is_network_address, is_phone_number};
use super::StoredDelivery;

/// The key of one run.
#[derive(Clone)]
pub(crate) struct MaskKey(Hmac<Sha256>);

/// Shows nothing of the key.
impl std::fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MaskKey")
    }
}

/// Headers that tell who sent a request.
const ADDRESS_HEADERS: [&str; 6] =
    ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];

/// Characters of a step in a link's path that is no word and no number of a meeting, which has eleven digits.
const LONG_STEP: usize = 16;

impl MaskKey {
    /// A key of these bytes, which should be random and used for one run.
    #[must_use]
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        // As HMAC does with a key that is shorter than its block.
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(&bytes);
        Self(Hmac::new(&block.into()))
    }

    /// The mask of a value, such as `name-3f9a1c04`.
    #[must_use]
    pub(crate) fn mask(&self, kind: Mask, value: &str) -> String {
        format!("{}-{:08x}", kind.word(), self.digest(value))
    }

    /// 32 bits: among the few thousand people of an export two rarely share a mask.
    fn digest(&self, value: &str) -> u32 {
        let digest = self.0.clone().chain_update(value).finalize().into_bytes();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Masks a record: body, headers and target, the peer, the app's answers.
    pub(crate) fn apply(&self, record: &mut StoredDelivery) {
        record.body = self.body(&record.body);
        // Without the port, so that the same client has the same mask.
        let peer = record.peer.parse::<SocketAddr>().map(|peer| peer.ip().to_string());
        record.peer = self.mask(Mask::Address, peer.as_ref().unwrap_or(&record.peer));
        record.target = self.text(&record.target);
        self.headers(&mut record.headers);
        for relay in &mut record.forwarded {
            relay.body = self.body(&relay.body);
            relay.target = self.text(&relay.target);
            self.headers(&mut relay.headers);
        }
    }

    fn headers(&self, headers: &mut [(String, Vec<u8>)]) {
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            let text = String::from_utf8_lossy(value);
            let masked = if ADDRESS_HEADERS.contains(&name.as_str()) {
                // A list has an address for each proxy on the way.
                let all: Vec<_> = text.split(',').map(|one| self.mask(Mask::Address, one.trim())).collect();
                all.join(", ")
            } else if Mask::of_member(&name.replace('-', "_")) == Some(Mask::Secret) {
                self.mask(Mask::Secret, &text)
            } else {
                self.text(&text)
            };
            if masked != *text {
                *value = masked.into_bytes();
            }
        }
    }

    /// A body with its personal data masked; one that is not JSON is masked as a whole.
    #[must_use]
    pub(crate) fn body(&self, body: &[u8]) -> Vec<u8> {
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
        let (mut rest, mut kind, mut outside) = (text, None, Vec::new());
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
                    // What people wrote is no number, and a number stays one.
                    Some(Mask::Text) | None => masked.push_str(token),
                    Some(_) => {
                        let _ = write!(masked, "{}", self.digest(token));
                    }
                },
                _ => {
                    match first {
                        b'{' | b'[' => outside.push(kind),
                        // The name before a list is that of all its items, also of those behind an object.
                        b'}' | b']' => kind = outside.pop().flatten(),
                        _ => {}
                    }
                    masked.push_str(token);
                }
            }
        }
        masked
    }

    fn push_string(&self, masked: &mut String, token: &str, kind: Option<Mask>) {
        let value = decoded(token);
        let replaced = match kind {
            _ if value.is_empty() => return masked.push_str(token),
            Some(kind) => self.mask(kind, &value),
            None if is_document(&value) => self.json(&value),
            None => self.text(&value),
        };
        if replaced == value {
            masked.push_str(token);
        } else {
            masked.push_str(&serde_json::Value::String(replaced).to_string());
        }
    }

    /// A text with what is secret in links, and the mail, network and telephone addresses in it, masked.
    fn text(&self, text: &str) -> String {
        if is_phone_number(text) {
            return self.mask(Mask::Address, text);
        }
        text.split_inclusive(char::is_whitespace).map(|word| self.word(word)).collect()
    }

    fn word(&self, word: &str) -> String {
        let bare = word.trim_end().trim_end_matches([',', ';', '.']);
        let rest = &word[bare.len()..];
        let masked = if bare.contains("://") || bare.starts_with('/') {
            self.link(bare)
        } else if is_network_address(bare) || is_phone_number(bare) {
            self.mask(Mask::Address, bare)
        } else {
            self.addresses(bare)
        };
        masked + rest
    }

    /// What follows the `?`, and steps of the path that are too long for a word: whoever has them can open it.
    fn link(&self, link: &str) -> String {
        let (head, query) = link.split_once('?').map_or((link, None), |(head, query)| (head, Some(query)));
        let path = head.find("://").map_or(0, |at| at + 3);
        let path = head[path..].find('/').map_or(head.len(), |at| path + at);
        let step = |step: &str| match step.len() >= LONG_STEP {
            true => self.mask(Mask::Secret, step),
            false => self.addresses(step),
        };
        let steps: Vec<_> = head[path..].split('/').map(step).collect();
        let head = self.addresses(&head[..path]) + &steps.join("/");
        match query.filter(|query| !query.is_empty()) {
            Some(query) => format!("{head}?{}", self.mask(Mask::Secret, query)),
            None => link.strip_suffix('?').map_or(head.clone(), |_| head + "?"),
        }
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
mod tests;
