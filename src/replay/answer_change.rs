//! Differences between the app's first answer and its answer now that mean something.
//!
//! Dates, ids and lengths differ in every answer and are ignored. A time is reported only if it differs much.

use std::time::Duration;

use hyper::HeaderMap;

use crate::delivery::{ForwardOutcome, Forwarded, StoredForward};
use crate::json::{Change, diff};

/// The headers that are compared.
const HEADERS: [&str; 2] = ["content-type", "location"];

/// A smaller difference in time is noise.
const NOTABLE: Duration = Duration::from_millis(100);

/// One difference between two answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerChange {
    /// How the exchange ended: `answered`, `unreachable`, `timed_out`, `stopped`, `broken`.
    Outcome(String, String),
    /// The status.
    Status(u16, u16),
    /// The time to the first byte: at least twice or half as long, and at least 0.1 s apart.
    FirstByte(Duration, Duration),
    /// A header with its values; `None` if it is absent.
    Header(&'static str, Option<String>, Option<String>),
    /// Two bodies of JSON, member by member.
    Json(Vec<Change>),
    /// Two bodies, one of which is not JSON; their lengths in bytes.
    Text(usize, usize),
}

/// The differences between the stored answer and the answer now.
#[must_use]
pub(crate) fn compare_answers(then: &StoredForward, now: &Forwarded) -> Vec<AnswerChange> {
    let ForwardOutcome::Answered { status, headers, body } = &now.outcome else {
        return changed(then.outcome.as_str(), now.outcome.as_str()).into_iter().collect();
    };
    let Some(old_status) = then.status else {
        return changed(then.outcome.as_str(), now.outcome.as_str()).into_iter().collect();
    };
    let mut changes = Vec::new();
    if old_status != status.as_u16() {
        changes.push(AnswerChange::Status(old_status, status.as_u16()));
    }
    if let (Some(then), Some(now)) = (then.first_byte, now.first_byte)
        && is_notable(then, now)
    {
        changes.push(AnswerChange::FirstByte(then, now));
    }
    changes.extend(HEADERS.iter().filter_map(|name| header(name, then, headers)));
    changes.extend(bodies(&then.body, body));
    changes
}

fn changed(then: &str, now: &str) -> Option<AnswerChange> {
    (then != now).then(|| AnswerChange::Outcome(then.to_owned(), now.to_owned()))
}

fn is_notable(then: Duration, now: Duration) -> bool {
    let (shorter, longer) = (then.min(now), then.max(now));
    longer - shorter >= NOTABLE && longer >= shorter * 2
}

fn header(name: &'static str, then: &StoredForward, now: &HeaderMap) -> Option<AnswerChange> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let old = then.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| text(value));
    let new = now.get(name).map(|value| text(value.as_bytes()));
    (old != new).then_some(AnswerChange::Header(name, old, new))
}

fn bodies(then: &[u8], now: &[u8]) -> Option<AnswerChange> {
    if then == now {
        return None;
    }
    let json = |bytes| std::str::from_utf8(bytes).ok().filter(|text| is_json(text));
    match (json(then), json(now)) {
        (Some(then), Some(now)) => {
            Some(diff(then, now)).filter(|diff| !diff.is_empty()).map(AnswerChange::Json)
        }
        _ => Some(AnswerChange::Text(then.len(), now.len())),
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;

    use super::*;
    use crate::delivery::ForwardRole;
    use crate::json::ChangeKind;

    fn then(status: u16, content_type: &str, body: &str) -> StoredForward {
        StoredForward {
            target: "http://localhost:3000".into(),
            role: ForwardRole::Answers.into(),
            outcome: "answered".into(),
            status: Some(status),
            headers: vec![("Content-Type".into(), content_type.into()), ("date".into(), b"then".to_vec())],
            body: body.into(),
            detail: None,
            first_byte: Some(Duration::from_millis(10)),
            took: Duration::from_millis(11),
        }
    }

    fn now(status: u16, content_type: &'static str, body: &'static str, millis: u64) -> Forwarded {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", content_type.parse().unwrap());
        headers.insert("date", "now".parse().unwrap());
        let first_byte = Some(Duration::from_millis(millis));
        let status = StatusCode::from_u16(status).unwrap();
        let outcome = ForwardOutcome::Answered { status, headers, body: body.into() };
        let target = "http://localhost:3000".into();
        Forwarded {
            target,
            role: ForwardRole::Answers,
            outcome,
            first_byte,
            took: Duration::from_millis(millis),
            challenge_faults: None,
        }
    }

    #[test]
    fn ignores_dates_white_space_and_small_differences_in_time() {
        let changes = compare_answers(&then(200, "a/b", r#"{"a": 1}"#), &now(200, "a/b", r#"{"a":1}"#, 60));
        assert_eq!(changes, []);
    }

    #[test]
    fn reports_every_notable_difference() {
        let changes = compare_answers(&then(200, "a/b", r#"{"a":1}"#), &now(500, "a/c", r#"{"a":2}"#, 110));
        let of_a = Change { path: "a".into(), kind: ChangeKind::Changed("1".into(), "2".into()) };
        assert_eq!(
            changes,
            [
                AnswerChange::Status(200, 500),
                AnswerChange::FirstByte(Duration::from_millis(10), Duration::from_millis(110)),
                AnswerChange::Header("content-type", Some("a/b".into()), Some("a/c".into())),
                AnswerChange::Json(vec![of_a]),
            ]
        );
        let changes = compare_answers(&then(200, "a/b", "ok"), &now(200, "a/b", "fine", 10));
        assert_eq!(changes, [AnswerChange::Text(2, 4)]);
    }

    #[test]
    fn an_app_that_is_down_or_up_again_is_one_difference() {
        let mut down = now(200, "a/b", "", 10);
        down.outcome = ForwardOutcome::Unreachable("refused".into());
        let ends = |then: &str, now: &str| [AnswerChange::Outcome(then.into(), now.into())];
        assert_eq!(compare_answers(&then(200, "a/b", ""), &down), ends("answered", "unreachable"));
        let was_down = StoredForward { outcome: "timed_out".into(), status: None, ..then(200, "a/b", "") };
        assert_eq!(compare_answers(&was_down, &now(200, "a/b", "", 10)), ends("timed_out", "answered"));
    }
}
