//! What PHP's `var_dump` and `print_r` print.
//!
//! `var_dump` tells types and lengths, so that its strings are exact. `print_r` tells neither: a value ends with its
//! line, and whether it was a number is guessed.

use std::borrow::Cow;

use crate::json::{JsonKind, JsonMember, JsonName, JsonValue, number_length};

/// Deeper values are refused, so that recursion is bounded.
const MAX_DEPTH: usize = 100;

/// Fields of Zoom's events that are numbers wherever they are documented so. All other digits were texts.
const NUMBERS: [&[u8]; 6] =
    [b"event_ts", b"duration", b"type", b"total_size", b"recording_count", b"time_stamp"];

/// The value that begins at `from`, and where it ends; `None` if none does. What was read in vain comes off
/// `patience`.
pub(in crate::capture) fn parse_prefix<'a>(
    text: &'a [u8],
    from: usize,
    patience: &mut usize,
) -> Option<(JsonValue<'a>, usize)> {
    let mut reader = Reader { text, at: from };
    for read in [Reader::dumped, Reader::printed] {
        reader.at = from;
        if let Some(node) = read(&mut reader, 0) {
            return Some((node, reader.at));
        }
        *patience = patience.saturating_sub(reader.at - from + 1);
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

    /// Everything up to `end`, which is taken too.
    fn until(&mut self, end: &[u8]) -> Option<&'a [u8]> {
        // What is looked for stands within a line's length.
        let rest = self.rest();
        let window = &rest[..rest.len().min(4_096)];
        let length = window.windows(end.len()).position(|w| w == end)?;
        self.at += length + end.len();
        Some(&rest[..length])
    }

    fn count(&mut self) -> Option<usize> {
        std::str::from_utf8(self.until(b")")?).ok()?.trim().parse().ok()
    }

    /// A value as `var_dump` prints it.
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

    /// A value as `print_r` prints it: `Array` or `stdClass Object`, and members in parentheses.
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

    /// The rest of the line.
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

/// PHP has one kind of array; one whose names are 0, 1, 2 … was a list.
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
    fn reads_var_dump_exactly() {
        let text = "array(3) {\n  [\"a\"]=>\n  string(5) \"x\"y\né\"\n  [\"b\"]=>\n  array(2) {\n    [0]=>\n    int(1)\n    [1]=>\n    bool(true)\n  }\n  [\"c\"]=>\n  object(stdClass)#1 (1) {\n    [\"d\"]=>\n    NULL\n  }\n}\n";
        let text = text.replace("string(5)", "string(6)");
        assert_eq!(json(&text).unwrap(), "{\"a\":\"x\\\"y\\né\",\"b\":[1,true],\"c\":{\"d\":null}}");
    }

    #[test]
    fn reads_print_r_with_guesses() {
        let text = "Array\n(\n    [event] => a b\n    [payload] => Array\n        (\n            [id] => 123\n            [duration] => 5\n        )\n\n    [l] => stdClass Object\n        (\n        )\n\n)\n";
        assert_eq!(json(text).unwrap(), r#"{"event":"a b","payload":{"id":"123","duration":5},"l":{}}"#);
    }

    #[test]
    fn refuses_other_text_and_what_is_too_deep() {
        for text in
            ["", "array", "array(1) {", "string(99) \"a\"", "string(18446744073709551615) \"", "Array\n(\n[a"]
        {
            assert_eq!(json(text), None, "{text}");
        }
        assert_eq!(json(&"array(1) {[0]=>".repeat(10_000)), None);
        assert_eq!(json(&"Array([0] => ".repeat(10_000)), None);
    }
}
