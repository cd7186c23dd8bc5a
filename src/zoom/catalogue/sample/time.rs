//! Times as Zoom writes them. All are UTC, in Unix milliseconds here.

/// A day.
const DAY: i64 = 86_400_000;

/// Year, month and day of a number of days since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// `2026-11-25`.
pub(super) fn date(millis: i64) -> String {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

fn clock(millis: i64) -> String {
    let seconds = millis.rem_euclid(DAY) / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `2026-11-25T08:00:00Z`.
pub(super) fn date_time(millis: i64) -> String {
    format!("{}T{}Z", date(millis), clock(millis))
}

/// `2026-11-25T08:00:00.123Z`.
pub(super) fn date_time_millis(millis: i64) -> String {
    format!("{}T{}.{:03}Z", date(millis), clock(millis), millis.rem_euclid(1000))
}

/// `2026-11-25T08:00:00+00:00`.
pub(super) fn date_time_offset(millis: i64) -> String {
    format!("{}T{}+00:00", date(millis), clock(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_known_times() {
        assert_eq!(date_time_millis(1_720_705_455_858), "2024-07-11T13:44:15.858Z");
        assert_eq!(date_time(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(date_time(-1), "1969-12-31T23:59:59Z");
        assert_eq!(date_time_offset(0), "1970-01-01T00:00:00+00:00");
        assert_eq!(date(4_107_542_399_000), "2100-02-28");
    }
}
