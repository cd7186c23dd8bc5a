//! Ids that sort by arrival.
//!
//! A ULID is a time in milliseconds and 80 random bits. Two ULIDs of one millisecond sort at random, and after the
//! clock was set back, new ones sort before old ones. Here each id is larger than the last one. The step between two
//! ids changes the first characters after the time, so that short prefixes stay unique.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use ulid::Ulid;

/// The highest bit of the random part, which starts as 0: room for some hundred steps within a millisecond. After
/// that, the sum overflows into the next millisecond.
const FREE: u128 = 1 << 79;
/// The smallest step, which changes the first two characters after the time. A random number up to the same size is
/// added, so that two ids do not reveal how many deliveries arrived in between.
const STEP: u128 = 1 << 70;

/// Generates ids. Shared by all connections.
#[derive(Debug, Default)]
pub(super) struct Ids(Mutex<u128>);

impl Ids {
    /// The id of a request that arrives now.
    pub(super) fn next(&self, received_at: SystemTime) -> String {
        let fresh = Ulid::from_datetime(received_at);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_later = fresh.timestamp_ms() > Ulid(*last).timestamp_ms();
        *last = if is_later { fresh.0 & !FREE } else { *last + STEP + fresh.random() % STEP };
        Ulid(*last).to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sort_by_arrival_within_a_millisecond_and_after_the_clock_was_set_back() {
        let ids = Ids::default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        let back = now - Duration::from_secs(60);
        let times = (0..5_000).map(|_| now).chain([back, now + Duration::from_millis(1_000), now]);
        let made: Vec<_> = times.map(|time| ids.next(time)).collect();
        assert!(made.is_sorted_by(|one, other| one < other));
        let time = |id: &str| Ulid::from_string(id).unwrap().timestamp_ms();
        assert_eq!((time(&made[0]), time(&made[250])), (1_795_507_201_000, 1_795_507_201_000));
        assert!(time(&made[4_999]) < 1_795_507_201_020, "a burst runs far ahead of the clock");
    }

    #[test]
    fn differ_in_the_first_characters_after_the_time() {
        let ids = Ids::default();
        let made: Vec<_> = (0..50).map(|_| ids.next(SystemTime::UNIX_EPOCH)).collect();
        assert!(made.is_sorted_by(|one, other| one[..12] < other[..12]), "{made:?}");
    }
}
