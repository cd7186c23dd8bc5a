//! [`JsonCursor`]: a position in a text that a parser reads.

use std::borrow::Cow;

use super::number::number_length;
use super::parse::JsonExpected;
use super::string::{UnquoteError, Unquoted};
use super::tree::JsonKind;

/// A text and a position in it. The parsers of JSON and of what other programs print share it.
pub(crate) struct JsonCursor<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> JsonCursor<'a> {
    /// The error at this position.
    pub(crate) fn fail<T>(&self, what: &'static str) -> Result<T, JsonExpected> {
        Err(JsonExpected { at: self.at, what })
    }

    /// The next byte.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Everything that was not read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read since `start`.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.text[start..self.at]
    }

    /// Reads the bytes that JSON allows between tokens.
    pub(crate) fn skip_space(&mut self) {
        self.take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Reads the bytes that are accepted.
    pub(crate) fn take_while(&mut self, is_accepted: impl Fn(u8) -> bool) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(&is_accepted) {
            self.at += 1;
        }
        self.since(start)
    }

    /// Reads the token, if it is next.
    pub(crate) fn eat(&mut self, token: &[u8]) -> bool {
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    /// Reads a string with this decoder.
    pub(crate) fn string(
        &mut self,
        decode: impl FnOnce(&'a [u8]) -> Result<Unquoted<'a>, UnquoteError>,
    ) -> Result<Unquoted<'a>, JsonExpected> {
        let read = decode(self.rest());
        self.at += read.as_ref().map_or_else(|(offset, _)| *offset, |unquoted| unquoted.length);
        read.or_else(|(_, what)| self.fail(what))
    }

    /// Reads a number as JSON has it.
    pub(crate) fn number(&mut self) -> Result<JsonKind<'a>, JsonExpected> {
        let digits = &self.rest()[..number_length(self.rest())];
        match std::str::from_utf8(digits) {
            Ok(number) if !number.is_empty() => {
                self.at += number.len();
                Ok(JsonKind::Number(Cow::Borrowed(number)))
            }
            _ => self.fail("a number"),
        }
    }
}
