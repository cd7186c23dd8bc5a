//! One value of a JSON text replaced, and nothing else of it touched.
//!
//! Reading a body into a tree and writing it anew would change how other values are written (`\/`, `1.0`, spaces);
//! whoever looks for what his change did would then find more than he had changed.

use serde_json::value::RawValue;

use super::catalogue::{InvalidPath, Node, NotReadable};
use crate::json::JsonObject;

/// Why a value cannot be put in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no JSON object.
    #[error(transparent)]
    NotJson(#[from] NotReadable),
    /// The path leads nowhere.
    #[error(transparent)]
    Path(#[from] InvalidPath),
    /// Not even text.
    #[error("the body is not UTF-8")]
    NotText,
}

/// The body with another value at a dotted path. A member that is missing is added behind those that are there.
///
/// # Errors
/// [`EditError`] where the body is no JSON, or the path leads through something that is no object or list.
pub fn edit(body: &[u8], path: &str, value: &Node) -> Result<Vec<u8>, EditError> {
    let text = std::str::from_utf8(body).map_err(|_| EditError::NotText)?;
    if let Some(edited) = in_place(text, path, &value.to_json()) {
        return Ok(edited.into_bytes());
    }
    // More than one member is missing, or something is wrong: the tree makes the one and names the other.
    let mut root = Node::parse(text)?;
    root.set(path, value.clone())?;
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
    let name = Node::from(name).to_json();
    let comma = if is_empty { "" } else { "," };
    Some([&text[..end], comma, &name, ":", json, &text[end..]].concat())
}

/// Where a part of the text begins in it.
fn offset(text: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize)
        .checked_sub(text.as_ptr() as usize)
        .filter(|from| from + part.len() <= text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(body: &str, path: &str, value: Node) -> String {
        String::from_utf8(edit(body.as_bytes(), path, &value).unwrap()).unwrap()
    }

    #[test]
    fn changes_one_value_and_nothing_else() {
        let body = r#"{ "a" : {"u":"\u00e9\/", "n":1.0, "l":[1, {"x":2}]} }"#;
        assert_eq!(edited(body, "a.n", "é".into()), body.replace("1.0", "\"é\""));
        assert_eq!(edited(body, "a.l.1.x", Node::Null), body.replace('2', "null"));
    }

    #[test]
    fn adds_what_is_missing() {
        assert_eq!(edited(r#"{"a":{"b":1.0 }}"#, "a.c", 2.into()), r#"{"a":{"b":1.0 ,"c":2}}"#);
        assert_eq!(edited(r#"{"a":{}}"#, "a.c", 2.into()), r#"{"a":{"c":2}}"#);
        assert_eq!(edited("{}", "a.b.c", 2.into()), r#"{"a":{"b":{"c":2}}}"#);
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(matches!(edit(b"text", "a", &Node::Null), Err(EditError::NotJson(_))));
        assert!(matches!(edit(b"\xff", "a", &Node::Null), Err(EditError::NotText)));
        assert!(matches!(edit(br#"{"a":1}"#, "a.b", &Node::Null), Err(EditError::Path(_))));
    }
}
