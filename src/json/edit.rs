//! Changes values by path, in a tree ([`JsonValue::set`]) or in a text ([`edit`]).
//!
//! [`edit`] replaces one value and leaves the rest of the text unchanged. Parsing and re-serializing would also change
//! how other values are written (`\/`, `1.0`, spaces), and a diff would show more than the one change.

use serde_json::value::RawValue;

use super::object::JsonObject;
use super::parse::NotReadable;
use super::style::JsonStyle;
use super::tree::{JsonKind, JsonMember, JsonValue};

/// A path that does not lead to a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    /// A step of the path is empty.
    #[error("a path is names and positions joined by dots, such as payload.object.topic")]
    Empty,
    /// A step into a value that is neither an object nor a list.
    #[error("{path}: {step} is neither an object nor a list")]
    NotInside {
        /// The whole path.
        path: String,
        /// The step to that value.
        step: String,
    },
    /// A position that the list does not have.
    #[error("{path}: there is no item {step}")]
    NoItem {
        /// The whole path.
        path: String,
        /// The position.
        step: String,
    },
}

/// Why a text cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not a JSON object.
    #[error(transparent)]
    NotJson(#[from] NotReadable),
    /// The path does not lead to a value.
    #[error(transparent)]
    Path(#[from] InvalidPath),
    /// The text is not UTF-8.
    #[error("the body is not UTF-8")]
    NotText,
}

impl JsonValue<'static> {
    /// Sets the value at a dotted path (`payload.object.recording_files.0.status`). Adds missing members, and can
    /// append one item to a list.
    ///
    /// # Errors
    /// [`InvalidPath`] if the path leads through something that is neither an object nor a list.
    pub fn set(&mut self, path: &str, value: Self) -> Result<(), InvalidPath> {
        *self.place(path)? = value;
        Ok(())
    }

    fn place(&mut self, path: &str) -> Result<&mut Self, InvalidPath> {
        if path.split('.').any(str::is_empty) {
            return Err(InvalidPath::Empty);
        }
        let mut value = self;
        let mut before = "the body";
        for step in path.split('.') {
            if value.is_null() {
                *value = Self::EMPTY_OBJECT;
            }
            value = match &mut value.kind {
                JsonKind::Object(members) => {
                    let known = members.iter().rposition(|(name, _)| *name.text == *step.as_bytes());
                    let at = known.unwrap_or_else(|| {
                        members.push((step.into(), Self::NULL));
                        members.len() - 1
                    });
                    &mut members[at].1
                }
                JsonKind::List(items) => {
                    let no_item = || InvalidPath::NoItem { path: path.to_owned(), step: step.to_owned() };
                    let at = step.parse::<usize>().map_err(|_| no_item())?;
                    if at == items.len() {
                        items.push(Self::NULL);
                    }
                    items.get_mut(at).ok_or_else(no_item)?
                }
                _ => return Err(InvalidPath::NotInside { path: path.to_owned(), step: before.to_owned() }),
            };
            before = step;
        }
        Ok(value)
    }

    /// Removes the value at a dotted path. Returns whether there was one.
    pub fn unset(&mut self, path: &str) -> bool {
        let (parent, last) = match path.rsplit_once('.') {
            Some((parent, last)) => (self.at_mut(parent), last),
            None => (Some(self), path),
        };
        match parent.map(|parent| &mut parent.kind) {
            Some(JsonKind::Object(members)) => {
                let before = members.len();
                members.retain(|(name, _)| *name.text != *last.as_bytes());
                members.len() < before
            }
            Some(JsonKind::List(items)) => match last.parse::<usize>() {
                Ok(at) if at < items.len() => {
                    items.remove(at);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn at_mut(&mut self, path: &str) -> Option<&mut Self> {
        path.split('.').try_fold(self, Self::step_into)
    }

    fn step_into(&mut self, step: &str) -> Option<&mut Self> {
        match &mut self.kind {
            JsonKind::List(items) => items.get_mut(step.parse::<usize>().ok()?),
            JsonKind::Object(members) => member_mut(members, step),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let JsonKind::Object(members) = &mut self.kind else { return None };
        member_mut(members, name)
    }
}

/// The last member with this name, as in [`JsonValue::get`].
fn member_mut<'v>(members: &'v mut [JsonMember<'static>], name: &str) -> Option<&'v mut JsonValue<'static>> {
    members.iter_mut().rev().find(|(n, _)| *n.text == *name.as_bytes()).map(|(_, value)| value)
}

impl JsonValue<'_> {
    /// Writes the value as Zoom does: compact, with emoji as escaped surrogate pairs.
    #[must_use]
    pub fn to_json(&self) -> String {
        utf8_of(JsonStyle::ZOOM.write(self))
    }
}

/// The output of a style that escapes half surrogate pairs. Only bytes that were not UTF-8 in the input change.
fn utf8_of(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Returns the body with another value at a dotted path. A missing member is added at the end.
///
/// # Errors
/// [`EditError`] if the body is not JSON, or if the path leads through something that is neither an object nor a list.
pub fn edit(body: &[u8], path: &str, value: &JsonValue<'_>) -> Result<Vec<u8>, EditError> {
    let text = std::str::from_utf8(body).map_err(|_| EditError::NotText)?;
    if let Some(edited) = in_place(text, path, &value.to_json()) {
        return Ok(edited.into_bytes());
    }
    // More than one member is missing, or there is an error. The tree adds the members or returns the error.
    let mut root = JsonValue::parse(text)?;
    root.set(path, value.clone().into_owned())?;
    Ok(root.to_json().into_bytes())
}

fn in_place(text: &str, path: &str, json: &str) -> Option<String> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    let root = JsonObject::of(raw)?;
    if let Some(old) = root.lookup(path) {
        let from = offset(text, old.get())?;
        return Some([&text[..from], json, &text[from + old.get().len()..]].concat());
    }
    let (parent, name) = match path.rsplit_once('.') {
        Some((parent, name)) => (root.lookup(parent)?, name),
        None => (raw, path),
    };
    let is_empty = JsonObject::of(parent)?.members().next().is_none();
    let end = offset(text, parent.get())? + parent.get().len() - 1;
    let name = JsonValue::from(name).to_json();
    let comma = if is_empty { "" } else { "," };
    Some([&text[..end], comma, &name, ":", json, &text[end..]].concat())
}

/// The offset of a part of the text.
fn offset(text: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize)
        .checked_sub(text.as_ptr() as usize)
        .filter(|from| from + part.len() <= text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(body: &str, path: &str, value: JsonValue<'_>) -> String {
        String::from_utf8(edit(body.as_bytes(), path, &value).unwrap()).unwrap()
    }

    #[test]
    fn changes_one_value_and_nothing_else() {
        let body = r#"{ "a" : {"u":"\u00e9\/", "n":1.0, "l":[1, {"x":2}]} }"#;
        assert_eq!(edited(body, "a.n", "é".into()), body.replace("1.0", "\"é\""));
        assert_eq!(edited(body, "a.l.1.x", JsonValue::NULL), body.replace('2', "null"));
    }

    #[test]
    fn adds_missing_members() {
        assert_eq!(edited(r#"{"a":{"b":1.0 }}"#, "a.c", 2.into()), r#"{"a":{"b":1.0 ,"c":2}}"#);
        assert_eq!(edited(r#"{"a":{}}"#, "a.c", 2.into()), r#"{"a":{"c":2}}"#);
        assert_eq!(edited("{}", "a.b.c", 2.into()), r#"{"a":{"b":{"c":2}}}"#);
    }

    #[test]
    fn reports_why_a_text_cannot_be_edited() {
        assert!(matches!(edit(b"text", "a", &JsonValue::NULL), Err(EditError::NotJson(_))));
        assert!(matches!(edit(b"\xff", "a", &JsonValue::NULL), Err(EditError::NotText)));
        assert!(matches!(edit(br#"{"a":1}"#, "a.b", &JsonValue::NULL), Err(EditError::Path(_))));
    }

    #[test]
    fn writes_as_zoom_does() {
        let text = "Test \u{1F692}\u{1F692} ? - ’ - – \u{1F697} HOLA / \"q\" \\ \n \u{1}";
        assert_eq!(
            JsonValue::from(text).to_json(),
            "\"Test \\uD83D\\uDE92\\uD83D\\uDE92 ? - ’ - – \\uD83D\\uDE97 HOLA / \\\"q\\\" \\\\ \\n \\u0001\""
        );
    }

    #[test]
    fn preserves_the_order_of_members() {
        let mut value = JsonValue::EMPTY_OBJECT;
        for name in ["z", "a", "m"] {
            value.set(name, JsonValue::from(1)).unwrap();
        }
        value.set("a", JsonValue::from(true)).unwrap();
        assert_eq!(value.to_json(), r#"{"z":1,"a":true,"m":1}"#);
    }

    #[test]
    fn sets_and_removes_a_value_at_a_path() {
        let mut value = JsonValue::EMPTY_OBJECT;
        value.set("a.b", JsonValue::list([])).unwrap();
        value.set("a.b.0.c", JsonValue::from("x")).unwrap();
        assert_eq!(value.to_json(), r#"{"a":{"b":[{"c":"x"}]}}"#);
        assert_eq!(value.at("a.b.0.c").and_then(JsonValue::text), Some("x"));
        assert!(matches!(value.set("a.b.5", JsonValue::NULL), Err(InvalidPath::NoItem { .. })));
        assert!(matches!(value.set("a.b.0.c.d", JsonValue::NULL), Err(InvalidPath::NotInside { .. })));
        assert_eq!(value.set("a..b", JsonValue::NULL), Err(InvalidPath::Empty));
        assert!(value.unset("a.b.0") && !value.unset("a.b.0") && !value.unset("x.y"));
        assert_eq!(value.to_json(), r#"{"a":{"b":[]}}"#);
    }
}
