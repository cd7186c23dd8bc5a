//! One delivery: its line, and below it why it was refused, its headers, its body.

use hyper::StatusCode;

use crate::delivery::{Delivery, DeliveryVerdict, ForwardRole, Judgement, Refusal, Repetition};
use crate::diagnosis::hints;
use crate::report::grammar::{count, latency};
use crate::report::headers::Masking;
use crate::report::origin::DeliveryOrigin;
use crate::report::theme::Ink;
use crate::report::wording::{self, WordingContext, consequence, explain, label};
use crate::zoom::{AnswerPace, Envelope, RETRIES, SIGNATURE_HEADER, pace};

use super::folding::Folded;
use super::layout::TerminalPage;
use super::line::Line;
use super::{app, content};

/// Refusals of a kind that are shown in full before the rest are counted: enough to see what they share.
const SHOWN: u32 = 3;
/// The same for requests that strangers make.
const SHOWN_OF_STRANGERS: u32 = 2;
/// The kind of all requests that strangers make.
const STRANGER: &str = "stranger";

/// How much of a delivery is shown.
pub(super) struct Look<'a> {
    /// Its line alone.
    pub(super) compact: bool,
    /// Of a refusal, its line alone.
    pub(super) brief: bool,
    /// All of the body, whatever became of the request.
    pub(super) whole: bool,
    /// Where headers are wanted: how they are masked.
    pub(super) headers: Option<&'a Masking>,
}

/// What refusals have to share to be folded.
pub(super) struct DeliveryKind {
    /// Its name.
    pub(super) code: &'static str,
    /// How many in a row are shown.
    pub(super) shown_in_a_row: u32,
}

impl DeliveryKind {
    pub(super) fn of(refusal: &Refusal, delivery: &Delivery) -> Self {
        if is_strangers(refusal, delivery) {
            Self { code: STRANGER, shown_in_a_row: SHOWN_OF_STRANGERS }
        } else {
            Self { code: refusal.code(), shown_in_a_row: SHOWN }
        }
    }
}

/// Another path or method is a stranger's, unless the request bears Zoom's header: then the URL in
/// Marketplace may be wrong.
fn is_strangers(refusal: &Refusal, delivery: &Delivery) -> bool {
    !refusal.concerns_a_delivery() && !delivery.request.headers.contains_key(SIGNATURE_HEADER)
}

/// What is said of refusals that were left out.
pub(super) fn more_like_it(folded: &Folded) -> String {
    match folded.code {
        _ if folded.like_the_last => wording::folded(folded.count),
        STRANGER => format!("… and {} more for other paths or methods", count(folded.count)),
        code => format!("… and {} more: {}", count(folded.count), label(code)),
    }
}

/// Shows one delivery.
pub(super) fn show(page: &mut TerminalPage, delivery: &Delivery, look: &Look<'_>, context: &WordingContext) {
    match &delivery.judgement {
        Judgement::Event(event) => {
            let envelope = Envelope::parse(&delivery.request.body);
            let title = envelope.map(|envelope| envelope.title().join(" · ")).unwrap_or_default();
            let in_time = pace(delivery.answer.took) != AnswerPace::TooLate;
            let (ink, sign) = match delivery.answer.status.is_success() && in_time {
                true => (Ink::Good, "✓"),
                false => (Ink::Warn, "▲"),
            };
            line(page, delivery, look, context, (ink, sign, &event.event, &title));
            retry(page, delivery, look, context);
            if !look.compact {
                app::below(page, delivery, context);
            }
            content::headers(page, delivery, look.headers);
            if !look.compact {
                content::body(page, &delivery.request.body, look.whole);
            }
        }
        Judgement::Challenge { signed, .. } => challenge(page, delivery, *signed, look, context),
        Judgement::Refused { refusal, claimed_event, .. } => {
            let request = format!("{} {}", delivery.request.method, wording::target(delivery));
            let name = claimed_event.as_deref().unwrap_or(&request);
            refused(page, delivery, (refusal, name), look, context);
        }
    }
}

/// Whether the answer that went to Zoom, the app's own with `--crc forward`, is not the one that it expects.
fn validation_fails(delivery: &Delivery) -> bool {
    let answers = delivery.forwarded.iter().filter(|forwarded| forwarded.role == ForwardRole::Answers);
    delivery.answer.status != StatusCode::OK
        || pace(delivery.answer.took) == AnswerPace::TooLate
        || answers.into_iter().any(|forwarded| !hints(&delivery.judgement, forwarded).is_empty())
}

fn challenge(
    page: &mut TerminalPage,
    delivery: &Delivery,
    signed: bool,
    look: &Look<'_>,
    context: &WordingContext,
) {
    let fails = validation_fails(delivery);
    let (ink, sign) = if signed && !fails { (Ink::Good, "✓") } else { (Ink::Warn, "▲") };
    let (status, took) = (delivery.answer.status.as_u16(), latency(delivery.answer.took));
    let name = delivery.judgement.event().unwrap_or_default();
    let (title, mut tail) = match (look.compact, fails) {
        (true, false) => ("press Save in Marketplace".to_owned(), vec![format!("{status} in {took}")]),
        (true, true) => ("not the right answer".to_owned(), vec![format!("{status} in {took}")]),
        (false, false) => (format!("answered {status} in {took}. Press Save in Marketplace."), Vec::new()),
        (false, true) => {
            (format!("answered {status} in {took}: not the answer that Zoom asks for."), Vec::new())
        }
    };
    tail.extend(secret(delivery, context));
    let (tail, origin) = (tail.join(" · "), origin(delivery).unwrap_or_default());
    let line = Line {
        time: delivery.received_at,
        ink,
        sign,
        name,
        title: &title,
        tail: &tail,
        tail_ink: Ink::Dim,
        origin: &origin,
    };
    line.show(page, look.compact, &context.clock);
    if !signed && !look.compact {
        page.below(Ink::Plain, wording::UNSIGNED_CHALLENGE);
    }
    if !look.compact {
        app::below(page, delivery, context);
    }
    content::headers(page, delivery, look.headers);
    if look.whole {
        content::body(page, &delivery.request.body, true);
    }
}

