//! Parses what programs print for an object: Node's `util.inspect`, Python's `repr`, Ruby's `inspect`.
//!
//! One loose grammar covers them: three kinds of quotes, bare names, `True`, `None`, `nil`, `undefined`, tuples, `=>`,
//! `Headers({…})`, `<Buffer 7b 22>`. A depth limit bounds the recursion. [`parse_prefix`] is the entry point.

use std::borrow::Cow;

use super::cursor::JsonCursor;
use super::parse::{JsonExpected, MAX_DEPTH, is_name_byte};
use super::string::{StringDecoder, UnquoteError, Unquoted, unquote};
use super::tree::{JsonKind, JsonName, JsonValue};

type Read<T> = Result<T, JsonExpected>;

/// The value that begins at `from`, and its end. Any text may follow.
pub(crate) fn parse_prefix(text: &[u8], from: usize) -> Read<(JsonValue<'_>, usize)> {
    let mut reader = LiteralReader(JsonCursor { text, at: from });
    let value = reader.value(0)?;
    Ok((value, reader.0.at))
}

/// The grammar, over a cursor.
struct LiteralReader<'a>(JsonCursor<'a>);

impl<'a> LiteralReader<'a> {
    fn value(&mut self, depth: usize) -> Read<JsonValue<'a>> {
        if depth > MAX_DEPTH {
            return self.0.fail("no more than 200 levels of nesting");
        }
        self.0.skip_space();
        let start = self.0.at;
        let kind = match self.0.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.bracket(depth)?,
            Some(b'"' | b'\'' | b'`') => self.text_value()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'(') => self.list(b')', depth)?,
            Some(b'<') => self.angle(depth)?,
            Some(b) if is_name_byte(b) => self.word(depth)?,
            _ => return self.0.fail("a value"),
        };
        Ok(JsonValue { kind, raw: self.0.since(start) })
    }

    fn map(&mut self, depth: usize) -> Read<JsonKind<'a>> {
        self.0.at += 1;
        let mut members = Vec::new();
        loop {
            self.0.skip_space();
            if self.0.peek() == Some(b'}') {
                break;
            }
            if self.0.rest().starts_with(b"...") {
                let mark = b"...".as_slice();
                members.push((JsonName::read(Cow::Borrowed(mark), mark), self.ellipsis()));
            } else {
                let name = self.name()?;
                self.0.skip_space();
                if !self.0.eat(b":") && !self.0.eat(b"=>") {
                    return self.0.fail("a colon after the name");
                }
                members.push((name, self.value(depth + 1)?));
            }
            self.0.skip_space();
            if !self.0.eat(b",") {
                break;
            }
        }
        if self.0.eat(b"}") {
            Ok(JsonKind::Object(members))
        } else {
            self.0.fail("a comma or a closing brace")
        }
    }

    fn name(&mut self) -> Read<JsonName<'a>> {
        let start = self.0.at;
        let name = match self.0.peek() {
            Some(b'"' | b'\'' | b'`') => self.0.string(loose_string)?.bytes,
            Some(b'[') => Cow::Borrowed(self.until(b']')?),
            // A symbol of Ruby.
            Some(b':') => {
                self.0.at += 1;
                Cow::Borrowed(self.0.take_while(is_name_byte))
            }
            Some(b) if is_name_byte(b) => Cow::Borrowed(self.0.take_while(is_name_byte)),
            _ => return self.0.fail("a name in quotes"),
        };
        Ok(JsonName::read(name, self.0.since(start)))
    }

    /// Everything up to and including `end`.
    fn until(&mut self, end: u8) -> Read<&'a [u8]> {
        let rest = self.0.rest();
        let Some(length) = rest.iter().position(|b| *b == end) else {
            return self.0.fail("a closing bracket");
        };
        self.0.at += length + 1;
        Ok(&rest[..=length])
    }

    fn list(&mut self, end: u8, depth: usize) -> Read<JsonKind<'a>> {
        self.0.at += 1;
        let mut items = Vec::new();
        loop {
            self.0.skip_space();
            if self.0.peek() == Some(end) {
                break;
            }
            if self.0.rest().starts_with(b"...") {
                items.push(self.ellipsis());
            } else {
                items.push(self.value(depth + 1)?);
            }
            self.0.skip_space();
            if !self.0.eat(b",") {
                break;
            }
        }
        if self.0.eat(&[end]) {
            Ok(JsonKind::List(items))
        } else {
            self.0.fail("a comma or the end of the list")
        }
    }

    /// Node's mark for omitted items, such as `... 3 more items`.
    fn ellipsis(&mut self) -> JsonValue<'a> {
        let raw = self.0.take_while(|b| !matches!(b, b'\n' | b',' | b'}' | b']' | b')'));
        JsonValue { kind: JsonKind::LeftOut, raw }
    }

    /// A list, or one of Node's marks: `[Object]`, `[Circular *1]`, `[Object: null prototype] {…}`.
    fn bracket(&mut self, depth: usize) -> Read<JsonKind<'a>> {
        let rest = self.0.rest();
        if rest.starts_with(b"[Object: null prototype]") {
            self.0.at += b"[Object: null prototype]".len();
            return self.value(depth + 1).map(|node| node.kind);
        }
        const MARKS: [&str; 7] =
            ["[Object", "[Array", "[Circular", "[Function", "[Getter", "[class", "[Symbol"];
        if MARKS.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
            self.until(b']')?;
            return Ok(JsonKind::LeftOut);
        }
        self.list(b']', depth)
    }

    /// `<Buffer 7b 22>`, `<ref *1> {…}`, or an object without visible content.
    fn angle(&mut self, depth: usize) -> Read<JsonKind<'a>> {
        let inner = self.until(b'>')?;
        if inner.starts_with(b"<ref *") {
            return self.value(depth + 1).map(|node| node.kind);
        }
        let digits = inner.strip_prefix(b"<Buffer").and_then(|inner| inner.strip_suffix(b">"));
        let bytes = digits.and_then(|digits| {
            let pairs = digits.split(|b| *b == b' ').filter(|pair| !pair.is_empty());
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
        });
        Ok(bytes.map_or(JsonKind::LeftOut, JsonKind::Bytes))
    }

    fn number(&mut self) -> Read<JsonKind<'a>> {
        let number = self.0.number()?;
        // A BigInt of JavaScript: `5n`.
        self.0.eat(b"n");
        Ok(number)
    }

    /// A string, or several strings joined by `+`, as Node prints long strings.
    fn text_value(&mut self) -> Read<JsonKind<'a>> {
        let mut bytes = self.0.string(loose_string)?.bytes;
        while self.continues() {
            bytes.to_mut().extend_from_slice(&self.0.string(loose_string)?.bytes);
        }
        Ok(JsonKind::Text(bytes))
    }

    /// Whether `+` and another string follow. If so, moves to the start of that string.
    fn continues(&mut self) -> bool {
        let before = self.0.at;
        self.0.skip_space();
        let plus = self.0.eat(b"+");
        self.0.skip_space();
        if plus && matches!(self.0.peek(), Some(b'\'' | b'"' | b'`')) {
            return true;
        }
        self.0.at = before;
        false
    }

    fn word(&mut self, depth: usize) -> Read<JsonKind<'a>> {
        let word = self.0.take_while(is_name_byte);
        let kind = match word {
            b"true" | b"True" => JsonKind::Bool(true),
            b"false" | b"False" => JsonKind::Bool(false),
            b"null" | b"None" | b"nil" | b"undefined" | b"NaN" | b"nan" | b"Infinity" | b"inf" => {
                JsonKind::Null
            }
            _ => return self.prefixed(word, depth),
        };
        Ok(kind)
    }

    /// `b'…'`, `Headers({…})`, `IncomingMessage {…}`, `Map(2) {…}`.
    fn prefixed(&mut self, word: &[u8], depth: usize) -> Read<JsonKind<'a>> {
        if matches!(self.0.peek(), Some(b'\'' | b'"')) {
            return match word {
                b"b" | b"B" => {
                    let quoted = self.0.string(python_bytes)?;
                    Ok(JsonKind::Bytes(quoted.bytes.into_owned()))
                }
                b"u" | b"U" => self.text_value(),
                _ => self.0.fail("a string without a prefix, or b'…'"),
            };
        }
        if self.0.peek() == Some(b'(') {
            let JsonKind::List(mut arguments) = self.list(b')', depth + 1)? else {
                return Ok(JsonKind::LeftOut);
            };
            // `Map(2) {…}` begins with its size.
            self.0.skip_space();
            if matches!(self.0.peek(), Some(b'{' | b'[')) {
                return self.value(depth + 1).map(|node| node.kind);
            }
            return Ok(arguments.drain(..).next().map_or(JsonKind::LeftOut, |node| node.kind));
        }
        self.0.skip_space();
        match self.0.peek() {
            Some(b'{' | b'[' | b'<') => self.value(depth + 1).map(|node| node.kind),
            _ => self.0.fail("a value"),
        }
    }
}

