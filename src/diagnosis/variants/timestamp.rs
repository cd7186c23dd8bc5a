//! The signed timestamp: the one in the header, or another time in the request.

use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::change::VariantChange;
use crate::diagnosis::code::Code;
use crate::diagnosis::evidence::Evidence;
use crate::diagnosis::visible::visible;

/// A text that may have been signed as the timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) text: Vec<u8>,
    /// `None` for the value of the header.
    pub(crate) change: Option<VariantChange>,
}

/// The timestamps of one search.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    /// The value of the header, or the most likely ones if the header is missing.
    pub(crate) base: Vec<Stamp>,
    /// Other times in the request.
    pub(crate) others: Vec<Stamp>,
    /// Many times, tried last and without other changes.
    pub(crate) last: Vec<Stamp>,
}

/// How many times replace a missing header in every other search: `event_ts`/1000, one second later and one second
/// earlier.
const REPLACEMENTS: usize = 3;

impl Stamps {
    pub(crate) fn of(evidence: &Evidence<'_>, body: &[u8]) -> Self {
        let mut stamps = match evidence.timestamp {
            Some(header) => Self::for_a_header(header, evidence, body),
            None => Self::for_a_missing_header(evidence, body),
        };
        let mut seen = HashSet::new();
        for list in [&mut stamps.base, &mut stamps.others, &mut stamps.last] {
            list.retain(|stamp| seen.insert(stamp.text.clone()));
        }
        stamps
    }

    fn for_a_header(header: &[u8], evidence: &Evidence<'_>, body: &[u8]) -> Self {
        let unit = |text: String, phrase| stamp(Code::TimestampUnit, text, phrase);
        let other = |(text, phrase)| stamp(Code::TimestampOther, text, phrase);
        let number = number(header);
        let mut stamps =
            Self { base: vec![Stamp { text: header.to_vec(), change: None }], ..Self::default() };
        if let Some(n) = number {
            stamps.others.push(unit(format!("{n}000"), "the same time in milliseconds".into()));
            stamps.others.push(unit((n / 1000).to_string(), "the same time in seconds".into()));
        }
        // The header's own time comes before other times, which may be the same by chance.
        stamps.others.extend(same_time(header).into_iter().map(other));
        stamps.others.extend(at_hand(evidence, body).into_iter().map(other));
        let Some(n) = number else { return stamps };
        let near = (1..=30).flat_map(|by| [n.checked_sub(by), n.checked_add(by)]).flatten();
        stamps
            .last
            .extend(near.map(|n| other((n.to_string(), format!("{n}, close to the time in the header")))));
        // The milliseconds of the second in the header, as from Date.now().
        stamps
            .last
            .extend((1..1000).map(|ms| unit(format!("{n}{ms:03}"), format!("{n}{ms:03}, in milliseconds"))));
        stamps
    }

    fn for_a_missing_header(evidence: &Evidence<'_>, body: &[u8]) -> Self {
        let missing = |(text, phrase)| stamp(Code::TimestampMissing, text, phrase);
        let mut base: Vec<_> = at_hand(evidence, body).into_iter().map(missing).collect();
        let others = base.split_off(REPLACEMENTS.min(base.len()));
        let mut stamps = Self { base, others, last: Vec::new() };
        if let Some(at) = event_ts(body).map(|ms| ms / 1000) {
            let found = |n: u64| {
                let by = n.abs_diff(at);
                let side = if n < at { "before" } else { "after" };
                missing((n.to_string(), format!("{n}, which is {by} s {side} event_ts")))
            };
            let after = RETRIES.iter().flat_map(|range| range.clone()).filter_map(|by| at.checked_add(by));
            stamps.last.extend((1..=10).filter_map(|by| at.checked_sub(by)).chain(after).map(found));
        }
        stamps
    }
}

