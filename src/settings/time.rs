//! Parses durations and times.
//!
//! A [`Span`] is a duration: `30s`, `5m`, `1h 30m`, `500ms`; a bare number is seconds. A [`Time`] is a point in time:
//! RFC 3339, a local date and time, or Unix seconds. A [`TimeOrOffset`] may also be relative to now: `-10m`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::DateTime;
use jiff::fmt::friendly::{Spacing, SpanPrinter};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The longest duration. It is useful for a `--max-age` that accepts every old capture, and far below the limit of
/// timers.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// A duration above zero and up to a hundred years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span(Duration);

impl Span {
    /// Makes a span without a check, for defaults and limits.
    #[must_use]
    pub(crate) const fn new(duration: Duration) -> Self {
        Self(duration)
    }

    /// As the standard library's type.
    #[must_use]
    pub(crate) fn get(self) -> Duration {
        self.0
    }

    /// Parses a duration that names its unit, for use as a clap value parser: an age of "5" may be meant in any unit.
    pub(crate) fn with_unit(text: &str) -> Result<Self, InvalidSpan> {
        match text.trim().bytes().all(|b| b.is_ascii_digit()) {
            true => Err(InvalidSpan::NoUnit(text.trim().to_owned())),
            false => text.parse(),
        }
    }

    /// Parses a duration between two limits, for use as a clap value parser.
    pub(crate) fn between(
        shortest: Duration,
        longest: Duration,
    ) -> impl Fn(&str) -> Result<Self, InvalidSpan> + Clone + Send + Sync + 'static {
        move |text| {
            let span: Self = text.parse()?;
            if (shortest..=longest).contains(&span.0) {
                Ok(span)
            } else {
                Err(InvalidSpan::OutOfRange { shortest: Self(shortest), longest: Self(longest) })
            }
        }
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| InvalidSpan::TooLong);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let duration = if is_number(text) {
            Duration::from_secs(number(text)?)
        } else if let Some(days) = text.strip_suffix('d').map(str::trim).filter(|days| is_number(days)) {
            // jiff rejects days in a duration, because a calendar day has 23 to 25 hours. Here a day has 24.
            Duration::from_secs(number(days)?.checked_mul(24 * 60 * 60).ok_or(InvalidSpan::TooLong)?)
        } else {
            let signed: SignedDuration = text.parse().map_err(|_| InvalidSpan::NotADuration)?;
            Duration::try_from(signed).map_err(|_| InvalidSpan::NotADuration)?
        };
        match duration {
            Duration::ZERO => Err(InvalidSpan::Zero),
            long if long > LONGEST => Err(InvalidSpan::TooLong),
            fine => Ok(Self(fine)),
        }
    }
}

/// Without spaces, so that it needs no quotes in a shell: `1m15s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = SpanPrinter::new().spacing(Spacing::None);
        f.write_str(&printer.unsigned_duration_to_string(&self.0))
    }
}

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidSpan {
    /// The text is not a number with a unit.
    #[error("write a number and a unit, such as 500ms, 30s, 5m, 1h or 7d")]
    NotADuration,
    /// A number without a unit.
    #[error("add a unit: {0}s, {0}m, {0}h or {0}d")]
    NoUnit(String),
    /// The duration is zero.
    #[error("must be longer than zero")]
    Zero,
    /// More than a hundred years.
    #[error("must not be longer than a hundred years")]
    TooLong,
    /// Outside the limits of this setting.
    #[error("must be from {} to {}", limit(.shortest), limit(.longest))]
    OutOfRange {
        /// The least.
        shortest: Span,
        /// The most.
        longest: Span,
    },
}

/// A limit in a message: whole days as days.
fn limit(span: &Span) -> String {
    const DAY: u64 = 24 * 60 * 60;
    match span.0.as_secs() {
        seconds if seconds > 0 && seconds % DAY == 0 && span.0.subsec_nanos() == 0 => {
            format!("{}d", seconds / DAY)
        }
        _ => span.to_string(),
    }
}

/// Numbers from here on are milliseconds. In seconds, this is the year 5138.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;
/// The last millisecond of the year 9999, the end of jiff's calendar.
const LAST_MILLISECOND: u64 = 253_402_300_799_999;

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(SystemTime);

/// The text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a time such as 2026-11-24T08:00:01Z, or Unix seconds")]
pub(crate) struct InvalidTime;

