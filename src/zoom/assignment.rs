//! Parses an assignment on the command line: `PATH=TEXT` or `PATH:=JSON`.

use std::str::FromStr;

use super::catalogue::{Node, NotReadable};

/// A value for a dotted path: `payload.object.topic=Quarterly`, or `payload.object.duration:=30` for JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    path: String,
    value: Node,
}

/// Why a string is not an assignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAssignment {
    /// There is no `=`.
    #[error("write PATH=TEXT, or PATH:=JSON for a number, true, false, null, a list or an object")]
    NoValue,
    /// The path is not a dotted path.
    #[error("the path must be names and positions joined by dots, such as payload.object.topic")]
    NoPath,
    /// The text after `:=` is not JSON.
    #[error("the text after := is {0}")]
    NotJson(NotReadable),
}

impl Assignment {
    /// Splits the assignment into path and value.
    #[must_use]
    pub fn into_parts(self) -> (String, Node) {
        (self.path, self.value)
    }
}

impl FromStr for Assignment {
    type Err = InvalidAssignment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, value) = text.split_once('=').ok_or(InvalidAssignment::NoValue)?;
        let (path, value) = match path.strip_suffix(':') {
            Some(path) => (path, Node::parse(value).map_err(InvalidAssignment::NotJson)?),
            None => (path, Node::from(value)),
        };
        if path.split('.').any(str::is_empty) {
            return Err(InvalidAssignment::NoPath);
        }
        Ok(Self { path: path.to_owned(), value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_text_that_is_not_an_assignment() {
        for text in ["payload", "=x", "a..b=1", ":=1", "a:={"] {
            assert!(text.parse::<Assignment>().is_err(), "{text}");
        }
    }
}
