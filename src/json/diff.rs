//! Compares two JSON documents member by member: [`diff`] and [`members`].
//!
//! It compares values as they are written: `1.0` differs from `1`, and `\/` from `/`. It compares repeated names too.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::JsonObject;

/// Limit on the depth; deeper values are compared as text. Zoom's events have about six levels.
const DEEPEST: usize = 64;
/// Limit on the bytes of a path; values at longer paths are compared as text. Each member repeats the path, so a long
/// name above a long list would fill the memory. Zoom's longest paths have about a hundred bytes.
const LONGEST_PATH: usize = 1024;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The path, such as `payload.object.participants[2].name`; empty for the whole document.
    pub(crate) path: String,
    /// What differs.
    pub(crate) kind: ChangeKind,
}

/// How the two values differ. Values are JSON as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// Only the second document has this value.
    Added(String),
    /// Only the first document has this value.
    Removed(String),
    /// The value in the first and in the second document.
    Changed(String, String),
}

/// The value at one path in both documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// The path, as in [`Change`].
    pub(crate) path: String,
    /// The value in the first document, JSON as written.
    pub(crate) first: Option<String>,
    /// The value in the second document.
    pub(crate) second: Option<String>,
}

impl Member {
    /// The difference; `None` if the values are equal.
    #[must_use]
    pub(crate) fn change(self) -> Option<Change> {
        let kind = match (self.first, self.second) {
            (Some(first), Some(second)) if first != second => ChangeKind::Changed(first, second),
            (Some(first), None) => ChangeKind::Removed(first),
            (None, Some(second)) => ChangeKind::Added(second),
            _ => return None,
        };
        Some(Change { path: self.path, kind })
    }
}

/// Lists the differences between two texts, in the order of the first. Texts that are not JSON are compared as a whole.
#[must_use]
pub(crate) fn diff(first: &str, second: &str) -> Vec<Change> {
    let whole = || Member { path: String::new(), first: Some(first.into()), second: Some(second.into()) };
    let members = pairs(first, second, false).unwrap_or_else(|| vec![whole()]);
    members.into_iter().filter_map(Member::change).collect()
}

/// Pairs all values of two JSON texts, including equal ones. Returns `None` if one of the texts is not JSON.
#[must_use]
pub(crate) fn members(first: &str, second: &str) -> Option<Vec<Member>> {
    pairs(first, second, true)
}

fn pairs(first: &str, second: &str, all: bool) -> Option<Vec<Member>> {
    let raw = |text| serde_json::from_str::<&RawValue>(text).ok();
    let (first, second) = (raw(first)?, raw(second)?);
    let mut pairs = Pairs { all, found: Vec::new() };
    pairs.compare(String::new(), first, second, 0);
    Some(pairs.found)
}

struct Pairs {
    /// Whether to include equal values.
    all: bool,
    found: Vec<Member>,
}

impl Pairs {
    fn push(&mut self, path: String, first: Option<&RawValue>, second: Option<&RawValue>) {
        let text = |value: Option<&RawValue>| value.map(|value| value.get().to_owned());
        self.found.push(Member { path, first: text(first), second: text(second) });
    }

    fn compare(&mut self, path: String, first: &RawValue, second: &RawValue, depth: usize) {
        if first.get() == second.get() && !self.all {
            return;
        }
        if depth < DEEPEST && path.len() < LONGEST_PATH {
            if let (Some(one), Some(other)) = (JsonObject::of(first), JsonObject::of(second)) {
                return self.compare_objects(&path, &one, &other, depth);
            }
            if let (Some(one), Some(other)) = (list(first), list(second)) {
                return self.compare_lists(&path, &one, &other, depth);
            }
        }
        self.push(path, Some(first), Some(second));
    }

    fn compare_objects(&mut self, path: &str, first: &JsonObject<'_>, second: &JsonObject<'_>, depth: usize) {
        let (first, second) = (numbered(first), numbered(second));
        let (in_first, in_second) = (lookup(&first), lookup(&second));
        for Named { name, nth, value } in &first {
            let path = join(path, name);
            match in_second.get(&(name.clone(), *nth)) {
                Some(other) => self.compare(path, value, other, depth + 1),
                None => self.push(path, Some(value), None),
            }
        }
        for Named { name, nth, value } in &second {
            if !in_first.contains_key(&(name.clone(), *nth)) {
                self.push(join(path, name), None, Some(value));
            }
        }
    }

