//! The value of `x-zm-request-timestamp`, and how far it is from a given time.
//!
//! Zoom's page does not ask for an age check. A limit of five minutes in either direction is common
//! (<https://webhooks.fyi/webhook-directory/zoom>). Zoom signs every retry with a new timestamp, so the limit does
//! not reject retries.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The header that carries the time of signing, in Unix seconds.
pub const TIMESTAMP_HEADER: &str = "x-zm-request-timestamp";

/// Numbers from here on are treated as milliseconds: in seconds, this is the year 5138.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;

/// The time at which Zoom signed a request, in whole Unix seconds.
///
/// The signature covers the header's *text*, so keep the text for verifying. This is only its parsed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestTimestamp(u64);

impl RequestTimestamp {
    /// Unix seconds.
    #[must_use]
    pub fn as_secs(self) -> u64 {
        self.0
    }

    /// How far before `now` the request was signed.
    #[must_use]
    pub fn age(self, now: SystemTime) -> Age {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let signed = u128::from(self.0) * 1000;
        // The header has whole seconds, so a request may look up to a second older than it is.
        let millis = i128::try_from(now).unwrap_or(i128::MAX) - i128::try_from(signed).unwrap_or(i128::MAX);
        Age { millis: i64::try_from(millis).unwrap_or(if millis < 0 { i64::MIN } else { i64::MAX }) }
    }
}

impl FromStr for RequestTimestamp {
    type Err = MalformedTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MalformedTimestamp::NotDigits);
        }
        match text.parse::<u64>() {
            Ok(seconds) if seconds < FIRST_MILLISECONDS => Ok(Self(seconds)),
            _ => Err(MalformedTimestamp::TooLarge),
        }
    }
}

/// What is wrong with the text of a timestamp header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedTimestamp {
    /// The text is empty or contains something other than decimal digits.
    #[error("is not a number of seconds")]
    NotDigits,
    /// The number is too large for seconds. Zoom sends seconds here and milliseconds in the body's `event_ts`.
    #[error("is too large for seconds; milliseconds belong in event_ts")]
    TooLarge,
}

/// The difference between the time of signing and another time; positive means in the past.
///
/// It can be negative on a genuine request: Zoom's clocks have been seen 15 ms ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    millis: i64,
}

impl Age {
    /// The age in milliseconds; negative if the request was signed in the future.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.millis
    }

    /// The absolute difference.
    #[must_use]
    pub fn distance(self) -> Duration {
        Duration::from_millis(self.millis.unsigned_abs())
    }

    /// Whether the request was signed after the other time.
    #[must_use]
    pub fn is_in_the_future(self) -> bool {
        self.millis < 0
    }

    /// Whether the difference, in either direction, is more than `max`.
    #[must_use]
    pub fn exceeds(self, max: Duration) -> bool {
        self.distance() > max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    #[test]
    fn age_has_a_direction() {
        let signed: RequestTimestamp = "1720705455".parse().unwrap();
        assert_eq!(signed.age(at(1_720_705_455_858)).as_millis(), 858);
        let ahead = signed.age(at(1_720_705_454_985));
        assert!(ahead.is_in_the_future());
        assert_eq!(ahead.distance(), Duration::from_millis(15));
    }

    #[test]
    fn the_limit_itself_is_still_fresh() {
        let signed: RequestTimestamp = "1000".parse().unwrap();
        let max = Duration::from_secs(300);
        assert!(!signed.age(at(1_300_000)).exceeds(max));
        assert!(signed.age(at(1_300_001)).exceeds(max));
        assert!(!signed.age(at(700_000)).exceeds(max));
        assert!(signed.age(at(699_999)).exceeds(max));
    }

    #[test]
    fn rejects_text_that_is_not_a_number_of_seconds() {
        for text in ["", "-5", "+5", "1e9", " 1720705455", "1720705455.0", "０"] {
            assert_eq!(text.parse::<RequestTimestamp>(), Err(MalformedTimestamp::NotDigits), "{text:?}");
        }
        for text in ["1720705455858", "99999999999999999999999"] {
            assert_eq!(text.parse::<RequestTimestamp>(), Err(MalformedTimestamp::TooLarge), "{text:?}");
        }
    }

    #[test]
    fn extreme_clocks_do_not_overflow() {
        let first: RequestTimestamp = "0".parse().unwrap();
        let last: RequestTimestamp = "99999999999".parse().unwrap();
        // The year 30000, and the largest number of milliseconds, which the clock of Windows cannot represent.
        for millis in [884_541_340_800_000, u64::MAX / 2] {
            let now = UNIX_EPOCH.checked_add(Duration::from_millis(millis));
            assert!(now.is_none_or(|now| first.age(now).exceeds(Duration::from_secs(1))));
        }
        assert!(last.age(at(0)).is_in_the_future());
    }
}
