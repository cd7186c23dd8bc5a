//! Reads JSON, and what languages print in its stead: Node's `util.inspect`, Python's `repr`.
//!
//! JSON is read strictly. The others are read loosely and by one grammar, for they differ in little:
//! quotes of three kinds, bare names, `True`, `None`, `undefined`, tuples, `Headers({…})`, `<Buffer 7b 22>`.
//! The depth is limited, so that recursion is.

use std::borrow::Cow;

use super::text::{self, Quoted};
use super::tree::{Kind, Node};

/// How deep values may be nested. Zoom's go to about 8; this bounds the stack.
const MAX_DEPTH: usize = 200;

/// Which grammar to read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::capture) enum Dialect {
    /// RFC 8259 and nothing else.
    Json,
    /// What Node's `util.inspect` and Python's `repr` print.
    Loose,
}

/// Where reading stopped, and what should have stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::capture) struct Expected {
    /// The byte in the text, from 0.
    pub(in crate::capture) at: usize,
    /// In words.
    pub(in crate::capture) what: &'static str,
}

type Read<T> = Result<T, Expected>;

/// The one value that makes up `text`, with white space around it.
pub(in crate::capture) fn parse(text: &[u8], dialect: Dialect) -> Read<Node<'_>> {
    let (node, end) = parse_prefix(text, 0, dialect)?;
    let mut reader = Reader { text, at: end, dialect };
    reader.skip_space();
    if reader.at < text.len() { reader.fail("the end of the value") } else { Ok(node) }
}

