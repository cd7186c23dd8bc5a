//! Replaces personal data with masks, so that an export can be shared. The entry point is [`MaskKey::apply`].
//!
//! Within one export the same value always has the same mask, so that it stays clear who did what. Masks are HMACs with
//! a random key for each run ([`MaskKey`]): without the key, names and addresses cannot be guessed by hashing
//! candidates. Masks of two exports are not comparable.
//!
//! The rest of a body stays unchanged. The signature of a masked body no longer matches.

mod kind;

use std::fmt::Write;
use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub(crate) use self::kind::Mask;
use self::kind::{is_document, is_network_address, is_phone_number};
use super::StoredDelivery;

/// The random key of one run.
#[derive(Clone)]
pub(crate) struct MaskKey(Hmac<Sha256>);

/// Does not show the key.
impl std::fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MaskKey")
    }
}

/// Headers with the sender's address.
const ADDRESS_HEADERS: [&str; 6] =
    ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];

/// A path segment with this many characters is masked: it is longer than a word or a meeting number of 11 digits.
const LONG_SEGMENT: usize = 16;

impl MaskKey {
    /// Creates a key. The bytes should be random and used for one run only.
    #[must_use]
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        // HMAC pads a short key with zeros to its block size.
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(&bytes);
        Self(Hmac::new(&block.into()))
    }

    /// The mask of a value, such as `name-3f9a1c04`.
    #[must_use]
    pub(crate) fn mask(&self, kind: Mask, value: &str) -> String {
        format!("{}-{:08x}", kind.word(), self.digest(value))
    }

    /// 32 bits: collisions are rare among the few thousand people of an export.
    fn digest(&self, value: &str) -> u32 {
        let digest = self.0.clone().chain_update(value).finalize().into_bytes();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Masks a record: body, headers, target, peer, and the app's answers.
    pub(crate) fn apply(&self, record: &mut StoredDelivery) {
        record.body = self.body(&record.body);
        // The port is dropped, so that the same client has the same mask.
        let peer = record.peer.parse::<SocketAddr>().map(|peer| peer.ip().to_string());
        record.peer = self.mask(Mask::Address, peer.as_ref().unwrap_or(&record.peer));
        record.target = self.text(&record.target);
        // A folder often has the name of its user.
        record.project = None;
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
                // The list has an address for each proxy.
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

    /// Masks the personal data in a body. A body that is not JSON is masked as a whole.
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

    /// Masks a JSON text in one pass. Replaces strings and numbers whose member name marks them as personal, and
    /// strings that contain an address or a link.
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
                    // A number is not text that a person wrote.
                    Some(Mask::Text) | None => masked.push_str(token),
                    Some(_) => {
                        let _ = write!(masked, "{}", self.digest(token));
                    }
                },
                _ => {
                    match first {
                        b'{' | b'[' => outside.push(kind),
                        // The member name of a list applies to all its items, including those after an object.
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

    /// Masks the secret parts of links, and email, network and telephone addresses in a text.
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

    /// Masks the query and long path segments of a link, because they grant access to it.
    fn link(&self, link: &str) -> String {
        let (head, query) = link.split_once('?').map_or((link, None), |(head, query)| (head, Some(query)));
        let path = head.find("://").map_or(0, |at| at + 3);
        let path = head[path..].find('/').map_or(head.len(), |at| path + at);
        let segment = |segment: &str| match segment.len() >= LONG_SEGMENT {
            true => self.mask(Mask::Secret, segment),
            false => self.addresses(segment),
        };
        let segments: Vec<_> = head[path..].split('/').map(segment).collect();
        let head = self.addresses(&head[..path]) + &segments.join("/");
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

/// Decodes a JSON string. A string with half a surrogate pair is returned as written.
fn decoded(token: &str) -> String {
    serde_json::from_str(token).unwrap_or_else(|_| token.to_owned())
}

/// The length of the string, number or other character at the start of a text.
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
        // Valid JSON has only ASCII outside of strings.
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
