//! The answer to a challenge, judged.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::fault::{AnswerCode, AnswerFault};
use super::hmac;
use crate::diagnosis::{evidence::Secrets, visible::visible};
use crate::zoom::ChallengeAnswer;

/// Zoom waits this long for the answer.
const WAITS: Duration = Duration::from_secs(3);

/// An answer as it was captured.
#[derive(Debug, Clone, Copy, Default)]
pub struct CapturedAnswer<'a> {
    /// The status, where it is known.
    pub status: Option<u16>,
    /// The body.
    pub body: &'a [u8],
    /// From the request to the answer, where it is known.
    pub took: Option<Duration>,
}

/// Everything that is wrong with an answer.
pub(super) fn faults(
    answer: &CapturedAnswer<'_>,
    plain_token: &str,
    right: &[(Arc<str>, ChallengeAnswer)],
    secrets: &Secrets,
) -> Vec<AnswerFault> {
    let mut faults: Vec<_> = late(answer).into_iter().chain(status(answer)).collect();
    let (object, form) = object(answer.body);
    faults.extend(form);
    if let Some(object) = object {
        faults.extend(plain_token_fault(&object, plain_token));
        faults.extend(encrypted_token_fault(&object, plain_token, right, secrets));
    }
    faults
}

fn late(answer: &CapturedAnswer<'_>) -> Option<AnswerFault> {
    let took = answer.took.filter(|took| *took > WAITS)?;
    let sentence = format!("The answer took {:.1} s; Zoom waits for 3 s.", took.as_secs_f64());
    Some(AnswerFault::new(AnswerCode::Late, sentence))
}

fn status(answer: &CapturedAnswer<'_>) -> Option<AnswerFault> {
    let status = answer.status.filter(|status| *status != 200)?;
    Some(AnswerFault::new(
        AnswerCode::Status,
        format!("The status is {status}; answer a challenge with 200."),
    ))
}

/// The object with the two fields, wherever it is; and what is wrong with its place.
fn object(body: &[u8]) -> (Option<Map<String, Value>>, Option<AnswerFault>) {
    let fault = |code, sentence: &str| Some(AnswerFault::new(code, sentence));
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
            _ => (
                None,
                fault(AnswerCode::Text, "The answer is a JSON string; Zoom wants an object with two fields."),
            ),
        },
        Ok(_) => (
            None,
            fault(
                AnswerCode::Text,
                "The answer is JSON, but no object; Zoom wants an object with two fields.",
            ),
        ),
        Err(_) if body.trim_ascii().is_empty() => {
            (None, fault(AnswerCode::Text, "The answer has no body; Zoom wants a JSON object."))
        }
        Err(_) => {
            (None, fault(AnswerCode::Text, "The answer is text; Zoom wants a JSON object with two fields."))
        }
    }
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
            let hint = similar
                .map_or(String::new(), |key| format!(" It is called {} here.", visible(key.as_bytes())));
            Err(AnswerFault::new(AnswerCode::Field, format!("There is no field {name}.{hint}")))
        }
    }
}

fn plain_token_fault(object: &Map<String, Value>, plain_token: &str) -> Option<AnswerFault> {
    match field(object, "plainToken") {
        Ok(text) if text == plain_token => None,
        Ok(_) => {
            Some(AnswerFault::new(AnswerCode::PlainToken, "plainToken is not the one that was received."))
        }
        Err(fault) => Some(fault),
    }
}

fn encrypted_token_fault(
    object: &Map<String, Value>,
    plain_token: &str,
    right: &[(Arc<str>, ChallengeAnswer)],
    secrets: &Secrets,
) -> Option<AnswerFault> {
    match field(object, "encryptedToken") {
        Ok(text) if right.iter().any(|(_, answer)| answer.encrypted_token == text) => None,
        Ok(text) => Some(hmac::fault(text, plain_token, right, secrets)),
        Err(fault) => Some(fault),
    }
}