/// The value that begins at `from`, and where it ends. Anything may follow.
pub(in crate::capture) fn parse_prefix(
    text: &[u8],
    from: usize,
    dialect: Dialect,
) -> Read<(Node<'_>, usize)> {
    let mut reader = Reader { text, at: from, dialect };
    let node = reader.value(0)?;
    Ok((node, reader.at))
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, what: &'static str) -> Read<T> {
        Err(Expected { at: self.at, what })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn loose(&self) -> bool {
        self.dialect == Dialect::Loose
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, token: &[u8]) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Read<Node<'a>> {
        if depth > MAX_DEPTH {
            return self.fail("no more than 200 levels of nesting");
        }
        self.skip_space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') if self.loose() => self.bracket(depth)?,
            Some(b'[') => self.list(b']', depth)?,
            Some(b'"') => self.text_value()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'\'' | b'`') if self.loose() => self.text_value()?,
            Some(b'(') if self.loose() => self.list(b')', depth)?,
            Some(b'<') if self.loose() => self.angle(depth)?,
            Some(b) if b.is_ascii_alphabetic() || (self.loose() && is_name_byte(b)) => self.word(depth)?,
            _ => return self.fail("a value"),
        };
        Ok(Node { kind, raw: &self.text[start..self.at] })
    }

    fn map(&mut self, depth: usize) -> Read<Kind<'a>> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b'}') && (members.is_empty() || self.loose()) {
                break;
            }
            if self.loose() && self.rest().starts_with(b"...") {
                members.push((Cow::Borrowed(b"...".as_slice()), self.ellipsis()));
            } else {
                let name = self.name()?;
                self.skip_space();
                if !(self.eat(b":") || (self.loose() && self.eat(b"=>"))) {
                    return self.fail("a colon after the name");
                }
                members.push((name, self.value(depth + 1)?));
            }
            self.skip_space();
            if !self.eat(b",") {
                break;
            }
        }
        if self.eat(b"}") { Ok(Kind::Map(members)) } else { self.fail("a comma or a closing brace") }
    }

    fn name(&mut self) -> Read<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"') => self.quoted().map(|q| q.bytes),
            Some(b'\'' | b'`') if self.loose() => self.quoted().map(|q| q.bytes),
            Some(b'[') if self.loose() => Ok(Cow::Borrowed(self.until(b']')?)),
            Some(b) if self.loose() && is_name_byte(b) => Ok(Cow::Borrowed(self.bare_name())),
            _ => self.fail("a name in quotes"),
        }
    }

    fn bare_name(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().take_while(|b| is_name_byte(**b)).count();
        self.at += length;
        &rest[..length]
    }

    /// Everything up to and with `end`.
    fn until(&mut self, end: u8) -> Read<&'a [u8]> {
        let rest = self.rest();
        let Some(length) = rest.iter().position(|b| *b == end) else {
            return self.fail("a closing bracket");
        };
        self.at += length + 1;
        Ok(&rest[..=length])
    }

    fn list(&mut self, end: u8, depth: usize) -> Read<Kind<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(end) && (items.is_empty() || self.loose()) {
                break;
            }
            if self.loose() && self.rest().starts_with(b"...") {
                items.push(self.ellipsis());
            } else {
                items.push(self.value(depth + 1)?);
            }
            self.skip_space();
            if !self.eat(b",") {
                break;
            }
        }
        if self.eat(&[end]) { Ok(Kind::List(items)) } else { self.fail("a comma or the end of the list") }
    }

    /// `... 3 more items`.
    fn ellipsis(&mut self) -> Node<'a> {
        let rest = self.rest();
        let length = rest.iter().take_while(|b| !matches!(b, b'\n' | b',' | b'}' | b']' | b')')).count();
        self.at += length;
        Node { kind: Kind::Lost, raw: &rest[..length] }
    }

    /// A list, or one of Node's marks: `[Object]`, `[Circular *1]`, `[Object: null prototype] {…}`.
    fn bracket(&mut self, depth: usize) -> Read<Kind<'a>> {
        let rest = self.rest();
        if rest.starts_with(b"[Object: null prototype]") {
            self.at += b"[Object: null prototype]".len();
            return self.value(depth + 1).map(|node| node.kind);
        }
        const MARKS: [&str; 7] =
            ["[Object", "[Array", "[Circular", "[Function", "[Getter", "[class", "[Symbol"];
        if MARKS.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
            self.until(b']')?;
            return Ok(Kind::Lost);
        }
        self.list(b']', depth)
    }

    /// `<Buffer 7b 22>`, `<ref *1> {…}`, or an object that shows nothing of itself.
    fn angle(&mut self, depth: usize) -> Read<Kind<'a>> {
        let inner = self.until(b'>')?;
        if inner.starts_with(b"<ref *") {
            return self.value(depth + 1).map(|node| node.kind);
        }
        let digits = inner.strip_prefix(b"<Buffer").and_then(|inner| inner.strip_suffix(b">"));
        let bytes = digits.and_then(|digits| {
            let pairs = digits.split(|b| *b == b' ').filter(|pair| !pair.is_empty());
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
        });
        Ok(bytes.map_or(Kind::Lost, Kind::Bytes))
    }

    fn number(&mut self) -> Read<Kind<'a>> {
        let rest = self.rest();
        let length = super::number::length(rest);
        if length == 0 {
            return self.fail("a number");
        }
        self.at += length;
        if self.loose() {
            self.eat(b"n");
        }
        Ok(Kind::Number(&rest[..length]))
    }

    /// A string; loosely also several, joined by `+` over lines as Node prints long ones.
    fn text_value(&mut self) -> Read<Kind<'a>> {
        let mut bytes = self.quoted()?.bytes;
        while self.loose() && self.continues() {
            bytes.to_mut().extend_from_slice(&self.quoted()?.bytes);
        }
        Ok(Kind::Text(bytes))
    }

    /// Whether `+` and another string follow; if so it stands before that string then.
    fn continues(&mut self) -> bool {
        let before = self.at;
        self.skip_space();
        let plus = self.eat(b"+");
        self.skip_space();
        if plus && matches!(self.peek(), Some(b'\'' | b'"' | b'`')) {
            return true;
        }
        self.at = before;
        false
    }

    fn quoted(&mut self) -> Read<Quoted<'a>> {
        let quoted = match self.dialect {
            Dialect::Json => text::json_string(self.rest()),
            Dialect::Loose => text::loose_string(self.rest()),
        };
        match quoted {
            Ok(quoted) => {
                self.at += quoted.length;
                Ok(quoted)
            }
            Err((offset, what)) => {
                self.at += offset;
                self.fail(what)
            }
        }
    }

    fn word(&mut self, depth: usize) -> Read<Kind<'a>> {
        let start = self.at;
        let word = self.bare_name();
        let kind = match word {
            b"true" => Kind::Bool(true),
            b"false" => Kind::Bool(false),
            b"null" => Kind::Null,
            _ if !self.loose() => {
                self.at = start;
                return self.fail("a value");
            }
            b"True" => Kind::Bool(true),
            b"False" => Kind::Bool(false),
            b"None" | b"undefined" | b"NaN" | b"nan" | b"Infinity" | b"inf" => Kind::Null,
            _ => return self.prefixed(word, depth),
        };
        Ok(kind)
    }

    /// `b'…'`, `Headers({…})`, `IncomingMessage {…}`, `Map(2) {…}`.
    fn prefixed(&mut self, word: &[u8], depth: usize) -> Read<Kind<'a>> {
        if matches!(self.peek(), Some(b'\'' | b'"')) {
            return match word {
                b"b" | b"B" => text::python_bytes(self.rest())
                    .map(|quoted| {
                        self.at += quoted.length;
                        Kind::Bytes(quoted.bytes.into_owned())
                    })
                    .or_else(|(_, what)| self.fail(what)),
                b"u" | b"U" => self.text_value(),
                _ => self.fail("a string without a prefix, or b'…'"),
            };
        }
        if self.peek() == Some(b'(') {
            let Kind::List(mut arguments) = self.list(b')', depth + 1)? else { return Ok(Kind::Lost) };
            // `Map(2) {…}` tells its size first.
            self.skip_space();
            if matches!(self.peek(), Some(b'{' | b'[')) {
                return self.value(depth + 1).map(|node| node.kind);
            }
            return Ok(arguments.drain(..).next().map_or(Kind::Lost, |node| node.kind));
        }
        self.skip_space();
        match self.peek() {
            Some(b'{' | b'[' | b'<') => self.value(depth + 1).map(|node| node.kind),
            _ => self.fail("a value"),
        }
    }
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || b >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map_keys<'a>(node: &'a Node<'_>) -> Vec<&'a str> {
        node.members().iter().map(|(name, _)| std::str::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn reads_json_with_order_repeated_names_and_raw_text() {
        let node = parse(br#" {"b": 1.0, "a": [1e3, true, null], "b": "x\u00e9"} "#, Dialect::Json).unwrap();
        assert_eq!(map_keys(&node), ["b", "a", "b"]);
        assert_eq!(node.get("b").unwrap().text(), Some("xé".as_bytes()));
        assert_eq!(node.get("a").unwrap().raw, b"[1e3, true, null]");
        assert_eq!(node.members()[0].1.kind, Kind::Number(b"1.0"));
    }

    #[test]
    fn refuses_what_is_no_json_and_says_where() {
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
            assert_eq!(parse(text.as_bytes(), Dialect::Json).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn stops_at_a_depth_that_the_stack_can_bear() {
        for open in ["[", "{\"a\":", "(", "[Object: null prototype]", "<ref *1>", "A("] {
            let deep = open.repeat(100_000);
            assert!(parse(deep.as_bytes(), Dialect::Json).is_err());
            assert!(parse(deep.as_bytes(), Dialect::Loose).is_err());
        }
    }

    #[test]
    fn reads_what_node_prints() {
        let text = "[Object: null prototype] {\n  host: 'a',\n  'x-y': \"it's\",\n  n: 5n,\n  l: [ 1, 2, ... 3 more items ],\n \
                    o: [Object],\n  t: 'a\\n' +\n    'b',\n  u: undefined\n}";
        let node = parse(text.as_bytes(), Dialect::Loose).unwrap();
        assert_eq!(map_keys(&node), ["host", "x-y", "n", "l", "o", "t", "u"]);
        assert_eq!(node.get("t").unwrap().text(), Some(b"a\nb".as_slice()));
        assert_eq!(node.lost_part(), Some(b"... 3 more items ".as_slice()));
        let buffer = parse(b"<Buffer 7b 7d>", Dialect::Loose).unwrap();
        assert_eq!(buffer.text(), Some(b"{}".as_slice()));
        assert_eq!(parse(b"<Buffer 7b ... 4 more bytes>", Dialect::Loose).unwrap().kind, Kind::Lost);
    }

    #[test]
    fn reads_what_python_prints() {
        let text = r#"Headers({'Host': 'a', "b": "it's", 'n': None, 't': ('x', 1), 'y': b'{"\xc3\xa9"}'})"#;
        let node = parse(text.as_bytes(), Dialect::Loose).unwrap();
        assert_eq!(map_keys(&node), ["Host", "b", "n", "t", "y"]);
        assert_eq!(node.get("y").unwrap().text(), Some("{\"é\"}".as_bytes()));
        let pairs = parse(b"EnvironHeaders([('Host', 'a')])", Dialect::Loose).unwrap();
        assert_eq!(pairs.items()[0].items()[1].text(), Some(b"a".as_slice()));
    }
}
