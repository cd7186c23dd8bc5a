//! Turns a hit into a [`Finding`] with sentences.

use super::attempts::Hit;
use crate::diagnosis::code::Code;
use crate::diagnosis::difference::{Compared, Difference};
use crate::diagnosis::evidence::{Evidence, Secrets};
use crate::diagnosis::remedy::Framework;
use crate::diagnosis::variants::body::{
    IN_ZOOMS_FORM, is_in_zooms_form, rewritten_from, rewritten_parts, that_write,
};
use crate::diagnosis::variants::change::{VariantChange, Voice};
use crate::diagnosis::variants::message::{Part, signed_message};
use crate::diagnosis::verdict::{Finding, Proof};
use crate::diagnosis::visible::visible;

/// The most serializers that a text for people names. There may be more than ten that write the same bytes.
const NAMED_WRITERS: usize = 3;

/// Returns the finding for a hit, or `None` if the hit follows the protocol.
pub(crate) fn finding(
    hit: &Hit<'_>,
    evidence: &Evidence<'_>,
    secrets: &Secrets,
    voice: Voice,
) -> Option<Finding> {
    let captured = evidence.body.unwrap_or_default();
    let hit = &Hit { body_change: change_of_body(hit, evidence), ..hit.clone() };
    let mut causes = hit.changes().into_iter().map(|change| {
        let mut cause = change.cause(voice);
        if voice == Voice::Request && change.code == Code::BodyReserialized {
            match rewritten(captured, hit.body, evidence.framework) {
                Some(sentence) => cause.sentence = sentence,
                None => cause.sentence += &form_of_the_body(captured),
            }
        }
        cause
    });
    Some(Finding {
        cause: causes.next()?,
        also: causes.collect(),
        proof: Some(proof(hit, evidence, secrets)),
        secret_name: secrets.name_of(hit.key).filter(|_| !hit.hash.is_keyless()).cloned(),
        difference: difference(hit, evidence),
        restored_body: hit.only_change_of_body().map(|_| hit.body.to_vec()),
    })
}

/// The change of the body. For a serialization, it names every serializer that writes the signed bytes.
pub(crate) fn change_of_body(hit: &Hit<'_>, evidence: &Evidence<'_>) -> Option<VariantChange> {
    let change = hit.body_change.clone()?;
    let captured = evidence.body.unwrap_or_default();
    // Zoom's own form needs no other author.
    if change.code != Code::BodyReserialized || !change.phrase.starts_with("as ") {
        return Some(change);
    }
    if is_in_zooms_form(hit.body) && !rewritten_from(captured, hit.body).is_empty() {
        return Some(VariantChange::new(change.code, IN_ZOOMS_FORM));
    }
    let names = writers(captured, hit.body, evidence.framework);
    Some(match alternatives(&names) {
        Some(names) => VariantChange::new(change.code, format!("as {names} writes it")),
        None => change,
    })
}

/// All serializers that write the value of one text as the other, such as `JSON.generate (Ruby)`.
fn writers(parsed: &[u8], written: &[u8], framework: Option<Framework>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for serializer in that_write(parsed, written, framework.map(Framework::language)) {
        let name = serializer.short_name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `JSON.generate (Ruby) or Jackson (Java)`; `None` without a name.
fn alternatives(names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) })
}

/// The first names, and the number of the others; `None` without a name.
fn first_of(names: &[String]) -> Option<String> {
    let hidden = names.len().saturating_sub(NAMED_WRITERS);
    // One more name is shorter than its number.
    if hidden <= 1 {
        return alternatives(names);
    }
    Some(format!("{} or {hidden} other serializers", names[..NAMED_WRITERS].join(", ")))
}

/// The sentence for a body that was rewritten after it was signed; `None` if the signed form is visibly not Zoom's.
fn rewritten(captured: &[u8], signed: &[u8], framework: Option<Framework>) -> Option<String> {
    let parts = rewritten_from(captured, signed);
    if parts.is_empty() {
        return None;
    }
    let names = writers(signed, captured, framework);
    let write = if names.len() > NAMED_WRITERS + 1 { "write" } else { "writes" };
    let writers =
        first_of(&names).map_or_else(String::new, |names| format!(" {names} {write} JSON in this way."));
    let form = if is_in_zooms_form(signed) { IN_ZOOMS_FORM } else { "in another form" };
    Some(format!(
        "The body was rewritten: {}. The signature matches the same JSON {form}.{writers} A proxy, a log or the capture tool may have rewritten it after it was signed.",
        parts.join(", ")
    ))
}

/// Which of the two forms is re-serialized: the one that was signed, or the one in the capture.
fn form_of_the_body(body: &[u8]) -> String {
    let parts = rewritten_parts(body);
    if parts.is_empty() {
        " The body here is in the form that Zoom sends: the signature was computed over re-serialized JSON, not over these bytes.".into()
    } else {
        format!(" The body here is not in the form that Zoom sends either: {}.", parts.join(", "))
    }
}

fn proof(hit: &Hit<'_>, evidence: &Evidence<'_>, secrets: &Secrets) -> Proof {
    let captured = evidence.body.unwrap_or_default();
    let body = match &hit.body_change {
        None if hit.body == captured => "as captured".to_owned(),
        // An alternative, or the plainToken of a challenge.
        None => "another form or part of the captured body".to_owned(),
        // The cause's variant names all serializers.
        Some(change) if change.code == Code::BodyReserialized && change.phrase.starts_with("as ") => {
            let names = writers(captured, hit.body, evidence.framework);
            first_of(&names)
                .map_or_else(|| change.phrase.to_string(), |names| format!("as {names} writes it"))
        }
        Some(change) => change.phrase.to_string(),
    };
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
        has_captured_body: hit.layout.parts.contains(&Part::Body) && hit.body == captured,
    }
}

/// The key by the name of its source. The phrase of another credential contains its name.
fn key(hit: &Hit<'_>, secrets: &Secrets) -> String {
    match (secrets.name_of(hit.key), &hit.key.change) {
        (Some(name), Some(VariantChange { code: Code::SecretWhitespace | Code::KeyDecoded, phrase })) => {
            format!("the secret token from {name}, {phrase}")
        }
        (Some(name), None) => format!("the secret token from {name}"),
        (_, change) => change.as_ref().map_or_else(String::new, |change| change.phrase.to_string()),
    }
}

fn difference(hit: &Hit<'_>, evidence: &Evidence<'_>) -> Option<Difference> {
    let captured = evidence.body.unwrap_or_default();
    if hit.only_change_of_body().is_some() {
        return Difference::between(Compared::Body, captured, hit.body);
    }
    let timestamp = evidence.timestamp.or(hit.stamp.map(|stamp| &*stamp.text)).unwrap_or_default();
    Difference::between(Compared::Message, &signed_message(timestamp, captured), &hit.message())
}