/// Decodes a string that JavaScript, Python or Ruby printed, in any kind of quotes.
fn loose_string(text: &[u8]) -> Result<Unquoted<'_>, UnquoteError> {
    unquote(text, |decoder, escape| match escape {
        b'u' => decoder.unit(),
        b'U' => scalar(decoder),
        b'x' => decoder.hex(2).map(|code| decoder.char(code)),
        b'#' => decoder.byte(escape),
        _ => decoder.simple(escape),
    })
}

/// Decodes the `'…'` of Python's `b'…'`, where `\x` is a byte.
fn python_bytes(text: &[u8]) -> Result<Unquoted<'_>, UnquoteError> {
    unquote(text, |decoder, escape| match escape {
        b'x' => decoder
            .hex(2)
            .and_then(|code| u8::try_from(code).map_err(|_| "two hex digits"))
            .and_then(|b| decoder.byte(b)),
        _ => decoder.simple(escape),
    })
}

/// Decodes the eight hex digits of Python's `\U`.
fn scalar(decoder: &mut StringDecoder<'_>) -> Result<(), &'static str> {
    let code = decoder.hex(8)?;
    if code > 0x10_ffff {
        return Err("a character's number");
    }
    decoder.char(code);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &[u8]) -> Read<JsonValue<'_>> {
        parse_prefix(text, 0).map(|(value, _)| value)
    }

    fn map_keys<'a>(node: &'a JsonValue<'_>) -> Vec<&'a str> {
        node.members().iter().map(|(name, _)| std::str::from_utf8(&name.text).unwrap()).collect()
    }

    #[test]
    fn rejects_values_that_are_nested_too_deeply() {
        for open in ["[", "{\"a\":", "(", "[Object: null prototype]", "<ref *1>", "A("] {
            let deep = open.repeat(100_000);
            assert!(parse(deep.as_bytes()).is_err());
        }
    }

    #[test]
    fn parses_the_output_of_node() {
        let text = "[Object: null prototype] {\n  host: 'a',\n  'x-y': \"it's\",\n  n: 5n,\n  l: [ 1, 2, ... 3 more items ],\n \
                    o: [Object],\n  t: 'a\\n' +\n    'b',\n  u: undefined\n}";
        let node = parse(text.as_bytes()).unwrap();
        assert_eq!(map_keys(&node), ["host", "x-y", "n", "l", "o", "t", "u"]);
        assert_eq!(node.get("t").unwrap().bytes(), Some(b"a\nb".as_slice()));
        assert_eq!(node.left_out(), Some(b"... 3 more items ".as_slice()));
        let buffer = parse(b"<Buffer 7b 7d>").unwrap();
        assert_eq!(buffer.bytes(), Some(b"{}".as_slice()));
        assert_eq!(parse(b"<Buffer 7b ... 4 more bytes>").unwrap().kind, JsonKind::LeftOut);
    }

    #[test]
    fn parses_the_output_of_python() {
        let text = r#"Headers({'Host': 'a', "b": "it's", 'n': None, 't': ('x', 1), 'y': b'{"\xc3\xa9"}'})"#;
        let node = parse(text.as_bytes()).unwrap();
        assert_eq!(map_keys(&node), ["Host", "b", "n", "t", "y"]);
        assert_eq!(node.get("y").unwrap().bytes(), Some("{\"é\"}".as_bytes()));
        let pairs = parse(b"EnvironHeaders([('Host', 'a')])").unwrap();
        assert_eq!(pairs.items()[0].items()[1].bytes(), Some(b"a".as_slice()));
    }

    #[test]
    fn parses_the_output_of_ruby() {
        let node = parse(br##"{"a"=>nil, :b => true, c: "x\#{y}"}"##).unwrap();
        assert_eq!(map_keys(&node), ["a", "b", "c"]);
        assert_eq!(node.get("c").unwrap().bytes(), Some(b"x#{y}".as_slice()));
    }

    #[test]
    fn decodes_the_escapes_of_javascript_and_python() {
        let read = |text: &str| loose_string(text.as_bytes()).unwrap().bytes.into_owned();
        assert_eq!(read(r"'it\'s \x1B \xe9'"), "it's \u{1b} é".as_bytes());
        assert_eq!(read(r"'\U0001f692 \u00e9 \d'"), "🚒 é \\d".as_bytes());
        assert_eq!(python_bytes(br"'\xc3\xa9'").unwrap().bytes.as_ref(), "é".as_bytes());
    }
}
