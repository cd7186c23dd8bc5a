//! Deliveries named by their ids: verified, compared, completed by the shell.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{SIGNATURE, history, keep, keeping, send};
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::{SECRET, event, head_with, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// The age depends on the second in which the event was signed.
const AGE: &str = r"signed (.* before it was captured)";

fn verify(folder: &Path, what: &str) -> Finished {
    let mut command = zoomhook(folder);
    command.args(["verify", what, "--max-age", "5m", "--history-file", "h.db"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_uses_the_arrival_time_of_a_stored_delivery() {
    let folder = TempDir::new().unwrap();
    let mut listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let body = event("meeting.ended", 0);
    let head = head_with("/webhook", &timestamp(0), "another-secret", &body);
    assert_eq!(send(&listen, &with_length(head, &body)).await, 401);
    let id = listen.delivery()["id"].as_str().unwrap().to_owned();
    for what in [&id, &id.to_lowercase(), "last-1", &id[..16]] {
        let verified = verify(folder.path(), what);
        insta::allow_duplicates! { assert_run!(verified.put(AGE, "…"), @"
        exit: 0
        --- stdout

          ✓ VALID   meeting.started

            The signature matches these exact bytes.

            Secret      ZOOM_WEBHOOK_SECRET_TOKEN

            Age         signed …
            Read        ??????????????????????????
                        zoomhook NDJSON · the original bytes · 93 bytes
        "); }
    }
    assert_run!(verify(folder.path(), "last").put(AGE, "…"), @"
    exit: 3
    --- stdout

      ✗ INVALID, because the signature does not match   meeting.ended

        None of the variants tried gives this signature. The usual reasons: it was made with a different secret token, or over a different body.

        Cause       unexplained
        Do          Compare the secret token with the one on the app's Feature page, and capture the raw bytes of the body.

        Tried       Other forms of the secret token, timestamp, body, message, hash and header, alone and in likely pairs. The steps are in --format json.

        Age         signed …
        Read        ??????????????????????????
                    zoomhook NDJSON · the original bytes · 91 bytes
    ");
    // A file of that name comes first; a text that can only be an id is reported as an id.
    std::fs::write(folder.path().join("last"), "no capture").unwrap();
    assert_eq!(verify(folder.path(), "last").code, Some(4));
    assert_run!(verify(folder.path(), &id[..4]).hide(&format!(r"{}\w*", &id[..4])), @"
    exit: 2
    --- stderr
    error: several deliveries have ids that begin with ????: ??????????????????????????, ??????????????????????????
      `zoomhook history list` shows the ids.
    ");
    assert_run!(verify(folder.path(), "00000000000000000000000000"), @"
    exit: 2
    --- stderr
    error: no delivery has an id that begins with 00000000000000000000000000
      `zoomhook history list` shows the ids.
    ");
    assert_run!(verify(folder.path(), "abcd"), @"
    exit: 4
    --- stdout

      ? CANNOT READ

        abcd cannot be read: No such file or directory.
    ");
    let shown = |what| history(folder.path(), &["show", what]);
    assert_run!(shown("zz"), @"
    exit: 2
    --- stderr
    error: no delivery has an id that begins with zz
      `zoomhook history list` shows the ids.
    ");
    assert_run!(shown("last-9"), @"
    exit: 2
    --- stderr
    error: last-9: there are not that many stored deliveries
      `zoomhook history list` shows the ids.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_prints_differences_as_text_and_as_json() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 1).await;
    let body = event("meeting.started", 2);
    let head = head_with("/webhook", &timestamp(0), "another-secret", &body) + "x-zm-request-id: a_b\r\n";
    assert_eq!(send(&listen, &with_length(head, &body)).await, 401);
    let diff =
        |more: &[&str]| history(folder.path(), &[&["diff", "last-1", "last"], more].concat()).hide(SIGNATURE);
    assert_run!(diff(&[]), @r#"
    exit: 0
    --- stdout
    - ??????????????????????????  ????-??-?? ??:??:??  meeting.started
    + ??????????????????????????  ????-??-?? ??:??:??  meeting.started

    ~ verdict
        - valid
        + invalid
    + reason
        + signature_mismatch
    - secret
        - ZOOM_WEBHOOK_SECRET_TOKEN
    ~ answer
        - 204
        + 401

    Headers
    ~ content-length
        - 94
        + 95
    + x-zm-request-id
        + a_b

    Body
    ~ payload.object.topic
        - "x"
        + "xx"
    "#);
    assert_run!(diff(&["--all"]), @r#"
    exit: 0
    --- stdout
    - ??????????????????????????  ????-??-?? ??:??:??  meeting.started
    + ??????????????????????????  ????-??-?? ??:??:??  meeting.started

    ~ verdict
        - valid
        + invalid
    + reason
        + signature_mismatch
    - secret
        - ZOOM_WEBHOOK_SECRET_TOKEN
    ~ answer
        - 204
        + 401

    Headers
    ~ content-length
        - 94
        + 95
    + x-zm-request-id
        + a_b

    Body
      event
          "meeting.started"
      payload.account_id
          "abc"
    ~ payload.object.topic
        - "x"
        + "xx"
      event_ts
          1
    "#);
    let changes = history(folder.path(), &["diff", "last-1", "last", "--format", "json"]).stdout;
    let changes: Vec<Value> = serde_json::from_str(&changes).unwrap();
    let topic = changes.iter().find(|change| change["path"] == "payload.object.topic").unwrap();
    assert_eq!(
        (&topic["in"], &topic["first"], &topic["second"]),
        (&"body".into(), &"x".into(), &"xx".into())
    );
    assert_run!(history(folder.path(), &["diff", "last", "last"]), @"
    exit: 0
    --- stdout
    - ??????????????????????????  ????-??-?? ??:??:??  meeting.started
    + ??????????????????????????  ????-??-?? ??:??:??  meeting.started

    The bodies have the same content.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn shells_complete_the_ids_of_an_existing_history() {
    let folder = TempDir::new().unwrap();
    let complete = |words: &[&str]| {
        let mut command = zoomhook(folder.path());
        command.arg("--").args(words).env("COMPLETE", "fish");
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string()).env("_CLAP_IFS", "\n");
        finish(command)
    };
    let words = ["zoomhook", "history", "--history-file", "h.db", "show", ""];
    assert_run!(complete(&words), @r"
    exit: 0
    --- stdout
    --format\tOutput format
    --exact\tWith --format curl, print the stored signature, which good receivers refuse after 5 minutes
    --help\tPrint help (see more with '--help')
    --project\tFolder of the project whose deliveries count [default: the current folder's; for export, all]
    --all-projects\tDeliveries of all projects
    --secret\tThe app's secret token; without a value, zoomhook asks for it; may be repeated
    --secret-file\tFile that contains only a secret token; may be repeated
    --env-file\tFile to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env
    --no-env-file\tDo not read .env files
    --history-file\tFile in which deliveries are stored, instead of the default one
    --no-pager\tPrint without a pager, even if the output is longer than the screen
    --profile\tUse this profile of zoomhook.toml
    ");
    let mut listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let id = listen.delivery()["id"].as_str().unwrap()[..10].to_owned();
    let offered = complete(&words);
    assert!(offered.stdout.contains(&id), "{offered:?}");
    assert_run!(offered, @r"
    exit: 0
    --- stdout
    last\tmeeting.started, ????-??-?? ??:??:??
    ??????????\tmeeting.started, ????-??-?? ??:??:??
    --format\tOutput format
    --exact\tWith --format curl, print the stored signature, which good receivers refuse after 5 minutes
    --help\tPrint help (see more with '--help')
    --project\tFolder of the project whose deliveries count [default: the current folder's; for export, all]
    --all-projects\tDeliveries of all projects
    --secret\tThe app's secret token; without a value, zoomhook asks for it; may be repeated
    --secret-file\tFile that contains only a secret token; may be repeated
    --env-file\tFile to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env
    --no-env-file\tDo not read .env files
    --history-file\tFile in which deliveries are stored, instead of the default one
    --no-pager\tPrint without a pager, even if the output is longer than the screen
    --profile\tUse this profile of zoomhook.toml
    ");
    let offered = complete(&["zoomhook", "history", "--history-file", "h.db", "diff", "last", "01"]);
    assert!(offered.stdout.contains(&id), "{offered:?}");
    assert_run!(offered, @r"
    exit: 0
    --- stdout
    ??????????\tmeeting.started, ????-??-?? ??:??:??
    ");
}
