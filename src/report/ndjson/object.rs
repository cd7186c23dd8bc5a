//! One JSON object, written member by member into a buffer.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, SystemTime};

use crate::report::clock::push_rfc3339;
use crate::report::grammar::capped;

use super::escape::push_string;

/// The version of the format.
const VERSION: u8 = 1;

/// An object that is being written. Member names are constants and need no escapes.
pub(super) struct Object<'b> {
    buffer: &'b mut Vec<u8>,
    empty: bool,
    /// Limit on the characters of a text.
    longest: Option<usize>,
}

impl<'b> Object<'b> {
    /// Opens a line, with the version and the type that every line has.
    pub(super) fn line(buffer: &'b mut Vec<u8>, kind: &str) -> Self {
        let mut line = Self::open(buffer);
        line.number("v", VERSION).text("type", kind);
        line
    }

    /// Opens an object inside a value that the caller writes.
    pub(super) fn open(buffer: &'b mut Vec<u8>) -> Self {
        buffer.push(b'{');
        Self { buffer, empty: true, longest: None }
    }

    /// Cuts each text of this object after so many characters.
    pub(super) fn cut_texts(&mut self, longest: Option<usize>) -> &mut Self {
        self.longest = longest;
        self
    }

    /// Closes an object that was opened by [`Object::open`].
    pub(super) fn close(self) {
        self.buffer.push(b'}');
    }

    /// Closes an object that was opened by [`Object::line`].
    pub(super) fn end_line(self) {
        self.buffer.extend_from_slice(b"}\n");
    }

    /// Writes the member's name; the caller writes its value.
    pub(super) fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.buffer.push(b',');
        }
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.extend_from_slice(b"\":");
        self.buffer
    }

    /// A string.
    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        let value = self.longest.map_or(Cow::Borrowed(value), |longest| capped(value, longest));
        push_string(self.name(name), &value);
        self
    }

    /// A string or `null`.
    pub(super) fn text_or_null(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.number(name, "null"),
        }
    }

    /// A number, or another value that displays as JSON.
    pub(super) fn number(&mut self, name: &str, value: impl Display) -> &mut Self {
        // Writing to memory does not fail.
        let _ = write!(self.name(name), "{value}");
        self
    }

    /// A duration in milliseconds, with three decimals.
    pub(super) fn millis(&mut self, name: &str, value: Duration) -> &mut Self {
        let micros = value.as_micros();
        let _ = write!(self.name(name), "{}.{:03}", micros / 1000, micros % 1000);
        self
    }

    /// A time.
    pub(super) fn time(&mut self, name: &str, value: SystemTime) -> &mut Self {
        let buffer = self.name(name);
        buffer.push(b'"');
        push_rfc3339(buffer, value);
        buffer.push(b'"');
        self
    }

    /// A nested object.
    pub(super) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        let mut inner = Object::open(self.name(name));
        fill(&mut inner);
        inner.buffer.push(b'}');
        self
    }

    /// An object of counts. Their names are not constants and are escaped.
    pub(super) fn counts<'n>(
        &mut self,
        name: &str,
        counts: impl Iterator<Item = (&'n str, u64)>,
    ) -> &mut Self {
        let buffer = self.name(name);
        buffer.push(b'{');
        for (index, (name, count)) in counts.enumerate() {
            if index > 0 {
                buffer.push(b',');
            }
            push_string(buffer, name);
            let _ = write!(buffer, ":{count}");
        }
        buffer.push(b'}');
        self
    }

    /// A list; `push` writes one item.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl Iterator<Item = T>,
        push: impl Fn(&mut Vec<u8>, T),
    ) -> &mut Self {
        let buffer = self.name(name);
        buffer.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                buffer.push(b',');
            }
            push(buffer, item);
        }
        buffer.push(b']');
        self
    }
}
