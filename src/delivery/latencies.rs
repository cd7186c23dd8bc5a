//! [`Latencies`]: percentiles of response times, in a fixed amount of memory.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The precision of percentiles, in significant digits.
const DIGITS: u8 = 3;
/// The largest latency in the histogram, in microseconds: over an hour.
const LAST_MICROSECOND: u64 = u32::MAX as u64;

/// A histogram of latencies.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    /// In microseconds; `None` until the first latency is recorded.
    histogram: Option<Histogram<u64>>,
    longest: Duration,
}

impl Latencies {
    /// Records a latency.
    pub fn record(&mut self, took: Duration) {
        if self.histogram.is_none() {
            self.histogram = Histogram::new_with_max(LAST_MICROSECOND, DIGITS).ok();
        }
        if let Some(histogram) = &mut self.histogram {
            histogram.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
        self.longest = self.longest.max(took);
    }

    /// The number of recorded latencies.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.as_ref().map_or(0, Histogram::len)
    }

    /// The exact longest latency.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// The latency that `percent` percent did not exceed; `None` if nothing is recorded.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Option<Duration> {
        let micros = self.histogram.as_ref()?.value_at_quantile(f64::from(percent) / 100.0);
        Some(Duration::from_micros(micros).min(self.longest))
    }

    /// The non-empty rows of the histogram: upper end and count. Each row is twice as wide as the one before.
    #[must_use]
    pub fn rows(&self) -> Vec<(Duration, u64)> {
        let mut rows: Vec<(Duration, u64)> = Vec::new();
        for bucket in self.histogram.iter().flat_map(Histogram::iter_recorded) {
            let upper_end = Duration::from_micros(2 << bucket.value_iterated_to().max(1).ilog2());
            match rows.last_mut().filter(|(end, _)| *end == upper_end) {
                Some((_, count)) => *count += bucket.count_at_value(),
                None => rows.push((upper_end, bucket.count_at_value())),
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_to_three_digits() {
        let mut latencies = Latencies::default();
        for millis in 1..=1000 {
            latencies.record(Duration::from_millis(millis));
        }
        for (percent, millis) in [(50, 500), (90, 900), (99, 990)] {
            let found = latencies.percentile(percent).unwrap().as_micros();
            assert!((millis * 1000..=millis * 1001).contains(&found), "{percent}: {found}");
        }
        assert_eq!(latencies.percentile(100), Some(Duration::from_secs(1)));
        assert_eq!((latencies.count(), latencies.longest()), (1000, Duration::from_secs(1)));
    }

    #[test]
    fn few_latencies_are_exact() {
        let mut latencies = Latencies::default();
        latencies.record(Duration::from_micros(123_457));
        assert_eq!(latencies.percentile(50), Some(Duration::from_micros(123_457)));
        latencies.record(Duration::from_micros(1_999));
        assert_eq!(latencies.percentile(50), Some(Duration::from_micros(1_999)));
    }

    #[test]
    fn rows_are_doublings() {
        let mut latencies = Latencies::default();
        for micros in [0, 1, 2, 3, 1023, 1024, 2047, 5_000_000] {
            latencies.record(Duration::from_micros(micros));
        }
        let rows: Vec<_> =
            latencies.rows().into_iter().map(|(end, count)| (end.as_micros(), count)).collect();
        assert_eq!(rows, [(2, 2), (4, 2), (1024, 1), (2048, 2), (1 << 23, 1)]);
    }

    #[test]
    fn accepts_any_duration() {
        let mut latencies = Latencies::default();
        assert_eq!((latencies.count(), latencies.percentile(50)), (0, None));
        assert!(latencies.rows().is_empty());
        latencies.record(Duration::ZERO);
        latencies.record(Duration::MAX);
        assert_eq!(latencies.rows().len(), 2);
        assert_eq!((latencies.count(), latencies.longest()), (2, Duration::MAX));
    }
}
