//! The line of a delivery.

use std::str::from_utf8;
use std::time::SystemTime;

use super::escape::push_string;
use super::{Object, escape};
use crate::delivery::{
    Delivery, ForwardOutcome, Forwarded, Judgement, LateForwarded, OutcomeFacts, Route, StoredRoute, Word,
};
use crate::diagnosis::{Hint, hints};
use crate::report::headers::Masking;
use crate::report::wording::{WordingContext, explain};
use crate::zoom::{Envelope, Reaction};

/// Appends the delivery's line.
pub(super) fn write(
    buffer: &mut Vec<u8>,
    delivery: &Delivery,
    headers: Option<&Masking>,
    context: &WordingContext,
) {
    let (judgement, request) = (&delivery.judgement, &delivery.request);
    let refusal = match judgement {
        Judgement::Refused { refusal, .. } => Some(refusal),
        _ => None,
    };
    let request_id = request.headers.get("x-zm-request-id").and_then(|value| value.to_str().ok());
    let mut line = Object::line(buffer, "delivery");
    line.text("id", &delivery.id)
        .text_or_null("request_id", request_id)
        .time("received_at", delivery.received_at)
        .text("verdict", judgement.verdict().as_str())
        .text_or_null("reason", refusal.map(|refusal| refusal.code()))
        .text_or_null("detail", refusal.map(|refusal| explain(refusal, delivery, context)).as_deref())
        .text_or_null("cause", delivery.cause.as_ref().map(|cause| cause.code))
        .text_or_null("secret_name", judgement.secret_name())
        .text_or_null("event", judgement.event());
    match event_ts(delivery) {
        Some(millis) => line.number("event_ts", millis),
        None => line.number("event_ts", "null"),
    };
    let repeats = delivery.repeats.as_deref();
    line.text_or_null("retry_of", repeats.map(|repeats| &*repeats.first)).object("answer", |answer| {
        answer.number("status", delivery.answer.status.as_u16());
        match request.route {
            // Another session has answered it.
            Route::Stream => answer.number("ms", "null"),
            Route::Local | Route::Tunnel => answer.millis("ms", delivery.answer.took),
        };
    });
    let reaction = OutcomeFacts::of(delivery).map(|facts| facts.reaction());
    line.text_or_null("zoom", reaction.map(Reaction::as_str));
    body(&mut line, &request.body);
    line.text("method", request.method.as_str())
        .text("target", &request.target)
        .number("peer", format_args!("\"{}\"", request.peer))
        .text("route", StoredRoute::from(request.route).as_str());
    if !delivery.forwarded.is_empty() {
        line.list("relayed", delivery.forwarded.iter(), |buffer, forwarded| {
            push(buffer, judgement, forwarded);
        });
    }
    if let Some(repeats) = repeats {
        line.object("retry", |retry| {
            retry.number("number", repeats.number);
            if let Some(changed) = &repeats.changed_headers {
                retry.list("changed_headers", changed.iter(), |buffer, name| push_string(buffer, name));
            }
        });
    }
    if let Some(masking) = headers {
        line.list("headers", masking.shown(&request.headers), |buffer, (name, value)| {
            buffer.push(b'[');
            push_string(buffer, name);
            buffer.push(b',');
            push_string(buffer, &value);
            buffer.push(b']');
        });
    }
    line.end_line();
}

/// The time of a verified event; for other requests, the time that the body claims.
fn event_ts(delivery: &Delivery) -> Option<i64> {
    match &delivery.judgement {
        Judgement::Event(event) => event.event_ts,
        Judgement::Refused { claimed_event: None, .. } => None,
        _ => Envelope::parse(&delivery.request.body).ok()?.event_ts(),
    }
}

/// Writes the exact body: as a string that decodes to it, or as base64 if it is not UTF-8.
pub(super) fn body(line: &mut Object<'_>, body: &[u8]) {
    if let Ok(text) = from_utf8(body) {
        line.text("body", text);
    } else {
        let buffer = line.number("body", "null").name("body_base64");
        buffer.push(b'"');
        escape::push_base64(buffer, body);
        buffer.push(b'"');
    }
}

/// Appends one target's outcome as an object.
pub(super) fn push(buffer: &mut Vec<u8>, judgement: &Judgement, forwarded: &Forwarded) {
    let mut object = Object::open(buffer);
    members(&mut object, judgement, forwarded);
    object.close();
}

/// Appends one line for each target of a late outcome.
pub(super) fn later(buffer: &mut Vec<u8>, later: &LateForwarded, now: SystemTime) {
    for forwarded in &later.forwarded {
        let mut line = Object::line(buffer, "relayed");
        line.time("at", now).text("id", &later.id).text_or_null("event", later.judgement.event());
        line.number("attempt", later.attempt);
        if later.is_signed_afresh {
            line.number("signed_afresh", true);
        }
        members(&mut line, &later.judgement, forwarded);
        line.end_line();
    }
}

fn members(object: &mut Object<'_>, judgement: &Judgement, forwarded: &Forwarded) {
    object.text("target", &forwarded.target).text("role", forwarded.role.as_str());
    object.text("outcome", forwarded.outcome.as_str());
    match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => object.number("status", status.as_u16()),
        ForwardOutcome::Unreachable(why) | ForwardOutcome::Broken(why) => object.text("detail", why),
        ForwardOutcome::TimedOut(limit) => object.millis("limit_ms", *limit),
        ForwardOutcome::Stopped => &mut *object,
    };
    match forwarded.first_byte {
        Some(first_byte) => object.millis("first_byte_ms", first_byte),
        None => object.number("first_byte_ms", "null"),
    };
    object.millis("ms", forwarded.took);
    let hints: Vec<&str> = hints(judgement, forwarded).iter().map(Hint::code).collect();
    object.list("hints", hints.into_iter(), super::escape::push_string);
    challenge_faults(object, forwarded);
}

/// Writes the faults of an answer to a challenge, if there was an answer to check.
pub(super) fn challenge_faults(object: &mut Object<'_>, forwarded: &Forwarded) {
    let Some(faults) = &forwarded.challenge_faults else { return };
    object.list("challenge_faults", faults.iter(), |buffer, fault| {
        let mut object = Object::open(buffer);
        object.text("code", fault.code).text("sentence", &fault.sentence);
        object.close();
    });
}
