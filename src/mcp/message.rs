//! [`Incoming`]: what a line of the client is. Pure.
//!
//! The outer members are read as text, because serde's tree refuses half a surrogate pair and a depth of 128, and
//! changes long numbers. So the id of each request is known, and is repeated as it was written.

use rmcp::model::{ClientNotification, ClientRequest, ErrorData};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use super::lines::LONGEST_LINE;
use crate::json::JsonKind;
use crate::json::JsonObject;
use crate::json::JsonValue;
use crate::json::parse;
use crate::json::text_of;
use crate::json::well_formed;

/// Limit on the bytes of an id, which is repeated in the answer.
const LONGEST_ID: usize = 1024;

/// What a line is.
#[derive(Debug)]
pub(super) enum Incoming {
    /// It gets one answer.
    Request(RequestId, Box<ClientRequest>),
    /// It gets none.
    Notification(ClientNotification),
    /// The client no longer waits for the answer to this request.
    Cancellation(RequestId),
    /// An answer, although this server never asks; an empty line; a notification that cannot be read.
    Ignored,
    /// What is not a message gets this error. Without an id that can be repeated, JSON-RPC asks for `null`.
    Refused(Option<RequestId>, ErrorData),
}

/// The id of a request: a string or a number, as the client wrote it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(super) struct RequestId(Box<RawValue>);

impl RequestId {
    fn of(value: &RawValue) -> Option<Self> {
        let is_repeatable = value.get().len() <= LONGEST_ID
            && value.get().starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit());
        is_repeatable.then(|| Self(value.to_owned()))
    }

    /// Equal for two notations of one string.
    pub(super) fn key(&self) -> Vec<u8> {
        let text = self.0.get().as_bytes();
        match parse(text).map(|value| value.kind) {
            Ok(JsonKind::Text(text)) => [b"\"", &*text].concat(),
            _ => text.to_vec(),
        }
    }
}

/// Reads a line.
pub(super) fn incoming(line: &[u8]) -> Incoming {
    if line.trim_ascii().is_empty() {
        return Incoming::Ignored;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        let error = ErrorData::parse_error("The message is not UTF-8.", None);
        return Incoming::Refused(id_in(&String::from_utf8_lossy(line)), error);
    };
    let value: &RawValue = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let error = ErrorData::parse_error(format!("This is not JSON: {error}."), None);
            return Incoming::Refused(None, error);
        }
    };
    JsonObject::of(value).map_or_else(|| not_a_message(None), |message| of_object(&message))
}

/// The answer to a line that is too long, of which an outline is known.
pub(super) fn too_long(outline: &[u8]) -> Incoming {
    let message = format!("The message is longer than {} MiB.", LONGEST_LINE >> 20);
    Incoming::Refused(id_in(&String::from_utf8_lossy(outline)), ErrorData::invalid_request(message, None))
}

fn id_in(text: &str) -> Option<RequestId> {
    let value: &RawValue = serde_json::from_str(text).ok()?;
    RequestId::of(JsonObject::of(value)?.get("id")?)
}

fn not_a_message(id: Option<RequestId>) -> Incoming {
    Incoming::Refused(id, ErrorData::invalid_request("This is not a message of the protocol.", None))
}

fn of_object(message: &JsonObject<'_>) -> Incoming {
    let text = |name| message.get(name).filter(|value| value.get().starts_with('"')).and_then(text_of);
    let id = message.get("id").map(RequestId::of);
    let is_answer = message.get("result").is_some() || message.get("error").is_some();
    let is_of_this_version = text("jsonrpc").as_deref() == Some("2.0");
    match (text("method"), id) {
        (None, Some(_)) if is_answer && is_of_this_version => Incoming::Ignored,
        (Some(method), Some(Some(id))) if !is_answer && is_of_this_version => request(message, method, id),
        (Some(method), None) if !is_answer => notification(message, &method),
        (_, id) => not_a_message(id.flatten()),
    }
}

fn request(message: &JsonObject<'_>, method: String, id: RequestId) -> Incoming {
    let Some(content) = content(message, method) else {
        return Incoming::Refused(
            Some(id),
            ErrorData::invalid_params("The parameters have more than 200 levels.", None),
        );
    };
    match serde_json::from_value(content) {
        Ok(request) => Incoming::Request(id, Box::new(request)),
        Err(_) => not_a_message(Some(id)),
    }
}

