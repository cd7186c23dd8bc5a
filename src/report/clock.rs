//! Formats times: local time for a person, RFC 3339 in UTC for programs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;

/// Formats times in one time zone.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    zone: TimeZone,
    /// Put after a time that is not in the local zone.
    zone_name: &'static str,
}

impl Clock {
    /// The system's time zone; UTC if it is unknown.
    pub(super) fn local() -> Self {
        Self { zone: TimeZone::system(), zone_name: "" }
    }

    pub(super) fn utc() -> Self {
        Self { zone: TimeZone::UTC, zone_name: " UTC" }
    }

    /// `10:22:41.902`.
    pub(super) fn with_millis(&self, time: SystemTime) -> String {
        self.format(time, "%H:%M:%S%.3f")
    }

    /// `10:22`, for an approximate time.
    pub(super) fn to_the_minute(&self, time: SystemTime) -> String {
        self.format(time, "%H:%M") + self.zone_name
    }

    /// `10:22:41`, after the date if `time` and `now` are on different days.
    pub(super) fn relative_to(&self, time: SystemTime, now: SystemTime) -> String {
        let same_day = self.format(time, "%F") == self.format(now, "%F");
        let shown = self.format(time, if same_day { "%H:%M:%S" } else { "%F %H:%M:%S" });
        shown + self.zone_name
    }

    /// `2026-11-24 10:22:41`.
    pub(super) fn with_date(&self, time: SystemTime) -> String {
        self.format(time, "%F %H:%M:%S") + self.zone_name
    }

    /// `11-24 10:22`, for narrow columns.
    pub(super) fn short(&self, time: SystemTime) -> String {
        self.format(time, "%m-%d %H:%M")
    }

    fn format(&self, time: SystemTime, format: &str) -> String {
        timestamp(time).to_zoned_datetime(self.zone.clone()).strftime(format).to_string()
    }
}

/// The time at Unix seconds, at most the end of the year 9999, the calendar's limit.
pub(super) fn from_unix_secs(secs: u64) -> SystemTime {
    let last = Timestamp::MAX.as_second().unsigned_abs();
    UNIX_EPOCH + Duration::from_secs(secs.min(last))
}

/// The time at Unix milliseconds, with the same limit.
pub(super) fn from_unix_millis(millis: u64) -> SystemTime {
    from_unix_secs(millis / 1000) + Duration::from_millis(millis % 1000)
}

/// Appends `2026-07-11T10:22:41.902Z`.
pub(super) fn push_rfc3339(buffer: &mut Vec<u8>, time: SystemTime) {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    // Writing to memory does not fail.
    let _ = PRINTER.print_timestamp(&timestamp(time), buffer);
}

/// A time outside the calendar becomes the Unix epoch.
fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_date_only_for_another_day() {
        let (clock, day) = (Clock::utc(), from_unix_secs(1_720_705_455));
        assert_eq!(clock.relative_to(day, day), "13:44:15 UTC");
        assert_eq!(clock.relative_to(day, day + Duration::from_secs(86_400)), "2024-07-11 13:44:15 UTC");
        assert!(clock.relative_to(from_unix_secs(u64::MAX), day).starts_with("9999-12-3"));
    }

    #[test]
    fn rfc3339_always_has_three_decimals() {
        let shown = |millis| {
            let mut buffer = Vec::new();
            push_rfc3339(&mut buffer, UNIX_EPOCH + Duration::from_millis(millis));
            String::from_utf8(buffer).unwrap()
        };
        assert_eq!(shown(1_720_705_455_858), "2024-07-11T13:44:15.858Z");
        assert_eq!(shown(1_720_705_455_000), "2024-07-11T13:44:15.000Z");
    }
}
