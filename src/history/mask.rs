//! Replaces personal data with masks, so that an export can be shared. The entry point is [`MaskKey::apply`].
//!
//! Within one export the same value always has the same digits in its mask, so that it stays clear who did what. Masks are HMACs with
//! a random key for each run ([`MaskKey`]): without the key, names and addresses cannot be guessed by hashing
//! candidates. Masks of two exports are not comparable.
//!
//! **The rule.** A string stays only if it is known to be safe (`safe.rs`): one of the catalogue's values, a time, the name
//! of an event. Every other string is masked, because people write names into any text. A number is masked if its name
//! says that it is an id or a telephone number. What is masked in one place of a record is masked in all of them.
//!
//! The rest of a body stays unchanged. The signature of a masked body no longer matches.

mod kind;
mod safe;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub(crate) use self::kind::Mask;
use self::kind::{is_document, is_network_address, is_phone_number};
use self::safe::{is_id_name, is_safe, is_safe_header, is_safe_segment, looks_like_an_id};
use super::StoredDelivery;
use crate::delivery::DeliveryVerdict;
use crate::delivery::MASK;
use crate::zoom::catalogue;

/// The random key of one run.
#[derive(Clone)]
pub(crate) struct MaskKey {
    key: Hmac<Sha256>,
    keeps_ids: bool,
}

/// Does not show the key.
impl std::fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MaskKey")
    }
}

/// Headers with the sender's address.
const ADDRESS_HEADERS: [&str; 6] =
    ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];

/// A shorter value is not searched for in other texts: it would be found everywhere.
const SHORTEST: usize = 3;

impl MaskKey {
    /// Creates a key. The bytes should be random and used for one run only.
    #[must_use]
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        // HMAC pads a short key with zeros to its block size.
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(&bytes);
        Self { key: Hmac::new(&block.into()), keeps_ids: false }
    }

    /// Keeps the ids of accounts, users, meetings and calls, where a value looks like an id.
    #[must_use]
    pub(crate) fn keeping_ids(self, keeps_ids: bool) -> Self {
        Self { keeps_ids, ..self }
    }

    /// The mask of a value, such as `name-3f9a1c04`.
    #[must_use]
    pub(crate) fn mask(&self, kind: Mask, value: &str) -> String {
        format!("{}-{:08x}", kind.word(), self.digest(value))
    }

    /// 32 bits: collisions are rare among the few thousand people of an export.
    fn digest(&self, value: &str) -> u32 {
        let digest = self.key.clone().chain_update(value).finalize().into_bytes();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Masks a record: body, headers, target, peer, public URL, and the app's answers.
    pub(crate) fn apply(&self, record: &mut StoredDelivery) {
        let mut masking = Masking { key: self, event: kept_event(record), masked: Vec::new() };
        // All bodies are read before anything is written, because the name of a person may come after a text with it.
        masking.read(&record.body);
        record.forwarded.iter().for_each(|relay| masking.read(&relay.body));
        record.body = masking.body(&record.body);
        // The port is dropped, so that the same client has the same mask.
        let peer = record.peer.parse::<SocketAddr>().map(|peer| peer.ip().to_string());
        record.peer = self.mask(Mask::Address, peer.as_ref().unwrap_or(&record.peer));
        record.target = masking.target(&record.target);
        record.event = record.event.as_ref().map(|event| match masking.is_event(event) {
            true => event.clone(),
            false => self.mask(Mask::Text, event),
        });
        record.public_url = record.public_url.as_ref().map(|url| self.mask(Mask::Link, url));
        record.secret_name = record.secret_name.as_ref().map(|name| self.mask(Mask::Name, name));
        // A folder often has the name of its user.
        record.project = None;
        masking.headers(&mut record.headers);
        for relay in &mut record.forwarded {
            relay.body = masking.body(&relay.body);
            relay.target = masking.url(&relay.target);
            relay.detail = relay.detail.as_ref().map(|detail| masking.sentence(detail));
            masking.headers(&mut relay.headers);
        }
    }
}

