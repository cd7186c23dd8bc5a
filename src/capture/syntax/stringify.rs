//! Values written again as JSON text.
//!
//! [`stringify`] gives what `JSON.stringify` gives: names that are list positions first, then the others as they
//! came; of repeated names the last value at the first place; numbers by ECMAScript's rules; everything but
//! quotes, backslashes, control characters and half surrogate pairs as it is.

use super::number;
use super::tree::{Kind, Node};

/// How to write what JavaScript's own form does not fix for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::capture) enum Style {
    /// As `JSON.stringify` does.
    JavaScript,
    /// As Zoom sends: characters beyond the basic plane as `\uD83D\uDE92`; numbers and order as written.
    Zoom,
}

/// The value as compact JSON.
pub(in crate::capture) fn stringify(node: &Node<'_>, style: Style) -> Vec<u8> {
    let mut writer = Writer { out: Vec::with_capacity(node.raw.len()), style };
    writer.value(node);
    writer.out
}

/// JSON text without the white space between its tokens; all else as it was.
pub(in crate::capture) fn compact(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for &b in json {
        if in_string {
            in_string = escaped || b != b'"';
            escaped = !escaped && b == b'\\';
        } else if b.is_ascii_whitespace() {
            continue;
        } else {
            in_string = b == b'"';
        }
        out.push(b);
    }
    out
}

struct Writer {
    out: Vec<u8>,
    style: Style,
}

impl Writer {
    /// Recursion is as deep as the value, which its reader has limited.
    fn value(&mut self, node: &Node<'_>) {
        match &node.kind {
            Kind::Null | Kind::Lost => self.out.extend_from_slice(b"null"),
            Kind::Bool(true) => self.out.extend_from_slice(b"true"),
            Kind::Bool(false) => self.out.extend_from_slice(b"false"),
            Kind::Number(text) if self.style == Style::Zoom => self.out.extend_from_slice(text),
            Kind::Number(text) => self.out.extend_from_slice(number::as_javascript(text).as_bytes()),
            Kind::Text(text) => self.text(text),
            Kind::Bytes(bytes) => self.text(bytes),
            Kind::List(items) => {
                self.out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    self.comma(i);
                    self.value(item);
                }
                self.out.push(b']');
            }
            Kind::Map(_) => {
                self.out.push(b'{');
                for (i, (name, member)) in self.members(node).into_iter().enumerate() {
                    self.comma(i);
                    self.text(name);
                    self.out.push(b':');
                    self.value(member);
                }
                self.out.push(b'}');
            }
        }
    }

    fn members<'n>(&self, node: &'n Node<'_>) -> Vec<(&'n [u8], &'n Node<'n>)> {
        match self.style {
            Style::JavaScript => as_javascript_object(node),
            Style::Zoom => node.members().iter().map(|(name, member)| (name.as_ref(), member)).collect(),
        }
    }

    fn comma(&mut self, position: usize) {
        if position > 0 {
            self.out.push(b',');
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.out.push(b'"');
        let mut rest = text;
        while let Some(&b) = rest.first() {
            let length = match b {
                b'"' | b'\\' => self.push(&[b'\\', b], 1),
                0x08 => self.push(b"\\b", 1),
                0x09 => self.push(b"\\t", 1),
                0x0a => self.push(b"\\n", 1),
                0x0c => self.push(b"\\f", 1),
                0x0d => self.push(b"\\r", 1),
                0..=0x1f => self.push(format!("\\u{b:04x}").as_bytes(), 1),
                0xed if rest.len() >= 3 && rest[1] >= 0xa0 => {
                    let unit = 0xd000 | (u32::from(rest[1] & 0x3f) << 6) | u32::from(rest[2] & 0x3f);
                    self.push(format!("\\u{unit:04x}").as_bytes(), 3)
                }
                0xf0..=0xf4 if self.style == Style::Zoom => self.astral(rest),
                _ => self.push(&[b], 1),
            };
            rest = &rest[length..];
        }
        self.out.push(b'"');
    }

    /// Writes `text` for the next `length` bytes of the source.
    fn push(&mut self, text: &[u8], length: usize) -> usize {
        self.out.extend_from_slice(text);
        length
    }

    /// A character beyond the basic plane as an escaped pair.
    fn astral(&mut self, rest: &[u8]) -> usize {
        let bytes = &rest[..rest.len().min(4)];
        let Some(c) = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) else {
            return self.push(&rest[..1], 1);
        };
        for unit in c.encode_utf16(&mut [0; 2]) {
            self.out.extend_from_slice(format!("\\u{unit:04X}").as_bytes());
        }
        c.len_utf8()
    }
}

/// The members as a JavaScript object lists them.
fn as_javascript_object<'n>(node: &'n Node<'_>) -> Vec<(&'n [u8], &'n Node<'n>)> {
    let members = node.members();
    let mut places = std::collections::HashMap::with_capacity(members.len());
    let mut list: Vec<(&[u8], &Node<'_>)> = Vec::with_capacity(members.len());
    for (name, member) in members {
        let place = *places.entry(name.as_ref()).or_insert(list.len());
        match list.get_mut(place) {
            Some(known) => known.1 = member,
            None => list.push((name, member)),
        }
    }
    list.sort_by_key(|(name, _)| list_position(name).map_or(u64::MAX, u64::from));
    list
}

/// A name that JavaScript takes for a list position: 0 to 2^32 - 2, without leading zeros.
fn list_position(name: &[u8]) -> Option<u32> {
    let digits = !name.is_empty() && name.len() <= 10 && name.iter().all(u8::is_ascii_digit);
    if !digits || (name[0] == b'0' && name.len() > 1) {
        return None;
    }
    std::str::from_utf8(name).ok()?.parse().ok().filter(|n| *n != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::literal::{Dialect, parse};
    use super::*;

    fn again(text: &str, style: Style) -> String {
        String::from_utf8(stringify(&parse(text.as_bytes(), Dialect::Json).unwrap(), style)).unwrap()
    }

    #[test]
    fn writes_what_json_stringify_writes() {
        for (text, expected) in [
            (r#"{ "b" : 1.0, "10": 1, "2": 2, "a": [ ] }"#, r#"{"2":2,"10":1,"b":1,"a":[]}"#),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#""\ud83d\ude92 \u00e9 \/ \u001f \u2028 \u007f""#, "\"🚒 é / \\u001f \u{2028} \u{7f}\""),
            (r#""\uD83D""#, r#""\ud83d""#),
            (r#"{"01":1,"4294967295":2,"4294967294":3}"#, r#"{"4294967294":3,"01":1,"4294967295":2}"#),
        ] {
            assert_eq!(again(text, Style::JavaScript), expected);
        }
    }

    #[test]
    fn escapes_emoji_and_nothing_else_as_zoom_does() {
        assert_eq!(
            again(r#"{"a":"🚒 é \ud83d\ude92","n":1.0}"#, Style::Zoom),
            r#"{"a":"\uD83D\uDE92 é \uD83D\uDE92","n":1.0}"#
        );
    }

    #[test]
    fn takes_white_space_out_between_tokens_only() {
        assert_eq!(compact(b"{ \"a b\\\" \" :\n [ 1 ,\t2 ] }"), b"{\"a b\\\" \":[1,2]}");
    }
}
