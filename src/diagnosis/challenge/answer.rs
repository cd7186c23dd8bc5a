//! Checks the answer to a challenge: [`judge_answer`]. Every command that sees such an answer uses it.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::time::Duration;

use serde_json::{Map, Value};

use super::hmac;
use crate::diagnosis::evidence::Secrets;
use crate::diagnosis::visible::visible;
use crate::zoom::is_too_late;

/// Limit on the bytes of a decompressed answer. A correct one has about 150.
const UNPACKED: u64 = 64 * 1024;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An answer to a challenge, received from an endpoint or captured.
#[derive(Debug, Clone, Copy, Default)]
pub struct GivenAnswer<'a> {
    /// The status. `None` if it is unknown, or if there was no answer.
    pub status: Option<u16>,
    /// The body, which may be empty. `None` if it is unknown, or if there was no answer.
    pub body: Option<&'a [u8]>,
    /// The time from the request to the answer, or to the timeout. `None` if it is unknown.
    pub took: Option<Duration>,
}

/// Lists everything that is wrong with an answer. The list is empty if the answer is correct.
///
/// `encrypted_tokens` are the correct values, one for each secret token that may have signed the challenge. `secrets`
/// are used to find out what was computed instead. A sentence says how a token is wrong only if that is proved.
///
/// The faults are in a fixed order: time, status, format of the body, `plainToken`, `encryptedToken`. A report with
/// room for one line shows the first.
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
    // The sentence does not contain the time: a client that times out like Zoom does not know it.
    Some(AnswerFault::new(
        AnswerCode::Late,
        "The answer did not arrive within 3 s; Zoom does not wait longer.",
    ))
}

fn status(answer: &GivenAnswer<'_>) -> Option<AnswerFault> {
    let sentence = match answer.status.filter(|status| *status != 200)? {
        204 => {
            "The status is 204, which has no body; answer a challenge with 200 and a JSON body.".to_owned()
        }
        status => format!("The status is {status}; answer a challenge with 200."),
    };
    Some(AnswerFault::new(AnswerCode::Status, sentence))
}

/// Decompresses a gzip body. A proxy may have asked the app for gzip.
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
    let sentence = "The answer starts with a byte order mark (U+FEFF); JSON must not have one.";
    (json, Some(AnswerFault::new(AnswerCode::Text, sentence)))
}

/// Finds the object with the two fields, and what is wrong with where it is.
fn object(body: &[u8]) -> (Option<Map<String, Value>>, Option<AnswerFault>) {
    let fault = |code, sentence: &str| Some(AnswerFault::new(code, sentence));
    let is_wrong = |sentence| (None, fault(AnswerCode::Text, sentence));
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => match object.values().find_map(holder) {
            Some(inner) if !is_holder(&object) => {
                let sentence = "The answer is wrapped in another object; plainToken and encryptedToken belong at the top level.";
                (Some(inner.clone()), fault(AnswerCode::Wrapped, sentence))
            }
            _ => (Some(object), None),
        },
        Ok(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => {
                let sentence =
                    "The answer is a JSON string that contains the object: it was stringified twice.";
                (Some(object), fault(AnswerCode::JsonString, sentence))
            }
            _ => is_wrong("The answer is a JSON string; Zoom expects an object with two fields."),
        },
        Ok(Value::Array(_)) => {
            is_wrong("The answer is a JSON array; Zoom expects an object with two fields.")
        }
        Ok(_) => is_wrong("The answer is JSON, but not an object; Zoom expects an object with two fields."),
        Err(_) if body.trim_ascii().is_empty() => {
            is_wrong("The answer has no body; Zoom expects a JSON object.")
        }
        Err(_) if is_html(body) => {
            is_wrong("The answer is an HTML page; Zoom expects a JSON object with two fields.")
        }
        Err(_) => is_wrong("The answer is not JSON; Zoom expects a JSON object with two fields."),
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

/// Finds the object with the two fields in a wrapper's field, or one level deeper.
fn holder(value: &Value) -> Option<&Map<String, Value>> {
    let object = value.as_object()?;
    if is_holder(object) {
        Some(object)
    } else {
        object.values().filter_map(Value::as_object).find(|o| is_holder(o))
    }
}

/// Returns a field's text, or what is wrong with the field. A field with a similar name or with one of the `right`
/// values is the one that was meant.
fn field<'o>(
    object: &'o Map<String, Value>,
    name: &'static str,
    right: &[&str],
) -> Result<&'o str, AnswerFault> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(AnswerFault::new(AnswerCode::Field, format!("{name} is not a string."))),
        None => {
            let bare = |name: &str| name.to_ascii_lowercase().replace(['_', '-'], "");
            let is_right = |value: &Value| value.as_str().is_some_and(|text| right.contains(&text));
            let similar = object
                .keys()
                .find(|key| bare(key) == bare(name))
                .or_else(|| object.iter().find(|(_, value)| is_right(value)).map(|(key, _)| key));
            let hint = similar.map_or(String::new(), |key| format!("; it has {}", visible(key.as_bytes())));
            Err(AnswerFault::new(AnswerCode::Field, format!("The answer has no field {name}{hint}.")))
        }
    }
}

fn plain_token_fault(object: &Map<String, Value>, plain_token: &str) -> Option<AnswerFault> {
    let sentence = match field(object, "plainToken", &[plain_token]) {
        Ok(text) if text == plain_token => return None,
        Ok(text) if text.trim() == plain_token => {
            "plainToken has whitespace around it; return it exactly as received."
        }
        Ok(_) => "plainToken is not the one in the challenge.",
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
    match field(object, "encryptedToken", right) {
        // Without a secret token, the value cannot be checked.
        Ok(text) if right.is_empty() || right.contains(&text) => None,
        Ok(text) => Some(hmac::fault(text, plain_token, right, secrets)),
        Err(fault) => Some(fault),
    }
}

/// One thing that is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    /// Its stable name.
    pub code: AnswerCode,
    /// What is wrong and what is correct, in a sentence. Contains no secret.
    pub sentence: String,
}

impl AnswerFault {
    pub(super) fn new(code: AnswerCode, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

/// What can be wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerCode {
    /// The answer did not arrive within three seconds.
    Late,
    /// A status other than 200.
    Status,
    /// Not a JSON object: text, an HTML page, nothing.
    Text,
    /// A JSON string that contains the object.
    JsonString,
    /// The object is wrapped in another.
    Wrapped,
    /// A field is missing or has another name.
    Field,
    /// `plainToken` is not the one in the challenge.
    PlainToken,
    /// `encryptedToken` is the correct digest in a different notation.
    Encoding,
    /// `encryptedToken` was computed with a different key.
    Key,
    /// `encryptedToken` is a different digest.
    Hmac,
}

impl AnswerCode {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::Late,
        Self::Status,
        Self::Text,
        Self::JsonString,
        Self::Wrapped,
        Self::Field,
        Self::PlainToken,
        Self::Encoding,
        Self::Key,
        Self::Hmac,
    ];

    /// The stable name, such as `answer-late`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Late => "answer-late",
            Self::Status => "answer-status",
            Self::Text => "answer-text",
            Self::JsonString => "answer-json-string",
            Self::Wrapped => "answer-wrapped",
            Self::Field => "answer-field",
            Self::PlainToken => "answer-plain-token",
            Self::Encoding => "answer-encoding",
            Self::Key => "answer-key",
            Self::Hmac => "answer-hmac",
        }
    }
}

impl fmt::Display for AnswerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
