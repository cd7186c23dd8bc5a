//! Phrases about what became of events.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::delivery::{
    EVENTS_IN_TOTAL, EventOutcome, MissingEvent, OutcomeTally, StoredDelivery, StoredRoute,
};
use crate::report::grammar::{count, plural};
use crate::report::redact::redacted;
use crate::zoom::Reaction;

/// What became of a number of events, such as `12 events: 9 delivered, 2 refused by your app (401), 1 too late` or
/// `3 events: all refused by your app (401)`. `asked_app` says whether the app had to take any of them.
pub(crate) fn events(total: u64, tally: &OutcomeTally, asked_app: bool) -> String {
    if tally.delivered == total {
        return match asked_app {
            true => plural(total, "event delivered", "events delivered"),
            false => plural(total, "event verified", "events verified"),
        };
    }
    let outcomes = match &parts(tally)[..] {
        [(n, what)] if *n == total && total > 1 => format!("all {what}"),
        [(1, what)] if total == 1 => what.clone(),
        _ => outcomes(tally),
    };
    format!("{}: {outcomes}", plural(total, "event", "events"))
}

/// The session ended, or was killed, before the app answered.
pub(crate) const SESSION_ENDED: &str = "the session ended before your app answered";

/// What became of a stored event, and what Zoom does with it, or would do if it was not Zoom that sent it.
pub(crate) fn outcome(outcome: EventOutcome, stored: &StoredDelivery, now: SystemTime) -> String {
    let is_zooms = stored.came_through_public_url();
    // Of a stream, another session answered Zoom.
    let reaction = stored.reaction(now).filter(|_| stored.route != StoredRoute::Stream);
    let what = match outcome {
        EventOutcome::Delivered if reaction == Some(Reaction::Retried) => {
            "delivered to your app later".to_owned()
        }
        EventOutcome::Delivered => return "delivered".to_owned(),
        EventOutcome::Refused { status } => format!("refused by your app ({status})"),
        EventOutcome::Failed { status } => format!("failed in your app ({status})"),
        EventOutcome::TooLate => "answered too late".to_owned(),
        EventOutcome::NotReachable => "your app was not reachable".to_owned(),
        EventOutcome::NoAnswer => "no complete answer".to_owned(),
        EventOutcome::Pending => "not yet received by your app".to_owned(),
        EventOutcome::GivenUp => "failed in your app in every attempt".to_owned(),
        EventOutcome::Abandoned => SESSION_ENDED.to_owned(),
    };
    match reaction {
        Some(Reaction::Retried) if is_zooms => format!("{what}; Zoom retries it"),
        Some(Reaction::Retried) => format!("{what}; Zoom would retry it"),
        Some(Reaction::Lost) if is_zooms => format!("{what}; Zoom does not retry it"),
        Some(Reaction::Lost) => format!("{what}; Zoom would not retry it"),
        _ => what,
    }
}

/// The counts, such as `9 delivered, 2 refused by your app (401), 1 too late`.
pub(crate) fn outcomes(tally: &OutcomeTally) -> String {
    parts(tally).iter().map(|(n, what)| format!("{} {what}", count(*n))).collect::<Vec<_>>().join(", ")
}

/// Each outcome that occurred, with its number.
fn parts(tally: &OutcomeTally) -> Vec<(u64, String)> {
    let by_status = |counts: &BTreeMap<u16, u64>, what: &str| {
        let total: u64 = counts.values().sum();
        let statuses = counts.keys().map(u16::to_string).collect::<Vec<_>>().join(", ");
        (total, format!("{what} ({statuses})"))
    };
    let of = |n: u64, what: &str| (n, what.to_owned());
    let parts = [
        of(tally.delivered, "delivered"),
        by_status(&tally.refused, "refused by your app"),
        by_status(&tally.failed, "failed in your app"),
        of(tally.too_late, "too late"),
        of(tally.not_reachable, "sent while your app was not reachable"),
        of(tally.no_answer, "without a complete answer"),
        of(tally.pending, "not yet received by your app"),
        of(tally.given_up, "failed in your app in every attempt"),
        of(tally.abandoned, "without an answer of your app when the session ended"),
    ];
    parts.into_iter().filter(|(n, _)| *n > 0).collect()
}

/// An expected event that was not delivered often enough, without secrets of the command line, such as `meeting.ended (0 of 1, your app refused 1)`.
pub(crate) fn missing(missing: &MissingEvent) -> String {
    let MissingEvent { event, wanted, seen, refused, failed } = missing;
    let part = |n: u64, what: &str| if n == 0 { String::new() } else { format!(", {what} {}", count(n)) };
    let refused = part(*refused, "your app refused");
    let failed = part(*failed, "your app failed or was late for");
    let event = if event == EVENTS_IN_TOTAL { "the events of --exit-after" } else { event };
    redacted(&format!("{event} ({} of {}{refused}{failed})", count(*seen), count(*wanted)))
}

/// What a session waits for after its command has ended.
pub(crate) fn still_waiting(missing: &[MissingEvent]) -> String {
    format!("The command has ended. Waiting for {}.", missing_events(missing))
}

/// All missing events, separated by commas.
pub(crate) fn missing_events(all: &[MissingEvent]) -> String {
    all.iter().map(missing).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::EventOutcome;

    #[test]
    fn names_every_outcome_that_occurred() {
        let mut tally = OutcomeTally::default();
        assert_eq!(outcomes(&tally), "");
        for (outcome, times) in [
            (EventOutcome::Delivered, 9),
            (EventOutcome::Refused { status: 401 }, 2),
            (EventOutcome::Refused { status: 404 }, 1),
            (EventOutcome::Failed { status: 500 }, 1),
            (EventOutcome::TooLate, 1),
            (EventOutcome::NotReachable, 1),
            (EventOutcome::NoAnswer, 1),
            (EventOutcome::Pending, 1),
            (EventOutcome::GivenUp, 1),
            (EventOutcome::Abandoned, 1),
        ] {
            (0..times).for_each(|_| tally.count(outcome));
        }
        assert_eq!(
            outcomes(&tally),
            "9 delivered, 3 refused by your app (401, 404), 1 failed in your app (500), 1 too late, \
             1 sent while your app was not reachable, 1 without a complete answer, 1 not yet received by your app, 1 failed in your app in every attempt, \
             1 without an answer of your app when the session ended"
        );
    }

    #[test]
    fn one_outcome_of_all_events_needs_no_number() {
        let mut tally = OutcomeTally::default();
        tally.count(EventOutcome::Refused { status: 401 });
        assert_eq!(events(1, &tally, true), "1 event: refused by your app (401)");
        tally.count(EventOutcome::Refused { status: 401 });
        assert_eq!(events(2, &tally, true), "2 events: all refused by your app (401)");
        tally.count(EventOutcome::Delivered);
        assert_eq!(events(3, &tally, true), "3 events: 1 delivered, 2 refused by your app (401)");
    }

    #[test]
    fn a_missing_event_says_what_the_app_did() {
        let event = MissingEvent { event: "a.b".into(), wanted: 2, seen: 0, refused: 0, failed: 0 };
        assert_eq!(missing(&event), "a.b (0 of 2)");
        let in_total = MissingEvent { event: EVENTS_IN_TOTAL.into(), ..event.clone() };
        assert_eq!(missing(&in_total), "the events of --exit-after (0 of 2)");
        let refused = MissingEvent { refused: 1, failed: 2, ..event };
        assert_eq!(missing(&refused), "a.b (0 of 2, your app refused 1, your app failed or was late for 2)");
    }
}
