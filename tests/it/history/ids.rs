//! Deliveries named by their ids: verified, compared, completed by the shell.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{history, keep, keeping, send};
use crate::support::{
    process::{Finished, finish, zoomhook},
    requests::{SECRET, event, head_with, timestamp, with_length},
};

fn verify(folder: &Path, what: &str) -> Finished {
    let mut command = zoomhook(folder);
    command.args(["verify", what, "--max-age", "5m", "--history-file", "h.db"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_delivery_is_verified_as_of_its_arrival() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let body = event("meeting.ended", 0);
    let head = head_with("/webhook", &timestamp(0), "another-secret", &body);
    assert_eq!(send(&listen, &with_length(head, &body)).await, 401);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    for what in [&id, &id.to_lowercase(), "last-1", &id[..16]] {
        let verified = verify(folder.path(), what);
        assert_eq!(verified.code, Some(0), "{what}: {verified:?}");
        assert!(verified.stdout.contains("VALID   meeting.started"), "{verified:?}");
    }
    let refused = verify(folder.path(), "last");
    assert_eq!(refused.code, Some(3), "{refused:?}");
    // A file of that name wins, and what can only be an id is told as one.
    std::fs::write(folder.path().join("last"), "no capture").unwrap();
    assert_eq!(verify(folder.path(), "last").code, Some(4));
    let several = verify(folder.path(), &id[..4]);
    assert!(several.code == Some(2) && several.stderr.contains(&id), "{several:?}");
    let none = verify(folder.path(), "00000000000000000000000000");
    assert!(
        none.code == Some(2) && none.stderr.contains("begins with 00000000000000000000000000"),
        "{none:?}"
    );
    assert_eq!(verify(folder.path(), "abcd").code, Some(4));
    let shown = |what| history(folder.path(), &["show", what]).stderr;
    assert!(shown("zz").contains("no delivery has an id that begins with ZZ"), "{}", shown("zz"));
    assert!(shown("last-9").contains("last-9: so many deliveries are not kept"), "{}", shown("last-9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_told_for_people_and_for_programs() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 1).await;
    let body = event("meeting.started", 2);
    let head = head_with("/webhook", &timestamp(0), "another-secret", &body) + "x-zm-request-id: a_b\r\n";
    assert_eq!(send(&listen, &with_length(head, &body)).await, 401);
    let diff = history(folder.path(), &["diff", "last-1", "last"]).stdout;
    for part in
        ["~ payload.object.topic\n    - \"x\"\n    + \"xx\"", "~ verdict", "+ x-zm-request-id\n    + a_b"]
    {
        assert!(diff.contains(part), "{part}: {diff}");
    }
    assert!(!diff.contains("x-zm-signature") && !diff.contains("account_id"), "{diff}");
    assert!(history(folder.path(), &["diff", "last-1", "last", "--all"]).stdout.contains("account_id"));
    let changes = history(folder.path(), &["diff", "last-1", "last", "--format", "json"]).stdout;
    let changes: Vec<Value> = serde_json::from_str(&changes).unwrap();
    let topic = changes.iter().find(|change| change["path"] == "payload.object.topic").unwrap();
    assert_eq!(
        (&topic["in"], &topic["first"], &topic["second"]),
        (&"body".into(), &"x".into(), &"xx".into())
    );
    let same = history(folder.path(), &["diff", "last", "last"]).stdout;
    assert!(same.contains("The bodies say the same."), "{same}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shells_are_given_the_ids_of_a_history_that_exists() {
    let folder = TempDir::new().unwrap();
    let complete = |words: &[&str]| {
        let mut command = zoomhook(folder.path());
        command.arg("--").args(words).env("COMPLETE", "fish");
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string()).env("_CLAP_IFS", "\n");
        finish(command)
    };
    let words = ["zoomhook", "history", "--history-file", "h.db", "show", ""];
    let nothing = complete(&words);
    assert!(nothing.code == Some(0) && !nothing.stdout.contains("last"), "{nothing:?}");
    let mut listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let id = listen.delivery()["id"].as_str().unwrap()[..10].to_owned();
    let offered = complete(&words).stdout;
    assert!(offered.starts_with("last\tmeeting.started, 20"), "{offered}");
    assert!(offered.contains(&format!("\n{id}\tmeeting.started, 20")), "{offered}");
    assert!(
        complete(&["zoomhook", "history", "--history-file", "h.db", "diff", "last", "01"])
            .stdout
            .contains(&id)
    );
}
