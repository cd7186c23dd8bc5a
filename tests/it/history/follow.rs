//! `history list --follow`: each delivery when it is stored, by any process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{history, keep, keeping};
#[cfg(unix)]
use crate::support::process::{signal, zoomhook};
use crate::support::snapshot::{assert_run, assert_text};

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `list --follow`, killed by its guard.
pub(super) struct Followed {
    child: Child,
    lines: Receiver<String>,
    notes: Receiver<String>,
}

impl Followed {
    pub(super) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = zoomhook(folder);
        command.args(["history", "list", "-f", "--history-file", "h.db"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let notes = lines_of(child.stderr.take().unwrap());
        Self { child, lines, notes }
    }

    pub(super) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line in time")
    }

    fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the process does not exit");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines_of(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            println!("followed: {line}");
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_list_shows_deliveries_of_any_process_and_goes_on_after_pruning() {
    let folder = TempDir::new().unwrap();
    let followed = Followed::start(folder.path(), &["--event", "meeting.*"]);
    let note = followed.notes.recv_timeout(PATIENCE).unwrap();
    assert_text!(note, @"Nothing is stored yet. Waiting for the first delivery that listen stores.");
    let (one, other) = (keeping(folder.path(), &[]), keeping(folder.path(), &[]));
    for (listen, name) in
        [(&one, "meeting.a"), (&other, "phone.x"), (&other, "meeting.b"), (&one, "meeting.c")]
    {
        keep(listen, name, 0).await;
        if name != "phone.x" {
            let line = followed.line();
            // The line of a command that still runs.
            assert!(line.contains(&format!("✓ {name} ")), "{line}");
        }
    }
    let pruned = history(folder.path(), &["prune", "--older-than", "1ms"]);
    assert_eq!(pruned.code, Some(0), "{pruned:?}");
    keep(&other, "meeting.d", 0).await;
    assert!(followed.line().contains("meeting.d"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_followed_list_with_0_before_there_is_a_history() {
    let folder = TempDir::new().unwrap();
    let mut followed = Followed::start(folder.path(), &[]);
    followed.notes.recv_timeout(PATIENCE).unwrap();
    signal(followed.child.id(), "INT");
    assert_eq!(followed.ended(), Some(0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_followed_list_with_0_after_pruning() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let mut followed = Followed::start(folder.path(), &[]);
    for name in ["a.a", "a.b"] {
        keep(&listen, name, 0).await;
        assert!(followed.line().contains(name));
        assert_eq!(history(folder.path(), &["prune", "--older-than", "1ms"]).code, Some(0));
    }
    signal(followed.child.id(), "INT");
    assert_eq!(followed.ended(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_list_starts_with_the_newest_and_ends_when_its_output_is_closed() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    for name in ["a.a", "a.b", "a.c"] {
        keep(&listen, name, 0).await;
    }
    let mut command = zoomhook(folder.path());
    command.args(["history", "list", "-f", "-n", "2", "--format", "json", "--history-file", "h.db"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for name in ["a.b", "a.c"] {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap()["event"], name);
    }
    drop(stdout);
    // On Windows, a closed pipe is noticed only at the next line.
    #[cfg(windows)]
    keep(&listen, "a.d", 0).await;
    let lines = channel().1;
    let mut followed = Followed { child, lines, notes: channel().1 };
    assert_eq!(followed.ended(), Some(0));
}

#[test]
fn a_followed_list_misses_none_of_many_deliveries_at_once() {
    let folder = TempDir::new().unwrap();
    let line = |number: usize| {
        format!(
            r#"{{"v":1,"type":"delivery","id":"01J2GZ5YHJ{number:016}","received_at":"2024-07-11T13:44:15.858Z","verdict":"valid","event":"n.{number}","body":"{{}}"}}"#
        )
    };
    let first = folder.path().join("first.ndjson");
    std::fs::write(&first, line(0)).unwrap();
    assert_eq!(history(folder.path(), &["import", first.to_str().unwrap()]).code, Some(0));
    let followed = Followed::start(folder.path(), &[]);
    let is_listed = |line: &str, number: usize| {
        line.contains(&format!("○ n.{number} ")) && line.contains(" imported as valid")
    };
    assert!(is_listed(&followed.line(), 0));
    let rest = folder.path().join("rest.ndjson");
    std::fs::write(&rest, (1..=500).map(|number| line(number) + "\n").collect::<String>()).unwrap();
    assert_run!(history(folder.path(), &["import", rest.to_str().unwrap()]), @"
    exit: 0
    --- stderr
    500 imported.
    ");
    for number in 1..=500 {
        let line = followed.line();
        assert!(is_listed(&line, number), "{line}");
    }
}
