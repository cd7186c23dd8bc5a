//! Finds out what a wrong `encryptedToken` is, instead of the HMAC-SHA256 of the plainToken.

use super::answer::{AnswerCode, AnswerFault};
use crate::diagnosis::code::Code;
use crate::diagnosis::evidence::Secrets;
use crate::diagnosis::evidence::SigningScheme;
use crate::diagnosis::variants::change::{VariantChange, Voice};
use crate::diagnosis::variants::hash::Hash;
use crate::diagnosis::variants::header::{Reading, readings};
use crate::diagnosis::variants::secret::SecretVariant;

/// Explains a wrong `encryptedToken`.
pub(super) fn fault(text: &str, plain_token: &str, right: &[&str], secrets: &Secrets) -> AnswerFault {
    if text == plain_token {
        return AnswerFault::new(AnswerCode::Hmac, "encryptedToken is the plainToken itself, not its HMAC.");
    }
    let readings = readings(text.as_bytes(), SigningScheme::Webhooks);
    let digests: Vec<_> = right.iter().filter_map(|token| hex::decode(token).ok()).collect();
    if let Some(reading) = readings.iter().find(|reading| digests.contains(&reading.digest)) {
        return notation(text, reading);
    }
    keyed(&readings, plain_token.as_bytes(), secrets)
        .or_else(|| hashed(&readings, plain_token.as_bytes(), secrets))
        .unwrap_or_else(|| {
            let sentence =
                "encryptedToken is not the HMAC-SHA256 of the plainToken with the secret token as the key.";
            AnswerFault::new(AnswerCode::Hmac, sentence)
        })
}

/// The correct digest in a notation other than bare lower-case hex.
fn notation(text: &str, reading: &Reading) -> AnswerFault {
    let encoding = reading.changes.iter().find(|change| change.code == Code::SignatureEncoding);
    let trimmed = text.trim();
    let wrong = match encoding {
        Some(VariantChange { phrase, .. }) => phrase.to_string(),
        None if trimmed.starts_with("v0=") => "it starts with v0=".into(),
        None if trimmed != text => "there is whitespace around it".into(),
        None => "there is other text before or around it".into(),
    };
    let sentence = format!(
        "encryptedToken has the correct digest, but {wrong}; Zoom expects exactly 64 lower-case hex digits."
    );
    AnswerFault::new(AnswerCode::Encoding, sentence)
}

/// An HMAC of the plainToken with another key.
fn keyed(readings: &[Reading], plain_token: &[u8], secrets: &Secrets) -> Option<AnswerFault> {
    let keys = secrets.keys();
    let all = secrets.plain().iter().chain(&keys.likely).chain(&keys.missing).chain(&keys.others);
    let key = matching(readings, all, Hash::HmacSha256, plain_token)?;
    let sentence = match (&key.change, secrets.name_of(key)) {
        (Some(change), _) => change.cause(Voice::Mine).sentence,
        (None, name) => {
            let name = name.map_or("another app", |name| name);
            format!(
                "It was computed with the secret token of {name}; the challenge was signed with a different one."
            )
        }
    };
    Some(AnswerFault::new(AnswerCode::Key, format!("encryptedToken is wrong. {sentence}")))
}

/// Another hash of the plainToken.
fn hashed(readings: &[Reading], plain_token: &[u8], secrets: &Secrets) -> Option<AnswerFault> {
    let hash = Hash::OTHERS
        .into_iter()
        .find(|&hash| matching(readings, secrets.plain().iter(), hash, plain_token).is_some())?;
    let sentence = hash.change()?.cause(Voice::Mine).sentence;
    Some(AnswerFault::new(AnswerCode::Hmac, format!("encryptedToken is wrong. {sentence}")))
}

fn matching<'k>(
    readings: &[Reading],
    mut keys: impl Iterator<Item = &'k SecretVariant>,
    hash: Hash,
    message: &[u8],
) -> Option<&'k SecretVariant> {
    keys.find(|key| {
        let digest = hash.digest(key, &[message]);
        readings.iter().any(|reading| reading.digest == digest)
    })
}
