//! Parses the output of PHP's `var_dump` and `print_r`. [`parse_prefix`] is the entry point.
//!
//! `var_dump` prints types and lengths, so its strings are exact. `print_r` prints neither: a value ends with its
//! line, and whether it is a number is guessed.

use std::borrow::Cow;

use super::cursor::JsonCursor;
use super::number::number_length;
use super::tree::{JsonKind, JsonMember, JsonName, JsonValue};

/// Limit on nesting, which bounds the recursion.
const MAX_DEPTH: usize = 100;

/// Fields of Zoom's events that are documented as numbers. All other digits are read as strings.
const NUMBERS: [&[u8]; 6] =
    [b"event_ts", b"duration", b"type", b"total_size", b"recording_count", b"time_stamp"];

/// The value that begins at `from`, and its end. A failed attempt reduces `budget` by the bytes that were read.
pub(crate) fn parse_prefix<'a>(
    text: &'a [u8],
    from: usize,
    budget: &mut usize,
) -> Option<(JsonValue<'a>, usize)> {
    for read in [PhpReader::dumped, PhpReader::printed] {
        let mut reader = PhpReader(JsonCursor { text, at: from });
        if let Some(node) = read(&mut reader, 0) {
            return Some((node, reader.0.at));
        }
        *budget = budget.saturating_sub(reader.0.at - from + 1);
    }
    None
}

struct PhpReader<'a>(JsonCursor<'a>);

impl<'a> PhpReader<'a> {
    /// Everything up to `end`, which is consumed too.
    fn until(&mut self, end: &[u8]) -> Option<&'a [u8]> {
        // The end is on the same line, so a short window is enough.
        let rest = self.0.rest();
        let window = &rest[..rest.len().min(4_096)];
        let length = window.windows(end.len()).position(|w| w == end)?;
        self.0.at += length + end.len();
        Some(&rest[..length])
    }

    fn count(&mut self) -> Option<usize> {
        std::str::from_utf8(self.until(b")")?).ok()?.trim().parse().ok()
    }

    /// A value printed by `var_dump`.
    fn dumped(&mut self, depth: usize) -> Option<JsonValue<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.0.skip_space();
        let start = self.0.at;
        let kind = if self.0.eat(b"array(") {
            self.count()?;
            self.members(depth)?
        } else if self.0.eat(b"object(") {
            self.until(b"(")?;
            self.count()?;
            self.members(depth)?
        } else if self.0.eat(b"string(") {
            let length = self.count()?;
            self.0.eat(b" \"").then_some(())?;
            let text = self.0.rest().get(..length)?;
            self.0.at += length;
            self.0.eat(b"\"").then_some(())?;
            JsonKind::Text(Cow::Borrowed(text))
        } else if self.0.eat(b"int(") || self.0.eat(b"float(") {
            JsonKind::Number(Cow::Borrowed(std::str::from_utf8(self.until(b")")?).ok()?))
        } else if self.0.eat(b"bool(") {
            JsonKind::Bool(self.until(b")")? == b"true")
        } else if self.0.eat(b"NULL") {
            JsonKind::Null
        } else {
            return None;
        };
        Some(JsonValue { kind, raw: self.0.since(start) })
    }

    /// `{ ["name"]=> value … }`.
    fn members(&mut self, depth: usize) -> Option<JsonKind<'a>> {
        self.0.skip_space();
        self.0.eat(b"{").then_some(())?;
        let mut members = Vec::new();
        loop {
            self.0.skip_space();
            if self.0.eat(b"}") {
                return Some(map_or_list(members));
            }
            self.0.eat(b"[").then_some(())?;
            let name = self.until(b"]=>")?;
            // A property's visibility may follow its name: ["name":protected].
            let name = name.strip_prefix(b"\"").and_then(|n| n.split(|b| *b == b'"').next()).unwrap_or(name);
            members.push((JsonName::read(Cow::Borrowed(name), name), self.dumped(depth + 1)?));
        }
    }

    /// A value printed by `print_r`: `Array` or `stdClass Object`, and members in parentheses.
    fn printed(&mut self, depth: usize) -> Option<JsonValue<'a>> {
        let start = self.0.at;
        let opened = self.0.eat(b"Array") || self.0.eat(b"stdClass Object");
        self.0.skip_space();
        if !opened || depth > MAX_DEPTH || !self.0.eat(b"(") {
            return None;
        }
        let mut members: Vec<JsonMember<'a>> = Vec::new();
        loop {
            self.0.skip_space();
            if self.0.eat(b")") {
                break;
            }
            self.0.eat(b"[").then_some(())?;
            let name = self.until(b"] =>")?;
            self.0.eat(b" ");
            let line_start = self.0.at;
            let value = match self.printed(depth + 1) {
                Some(value) => value,
                None => {
                    self.0.at = line_start;
                    self.scalar(name)
                }
            };
            members.push((JsonName::read(Cow::Borrowed(name), name), value));
        }
        Some(JsonValue { kind: map_or_list(members), raw: self.0.since(start) })
    }

    /// The rest of the line as a value.
    fn scalar(&mut self, name: &[u8]) -> JsonValue<'a> {
        let line = self.0.take_while(|b| b != b'\n');
        self.0.eat(b"\n");
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_number = NUMBERS.contains(&name) && !line.is_empty() && number_length(line) == line.len();
        let kind = match std::str::from_utf8(line) {
            Ok(number) if is_number => JsonKind::Number(Cow::Borrowed(number)),
            _ => JsonKind::Text(Cow::Borrowed(line)),
        };
        JsonValue { kind, raw: line }
    }
}