impl Time {
    /// As the standard library's type.
    #[must_use]
    pub(crate) fn get(self) -> SystemTime {
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

/// The longest offset: from now, it stays after 1970 and before the end of ten digits.
const LONGEST_OFFSET: Duration = Duration::from_secs(50 * 366 * 24 * 60 * 60);
/// The last second that Zoom's timestamps can express: they have ten digits, until the year 2286.
const LAST_SECOND: u64 = 9_999_999_999;

/// A point in time that a timestamp can express: fixed, or relative to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeOrOffset {
    /// A point in time.
    At(Time),
    /// So long before now.
    Before(Duration),
    /// So long after now.
    After(Duration),
}

impl TimeOrOffset {
    /// The time, if it is `now`.
    #[must_use]
    pub(crate) fn from(self, now: SystemTime) -> SystemTime {
        match self {
            Self::At(time) => time.get(),
            Self::Before(offset) => now.checked_sub(offset).unwrap_or(UNIX_EPOCH),
            Self::After(offset) => now.checked_add(offset).unwrap_or(now),
        }
    }
}

/// Why a text is neither a time nor an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTimeOrOffset {
    /// It has neither form.
    #[error("write a time such as 2026-11-24T08:00:01Z, Unix seconds, or an offset from now such as -10m")]
    Form,
    /// An offset whose duration cannot be used.
    #[error("an offset from now is such as -10m or +1h, up to 50 years")]
    Offset,
    /// Zoom's timestamps cannot express it.
    #[error("a timestamp is from 1970 to 2286")]
    OutOfRange,
}

impl FromStr for TimeOrOffset {
    type Err = InvalidTimeOrOffset;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let offset = |text: &str| match text.parse::<Span>() {
            Ok(Span(offset)) if offset <= LONGEST_OFFSET => Ok(offset),
            _ => Err(InvalidTimeOrOffset::Offset),
        };
        if let Some(text) = text.strip_prefix('-') {
            return Ok(Self::Before(offset(text)?));
        }
        if let Some(text) = text.strip_prefix('+') {
            return Ok(Self::After(offset(text)?));
        }
        let time: Time = text.parse().map_err(|_| InvalidTimeOrOffset::Form)?;
        match time.get().duration_since(UNIX_EPOCH) {
            Ok(since) if since.as_secs() <= LAST_SECOND => Ok(Self::At(time)),
            _ => Err(InvalidTimeOrOffset::OutOfRange),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_common_spellings() {
        for (text, millis) in [
            ("30s", 30_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("500ms", 500),
            ("90", 90_000),
            ("1h 30m", 5_400_000),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().get(), Duration::from_millis(millis), "{text}");
        }
    }

    #[test]
    fn reports_what_is_wrong() {
        for text in ["", "soon", "-5s", "5m ago", "5x", "1 2"] {
            assert_eq!(text.parse::<Span>().unwrap_err(), InvalidSpan::NotADuration, "{text}");
        }
        for text in ["0", "0s"] {
            assert_eq!(text.parse::<Span>().unwrap_err(), InvalidSpan::Zero, "{text}");
        }
        for text in ["99999999999999999999999", "900000h"] {
            assert_eq!(text.parse::<Span>().unwrap_err(), InvalidSpan::TooLong, "{text}");
        }
    }

    #[test]
    fn enforces_the_limits() {
        let parse = Span::between(Duration::from_millis(100), Duration::from_secs(60));
        assert!(parse("100ms").is_ok() && parse("1m").is_ok());
        assert_eq!(parse("61s").unwrap_err().to_string(), "must be from 100ms to 1m");
    }

    #[test]
    fn is_shown_as_typed() {
        for text in ["10s", "1m15s", "5m", "500ms"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn reads_the_usual_formats_of_a_time() {
        for text in ["2026-11-24T08:00:01Z", "2026-11-24 09:00:01+01:00", "1795507201", "1795507201000"] {
            let time: Time = text.parse().unwrap();
            assert_eq!(time.get(), UNIX_EPOCH + Duration::from_secs(1_795_507_201), "{text}");
        }
        assert!("2026-11-24T08:00:01".parse::<Time>().is_ok());
    }

    #[test]
    fn an_offset_is_relative_to_now() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        for (text, seconds) in [
            ("-10m", 1_795_506_601),
            ("+1h", 1_795_510_801),
            ("-90", 1_795_507_111),
            ("1795507201", 1_795_507_201),
            ("2026-11-24T08:00:01Z", 1_795_507_201),
            ("0", 0),
        ] {
            let time: TimeOrOffset = text.parse().unwrap();
            assert_eq!(time.from(now), UNIX_EPOCH + Duration::from_secs(seconds), "{text}");
        }
        for (text, error) in [
            ("10m", InvalidTimeOrOffset::Form),
            ("-soon", InvalidTimeOrOffset::Offset),
            ("-99y", InvalidTimeOrOffset::Offset),
            ("-0s", InvalidTimeOrOffset::Offset),
            ("1969-12-31T00:00:00Z", InvalidTimeOrOffset::OutOfRange),
            ("2300-01-01T00:00:00Z", InvalidTimeOrOffset::OutOfRange),
        ] {
            assert_eq!(text.parse::<TimeOrOffset>(), Err(error), "{text}");
        }
    }

    #[test]
    fn rejects_text_that_is_not_a_time() {
        for text in ["", "soon", "-1", "99999999999999999999999", "18446744073709551615"] {
            assert_eq!(text.parse::<Time>(), Err(InvalidTime), "{text}");
        }
    }
}