fn refused(
    page: &mut TerminalPage,
    delivery: &Delivery,
    (refusal, name): (&Refusal, &str),
    look: &Look<'_>,
    context: &WordingContext,
) {
    if is_strangers(refusal, delivery) {
        line(page, delivery, look, context, (Ink::Dim, "·", name, ""));
        if look.whole {
            content::headers(page, delivery, look.headers);
        }
        return;
    }
    line(page, delivery, look, context, (Ink::Bad, "✗", name, label(refusal.code())));
    if look.compact || look.brief {
        return content::headers(page, delivery, look.headers);
    }
    retry(page, delivery, look, context);
    page.below(Ink::Plain, &explain(refusal, delivery, context));
    if *refusal == Refusal::WrongPath {
        page.below(
            Ink::Plain,
            "It bears Zoom's signature header: correct the URL in Marketplace if Zoom sent it.",
        );
    }
    let origin = origin(delivery).map(|origin| format!(" It came {origin}.")).unwrap_or_default();
    page.below(Ink::Plain, &format!("{}{origin}", consequence(delivery)));
    // What is about the signature has more to tell than fits here.
    if let Some(file) = context.kept.as_ref().filter(|_| refusal.verdict() == DeliveryVerdict::Invalid) {
        let id = delivery.short_id();
        page.below(Ink::Dim, &format!("zoomhook verify {id}{file}  shows the whole diagnosis."));
    }
    content::headers(page, delivery, look.headers);
    if look.whole || matches!(refusal, Refusal::NotAnEvent(_)) {
        content::body(page, &delivery.request.body, look.whole);
    }
}

/// How an answer looks to somebody who glances at it: what Zoom does not take for delivered, what is nearly late.
fn answer_ink(delivery: &Delivery) -> Ink {
    let Judgement::Event(_) = delivery.judgement else { return Ink::Dim };
    match pace(delivery.answer.took) {
        _ if !delivery.answer.status.is_success() => Ink::Bad,
        AnswerPace::InTime => Ink::Dim,
        AnswerPace::Slow => Ink::Warn,
        AnswerPace::TooLate => Ink::Bad,
    }
}

fn line(
    page: &mut TerminalPage,
    delivery: &Delivery,
    look: &Look<'_>,
    context: &WordingContext,
    (ink, sign, name, title): (Ink, &str, &str, &str),
) {
    let status = delivery.answer.status.as_u16();
    let mut tail = match delivery.judgement {
        Judgement::Event(_) => vec![format!("{status} in {}", latency(delivery.answer.took))],
        _ => vec![status.to_string()],
    };
    tail.extend(secret(delivery, context));
    if let Some(repeats) = delivery.repeats.as_ref().filter(|_| look.compact) {
        tail.push(ordinal(repeats));
    }
    // Where a refusal is explained, the explanation says where it came from.
    let explained = ink == Ink::Bad && !look.compact && !look.brief;
    let origin = origin(delivery).filter(|_| !explained).unwrap_or_default();
    let tail = tail.join(" · ");
    let tail_ink = answer_ink(delivery);
    let line =
        Line { time: delivery.received_at, ink, sign, name, title, tail: &tail, tail_ink, origin: &origin };
    line.show(page, look.compact, &context.clock);
}

/// The name of the secret that it was signed with, where there are several.
fn secret(delivery: &Delivery, context: &WordingContext) -> Option<String> {
    delivery.judgement.secret_name().filter(|_| context.secrets > 1).map(str::to_owned)
}

/// Where it came from. That a good one came from this machine is nothing to tell.
fn origin(delivery: &Delivery) -> Option<String> {
    let refused = matches!(delivery.judgement, Judgement::Refused { .. });
    match DeliveryOrigin::of(&delivery.request) {
        DeliveryOrigin::Seen(address) => Some(format!("from {address}")),
        DeliveryOrigin::Claimed(address) => Some(format!("from {address} (claimed via x-forwarded-for)")),
        DeliveryOrigin::ThisMachine => refused.then(|| "from this machine".into()),
    }
}

fn retry(page: &mut TerminalPage, delivery: &Delivery, look: &Look<'_>, context: &WordingContext) {
    let Some(repeats) = delivery.repeats.as_ref().filter(|_| !look.compact) else { return };
    let first = match ulid::Ulid::from_string(&repeats.first) {
        Ok(ulid) => context.clock.with_millis(crate::report::clock::from_unix_millis(ulid.timestamp_ms())),
        Err(_) => repeats.first.clone(),
    };
    let changed = match &repeats.changed_headers {
        Some(changed) if !changed.is_empty() => format!(" Changed headers: {}.", changed.join(", ")),
        _ => String::new(),
    };
    page.below(Ink::Warn, &format!("This is {} of the delivery of {first}.{changed}", ordinal(repeats)));
}

/// Which retry it is. More than Zoom's plan has are somebody else's.
fn ordinal(repeats: &Repetition) -> String {
    let number = repeats.number;
    if number <= RETRIES.len() {
        format!("retry {number} of {}", RETRIES.len())
    } else {
        format!("retry {number}")
    }
}