/// A list if the names are 0, 1, 2 …, else an object. PHP has only one kind of array.
fn map_or_list<'a>(members: Vec<JsonMember<'a>>) -> JsonKind<'a> {
    let counts = members.iter().enumerate().all(|(i, (name, _))| *name.text == *i.to_string().as_bytes());
    if counts && !members.is_empty() {
        JsonKind::List(members.into_iter().map(|(_, node)| node).collect())
    } else {
        JsonKind::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::style::JsonStyle;

    fn json(text: &str) -> Option<String> {
        let (node, _) = parse_prefix(text.as_bytes(), 0, &mut 1_000_000)?;
        Some(String::from_utf8(JsonStyle::STRINGIFY.write(&node)).unwrap())
    }

    #[test]
    fn parses_var_dump_exactly() {
        let text = "array(3) {\n  [\"a\"]=>\n  string(5) \"x\"y\né\"\n  [\"b\"]=>\n  array(2) {\n    [0]=>\n    int(1)\n    [1]=>\n    bool(true)\n  }\n  [\"c\"]=>\n  object(stdClass)#1 (1) {\n    [\"d\"]=>\n    NULL\n  }\n}\n";
        let text = text.replace("string(5)", "string(6)");
        assert_eq!(json(&text).unwrap(), "{\"a\":\"x\\\"y\\né\",\"b\":[1,true],\"c\":{\"d\":null}}");
    }

    #[test]
    fn parses_print_r_and_guesses_types() {
        let text = "Array\n(\n    [event] => a b\n    [payload] => Array\n        (\n            [id] => 123\n            [duration] => 5\n        )\n\n    [l] => stdClass Object\n        (\n        )\n\n)\n";
        assert_eq!(json(text).unwrap(), r#"{"event":"a b","payload":{"id":"123","duration":5},"l":{}}"#);
    }

    #[test]
    fn rejects_other_text_and_deep_nesting() {
        for text in
            ["", "array", "array(1) {", "string(99) \"a\"", "string(18446744073709551615) \"", "Array\n(\n[a"]
        {
            assert_eq!(json(text), None, "{text}");
        }
        assert_eq!(json(&"array(1) {[0]=>".repeat(10_000)), None);
        assert_eq!(json(&"Array([0] => ".repeat(10_000)), None);
    }
}
