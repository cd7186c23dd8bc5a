//! The default way to test a command: exit code, stdout and stderr compared completely with an inline snapshot.
//!
//! `assert_run!(finished, @"…")` prints `exit: CODE`, then each stream that is not empty under its own heading.
//! Each digit or letter that differs between runs becomes `?`, so that columns stay straight. To update all snapshots
//! after a change of wording, run `cargo insta test --accept`.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use regex::{Captures, Regex};

use super::process::Finished;

/// Compares everything that a finished command left with an inline snapshot.
macro_rules! assert_run {
    ($finished:expr, @$snapshot:literal) => {
        insta::assert_snapshot!($crate::support::snapshot::shown(&$finished), @$snapshot)
    };
}
pub(crate) use assert_run;

/// Compares one text, such as a message in NDJSON, with an inline snapshot.
macro_rules! assert_text {
    ($text:expr, @$snapshot:literal) => {
        insta::assert_snapshot!($crate::support::snapshot::redacted(&$text), @$snapshot)
    };
}
pub(crate) use assert_text;

/// Stands for the folder of a test: as long as the path of a temporary folder on Linux.
const FOLDER: &str = "/folder/of/test";

/// Seconds of a day. Times within about a day of now are replaced.
const DAY: u64 = 24 * 60 * 60;

/// The beginnings of the times in `tests/captures`, which stay even on that day.
const FIXTURES: [&str; 4] = ["17955072", "2026-11-24 08:00:0", "2026-11-24T08:00:0", "2026-11-23T08:00:00"];

/// What a command left, as the snapshot has it.
pub fn shown(finished: &Finished) -> String {
    let code = finished.code.map_or("none".to_owned(), |code| code.to_string());
    let mut text = format!("exit: {code}\n");
    for (name, stream) in [("stdout", &finished.stdout), ("stderr", &finished.stderr)] {
        if !stream.is_empty() {
            text.push_str(&format!("--- {name}\n{}", redacted(stream)));
        }
    }
    text
}

/// A text without what differs between runs and machines.
pub fn redacted(text: &str) -> String {
    let text = text.replace("zoomhook.exe", "zoomhook");
    let text = FOLDERS.replace_all(&text, FOLDER);
    let text = replace(&VERSION, &text, hidden);
    let text = replace(&PORT, &text, hidden);
    let text = replace(&ID, &text, hidden);
    let text = replace(&REQUEST_ID, &text, hidden);
    let text = replace(&TRACE, &text, hidden);
    let text = replace(&JSON_DURATION, &text, |_| "?.???".to_owned());
    let text = replace(&PROCESS, &text, |_| "?????".to_owned());
    let text = replace(&DATE, &text, |date| if is_now(date) { without_digits(date) } else { date.into() });
    let text = replace(&CLOCK, &text, hidden);
    let text = replace(&UNIX, &text, |time| if is_unix_now(time) { hidden(time) } else { time.into() });
    let text = replace(&RUN_TIME, &text, |_| "?.? s".to_owned());
    // In a table, the column is as wide as its widest duration.
    let text =
        replace(&DURATION, &text, |took| if took.ends_with("  ") { "?.? ms  " } else { "?.? ms" }.to_owned());
    let text = replace(&OS_ERROR, &text, |_| "?".to_owned());
    text.chars().map(visible).collect()
}

/// A character, escaped if a terminal or an editor does not show it.
fn visible(c: char) -> String {
    if "\n\\\"'".contains(c) { c.into() } else { c.escape_debug().to_string() }
}

impl Finished {
    /// Replaces each character that differs between runs in this test alone by `?`: the first group of the pattern, else
    /// the whole match.
    #[must_use]
    pub fn hide(self, pattern: &str) -> Self {
        self.replaced(pattern, |part| part.chars().map(|c| if c.is_whitespace() { c } else { '?' }).collect())
    }