/// The time of the header in other notations.
fn same_time(header: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(header);
    let trimmed = text.trim();
    let bare = trimmed.trim_matches(['"', '\'', '`']);
    let mut found = vec![
        (trimmed.to_owned(), "the same text without the spaces around it".into()),
        (bare.to_owned(), "the same text without the quotes around it".into()),
    ];
    if let Some((whole, _)) = bare.split_once('.').filter(|(whole, _)| number(whole.as_bytes()).is_some()) {
        found.push((whole.to_owned(), "the same number without its fraction".into()));
    }
    let at: Option<Timestamp> = bare.parse().ok().or_else(|| Timestamp::from_second(dated(bare)?).ok());
    if let Some(at) = at {
        found.push((at.as_second().to_string(), "the same time in Unix seconds".into()));
        found.push((at.as_millisecond().to_string(), "the same time in Unix milliseconds".into()));
    }
    if let Some(n) = number(header) {
        found.push((format!("\"{n}\""), "the same number in quotes".into()));
        found.push((format!("{n}.0"), "the same number with a fraction (1.0)".into()));
        found.push((format!("{n}\n"), "the same text with a newline at its end".into()));
        let ms = if n >= FIRST_MILLISECONDS { n } else { n.saturating_mul(1000) };
        let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        found.extend(at.into_iter().flat_map(|at| {
            let text = |format: &str| at.strftime(format).to_string();
            [
                (text("%Y-%m-%dT%H:%M:%S.%3fZ"), "the same time as text (toISOString)".to_owned()),
                (text("%Y-%m-%dT%H:%M:%SZ"), "the same time as text (RFC 3339)".to_owned()),
            ]
        }));
    }
    found
}

/// The Unix seconds of an HTTP date.
fn dated(text: &str) -> Option<i64> {
    unix_seconds(text.as_bytes())?.try_into().ok()
}

/// Seconds between the event and its signature: immediately, after some delay, and for a retry after 5, 25 and 85
/// minutes. Each range includes the observed tolerance of 4 s and more.
const RETRIES: [std::ops::Range<u64>; 4] = [3..200, 295..360, 1_490..1_600, 5_090..5_250];

fn stamp(code: Code, text: String, phrase: String) -> Stamp {
    Stamp { text: text.into_bytes(), change: Some(VariantChange::new(code, phrase)) }
}

/// Other times in the request and of the capture, the likely ones first, each with its phrase.
fn at_hand(evidence: &Evidence<'_>, body: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(ms) = event_ts(body) {
        let s = ms / 1000;
        found.push((s.to_string(), format!("event_ts / 1000 ({s})")));
        found.push(((s + 1).to_string(), format!("event_ts / 1000 plus 1 s ({})", s + 1)));
        found.extend(s.checked_sub(1).map(|s| (s.to_string(), format!("event_ts / 1000 minus 1 s ({s})"))));
        found.push(((s + 2).to_string(), format!("event_ts / 1000 plus 2 s ({})", s + 2)));
        found.push((ms.to_string(), format!("event_ts, in milliseconds ({ms})")));
    }
    // A request with more headers is an attack.
    found.extend(evidence.headers.iter().take(100).flat_map(|(name, value)| in_header(name, value)));
    let captured = evidence.captured_at.and_then(|at: SystemTime| at.duration_since(UNIX_EPOCH).ok());
    if let Some(at) = captured {
        let s = at.as_secs();
        let around = [s, s.saturating_sub(1), s.saturating_sub(2), s.saturating_add(1)];
        found.extend(around.map(|s| (s.to_string(), format!("about the time of the capture ({s})"))));
        found.push((at.as_millis().to_string(), "the time of the capture, in milliseconds".into()));
    }
    found
}

/// The times in a header's value.
fn in_header(name: &str, value: &[u8]) -> Vec<(String, String)> {
    let name = visible(name.as_bytes());
    if let Some(s) = unix_seconds(value) {
        let near = |s: u64| (s.to_string(), format!("{s}, close to the header {name}"));
        return vec![
            (s.to_string(), format!("the time in the header {name} ({s})")),
            (String::from_utf8_lossy(value).into_owned(), format!("the text of the header {name}")),
            near(s.saturating_sub(1)),
            near(s + 1),
        ];
    }
    let Some(n) = number(value).filter(|n| (FIRST_TIME..LAST_TIME).contains(n)) else { return Vec::new() };
    let mut found = vec![(n.to_string(), format!("the number in the header {name}"))];
    if n >= FIRST_MILLISECONDS {
        found.push(((n / 1000).to_string(), format!("the number in the header {name}, in seconds")));
    }
    found
}

/// Numbers that count as times: seconds from 2001 on, and milliseconds up to the year 5138.
const FIRST_TIME: u64 = 1_000_000_000;
const LAST_TIME: u64 = 100_000_000_000_000;
/// The smallest number that counts as milliseconds.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;

