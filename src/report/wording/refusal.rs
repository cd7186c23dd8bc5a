//! Why a request was refused, and what that means.

use crate::delivery::{Delivery, Refusal};
use crate::report::clock::from_unix_secs;
use crate::report::grammar::{capped, count, size, span};
use crate::zoom::ChallengeError;

use super::WordingContext;

/// Characters of a request's target that are quoted: enough for any real path.
const TARGET: usize = 120;

const SIGNATURE_MISSING: &str = "\
    There is no x-zm-signature header. Zoom signs every request: this one came from somebody \
    else, or a gateway in between took the header away.";
const TIMESTAMP_MISSING: &str = "\
    There is no x-zm-request-timestamp header, which is part of what Zoom signs. A gateway in \
    between may have taken it away.";
const SIGNED_MESSAGE: &str = "\
    Its plainToken has the form of a signed message, so the answer would be a usable signature. \
    Zoom sends no such token: somebody may be trying to get one signed.";
const BODY_BROKEN: &str = "\
    The connection broke off, or its framing was wrong, before the body was complete.";

/// A few words for a refusal's code.
pub(in crate::report) fn label(code: &str) -> &'static str {
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
        "wrong_path" => "another path",
        "wrong_method" => "another method",
        "body_too_large" => "body too large",
        "body_too_slow" => "body too slow",
        "body_broken" => "body broke off",
        "output_stalled" => "output is stuck",
        "not_recorded" => "not written to the history",
        _ => "refused",
    }
}

/// Why a request was refused and what to do, in a sentence or two.
pub(in crate::report) fn explain(refusal: &Refusal, delivery: &Delivery, context: &WordingContext) -> String {
    match (refusal, &delivery.cause) {
        (Refusal::SignatureMismatch, Some(cause)) => format!("{} {}", cause.sentence, cause.remedy),
        // What is malformed stays said: the cause is what else was found.
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
            "The header {name} came more than once, so it is not clear which one counts. Zoom sends it once: \
             look at what stands between Zoom and here."
        ),
        Refusal::SignatureMalformed(how) => {
            format!("The header x-zm-signature {how}. Zoom writes v0= and 64 lower-case hex digits.")
        }
        Refusal::TimestampMalformed(how) => {
            format!("The header x-zm-request-timestamp {how}. Zoom writes Unix seconds, such as 1720705455.")
        }
        Refusal::SignatureMismatch => mismatch(context.secrets),
        Refusal::Stale { signed_at, age, max_age } => {
            let signed = context.clock.relative_to(from_unix_secs(signed_at.as_secs()), delivery.received_at);
            let arrived = context.clock.relative_to(delivery.received_at, delivery.received_at);
            let side = if age.is_in_the_future() { "after" } else { "before" };
            format!(
                "The signature is right, but it was made at {signed}, {} {side} this machine's time of \
                 {arrived}; the limit is {}. If Zoom has only just sent this, this machine's clock is wrong; \
                 else somebody sends an old request again.",
                span(age.distance()),
                span(*max_age),
            )
        }
        Refusal::NotAnEvent(how) => format!("The signature is right, but {how}."),
        Refusal::Challenge(ChallengeError::SignedMessage) => SIGNED_MESSAGE.into(),
        Refusal::Challenge(how) => format!("This is a challenge, but {how}: there is nothing to answer."),
        Refusal::WrongPath => format!("It asked for {}; the endpoint is {}.", target(delivery), context.path),
        Refusal::WrongMethod => {
            format!("It was a {} request; Zoom posts to {}.", delivery.request.method, context.path)
        }
        Refusal::BodyTooLarge { limit } => {
            format!("The body is larger than the limit of {}; Zoom's own are far smaller.", size(*limit))
        }
        Refusal::BodyTooSlow { limit } => format!("The body did not arrive within {}.", span(*limit)),
        Refusal::BodyBroken => BODY_BROKEN.into(),
        Refusal::OutputStalled => {
            "Whoever reads the output of zoomhook has stopped reading, so that nothing more can be shown."
                .into()
        }
        Refusal::NotRecorded { reason } => format!("The history could not take it down: {reason}."),
    }
}

fn mismatch(secrets: usize) -> String {
    let whose = match secrets {
        0 | 1 => "It was signed with another secret token than the one given here".to_owned(),
        n => format!("It was signed with none of the {n} secret tokens given here"),
    };
    format!(
        "{whose}, or its bytes were changed on the way. The secret token is on the app's Feature page in \
         Marketplace."
    )
}

/// What the answer means for the delivery. Zoom repeats what was answered with 5xx, and nothing else.
pub(in crate::report) fn consequence(delivery: &Delivery) -> String {
    let status = delivery.answer.status;
    if status.is_server_error() {
        "Zoom sends it again after about 5 minutes.".into()
    } else {
        format!(
            "Zoom does not repeat what was answered with {}: if Zoom sent this, it is lost to your app.",
            status.as_u16()
        )
    }
}

/// The request's path and query, not longer than a line or two.
pub(in crate::report) fn target(delivery: &Delivery) -> String {
    capped(&delivery.request.target, TARGET).into_owned()
}

/// How many refusals of a kind were left out.
pub(in crate::report) fn folded(n: u64) -> String {
    format!("… and {} more like it", count(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    use crate::report::clock::Clock;
    use crate::report::test_support::{all_refusals, refused};
    use crate::zoom::RequestTimestamp;

    fn context(secrets: usize) -> WordingContext {
        WordingContext { path: "/webhook".into(), secrets, kept: None, clock: Clock::utc() }
    }

    fn told(refusal: Refusal) -> String {
        explain(&refusal, &refused(refusal.clone(), "{}"), &context(1))
    }

    #[test]
    fn every_refusal_has_a_label_and_a_sentence() {
        for refusal in all_refusals() {
            assert_ne!(label(refusal.code()), "refused", "{refusal:?}");
            let sentence = told(refusal);
            assert!(sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
        }
    }

    #[test]
    fn a_stale_request_is_told_with_both_clocks() {
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
    fn a_mismatch_names_both_causes_and_where_the_token_is() {
        let sentence = told(Refusal::SignatureMismatch);
        for part in ["another secret token", "bytes were changed on the way", "Feature page"] {
            assert!(sentence.contains(part), "{sentence}");
        }
        let delivery = refused(Refusal::SignatureMismatch, "{}");
        let several = explain(&Refusal::SignatureMismatch, &delivery, &context(2));
        assert!(several.contains("none of the 2 secret tokens"), "{several}");
    }

    #[test]
    fn only_a_server_error_is_repeated_by_zoom() {
        assert!(consequence(&refused(Refusal::SignatureMismatch, "{}")).contains("answered with 401"));
        assert!(consequence(&refused(Refusal::OutputStalled, "{}")).contains("again after about 5 minutes"));
    }

    #[test]
    fn a_long_target_is_shortened() {
        let mut delivery = refused(Refusal::WrongPath, "{}");
        delivery.request.target = format!("/{}", "é".repeat(60_000));
        assert_eq!(target(&delivery).chars().count(), TARGET + 1);
    }
}
