//! Latencies in buckets: a fixed amount of memory for any number of them, exact to a sixteenth.

use std::time::Duration;

/// Buckets for each doubling.
const STEPS: u32 = 16;
/// From a microsecond to over an hour: 2^32 microseconds.
const DOUBLINGS: usize = 32;

/// How many took how long.
#[derive(Debug, Clone)]
pub struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    longest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: vec![0; DOUBLINGS * STEPS as usize], count: 0, longest: Duration::ZERO }
    }
}

impl Histogram {
    /// Takes one in.
    pub fn record(&mut self, took: Duration) {
        let at = bucket(took).min(self.buckets.len() - 1);
        self.buckets[at] += 1;
        self.count += 1;
        self.longest = self.longest.max(took);
    }

    /// How many were taken in.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest, exactly.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// So many percent took no longer than this; zero where nothing was taken in.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (at, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return upper_end(at).min(self.longest);
            }
        }
        self.longest
    }

    /// The doublings that hold any, with how many: the upper end and the count.
    #[must_use]
    pub fn rows(&self) -> Vec<(Duration, u64)> {
        let rows = self.buckets.chunks(STEPS as usize).enumerate();
        let rows = rows.map(|(at, part)| (upper_end((at + 1) * STEPS as usize - 1), part.iter().sum()));
        rows.filter(|(_, count)| *count > 0).collect()
    }
}

fn bucket(took: Duration) -> usize {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
    let doubling = micros.ilog2();
    let part = (u128::from(micros - (1 << doubling)) * u128::from(STEPS)) >> doubling;
    doubling as usize * STEPS as usize + usize::try_from(part).unwrap_or_default()
}

fn upper_end(bucket: usize) -> Duration {
    let (doubling, part) = (bucket / STEPS as usize, bucket % STEPS as usize);
    let low = 1_u64 << doubling;
    Duration::from_micros(low + (low * (part as u64 + 1)).div_ceil(u64::from(STEPS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_to_a_sixteenth() {
        let mut histogram = Histogram::default();
        for millis in 1..=1000 {
            histogram.record(Duration::from_millis(millis));
        }
        for (percent, millis) in [(50, 500), (90, 900), (99, 990)] {
            let found = histogram.percentile(percent).as_micros() / 1000;
            assert!((millis..=millis * 17 / 16 + 1).contains(&found), "{percent}: {found}");
        }
        assert_eq!(histogram.percentile(100), Duration::from_secs(1));
        assert_eq!((histogram.count(), histogram.longest()), (1000, Duration::from_secs(1)));
    }

    #[test]
    fn takes_in_anything() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), Duration::ZERO);
        histogram.record(Duration::ZERO);
        histogram.record(Duration::MAX);
        assert_eq!(histogram.rows().len(), 2);
    }
}
