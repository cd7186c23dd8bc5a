//! Parses strict JSON (RFC 8259) into the tree. A limit on the depth bounds the recursion.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::number::number_length;
use super::string::{self, Unquoted};
use super::tree::{JsonKind, JsonMember, JsonName, JsonValue};

/// Limit on the nesting depth, counted from 0. It bounds the stack. Zoom's events have about 8 levels.
pub(crate) const MAX_DEPTH: usize = 200;

/// A text that is not a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON: {reason}")]
pub struct NotReadable {
    reason: String,
}

/// Where parsing stopped, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonExpected {
    /// The offset in the text, in bytes.
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

impl JsonValue<'static> {
    /// Parses a JSON text. [`JsonValue::to_json`] writes it as Zoom does.
    ///
    /// # Errors
    /// [`NotReadable`] with the reason and the position.
    pub fn parse(text: &str) -> Result<Self, NotReadable> {
        const LEVELS: usize = 128;
        match parse_within(text.as_bytes(), LEVELS - 1) {
            Ok(value) => Ok(value.into_owned()),
            Err(_) => Err(NotReadable {
                reason: match serde_json::from_str::<&RawValue>(text) {
                    Err(error) => error.to_string(),
                    Ok(_) => format!("more than {LEVELS} levels deep"),
                },
            }),
        }
    }
}

/// Parses a text of one JSON value, with optional whitespace around it. Bytes that are not UTF-8 are allowed in strings.
pub(crate) fn parse(text: &[u8]) -> Result<JsonValue<'_>, JsonExpected> {
    parse_within(text, MAX_DEPTH)
}

/// As [`parse`], with at most `deepest` levels below the root.
pub(crate) fn parse_within(text: &[u8], deepest: usize) -> Result<JsonValue<'_>, JsonExpected> {
    let mut reader = JsonReader { text, at: 0, deepest };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() { reader.fail("the end of the value") } else { Ok(value) }
}

/// Parses the JSON value that starts at `from`. Returns it with its end. Any text may follow.
pub(crate) fn parse_prefix(text: &[u8], from: usize) -> Result<(JsonValue<'_>, usize), JsonExpected> {
    let mut reader = JsonReader { text, at: from, deepest: MAX_DEPTH };
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

/// Removes the whitespace between the tokens of a JSON text.
pub(crate) fn compact(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(&first) = rest.first() {
        let length = if first == b'"' { string::string_length(rest) } else { 1 };
        if !first.is_ascii_whitespace() {
            out.extend_from_slice(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

struct JsonReader<'a> {
    text: &'a [u8],
    at: usize,
    deepest: usize,
}

impl<'a> JsonReader<'a> {
    fn fail<T>(&self, what: &'static str) -> Result<T, JsonExpected> {
        Err(JsonExpected { at: self.at, what })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, token: u8) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<JsonValue<'a>, JsonExpected> {
        if depth > self.deepest {
            return self.fail("no more than 200 levels of nesting");
        }
        self.skip_space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => JsonKind::Text(self.string()?.bytes),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(JsonValue { kind, raw: &self.text[start..self.at] })
    }

    fn object(&mut self, depth: usize) -> Result<JsonKind<'a>, JsonExpected> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b'}') && members.is_empty() {
                break;
            }
            members.push(self.member(depth)?);
            self.skip_space();
            if !self.eat(b',') {
                break;
            }
        }
        if self.eat(b'}') { Ok(JsonKind::Object(members)) } else { self.fail("a comma or a closing brace") }
    }

    fn member(&mut self, depth: usize) -> Result<JsonMember<'a>, JsonExpected> {
        if self.peek() != Some(b'"') {
            return self.fail("a name in quotes");
        }
        let start = self.at;
        let name = self.string()?.bytes;
        let name = JsonName::read(name, &self.text[start..self.at]);
        self.skip_space();
        if !self.eat(b':') {
            return self.fail("a colon after the name");
        }
        Ok((name, self.value(depth + 1)?))
    }

    fn list(&mut self, depth: usize) -> Result<JsonKind<'a>, JsonExpected> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') && items.is_empty() {
                break;
            }
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if !self.eat(b',') {
                break;
            }
        }
        if self.eat(b']') { Ok(JsonKind::List(items)) } else { self.fail("a comma or the end of the list") }
    }

    fn string(&mut self) -> Result<Unquoted<'a>, JsonExpected> {
        match string::json_string(self.rest()) {
            Ok(unquoted) => {
                self.at += unquoted.length;
                Ok(unquoted)
            }
            Err((offset, what)) => {
                self.at += offset;
                self.fail(what)
            }
        }
    }

    fn number(&mut self) -> Result<JsonKind<'a>, JsonExpected> {
        let rest = self.rest();
        let length = number_length(rest);
        match std::str::from_utf8(&rest[..length]) {
            Ok(number) if length > 0 => {
                self.at += length;
                Ok(JsonKind::Number(Cow::Borrowed(number)))
            }
            _ => self.fail("a number"),
        }
    }

    fn word(&mut self) -> Result<JsonKind<'a>, JsonExpected> {
        let rest = self.rest();
        let length = rest.iter().take_while(|b| is_name_byte(**b)).count();
        let kind = match &rest[..length] {
            b"true" => JsonKind::Bool(true),
            b"false" => JsonKind::Bool(false),
            b"null" => JsonKind::Null,
            _ => return self.fail("a value"),
        };
        self.at += length;
        Ok(kind)
    }
}

