//! One delivery: its line, and below it the reason for a refusal, the headers and the body.

use crate::delivery::{
    Delivery, DeliverySign, DeliveryVerdict, EventOutcome, Judgement, Refusal, Repetition, Route,
};
use crate::report::grammar::{count, latency};
use crate::report::headers::Masking;
use crate::report::origin::DeliveryOrigin;
use crate::report::theme::Ink;
use crate::report::wording::{self, WordingContext, consequence, explain, label};
use crate::zoom::{AnswerPace, Envelope, RETRIES, pace};

use super::folding::Folded;
use super::layout::TerminalPage;
use super::line::{Line, sign};
use super::{app, content};

/// Refusals of one kind that are shown before the rest are only counted: enough to see what they share.
const SHOWN: u32 = 3;
/// The same limit for unrelated requests.
const SHOWN_UNRELATED: u32 = 2;
/// The kind of all unrelated requests.
const UNRELATED: &str = "unrelated";

/// How much of a delivery is shown.
pub(super) struct Look<'a> {
    /// Only the line.
    pub(super) compact: bool,
    /// For a refusal, only the line.
    pub(super) brief: bool,
    /// The whole body, also of a refused request.
    pub(super) whole: bool,
    /// How headers are masked, if they are shown.
    pub(super) headers: Option<&'a Masking>,
    /// The number of the app's answer in a run of identical failures, if it is not the first.
    pub(super) failure: Option<u64>,
}

/// Refusals of the same kind are folded.
pub(super) struct DeliveryKind {
    pub(super) code: &'static str,
    /// How many are shown before the rest are only counted.
    pub(super) shown_in_a_row: u32,
}

impl DeliveryKind {
    pub(super) fn of(refusal: &Refusal, delivery: &Delivery) -> Self {
        if delivery.is_unrelated() {
            Self { code: UNRELATED, shown_in_a_row: SHOWN_UNRELATED }
        } else {
            Self { code: refusal.code(), shown_in_a_row: SHOWN }
        }
    }
}

/// Reports how many refusals were folded.
pub(super) fn more_like_it(folded: &Folded) -> String {
    match folded.code {
        _ if folded.like_the_last => wording::folded(folded.count),
        UNRELATED => format!("… and {} more for other paths or methods", count(folded.count)),
        code => format!("… and {} more: {}", count(folded.count), label(code)),
    }
}

/// Shows one delivery.
pub(super) fn show(page: &mut TerminalPage, delivery: &Delivery, look: &Look<'_>, context: &WordingContext) {
    match &delivery.judgement {
        Judgement::Event(event) => {
            let envelope = Envelope::parse(&delivery.request.body);
            let title = envelope.map(|envelope| envelope.title().join(" · ")).unwrap_or_default();
            line(page, delivery, look, context, (&event.event, &title));
            retry(page, delivery, look, context);
            answer(page, delivery, look, context);
            content::headers(page, delivery, look.headers);
            if !look.compact {
                content::body(page, &delivery.request.body, look.whole);
            }
        }
        Judgement::Challenge { signed, .. } => challenge(page, delivery, *signed, look, context),
        Judgement::Refused { refusal, .. } => {
            let name = wording::name(&delivery.judgement, &delivery.request);
            refused(page, delivery, (refusal, &name), look, context);
        }
    }
}

/// Explains the app's answer, unless the explanation is above.
fn answer(page: &mut TerminalPage, delivery: &Delivery, look: &Look<'_>, context: &WordingContext) {
    match look.failure {
        _ if look.compact => {}
        Some(number) => page.below(Ink::Bad, &wording::same_as_above(number)),
        None => app::below(page, delivery, context),
    }
}

