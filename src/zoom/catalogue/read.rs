//! JSON text to [`Node`]: order kept, numbers as they are written.

use serde_json::value::RawValue;

use super::Node;
use crate::json::{JsonObject, text_of};

/// Deeper than any event; without a limit a hostile file could exhaust the stack.
const DEEPEST: usize = 128;

/// A text that is no JSON value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON: {reason}")]
pub struct NotReadable {
    reason: String,
}

impl Node {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// [`NotReadable`] with what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, NotReadable> {
        let raw: &RawValue =
            serde_json::from_str(text).map_err(|error| NotReadable { reason: error.to_string() })?;
        of(raw, DEEPEST).ok_or_else(|| NotReadable { reason: format!("more than {DEEPEST} levels deep") })
    }
}

fn of(raw: &RawValue, depth: usize) -> Option<Node> {
    let depth = depth.checked_sub(1)?;
    Some(match raw.get().as_bytes().first()? {
        b'{' => {
            let object = JsonObject::of(raw)?;
            let members = object.members().map(|(name, value)| Some((name.to_owned(), of(value, depth)?)));
            Node::Object(members.collect::<Option<_>>()?)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
            Node::List(items.into_iter().map(|item| of(item, depth)).collect::<Option<_>>()?)
        }
        b'"' => Node::Text(text_of(raw)?),
        b'n' => Node::Null,
        b't' => Node::Bool(true),
        b'f' => Node::Bool(false),
        _ => Node::Number(raw.get().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_zoom_writes() {
        let text = r#"{"z":[1.0,12345678901234567890123,-0.5e3],"a":{"t":true,"f":false,"n":null},"s":"Zoë \uD83D\uDE92"}"#;
        assert_eq!(Node::parse(text).unwrap().to_json(), text);
    }

    #[test]
    fn says_where_it_is_no_json() {
        assert!(Node::parse("{\"a\":1,\n}").unwrap_err().to_string().contains("line 2"));
        assert!(Node::parse(&"[".repeat(100_000)).is_err());
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        assert!(Node::parse(&deep).unwrap_err().to_string().contains("128"));
    }
}