/// `event_ts` of a body in Unix milliseconds, even if the body is truncated or not strict JSON.
pub(crate) fn event_ts(body: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"event_ts";
    let at = body.windows(NAME.len()).rposition(|window| window == NAME)?;
    let rest = &body[at + NAME.len()..];
    let value = rest.iter().position(|b| !b"\"' \t\r\n:=>\\".contains(b))?;
    let digits: Vec<u8> = rest[value..].iter().copied().take_while(u8::is_ascii_digit).collect();
    number(&digits)
}

fn number(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    // A time in nanoseconds has 19 digits.
    (text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Whether a header's text is in milliseconds.
pub(crate) fn is_milliseconds(header: &[u8]) -> bool {
    number(header).is_some_and(|n| n >= FIRST_MILLISECONDS)
}

/// Parses an HTTP date; `None` for anything else.
pub(super) fn unix_seconds(value: &[u8]) -> Option<u64> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let text = std::str::from_utf8(value).ok()?.trim();
    // The day of the week is not compared with the date.
    let (_, rest) = text.split_once(", ")?;
    let time = DateTime::strptime("%d %b %Y %H:%M:%S GMT", rest).ok()?;
    u64::try_from(time.duration_since(EPOCH).as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"event":"a.b","event_ts":1795507200123}"#;

    fn texts(stamps: &[Stamp]) -> Vec<&str> {
        stamps.iter().map(|stamp| std::str::from_utf8(&stamp.text).unwrap()).collect()
    }

    #[test]
    fn tries_times_close_to_event_ts_for_a_missing_header() {
        let stamps = Stamps::of(&Evidence::default(), BODY);
        assert_eq!(texts(&stamps.base), ["1795507200", "1795507201", "1795507199"]);
        assert!(texts(&stamps.last).contains(&"1795507504"), "a retry");
        assert!(Stamps::of(&Evidence::default(), b"{}").base.is_empty());
    }

    #[test]
    fn finds_other_times_in_headers_and_body() {
        let headers =
            [("date", &b"Tue, 24 Nov 2026 08:00:05 GMT"[..]), ("x-request-start", b"1795507207999")];
        let evidence = Evidence { timestamp: Some(b"1795507201"), headers: &headers, ..Evidence::default() };
        let stamps = Stamps::of(&evidence, BODY);
        assert_eq!(texts(&stamps.base), ["1795507201"]);
        for text in ["1795507205", "1795507207", "1795507200123", "1795507201000"] {
            assert!(texts(&stamps.others).contains(&text), "{text}");
        }
    }

    #[test]
    fn finds_event_ts_in_any_notation() {
        for body in ["'event_ts': 17}", "event_ts=>17", "\\\"event_ts\\\": 17", "{\"event_ts\" : 17"] {
            assert_eq!(event_ts(body.as_bytes()), Some(17), "{body}");
        }
        for body in ["", "event_ts", "event_ts:x", "event_ts:99999999999999999999999"] {
            assert_eq!(event_ts(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn handles_extreme_numbers() {
        for header in ["18446744073709551615", "0", "9999999999999999999", "", "-1"] {
            let evidence = Evidence { timestamp: Some(header.as_bytes()), ..Evidence::default() };
            Stamps::of(&evidence, b"event_ts:9999999999999999999");
            Stamps::of(&Evidence::default(), b"event_ts:0");
        }
    }

    #[test]
    fn reads_http_dates() {
        for (text, expected) in [
            ("Mon, 23 Nov 2026 08:00:01 GMT", Some(1_795_420_801)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199)),
            ("Fri, 01 Mar 2024 00:00:00 GMT", Some(1_709_251_200)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", None),
            ("Mon, 01 Jan 0000 00:00:00 GMT", None),
            ("Wed, 29 Feb 2023 00:00:00 GMT", None),
            ("Mon, 23 Nov 99999 08:00:01 GMT", None),
            ("Mon, 23 Nov 2026 24:00:00 GMT", None),
            ("Mon, 23 Nov 2026 08:00:61 GMT", None),
            ("Mon, 99999999999999999999 Nov 2026 08:00:01 GMT", None),
            ("23 Nov 2026", None),
            ("Mon, 00 Nov 2026 08:00:01 GMT", None),
            ("Mon, 23 Nov 2026 08:00:01 CET", None),
            ("", None),
        ] {
            assert_eq!(unix_seconds(text.as_bytes()), expected, "{text}");
        }
    }
}
