//! The line of a delivery.

use std::str::from_utf8;

use crate::delivery::{Delivery, Judgement, Route};
use crate::report::{
    headers::Masking,
    wording::{Context, explain},
};
use crate::zoom::Envelope;

use super::escape::push_string;
use super::{Object, app, base64};

/// Appends the delivery's line.
pub(super) fn write(buffer: &mut Vec<u8>, delivery: &Delivery, headers: Option<&Masking>, context: &Context) {
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
        answer.number("status", delivery.answer.status.as_u16()).millis("ms", delivery.answer.took);
    });
    body(&mut line, &request.body);
    line.text("method", request.method.as_str())
        .text("target", &request.target)
        .number("peer", format_args!("\"{}\"", request.peer))
        .text(
            "route",
            match request.route {
                Route::Local => "local",
                Route::Tunnel => "tunnel",
            },
        );
    if !delivery.forwarded.is_empty() {
        line.list("relayed", delivery.forwarded.iter(), |buffer, forwarded| {
            app::push(buffer, judgement, forwarded);
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

/// The event's own time; of what is no verified event, as the body claims it.
fn event_ts(delivery: &Delivery) -> Option<i64> {
    match &delivery.judgement {
        Judgement::Event(event) => event.event_ts,
        Judgement::Refused { claimed_event: None, .. } => None,
        _ => Envelope::parse(&delivery.request.body).ok()?.event_ts(),
    }
}

/// The body exactly: as a string that decodes to it, or in base64 where it is no text.
pub(super) fn body(line: &mut Object<'_>, body: &[u8]) {
    if let Ok(text) = from_utf8(body) {
        line.text("body", text);
    } else {
        let buffer = line.number("body", "null").name("body_base64");
        buffer.push(b'"');
        base64::push(buffer, body);
        buffer.push(b'"');
    }
}
