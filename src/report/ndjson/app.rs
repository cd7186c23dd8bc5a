//! What came of a delivery at the user's app.

use std::time::SystemTime;

use crate::delivery::{ForwardOutcome, ForwardRole, Forwarded, Judgement, LateForwarded};
use crate::diagnosis::{Hint, hints};

use super::Object;

/// Appends one target's outcome as an object.
pub(super) fn push(buffer: &mut Vec<u8>, judgement: &Judgement, forwarded: &Forwarded) {
    let mut object = Object::open(buffer);
    members(&mut object, judgement, forwarded);
    object.close();
}

/// Appends the lines of what came later, a target each.
pub(super) fn later(buffer: &mut Vec<u8>, later: &LateForwarded, now: SystemTime) {
    for forwarded in &later.forwarded {
        let mut line = Object::line(buffer, "relayed");
        line.time("at", now).text("id", &later.id).text_or_null("event", later.judgement.event());
        line.number("attempt", later.attempt);
        members(&mut line, &later.judgement, forwarded);
        line.end_line();
    }
}

fn members(object: &mut Object<'_>, judgement: &Judgement, forwarded: &Forwarded) {
    let role = match forwarded.role {
        ForwardRole::Answers => "answers",
        ForwardRole::Observed => "observed",
    };
    object.text("target", &forwarded.target).text("role", role);
    match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => {
            object.text("outcome", "answered").number("status", status.as_u16())
        }
        ForwardOutcome::Unreachable(why) => object.text("outcome", "unreachable").text("detail", why),
        ForwardOutcome::TimedOut(limit) => object.text("outcome", "timed_out").millis("limit_ms", *limit),
        ForwardOutcome::Broken(why) => object.text("outcome", "broken").text("detail", why),
    };
    match forwarded.first_byte {
        Some(first_byte) => object.millis("first_byte_ms", first_byte),
        None => object.number("first_byte_ms", "null"),
    };
    object.millis("ms", forwarded.took);
    let hints: Vec<&str> = hints(judgement, &forwarded.outcome).iter().map(Hint::code).collect();
    object.list("hints", hints.into_iter(), super::escape::push_string);
}
