//! Commands that find a running `listen`, and the files that a killed one leaves.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, at_home, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, signed};
use crate::support::snapshot::{assert_run, assert_text};

/// The default address of `listen`.
const USUAL: &str = "http://127.0.0.1:4000/webhook";

/// Listens in this home on a free port.
fn listen(home: &Path, arguments: &[&str]) -> Listen {
    Listen::start_with(|command| {
        at_home(command, home);
        // The project of the deliveries. A test may have no such folder.
        if home.is_dir() {
            command.current_dir(home);
        }
        command.args(["--tunnel", "none"]).args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

fn run(home: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

/// The target of a command that names none.
fn url(home: &Path) -> String {
    let signed = run(home, &["sign", "{}", "--format", "json"]);
    serde_json::from_str::<Value>(&signed.stdout).unwrap()["url"].as_str().unwrap().to_owned()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The files of the running sessions.
fn registered(home: &Path) -> Vec<PathBuf> {
    files(home).into_iter().filter(|path| path.parent().unwrap().ends_with("listening")).collect()
}

#[test]
fn trigger_and_sign_find_listen_at_any_port_and_path() {
    let home = TempDir::new().unwrap();
    let mut listen = listen(home.path(), &["--path", "/zoom"]);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    let target = format!("http://{}/zoom", listen.address);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&target), "{sent:?}");
    assert_text!(sent.stderr, @"Sending to http://127.0.0.1:?????/zoom, where zoomhook listens.");
    assert_eq!(listen.delivery()["verdict"], "valid");
    let sent = run(home.path(), &["sign", r#"{"event":"meeting.ended"}"#, "--send"]);
    assert!(sent.stderr.contains(&target), "{sent:?}");
    assert_run!(sent, @"
    exit: 0
    --- stdout
     ✓ meeting.ended   204 in ?.? ms
    --- stderr
    Sending to http://127.0.0.1:?????/zoom, where zoomhook listens.
    ");
    assert_eq!(listen.delivery()["event"], "meeting.ended");
    assert_eq!(run(home.path(), &["sign", "--challenge", "--send"]).code, Some(0));
    assert_eq!(url(home.path()), format!("http://{}/zoom", listen.address));
    let quiet = run(home.path(), &["trigger", "meeting.started", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    assert_run!(run(home.path(), &["sign", "{}", "--send", "--to", USUAL]), @"
    exit: 2
    --- stderr
    error: the argument '--send' cannot be used with '--to <TARGET>'

    Usage: zoomhook sign --send <BODY>

    For more information, try '--help'.
    ");
}

#[cfg(unix)]
#[test]
fn the_newest_of_several_sessions_is_the_target_until_it_ends() {
    let home = TempDir::new().unwrap();
    let mut older = listen(home.path(), &[]);
    let mut newer = listen(home.path(), &["--exit-after", "2"]);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&format!("http://{}/webhook", newer.address)), "{sent:?}");
    assert_text!(sent.stderr, @"Sending to http://127.0.0.1:?????/webhook, the newest of 2 running zoomhook listens.");
    // The second delivery ends the newer session.
    assert_eq!(run(home.path(), &["trigger", "meeting.ended", "--quiet"]).code, Some(0));
    assert_eq!(newer.ended().0.code(), Some(0));
    assert_eq!(url(home.path()), format!("http://{}/webhook", older.address));
    older.signal("TERM");
    older.ended();
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_session_is_not_a_target_and_its_files_are_removed() {
    let home = TempDir::new().unwrap();
    let killed = listen(home.path(), &[]);
    // The guard kills it with SIGKILL.
    drop(killed);
    assert_eq!(registered(home.path()).len(), 2);
    assert_eq!(url(home.path()), USUAL);
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
    drop(listen(home.path(), &[]));
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(cfg!(unix)).unwrap();
    // The test sends to the default port, so no other program may listen there.
    socket
        .bind("127.0.0.1:4000".parse().unwrap())
        .expect("this test needs port 4000 on 127.0.0.1; stop what uses it");
    let mut app = App::start_on(socket);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert_text!(sent.stderr, @"No running zoomhook listen was found. Sending to http://127.0.0.1:4000/webhook. Use --to for another endpoint.");
    app.next().await;
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_targets_listen_unless_an_app_got_the_delivery() {
    let home = TempDir::new().unwrap();
    let mut without = listen(home.path(), &[]);
    let body = event("meeting.started", 0);
    RawClient::connect(without.address).await.request(&signed("/webhook", &body)).await;
    without.delivery();
    let sent = run(home.path(), &["replay", "last", "--format", "json"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains(&format!("http://{}/webhook", without.address)), "{sent:?}");
    assert_text!(sent.stderr, @"  Sending to http://127.0.0.1:?????/webhook, where zoomhook listens.");
    assert_eq!(without.delivery()["event"], "meeting.started");
    let mut app = App::start().await;
    let with = listen(home.path(), &["--forward", &app.address.port().to_string()]);
    RawClient::connect(with.address).await.request(&signed("/webhook", &body)).await;
    app.next().await;
    let sent = run(home.path(), &["replay", "last"]);
    assert_eq!((sent.code, sent.stderr.as_str()), (Some(0), ""));
    app.next().await;
}

#[test]
fn a_port_that_another_session_holds_is_an_error_with_its_process_id() {
    let home = TempDir::new().unwrap();
    let first = listen(home.path(), &[]);
    let port = first.address.port().to_string();
    let second = run(home.path(), &["listen", "--tunnel", "none", "--port", &port]);
    assert!(second.stderr.contains(&format!("pid {}", first.pid())), "{second:?}");
    assert_run!(second.hide(r"since (\S+)"), @"
    exit: 2
    --- stderr
    error: port ????? on 127.0.0.1 is taken by another zoomhook listen (pid ?????) since ?????
      Use --port 0 for any free port, or stop the other program.
      To check this again:
        zoomhook doctor --only port --port ?????
    ");
    // The first session goes on.
    assert_eq!(run(home.path(), &["trigger", "meeting.started"]).code, Some(0));
}

#[test]
fn a_session_on_all_addresses_is_reached_at_the_loopback_address() {
    let home = TempDir::new().unwrap();
    let listen = listen(home.path(), &["--host", "0.0.0.0"]);
    assert_eq!(url(home.path()), format!("http://127.0.0.1:{}/webhook", listen.address.port()));
    assert_eq!(run(home.path(), &["trigger", "meeting.started", "--seed", "1"]).code, Some(0));
}

#[cfg(unix)]
#[test]
fn listen_is_silent_if_its_folder_cannot_be_written() {
    let home = TempDir::new().unwrap();
    let no_folder = home.path().join("file");
    std::fs::write(&no_folder, "").unwrap();
    let history = home.path().join("h.db");
    let mut listen = listen(&no_folder, &["--history-file", history.to_str().unwrap()]);
    listen.signal("TERM");
    let (status, _, stderr) = listen.ended();
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn no_files_are_written_without_a_history_or_by_the_demo() {
    let home = TempDir::new().unwrap();
    let _listen = listen(home.path(), &["--no-history"]);
    assert_eq!(run(home.path(), &["demo", "--fast", "--quiet"]).code, Some(0));
    assert_eq!(files(home.path()), Vec::<PathBuf>::new());
    assert_eq!(url(home.path()), USUAL);
}

#[cfg(unix)]
#[test]
fn the_files_of_a_session_are_private_and_have_no_secret() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let listen = listen(home.path(), &[]);
    let files = registered(home.path());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((files.len(), mode(files[0].parent().unwrap())), (2, 0o700));
    for file in files {
        assert_eq!(mode(&file), 0o600);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains(SECRET) && (text.is_empty() || text.contains(&listen.address.to_string())));
    }
}
