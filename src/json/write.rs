//! Writes a [`JsonValue`] in a [`JsonStyle`], without recursion.

use std::collections::HashMap;

use super::style::{JsonOrder, JsonStyle};
use super::tree::{JsonKind, JsonMember, JsonName, JsonValue};

impl JsonStyle {
    /// Writes a value.
    pub(crate) fn write(&self, value: &JsonValue<'_>) -> Vec<u8> {
        let mut writer = JsonWriter::new(self, value.raw.len());
        writer.value(value);
        while writer.step() {}
        writer.end()
    }

    /// Writes a value. Returns `None` if the result is longer than `limit` bytes.
    pub(crate) fn write_within(&self, value: &JsonValue<'_>, limit: usize) -> Option<Vec<u8>> {
        let mut writer = JsonWriter::new(self, value.raw.len().min(limit));
        writer.value(value);
        writer.finish_within(limit)
    }

    /// Writes an object with its members in another order: `order` lists their positions. The style's own order is
    /// ignored for this object. Returns `None` if the result is longer than `limit` bytes.
    pub(crate) fn write_reordered(
        &self,
        object: &JsonValue<'_>,
        order: &[usize],
        limit: usize,
    ) -> Option<Vec<u8>> {
        let members = order.iter().filter_map(|&at| object.members().get(at)).collect::<Vec<_>>();
        let mut writer = JsonWriter::new(self, object.raw.len().min(limit));
        writer.open(b'{', b'}', OpenMembers::Ordered(members.into_iter()));
        writer.finish_within(limit)
    }
}

/// The members of a container that are not written yet.
enum OpenMembers<'t, 'a> {
    Items(std::slice::Iter<'t, JsonValue<'a>>),
    Members(std::slice::Iter<'t, JsonMember<'a>>),
    Ordered(std::vec::IntoIter<&'t JsonMember<'a>>),
}

impl<'t, 'a> Iterator for OpenMembers<'t, 'a> {
    type Item = (Option<&'t JsonName<'a>>, &'t JsonValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let named = |(name, value): &'t JsonMember<'a>| (Some(name), value);
        match self {
            Self::Items(items) => items.next().map(|item| (None, item)),
            Self::Members(members) => members.next().map(named),
            Self::Ordered(members) => members.next().map(named),
        }
    }
}

/// A container that is being written.
struct OpenContainer<'t, 'a> {
    closes: u8,
    members: OpenMembers<'t, 'a>,
    empty: bool,
}

struct JsonWriter<'s, 't, 'a> {
    style: &'s JsonStyle,
    out: Vec<u8>,
    open: Vec<OpenContainer<'t, 'a>>,
}

impl<'s, 't, 'a> JsonWriter<'s, 't, 'a> {
    fn new(style: &'s JsonStyle, length: usize) -> Self {
        Self { style, out: Vec::with_capacity(length), open: Vec::new() }
    }

    fn finish_within(mut self, limit: usize) -> Option<Vec<u8>> {
        while self.step() {
            if self.out.len() > limit {
                return None;
            }
        }
        Some(self.end())
    }

    fn end(mut self) -> Vec<u8> {
        self.out.extend_from_slice(self.style.end.as_bytes());
        self.out
    }

    /// Writes the next member or closes a container; `false` if there is none.
    fn step(&mut self) -> bool {
        let Some(container) = self.open.last_mut() else { return false };
        let first = container.empty;
        match container.members.next() {
            Some((name, value)) => {
                container.empty = false;
                self.member(first, name, value);
            }
            None => self.close(),
        }
        true
    }

