//! Parses times in the forms that capture tools write.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

use crate::json::{JsonKind, JsonValue};

/// The start of 2020, in Unix seconds. Zoom has signed its requests with a timestamp only since 2021.
const EARLIEST: Duration = Duration::from_secs(1_577_836_800);

/// Parses a number or a string as the time of a request. A small number is something else, such as a duration.
pub(in crate::capture) fn of_node(node: &JsonValue<'_>) -> Option<SystemTime> {
    let time = match &node.kind {
        JsonKind::Number(_) => of_number(node.as_f64()?),
        _ => parse(&node.display()?),
    };
    time.filter(|time| *time >= UNIX_EPOCH + EARLIEST)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970. The size shows the unit, because times are recent.
fn of_number(number: f64) -> Option<SystemTime> {
    let seconds = match number {
        n if n < 1e11 => n,
        n if n < 1e14 => n / 1e3,
        n if n < 1e17 => n / 1e6,
        n => n / 1e9,
    };
    (seconds > 0.0)
        .then(|| Duration::try_from_secs_f64(seconds).ok())?
        .and_then(|d| UNIX_EPOCH.checked_add(d))
}

/// Parses RFC 3339 and similar, `Mon, 23 Nov 2026 08:00:01 GMT` as in HTTP, and `23/Nov/2026:08:00:01 +0000` as in access
/// logs. A time without its offset from UTC is not known: a request would seem hours older than it is.
pub(in crate::capture) fn parse(text: &str) -> Option<SystemTime> {
    /// Forms with an offset from UTC.
    const WITH_OFFSET: [&str; 3] =
        ["%Y-%m-%d %H:%M:%S%.f %z", "%d/%b/%Y:%H:%M:%S %z", "%d-%b-%Y %H:%M:%S %z"];
    /// Forms that UTC or GMT follows.
    const IN_UTC: [&str; 2] = ["%d/%b/%Y:%H:%M:%S", "%d-%b-%Y %H:%M:%S"];
    /// `2026-11-23T08:00:01`. A date alone says too little.
    const SHORTEST: usize = 19;
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return of_number(number);
    }
    if text.len() < SHORTEST {
        return None;
    }
    let zoned = || text.parse::<Timestamp>().ok();
    let of_mail = || rfc2822::parse(text).ok().map(|time| time.timestamp());
    let with_offset = || WITH_OFFSET.iter().find_map(|form| Timestamp::strptime(form, text).ok());
    let civil = || {
        let in_utc = [" UTC", " GMT"].iter().find_map(|zone| text.strip_suffix(zone))?;
        let other = || IN_UTC.iter().find_map(|form| DateTime::strptime(form, in_utc).ok());
        let time = in_utc.parse::<DateTime>().ok().or_else(other)?;
        TimeZone::UTC.to_timestamp(time).ok()
    };
    let time = zoned().or_else(of_mail).or_else(with_offset).or_else(civil)?;
    SystemTime::try_from(time).ok().filter(|time| *time >= UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_same_moment_in_every_form() {
        let moment = UNIX_EPOCH + Duration::from_secs(1_795_420_801);
        for text in [
            "2026-11-23T08:00:01Z",
            "2026-11-23 08:00:01 UTC",
            "2026-11-23 09:00:01 +0100",
            "23-Nov-2026 08:00:01 UTC",
            "2026-11-23T09:00:01+01:00",
            "2026-11-23T02:30:01.000-0530",
            "Mon, 23 Nov 2026 08:00:01 GMT",
            "23/Nov/2026:08:00:01 +0000",
            "1795420801",
            "1795420801000",
            "1795420801000000",
        ] {
            assert_eq!(parse(text), Some(moment), "{text}");
        }
        let part = parse("2026-11-23T08:00:01.250Z").unwrap();
        assert_eq!(part.duration_since(moment).unwrap(), Duration::from_millis(250));
    }

    #[test]
    fn a_duration_is_not_the_time_of_a_request() {
        for text in ["45.2", "12", "\"0.0123\"", "\"30\"", "20261130", "\"1970-01-01T00:00:45Z\""] {
            assert_eq!(of_node(&crate::json::parse(text.as_bytes()).unwrap()), None, "{text}");
        }
        assert!(of_node(&crate::json::parse(b"1795420801").unwrap()).is_some());
    }

    #[test]
    fn follows_the_calendar_and_rejects_other_text() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            // A leap second is the last second of its minute.
            ("2016-12-31T23:59:60Z", 1_483_228_799),
            ("31/Dec/9998:23:59:59 +0000", 253_370_764_799),
        ] {
            assert_eq!(parse(text), Some(UNIX_EPOCH + Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "-001-01-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "31/Apr/2026:08:00:01 +0000",
            "2026-11-23T24:00:00Z",
            "2026-11-23T08:00:61Z",
            "2026-11-23T08:00:01+0099999999999999999",
            "",
            "yesterday",
            "2026-11-23T08:00",
            "2026-11-23 08:00:01",
            "23/Nov/2026:08:00:01",
            "23/Foo/2026:08:00:01",
            "-5",
            "é026-11-23T08:00:01Z",
            "1e400",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
