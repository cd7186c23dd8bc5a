//! `validation`: Zoom challenges each URL every 72 hours. When did the last challenge arrive, and how was it answered?

use std::time::{Duration, SystemTime};

use super::kept;
use super::{Setup, SetupFinding};
use crate::delivery::{DeliveryVerdict, EventPattern, StoredDelivery};
use crate::history::Filter;
use crate::zoom::{CHALLENGE_EVENT, REVALIDATION};

/// How much later than [`REVALIDATION`] a challenge may arrive: re-validation was seen to be irregular.
const IRREGULARITY: Duration = Duration::from_secs(6 * 60 * 60);

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
    judged(&challenge, SystemTime::now())
}

fn judged(challenge: &StoredDelivery, now: SystemTime) -> SetupFinding {
    let at = kept::time(challenge.received_at);
    let status = challenge.answer.map(|answer| answer.status);
    if let Some(status) = status.filter(|status| *status != 200) {
        return SetupFinding::fail(
            format!("Zoom's last challenge, of {at}, was answered with {status}, and not with 200."),
            format!("To see the answer:\n  zoomhook history show {}\n{REMEDY}", challenge.id),
        );
    }
    let age = now.duration_since(challenge.received_at).unwrap_or_default();
    if age > REVALIDATION + IRREGULARITY {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Provenance, StoredAnswer, StoredRoute, TunnelKind};
    use crate::doctor::SetupStatus;

    fn challenge(status: u16) -> StoredDelivery {
        StoredDelivery {
            id: "01K8ZQ4M7T0000000000000000".into(),
            provenance: Provenance::Recorded,
            received_at: SystemTime::UNIX_EPOCH,
            method: "POST".into(),
            target: "/webhook".into(),
            headers: Vec::new(),
            body: Vec::new(),
            verdict: DeliveryVerdict::Valid,
            reason: None,
            event: Some(CHALLENGE_EVENT.into()),
            event_ts: None,
            request_id: None,
            secret_name: None,
            retry_of: None,
            answer: Some(StoredAnswer { status, took: Duration::ZERO }),
            peer: String::new(),
            route: StoredRoute::Tunnel.into(),
            tunnel: TunnelKind::Ngrok.into(),
            public_url: None,
            project: None,
            waits_for: None,
            forwarded: Vec::new(),
        }
    }

    #[test]
    fn a_challenge_must_be_recent_and_answered_with_200() {
        let hours = |hours: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(hours * 60 * 60);
        for (status, age, expected) in
            [(200, 71, SetupStatus::Pass), (200, 96, SetupStatus::Warn), (500, 1, SetupStatus::Fail)]
        {
            assert_eq!(judged(&challenge(status), hours(age)).status, expected, "{status} {age}");
        }
        let old = judged(&challenge(200), hours(96)).detail;
        assert!(
            old.starts_with("Zoom's last challenge arrived 4 days ago, at 1970-01-01 00:00 UTC."),
            "{old}"
        );
    }
}
