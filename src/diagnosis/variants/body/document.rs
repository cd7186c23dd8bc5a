//! JSON as a flat list of nodes that keeps what decoding would lose: the order of members, repeated names,
//! the spelling of numbers and strings.
//!
//! Nothing recurses: the depth of a hostile body costs no stack. Beyond [`MAX_DEPTH`] there is no document,
//! because an indented form of it would be quadratic in size.

use serde_json::value::RawValue;

/// Deeper than any event of Zoom's (8 levels), and shallow enough for every serialiser that is imitated.
const MAX_DEPTH: usize = 128;

/// A JSON text, taken apart.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// The first node is the root.
    nodes: Vec<Node<'a>>,
}

/// One value. Texts are slices of the source, strings with their quotes.
#[derive(Debug, Clone)]
pub(super) enum Node<'a> {
    Object(Vec<(&'a str, usize)>),
    Array(Vec<usize>),
    Text(&'a str),
    Number(&'a str),
    /// `true`, `false` or `null`.
    Word(&'a str),
}

impl<'a> Document<'a> {
    /// Takes a JSON text apart; `None` where it is none, or too deep.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let source = std::str::from_utf8(bytes).ok()?;
        // Checks the grammar without recursion; what follows may rely on it.
        let raw: &RawValue = serde_json::from_str(source).ok()?;
        let mut builder = Builder { nodes: Vec::new(), open: Vec::new() };
        let mut rest = raw.get();
        while let Some(first) = rest.bytes().next() {
            let length = match first {
                b'"' => text_length(rest),
                b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => plain_length(rest),
                _ => 1,
            };
            let (token, after) = rest.split_at(length);
            builder.take(first, token)?;
            rest = after;
        }
        Some(Self { nodes: builder.nodes })
    }

    /// The document whose root is the value at `index`.
    pub(super) fn from(&self, index: usize) -> Self {
        // A container's nodes follow it; indices stay those of the whole.
        let mut nodes = self.nodes.clone();
        nodes[0] = self.nodes[index].clone();
        Self { nodes }
    }

    /// Whether the root is an object or a list.
    pub(super) fn is_container(&self) -> bool {
        matches!(self.nodes[0], Node::Object(_) | Node::Array(_))
    }

    /// A value; the root is number 0.
    pub(super) fn node(&self, index: usize) -> &Node<'a> {
        &self.nodes[index]
    }

    /// The names of the root's members, in order; empty where the root is no object.
    pub(super) fn root_names(&self) -> Vec<&'a str> {
        match &self.nodes[0] {
            Node::Object(members) => members.iter().map(|(name, _)| *name).collect(),
            _ => Vec::new(),
        }
    }

    /// The same document with the root's members in another order.
    pub(super) fn with_root_order(&self, order: &[usize]) -> Self {
        let mut nodes = self.nodes.clone();
        if let (Node::Object(to), Node::Object(from)) = (&mut nodes[0], &self.nodes[0]) {
            *to = order.iter().filter_map(|&i| from.get(i).copied()).collect();
        }
        Self { nodes }
    }
}

/// Length of the string at the beginning of `text`, quotes included.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn plain_length(text: &str) -> usize {
    text.bytes()
        .position(|b| matches!(b, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))
        .unwrap_or(text.len())
}

struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// Containers that are not closed yet, each with the name that waits for its value.
    open: Vec<(usize, Option<&'a str>)>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, first: u8, token: &'a str) -> Option<()> {
        match first {
            b'{' => self.begin(Node::Object(Vec::new()))?,
            b'[' => self.begin(Node::Array(Vec::new()))?,
            b'}' | b']' => drop(self.open.pop()),
            b'"' if self.awaits_name() => self.name(token),
            b'"' => drop(self.add(Node::Text(token))),
            b't' | b'f' | b'n' => drop(self.add(Node::Word(token))),
            b'-' | b'0'..=b'9' => drop(self.add(Node::Number(token))),
            // Commas, colons and blanks say nothing that the nodes do not.
            _ => {}
        }
        Some(())
    }

    fn awaits_name(&self) -> bool {
        matches!(self.open.last(), Some((at, None)) if matches!(self.nodes[*at], Node::Object(_)))
    }

    fn name(&mut self, token: &'a str) {
        if let Some((_, name)) = self.open.last_mut() {
            *name = Some(token);
        }
    }

    fn begin(&mut self, container: Node<'a>) -> Option<()> {
        let index = self.add(container);
        self.open.push((index, None));
        (self.open.len() <= MAX_DEPTH).then_some(())
    }

    fn add(&mut self, node: Node<'a>) -> usize {
        let index = self.nodes.len();
        self.nodes.push(node);
        if let Some((parent, name)) = self.open.last_mut() {
            match &mut self.nodes[*parent] {
                Node::Object(members) => members.push((name.take().unwrap_or("\"\""), index)),
                Node::Array(items) => items.push(index),
                _ => {}
            }
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_repeated_names_and_spelling() {
        let document = Document::parse(br#" {"b":1.0,"a":[true,"\/\""],"b":-1E3} "#).unwrap();
        assert_eq!(document.root_names(), [r#""b""#, r#""a""#, r#""b""#]);
        assert!(matches!(document.node(1), Node::Number("1.0")));
        assert!(matches!(document.node(4), Node::Text(r#""\/\"""#)));
    }

    #[test]
    fn what_is_not_json_or_too_deep_is_no_document() {
        for text in ["", "{", "{} x", "a=1", "\u{feff}{}", r#"{"a":"#] {
            assert!(Document::parse(text.as_bytes()).is_none(), "{text}");
        }
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(Document::parse(deep(MAX_DEPTH).as_bytes()).is_some());
        assert!(Document::parse(deep(100_000).as_bytes()).is_none());
        assert!(Document::parse(b"\xff").is_none());
    }
}