/// The masking of one record.
struct Masking<'k> {
    key: &'k MaskKey,
    /// The name of the event, if it is verified.
    event: Option<String>,
    /// Values that are masked in this record, the longest first. They are masked in other texts too.
    masked: Vec<String>,
}

impl Masking<'_> {
    /// Finds the values that will be masked.
    fn read(&mut self, body: &[u8]) {
        let Some(text) = json_text(body) else { return };
        let mut found = BTreeSet::new();
        self.json(text, &mut found);
        self.masked.extend(found.into_iter().filter(|value| value.chars().count() >= SHORTEST));
        self.masked.sort_by_key(|value| std::cmp::Reverse(value.len()));
        self.masked.dedup();
    }

    /// Masks everything in a body that is not known to be safe. A body that is not JSON is masked as a whole.
    fn body(&self, body: &[u8]) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        match json_text(body) {
            Some(text) => self.json(text, &mut BTreeSet::new()).into_bytes(),
            None => self.key.mask(Mask::Secret, &String::from_utf8_lossy(body)).into_bytes(),
        }
    }

    /// Masks a JSON text in one pass. Adds the values that it masks to `found`.
    fn json(&self, text: &str, found: &mut BTreeSet<String>) -> String {
        let mut masked = String::with_capacity(text.len());
        let (mut rest, mut name, mut outside) = (text, String::new(), Vec::new());
        while let Some(first) = rest.bytes().next() {
            let token = &rest[..token_length(rest.as_bytes())];
            rest = &rest[token.len()..];
            match first {
                b'"' if rest.trim_ascii_start().starts_with(':') => {
                    name = decoded(token);
                    masked.push_str(&self.member_name(token, &name, found));
                }
                b'"' => masked.push_str(&self.string(token, &name, found)),
                b'-' | b'0'..=b'9' => masked.push_str(&self.number(token, &name, found)),
                _ => {
                    match first {
                        b'{' | b'[' => outside.push(name.clone()),
                        // The member name of a list applies to all its items, including those after an object.
                        b'}' | b']' => name = outside.pop().unwrap_or_default(),
                        _ => {}
                    }
                    masked.push_str(token);
                }
            }
        }
        masked
    }

    /// A member's name stays if it looks like one. In an object that is used as a map, it may be an address or an id.
    fn member_name(&self, token: &str, name: &str, found: &mut BTreeSet<String>) -> String {
        if catalogue::is_name_of_a_field(name) {
            return token.to_owned();
        }
        self.replaced(Mask::Text, name, found)
    }

    fn string(&self, token: &str, name: &str, found: &mut BTreeSet<String>) -> String {
        let value = decoded(token);
        if value.is_empty() {
            return token.to_owned();
        }
        let kind = Mask::of_member(name);
        if kind.is_none() && is_document(&value) {
            return json_string(&self.json(&value, found));
        }
        let stays = match () {
            () if name == "event" => self.is_event(&value),
            () if kind == Some(Mask::Secret) => false,
            () if self.key.keeps_ids && is_id_name(name) => looks_like_an_id(&value),
            () => is_safe(name, &value) && !self.is_masked_elsewhere(&value),
        };
        if stays {
            return token.to_owned();
        }
        let kind = match kind {
            Some(kind) => kind,
            None if value.contains("://") => Mask::Link,
            None if is_network_address(&value) || is_phone_number(&value) || value.contains('@') => {
                Mask::Address
            }
            None if is_id_name(name) => Mask::Id,
            None => Mask::Text,
        };
        self.replaced(kind, &value, found)
    }

    fn replaced(&self, kind: Mask, value: &str, found: &mut BTreeSet<String>) -> String {
        found.insert(value.to_owned());
        json_string(&self.key.mask(kind, value))
    }

    /// Masks a number that is an id or a telephone number; the mask is a number too.
    fn number(&self, token: &str, name: &str, found: &mut BTreeSet<String>) -> String {
        let by_name = match Mask::of_member(name) {
            // A number is not text that a person wrote.
            Some(Mask::Text) | None => is_id_name(name) && !self.key.keeps_ids,
            Some(_) => true,
        };
        if by_name {
            found.insert(token.to_owned());
        } else if !self.is_masked_elsewhere(token) {
            return token.to_owned();
        }
        self.key.digest(token).to_string()
    }

    /// Whether the record has this value in a place where it is masked. Short ones are coincidences.
    fn is_masked_elsewhere(&self, value: &str) -> bool {
        value.len() >= 5 && self.masked.iter().any(|masked| masked == value)
    }

    /// Whether a text is the name of an event. In a request that is not verified, anything can be in its place.
    fn is_event(&self, text: &str) -> bool {
        self.event.as_deref() == Some(text) || catalogue::find(text).is_some()
    }

    fn headers(&self, headers: &mut [(String, Vec<u8>)]) {
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            let text = String::from_utf8_lossy(value);
            let masked = if is_safe_header(&name, &text) {
                self.sentence(&text)
            } else if *text == *MASK {
                // The history masks credentials by itself.
                continue;
            } else if ADDRESS_HEADERS.contains(&name.as_str()) {
                // The list has an address for each proxy.
                let all = text.split(',').map(|one| self.key.mask(Mask::Address, one.trim()));
                all.collect::<Vec<_>>().join(", ")
            } else {
                let kind = Mask::of_member(&name.replace('-', "_")).unwrap_or(Mask::Text);
                self.key.mask(kind, &text)
            };
            if masked != *text {
                *value = masked.into_bytes();
            }
        }
    }

    /// A text of a program rather than of a person: only addresses, links and values that are masked elsewhere.
    fn sentence(&self, text: &str) -> String {
        let words = text.split_inclusive(char::is_whitespace).map(|word| self.word(word));
        let mut masked: String = words.collect();
        for value in &self.masked {
            if value.chars().count() > SHORTEST && masked.contains(value.as_str()) {
                masked = masked.replace(value.as_str(), &self.key.mask(Mask::Text, value));
            }
        }
        masked
    }

    fn word(&self, word: &str) -> String {
        let bare = word.trim_end().trim_end_matches([',', ';', '.', ':']);
        let rest = &word[bare.len()..];
        let masked = if bare.contains("://") {
            self.url(bare)
        } else if bare.contains('@') || is_network_address(bare) || is_phone_number(bare) {
            self.key.mask(Mask::Address, bare)
        } else {
            bare.to_owned()
        };
        masked + rest
    }

    /// A URL: the host stays if it is this machine, and the rest is masked like a target.
    fn url(&self, url: &str) -> String {
        let Some((scheme, rest)) = url.split_once("://") else { return self.target(url) };
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let host = if is_local { host.to_owned() } else { self.key.mask(Mask::Address, host) };
        format!("{scheme}://{host}{}", self.target(path))
    }

    /// A path and its query. Parts of a path may be tokens, however short.
    fn target(&self, target: &str) -> String {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let segment = |segment: &str| match is_safe_segment(segment) && !self.is_masked_elsewhere(segment) {
            true => segment.to_owned(),
            false => self.key.mask(Mask::Secret, segment),
        };
        let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        match query {
            Some("") => path + "?",
            Some(query) => format!("{path}?{}", self.key.mask(Mask::Secret, query)),
            None => path,
        }
    }
}

fn kept_event(record: &StoredDelivery) -> Option<String> {
    let event = record.event.clone().filter(|event| catalogue::is_name_of_an_event(event))?;
    (record.verdict == DeliveryVerdict::Valid).then_some(event)
}

/// A body that is JSON.
fn json_text(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok().then_some(text)
}

fn json_string(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
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