    /// As [`Finished::hide`], for a text whose length differs too.
    #[must_use]
    pub fn put(self, pattern: &str, text: &str) -> Self {
        self.replaced(pattern, |_| text.to_owned())
    }

    fn replaced(mut self, pattern: &str, with: impl Fn(&str) -> String) -> Self {
        let pattern = Regex::new(pattern).unwrap();
        for stream in [&mut self.stdout, &mut self.stderr] {
            *stream = replace(&pattern, stream, &with);
        }
        self
    }
}

static FOLDERS: LazyLock<Regex> = LazyLock::new(|| {
    let parent = std::env::temp_dir().canonicalize().unwrap();
    let parents = [std::env::temp_dir(), parent]
        .map(|path| regex::escape(path.to_str().unwrap().trim_end_matches('/')));
    Regex::new(&format!(r"(?:{}|{})[/\\]\.tmp\w{{6}}", parents[0], parents[1])).unwrap()
});
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?:\bzoomhook |"version":")(\d+\.\d+\.\d+)\b"#).unwrap());
/// Ports that the system chose. The ports of documentation, such as 3000, have four digits.
static PORT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:(?:127\.0\.0\.1|0\.0\.0\.0|localhost|\]|"port"):|\bport )(\d{5})\b"#).unwrap()
});
/// ULIDs of this century, and their beginnings.
static ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b01[A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{7,23}\b").unwrap());
/// Ids of requests of our own.
static REQUEST_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9a-f]{8}_(?:[0-9a-f]{4}_){3}[0-9a-f]{12}\b").unwrap());
static JSON_DURATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(?:\w+_)?ms":(\d+(?:\.\d+)?)"#).unwrap());
/// Ids of a trace in our own requests.
static TRACE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:00-([0-9a-f]{32}-[0-9a-f]{16})-|rid=WEB_([0-9a-f]{32}))").unwrap());
static PROCESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bpid (\d+)\b").unwrap());
static DATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?").unwrap());
static CLOCK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^ *\d\d:\d\d:\d\d\.\d{3}\b").unwrap());
/// Seconds or milliseconds since 1970.
static UNIX: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b1\d{9}(?:\d{3})?\b").unwrap());
/// The time that a peer took, behind the status or where there is none.
static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:\d{3}|connected) in ((?:<?\d+\.\d|\d+) (?:ms|s)\b(?: {2,})?)").unwrap()
});
static RUN_TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bRan for ([\d.]+ (?:ms|s)\b)").unwrap());
/// The numbers of the system's errors, which differ between systems.
static OS_ERROR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bos error (\d+)").unwrap());

/// Replaces the first group of each match, or the whole match where there is no group.
fn replace(pattern: &Regex, text: &str, with: impl Fn(&str) -> String) -> String {
    let replaced = pattern.replace_all(text, |found: &Captures<'_>| {
        let whole = found.get(0).unwrap();
        let part = found.get(1).or(found.get(2)).unwrap_or(whole);
        let (before, after) = (part.start() - whole.start(), part.end() - whole.start());
        format!("{}{}{}", &whole.as_str()[..before], with(part.as_str()), &whole.as_str()[after..])
    });
    replaced.into_owned()
}

/// `?` for each digit and letter, so that nothing moves.
fn hidden(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { '?' } else { c }).collect()
}

/// `?` for each digit.
fn without_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '?' } else { c }).collect()
}

fn is_now(date: &str) -> bool {
    let midnight = format!("{}T00:00:00Z", &date[..10]).parse::<jiff::Timestamp>().unwrap_or_default();
    !is_fixture(date) && seconds_since_1970().abs_diff(midnight.as_second().unsigned_abs()) <= 2 * DAY
}

fn is_unix_now(time: &str) -> bool {
    !is_fixture(time) && seconds_since_1970().abs_diff(time[..10].parse().unwrap()) <= DAY
}

fn is_fixture(time: &str) -> bool {
    FIXTURES.iter().any(|fixture| time.starts_with(fixture))
}

fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
