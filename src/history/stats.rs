//! Statistics over many deliveries. [`Tally`] collects them, [`Stats`] is the result.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::delivery::EventOutcome;
use crate::delivery::Latencies;
use crate::delivery::OutcomeTally;
use crate::delivery::Refusal;
use crate::zoom::Reaction;

/// Number of slowest deliveries to list.
const SLOWEST: usize = 5;

/// Statistics over many deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    /// Number of deliveries.
    pub(crate) total: u64,
    /// Count by event, the most frequent first.
    pub(crate) events: Vec<EventCount>,
    /// Count by verdict.
    pub(crate) verdicts: BTreeMap<String, u64>,
    /// Count of refused deliveries by the refusal's code.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Count by the status that Zoom received.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// What became of the events that this machine verified.
    pub(crate) outcomes: OutcomeTally,
    /// Events that wait for the app's answer.
    pub(crate) waiting: u64,
    /// Whether the app was asked about any of them.
    pub(crate) asked_app: bool,
    /// Number of retries.
    pub(crate) retries: u64,
    /// Number of deliveries with a known response time of the app.
    pub(crate) timed: u64,
    /// Median time to the app's first byte.
    pub p50: Option<Duration>,
    /// 99th percentile of the time to the app's first byte.
    pub p99: Option<Duration>,
    /// The slowest deliveries, the slowest first.
    pub(crate) slowest: Vec<Slow>,
}

/// How often an event was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventCount {
    /// The event's name; `None` for requests without one.
    pub(crate) event: Option<String>,
    /// Number of deliveries.
    pub(crate) count: u64,
}

/// A slow delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slow {
    /// The delivery's id.
    pub(crate) id: String,
    /// The event's name.
    pub(crate) event: Option<String>,
    /// The app's time to the first byte.
    pub(crate) first_byte: Duration,
}

/// The values of a delivery that are counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted<'d> {
    /// Its id.
    pub(crate) id: &'d str,
    /// The event's name.
    pub(crate) event: Option<&'d str>,
    /// The verdict.
    pub(crate) verdict: &'d str,
    /// The refusal's code.
    pub(crate) reason: Option<&'d str>,
    /// The status that Zoom received.
    pub(crate) status: Option<u16>,
    /// Whether it is a retry.
    pub(crate) is_retry: bool,
    /// The app's time to the first byte.
    pub(crate) first_byte: Option<Duration>,
    /// What became of it; `None` if it is not a verified event.
    pub(crate) outcome: Option<CountedOutcome>,
}

/// What became of a verified event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountedOutcome {
    /// The outcome; `None` while it waits for the app's answer.
    pub(crate) outcome: Option<EventOutcome>,
    /// How Zoom reacts to the answer that it got.
    pub(crate) reaction: Option<Reaction>,
    /// Whether the app was asked.
    pub(crate) asked_app: bool,
}

/// Collects [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct AnswerTally {
    stats: Stats,
    events: BTreeMap<Option<String>, u64>,
    times: Latencies,
}

impl AnswerTally {
    /// Counts one delivery.
    pub(crate) fn count(&mut self, one: &Counted<'_>) {
        self.stats.total += 1;
        self.stats.retries += u64::from(one.is_retry);
        *self.events.entry(one.event.map(str::to_owned)).or_default() += 1;
        *self.stats.verdicts.entry(one.verdict.to_owned()).or_default() += 1;
        // A delivery that could not be checked was not refused.
        if let Some(reason) = one.reason.filter(|reason| *reason != Refusal::NoSecret.code()) {
            *self.stats.refused.entry(reason.to_owned()).or_default() += 1;
        }
        if let Some(status) = one.status {
            *self.stats.statuses.entry(status).or_default() += 1;
        }
        if let Some(CountedOutcome { outcome, asked_app, .. }) = one.outcome {
            match outcome {
                Some(outcome) => self.stats.outcomes.count(outcome),
                None => self.stats.waiting += 1,
            }
            self.stats.asked_app |= asked_app;
        }
        if let Some(first_byte) = one.first_byte {
            self.times.record(first_byte);
            self.note_slow(one.id, one.event, first_byte);
        }
    }

    fn note_slow(&mut self, id: &str, event: Option<&str>, first_byte: Duration) {
        let slowest = &mut self.stats.slowest;
        let place = slowest.partition_point(|slow| slow.first_byte >= first_byte);
        if place < SLOWEST {
            slowest.insert(place, Slow { id: id.to_owned(), event: event.map(str::to_owned), first_byte });
            slowest.truncate(SLOWEST);
        }
    }

    /// Returns the statistics.
    #[must_use]
    pub(crate) fn finish(mut self) -> Stats {
        let stats = &mut self.stats;
        stats.timed = self.times.count();
        stats.p50 = self.times.percentile(50);
        stats.p99 = self.times.percentile(99);
        stats.events = self.events.into_iter().map(|(event, count)| EventCount { event, count }).collect();
        // The sort is stable: names with the same count stay in alphabetical order.
        stats.events.sort_by_key(|event| std::cmp::Reverse(event.count));
        self.stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_orders() {
        let mut tally = AnswerTally::default();
        for n in 1..=100_u64 {
            let event = if n % 4 == 0 { "a.b" } else { "c.d" };
            tally.count(&Counted {
                id: &n.to_string(),
                event: Some(event),
                verdict: "valid",
                status: Some(204),
                is_retry: n == 7,
                first_byte: Some(Duration::from_millis(n)),
                ..Counted::default()
            });
        }
        tally.count(&Counted {
            id: "r",
            verdict: "invalid",
            reason: Some("stale"),
            status: Some(401),
            ..Counted::default()
        });
        tally.count(&Counted {
            id: "u",
            verdict: "unknown",
            reason: Some("no_secret"),
            ..Counted::default()
        });
        let stats = tally.finish();
        assert_eq!((stats.total, stats.retries, stats.timed), (102, 1, 100));
        assert_eq!(stats.events[0], EventCount { event: Some("c.d".into()), count: 75 });
        assert_eq!(stats.p50, Some(Duration::from_micros(50_015)));
        assert_eq!(stats.p99, Some(Duration::from_micros(99_007)));
        let slowest: Vec<_> = stats.slowest.iter().map(|slow| slow.id.as_str()).collect();
        assert_eq!(slowest, ["100", "99", "98", "97", "96"]);
        assert_eq!(stats.refused, BTreeMap::from([("stale".to_owned(), 1)]));
    }

    #[test]
    fn an_empty_tally_has_no_percentiles() {
        assert_eq!(AnswerTally::default().finish(), Stats::default());
    }
}
