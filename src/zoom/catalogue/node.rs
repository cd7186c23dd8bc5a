//! A JSON value that keeps its order, and its bytes as Zoom writes them.
//!
//! Zoom's bytes differ from what serialisers give: compact, every character of the basic plane raw, those
//! beyond it as escaped surrogate pairs with upper-case hex. That is what breaks receivers that parse and
//! serialise before they verify, so samples have to have it.

use std::fmt::Write;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, in its order.
    Object(Vec<(String, Node)>),
}

/// A path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    /// Nothing between two dots, or nothing at all.
    #[error("a path is names and positions joined by dots, such as payload.object.topic")]
    Empty,
    /// A step into something that is neither an object nor a list.
    #[error("{path}: {step} is neither an object nor a list")]
    NotInside {
        /// The whole path.
        path: String,
        /// The step that is something else.
        step: String,
    },
    /// A position beyond a list's end.
    #[error("{path}: there is no item {step}")]
    NoItem {
        /// The whole path.
        path: String,
        /// The position.
        step: String,
    },
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl Node {
    /// A member of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value at a dotted path.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, step| match node {
            Self::List(items) => items.get(step.parse::<usize>().ok()?),
            node => node.get(step),
        })
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Puts a value at a dotted path (`payload.object.recording_files.0.status`). Members that are missing
    /// are made; a list grows by one item at its end.
    ///
    /// # Errors
    /// [`InvalidPath`] where the path leads through something else than objects and lists.
    pub fn set(&mut self, path: &str, value: Node) -> Result<(), InvalidPath> {
        *self.place(path)? = value;
        Ok(())
    }

    fn place(&mut self, path: &str) -> Result<&mut Self, InvalidPath> {
        if path.split('.').any(str::is_empty) {
            return Err(InvalidPath::Empty);
        }
        let mut node = self;
        let mut before = "the body";
        for step in path.split('.') {
            if *node == Self::Null {
                *node = Self::Object(Vec::new());
            }
            node = match node {
                Self::Object(members) => {
                    let at = members.iter().position(|(name, _)| name == step).unwrap_or_else(|| {
                        members.push((step.to_owned(), Self::Null));
                        members.len() - 1
                    });
                    &mut members[at].1
                }
                Self::List(items) => {
                    let no_item = || InvalidPath::NoItem { path: path.to_owned(), step: step.to_owned() };
                    let at = step.parse::<usize>().map_err(|_| no_item())?;
                    if at == items.len() {
                        items.push(Self::Null);
                    }
                    items.get_mut(at).ok_or_else(no_item)?
                }
                _ => return Err(InvalidPath::NotInside { path: path.to_owned(), step: before.to_owned() }),
            };
            before = step;
        }
        Ok(node)
    }

    /// Takes the value at a dotted path away; whether there was one.
    pub fn unset(&mut self, path: &str) -> bool {
        let (parent, last) = match path.rsplit_once('.') {
            Some((parent, last)) => (self.at_mut(parent), last),
            None => (Some(self), path),
        };
        match parent {
            Some(Self::Object(members)) => {
                let before = members.len();
                members.retain(|(name, _)| name != last);
                members.len() < before
            }
            Some(Self::List(items)) => match last.parse::<usize>() {
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
        path.split('.').try_fold(self, |node, step| match node {
            Self::List(items) => items.get_mut(step.parse::<usize>().ok()?),
            node => node.get_mut(step),
        })
    }

    /// The bytes as Zoom writes them, as text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(512);
        self.push(&mut json);
        json
    }

    fn push(&self, json: &mut String) {
        match self {
            Self::Null => json.push_str("null"),
            Self::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => json.push_str(number),
            Self::Text(text) => push_string(json, text),
            Self::List(items) => {
                json.push('[');
                for (at, item) in items.iter().enumerate() {
                    json.push_str(if at == 0 { "" } else { "," });
                    item.push(json);
                }
                json.push(']');
            }
            Self::Object(members) => {
                json.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    json.push_str(if at == 0 { "" } else { "," });
                    push_string(json, name);
                    json.push(':');
                    value.push(json);
                }
                json.push('}');
            }
        }
    }
}

fn push_string(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{10000}'.. => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(json, "\\u{unit:04X}");
                }
            }
            _ => json.push(c),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_zoom_does() {
        let text = "Test \u{1F692}\u{1F692} ? - ’ - – \u{1F697} HOLA / \"q\" \\ \n \u{1}";
        assert_eq!(
            Node::from(text).to_json(),
            "\"Test \\uD83D\\uDE92\\uD83D\\uDE92 ? - ’ - – \\uD83D\\uDE97 HOLA / \\\"q\\\" \\\\ \\n \\u0001\""
        );
    }

    #[test]
    fn keeps_the_order_of_members() {
        let mut node = Node::Object(Vec::new());
        for name in ["z", "a", "m"] {
            node.set(name, Node::from(1)).unwrap();
        }
        node.set("a", Node::Bool(true)).unwrap();
        assert_eq!(node.to_json(), r#"{"z":1,"a":true,"m":1}"#);
    }

    #[test]
    fn sets_and_takes_away_at_a_path() {
        let mut node = Node::Object(Vec::new());
        node.set("a.b", Node::List(Vec::new())).unwrap();
        node.set("a.b.0.c", Node::from("x")).unwrap();
        assert_eq!(node.to_json(), r#"{"a":{"b":[{"c":"x"}]}}"#);
        assert_eq!(node.at("a.b.0.c").and_then(Node::text), Some("x"));
        assert!(matches!(node.set("a.b.5", Node::Null), Err(InvalidPath::NoItem { .. })));
        assert!(matches!(node.set("a.b.0.c.d", Node::Null), Err(InvalidPath::NotInside { .. })));
        assert_eq!(node.set("a..b", Node::Null), Err(InvalidPath::Empty));
        assert!(node.unset("a.b.0") && !node.unset("a.b.0") && !node.unset("x.y"));
        assert_eq!(node.to_json(), r#"{"a":{"b":[]}}"#);
    }
}
