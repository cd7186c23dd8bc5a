//! The date of an HTTP header (`Mon, 23 Nov 2026 08:00:01 GMT`) as Unix seconds.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads an HTTP date; `None` for anything else.
pub(super) fn unix_seconds(value: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let (_, rest) = text.split_once(", ")?;
    let fields: Vec<&str> = rest.split([' ', ':']).collect();
    let [day, month, year, hour, minute, second, "GMT"] = fields[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let number = |text: &str, limit: u64| text.parse::<u64>().ok().filter(|n| *n <= limit);
    let days = days_before(number(year, 9999)?, month)? + number(day, 31)?.checked_sub(1)?;
    Some(((days * 24 + number(hour, 23)?) * 60 + number(minute, 59)?) * 60 + number(second, 60)?)
}

/// Days from 1970 to the first of a month, counted from 0.
fn days_before(year: u64, month: usize) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    (year >= 1970).then(|| years + BEFORE[month] + u64::from(month > 1 && leap(year)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_http_dates() {
        for (text, expected) in [
            ("Mon, 23 Nov 2026 08:00:01 GMT", Some(1_795_420_801)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199)),
            ("Fri, 01 Mar 2024 00:00:00 GMT", Some(1_709_251_200)),
            ("23 Nov 2026", None),
            ("Mon, 00 Nov 2026 08:00:01 GMT", None),
            ("Mon, 23 Nov 2026 08:00:01 CET", None),
            ("", None),
        ] {
            assert_eq!(unix_seconds(text.as_bytes()), expected, "{text}");
        }
    }
}
