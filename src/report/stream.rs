//! Prints the state of a team's stream.

use std::time::{Duration, SystemTime};

use super::clock::Clock;
use super::grammar::{count, plural, size, span};
use super::ndjson;
use super::out::OutputError;
use super::page::PagedText;
use super::sanitize::clean;
use crate::stream::{FollowerStatus, PrunedStream, StreamStatus};

/// The form of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum StreamFormat {
    /// For a person at a terminal
    Pretty,
    /// One JSON object on one line
    Json,
}

/// Prints the state of a stream.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_stream_status(
    status: &StreamStatus,
    now: SystemTime,
    format: StreamFormat,
) -> Result<(), OutputError> {
    match format {
        StreamFormat::Json => {
            let mut line = Vec::new();
            ndjson::stream_status(&mut line, status);
            super::print_json(&line)
        }
        StreamFormat::Pretty => {
            let mut page = PagedText::of_stdout();
            put(&mut page, status, now, &Clock::local());
            page.print()
        }
    }
}

/// Prints what was deleted.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_pruned(pruned: &PrunedStream) -> Result<(), OutputError> {
    super::print(format!("{}\n", words_of_pruned(pruned)).as_bytes())
}

fn words_of_pruned(pruned: &PrunedStream) -> String {
    let deliveries = plural(pruned.deliveries, "event", "events");
    let deleted = match pruned.followers {
        0 => format!("Deleted {deliveries}."),
        n => format!("Deleted {deliveries} and {}.", plural(n as u64, "position", "positions")),
    };
    match pruned.missed_by.as_slice() {
        [] => deleted,
        names => format!("{deleted}\nNot all of them were confirmed by: {}", clean(&names.join(", "))),
    }
}

fn put(page: &mut PagedText, status: &StreamStatus, now: SystemTime, clock: &Clock) {
    page.line(&format!("{} on {}", clean(&status.stream), clean(&status.server)));
    page.columns(&rows(status, now, clock));
    page.gap();
    if status.followers.is_empty() {
        page.line("Nobody has followed yet.");
        return;
    }
    page.line("Followers");
    page.columns(&status.followers.iter().map(|follower| follower_row(follower, now)).collect::<Vec<_>>());
}

fn rows(status: &StreamStatus, now: SystemTime, clock: &Clock) -> Vec<Vec<String>> {
    let row = |name: &str, text: String| vec![name.to_owned(), text];
    let room = match status.max_bytes {
        Some(most) => format!("{} of {}", bytes(status.bytes), bytes(most)),
        None => format!("{}, without a limit", bytes(status.bytes)),
    };
    let mut rows = vec![row("Events", count(status.deliveries)), row("Size", room)];
    if let Some((oldest, newest)) = status.between {
        let time = |at| format!("{} ({})", clock.with_date(at), ago(at, now));
        rows.push(row("Oldest", time(oldest)));
        rows.push(row("Newest", time(newest)));
    }
    let kept = status.max_age.map_or("without a limit".to_owned(), |age| format!("for {}", span(age)));
    let copies = plural(status.replicas as u64, "server", "servers");
    let place = if status.is_in_memory { "in memory only" } else { "on disk" };
    rows.push(row("Kept", format!("{kept}, on {copies}, {place}")));
    rows.push(row("Duplicates", format!("recognized for {}", span(status.duplicate_window))));
    rows
}

fn follower_row(follower: &FollowerStatus, now: SystemTime) -> Vec<String> {
    let behind = match (follower.behind, follower.unconfirmed) {
        (0, 0) => "up to date".to_owned(),
        (0, n) => format!("{} not confirmed", count(n)),
        (n, 0) => format!("{} behind", count(n)),
        (n, unconfirmed) => format!("{} behind, {} not confirmed", count(n), count(unconfirmed)),
    };
    let is_there = if follower.is_connected { "connected" } else { "not connected" };
    let confirmed = follower.confirmed_at.map(|at| format!("last confirmed one {}", ago(at, now)));
    vec![clean(&follower.name).into_owned(), behind, is_there.to_owned(), confirmed.unwrap_or_default()]
}

fn ago(at: SystemTime, now: SystemTime) -> String {
    let distance = now.duration_since(at).unwrap_or_default();
    if distance < Duration::from_secs(1) { "just now".to_owned() } else { format!("{} ago", span(distance)) }
}

fn bytes(bytes: u64) -> String {
    size(usize::try_from(bytes).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::report::theme::Theme;

    const NOW: Duration = Duration::from_secs(1_720_705_455);

    fn follower(name: &str, behind: u64, unconfirmed: u64, is_connected: bool) -> FollowerStatus {
        let confirmed_at = is_connected.then(|| UNIX_EPOCH + NOW - Duration::from_secs(75));
        FollowerStatus { name: name.into(), behind, unconfirmed, is_connected, confirmed_at }
    }

    #[test]
    fn shows_the_stream_and_its_followers() {
        let status = StreamStatus {
            server: "nats://hooks.example.com:4222".into(),
            app: "acme".into(),
            stream: "zoomhook-acme".into(),
            deliveries: 41_822,
            bytes: 130 << 20,
            max_bytes: Some(1 << 30),
            max_age: Some(Duration::from_secs(7 * 24 * 3600)),
            between: Some((UNIX_EPOCH + NOW - Duration::from_secs(400_000), UNIX_EPOCH + NOW)),
            replicas: 3,
            is_in_memory: false,
            duplicate_window: Duration::from_secs(7200),
            followers: vec![
                follower("ci", 0, 0, false),
                follower("jo-desk", 1_200, 512, true),
                follower("maria-laptop", 0, 3, true),
            ],
        };
        let mut page = PagedText::new(Theme::new(false));
        put(&mut page, &status, UNIX_EPOCH + NOW, &Clock::utc());
        insta::assert_snapshot!(page.text(), @"
        zoomhook-acme on nats://hooks.example.com:4222
          Events      41,822
          Size        130 MiB of 1 GiB
          Oldest      2024-07-06 22:37:35 UTC (4 days 15 h ago)
          Newest      2024-07-11 13:44:15 UTC (just now)
          Kept        for 7 days, on 3 servers, on disk
          Duplicates  recognized for 2 h

        Followers
          ci            up to date                       not connected
          jo-desk       1,200 behind, 512 not confirmed  connected      last confirmed one 1 min 15 s ago
          maria-laptop  3 not confirmed                  connected      last confirmed one 1 min 15 s ago
        ");
        let mut line = Vec::new();
        ndjson::stream_status(
            &mut line,
            &StreamStatus { followers: vec![follower("ci", 0, 0, false)], ..status },
        );
        insta::assert_snapshot!(String::from_utf8(line).unwrap(), @r#"{"v":1,"type":"stream","server":"nats://hooks.example.com:4222","app":"acme","stream":"zoomhook-acme","events":41822,"bytes":136314880,"max_bytes":1073741824,"max_age_ms":604800000.000,"oldest_at":"2024-07-06T22:37:35.000Z","newest_at":"2024-07-11T13:44:15.000Z","replicas":3,"in_memory":false,"duplicate_window_ms":7200000.000,"followers":[{"name":"ci","behind":0,"unconfirmed":0,"connected":false}]}"#);
    }

    #[test]
    fn says_what_was_deleted() {
        let words = |deliveries, followers| {
            words_of_pruned(&PrunedStream { deliveries, followers, missed_by: Vec::new() })
        };
        assert_eq!(words(1_200, 0), "Deleted 1,200 events.");
        assert_eq!(words(1, 2), "Deleted 1 event and 2 positions.");
    }
}
