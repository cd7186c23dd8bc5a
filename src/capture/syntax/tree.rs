//! A parsed value that forgets nothing: the order of names, repeated names, numbers as written, half surrogate
//! pairs, and for every value the slice of text that it was read from.

use std::borrow::Cow;

/// A value and the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::capture) struct Node<'a> {
    /// What it is.
    pub(in crate::capture) kind: Kind<'a>,
    /// Its text in the record.
    pub(in crate::capture) raw: &'a [u8],
}

/// The kinds of values. Texts are UTF-8, but for half surrogate pairs, which are three bytes each (WTF-8).
#[derive(Debug, Clone, PartialEq)]
pub(in crate::capture) enum Kind<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a [u8]),
    Text(Cow<'a, [u8]>),
    /// Bytes that the text showed as bytes: `b'…'` in Python, `<Buffer …>` in Node.
    Bytes(Vec<u8>),
    List(Vec<Node<'a>>),
    Map(Vec<(Cow<'a, [u8]>, Node<'a>)>),
    /// What the writer left out, such as `[Object]`.
    Lost,
}

impl<'a> Node<'a> {
    /// The value under a name of a map; of repeated names the last one, as in JavaScript.
    pub(in crate::capture) fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.members().iter().rev().find(|(n, _)| n.as_ref() == name.as_bytes()).map(|(_, node)| node)
    }

    /// The value at a path of names, such as `request.headers`.
    pub(in crate::capture) fn at(&self, path: &str) -> Option<&Node<'a>> {
        path.split('.').try_fold(self, |node, name| node.get(name))
    }

    /// The first of several paths that leads to a value other than null.
    pub(in crate::capture) fn first_of(&self, paths: &[&str]) -> Option<&Node<'a>> {
        paths.iter().find_map(|path| self.at(path).filter(|node| !node.is_null()))
    }

    /// The members of a map; none for anything else.
    pub(in crate::capture) fn members(&self) -> &[(Cow<'a, [u8]>, Node<'a>)] {
        match &self.kind {
            Kind::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub(in crate::capture) fn items(&self) -> &[Node<'a>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The bytes of a text or of bytes.
    pub(in crate::capture) fn text(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A text, number or boolean as a string for people and for headers.
    pub(in crate::capture) fn display(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(_) | Kind::Bytes(_) => self.text().map(|t| String::from_utf8_lossy(t).into_owned()),
            Kind::Number(text) => Some(String::from_utf8_lossy(text).into_owned()),
            Kind::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// A number, or a text that is one.
    pub(in crate::capture) fn number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) => self.display()?.trim().parse().ok(),
            _ => None,
        }
    }

    pub(in crate::capture) fn is_true(&self) -> bool {
        matches!(self.kind, Kind::Bool(true))
    }

    pub(in crate::capture) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    pub(in crate::capture) fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    pub(in crate::capture) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// Whether the writer left a part of it out.
    pub(in crate::capture) fn lost_part(&self) -> Option<&'a [u8]> {
        match &self.kind {
            Kind::Lost => Some(self.raw),
            Kind::List(items) => items.iter().find_map(Node::lost_part),
            Kind::Map(members) => members.iter().find_map(|(_, node)| node.lost_part()),
            _ => None,
        }
    }
}
