//! Credentials in headers and URLs: they reach the app, and are neither stored nor shown.

use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, signed_head, with_length};
use crate::support::snapshot::{assert_run, assert_text};

/// Headers whose values must not be stored.
const HEADERS: [&str; 5] = ["authorization", "x-api-key", "x-custom-auth", "x-auth-token", "x-own"];

/// Part of all of their values, and of the URL's token.
const HUSH: &str = "hush-hush";

#[tokio::test(flavor = "multi_thread")]
async fn credentials_reach_the_app_and_are_neither_stored_nor_shown() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let history = folder.path().join("h.db");
    let url = format!("http://{}/hook?env=dev&token={HUSH}", app.address);
    let listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--headers", "--mask-header", "x-own", "--forward", &url]);
        command.arg("--history-file").arg(&history).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let body = event("a.b", 0);
    let mut head = signed_head("/webhook", &body);
    for name in HEADERS {
        head += &format!("{name}: {HUSH}-{name}\r\n");
    }
    head += "x-zm-trackingid: kept\r\nidempotency-key: kept\r\n";
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&with_length(head, &body)).await.status, 204);
    let request = app.next().await;
    assert!(request.head.starts_with(&format!("POST /hook?env=dev&token={HUSH} ")), "{}", request.head);
    for name in HEADERS {
        assert_eq!(request.header(name), [format!("{HUSH}-{name}")]);
    }
    let (_, lines, stderr) = listen.interrupted();
    assert!(!format!("{lines:?}{stderr}").contains(HUSH), "{lines:?}{stderr}");

    let run = |arguments: &[&str]| -> Finished {
        let mut command = zoomhook(folder.path());
        command.args(arguments).arg("--history-file").arg(&history);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        finish(command)
    };
    let exported = run(&["history", "export"]).stdout;
    assert!(exported.contains(r#"["x-zm-trackingid","kept"],["idempotency-key","kept"]"#), "{exported}");
    assert!(
        exported.contains(r#"["x-api-key","***"]"#) && exported.contains("/hook?env=dev&token=***"),
        "{exported}"
    );
    let mut stored = std::fs::read(&history).unwrap();
    stored.extend(std::fs::read(folder.path().join("h.db-wal")).unwrap_or_default());
    assert!(!exported.contains(HUSH) && !stored.windows(HUSH.len()).any(|bytes| bytes == HUSH.as_bytes()));
    // What verifies the request is stored.
    assert_eq!(run(&["verify", "last"]).code, Some(0));

    assert_run!(run(&["replay", "last"]), @"
    exit: 2
    --- stderr
    error: http://127.0.0.1:?????/hook?env=dev&token=*** has a credential in its query, which the history does not store
      Name the whole URL with --to.
    ");
    let replayed = run(&["replay", "last", "--to", &url]);
    assert!(replayed.code == Some(0) && replayed.stdout.contains("/hook?env=dev&token=***"), "{replayed:?}");
    assert_text!(replayed.stderr, @"
      Sent without these headers, because the history stores no credentials: authorization, x-api-key, x-custom-auth, x-auth-token, x-own.
    ");
    let request = app.next().await;
    assert!(request.head.starts_with(&format!("POST /hook?env=dev&token={HUSH} ")), "{}", request.head);
    assert!(HEADERS.iter().all(|name| request.header(name).is_empty()), "{}", request.head);
}
