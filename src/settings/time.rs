//! A point in time as it is typed: RFC 3339, a date and time of the local clock, or Unix seconds.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// From this number on it is milliseconds: in seconds it is the year 5138.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;
/// The last millisecond of the year 9999, after which no calendar goes on.
const LAST_MILLISECOND: u64 = 253_402_300_799_999;

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(SystemTime);

/// A text that is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a time such as 2026-11-24T08:00:01Z, or Unix seconds")]
pub struct InvalidTime;

impl Time {
    /// As the standard library's type.
    #[must_use]
    pub fn get(self) -> SystemTime {
        self.0
    }
}

impl FromStr for Time {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            let number: u64 = text.parse().map_err(|_| InvalidTime)?;
            let millis = if number < FIRST_MILLISECONDS { number * 1000 } else { number };
            return (millis <= LAST_MILLISECOND)
                .then(|| Self(UNIX_EPOCH + Duration::from_millis(millis)))
                .ok_or(InvalidTime);
        }
        let timestamp = text.parse::<Timestamp>().or_else(|_| {
            text.parse::<DateTime>()
                .and_then(|local| local.to_zoned_datetime(TimeZone::system()))
                .map(|zoned| zoned.timestamp())
        });
        timestamp.and_then(SystemTime::try_from).map(Self).map_err(|_| InvalidTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_notations() {
        for text in ["2026-11-24T08:00:01Z", "2026-11-24 09:00:01+01:00", "1795507201", "1795507201000"] {
            let time: Time = text.parse().unwrap();
            assert_eq!(time.get(), UNIX_EPOCH + Duration::from_secs(1_795_507_201), "{text}");
        }
        assert!("2026-11-24T08:00:01".parse::<Time>().is_ok());
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in ["", "soon", "-1", "99999999999999999999999", "18446744073709551615"] {
            assert_eq!(text.parse::<Time>(), Err(InvalidTime), "{text}");
        }
    }
}
