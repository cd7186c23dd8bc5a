//! Commands that find the `listen` that runs, and what a killed one leaves.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    app::App,
    process::{Finished, Listen, at_home, finish, zoomhook},
    raw_client::RawClient,
    requests::{SECRET, event, signed},
};

/// Where `listen` is unless it was told otherwise.
const USUAL: &str = "http://127.0.0.1:4000/webhook";

/// Listens in this home on a free port.
fn listen(home: &Path, arguments: &[&str]) -> Listen {
    Listen::start_with(|command| {
        at_home(command, home);
        command.args(["--tunnel", "none"]).args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

fn run(home: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

/// The URL that a command without a target is about.
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

/// What those that run have written.
fn registered(home: &Path) -> Vec<PathBuf> {
    files(home).into_iter().filter(|path| path.parent().unwrap().ends_with("listening")).collect()
}

#[test]
fn trigger_and_sign_find_it_whatever_its_port_and_path() {
    let home = TempDir::new().unwrap();
    let mut listen = listen(home.path(), &["--path", "/zoom"]);
    let note = format!("To http://{}/zoom, where zoomhook listens.\n", listen.address);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    assert_eq!((sent.code, sent.stderr), (Some(0), note.clone()), "{}", sent.stdout);
    assert_eq!(listen.delivery()["verdict"], "valid");
    let sent = run(home.path(), &["sign", r#"{"event":"meeting.ended"}"#, "--send"]);
    assert_eq!((sent.code, sent.stderr), (Some(0), note), "{}", sent.stdout);
    assert_eq!(listen.delivery()["event"], "meeting.ended");
    assert_eq!(run(home.path(), &["sign", "--challenge", "--send"]).code, Some(0));
    assert_eq!(url(home.path()), format!("http://{}/zoom", listen.address));
    let quiet = run(home.path(), &["trigger", "meeting.started", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    let both = run(home.path(), &["sign", "{}", "--send", "--to", USUAL]);
    assert_eq!(both.code, Some(2));
}

#[cfg(unix)]
#[test]
fn of_several_the_newest_is_taken_and_named_until_it_ends() {
    let home = TempDir::new().unwrap();
    let mut older = listen(home.path(), &[]);
    let mut newer = listen(home.path(), &["--exit-after", "2"]);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    let named = format!("To http://{}/webhook, the newest of 2 that listen.\n", newer.address);
    assert_eq!((sent.code, sent.stderr), (Some(0), named));
    // It has what it waits for, and ends.
    assert_eq!(run(home.path(), &["trigger", "meeting.ended", "--quiet"]).code, Some(0));
    assert_eq!(newer.ended().0.code(), Some(0));
    assert_eq!(url(home.path()), format!("http://{}/webhook", older.address));
    older.signal("TERM");
    older.ended();
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_one_does_not_mislead_and_what_it_left_is_removed() {
    let home = TempDir::new().unwrap();
    let killed = listen(home.path(), &[]);
    // As with `kill -9`.
    drop(killed);
    assert_eq!(registered(home.path()).len(), 2);
    assert_eq!(url(home.path()), USUAL);
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
    drop(listen(home.path(), &[]));
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(cfg!(unix)).unwrap();
    // Where somebody on this machine uses the port, nothing is sent to them.
    if socket.bind("127.0.0.1:4000".parse().unwrap()).is_err() {
        return;
    }
    let mut app = App::start_on(socket);
    let sent = run(home.path(), &["trigger", "meeting.started", "--seed", "1"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(
        sent.stderr.starts_with("No zoomhook listen was found: trying http://127.0.0.1:4000/"),
        "{sent:?}"
    );
    app.next().await;
    assert_eq!(registered(home.path()), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_goes_to_it_unless_an_app_has_had_the_delivery() {
    let home = TempDir::new().unwrap();
    let mut without = listen(home.path(), &[]);
    let body = event("meeting.started", 0);
    RawClient::connect(without.address).await.request(&signed("/webhook", &body)).await;
    without.delivery();
    let sent = run(home.path(), &["replay", "last", "--format", "json"]);
    let note = format!("  To http://{}/webhook, where zoomhook listens.\n", without.address);
    assert_eq!((sent.code, sent.stderr), (Some(0), note));
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
fn one_that_holds_the_port_is_named() {
    let home = TempDir::new().unwrap();
    let first = listen(home.path(), &[]);
    let port = first.address.port().to_string();
    let second = run(home.path(), &["listen", "--tunnel", "none", "--port", &port]);
    assert_eq!(second.code, Some(2));
    let named = format!("is taken by another zoomhook listen (pid {}) since ", first.pid());
    assert!(second.stderr.contains(&named), "{}", second.stderr);
    // It goes on.
    assert_eq!(run(home.path(), &["trigger", "meeting.started"]).code, Some(0));
}

#[test]
fn one_on_all_addresses_is_reached_on_this_machine() {
    let home = TempDir::new().unwrap();
    let listen = listen(home.path(), &["--host", "0.0.0.0"]);
    assert_eq!(url(home.path()), format!("http://127.0.0.1:{}/webhook", listen.address.port()));
    assert_eq!(run(home.path(), &["trigger", "meeting.started", "--seed", "1"]).code, Some(0));
}

#[cfg(unix)]
#[test]
fn says_nothing_where_its_folder_cannot_be_written() {
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
fn nothing_is_written_without_a_history_or_by_the_demo() {
    let home = TempDir::new().unwrap();
    let _listen = listen(home.path(), &["--no-history"]);
    assert_eq!(run(home.path(), &["demo", "--fast", "--quiet"]).code, Some(0));
    assert_eq!(files(home.path()), Vec::<PathBuf>::new());
    assert_eq!(url(home.path()), USUAL);
}

#[cfg(unix)]
#[test]
fn what_is_written_is_the_users_alone_and_holds_no_secret() {
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
