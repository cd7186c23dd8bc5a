//! `validation`: Zoom challenges each URL every 72 hours. When did the last challenge arrive, and how was it answered?

use std::time::{Duration, SystemTime};

use super::kept;
use super::{Setup, SetupFinding};
use crate::delivery::{DeliveryVerdict, EventPattern};
use crate::history::Filter;
use crate::zoom::CHALLENGE_EVENT;

/// The time between two challenges, and a few hours: re-validation was seen to be irregular.
const INTERVAL: Duration = Duration::from_secs(78 * 60 * 60);

const REMEDY: &str =
    "While listen runs, open your app in Marketplace > Feature > Event Subscriptions, and press Validate.";

pub(super) fn examine(setup: &Setup) -> SetupFinding {
    let Ok(pattern) = CHALLENGE_EVENT.parse::<EventPattern>() else {
        return SetupFinding::skipped("not known");
    };
    let verdict = Some(DeliveryVerdict::Valid);
    let filter = Filter { events: vec![pattern], verdict, ..Filter::default() };
    let newest = match kept::matching(setup, &filter) {
        Ok(deliveries) => deliveries.into_iter().next(),
        Err(reason) => return SetupFinding::skipped(format!("not known: {reason}")),
    };
    let Some(challenge) = newest else {
        return SetupFinding::skipped("not known: no challenge of Zoom is stored");
    };
    let at = kept::time(challenge.received_at);
    let status = challenge.answer.map(|answer| answer.status);
    if let Some(status) = status.filter(|status| *status != 200) {
        return SetupFinding::fail(
            format!("Zoom's last challenge, of {at}, was answered with {status}, and not with 200."),
            format!("To see the answer:\n  zoomhook history show {}\n{REMEDY}", challenge.id),
        );
    }
    let age = SystemTime::now().duration_since(challenge.received_at).unwrap_or_default();
    if age > INTERVAL {
        let days = age.as_secs() / (24 * 60 * 60);
        return SetupFinding::warn(
            format!(
                "Zoom's last challenge arrived {days} days ago, at {at}. Zoom sends one every 72 hours, and disables a \
                 subscription after 6 that fail."
            ),
            REMEDY,
        );
    }
    SetupFinding::pass(format!("Zoom's last challenge arrived at {at} and was answered with 200"))
}
