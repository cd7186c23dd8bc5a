//! The outer form that Zoom's events share: `event`, `event_ts`, `payload`.
//!
//! Nothing but the event's name is required: of the 609 known events some have no `event_ts`, some no
//! `payload.object`, and in one the object is a list.

use serde_json::value::RawValue;

use crate::json::{self, JsonObject};

/// An event's body, read by reference.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    root: JsonObject<'a>,
    event: String,
}

/// Why a body is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Nothing was sent.
    #[error("the body is empty")]
    Empty,
    /// The body is not UTF-8.
    #[error("byte {offset} of the body is not UTF-8")]
    NotUtf8 {
        /// Bytes before the first wrong one.
        offset: usize,
    },
    /// The body is not JSON.
    #[error("the body is not JSON: {reason}")]
    NotJson {
        /// What was wrong, with line and column.
        reason: String,
    },
    /// The body is JSON but not an object.
    #[error("the body is JSON but not an object")]
    NotAnObject,
    /// There is no `event`, or it is not a string with something in it.
    #[error("the body has no \"event\" with a name in it")]
    NoEvent,
}

impl<'a> Envelope<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// [`EnvelopeError`], which tells the ways apart in which a body is no event.
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

    /// When it happened, in Unix milliseconds, where the event says so.
    #[must_use]
    pub fn event_ts(&self) -> Option<i64> {
        self.root.get("event_ts")?.get().parse().ok()
    }

    /// The payload, if it is an object.
    #[must_use]
    pub fn payload(&self) -> Option<JsonObject<'a>> {
        self.root.object("payload")
    }

    /// The text of the field at a dotted path (`payload.object.id`), strings decoded, numbers and booleans as
    /// sent; list items by position. `None` where it is absent, `null`, a list or an object.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<String> {
        json::text_of(self.root.lookup(path)?)
    }
}

/// JSON, but no object.
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
    fn odd_members_do_no_harm() {
        let body = br#"{"event_ts":"soon","event":"a.b","payload":[1],"event_ts":1e400}"#;
        let envelope = Envelope::parse(body).unwrap();
        assert_eq!((envelope.event_ts(), envelope.payload().is_none()), (None, true));
        assert!(envelope.title().is_empty());
    }

    #[test]
    fn says_why_a_body_is_no_event() {
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
