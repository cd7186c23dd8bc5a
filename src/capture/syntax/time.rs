//! The times that captures carry, in the forms that their tools write.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::json::{JsonKind, JsonValue};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A time in a number or a text.
pub(in crate::capture) fn of_node(node: &JsonValue<'_>) -> Option<SystemTime> {
    match &node.kind {
        JsonKind::Number(_) => of_number(node.as_f64()?),
        _ => parse(&node.display()?),
    }
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970: told by the size, for all mean our days.
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

/// RFC 3339 and its kin (`2026-11-23 08:00:01`, taken for UTC), HTTP's `Mon, 23 Nov 2026 08:00:01 GMT`, and the
/// common log's `23/Nov/2026:08:00:01 +0000`.
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
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (clock, rest) = rest.split_at_checked(8)?;
    let digits = rest.strip_prefix('.').map_or(0, |r| r.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = if digits > 0 { rest.split_at(digits + 1) } else { ("", rest) };
    let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0{fraction}").parse().ok()? };
    at(year, month, day, clock, zone.trim(), fraction)
}

fn named_month(text: &str) -> Option<SystemTime> {
    let text = text.split_once(", ").map_or(text, |(_, rest)| rest);
    let mut parts = text.splitn(3, ['/', ' ', '-']);
    let day: i64 = parts.next()?.parse().ok()?;
    let name = parts.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| name.starts_with(m))? as i64 + 1;
    let (year, rest) = parts.next()?.split_at_checked(4)?;
    let (clock, zone) = rest.get(1..)?.split_at_checked(8)?;
    at(year.parse().ok()?, month, day, clock, zone.trim(), 0.0)
}

fn at(year: i64, month: i64, day: i64, clock: &str, zone: &str, fraction: f64) -> Option<SystemTime> {
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let sane = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !sane || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset(zone)?;
    let whole = Duration::from_secs(u64::try_from(seconds).ok()?);
    UNIX_EPOCH.checked_add(whole.checked_add(Duration::try_from_secs_f64(fraction).ok()?)?)
}

/// Seconds east of Greenwich; no zone is taken for UTC.
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
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i64>().ok()? * 3_600 + minutes * 60))
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_moment_in_every_form() {
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
    fn reads_nothing_into_other_text() {
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
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
