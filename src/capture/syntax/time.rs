//! Parses times in the forms that capture tools write.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::{Date, Time};

use crate::json::{JsonKind, JsonValue};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Parses a number or a string as a time.
pub(in crate::capture) fn of_node(node: &JsonValue<'_>) -> Option<SystemTime> {
    match &node.kind {
        JsonKind::Number(_) => of_number(node.as_f64()?),
        _ => parse(&node.display()?),
    }
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

/// Parses RFC 3339 and similar (`2026-11-23 08:00:01` is read as UTC), `Mon, 23 Nov 2026 08:00:01 GMT` as in HTTP,
/// and `23/Nov/2026:08:00:01 +0000` as in access logs.
pub(in crate::capture) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    if let Ok(number) = text.parse::<f64>() {
        return of_number(number);
    }
    iso(text).or_else(|| named_month(text))
}

fn iso(text: &str) -> Option<SystemTime> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let digits = rest.strip_prefix('.').map_or(0, |r| r.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = if digits > 0 { rest.split_at(digits + 1) } else { ("", rest) };
    let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0{fraction}").parse().ok()? };
    at(date, clock, zone.trim(), fraction)
}

fn named_month(text: &str) -> Option<SystemTime> {
    let text = text.split_once(", ").map_or(text, |(_, rest)| rest);
    let mut parts = text.splitn(3, ['/', ' ', '-']);
    let day = parts.next()?.parse().ok()?;
    let name = parts.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().zip(1..).find_map(|(m, number)| name.starts_with(m).then_some(number))?;
    let (year, rest) = parts.next()?.split_at_checked(4)?;
    let (clock, zone) = rest.get(1..)?.split_at_checked(8)?;
    let date = Date::new(year.parse().ok()?, month, day).ok()?;
    at(date, clock, zone.trim(), 0.0)
}

/// Combines date, clock and zone. Second 60 is a leap second: the first second of the next minute.
fn at(date: Date, clock: &str, zone: &str, fraction: f64) -> Option<SystemTime> {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if date < EPOCH || !(0..=60).contains(&second) {
        return None;
    }
    let minute = date.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
    let since_epoch = minute.duration_since(EPOCH.to_datetime(Time::midnight()));
    let seconds = since_epoch.as_secs() + i64::from(second) - offset(zone)?;
    let whole = Duration::from_secs(u64::try_from(seconds).ok()?);
    UNIX_EPOCH.checked_add(whole.checked_add(Duration::try_from_secs_f64(fraction).ok()?)?)
}

/// The offset from UTC in seconds. A missing zone means UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || ["z", "gmt", "utc"].contains(&zone.to_ascii_lowercase().as_str()) {
        return Some(0);
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: u16 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i64>().ok()? * 3_600 + i64::from(minutes) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_same_moment_in_every_form() {
        let moment = UNIX_EPOCH + Duration::from_secs(1_795_420_801);
        for text in [
            "2026-11-23T08:00:01Z",
            "2026-11-23 08:00:01",
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
    fn follows_the_calendar_and_rejects_other_text() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("31/Dec/9999:23:59:59 +0000", 253_402_300_799),
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
            "23/Foo/2026:08:00:01",
            "-5",
            "é026-11-23T08:00:01Z",
            "1e400",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
