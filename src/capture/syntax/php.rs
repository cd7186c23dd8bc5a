//! Parses the output of PHP's `var_dump` and `print_r`. [`parse_prefix`] is the entry point.
//!
//! `var_dump` prints types and lengths, so its strings are exact. `print_r` prints neither: a value ends with its
//! line, and whether it is a number is guessed.

use std::borrow::Cow;

use crate::json::{JsonKind, JsonMember, JsonName, JsonValue, number_length};

/// Limit on nesting, which bounds the recursion.
const MAX_DEPTH: usize = 100;

/// Fields of Zoom's events that are documented as numbers. All other digits are read as strings.
const NUMBERS: [&[u8]; 6] =
    [b"event_ts", b"duration", b"type", b"total_size", b"recording_count", b"time_stamp"];

/// The value that begins at `from`, and its end. A failed attempt reduces `budget` by the bytes that were read.
pub(in crate::capture) fn parse_prefix<'a>(
    text: &'a [u8],
    from: usize,
    budget: &mut usize,
) -> Option<(JsonValue<'a>, usize)> {
    let mut reader = Reader { text, at: from };
    for read in [Reader::dumped, Reader::printed] {
        reader.at = from;
        if let Some(node) = read(&mut reader, 0) {
            return Some((node, reader.at));
        }
        *budget = budget.saturating_sub(reader.at - from + 1);
    }
    None
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.at += self.rest().iter().take_while(|b| b.is_ascii_whitespace()).count();
    }

    fn eat(&mut self, token: &[u8]) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    /// Everything up to `end`, which is consumed too.
    fn until(&mut self, end: &[u8]) -> Option<&'a [u8]> {
        // The end is on the same line, so a short window is enough.
        let rest = self.rest();
        let window = &rest[..rest.len().min(4_096)];
        let length = window.windows(end.len()).position(|w| w == end)?;
        self.at += length + end.len();
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
        self.skip_space();
        let start = self.at;
        let kind = if self.eat(b"array(") {
            self.count()?;
            self.members(depth)?
        } else if self.eat(b"object(") {
            self.until(b"(")?;
            self.count()?;
            self.members(depth)?
        } else if self.eat(b"string(") {
            let length = self.count()?;
            self.eat(b" \"").then_some(())?;
            let text = self.rest().get(..length)?;
            self.at += length;
            self.eat(b"\"").then_some(())?;
            JsonKind::Text(Cow::Borrowed(text))
        } else if self.eat(b"int(") || self.eat(b"float(") {
            JsonKind::Number(Cow::Borrowed(std::str::from_utf8(self.until(b")")?).ok()?))
        } else if self.eat(b"bool(") {
            JsonKind::Bool(self.until(b")")? == b"true")
        } else if self.eat(b"NULL") {
            JsonKind::Null
        } else {
            return None;
        };
        Some(JsonValue { kind, raw: &self.text[start..self.at] })
    }

    /// `{ ["name"]=> value … }`.
    fn members(&mut self, depth: usize) -> Option<JsonKind<'a>> {
        self.skip_space();
        self.eat(b"{").then_some(())?;
        let mut members = Vec::new();
        loop {
            self.skip_space();
            if self.eat(b"}") {
                return Some(map_or_list(members));
            }
            self.eat(b"[").then_some(())?;
            let name = self.until(b"]=>")?;
            // A property's visibility may follow its name: ["name":protected].
            let name = name.strip_prefix(b"\"").and_then(|n| n.split(|b| *b == b'"').next()).unwrap_or(name);
            members.push((JsonName::read(Cow::Borrowed(name), name), self.dumped(depth + 1)?));
        }
    }

    /// A value printed by `print_r`: `Array` or `stdClass Object`, and members in parentheses.
    fn printed(&mut self, depth: usize) -> Option<JsonValue<'a>> {
        let start = self.at;
        let opened = self.eat(b"Array") || self.eat(b"stdClass Object");
        self.skip_space();
        if !opened || depth > MAX_DEPTH || !self.eat(b"(") {
            return None;
        }
        let mut members: Vec<JsonMember<'a>> = Vec::new();
        loop {
            self.skip_space();
            if self.eat(b")") {
                break;
            }
            self.eat(b"[").then_some(())?;
            let name = self.until(b"] =>")?;
            self.eat(b" ");
            let line_start = self.at;
            let value = match self.printed(depth + 1) {
                Some(value) => value,
                None => {
                    self.at = line_start;
                    self.scalar(name)
                }
            };
            members.push((JsonName::read(Cow::Borrowed(name), name), value));
        }
        Some(JsonValue { kind: map_or_list(members), raw: &self.text[start..self.at] })
    }

    /// The rest of the line as a value.
    fn scalar(&mut self, name: &[u8]) -> JsonValue<'a> {
        let (line, next) = super::http::line(self.text, self.at);
        self.at = next;
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
    use crate::json::JsonStyle;

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
