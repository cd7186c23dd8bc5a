//! Sentences about a refused request: the reason and the consequence.

use std::borrow::Cow;

use crate::delivery::{Delivery, Judgement, Refusal, Request, Route};
use crate::report::clock::from_unix_secs;
use crate::report::grammar::{capped, count, size, span};
use crate::zoom::ChallengeError;

use super::WordingContext;

/// Characters quoted of a request's target: enough for any real path.
const TARGET: usize = 120;

const SIGNATURE_MISSING: &str = "\
    The x-zm-signature header is missing. Zoom signs every request: this one has another sender, or a \
    gateway removed the header.";
const TIMESTAMP_MISSING: &str = "\
    The x-zm-request-timestamp header is missing. Zoom signs its value together with the body. A gateway may \
    have removed the header.";
const SIGNED_MESSAGE: &str = "\
    Its plainToken has the form of a signed message, so the answer would be a usable signature. \
    Zoom does not send such tokens: someone may be trying to obtain a signature.";
const BODY_BROKEN: &str = "\
    The connection was closed, or its framing was invalid, before the body was complete.";

const NO_SECRET: &str = "\
    This session has no secret token, so it cannot tell whether the event is genuine. Provide the token as for listen: \
    ZOOM_WEBHOOK_SECRET_TOKEN in the environment or in .env, or --secret-file PATH.";

/// A short label for a refusal's code.
pub(crate) fn label(code: &str) -> &'static str {
    match code {
        "signature_missing" => "no signature",
        "timestamp_missing" => "no timestamp",
        "header_repeated" => "header sent more than once",
        "signature_malformed" => "malformed signature",
        "timestamp_malformed" => "malformed timestamp",
        "signature_mismatch" => "signature does not match",
        "stale" => "stale timestamp",
        "no_event" => "no event in the body",
        "not_json" => "body is not an event",
        "challenge_is_signed_message" => "challenge is a signed message",
        "challenge_without_token" => "challenge without a token",
        "wrong_path" => "wrong path",
        "signed_for_other_path" => "signed, but wrong path",
        "wrong_method" => "wrong method",
        "body_too_large" => "body too large",
        "body_too_slow" => "body too slow",
        "body_broken" => "body incomplete",
        "output_stalled" => "output blocked",
        "not_recorded" => "not stored in the history",
        "not_shared" => "not shared",
        "no_secret" => "cannot tell: no secret token",
        _ => "refused",
    }
}

/// Why a request was refused and what to do.
pub(in crate::report) fn explain(refusal: &Refusal, delivery: &Delivery, context: &WordingContext) -> String {
    match (refusal, &delivery.cause) {
        (Refusal::SignatureMismatch, Some(cause)) => format!("{} {}", cause.sentence, cause.remedy),
        // The refusal itself is explained as well: the cause is an additional finding.
        (_, Some(cause)) => {
            format!("{} {} {}", refused(refusal, delivery, context), cause.sentence, cause.remedy)
        }
        (_, None) => refused(refusal, delivery, context),
    }
}

fn refused(refusal: &Refusal, delivery: &Delivery, context: &WordingContext) -> String {
    match refusal {
        Refusal::SignatureMissing => SIGNATURE_MISSING.into(),
        Refusal::TimestampMissing => TIMESTAMP_MISSING.into(),
        Refusal::HeaderRepeated(name) => format!(
            "The header {name} was sent more than once, so it is unclear which value is valid. Zoom sends it once: \
             check the proxies between Zoom and this machine."
        ),
        Refusal::SignatureMalformed(how) => {
            format!("The header x-zm-signature {how}. Zoom sends v0= and 64 lower-case hex digits.")
        }
        Refusal::TimestampMalformed(how) => {
            format!("The header x-zm-request-timestamp {how}. Zoom sends Unix seconds, such as 1720705455.")
        }
        Refusal::SignatureMismatch => mismatch(context.secrets),
        Refusal::Stale { signed_at, age, max_age } => {
            let signed = context.clock.relative_to(from_unix_secs(signed_at.as_secs()), delivery.received_at);
            let arrived = context.clock.relative_to(delivery.received_at, delivery.received_at);
            let side = if age.is_in_the_future() { "after" } else { "before" };
            format!(
                "The signature is correct, but it was made at {signed}, {} {side} this machine's time of \
                 {arrived}; the limit is {}. If Zoom sent this just now, this machine's clock is wrong. \
                 Otherwise, the request was delayed or sent again, or was signed with another time.",
                span(age.distance()),
                span(*max_age),
            )
        }
        Refusal::NotAnEvent(how) => format!("The signature is correct, but {how}."),
        Refusal::Challenge(ChallengeError::SignedMessage) => SIGNED_MESSAGE.into(),
        Refusal::Challenge(how) => format!("This is a challenge, but {how}, so it cannot be answered."),
        Refusal::WrongPath => {
            format!("The request was for {}; the endpoint is {}.", target(&delivery.request), context.path)
        }
        Refusal::SignedForOtherPath => format!(
            "The request is correctly signed, but posted to {}; this endpoint is {}. Correct the URL in Marketplace.",
            target(&delivery.request),
            context.path
        ),
        Refusal::WrongMethod => {
            format!(
                "It was a {} request; Zoom sends POST requests to {}.",
                delivery.request.method, context.path
            )
        }
        Refusal::BodyTooLarge { limit } => {
            format!(
                "The body is larger than the limit of {}; Zoom's events are far smaller. --max-body raises the limit.",
                size(*limit)
            )
        }
        Refusal::BodyTooSlow { limit } => format!("The body did not arrive within {}.", span(*limit)),
        Refusal::BodyBroken => BODY_BROKEN.into(),
        Refusal::OutputStalled => {
            "The program that reads zoomhook's output has stopped reading, so nothing more can be shown."
                .into()
        }
        Refusal::NotRecorded { reason } => {
            format!("The delivery could not be stored in the history: {reason}.")
        }
        Refusal::NotShared { reason } => format!("The delivery is not on the stream: {reason}."),
        Refusal::NoSecret => NO_SECRET.into(),
    }
}

