//! Stored deliveries exported for other programs, and imported again.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{history, keep, keeping, send};
use crate::support::app::App;
use crate::support::process::{Finished, finish_with_input, zoomhook};
use crate::support::requests::{SECRET, event, signed, signed_head, with_length};
use crate::support::snapshot::assert_run;

/// The verdicts of `verify` on a text on stdin, in JSON.
fn verified(folder: &Path, text: &str) -> Vec<Value> {
    let mut command = zoomhook(folder);
    command.args(["verify", "-", "--format", "json"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish_with_input(command, text.as_bytes())
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|v: &Value| v["type"] == "verdict")
        .collect()
}

fn import(folder: &Path, file: &str, from: &[&str]) -> Finished {
    history(folder, &[&["import", "--history-file", file], from].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_reads_every_format_that_show_prints() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let body =
        r#"{"event":"meeting.started","payload":{"object":{"topic":"it's \u00e9 é @x","n":1.0}}}"#.as_bytes();
    let head = signed_head("/webhook", body) + "authorization: Bearer hush\r\nx-empty:\r\n";
    assert_eq!(send(&listen, &with_length(head, body)).await, 204);
    // A chunked body, which is stored whole.
    let (first, rest) = body.split_at(20);
    let mut chunked = signed_head("/webhook", body) + "transfer-encoding: chunked\r\n\r\n";
    for part in [first, rest, b""] {
        chunked.push_str(&format!("{:x}\r\n{}\r\n", part.len(), std::str::from_utf8(part).unwrap()));
    }
    assert_eq!(send(&listen, chunked.as_bytes()).await, 204);
    for (id, format) in
        ["last", "last-1"].iter().flat_map(|id| ["http", "curl", "har", "json"].map(|f| (*id, f)))
    {
        let shown = history(folder.path(), &["show", id, "--format", format]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        let verdicts = verified(folder.path(), &shown.stdout);
        assert_eq!(verdicts.len(), 1, "{format}: {}", shown.stdout);
        assert_eq!(verdicts[0]["verdict"], "valid", "{format}: {}", shown.stdout);
        assert!(!shown.stdout.contains("hush"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_export_is_the_same_deliveries() {
    let folder = TempDir::new().unwrap();
    let mut app = App::start().await;
    app.answers("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok");
    let port = app.address.port().to_string();
    let listen = keeping(folder.path(), &["--forward", &port]);
    for padding in 0..3 {
        assert_eq!(send(&listen, &signed("/webhook", &event("meeting.started", padding))).await, 201);
        app.next().await;
    }
    assert_eq!(
        send(&listen, b"POST /webhook HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n\xff\x00").await,
        401
    );
    let exported = history(folder.path(), &["export"]).stdout;
    assert_eq!(exported.lines().count(), 4);
    std::fs::write(folder.path().join("e.ndjson"), &exported).unwrap();
    assert_run!(import(folder.path(), "other.db", &["e.ndjson"]), @"
    exit: 0
    --- stderr
    4 imported.
    ");
    // What this machine knows of them is not imported.
    let of_imported = exported.replace(r#""zoom":"delivered""#, r#""zoom":null"#);
    let of_imported = of_imported.replace(r#","headers":[["host""#, r#","imported":true,"headers":[["host""#);
    assert_eq!(history(folder.path(), &["export", "--history-file", "other.db"]).stdout, of_imported);
    assert_run!(import(folder.path(), "other.db", &["e.ndjson"]), @"
    exit: 0
    --- stderr
    0 imported, 4 already stored.
    ");
}

#[test]
fn captures_of_other_tools_are_imported_and_unreadable_files_are_reported() {
    let folder = TempDir::new().unwrap();
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/valid");
    std::fs::write(folder.path().join("x.txt"), "nothing of the kind").unwrap();
    let mut imported = import(folder.path(), "h.db", &["-r", captures.to_str().unwrap(), "x.txt", "gone"]);
    imported.stderr = imported.stderr.replace(captures.to_str().unwrap(), "captures");
    assert_run!(imported, @"
    exit: 4
    --- stderr
    x.txt: contains no request: it has no signature and no event of Zoom; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'
    gone: cannot be read: No such file or directory
    62 imported, 80 already stored, 2 could not be read.
    ");
    let verdicts = verified(folder.path(), &history(folder.path(), &["export"]).stdout);
    assert!(verdicts.len() > 10, "{}", verdicts.len());
    assert_run!(import(folder.path(), "h.db", &[]), @"
    exit: 2
    --- stderr
    error: there is no file to import
      Name a file of `zoomhook history export`, a captured request, or - for stdin.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_har_export_is_one_document_even_without_requests() {
    let folder = TempDir::new().unwrap();
    let entries = |arguments: &[&str]| {
        let exported = history(folder.path(), &[&["export", "--format", "har"], arguments].concat());
        assert_eq!(exported.code, Some(0), "{exported:?}");
        serde_json::from_str::<Value>(&exported.stdout).unwrap()["log"]["entries"].as_array().unwrap().clone()
    };
    assert!(entries(&[]).is_empty());
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 4).await;
    keep(&listen, "meeting.ended", 4).await;
    assert!(entries(&["--event", "phone.*"]).is_empty());
    let all = entries(&[]);
    assert_eq!((all.len(), &all[0]["response"]["status"]), (2, &204.into()));
    let verdicts = verified(folder.path(), &history(folder.path(), &["export", "--format", "har"]).stdout);
    assert!(
        verdicts.len() == 2 && verdicts.iter().all(|verdict| verdict["verdict"] == "valid"),
        "{verdicts:?}"
    );
    let masked = entries(&["--redact"]);
    assert_ne!(masked[0]["request"]["postData"]["text"], all[0]["request"]["postData"]["text"]);
}
