//! A damaged history: reported at once, moved aside, exported as far as it can be read, and repaired. Random damage is
//! tested in `src/history/damage_tests.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::{exported, history, keep, keeping};
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::{assert_run, assert_text};

const PAGE: usize = 4096;
/// First byte of a page with rows.
const ROWS: u8 = 0x0d;
/// Many enough for several pages.
const STORED: usize = 60;

/// Stores deliveries and ends the session, so that all of them are in the file.
async fn stored(folder: &Path, count: usize) -> Vec<String> {
    let listen = keeping(folder, &[]);
    for number in 0..count {
        keep(&listen, &format!("a.n{number:03}"), 200).await;
    }
    let (status, ..) = listen.interrupted();
    assert_eq!(status.code(), Some(0));
    ids(&exported(folder))
}

fn ids(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

fn lines(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Changes the file with `damage`, which gets the position of the page that has the body of the event.
fn damage(folder: &Path, event: &str, damage: impl FnOnce(&mut [u8])) {
    let path = folder.join("h.db");
    let mut bytes = fs::read(&path).unwrap();
    let has_body = |page: &[u8]| {
        let text = format!("{{\"event\":\"{event}\"");
        page[0] == ROWS && page.windows(text.len()).any(|part| part == text.as_bytes())
    };
    damage(bytes.chunks_mut(PAGE).find(|page| has_body(page)).unwrap());
    fs::write(path, bytes).unwrap();
}

/// The files next to the history with this text in their names.
fn named(folder: &Path, text: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains(text)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_reported_at_once_and_everything_else_is_recovered() {
    let folder = TempDir::new().unwrap();
    let before = stored(folder.path(), STORED).await;
    damage(folder.path(), "a.n030", |page| page.fill(0));

    // Nothing is sent: the background check finds it.
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none", "--port", "0", "--format", "json", "--timeout", "2s"]);
    command.arg("--history-file").arg(folder.path().join("h.db"));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let warned = lines(&finish(command));
    let warning = warned.iter().find(|line| line["code"] == "history_damaged").unwrap();
    let message = warning["message"].as_str().unwrap();
    assert!(message.starts_with("The history is damaged ("), "{message}");
    assert!(message.ends_with(&format!(
        "To recover what can be read:\n  zoomhook history --history-file {} repair",
        folder.path().join("h.db").display()
    )));
    assert!(!named(folder.path(), "h.db.damaged-").is_empty());
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "a.after", 0).await;
    drop(listen);

    let export = history(folder.path(), &["export"]);
    assert_eq!(export.code, Some(1), "{export:?}");
    assert!(export.stderr.contains("deliveries are lost\n"), "{}", export.stderr);
    let readable: BTreeSet<_> = ids(&lines(&export)).into_iter().collect();
    let lost: Vec<_> = before.iter().filter(|id| !readable.contains(*id)).collect();
    assert!((1..20).contains(&lost.len()), "{lost:?}");
    assert_eq!(readable.len(), STORED - lost.len() + 1);

    let repair = history(folder.path(), &["repair"]);
    assert_eq!(repair.code, Some(1), "{repair:?}");
    let expected = format!(
        "{} deliveries were recovered. {} deliveries are lost.\nThe damaged file is still there, as ",
        STORED - lost.len(),
        lost.len()
    );
    assert!(repair.stderr.starts_with(&expected), "{}", repair.stderr);
    assert_eq!(ids(&exported(folder.path())).into_iter().collect::<BTreeSet<_>>(), readable);
    assert!(named(folder.path(), "h.db.damaged-").is_empty());
    assert!(!named(folder.path(), "h.db.repaired-").is_empty());
    let again = history(folder.path(), &["repair"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(
        again.stderr,
        format!("The history is not damaged. {} deliveries were checked.\n", readable.len())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_in_a_body_is_never_shown_as_genuine() {
    let folder = TempDir::new().unwrap();
    stored(folder.path(), 3).await;
    damage(folder.path(), "a.n002", |page| {
        let at = page.windows(6).position(|part| part == b"a.n002").unwrap();
        page[at + 3] ^= 1;
    });
    let export = history(folder.path(), &["export"]);
    assert_eq!((export.code, lines(&export).len()), (Some(1), 2), "{export:?}");
    assert_text!(export.stderr, @"
    error: the history /folder/of/test/h.db is damaged. 1 delivery is lost
      To recover what can be read:
        zoomhook history --history-file /folder/of/test/h.db repair
    ");
    let list = history(folder.path(), &["list"]);
    assert_eq!(list.stdout.lines().count(), 3, "{list:?}");
    assert_text!(list.stderr, @"
    error: the history /folder/of/test/h.db is damaged. 1 delivery is left out
      To recover what can be read:
        zoomhook history --history-file /folder/of/test/h.db repair
    ");
    assert_run!(history(folder.path(), &["show", "last"]), @"
    exit: 1
    --- stderr
    error: the history /folder/of/test/h.db is damaged: the delivery stored as number 3 has changed in the file
      To recover what can be read:
        zoomhook history --history-file /folder/of/test/h.db repair
    ");
    assert_eq!(history(folder.path(), &["repair"]).code, Some(1));
    assert_eq!(exported(folder.path()).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_totals_and_missing_tables_name_the_remedy() {
    for sql in [
        "DELETE FROM totals",
        "UPDATE totals SET count = 9000000000",
        "UPDATE totals SET count = -7",
        "DROP TABLE contents",
    ] {
        let folder = TempDir::new().unwrap();
        stored(folder.path(), 2).await;
        Connection::open(folder.path().join("h.db")).unwrap().execute_batch(sql).unwrap();
        let list = history(folder.path(), &["list"]);
        let remedy = format!(
            "\n  To recover what can be read:\n    zoomhook history --history-file {} repair\n",
            folder.path().join("h.db").display()
        );
        assert_eq!(list.code, Some(1), "{sql}: {list:?}");
        assert!(list.stderr.ends_with(&remedy) && !list.stderr.contains("Invalid column"), "{}", list.stderr);
        println!("{sql}: {}", list.stderr);
        let listen = keeping(folder.path(), &[]);
        keep(&listen, "a.after", 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_count_alone_loses_nothing() {
    let folder = TempDir::new().unwrap();
    stored(folder.path(), 3).await;
    let damaged = || {
        let sql = "UPDATE totals SET count = 9000000000 WHERE share = 0";
        Connection::open(folder.path().join("h.db")).unwrap().execute_batch(sql).unwrap();
    };
    damaged();
    let export = history(folder.path(), &["export"]);
    assert_eq!(lines(&export).len(), 3);
    assert_text!(export.stderr, @"
    error: the history /folder/of/test/h.db is damaged. Everything was exported
      To recover what can be read:
        zoomhook history --history-file /folder/of/test/h.db repair
    ");
    assert_run!(history(folder.path(), &["repair"]).hide(r"repaired-(\w+)"), @"
    exit: 0
    --- stderr
    3 deliveries were recovered. Nothing was lost.
    The damaged file is still there, as /folder/of/test/h.db.repaired-????????????????. You can delete it.
    ");
    assert_eq!(exported(folder.path()).len(), 3);
}

#[test]
fn repair_without_a_history_says_the_same_as_the_other_commands() {
    let folder = TempDir::new().unwrap();
    for name in ["", "missing"] {
        let folder = folder.path().join(name);
        let file = folder.join("h.db");
        let run = |action: &str| {
            let mut command = zoomhook(folder.parent().unwrap());
            command.arg("history").arg("--history-file").arg(&file).arg(action);
            finish(command)
        };
        let (repair, list) = (run("repair"), run("list"));
        assert_eq!((repair.code, &repair.stderr), (Some(0), &list.stderr));
    }
}
