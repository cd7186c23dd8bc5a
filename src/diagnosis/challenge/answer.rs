//! The judge of challenge answers. Every command that sees an answer to a challenge asks it.

use std::borrow::Cow;
use std::io::Read;
use std::time::Duration;

use serde_json::{Map, Value};

use super::fault::{AnswerCode, AnswerFault};
use super::hmac;
use crate::diagnosis::evidence::Secrets;
use crate::diagnosis::visible::visible;
use crate::zoom::is_too_late;

/// Limit on the bytes of an unpacked answer: a right one has about 150.
const UNPACKED: u64 = 64 * 1024;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An answer to a challenge, as an endpoint gave it or as it was captured.
#[derive(Debug, Clone, Copy, Default)]
pub struct GivenAnswer<'a> {
    /// The status. `None` where it is not known, or where no answer came.
    pub status: Option<u16>,
    /// The body; empty where the answer had none. `None` where it is not known, or where no answer came.
    pub body: Option<&'a [u8]>,
    /// From the request to the answer, or to the end of waiting for one. `None` where it is not known.
    pub took: Option<Duration>,
}

/// Everything that is wrong with an answer; nothing where it is right.
///
/// `encrypted_tokens` are the right ones, one for each secret token that may have signed the challenge. `secrets` are
/// for the search for what was computed in place of them: a sentence says how a token is wrong only where that search
/// proves it.
///
/// The faults are in a fixed order: time, status, form of the body, `plainToken`, `encryptedToken`. The first one is
/// for a report that has room for one line.
#[must_use]
pub fn judge_answer(
    answer: &GivenAnswer<'_>,
    plain_token: &str,
    encrypted_tokens: &[&str],
    secrets: &Secrets,
) -> Vec<AnswerFault> {
    let mut faults: Vec<_> = late(answer).into_iter().chain(status(answer)).collect();
    let Some(body) = answer.body else { return faults };
    let unpacked = unpacked(body);
    let (json, mark) = without_mark(&unpacked);
    faults.extend(mark);
    let (object, form) = object(json);
    faults.extend(form);
    if let Some(object) = object {
        faults.extend(plain_token_fault(&object, plain_token));
        faults.extend(encrypted_token_fault(&object, plain_token, encrypted_tokens, secrets));
    }
    faults
}

fn late(answer: &GivenAnswer<'_>) -> Option<AnswerFault> {
    answer.took.filter(|took| is_too_late(*took))?;
    // The time itself is not in the sentence: a client that gives up like Zoom does not know it.
    Some(AnswerFault::new(AnswerCode::Late, "The answer did not come within 3 s; Zoom waits no longer."))
}

fn status(answer: &GivenAnswer<'_>) -> Option<AnswerFault> {
    let sentence = match answer.status.filter(|status| *status != 200)? {
        204 => "The status is 204, which has no body for the answer; answer a challenge with 200.".to_owned(),
        status => format!("The status is {status}; answer a challenge with 200."),
    };
    Some(AnswerFault::new(AnswerCode::Status, sentence))
}

/// The body without gzip, which a proxy may ask the app for.
fn unpacked(body: &[u8]) -> Cow<'_, [u8]> {
    let mut unpacked = Vec::new();
    let decoder = flate2::read::MultiGzDecoder::new(body).take(UNPACKED);
    match body.starts_with(&[0x1f, 0x8b]).then_some(decoder).map(|mut gzip| gzip.read_to_end(&mut unpacked)) {
        Some(Ok(_)) => Cow::Owned(unpacked),
        _ => Cow::Borrowed(body),
    }
}

fn without_mark(body: &[u8]) -> (&[u8], Option<AnswerFault>) {
    let Some(json) = body.strip_prefix(BYTE_ORDER_MARK) else { return (body, None) };
    let sentence = "The answer begins with a byte order mark (U+FEFF); JSON must begin without one.";
    (json, Some(AnswerFault::new(AnswerCode::Text, sentence)))
}

/// The object with the two fields, wherever it is; and what is wrong with its place.
fn object(body: &[u8]) -> (Option<Map<String, Value>>, Option<AnswerFault>) {
    let fault = |code, sentence: &str| Some(AnswerFault::new(code, sentence));
    let is_wrong = |sentence| (None, fault(AnswerCode::Text, sentence));
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => match object.values().find_map(holder) {
            Some(inner) if !is_holder(&object) => {
                let sentence = "The answer is wrapped in another object; plainToken and encryptedToken belong at the top.";
                (Some(inner.clone()), fault(AnswerCode::Wrapped, sentence))
            }
            _ => (Some(object), None),
        },
        Ok(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => {
                let sentence = "The answer is a JSON string that holds the object: it was stringified twice.";
                (Some(object), fault(AnswerCode::JsonString, sentence))
            }
            _ => is_wrong("The answer is a JSON string; Zoom wants an object with two fields."),
        },
        Ok(Value::Array(_)) => is_wrong("The answer is a JSON array; Zoom wants an object with two fields."),
        Ok(_) => is_wrong("The answer is JSON, but not an object; Zoom wants an object with two fields."),
        Err(_) if body.trim_ascii().is_empty() => {
            is_wrong("The answer has no body; Zoom wants a JSON object.")
        }
        Err(_) if is_html(body) => {
            is_wrong("The answer is an HTML page; Zoom wants a JSON object with two fields.")
        }
        Err(_) => is_wrong("The answer is not JSON; Zoom wants a JSON object with two fields."),
    }
}

fn is_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let begins_with =
        |text: &str| start.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()));
    begins_with("<!doctype html") || begins_with("<html")
}

fn is_holder(object: &Map<String, Value>) -> bool {
    object.contains_key("plainToken") || object.contains_key("encryptedToken")
}

/// The object in a wrapper's field: itself, or one level deeper.
fn holder(value: &Value) -> Option<&Map<String, Value>> {
    let object = value.as_object()?;
    if is_holder(object) {
        Some(object)
    } else {
        object.values().filter_map(Value::as_object).find(|o| is_holder(o))
    }
}

/// A field's text, or what is wrong with it.
fn field<'o>(object: &'o Map<String, Value>, name: &'static str) -> Result<&'o str, AnswerFault> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(AnswerFault::new(AnswerCode::Field, format!("{name} is not a string."))),
        None => {
            let bare = |name: &str| name.to_ascii_lowercase().replace(['_', '-'], "");
            let similar = object.keys().find(|key| bare(key) == bare(name));
            let hint = similar.map_or(String::new(), |key| format!("; it has {}", visible(key.as_bytes())));
            Err(AnswerFault::new(AnswerCode::Field, format!("The answer has no field {name}{hint}.")))
        }
    }
}

fn plain_token_fault(object: &Map<String, Value>, plain_token: &str) -> Option<AnswerFault> {
    let sentence = match field(object, "plainToken") {
        Ok(text) if text == plain_token => return None,
        Ok(text) if text.trim() == plain_token => {
            "plainToken has white space around it; send it back as it was received."
        }
        Ok(_) => "plainToken is not the one that was received.",
        Err(fault) => return Some(fault),
    };
    Some(AnswerFault::new(AnswerCode::PlainToken, sentence))
}

fn encrypted_token_fault(
    object: &Map<String, Value>,
    plain_token: &str,
    right: &[&str],
    secrets: &Secrets,
) -> Option<AnswerFault> {
    match field(object, "encryptedToken") {
        // Where no secret token is known, nothing is known to be wrong.
        Ok(text) if right.is_empty() || right.contains(&text) => None,
        Ok(text) => Some(hmac::fault(text, plain_token, right, secrets)),
        Err(fault) => Some(fault),
    }
}