fn notification(message: &JsonObject<'_>, method: &str) -> Incoming {
    if method == "notifications/cancelled" {
        let id = message.object("params").and_then(|params| RequestId::of(params.get("requestId")?));
        return id.map_or(Incoming::Ignored, Incoming::Cancellation);
    }
    let read = content(message, method.to_owned()).map(serde_json::from_value);
    read.and_then(Result::ok).map_or(Incoming::Ignored, Incoming::Notification)
}

/// The method and the parameters. `None` if they are nested too deeply.
fn content(message: &JsonObject<'_>, method: String) -> Option<Value> {
    let mut members = Map::from_iter([("method".to_owned(), Value::String(method))]);
    if let Some(params) = message.get("params") {
        members.insert("params".to_owned(), in_serde(parse(params.get().as_bytes()).ok()?));
    }
    Some(Value::Object(members))
}

/// The value in serde's tree. Half a surrogate pair becomes U+FFFD, and a number loses the digits that `f64` does not have.
fn in_serde(value: JsonValue<'_>) -> Value {
    match value.kind {
        JsonKind::Null | JsonKind::LeftOut => Value::Null,
        JsonKind::Bool(value) => Value::Bool(value),
        JsonKind::Number(number) => Value::Number(number_in_serde(&number)),
        JsonKind::Text(bytes) => Value::String(String::from_utf8_lossy(&well_formed(&bytes)).into_owned()),
        JsonKind::Bytes(bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        JsonKind::List(items) => Value::Array(items.into_iter().map(in_serde).collect()),
        JsonKind::Object(members) => {
            let members = members.into_iter();
            Value::Object(
                members.map(|(name, value)| (name.display().into_owned(), in_serde(value))).collect(),
            )
        }
    }
}

fn number_in_serde(number: &str) -> Number {
    // Serde refuses a number beyond the range of `f64`.
    let limited = || Number::from_f64(number.parse::<f64>().ok()?.clamp(f64::MIN, f64::MAX));
    number.parse().ok().or_else(limited).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> (String, Value) {
        match incoming(line.as_bytes()) {
            Incoming::Request(id, request) => (id.0.get().to_owned(), serde_json::to_value(request).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    fn refused(line: &[u8]) -> (Option<String>, i32) {
        match incoming(line) {
            Incoming::Refused(id, error) => (id.map(|id| id.0.get().to_owned()), error.code.0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ids_stay_as_they_are_written() {
        for id in ["99999999999999999999", "1.0", "-0", "1e2", r#""\u0061\/""#, r#""\ud83d""#, "0"] {
            let (written, _) = request(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#));
            assert_eq!(written, id);
        }
    }

    #[test]
    fn half_a_surrogate_pair_and_any_number_are_passed_on() {
        let (_, request) = request(
            r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{"\ud83d":"a\ud83db","n":[1e999,-1e999,99999999999999999999,7]}}"#,
        );
        assert_eq!(
            request["params"],
            serde_json::json!({"\u{fffd}": "a\u{fffd}b", "n": [f64::MAX, f64::MIN, 1e20, 7]})
        );
    }

    #[test]
    fn the_id_of_what_cannot_be_used_is_known() {
        let deep = |levels| {
            let list = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
            format!(r#"{{"jsonrpc":"2.0","method":"x","params":{{"a":{list}}},"id":"7"}}"#)
        };
        assert!(matches!(incoming(deep(190).as_bytes()), Incoming::Request(..)));
        assert_eq!(refused(deep(100_000).as_bytes()), (Some("\"7\"".into()), -32602));
        assert_eq!(
            refused(b"{\"id\":5,\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}"),
            (Some("5".into()), -32700)
        );
        assert_eq!(refused(br#"{"id":5,"method":"ping"}"#), (Some("5".into()), -32600));
        assert_eq!(refused(b"\xff"), (None, -32700));
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "x".repeat(LONGEST_ID));
        assert_eq!(refused(long.as_bytes()), (None, -32600));
    }

    #[test]
    fn what_needs_no_answer_gets_none() {
        for line in [
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
            " \r",
        ] {
            assert!(matches!(incoming(line.as_bytes()), Incoming::Ignored), "{line}");
        }
        let unknown = br#"{"jsonrpc":"2.0","method":"notifications/other"}"#;
        assert!(matches!(incoming(unknown), Incoming::Notification(_)));
        let cancelled =
            br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99999999999999999999}}"#;
        assert!(
            matches!(incoming(cancelled), Incoming::Cancellation(id) if id.key() == b"99999999999999999999")
        );
    }
}