    fn compare_lists(&mut self, path: &str, first: &[&RawValue], second: &[&RawValue], depth: usize) {
        for at in 0..first.len().max(second.len()) {
            let path = format!("{path}[{at}]");
            match (first.get(at), second.get(at)) {
                (Some(one), Some(other)) => self.compare(path, one, other, depth + 1),
                (one, other) => self.push(path, one.copied(), other.copied()),
            }
        }
    }
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

type Lookup<'a> = HashMap<(String, usize), &'a RawValue>;

/// A member of an object. `nth` counts members with the same name.
struct Named<'a> {
    name: String,
    nth: usize,
    value: &'a RawValue,
}

fn lookup<'a>(members: &[Named<'a>]) -> Lookup<'a> {
    members.iter().map(|member| ((member.name.clone(), member.nth), member.value)).collect()
}

fn numbered<'a>(object: &JsonObject<'a>) -> Vec<Named<'a>> {
    let mut seen = HashMap::<String, usize>::new();
    let members = object.members().map(|(name, value)| {
        let count = seen.entry(name.to_owned()).or_default();
        *count += 1;
        Named { name: name.to_owned(), nth: *count, value }
    });
    members.collect()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(first: &str, second: &str) -> Vec<String> {
        let line = |change: Change| match change.kind {
            ChangeKind::Added(value) => format!("+{} {value}", change.path),
            ChangeKind::Removed(value) => format!("-{} {value}", change.path),
            ChangeKind::Changed(one, other) => format!("{} {one} > {other}", change.path),
        };
        diff(first, second).into_iter().map(line).collect()
    }

    #[test]
    fn compares_values_as_they_are_written() {
        let first = r#"{"a":1,"b":{"c":[1,{"d":"x"}]},"big":12345678901234567890123,"gone":null}"#;
        let second = r#"{"big":12345678901234567890124,"b":{"c":[1,{"d":"y"},3]},"a":1.0,"new":[]}"#;
        assert_eq!(
            shown(first, second),
            [
                "a 1 > 1.0",
                r#"b.c[1].d "x" > "y""#,
                "+b.c[2] 3",
                "big 12345678901234567890123 > 12345678901234567890124",
                "-gone null",
                "+new []",
            ]
        );
    }

    #[test]
    fn ignores_order_and_spaces_but_counts_repeated_names() {
        assert!(shown(r#"{"a":1, "b":[ 2 ]}"#, r#"{"b":[2],"a":1}"#).is_empty());
        assert_eq!(shown(r#"{"a":1,"a":2}"#, r#"{"a":1}"#), ["-a 2"]);
    }

    #[test]
    fn compares_text_that_is_not_json_as_a_whole() {
        assert_eq!(shown("a", "b"), [" a > b"]);
        assert!(shown("a", "a").is_empty());
    }

    #[test]
    fn pairs_equal_members_too() {
        let paths: Vec<_> = members(r#"{"a":1,"b":[2],"c":{}}"#, r#"{"a":1,"b":[3],"c":{}}"#).unwrap();
        let shown: Vec<_> = paths.iter().map(|m| (m.path.as_str(), m.first == m.second)).collect();
        assert_eq!(shown, [("a", true), ("b[0]", false)]);
        assert_eq!(members("x", "{}"), None);
    }

    #[test]
    fn compares_a_long_list_below_a_long_name_as_text() {
        let text = |item: &str| format!(r#"{{"{}":[{item}{}]}}"#, "x".repeat(400_000), ",1".repeat(200_000));
        assert_eq!(members(&text("1"), &text("2")).unwrap().len(), 1);
    }

    #[test]
    fn compares_deep_values_as_text() {
        let deep = |leaf: &str| format!("{}{leaf}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(diff(&deep("1"), &deep("2")).len(), 1);
    }
}
