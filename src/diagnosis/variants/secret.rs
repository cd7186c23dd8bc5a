//! The HMAC key: the secret token as given, and variants of it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::change::VariantChange;
use super::pasted::{PastedForm, bare, forms, has_no_hex};
use crate::diagnosis::code::Code;
use crate::diagnosis::secret_text::{Role, SecretText};

/// A key with its HMAC state, which is computed once.
#[derive(Clone)]
pub(crate) struct SecretVariant {
    /// Index of its secret among the given ones; `None` for an empty key or a word such as `undefined`.
    pub(crate) secret: Option<usize>,
    /// The change of the secret; `None` for a secret token as given.
    pub(crate) change: Option<VariantChange>,
    bytes: Zeroizing<Vec<u8>>,
    keyed: Hmac<Sha256>,
}

impl SecretVariant {
    fn new(secret: Option<usize>, change: Option<VariantChange>, bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        let keyed = Hmac::new_from_slice(&bytes).ok()?;
        Some(Self { secret, change, bytes, keyed })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The HMAC-SHA256 of a message.
    pub(crate) fn hmac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.keyed();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The HMAC state before any message.
    pub(crate) fn keyed(&self) -> Hmac<Sha256> {
        self.keyed.clone()
    }
}

impl fmt::Debug for SecretVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, {:?})", self.secret, self.change)
    }
}

/// The variants of the secrets. The secret tokens as given are not among them.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Variants that are also tried together with other changes.
    pub(crate) likely: Vec<SecretVariant>,
    pub(crate) others: Vec<SecretVariant>,
    /// What programs use as the key when there is no secret token. Also tried together with other changes.
    pub(crate) missing: Vec<SecretVariant>,
}

impl Keys {
    /// The secret tokens as given, without blank ones: anyone can sign with a blank key.
    pub(crate) fn plain(secrets: &[SecretText]) -> Vec<SecretVariant> {
        let tokens = not_blank(secrets).filter(|(_, secret)| secret.role == Role::Secret);
        tokens
            .filter_map(|(index, secret)| SecretVariant::new(Some(index), None, bytes_of(secret.text())))
            .collect()
    }

    /// All variants of the secrets.
    pub(crate) fn of(secrets: &[SecretText]) -> Self {
        let mut keys = Self::default();
        for (index, secret) in not_blank(secrets) {
            match secret.role {
                Role::Secret => keys.add_secret(index, secret),
                Role::OtherSecret => keys.add_other(index, secret, Code::SecretOther),
                Role::OtherCredential => keys.add_other(index, secret, Code::SecretIsOtherCredential),
            }
        }
        let is_emptied = |secret: &SecretText| secret.role == Role::Secret && has_no_hex(bare(secret.text()));
        let emptied = not_blank(secrets).any(|(_, secret)| is_emptied(secret));
        keys.missing.extend(MISSING.iter().filter_map(|(text, phrase)| {
            let phrase = if text.is_empty() && emptied { EMPTIED } else { phrase };
            SecretVariant::new(None, Some(VariantChange::new(Code::SecretEmpty, phrase)), bytes_of(text))
        }));
        keys
    }

    fn add_secret(&mut self, index: usize, secret: &SecretText) {
        let given = secret.text();
        let mut seen = vec![bytes_of(given)];
        for PastedForm { code, phrase, bytes, likely } in forms(&secret.name, given) {
            // An empty key is not a form of a secret.
            if bytes.is_empty() || seen.contains(&bytes) {
                continue;
            }
            seen.push(bytes.clone());
            let key = SecretVariant::new(Some(index), Some(VariantChange::new(code, phrase)), bytes);
            if likely { self.likely.extend(key) } else { self.others.extend(key) }
        }
    }

    fn add_other(&mut self, index: usize, secret: &SecretText, code: Code) {
        let add = |keys: &mut Vec<SecretVariant>, phrase: String, text: &str| {
            keys.extend(SecretVariant::new(
                Some(index),
                Some(VariantChange::new(code, phrase)),
                bytes_of(text),
            ));
        };
        add(&mut self.likely, secret.name.to_string(), secret.text());
        let core = bare(secret.text());
        if core != secret.text() {
            add(&mut self.others, format!("{} without the extra characters around it", secret.name), core);
        }
    }
}

fn not_blank(secrets: &[SecretText]) -> impl Iterator<Item = (usize, &SecretText)> {
    secrets.iter().enumerate().filter(|(_, secret)| !secret.text().trim().is_empty())
}

fn bytes_of(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

/// The phrase for an empty key where the user's secret token may have become one.
const EMPTIED: &str = "an empty string (which Buffer.from(secret, 'hex') gives for this token, too)";

/// Keys that programs use when the secret token is not set.
const MISSING: [(&str, &str); 7] = [
    ("", "an empty string"),
    ("undefined", "the word undefined"),
    ("null", "the word null"),
    ("None", "the word None"),
    ("nil", "the word nil"),
    ("\n", "a newline"),
    ("\"\"", "two quotes"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_no_key_from_a_blank_secret() {
        let blank = [SecretText::new("a", Role::Secret, " \n"), SecretText::new("b", Role::OtherSecret, "")];
        let keys = Keys::of(&blank);
        assert!(Keys::plain(&blank).is_empty() && keys.likely.is_empty());
        assert!(keys.others.is_empty() && keys.missing.iter().all(|key| key.secret.is_none()));
    }

    #[test]
    fn all_keys_differ() {
        let secrets = [SecretText::new("app", Role::Secret, "zoomhook-test-secret")];
        let (plain, keys) = (Keys::plain(&secrets), Keys::of(&secrets));
        let mut all: Vec<_> = plain
            .iter()
            .chain(&keys.likely)
            .chain(&keys.others)
            .chain(&keys.missing)
            .map(SecretVariant::bytes)
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(!format!("{keys:?}").contains("test-secret"));
    }
}
