//! Parses strict JSON (RFC 8259) into the tree. A limit on the depth bounds the recursion.

use serde_json::value::RawValue;

use super::cursor::JsonCursor;
use super::string;
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
    let mut reader = JsonReader::new(text, 0, deepest);
    let value = reader.value(0)?;
    reader.cursor.skip_space();
    if reader.cursor.at < text.len() { reader.cursor.fail("the end of the value") } else { Ok(value) }
}

/// Parses the JSON value that starts at `from`. Returns it with its end. Any text may follow.
pub(crate) fn parse_prefix(text: &[u8], from: usize) -> Result<(JsonValue<'_>, usize), JsonExpected> {
    let mut reader = JsonReader::new(text, from, MAX_DEPTH);
    let value = reader.value(0)?;
    Ok((value, reader.cursor.at))
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
    cursor: JsonCursor<'a>,
    deepest: usize,
}

impl<'a> JsonReader<'a> {
    fn new(text: &'a [u8], at: usize, deepest: usize) -> Self {
        Self { cursor: JsonCursor { text, at }, deepest }
    }

    fn value(&mut self, depth: usize) -> Result<JsonValue<'a>, JsonExpected> {
        if depth > self.deepest {
            return self.cursor.fail("no more than 200 levels of nesting");
        }
        self.cursor.skip_space();
        let start = self.cursor.at;
        let kind = match self.cursor.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => JsonKind::Text(self.cursor.string(string::json_string)?.bytes),
            Some(b'-' | b'0'..=b'9') => self.cursor.number()?,
            _ => self.word()?,
        };
        Ok(JsonValue { kind, raw: self.cursor.since(start) })
    }

    fn object(&mut self, depth: usize) -> Result<JsonKind<'a>, JsonExpected> {
        self.cursor.at += 1;
        let mut members = Vec::new();
        loop {
            self.cursor.skip_space();
            if self.cursor.peek() == Some(b'}') && members.is_empty() {
                break;
            }
            members.push(self.member(depth)?);
            self.cursor.skip_space();
            if !self.cursor.eat(b",") {
                break;
            }
        }
        if self.cursor.eat(b"}") {
            Ok(JsonKind::Object(members))
        } else {
            self.cursor.fail("a comma or a closing brace")
        }
    }

    fn member(&mut self, depth: usize) -> Result<JsonMember<'a>, JsonExpected> {
        if self.cursor.peek() != Some(b'"') {
            return self.cursor.fail("a name in quotes");
        }
        let start = self.cursor.at;
        let name = self.cursor.string(string::json_string)?.bytes;
        let name = JsonName::read(name, self.cursor.since(start));
        self.cursor.skip_space();
        if !self.cursor.eat(b":") {
            return self.cursor.fail("a colon after the name");
        }
        Ok((name, self.value(depth + 1)?))
    }

    fn list(&mut self, depth: usize) -> Result<JsonKind<'a>, JsonExpected> {
        self.cursor.at += 1;
        let mut items = Vec::new();
        loop {
            self.cursor.skip_space();
            if self.cursor.peek() == Some(b']') && items.is_empty() {
                break;
            }
            items.push(self.value(depth + 1)?);
            self.cursor.skip_space();
            if !self.cursor.eat(b",") {
                break;
            }
        }
        if self.cursor.eat(b"]") {
            Ok(JsonKind::List(items))
        } else {
            self.cursor.fail("a comma or the end of the list")
        }
    }

    fn word(&mut self) -> Result<JsonKind<'a>, JsonExpected> {
        let start = self.cursor.at;
        match self.cursor.take_while(is_name_byte) {
            b"true" => Ok(JsonKind::Bool(true)),
            b"false" => Ok(JsonKind::Bool(false)),
            b"null" => Ok(JsonKind::Null),
            _ => Err(JsonExpected { at: start, what: "a value" }),
        }
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
