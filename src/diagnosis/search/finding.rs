//! A hit in words.

use super::attempts::Hit;
use crate::diagnosis::code::Code;
use crate::diagnosis::evidence::{Evidence, Secrets};
use crate::diagnosis::shown::Difference;
use crate::diagnosis::shown::visible;
use crate::diagnosis::variants::body::is_as_zoom_writes;
use crate::diagnosis::variants::change::Voice;
use crate::diagnosis::variants::message::signed_message;
use crate::diagnosis::verdict::Finding;

/// The finding of a hit; `None` where the hit is what Zoom does.
pub(crate) fn finding(
    hit: &Hit<'_>,
    evidence: &Evidence<'_>,
    secrets: &Secrets,
    voice: Voice,
) -> Option<Finding> {
    let mut causes = hit.changes().into_iter().map(|change| {
        let mut cause = change.cause(voice);
        if voice == Voice::Request && change.code == Code::BodyReserialised {
            cause.sentence += who_wrote_again(evidence.body.unwrap_or_default());
        }
        cause
    });
    Some(Finding {
        cause: causes.next()?,
        also: causes.collect(),
        proof: Some(proof(hit, secrets, voice)),
        secret_name: secrets.name_of(hit.key).filter(|_| !hit.hash.is_keyless()).cloned(),
        difference: difference(hit, evidence),
        restored_body: hit.only_change_of_body().map(|_| hit.body.to_vec()),
    })
}

/// Which of the two forms is the copy: that which was signed, or that which is here.
fn who_wrote_again(body: &[u8]) -> &'static str {
    if is_as_zoom_writes(body) {
        " The body here is as Zoom writes it: whoever signed it hashed parsed JSON, not the bytes that were sent."
    } else {
        " The body here is not as Zoom writes it: it was parsed and written again after it was signed, by a proxy, a log or the tool that captured it."
    }
}

/// What was computed, so that somebody else can compute it again.
fn proof(hit: &Hit<'_>, secrets: &Secrets, voice: Voice) -> String {
    let hash = hit.hash.change().map_or("HMAC-SHA256".into(), |change| change.phrase);
    let key = match (secrets.name_of(hit.key), &hit.key.change) {
        _ if hit.hash.is_keyless() => String::new(),
        (Some(name), Some(change))
            if change.code == Code::SecretWhitespace || change.code == Code::KeyDecoded =>
        {
            format!(" under the secret token of {name} {}", change.phrase)
        }
        (Some(name), _) => format!(" under {name}"),
        (None, change) => format!(" under {}", change.as_ref().map_or("no key", |change| &change.phrase)),
    };
    let layout = hit.layout.change.as_ref().map_or("v0:{timestamp}:{body}", |change| &change.phrase);
    let stamp = hit.stamp.map_or(String::new(), |stamp| format!(", timestamp {}", visible(&stamp.text)));
    let body = match &hit.body_change {
        Some(change) => format!(", the body {} ({} bytes)", change.phrase, hit.body.len()),
        None => format!(", the body as it is here ({} bytes)", hit.body.len()),
    };
    let value = if voice == Voice::Mine { "your value" } else { "the signature received" };
    format!("{hash}{key} over {layout}{stamp}{body} gives {value}")
}

fn difference(hit: &Hit<'_>, evidence: &Evidence<'_>) -> Option<Difference> {
    let timestamp = evidence.timestamp.or(hit.stamp.map(|stamp| &*stamp.text)).unwrap_or_default();
    Difference::between(&signed_message(timestamp, evidence.body.unwrap_or_default()), &hit.message())
}
