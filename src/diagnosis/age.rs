//! The age of a request compared with another time, and whether it exceeds a limit.

use std::time::{Duration, SystemTime};

use super::code::Code;
use super::verdict::Cause;
use crate::zoom::{Age, MalformedTimestamp, RequestTimestamp};

/// A request's age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aged {
    /// The age. It is negative if the timestamp is after the time it is compared with.
    pub age: Age,
    /// The age in words, such as `3 days before`.
    pub words: String,
    /// Why the age is not accepted. `None` if it is within the limit, or if there is no limit.
    pub cause: Option<Cause>,
}

/// Measures how long before `at` a request was signed, and compares that with the limit, if there is one.
///
/// # Errors
/// [`Code::TimestampUnit`] if the timestamp is in milliseconds, [`Code::TimestampOther`] if it is not a number.
pub fn judge_age(timestamp: &[u8], at: SystemTime, max_age: Option<Duration>) -> Result<Aged, Cause> {
    let text = String::from_utf8_lossy(timestamp);
    let signed: RequestTimestamp = text.parse().map_err(unreadable)?;
    let age = signed.age(at);
    let side = if age.is_in_the_future() { "after" } else { "before" };
    let words = format!("{} {side}", in_words(age.distance()));
    let cause = max_age.filter(|max| age.exceeds(*max)).map(|max| Cause {
        code: Code::Stale,
        sentence: format!(
            "The timestamp is {words} the time it is compared with; the limit is {}.",
            in_words(max)
        ),
        variant: String::new(),
    });
    Ok(Aged { age, words, cause })
}

fn unreadable(malformed: MalformedTimestamp) -> Cause {
    let code = match malformed {
        MalformedTimestamp::TooLarge => Code::TimestampUnit,
        _ => Code::TimestampOther,
    };
    Cause {
        code,
        sentence: format!("x-zm-request-timestamp {malformed}, so the age is unknown."),
        variant: String::new(),
    }
}

/// The two largest units of a duration: `3 days`, `5 min 20 s`.
fn in_words(duration: Duration) -> String {
    let s = duration.as_secs();
    let two = |large: u64, large_unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    let days = |n: u64| if n == 1 { "day" } else { "days" };
    match s {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{s} s"),
        60..3_600 => two(s / 60, "min", s % 60, "s"),
        3_600..86_400 => two(s / 3_600, "h", s % 3_600 / 60, "min"),
        _ => two(s / 86_400, days(s / 86_400), s % 86_400 / 3_600, "h"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn aged(at: u64, max: Option<u64>) -> Aged {
        judge_age(b"1000000", UNIX_EPOCH + Duration::from_secs(at), max.map(Duration::from_secs)).unwrap()
    }

    #[test]
    fn shows_an_age_in_two_units_and_both_directions() {
        assert_eq!(aged(1_000_000, None).words, "0 ms before");
        assert_eq!(aged(1_000_320, None).words, "5 min 20 s before");
        assert_eq!(aged(1_259_200, None).words, "3 days before");
        assert_eq!(aged(996_300, None).words, "1 h 1 min after");
        assert_eq!(aged(1_000_000 + 86_400 * 3 + 3_600, None).words, "3 days 1 h before");
    }

    #[test]
    fn rejects_an_age_only_beyond_the_limit() {
        assert_eq!(aged(1_259_200, None).cause, None);
        assert_eq!(aged(1_000_300, Some(300)).cause, None);
        assert_eq!(aged(1_000_301, Some(300)).cause.unwrap().code, Code::Stale);
        assert_eq!(aged(999_699, Some(300)).cause.unwrap().code, Code::Stale);
    }

    #[test]
    fn rejects_a_timestamp_that_is_not_in_seconds() {
        let code = |text: &str| judge_age(text.as_bytes(), UNIX_EPOCH, None).unwrap_err().code;
        assert_eq!(code("1795507201000"), Code::TimestampUnit);
        assert_eq!(code("yesterday"), Code::TimestampOther);
    }
}
