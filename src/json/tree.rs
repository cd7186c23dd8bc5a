//! The JSON tree of the whole crate: [`JsonValue`]. It preserves the order of members, repeated names, numbers as
//! written, half surrogate pairs, and the text that each value was read from.

use std::borrow::Cow;

use super::string::in_utf8;

/// A JSON value. A value that was read from a text borrows from it; a value that a program builds is owned
/// (`JsonValue<'static>`).
///
/// Two values are equal if their contents are equal. The text that they were read from is not compared.
#[derive(Debug, Clone)]
pub struct JsonValue<'a> {
    pub(crate) kind: JsonKind<'a>,
    /// The text that it was read from; empty for a value that a program built.
    pub(crate) raw: &'a [u8],
}

/// The kinds of values. Strings are UTF-8, except that half a surrogate pair is three bytes (WTF-8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonKind<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Cow<'a, str>),
    /// A string, with decoded escapes.
    Text(Cow<'a, [u8]>),
    /// Bytes, in a notation other than JSON: `b'…'` in Python, `<Buffer …>` in Node.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<JsonValue<'a>>),
    /// The members of an object, in order.
    Object(Vec<JsonMember<'a>>),
    /// A part that the printing program left out, such as `[Object]`. Never in JSON.
    LeftOut,
}

/// A member of an object.
pub(crate) type JsonMember<'a> = (JsonName<'a>, JsonValue<'a>);

/// A member's name.
#[derive(Debug, Clone)]
pub struct JsonName<'a> {
    pub(crate) text: Cow<'a, [u8]>,
    /// As [`JsonValue::raw`].
    pub(crate) raw: &'a [u8],
}

impl PartialEq for JsonValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for JsonValue<'_> {}

impl PartialEq for JsonName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for JsonName<'_> {}

impl<'a> From<JsonKind<'a>> for JsonValue<'a> {
    fn from(kind: JsonKind<'a>) -> Self {
        Self { kind, raw: b"" }
    }
}

impl From<&str> for JsonValue<'static> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for JsonValue<'static> {
    fn from(text: String) -> Self {
        JsonKind::Text(Cow::Owned(text.into_bytes())).into()
    }
}

impl From<i64> for JsonValue<'static> {
    fn from(number: i64) -> Self {
        Self::number(number.to_string())
    }
}

impl From<bool> for JsonValue<'static> {
    fn from(value: bool) -> Self {
        JsonKind::Bool(value).into()
    }
}

impl From<&str> for JsonName<'static> {
    fn from(name: &str) -> Self {
        Self::from(name.to_owned())
    }
}

impl From<String> for JsonName<'static> {
    fn from(name: String) -> Self {
        Self { text: Cow::Owned(name.into_bytes()), raw: b"" }
    }
}

impl<'a> JsonName<'a> {
    /// A name that was read from `raw`.
    pub(crate) fn read(text: Cow<'a, [u8]>, raw: &'a [u8]) -> Self {
        Self { text, raw }
    }

    /// The name for display. Half a surrogate pair becomes U+FFFD.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        in_utf8(&self.text)
    }

    fn into_owned(self) -> JsonName<'static> {
        JsonName { text: Cow::Owned(self.text.into_owned()), raw: b"" }
    }
}

impl<'a> JsonValue<'a> {
    /// `null`.
    pub const NULL: Self = Self { kind: JsonKind::Null, raw: b"" };
    /// `{}`.
    pub const EMPTY_OBJECT: Self = Self { kind: JsonKind::Object(Vec::new()), raw: b"" };

    /// A number in this notation.
    #[must_use]
    pub fn number(number: impl Into<Cow<'a, str>>) -> Self {
        JsonKind::Number(number.into()).into()
    }

    /// A list.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        JsonKind::List(items.into_iter().collect()).into()
    }

    /// An object with these members, in this order.
    #[must_use]
    pub fn object<N: Into<JsonName<'a>>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        JsonKind::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect()).into()
    }

    /// The kind of the value, with its content.
    #[must_use]
    pub fn kind(&self) -> &JsonKind<'a> {
        &self.kind
    }

    /// The same value, without the text that it was read from.
    #[must_use]
    pub fn into_owned(self) -> JsonValue<'static> {
        let kind = match self.kind {
            JsonKind::Null => JsonKind::Null,
            JsonKind::Bool(value) => JsonKind::Bool(value),
            JsonKind::Number(number) => JsonKind::Number(Cow::Owned(number.into_owned())),
            JsonKind::Text(text) => JsonKind::Text(Cow::Owned(text.into_owned())),
            JsonKind::Bytes(bytes) => JsonKind::Bytes(bytes),
            JsonKind::List(items) => JsonKind::List(items.into_iter().map(JsonValue::into_owned).collect()),
            JsonKind::Object(members) => {
                let owned = |(name, value): JsonMember<'a>| (name.into_owned(), value.into_owned());
                JsonKind::Object(members.into_iter().map(owned).collect())
            }
            JsonKind::LeftOut => JsonKind::LeftOut,
        };
        kind.into()
    }

    /// A member of an object. If a name repeats, the last member counts, as in JavaScript.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|(n, _)| *n.text == *name.as_bytes()).map(|(_, value)| value)
    }

    /// The value at a path of names and list positions, such as `payload.object.recording_files.0.status`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |value, step| match &value.kind {
            JsonKind::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => value.get(step),
        })
    }

    /// The first of several paths that leads to a value other than null.
    pub(crate) fn first_of(&self, paths: &[&str]) -> Option<&Self> {
        paths.iter().find_map(|path| self.at(path).filter(|value| !value.is_null()))
    }

    /// The text of a string; `None` if it contains half a surrogate pair.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            JsonKind::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// The bytes of a string or of bytes.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.kind {
            JsonKind::Text(text) => Some(text),
            JsonKind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The members of an object; empty for other kinds.
    #[must_use]
    pub fn members(&self) -> &[JsonMember<'a>] {
        match &self.kind {
            JsonKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; empty for other kinds.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            JsonKind::List(items) => items,
            _ => &[],
        }
    }

    /// A string, number or boolean as text for display and for headers.
    pub(crate) fn display(&self) -> Option<String> {
        match &self.kind {
            JsonKind::Text(_) | JsonKind::Bytes(_) => {
                self.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            }
            JsonKind::Number(number) => Some(number.clone().into_owned()),
            JsonKind::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// A number, or a string that contains one.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match &self.kind {
            JsonKind::Number(_) | JsonKind::Text(_) => self.display()?.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self.kind, JsonKind::Bool(true))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, JsonKind::Null)
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self.kind, JsonKind::Object(_))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.kind, JsonKind::List(_))
    }

    /// The text of the first part that was left out.
    pub(crate) fn left_out(&self) -> Option<&'a [u8]> {
        match &self.kind {
            JsonKind::LeftOut => Some(self.raw),
            JsonKind::List(items) => items.iter().find_map(JsonValue::left_out),
            JsonKind::Object(members) => members.iter().find_map(|(_, value)| value.left_out()),
            _ => None,
        }
    }
}
