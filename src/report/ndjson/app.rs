//! What came of a delivery at the user's app.

use std::time::SystemTime;

use crate::delivery::{Judgement, LaterRelayed, RelayOutcome, Relayed, Word};
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
    object.text("target", &relayed.target).text("role", relayed.role.as_str());
    object.text("outcome", relayed.outcome.as_str());
    match &relayed.outcome {
        RelayOutcome::Answered { status, .. } => object.number("status", status.as_u16()),
        RelayOutcome::Unreachable(why) | RelayOutcome::Broken(why) => object.text("detail", why),
        RelayOutcome::TimedOut(limit) => object.millis("limit_ms", *limit),
    };
    match relayed.first_byte {
        Some(first_byte) => object.millis("first_byte_ms", first_byte),
        None => object.number("first_byte_ms", "null"),
    };
    object.millis("ms", relayed.took);
    let hints: Vec<&str> = hints(judgement, &relayed.outcome).iter().map(Hint::code).collect();
    object.list("hints", hints.into_iter(), super::escape::push_string);
}