fn challenge(
    page: &mut TerminalPage,
    delivery: &Delivery,
    signed: bool,
    look: &Look<'_>,
    context: &WordingContext,
) {
    let fails = delivery.fails_validation();
    let (ink, sign) = sign(delivery.sign());
    let (status, took) = (delivery.answer.status.as_u16(), latency(delivery.answer.took));
    let name = delivery.judgement.event().unwrap_or_default();
    let (title, mut tail) = match (look.compact, fails) {
        (true, false) => ("press Save in Marketplace".to_owned(), vec![format!("{status} in {took}")]),
        (true, true) => ("not the right answer".to_owned(), vec![format!("{status} in {took}")]),
        (false, false) => (format!("answered {status} in {took}. Press Save in Marketplace."), Vec::new()),
        (false, true) => {
            (format!("answered {status} in {took}: not the answer that Zoom expects."), Vec::new())
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
    answer(page, delivery, look, context);
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
    if delivery.is_unrelated() {
        line(page, delivery, look, context, (name, ""));
        if look.whole {
            content::headers(page, delivery, look.headers);
        }
        return;
    }
    line(page, delivery, look, context, (name, label(refusal.code())));
    if look.compact || look.brief {
        return content::headers(page, delivery, look.headers);
    }
    retry(page, delivery, look, context);
    page.below(Ink::Plain, &explain(refusal, delivery, context));
    if *refusal == Refusal::WrongPath {
        page.below(
            Ink::Plain,
            "It has Zoom's signature header. If Zoom sent it, correct the URL in Marketplace.",
        );
    }
    let origin = origin(delivery).map(|origin| format!(" It came {origin}.")).unwrap_or_default();
    page.below(Ink::Plain, &format!("{}{origin}", consequence(delivery)));
    match &context.kept {
        // The signature is correct. Whether the clock is, only another clock shows.
        Some(_) if matches!(refusal, Refusal::Stale { .. }) => {
            page.below(Ink::Dim, "To compare this machine's clock:");
            page.below(Ink::Dim, "zoomhook doctor --online --only clock");
        }
        // `verify` explains a signature failure at length.
        Some(file) if refusal.verdict() == DeliveryVerdict::Invalid => {
            let id = delivery.short_id();
            page.below(Ink::Dim, "For the whole diagnosis:");
            page.below(Ink::Dim, &format!("zoomhook verify {id}{file}"));
        }
        _ => {}
    }
    content::headers(page, delivery, look.headers);
    if look.whole || matches!(refusal, Refusal::NotAnEvent(_)) {
        content::body(page, &delivery.request.body, look.whole);
    }
}

/// Red for an answer that Zoom does not count as delivered, yellow for one that is nearly too late.
fn answer_ink(delivery: &Delivery) -> Ink {
    let Some(outcome) = EventOutcome::of(delivery) else { return Ink::Dim };
    match (outcome.reaction().is_delivered(), pace(delivery.answer.took)) {
        (false, _) => Ink::Bad,
        (true, AnswerPace::InTime) => Ink::Dim,
        (true, AnswerPace::Slow | AnswerPace::TooLate) => Ink::Warn,
    }
}

fn line(
    page: &mut TerminalPage,
    delivery: &Delivery,
    look: &Look<'_>,
    context: &WordingContext,
    (name, title): (&str, &str),
) {
    let (ink, sign) = sign(delivery.sign());
    let status = delivery.answer.status.as_u16();
    let mut tail = match delivery.judgement {
        // Another session has answered it, in a time that is not known here.
        _ if delivery.request.route == Route::Stream => Vec::new(),
        Judgement::Event(_) => vec![format!("{status} in {}", latency(delivery.answer.took))],
        _ => vec![status.to_string()],
    };
    tail.extend(secret(delivery, context));
    if let Some(repeats) = delivery.repeats.as_ref().filter(|_| look.compact) {
        tail.push(ordinal(repeats));
    }
    // The explanation of a refusal names the origin already.
    let is_explained = matches!(delivery.sign(), DeliverySign::Refused | DeliverySign::Unchecked);
    let explained = is_explained && !look.compact && !look.brief;
    let origin = origin(delivery).filter(|_| !explained).unwrap_or_default();
    let tail = tail.join(" · ");
    let tail_ink = answer_ink(delivery);
    let line =
        Line { time: delivery.received_at, ink, sign, name, title, tail: &tail, tail_ink, origin: &origin };
    line.show(page, look.compact, &context.clock);
}

/// The name of the matching secret token, if there are several.
fn secret(delivery: &Delivery, context: &WordingContext) -> Option<String> {
    delivery.judgement.secret_name().filter(|_| context.secrets > 1).map(str::to_owned)
}

/// The origin. This machine is named only for a refusal.
fn origin(delivery: &Delivery) -> Option<String> {
    let refused = matches!(delivery.judgement, Judgement::Refused { .. });
    match DeliveryOrigin::of(&delivery.request) {
        DeliveryOrigin::Seen(address) => Some(format!("from {address}")),
        DeliveryOrigin::Claimed(address) => Some(format!("from {address} (claimed via x-forwarded-for)")),
        DeliveryOrigin::ThisMachine => refused.then(|| "from this machine".into()),
        DeliveryOrigin::SharingMachine => refused.then(|| "from the machine that shares it".into()),
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

/// The number of the retry. Beyond Zoom's schedule, the total is left out: another sender repeats the event.
fn ordinal(repeats: &Repetition) -> String {
    let number = repeats.number;
    if number <= RETRIES.len() {
        format!("retry {number} of {}", RETRIES.len())
    } else {
        format!("retry {number}")
    }
}
