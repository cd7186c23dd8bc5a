//! The line of a stored delivery that was sent again.

use std::time::SystemTime;

use crate::delivery::ForwardOutcome;
use crate::diagnosis::Hint;
use crate::json::ChangeKind;
use crate::replay::{AnswerChange, Replayed};

use super::{Object, delivery};

/// Appends a note about a replay.
pub(in crate::report) fn note(buffer: &mut Vec<u8>, text: &str) {
    let mut line = Object::line(buffer, "note");
    line.text("message", text);
    line.end_line();
}

/// Appends the line.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, replayed: &Replayed, now: SystemTime) {
    let forwarded = &replayed.forwarded;
    let mut line = Object::line(buffer, "replayed");
    line.time("at", now)
        .text("id", &replayed.id)
        .text_or_null("event", replayed.is_event.then_some(replayed.name.as_str()))
        .number("exact", replayed.exact)
        .text("target", &forwarded.target)
        .text("outcome", forwarded.outcome.as_str());
    match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => line.number("status", status.as_u16()),
        ForwardOutcome::Unreachable(why) | ForwardOutcome::Broken(why) => line.text("detail", why),
        ForwardOutcome::TimedOut(limit) => line.millis("limit_ms", *limit),
        ForwardOutcome::Stopped => &mut line,
    };
    match forwarded.first_byte {
        Some(first_byte) => line.millis("first_byte_ms", first_byte),
        None => line.number("first_byte_ms", "null"),
    };
    let zoom = replayed.reaction();
    line.millis("ms", forwarded.took).text("zoom", zoom.as_str()).number("right", replayed.is_right());
    let hints: Vec<&str> = replayed.hints().iter().map(Hint::code).collect();
    line.list("hints", hints.into_iter(), super::escape::push_string);
    super::delivery::challenge_faults(&mut line, forwarded);
    if let ForwardOutcome::Answered { body, .. } = &forwarded.outcome {
        delivery::body(&mut line, body);
    }
    match &replayed.changes {
        Some(changes) => line.list("changed", changes.iter().flat_map(rows), push_row),
        None => line.number("changed", "null"),
    };
    line.list("expired", replayed.expired.iter(), |buffer, expired| {
        let mut object = Object::open(buffer);
        object.text("path", &expired.path).time("since", expired.since);
        object.close();
    });
    line.end_line();
}

/// The name of what differs, its value then and its value now.
type Row = (String, Option<String>, Option<String>);

/// The rows of one difference. JSON bodies have one row for each changed member.
fn rows(change: &AnswerChange) -> Vec<Row> {
    let AnswerChange::Json(changes) = change else { return vec![row(change)] };
    let of_member = |change: &crate::json::Change| {
        let (then, now) = match &change.kind {
            ChangeKind::Added(now) => (None, Some(now.clone())),
            ChangeKind::Removed(then) => (Some(then.clone()), None),
            ChangeKind::Changed(then, now) => (Some(then.clone()), Some(now.clone())),
        };
        let dot = if change.path.is_empty() { "" } else { "." };
        (format!("body{dot}{}", change.path), then, now)
    };
    changes.iter().map(of_member).collect()
}

fn row(change: &AnswerChange) -> Row {
    let millis = |time: &std::time::Duration| format!("{:.3}", time.as_secs_f64() * 1000.0);
    match change {
        AnswerChange::Outcome(then, now) => ("outcome".into(), Some(then.clone()), Some(now.clone())),
        AnswerChange::Status(then, now) => ("status".into(), Some(then.to_string()), Some(now.to_string())),
        AnswerChange::FirstByte(then, now) => ("first_byte_ms".into(), Some(millis(then)), Some(millis(now))),
        AnswerChange::Header(name, then, now) => ((*name).to_owned(), then.clone(), now.clone()),
        AnswerChange::Json(_) | AnswerChange::Text(..) => ("body".into(), None, None),
    }
}

fn push_row(buffer: &mut Vec<u8>, (what, then, now): Row) {
    let mut object = Object::open(buffer);
    object.text("what", &what).text_or_null("then", then.as_deref()).text_or_null("now", now.as_deref());
    object.close();
}