/// Whether a byte can be part of a bare name in JavaScript, and therefore of a word such as `true`.
pub(crate) fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || b >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'v>(value: &'v JsonValue<'_>) -> Vec<&'v str> {
        value.members().iter().map(|(name, _)| std::str::from_utf8(&name.text).unwrap()).collect()
    }

    #[test]
    fn preserves_order_repeated_names_and_raw_text() {
        let value = parse(br#" {"b": 1.0, "a": [1e3, true, null], "\u0062": "x\u00e9"} "#).unwrap();
        assert_eq!(names(&value), ["b", "a", "b"]);
        assert_eq!(value.get("b").unwrap().bytes(), Some("xé".as_bytes()));
        assert_eq!(value.get("b").unwrap().raw, br#""x\u00e9""#);
        assert_eq!(value.get("a").unwrap().raw, b"[1e3, true, null]");
        assert_eq!(value.members()[0].1.kind, JsonKind::Number("1.0".into()));
        assert_eq!(value.members()[2].0.raw, br#""\u0062""#);
    }

    #[test]
    fn preserves_half_a_surrogate_pair() {
        let value = parse(br#""cut \ud83d""#).unwrap();
        assert_eq!(value.bytes(), Some(&b"cut \xed\xa0\xbd"[..]));
        assert_eq!(value.text(), None);
    }

    #[test]
    fn rejects_invalid_json_and_reports_the_position() {
        for (text, at) in [
            ("{'a':1}", 1),
            ("[1,]", 3),
            ("{\"a\":1,}", 7),
            ("01", 1),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("nul", 0),
            ("", 0),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().at, at, "{text}");
        }
        for text in ["{", "{} x", "a=1", "\u{feff}{}", r#"{"a":"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn rejects_json_that_is_too_deep() {
        for open in ["[", "{\"a\":"] {
            assert!(parse(open.repeat(100_000).as_bytes()).is_err());
        }
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse_within(deep(128).as_bytes(), 128).is_ok());
        assert!(parse_within(deep(130).as_bytes(), 128).is_err());
    }

    #[test]
    fn removes_whitespace_only_between_tokens() {
        assert_eq!(compact(b"{ \"a b\\\" \" :\n [ 1 ,\t2 ] }"), b"{\"a b\\\" \":[1,2]}");
    }

    #[test]
    fn writes_back_zooms_json_unchanged() {
        let text = r#"{"z":[1.0,12345678901234567890123,-0.5e3],"a":{"t":true,"f":false,"n":null},"s":"Zoë \uD83D\uDE92"}"#;
        assert_eq!(JsonValue::parse(text).unwrap().to_json(), text);
    }

    #[test]
    fn reports_the_line_of_an_error_and_the_depth_limit() {
        assert!(JsonValue::parse("{\"a\":1,\n}").unwrap_err().to_string().contains("line 2"));
        assert!(JsonValue::parse(&"[".repeat(100_000)).is_err());
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        assert!(JsonValue::parse(&deep).unwrap_err().to_string().contains("128"));
    }
}
