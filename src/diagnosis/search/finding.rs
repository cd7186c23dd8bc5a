//! Turns a hit into a [`Finding`] with sentences.

use super::attempts::Hit;
use crate::diagnosis::code::Code;
use crate::diagnosis::difference::Difference;
use crate::diagnosis::evidence::{Evidence, Secrets};
use crate::diagnosis::variants::body::is_as_zoom_writes;
use crate::diagnosis::variants::change::{VariantChange, Voice};
use crate::diagnosis::variants::message::signed_message;
use crate::diagnosis::verdict::{Finding, Proof};
use crate::diagnosis::visible::visible;

/// Returns the finding for a hit, or `None` if the hit follows the protocol.
pub(crate) fn finding(
    hit: &Hit<'_>,
    evidence: &Evidence<'_>,
    secrets: &Secrets,
    voice: Voice,
) -> Option<Finding> {
    let mut causes = hit.changes().into_iter().map(|change| {
        let mut cause = change.cause(voice);
        if voice == Voice::Request && change.code == Code::BodyReserialized {
            cause.sentence += form_of_the_body(evidence.body.unwrap_or_default());
        }
        cause
    });
    Some(Finding {
        cause: causes.next()?,
        also: causes.collect(),
        proof: Some(proof(hit, secrets)),
        secret_name: secrets.name_of(hit.key).filter(|_| !hit.hash.is_keyless()).cloned(),
        difference: difference(hit, evidence),
        restored_body: hit.only_change_of_body().map(|_| hit.body.to_vec()),
    })
}

/// Which of the two forms is re-serialized: the one that was signed, or the one in the capture.
fn form_of_the_body(body: &[u8]) -> &'static str {
    if is_as_zoom_writes(body) {
        " The body here is in the form that Zoom sends: the signature was computed over re-serialized JSON, not over these bytes."
    } else {
        " The body here is not in the form that Zoom sends: it was probably re-serialized after it was signed, by a proxy, a log or the capture tool."
    }
}

fn proof(hit: &Hit<'_>, secrets: &Secrets) -> Proof {
    let body = hit.body_change.as_ref().map_or("as captured", |change| &change.phrase);
    Proof {
        hash: hit.hash.change().map_or("HMAC-SHA256".into(), |change| change.phrase.into()),
        key: (!hit.hash.is_keyless()).then(|| key(hit, secrets)),
        message: hit
            .layout
            .change
            .as_ref()
            .map_or("v0:{timestamp}:{body}", |change| &change.phrase)
            .to_owned(),
        timestamp: hit.stamp.map(|stamp| visible(&stamp.text)),
        body: format!("{body} ({} bytes)", hit.body.len()),
    }
}

/// The key by its name. The phrase of another credential contains its name.
fn key(hit: &Hit<'_>, secrets: &Secrets) -> String {
    match (secrets.name_of(hit.key), &hit.key.change) {
        (Some(name), Some(VariantChange { code: Code::SecretWhitespace | Code::KeyDecoded, phrase })) => {
            format!("{name}, {phrase}")
        }
        (Some(name), None) => name.to_string(),
        (_, change) => change.as_ref().map_or_else(String::new, |change| change.phrase.to_string()),
    }
}

fn difference(hit: &Hit<'_>, evidence: &Evidence<'_>) -> Option<Difference> {
    let timestamp = evidence.timestamp.or(hit.stamp.map(|stamp| &*stamp.text)).unwrap_or_default();
    Difference::between(&signed_message(timestamp, evidence.body.unwrap_or_default()), &hit.message())
}