fn mismatch(secrets: usize) -> String {
    let signer = match secrets {
        0 | 1 => "It was signed with a different secret token than the one given here".to_owned(),
        n => format!("It was signed with none of the {n} secret tokens given here"),
    };
    format!(
        "{signer}, or its bytes were changed in transit. The secret token is on the app's Feature page in \
         Marketplace."
    )
}

/// What the answer means for the delivery. Zoom retries after a 5xx and after nothing else.
pub(in crate::report) fn consequence(delivery: &Delivery) -> String {
    let status = delivery.answer.status;
    if delivery.request.route == Route::Stream {
        format!("The other session answered Zoom with {}.", status.as_u16())
    } else if delivery.was_accepted_unverified() {
        accepted(delivery)
    } else if status.is_server_error() {
        "Zoom sends a request that gets a 5xx again after about 5 minutes.".into()
    } else {
        format!(
            "Zoom does not retry a {}. If Zoom sent this, your app will not receive it again.",
            status.as_u16()
        )
    }
}

/// The app accepted a request that zoomhook would have refused: `--forward-unverified`.
fn accepted(delivery: &Delivery) -> String {
    let Judgement::Refused { refusal, .. } = &delivery.judgement else { return String::new() };
    let request = match refusal {
        Refusal::SignatureMissing => "a request without a signature",
        Refusal::TimestampMissing => "a request without a timestamp",
        Refusal::Stale { .. } => "a request with an old signature",
        Refusal::NotAnEvent(_) | Refusal::Challenge(_) => "this request",
        _ => "a request with a wrong signature",
    };
    format!("Your app accepted {request}: it answered {}.", delivery.answer.status.as_u16())
}

/// The request's path and query, shortened to a line or two.
pub(in crate::report) fn target(request: &Request) -> String {
    capped(&request.target, TARGET).into_owned()
}

/// The event's name, verified or not, else the method and path.
pub(in crate::report) fn name<'d>(judgement: &'d Judgement, request: &Request) -> Cow<'d, str> {
    match judgement.event() {
        Some(event) => event.into(),
        None => format!("{} {}", request.method, target(request)).into(),
    }
}

/// The number of refusals of one kind that were not shown.
pub(in crate::report) fn folded(n: u64) -> String {
    format!("… and {} more like it", count(n))
}

/// Replaces an explanation that is the same as that of the entry above; `n` is their number so far.
pub(in crate::report) fn same_as_above(n: u64) -> String {
    format!("Same as above, {} in a row.", count(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::{Duration, UNIX_EPOCH};

    use crate::report::test_support::{all_refusals, refused};
    use crate::report::wording::for_programs;
    use crate::zoom::RequestTimestamp;

    fn context(secrets: usize) -> WordingContext {
        WordingContext { path: "/webhook".into(), secrets, ..for_programs() }
    }

    fn explained(refusal: Refusal) -> String {
        explain(&refusal, &refused(refusal.clone(), "{}"), &context(1))
    }

    #[test]
    fn every_refusal_has_a_label_and_a_sentence() {
        for refusal in all_refusals() {
            assert_ne!(label(refusal.code()), "refused", "{refusal:?}");
            let sentence = explained(refusal);
            assert!(sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
        }
    }

    #[test]
    fn a_stale_request_is_explained_with_both_times() {
        let signed_at: RequestTimestamp = "1720704133".parse().unwrap();
        let mut delivery = refused(Refusal::WrongPath, "{}");
        delivery.received_at = UNIX_EPOCH + Duration::from_millis(1_720_705_455_858);
        let age = signed_at.age(delivery.received_at);
        let refusal = Refusal::Stale { signed_at, age, max_age: Duration::from_secs(300) };
        let sentence = explain(&refusal, &delivery, &context(1));
        assert!(
            sentence.contains(
                "made at 13:22:13 UTC, 22 min 2 s before this machine's time of 13:44:15 UTC; the limit is 5 min."
            ),
            "{sentence}"
        );
    }

    #[test]
    fn a_mismatch_names_both_possible_causes_and_where_to_find_the_token() {
        let sentence = explained(Refusal::SignatureMismatch);
        for part in ["different secret token", "bytes were changed in transit", "Feature page"] {
            assert!(sentence.contains(part), "{sentence}");
        }
        let delivery = refused(Refusal::SignatureMismatch, "{}");
        let several = explain(&Refusal::SignatureMismatch, &delivery, &context(2));
        assert!(several.contains("none of the 2 secret tokens"), "{several}");
    }

    #[test]
    fn zoom_retries_only_a_server_error() {
        assert!(consequence(&refused(Refusal::SignatureMismatch, "{}")).contains("does not retry a 401"));
        assert!(consequence(&refused(Refusal::OutputStalled, "{}")).contains("again after about 5 minutes"));
    }

    #[test]
    fn a_long_target_is_shortened() {
        let mut delivery = refused(Refusal::WrongPath, "{}");
        Arc::make_mut(&mut delivery.request).target = format!("/{}", "é".repeat(60_000));
        assert_eq!(target(&delivery.request).chars().count(), TARGET + 1);
    }
}
