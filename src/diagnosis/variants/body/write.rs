//! A [`Document`] written in a serialiser's style.

use std::borrow::Cow;

use super::document::{Document, Node};
use super::number::Numbers;
use super::quoting::{Quoting, Words};
use super::text::decoded;

/// Everything in which serialisers differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Between two members or items, where nothing is indented.
    pub(super) comma: &'static str,
    /// Between a name and its value.
    pub(super) colon: &'static str,
    /// The blanks of one level, where each member has a line of its own.
    pub(super) indent: Option<&'static str>,
    /// What ends such a line.
    pub(super) line_end: &'static str,
    /// What stands at the very end.
    pub(super) end: &'static str,
    /// Strings.
    pub(super) texts: Quoting,
    /// `true`, `false` and `null`.
    pub(super) words: Words,
    /// Numbers.
    pub(super) numbers: Numbers,
    /// The order of members.
    pub(super) order: Order,
    /// Whether an empty object becomes an empty list, as in PHP.
    pub(super) empty_object_is_list: bool,
}

/// The order of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As sent, repeated names included.
    AsSent,
    /// As sent; of repeated names the last value stands in the first place.
    Map,
    /// As a JavaScript object: names that are small integers first.
    JavaScript,
    /// Sorted by name.
    Sorted,
}

impl Style {
    /// Compact, everything else as it was sent.
    pub(super) const COMPACT: Self = Self {
        comma: ",",
        colon: ":",
        indent: None,
        line_end: "\n",
        end: "",
        texts: Quoting::AsSent,
        words: Words::Json,
        numbers: Numbers::AsSent,
        order: Order::AsSent,
        empty_object_is_list: false,
    };

    /// Writes a document; `None` where the result is longer than `limit` bytes.
    pub(super) fn write(&self, document: &Document<'_>, limit: usize) -> Option<Vec<u8>> {
        let mut writer = Writer { style: self, document, out: String::new(), open: Vec::new() };
        writer.value(0);
        while let Some(frame) = writer.open.last_mut() {
            let first = frame.next == 0;
            let member = frame.members.get(frame.next).cloned();
            frame.next += 1;
            match member {
                Some((name, value)) => writer.member(first, name.as_deref(), value),
                None => writer.close(first),
            }
            if writer.out.len() > limit {
                return None;
            }
        }
        writer.out.push_str(self.end);
        Some(writer.out.into_bytes())
    }
}

/// A container that is being written.
struct Frame<'a> {
    closes: char,
    members: Vec<(Option<Cow<'a, str>>, usize)>,
    next: usize,
}

struct Writer<'s, 'd, 'a> {
    style: &'s Style,
    document: &'d Document<'a>,
    out: String,
    open: Vec<Frame<'a>>,
}

impl Writer<'_, '_, '_> {
    fn value(&mut self, index: usize) {
        match self.document.node(index) {
            Node::Text(raw) => self.text(raw),
            Node::Number(raw) => self.style.numbers.write(raw, &mut self.out),
            Node::Word(raw) => self.out.push_str(self.style.words.of(raw)),
            Node::Array(items) => {
                self.out.push('[');
                let members = items.iter().map(|&item| (None, item)).collect();
                self.open.push(Frame { closes: ']', members, next: 0 });
            }
            Node::Object(members) if members.is_empty() && self.style.empty_object_is_list => {
                self.out.push_str("[]");
            }
            Node::Object(members) => {
                self.out.push('{');
                let members = self.style.order.of(members);
                let members = members.into_iter().map(|(name, value)| (Some(name.into()), value)).collect();
                self.open.push(Frame { closes: '}', members, next: 0 });
            }
        }
    }

    fn member(&mut self, first: bool, name: Option<&str>, value: usize) {
        if self.style.indent.is_some() {
            self.out.push_str(if first { "" } else { "," });
            self.line(self.open.len());
        } else if !first {
            self.out.push_str(self.style.comma);
        }
        if let Some(name) = name {
            self.text(name);
            self.out.push_str(self.style.colon);
        }
        self.value(value);
    }

    fn close(&mut self, empty: bool) {
        let Some(frame) = self.open.pop() else { return };
        if self.style.indent.is_some() && !empty {
            self.line(self.open.len());
        }
        self.out.push(frame.closes);
    }

    fn line(&mut self, depth: usize) {
        self.out.push_str(self.style.line_end);
        for _ in 0..depth {
            self.out.push_str(self.style.indent.unwrap_or_default());
        }
    }

    fn text(&mut self, raw: &str) {
        self.style.texts.write(raw, &mut self.out);
    }
}

impl Order {
    fn of<'a>(self, members: &[(&'a str, usize)]) -> Vec<(&'a str, usize)> {
        if self == Self::AsSent {
            return members.to_vec();
        }
        let mut kept: Vec<(String, &'a str, usize)> = Vec::with_capacity(members.len());
        let mut places = std::collections::HashMap::new();
        for &(raw, value) in members {
            let name = decoded(raw);
            let place = *places.entry(name.clone()).or_insert(kept.len());
            match kept.get_mut(place) {
                Some(member) => member.2 = value,
                None => kept.push((name, raw, value)),
            }
        }
        match self {
            Self::Sorted => kept.sort_by(|a, b| a.0.cmp(&b.0)),
            // Stable: all other names keep their order.
            Self::JavaScript => kept.sort_by_key(|(name, ..)| small_integer(name).unwrap_or(u32::MAX)),
            Self::AsSent | Self::Map => {}
        }
        kept.into_iter().map(|(_, raw, value)| (raw, value)).collect()
    }
}

/// An array index in JavaScript's sense.
fn small_integer(name: &str) -> Option<u32> {
    name.parse().ok().filter(|&n: &u32| n < u32::MAX && n.to_string() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(style: Style, text: &str) -> String {
        let document = Document::parse(text.as_bytes()).unwrap();
        String::from_utf8(style.write(&document, 10_000).unwrap()).unwrap()
    }

    const PRETTY: Style = Style { colon: ": ", indent: Some("  "), ..Style::COMPACT };

    #[test]
    fn compact_loses_nothing_but_blanks() {
        let text = r#"{ "b" : [ 1.0 , {} , [] ] , "a" : "\u00e9\/" , "b" : null }"#;
        assert_eq!(written(Style::COMPACT, text), r#"{"b":[1.0,{},[]],"a":"\u00e9\/","b":null}"#);
        assert_eq!(written(Style::COMPACT, " 7 "), "7");
    }

    #[test]
    fn pretty_leaves_empty_containers_on_their_line() {
        let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}";
        assert_eq!(written(PRETTY, r#"{"a":[1,{}],"b":[]}"#), expected);
    }

    #[test]
    fn orders_differ_as_the_languages_do() {
        let text = r#"{"b":1,"10":2,"a":{"z":0,"y":0},"9":3,"b":4,"01":5}"#;
        let order = |order| written(Style { order, ..Style::COMPACT }, text);
        assert_eq!(order(Order::Map), r#"{"b":4,"10":2,"a":{"z":0,"y":0},"9":3,"01":5}"#);
        assert_eq!(order(Order::JavaScript), r#"{"9":3,"10":2,"b":4,"a":{"z":0,"y":0},"01":5}"#);
        assert_eq!(order(Order::Sorted), r#"{"01":5,"10":2,"9":3,"a":{"y":0,"z":0},"b":4}"#);
    }

    #[test]
    fn a_result_that_grows_too_long_is_given_up() {
        let document = Document::parse(b"[[[[[[1]]]]]]").unwrap();
        assert!(PRETTY.write(&document, 20).is_none());
    }
}
