//! What came of a delivery at the user's app.

use std::time::SystemTime;

use crate::delivery::{Judgement, LaterRelayed, RelayOutcome, RelayRole, Relayed};
use crate::diagnosis::{Hint, hints};

use super::Object;

/// Appends one target's outcome as an object.
pub(super) fn push(buffer: &mut Vec<u8>, judgement: &Judgement, relayed: &Relayed) {
    let mut object = Object::open(buffer);
    members(&mut object, judgement, relayed);
    object.close();
}

/// Appends the lines of what came later, a target each.
pub(super) fn later(buffer: &mut Vec<u8>, later: &LaterRelayed, now: SystemTime) {
    for relayed in &later.relayed {
        let mut line = Object::line(buffer, "relayed");
        line.time("at", now).text("id", &later.id).text_or_null("event", later.judgement.event());
        line.number("attempt", later.attempt);
        members(&mut line, &later.judgement, relayed);
        line.end_line();
    }
}

fn members(object: &mut Object<'_>, judgement: &Judgement, relayed: &Relayed) {
    let role = match relayed.role {
        RelayRole::Answers => "answers",
        RelayRole::Observed => "observed",
    };
    object.text("target", &relayed.target).text("role", role);
    match &relayed.outcome {
        RelayOutcome::Answered { status, .. } => {
            object.text("outcome", "answered").number("status", status.as_u16())
        }
        RelayOutcome::Unreachable(why) => object.text("outcome", "unreachable").text("detail", why),
        RelayOutcome::TimedOut(limit) => object.text("outcome", "timed_out").millis("limit_ms", *limit),
        RelayOutcome::Broken(why) => object.text("outcome", "broken").text("detail", why),
    };
    match relayed.first_byte {
        Some(first_byte) => object.millis("first_byte_ms", first_byte),
        None => object.number("first_byte_ms", "null"),
    };
    object.millis("ms", relayed.took);
    let hints: Vec<&str> = hints(judgement, relayed).iter().map(Hint::code).collect();
    object.list("hints", hints.into_iter(), super::escape::push_string);
    challenge_faults(object, relayed);
}

/// What is wrong with the answer to a challenge, where there was one to judge.
pub(super) fn challenge_faults(object: &mut Object<'_>, relayed: &Relayed) {
    let Some(faults) = &relayed.challenge_faults else { return };
    object.list("challenge_faults", faults.iter(), |buffer, fault| {
        let mut object = Object::open(buffer);
        object.text("code", fault.code).text("sentence", &fault.sentence);
        object.close();
    });
}
