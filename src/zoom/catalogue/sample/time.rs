//! Formats times as Zoom does. All times are UTC, given in Unix milliseconds.

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The date and time in UTC. Times outside the years -9999 to 9999 become the calendar's first or last moment.
fn utc(millis: i64) -> DateTime {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    EPOCH.saturating_add(SignedDuration::from_millis(millis))
}

/// `2026-11-25`.
pub(super) fn date(millis: i64) -> String {
    utc(millis).date().to_string()
}

/// `2026-11-25T08:00:00Z`.
pub(super) fn date_time(millis: i64) -> String {
    format!("{:.0}Z", utc(millis))
}

/// `2026-11-25T08:00:00.123Z`.
pub(super) fn date_time_millis(millis: i64) -> String {
    format!("{:.3}Z", utc(millis))
}

/// `2026-11-25T08:00:00+00:00`.
pub(super) fn date_time_offset(millis: i64) -> String {
    format!("{:.0}+00:00", utc(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_known_times() {
        assert_eq!(date_time_millis(1_720_705_455_858), "2024-07-11T13:44:15.858Z");
        assert_eq!(date_time(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(date_time(-1), "1969-12-31T23:59:59Z");
        assert_eq!(date_time_offset(0), "1970-01-01T00:00:00+00:00");
        assert_eq!(date(4_107_542_399_000), "2100-02-28");
        assert_eq!(date(4_107_542_400_000), "2100-03-01");
        assert_eq!(date_time_millis(-62_167_219_200_000), "0000-01-01T00:00:00.000Z");
        assert_eq!(date_time_offset(253_402_300_799_999), "9999-12-31T23:59:59+00:00");
    }

    #[test]
    fn times_outside_the_calendar_become_its_limits() {
        assert_eq!(date(i64::MAX), "9999-12-31");
        assert_eq!(date_time_millis(253_402_300_800_000), "9999-12-31T23:59:59.999Z");
        assert_eq!(date(i64::MIN), "-009999-01-01");
    }
}
