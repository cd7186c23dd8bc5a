//! Two JSON documents compared member by member, over their texts: numbers and strings are told apart as they
//! were written (`1.0` is not `1`, `\/` is not `/`), repeated names are kept.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::JsonObject;

/// Levels that are compared; deeper values are compared as texts. Zoom's events have about six.
const DEEPEST: usize = 64;
/// Bytes of a path below which values are compared as texts: each member below repeats it, and a name of half a
/// megabyte over a long list would fill the memory. Zoom's longest paths have about a hundred.
const LONGEST_PATH: usize = 1024;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Where, such as `payload.object.participants[2].name`; empty for the whole document.
    pub(crate) path: String,
    /// What.
    pub(crate) kind: ChangeKind,
}

/// What differs there. Values are JSON as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// Only the second has it.
    Added(String),
    /// Only the first has it.
    Removed(String),
    /// Both have it, with these values.
    Changed(String, String),
}

/// One value of either document, as [`members`] pairs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Where, as in [`Change`].
    pub(crate) path: String,
    /// The first document's value, JSON as it was written.
    pub(crate) first: Option<String>,
    /// The second's.
    pub(crate) second: Option<String>,
}

impl Member {
    /// What differs; `None` where nothing does.
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

/// What differs between two texts, in the order of the first. Texts that are not JSON are compared as a whole.
#[must_use]
pub(crate) fn diff(first: &str, second: &str) -> Vec<Change> {
    let whole = || Member { path: String::new(), first: Some(first.into()), second: Some(second.into()) };
    let members = pairs(first, second, false).unwrap_or_else(|| vec![whole()]);
    members.into_iter().filter_map(Member::change).collect()
}

/// All values of two JSON texts side by side, those that are the same as well; `None` where one is not JSON.
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

/// Pairs that are being collected.
struct Pairs {
    /// Those that are the same, too.
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

/// A member of an object; of repeated names, which one it is.
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
    fn the_same_members_are_told_where_asked_for() {
        let paths: Vec<_> = members(r#"{"a":1,"b":[2],"c":{}}"#, r#"{"a":1,"b":[3],"c":{}}"#).unwrap();
        let shown: Vec<_> = paths.iter().map(|m| (m.path.as_str(), m.first == m.second)).collect();
        assert_eq!(shown, [("a", true), ("b[0]", false)]);
        assert_eq!(members("x", "{}"), None);
    }

    #[test]
    fn a_long_name_over_a_long_list_does_no_harm() {
        let text = |item: &str| format!(r#"{{"{}":[{item}{}]}}"#, "x".repeat(400_000), ",1".repeat(200_000));
        assert_eq!(members(&text("1"), &text("2")).unwrap().len(), 1);
    }

    #[test]
    fn depth_does_no_harm() {
        let deep = |leaf: &str| format!("{}{leaf}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(diff(&deep("1"), &deep("2")).len(), 1);
    }
}
