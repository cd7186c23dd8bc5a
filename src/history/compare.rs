//! Compares two deliveries. The entry point is [`compare`].

use crate::delivery::{Stored, StoredDelivery};
use crate::json::{Change, ChangeKind, Member, members};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Limit on pairs of lines: two texts of 1,000 lines each. Longer texts are compared only by size.
const LINE_PAIRS: usize = 1_000_000;

/// The differences between two deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Differences in method, verdict, answer and the like.
    pub(crate) facts: Vec<Change>,
    /// Differences in the headers, except timestamp and signature, which always differ.
    pub(crate) headers: Vec<Change>,
    /// The comparison of the bodies.
    pub(crate) body: BodyComparison,
}

/// How two bodies compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyComparison {
    /// The same bytes.
    Same,
    /// Both are JSON: all members, including equal ones.
    Members(Vec<Member>),
    /// Both are text: added and removed lines with their numbers.
    Lines(Vec<Change>),
    /// Any other difference: the sizes in bytes.
    Sizes(usize, usize),
}

impl BodyComparison {
    /// The differences, if they are known by member or by line.
    #[must_use]
    pub(crate) fn changes(&self) -> Vec<Change> {
        match self {
            Self::Members(members) => members.iter().cloned().filter_map(Member::change).collect(),
            Self::Lines(lines) => lines.clone(),
            Self::Same | Self::Sizes(..) => Vec::new(),
        }
    }
}

/// Compares two deliveries.
#[must_use]
pub(crate) fn compare(first: &StoredDelivery, second: &StoredDelivery) -> Comparison {
    Comparison {
        facts: facts(first, second),
        headers: headers(first, second),
        body: bodies(&first.body, &second.body),
    }
}

fn facts(first: &StoredDelivery, second: &StoredDelivery) -> Vec<Change> {
    let of = |stored: &StoredDelivery| {
        [
            ("method", Some(stored.method.clone())),
            ("target", Some(stored.target.clone())),
            ("verdict", Some(stored.verdict.as_str().to_owned())),
            ("reason", stored.reason.as_ref().map(Stored::to_string)),
            ("secret", stored.secret_name.clone()),
            ("answer", stored.answer.map(|answer| answer.status.to_string())),
            (
                "app",
                stored.app().map(|app| app.status.map_or_else(|| app.outcome.to_string(), |s| s.to_string())),
            ),
        ]
    };
    let pairs = of(first).into_iter().zip(of(second));
    pairs.filter_map(|((name, one), (_, other))| pair(name, one, other)).collect()
}

fn pair(path: &str, first: Option<String>, second: Option<String>) -> Option<Change> {
    Member { path: path.to_owned(), first, second }.change()
}

fn headers(first: &StoredDelivery, second: &StoredDelivery) -> Vec<Change> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in first.headers.iter().chain(&second.headers) {
        let name = name.to_ascii_lowercase();
        let always_differs = [TIMESTAMP_HEADER, SIGNATURE_HEADER].contains(&name.as_str());
        if !always_differs && !names.contains(&name) {
            names.push(name);
        }
    }
    let values = |stored: &StoredDelivery, name: &str| {
        let values = stored.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let values: Vec<_> = values.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    names.iter().filter_map(|name| pair(name, values(first, name), values(second, name))).collect()
}

fn bodies(first: &[u8], second: &[u8]) -> BodyComparison {
    let sizes = BodyComparison::Sizes(first.len(), second.len());
    let (Ok(one), Ok(other)) = (std::str::from_utf8(first), std::str::from_utf8(second)) else {
        return if first == second { BodyComparison::Same } else { sizes };
    };
    if let Some(members) = members(one, other) {
        return BodyComparison::Members(members);
    }
    if first == second {
        return BodyComparison::Same;
    }
    lines(one, other).map_or(sizes, BodyComparison::Lines)
}

/// The lines that only one of the texts has, by longest common subsequence. `None` if the texts are too long or only
/// their line endings differ.
fn lines(first: &str, second: &str) -> Option<Vec<Change>> {
    let (one, other): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    if one == other || one.len().checked_mul(other.len())? > LINE_PAIRS {
        return None;
    }
    // common[i][j]: the length of the longest common subsequence of one[i..] and other[j..].
    let width = other.len() + 1;
    let mut common = vec![0_u32; (one.len() + 1) * width];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            let (below, right) = (common[(i + 1) * width + j], common[i * width + j + 1]);
            let both = common[(i + 1) * width + j + 1];
            common[i * width + j] = if one[i] == other[j] { both + 1 } else { below.max(right) };
        }
    }
    let (mut i, mut j, mut changes) = (0, 0, Vec::new());
    while i < one.len() || j < other.len() {
        if i < one.len() && j < other.len() && one[i] == other[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == other.len()
            || i < one.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]
        {
            let kind = ChangeKind::Removed(one[i].to_owned());
            changes.push(Change { path: format!("line {}", i + 1), kind });
            i += 1;
        } else {
            let kind = ChangeKind::Added(other[j].to_owned());
            changes.push(Change { path: format!("line {}", j + 1), kind });
            j += 1;
        }
    }
    Some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_texts_line_by_line() {
        let added = |line, text: &str| Change { path: line, kind: ChangeKind::Added(text.into()) };
        let removed = |line, text: &str| Change { path: line, kind: ChangeKind::Removed(text.into()) };
        assert_eq!(
            bodies(b"a\nb\nc", b"a\nc\nd"),
            BodyComparison::Lines(vec![removed("line 2".into(), "b"), added("line 3".into(), "d")])
        );
        assert_eq!(bodies(b"a\n", b"a\r\n"), BodyComparison::Sizes(2, 3));
        assert_eq!(bodies(b"\xff", b""), BodyComparison::Sizes(1, 0));
        assert_eq!(bodies(b"a=b", b"a=b"), BodyComparison::Same);
        assert_eq!(bodies(b"{}", b"{ }").changes(), []);
    }
}
