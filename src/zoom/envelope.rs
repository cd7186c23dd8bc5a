//! The envelope that Zoom's events share: `event`, `event_ts`, `payload`. [`Envelope::parse`] reads it.
//!
//! Only the event's name is required: of the 614 known events some have no `event_ts`, some have no
//! `payload.object`, and in one of them the object is a list.

use serde_json::value::RawValue;

use crate::json::{self, JsonObject};

/// The parsed body of an event, borrowed from the received bytes.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    root: JsonObject<'a>,
    event: String,
}

/// Why a body is not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The body is empty.
    #[error("the body is empty")]
    Empty,
    /// The body is not UTF-8.
    #[error("byte {offset} of the body is not UTF-8")]
    NotUtf8 {
        /// The position of the first invalid byte.
        offset: usize,
    },
    /// The body is not JSON.
    #[error("the body is not JSON: {reason}")]
    NotJson {
        /// The parser's message, with line and column.
        reason: String,
    },
    /// The body is JSON but not an object.
    #[error("the body is JSON but not an object")]
    NotAnObject,
    /// `event` is missing, blank, or not a string.
    #[error("the body has no \"event\" with a name in it")]
    NoEvent,
}

impl<'a> Envelope<'a> {
    /// Parses a request's body.
    ///
    /// # Errors
    /// [`EnvelopeError`], which says why the body is not an event.
    pub fn parse(body: &'a [u8]) -> Result<Self, EnvelopeError> {
        let text =
            std::str::from_utf8(body).map_err(|e| EnvelopeError::NotUtf8 { offset: e.valid_up_to() })?;
        if text.trim().is_empty() {
            return Err(EnvelopeError::Empty);
        }
        let root = match serde_json::from_str::<JsonObject<'a>>(text) {
            Ok(root) => root,
            Err(_) if is_other_json(text) => return Err(EnvelopeError::NotAnObject),
            Err(error) => return Err(EnvelopeError::NotJson { reason: error.to_string() }),
        };
        let event = root
            .get("event")
            .filter(|value| value.get().starts_with('"'))
            .and_then(json::text_of)
            .filter(|name| !name.trim().is_empty())
            .ok_or(EnvelopeError::NoEvent)?;
        Ok(Self { root, event })
    }

    /// The event's name, such as `meeting.started`. Not sanitized for a terminal.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// The event's own time in Unix milliseconds, if it has one. Some of Zoom's samples have it as a string.
    #[must_use]
    pub fn event_ts(&self) -> Option<i64> {
        json::text_of(self.root.get("event_ts")?)?.parse().ok().filter(|millis| *millis >= 0)
    }

    /// The payload, if it is an object.
    #[must_use]
    pub fn payload(&self) -> Option<JsonObject<'a>> {
        self.root.object("payload")
    }

    /// The text of the field at a dotted path (`payload.object.id`). Strings are decoded, numbers and booleans are
    /// as received. List items are addressed by position. `None` if the field is absent, `null`, a list or an object.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<String> {
        json::text_of(self.root.lookup(path)?)
    }
}

/// Whether a text is JSON other than an object.
fn is_other_json(text: &str) -> bool {
    !text.trim_start().starts_with('{') && serde_json::from_str::<&RawValue>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_event() {
        let body = br#"{"event":"meeting.started","payload":{"object":{"id":"1"}},"event_ts":1720707175904}"#;
        let envelope = Envelope::parse(body).unwrap();
        assert_eq!(envelope.event(), "meeting.started");
        assert_eq!(envelope.event_ts(), Some(1_720_707_175_904));
        assert_eq!(envelope.field("payload.object.id").as_deref(), Some("1"));
    }

    #[test]
    fn reads_a_time_in_a_string() {
        let body = br#"{"event":"a.b","event_ts":"1720707175904"}"#;
        assert_eq!(Envelope::parse(body).unwrap().event_ts(), Some(1_720_707_175_904));
    }

    #[test]
    fn ignores_members_of_unexpected_types() {
        let body = br#"{"event":"a.b","event_ts":-1}"#;
        assert_eq!(Envelope::parse(body).unwrap().event_ts(), None);
        let body = br#"{"event_ts":"soon","event":"a.b","payload":[1],"event_ts":1e400}"#;
        let envelope = Envelope::parse(body).unwrap();
        assert_eq!((envelope.event_ts(), envelope.payload().is_none()), (None, true));
        assert!(envelope.title().is_empty());
    }

    #[test]
    fn explains_why_a_body_is_not_an_event() {
        assert_eq!(Envelope::parse(b"").unwrap_err(), EnvelopeError::Empty);
        assert_eq!(Envelope::parse(b"\xff{}").unwrap_err(), EnvelopeError::NotUtf8 { offset: 0 });
        assert!(matches!(Envelope::parse(b"a=1"), Err(EnvelopeError::NotJson { .. })));
        assert!(matches!(Envelope::parse(b"{} x"), Err(EnvelopeError::NotJson { .. })));
        assert_eq!(Envelope::parse(b"[{}]").unwrap_err(), EnvelopeError::NotAnObject);
        for body in ["{}", r#"{"event":7}"#, r#"{"event":" "}"#, r#"{"event":null}"#] {
            assert_eq!(Envelope::parse(body.as_bytes()).unwrap_err(), EnvelopeError::NoEvent, "{body}");
        }
    }
}
