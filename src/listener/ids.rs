//! Ids that sort by arrival.
//!
//! A ULID is a time in milliseconds and 80 random bits, so that two of one millisecond sort at random, and those
//! that were made after the clock was set back sort before what came earlier. Here each is larger than the last,
//! by a step that changes the first characters behind the time: ids stay short where they are cut short.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use ulid::Ulid;

/// The bit of the random part that is left free at first: room for some hundred steps within a millisecond. Beyond
/// that the sum runs over into the next one.
const FREE: u128 = 1 << 79;
/// The least step, which changes the first two characters behind the time; a random part as large again is added, so
/// that nobody can tell how much came between two.
const STEP: u128 = 1 << 70;

/// Gives ids. Shared by all connections.
#[derive(Debug, Default)]
pub(super) struct Ids(Mutex<u128>);

impl Ids {
    /// The id of what arrived now.
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
        let given: Vec<_> = times.map(|time| ids.next(time)).collect();
        assert!(given.is_sorted_by(|one, other| one < other));
        let time = |id: &str| Ulid::from_string(id).unwrap().timestamp_ms();
        assert_eq!((time(&given[0]), time(&given[250])), (1_795_507_201_000, 1_795_507_201_000));
        assert!(time(&given[4_999]) < 1_795_507_201_020, "a burst runs far ahead of the clock");
    }

    #[test]
    fn differ_soon_behind_the_time() {
        let ids = Ids::default();
        let given: Vec<_> = (0..50).map(|_| ids.next(SystemTime::UNIX_EPOCH)).collect();
        assert!(given.is_sorted_by(|one, other| one[..12] < other[..12]), "{given:?}");
    }
}