    fn value(&mut self, value: &'t JsonValue<'a>) {
        match &value.kind {
            JsonKind::Null | JsonKind::LeftOut => self.push(self.style.words.of_null()),
            JsonKind::Bool(value) => self.push(self.style.words.of_bool(*value)),
            JsonKind::Number(number) => self.style.numbers.write(number, &mut self.out),
            JsonKind::Text(text) => self.style.texts.write(text, value.raw, &mut self.out),
            JsonKind::Bytes(bytes) => self.style.texts.write(bytes, b"", &mut self.out),
            JsonKind::List(items) => self.open(b'[', b']', OpenMembers::Items(items.iter())),
            JsonKind::Object(members) if members.is_empty() && self.style.empty_object_is_list => {
                self.push("[]");
            }
            JsonKind::Object(members) => {
                let members = match self.style.order {
                    JsonOrder::AsSent if !self.style.drops_nulls => OpenMembers::Members(members.iter()),
                    order => {
                        let mut members = ordered(order, members);
                        members.retain(|(_, value)| !self.style.drops_nulls || !value.is_null());
                        OpenMembers::Ordered(members.into_iter())
                    }
                };
                self.open(b'{', b'}', members);
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn open(&mut self, opens: u8, closes: u8, members: OpenMembers<'t, 'a>) {
        self.out.push(opens);
        self.open.push(OpenContainer { closes, members, empty: true });
    }

    fn member(&mut self, first: bool, name: Option<&JsonName<'a>>, value: &'t JsonValue<'a>) {
        if name.is_none() && self.style.inline_lists {
            self.push(if first { " " } else { ", " });
        } else if self.style.indent.is_some() {
            self.push(if first { "" } else { "," });
            self.line(self.depth());
        } else if !first {
            self.push(self.style.comma);
        }
        if let Some(name) = name {
            self.style.texts.write(&name.text, name.raw, &mut self.out);
            self.push(self.style.colon);
        }
        self.value(value);
    }

    fn close(&mut self) {
        let Some(container) = self.open.pop() else { return };
        if self.style.inline_lists && (container.empty || container.closes == b']') {
            self.push(" ");
        } else if self.style.indent.is_some() && !container.empty {
            self.line(self.depth());
        }
        self.out.push(container.closes);
    }

    /// The levels of indentation.
    fn depth(&self) -> usize {
        let is_indented =
            |container: &&OpenContainer<'_, '_>| !self.style.inline_lists || container.closes == b'}';
        self.open.iter().filter(is_indented).count()
    }

    fn line(&mut self, depth: usize) {
        self.push(self.style.line_end);
        for _ in 0..depth {
            self.push(self.style.indent.unwrap_or_default());
        }
    }
}

/// The members in another order. A repeated name has its last value at its first position.
fn ordered<'t, 'a>(order: JsonOrder, members: &'t [JsonMember<'a>]) -> Vec<&'t JsonMember<'a>> {
    let mut unique: Vec<&JsonMember<'_>> = Vec::with_capacity(members.len());
    let mut positions = HashMap::with_capacity(members.len());
    for member in members {
        let position = *positions.entry(&*member.0.text).or_insert(unique.len());
        match unique.get_mut(position) {
            Some(known) => *known = member,
            None => unique.push(member),
        }
    }
    match order {
        JsonOrder::Sorted => unique.sort_by(|a, b| a.0.text.cmp(&b.0.text)),
        JsonOrder::ByLength => {
            unique.sort_by(|a, b| (a.0.text.len(), &a.0.text).cmp(&(b.0.text.len(), &b.0.text)));
        }
        // The sort is stable: all other names keep their order.
        JsonOrder::JavaScript => {
            unique.sort_by_key(|(name, _)| list_position(&name.text).unwrap_or(u32::MAX));
        }
        JsonOrder::AsSent | JsonOrder::Map => {}
    }
    unique
}

/// A name that is an array index in JavaScript: 0 to 2^32 - 2, without leading zeros.
fn list_position(name: &[u8]) -> Option<u32> {
    let digits = !name.is_empty() && name.len() <= 10 && name.iter().all(u8::is_ascii_digit);
    if !digits || (name[0] == b'0' && name.len() > 1) {
        return None;
    }
    std::str::from_utf8(name).ok()?.parse().ok().filter(|n| *n != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn written(style: JsonStyle, text: &str) -> String {
        let value = parse(text.as_bytes()).unwrap();
        String::from_utf8(style.write_within(&value, 10_000).unwrap()).unwrap()
    }

    const PRETTY: JsonStyle = JsonStyle { colon: ": ", indent: Some("  "), ..JsonStyle::COMPACT };

    #[test]
    fn compact_removes_only_whitespace() {
        let text = r#"{ "b" : [ 1.0 , {} , [] ] , "a" : "\u00e9\/" , "b" : null }"#;
        assert_eq!(written(JsonStyle::COMPACT, text), r#"{"b":[1.0,{},[]],"a":"\u00e9\/","b":null}"#);
        assert_eq!(written(JsonStyle::COMPACT, " 7 "), "7");
    }

    #[test]
    fn pretty_writes_empty_containers_on_one_line() {
        let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}";
        assert_eq!(written(PRETTY, r#"{"a":[1,{}],"b":[]}"#), expected);
        let inline = JsonStyle { inline_lists: true, ..PRETTY };
        let expected = "{\n  \"a\": [ 1, { }, {\n    \"c\": 1\n  } ],\n  \"b\": [ ]\n}";
        assert_eq!(written(inline, r#"{"a":[1,{},{"c":1}],"b":[]}"#), expected);
    }

    #[test]
    fn orders_members_as_each_language_does() {
        let text = r#"{"b":1,"10":2,"a":{"z":0,"y":0},"9":3,"b":4,"01":5}"#;
        let order = |order| written(JsonStyle { order, ..JsonStyle::COMPACT }, text);
        assert_eq!(order(JsonOrder::Map), r#"{"b":4,"10":2,"a":{"z":0,"y":0},"9":3,"01":5}"#);
        assert_eq!(order(JsonOrder::JavaScript), r#"{"9":3,"10":2,"b":4,"a":{"z":0,"y":0},"01":5}"#);
        assert_eq!(order(JsonOrder::Sorted), r#"{"01":5,"10":2,"9":3,"a":{"y":0,"z":0},"b":4}"#);
        assert_eq!(order(JsonOrder::ByLength), r#"{"9":3,"a":{"y":0,"z":0},"b":4,"01":5,"10":2}"#);
    }

    #[test]
    fn leaves_out_nulls_where_the_style_says_so() {
        let style = JsonStyle { drops_nulls: true, ..JsonStyle::COMPACT };
        assert_eq!(written(style, r#"{"a":null,"b":[null,{"c":null}],"d":1}"#), r#"{"b":[null,{}],"d":1}"#);
    }

    #[test]
    fn returns_nothing_beyond_the_limit() {
        let value = parse(b"[[[[[[1]]]]]]").unwrap();
        assert!(PRETTY.write_within(&value, 20).is_none());
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
            assert_eq!(written(JsonStyle::STRINGIFY, text), expected);
        }
    }

    #[test]
    fn escapes_only_emoji_as_zoom_does() {
        assert_eq!(
            written(JsonStyle::ZOOM, r#"{"a":"🚒 é \ud83d\ude92","n":1.0}"#),
            r#"{"a":"\uD83D\uDE92 é \uD83D\uDE92","n":1.0}"#
        );
    }
}
