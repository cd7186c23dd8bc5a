//! Formats numbers, durations, sizes and lists for a person.

use std::borrow::Cow;
use std::time::Duration;

/// `1,024`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `1,024 events`.
pub(super) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// The text, cut after `limit` characters.
pub(super) fn capped(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// How long an answer took: `<0.1 ms`, `0.4 ms`, `38 ms`, `3.4 s`.
pub(super) fn latency(took: Duration) -> String {
    match took.as_micros() {
        0..50 => "<0.1 ms".to_owned(),
        micros @ 50..950 => format!("{:.1} ms", f64::from(u32::try_from(micros).unwrap_or(0)) / 1000.0),
        micros @ 950..999_500 => format!("{} ms", (micros + 500) / 1000),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// A duration in its two largest units: `300 ms`, `42 s`, `5 min`, `1 h 5 min`, `2 days 3 h`.
pub(super) fn span(distance: Duration) -> String {
    let secs = distance.as_secs();
    if secs == 0 {
        return format!("{} ms", distance.as_millis());
    }
    let (days, hours, minutes) = (secs / 86_400, secs / 3600 % 24, secs / 60 % 60);
    let day_word = if days == 1 { "day" } else { "days" };
    let units = [(days, day_word), (hours, "h"), (minutes, "min"), (secs % 60, "s")];
    let largest = units.iter().position(|(n, _)| *n > 0).unwrap_or(3);
    let shown: Vec<_> = units[largest..]
        .iter()
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{} {unit}", count(*n)))
        .collect();
    shown.join(" ")
}

/// `812 bytes`, `1.5 KiB`, `1 MiB`, `2 GiB`.
pub(super) fn size(bytes: usize) -> String {
    let (unit, name) = match bytes {
        0..1024 => return plural(bytes as u64, "byte", "bytes"),
        1024..0x10_0000 => (1024, "KiB"),
        0x10_0000..0x4000_0000 => (0x10_0000, "MiB"),
        _ => (0x4000_0000, "GiB"),
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    if tenth == 0 { format!("{} {name}", count(whole as u64)) } else { format!("{whole}.{tenth} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_the_digits_of_counts() {
        let shown: Vec<_> = [0, 999, 1000, 1_234_567].into_iter().map(count).collect();
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(plural(1, "event", "events"), "1 event");
        assert_eq!(plural(0, "event", "events"), "0 events");
    }

    #[test]
    fn lists_end_with_and() {
        let list = |items: &[&str]| list(&items.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!([list(&[]), list(&["a"]), list(&["a", "b"])], ["", "a", "a and b"]);
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn latencies_have_at_most_one_decimal() {
        let shown = |micros| latency(Duration::from_micros(micros));
        assert_eq!([shown(0), shown(49), shown(50)], ["<0.1 ms", "<0.1 ms", "0.1 ms"]);
        assert_eq!([shown(412), shown(949)], ["0.4 ms", "0.9 ms"]);
        assert_eq!([shown(950), shown(1_600), shown(999_499)], ["1 ms", "2 ms", "999 ms"]);
        assert_eq!([shown(999_500), shown(3_400_000)], ["1.0 s", "3.4 s"]);
    }

    #[test]
    fn durations_have_at_most_two_units() {
        let shown = |secs| span(Duration::from_secs(secs));
        assert_eq!([shown(42), shown(300), shown(323)], ["42 s", "5 min", "5 min 23 s"]);
        assert_eq!([shown(3600), shown(3_900), shown(3_601)], ["1 h", "1 h 5 min", "1 h"]);
        assert_eq!([shown(86_400), shown(183_600)], ["1 day", "2 days 3 h"]);
        assert_eq!(span(Duration::from_millis(15)), "15 ms");
    }

    #[test]
    fn sizes_are_binary() {
        assert_eq!([size(1), size(812), size(1536)], ["1 byte", "812 bytes", "1.5 KiB"]);
        assert_eq!([size(1024 * 1024), size(2 * 1024 * 1024 + 600_000)], ["1 MiB", "2.5 MiB"]);
    }
}
