//! `zoomhook demo` on a machine with nothing on it.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::process::{finish, run, zoomhook};

#[test]
fn plays_everything_within_ten_seconds_and_ends_with_0() {
    let begun = Instant::now();
    let finished = run(&["demo"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    for event in ["endpoint.url_validation", "meeting.created", "recording.completed"] {
        assert!(finished.stdout.contains(&format!("✓ {event}")), "{event}: {}", finished.stdout);
    }
    for refused in ["signature does not match", "stale timestamp"] {
        assert!(finished.stdout.contains(refused), "{refused}: {}", finished.stdout);
    }
    assert!(finished.stderr.contains("zoomhook listen"), "{}", finished.stderr);
}

#[test]
fn writes_only_ndjson_to_stdout_when_asked_to() {
    let finished = run(&["demo", "--fast", "--format", "json"]);
    let lines: Vec<Value> = finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<_> = lines
        .iter()
        .filter(|line| line["type"] == "delivery")
        .map(|line| (line["verdict"].as_str().unwrap(), line["answer"]["status"].as_u64().unwrap()))
        .collect();
    let expected = [[("valid", 200)].as_slice(), &[("valid", 204); 7], &[("invalid", 401); 2]].concat();
    assert_eq!(verdicts, expected);
}

#[test]
fn needs_neither_home_nor_environment_nor_a_writable_folder() {
    let mut command = zoomhook(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    command.args(["demo", "--fast", "--quiet"]).env_remove("HOME").env_remove("XDG_CONFIG_HOME");
    let finished = finish(command);
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:?}");
}
