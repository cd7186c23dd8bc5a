//! Two JSON documents compared member by member, over their texts: numbers and strings are told apart as they
//! were written (`1.0` is not `1`, `\/` is not `/`), repeated names are kept.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::zoom::JsonObject;

/// Levels that are compared; deeper values are compared as texts. Zoom's events have about six.
const DEEPEST: usize = 64;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, such as `payload.object.participants[2].name`; empty for the whole document.
    pub path: String,
    /// What.
    pub kind: ChangeKind,
}

/// What differs there. Values are JSON as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the second has it.
    Added(String),
    /// Only the first has it.
    Removed(String),
    /// Both have it, with these values.
    Changed(String, String),
}

/// What differs between two texts, in the order of the first. Texts that are not JSON are compared as a whole.
#[must_use]
pub fn diff(first: &str, second: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    match (raw(first), raw(second)) {
        (Some(first), Some(second)) => compare(String::new(), first, second, 0, &mut changes),
        _ if first != second => changed(String::new(), first, second, &mut changes),
        _ => {}
    }
    changes
}

fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

fn changed(path: String, first: &str, second: &str, changes: &mut Vec<Change>) {
    changes.push(Change { path, kind: ChangeKind::Changed(first.to_owned(), second.to_owned()) });
}

fn compare(path: String, first: &RawValue, second: &RawValue, depth: usize, changes: &mut Vec<Change>) {
    if first.get() == second.get() {
        return;
    }
    if depth < DEEPEST {
        if let (Some(one), Some(other)) = (JsonObject::of(first), JsonObject::of(second)) {
            return compare_objects(&path, &one, &other, depth, changes);
        }
        if let (Some(one), Some(other)) = (list(first), list(second)) {
            return compare_lists(&path, &one, &other, depth, changes);
        }
    }
    changed(path, first.get(), second.get(), changes);
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

fn compare_objects(
    path: &str,
    first: &JsonObject<'_>,
    second: &JsonObject<'_>,
    depth: usize,
    changes: &mut Vec<Change>,
) {
    let (first, second) = (numbered(first), numbered(second));
    let (in_first, in_second) = (lookup(&first), lookup(&second));
    for Member { name, nth, value } in &first {
        let path = join(path, name);
        match in_second.get(&(name.clone(), *nth)) {
            Some(other) => compare(path, value, other, depth + 1, changes),
            None => changes.push(Change { path, kind: ChangeKind::Removed(value.get().to_owned()) }),
        }
    }
    for Member { name, nth, value } in &second {
        if !in_first.contains_key(&(name.clone(), *nth)) {
            let kind = ChangeKind::Added(value.get().to_owned());
            changes.push(Change { path: join(path, name), kind });
        }
    }
}

type Lookup<'a> = HashMap<(String, usize), &'a RawValue>;

/// A member of an object; of repeated names, which one it is.
struct Member<'a> {
    name: String,
    nth: usize,
    value: &'a RawValue,
}

fn lookup<'a>(members: &[Member<'a>]) -> Lookup<'a> {
    members.iter().map(|member| ((member.name.clone(), member.nth), member.value)).collect()
}

fn numbered<'a>(object: &JsonObject<'a>) -> Vec<Member<'a>> {
    let mut seen = HashMap::<String, usize>::new();
    let members = object.members().map(|(name, value)| {
        let count = seen.entry(name.to_owned()).or_default();
        *count += 1;
        Member { name: name.to_owned(), nth: *count, value }
    });
    members.collect()
}

fn compare_lists(
    path: &str,
    first: &[&RawValue],
    second: &[&RawValue],
    depth: usize,
    changes: &mut Vec<Change>,
) {
    for at in 0..first.len().max(second.len()) {
        let path = format!("{path}[{at}]");
        match (first.get(at), second.get(at)) {
            (Some(one), Some(other)) => compare(path, one, other, depth + 1, changes),
            (Some(one), None) => {
                changes.push(Change { path, kind: ChangeKind::Removed(one.get().to_owned()) });
            }
            (None, Some(other)) => {
                changes.push(Change { path, kind: ChangeKind::Added(other.get().to_owned()) });
            }
            (None, None) => {}
        }
    }
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
    fn tells_members_apart_as_they_were_written() {
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
    fn order_and_spaces_are_no_difference_and_repeated_names_are_counted() {
        assert!(shown(r#"{"a":1, "b":[ 2 ]}"#, r#"{"b":[2],"a":1}"#).is_empty());
        assert_eq!(shown(r#"{"a":1,"a":2}"#, r#"{"a":1}"#), ["-a 2"]);
    }

    #[test]
    fn what_is_not_json_is_compared_as_a_whole() {
        assert_eq!(shown("a", "b"), [" a > b"]);
        assert!(shown("a", "a").is_empty());
    }

    #[test]
    fn depth_does_no_harm() {
        let deep = |leaf: &str| format!("{}{leaf}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(diff(&deep("1"), &deep("2")).len(), 1);
    }
}
