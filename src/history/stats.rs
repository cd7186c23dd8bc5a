//! Counts and times of many deliveries.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::delivery::Latencies;

/// Slowest deliveries that are named.
const SLOWEST: usize = 5;

/// What many deliveries come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    /// All of them.
    pub(crate) total: u64,
    /// By event, the most frequent first.
    pub(crate) events: Vec<EventCount>,
    /// By verdict.
    pub(crate) verdicts: BTreeMap<String, u64>,
    /// Refused ones, by the refusal's code.
    pub(crate) refused: BTreeMap<String, u64>,
    /// By the status that Zoom was answered.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Repetitions.
    pub(crate) retries: u64,
    /// Deliveries whose time at the app is known.
    pub(crate) timed: u64,
    /// Half of those had their first byte within this time.
    pub p50: Option<Duration>,
    /// 99 of 100.
    pub p99: Option<Duration>,
    /// The slowest, slowest first.
    pub(crate) slowest: Vec<Slow>,
}

/// An event and how often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventCount {
    /// Its name; `None` of what has none.
    pub(crate) event: Option<String>,
    /// How often.
    pub(crate) count: u64,
}

/// A slow delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slow {
    /// Its id.
    pub(crate) id: String,
    /// Its event.
    pub(crate) event: Option<String>,
    /// The app's time to the first byte.
    pub(crate) first_byte: Duration,
}

/// Stats that are being counted.
#[derive(Debug, Default)]
pub(crate) struct AnswerTally {
    stats: Stats,
    events: BTreeMap<Option<String>, u64>,
    times: Latencies,
}

impl AnswerTally {
    /// Counts one delivery.
    #[expect(clippy::too_many_arguments, reason = "the columns of a row, in their order")]
    pub(crate) fn count(
        &mut self,
        id: &str,
        event: Option<&str>,
        verdict: &str,
        reason: Option<&str>,
        status: Option<u16>,
        is_retry: bool,
        first_byte: Option<Duration>,
    ) {
        self.stats.total += 1;
        self.stats.retries += u64::from(is_retry);
        *self.events.entry(event.map(str::to_owned)).or_default() += 1;
        *self.stats.verdicts.entry(verdict.to_owned()).or_default() += 1;
        if let Some(reason) = reason {
            *self.stats.refused.entry(reason.to_owned()).or_default() += 1;
        }
        if let Some(status) = status {
            *self.stats.statuses.entry(status).or_default() += 1;
        }
        if let Some(first_byte) = first_byte {
            self.times.record(first_byte);
            self.note_slow(id, event, first_byte);
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

    /// The result.
    #[must_use]
    pub(crate) fn finish(mut self) -> Stats {
        let stats = &mut self.stats;
        stats.timed = self.times.count();
        stats.p50 = self.times.percentile(50);
        stats.p99 = self.times.percentile(99);
        stats.events = self.events.into_iter().map(|(event, count)| EventCount { event, count }).collect();
        // Stable: names of the same count stay in their order.
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
            tally.count(
                &n.to_string(),
                Some(event),
                "valid",
                None,
                Some(204),
                n == 7,
                Some(Duration::from_millis(n)),
            );
        }
        tally.count("r", None, "invalid", Some("stale"), Some(401), false, None);
        let stats = tally.finish();
        assert_eq!((stats.total, stats.retries, stats.timed), (101, 1, 100));
        assert_eq!(stats.events[0], EventCount { event: Some("c.d".into()), count: 75 });
        assert_eq!(stats.p50, Some(Duration::from_micros(50_015)));
        assert_eq!(stats.p99, Some(Duration::from_micros(99_007)));
        let slowest: Vec<_> = stats.slowest.iter().map(|slow| slow.id.as_str()).collect();
        assert_eq!(slowest, ["100", "99", "98", "97", "96"]);
        assert_eq!(stats.refused["stale"], 1);
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(AnswerTally::default().finish(), Stats::default());
    }
}
