//! Sessions in the background: `listen --detach`, `status`, `stop`, `wait`, and the file of `--ready-file`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, at_home, finish, signal, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, signed};
use crate::support::snapshot::assert_run;

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command
}

fn run(home: &Path, arguments: &[&str]) -> Finished {
    finish(command(home, arguments))
}

/// The running sessions, as `status` lists them.
fn status(home: &Path) -> Vec<Value> {
    let finished = run(home, &["status", "--format", "json"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Stops every session of a home, also if the test fails.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn detach(&self, flags: &[&str]) -> Finished {
        run(self.path(), &[&["listen", "--detach", "--port", "0", "--tunnel", "none"], flags].concat())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for session in status(self.path()) {
            signal(u32::try_from(session["pid"].as_u64().unwrap()).unwrap(), "KILL");
        }
    }
}

/// A session in the foreground with its history in this home.
fn listen(home: &Path, flags: &[&str]) -> Listen {
    Listen::start_with(|command| {
        at_home(command, home);
        command.current_dir(home).args(["--tunnel", "none"]).args(flags);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

async fn post(url: &str, name: &str, number: usize) -> u16 {
    let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap().parse().unwrap();
    let request = signed("/webhook", &event(name, number));
    RawClient::connect(address).await.request(&request).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_the_background_is_found_waited_for_and_stopped() {
    let home = Home::new();
    let started = home.detach(&[]);
    assert_run!(started, @"
    exit: 0
    --- stdout
    http://127.0.0.1:?????/webhook
    --- stderr
    Listening in the background (pid ?????). `zoomhook status` shows it, `zoomhook stop` stops it.
    ");
    let url = started.stdout.trim();
    let sessions = status(home.path());
    assert_eq!(
        (sessions.len(), &sessions[0]["local_url"], &sessions[0]["ready"]),
        (1, &url.into(), &true.into())
    );

    let waiting = command(home.path(), &["wait", "meeting.started=2", "--timeout", "20s"]);
    let waiting = tokio::task::spawn_blocking(|| finish(waiting));
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (number, name) in ["meeting.started", "meeting.ended", "meeting.started"].into_iter().enumerate() {
        assert_eq!(post(url, name, number).await, 204);
    }
    let waited = waiting.await.unwrap();
    assert_eq!((waited.code, waited.stderr.as_str()), (Some(0), ""), "{waited:?}");
    let lines = waited.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert!(lines.clone().all(|line| line["type"] == "delivery" && line["event"] == "meeting.started"));
    assert_eq!(lines.count(), 2);

    let log = sessions[0]["log"].as_str().unwrap();
    assert!(std::fs::read_to_string(log).unwrap().contains("meeting.ended"));
    assert_run!(run(home.path(), &["stop"]), @"
    exit: 0
    --- stderr
    Stopped: http://127.0.0.1:?????/webhook
    ");
    assert_run!(run(home.path(), &["stop"]), @"
    exit: 0
    --- stderr
    No zoomhook listen is running.
    ");
    assert_run!(run(home.path(), &["status"]), @"
    exit: 0
    --- stderr
    No zoomhook listen is running.
    ");
}

#[test]
fn a_session_that_cannot_start_in_the_background_ends_with_its_error() {
    let home = Home::new();
    let mut missing = zoomhook(home.path());
    missing.args(["listen", "--detach", "--tunnel", "none"]);
    let finished = finish(missing);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""), "{finished:?}");
    assert!(finished.stderr.starts_with("error: there is no secret token"), "{finished:?}");
    assert_run!(home.detach(&["--", "true"]), @"
    exit: 2
    --- stderr
    error: the argument '--detach' cannot be used with '[COMMAND]...'

    Usage: zoomhook listen --detach --port <PORT> --tunnel <KIND> [-- <COMMAND>...]

    For more information, try '--help'.
    ");
}

#[test]
fn a_session_without_a_history_can_run_in_the_background_and_be_stopped() {
    let home = Home::new();
    assert_eq!(home.detach(&["--no-history", "--format", "json"]).code, Some(0));
    assert_eq!(status(home.path()).len(), 1);
    // Its events are stored nowhere, so a wait could never end.
    assert_run!(run(home.path(), &["wait", "meeting.started", "--timeout", "20s"]), @"
    exit: 2
    --- stderr
    error: the zoomhook listen of this project runs with --no-history, so other commands cannot see its events
      Start it without --no-history, or let it wait itself: zoomhook listen --expect EVENT
    ");
    assert_eq!(run(home.path(), &["stop"]).code, Some(0));
    assert!(status(home.path()).is_empty());
}

#[test]
fn a_broken_project_file_does_not_keep_a_session_running() {
    let home = Home::new();
    assert_eq!(home.detach(&[]).code, Some(0));
    std::fs::write(home.path().join("zoomhook.toml"), "[listen]\nprot = 1\n").unwrap();
    assert_eq!(status(home.path()).len(), 1);
    assert_run!(run(home.path(), &["stop"]), @"
    exit: 0
    --- stderr
    warning: the flags of zoomhook.toml are not used: zoomhook.toml, line 2: listen has no flag 'prot'
    Stopped: http://127.0.0.1:?????/webhook
    ");
    assert!(status(home.path()).is_empty());
    std::fs::write(home.path().join("zoomhook.toml"), "not toml").unwrap();
    for arguments in
        [&["status"][..], &["stop"], &["completions", "bash"], &["verify", "--help"], &["demo", "--fast"]]
    {
        assert_eq!(run(home.path(), arguments).code, Some(0), "{arguments:?}");
    }
    assert_eq!(run(home.path(), &["history", "list"]).code, Some(2));
}

#[test]
fn a_killed_session_is_not_listed() {
    let home = Home::new();
    assert_eq!(home.detach(&[]).code, Some(0));
    let pid = u32::try_from(status(home.path())[0]["pid"].as_u64().unwrap()).unwrap();
    signal(pid, "KILL");
    let deadline = Instant::now() + Duration::from_secs(5);
    while !status(home.path()).is_empty() {
        assert!(Instant::now() < deadline, "a killed session is still listed");
    }
}

#[test]
fn stop_ends_only_a_session_of_this_project_unless_another_is_named() {
    let home = Home::new();
    let [here, there] = projects(&home);
    for folder in [&here, &there] {
        let mut detached = command(home.path(), &["listen", "--detach", "--port", "0", "--tunnel", "none"]);
        assert_eq!(
            finish({
                detached.current_dir(folder);
                detached
            })
            .code,
            Some(0)
        );
    }
    assert_run!(run(home.path(), &["stop"]), @"
    exit: 0
    --- stderr
    No zoomhook listen is running for this project. Name one with --port, or stop all with --all:
      http://127.0.0.1:?????/webhook  /folder/of/test/there
      http://127.0.0.1:?????/webhook  /folder/of/test/here
    ");
    let mut stop = command(home.path(), &["stop"]);
    stop.current_dir(&here);
    assert_eq!(finish(stop).code, Some(0));
    let left = status(home.path());
    assert_eq!(
        (left.len(), Path::new(left[0]["project"].as_str().unwrap()).file_name().unwrap()),
        (1, "there".as_ref())
    );
    assert_eq!(run(home.path(), &["stop", "--port", "1"]).code, Some(2));
    assert_eq!(run(home.path(), &["stop", "--all"]).code, Some(0));
    assert!(status(home.path()).is_empty());
}

#[test]
fn wait_says_that_it_does_not_know_the_event() {
    let home = TempDir::new().unwrap();
    assert_run!(run(home.path(), &["wait", "foo=2", "brand_new.thing_happened", "--timeout", "100ms"]), @"
    exit: 7
    --- stderr
    No zoomhook listen is running for this project. Waiting for the next one.
    The catalog has no event foo. zoomhook still waits for it, because it may be new.
    The catalog has no event brand_new.thing_happened. zoomhook still waits for it, because it may be new.
    Nothing is stored yet. Waiting for the first delivery that listen stores.
    error: not delivered in time: foo (0 of 2), brand_new.thing_happened (0 of 1)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn wait_counts_what_arrived_before_only_with_since() {
    let home = Home::new();
    let listen = listen(home.path(), &[]);
    let url = format!("http://{}/webhook", listen.address);
    assert_eq!(post(&url, "meeting.started", 0).await, 204);
    let wait = |arguments: &[&str]| run(home.path(), &[&["wait", "--timeout", "300ms"], arguments].concat());
    assert_run!(wait(&["meeting.started"]), @"
    exit: 7
    --- stderr
    error: not delivered in time: meeting.started (0 of 1)
    ");
    assert_eq!(wait(&["meeting.started", "--since", "1m"]).code, Some(0));
    assert_eq!(wait(&["meeting.*", "--since", "1m", "--where", "payload.account_id=abc"]).code, Some(0));
    let other = wait(&["meeting.*", "--since", "1m", "--where", "payload.account_id=other"]);
    assert_eq!((other.code, other.stdout.as_str()), (Some(7), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn wait_ends_with_5_when_the_app_refuses_the_event() {
    let home = Home::new();
    let app = App::start().await;
    app.answers("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    let listen = listen(home.path(), &["--forward", &app.address.port().to_string()]);
    let url = format!("http://{}/webhook", listen.address);
    assert_eq!(post(&url, "meeting.started", 0).await, 404);
    let mut waited = run(home.path(), &["wait", "meeting.started", "--since", "1m", "--timeout", "5s"]);
    assert_eq!(serde_json::from_str::<Value>(&waited.stdout).unwrap()["event"], "meeting.started");
    waited.stdout.clear();
    assert_run!(waited.hide("show ([0-9A-Z]+)"), @"
    exit: 5
    --- stderr
    error: your app answered 404 to an expected event: meeting.started
      To see its answer:
        zoomhook history show ????????????
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_strangers_do_not_count() {
    let home = Home::new();
    let listen = listen(home.path(), &[]);
    let body = event("meeting.started", 0);
    let unsigned = format!("POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    let request = [unsigned.as_bytes(), &body].concat();
    assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 401);
    let waited = run(home.path(), &["wait", "meeting.started", "--since", "1m", "--timeout", "300ms"]);
    assert_eq!((waited.code, waited.stdout.as_str()), (Some(7), ""), "{waited:?}");
}

#[test]
fn the_ready_file_has_the_url_while_the_session_runs() {
    let home = Home::new();
    let file = home.path().join("ready.json");
    let of_killed = r#"{"v":1,"type":"ready","local_url":"http://127.0.0.1:1/webhook"}"#;
    std::fs::write(&file, format!("{of_killed}\n")).unwrap();
    let listen = listen(home.path(), &["--ready-file", "ready.json"]);
    let line: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&line["type"], &line["local_url"]), (&"ready".into(), &listen.ready["local_url"]));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_run!(run(home.path(), &["listen", "--port", "0", "--tunnel", "none", "--ready-file", "ready.json"]), @"
    exit: 2
    --- stderr
    error: --ready-file ready.json: the file is that of a session at 127.0.0.1:?????, and a program listens there
      Name another file. If that session has ended and the port is another program's, delete the file.
    ");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written, "it is that of the first session");
    listen.interrupted();
    assert!(!file.exists(), "removed at the end");

    std::fs::write(&file, "notes").unwrap();
    assert_run!(run(home.path(), &["listen", "--port", "0", "--tunnel", "none", "--ready-file", "ready.json"]), @"
    exit: 2
    --- stderr
    error: --ready-file ready.json: the file exists, and zoomhook did not write it
      Name a file that does not exist yet.
    ");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "notes");
}

/// Two folders of this home, each a project of its own.
fn projects(home: &Home) -> [std::path::PathBuf; 2] {
    ["here", "there"].map(|name| {
        let folder = home.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_to_the_session_of_the_project_of_the_delivery() {
    let home = Home::new();
    let [here, there] = projects(&home);
    let in_folder = |folder: &Path, arguments: &[&str]| {
        let mut command = command(home.path(), arguments);
        command.current_dir(folder);
        finish(command)
    };
    let detach = ["listen", "--detach", "--port", "0", "--tunnel", "none"];
    let first = in_folder(&here, &detach);
    assert_eq!(post(first.stdout.trim(), "meeting.started", 0).await, 204);
    // The newest session is that of another project.
    let other = in_folder(&there, &detach);
    let replayed = in_folder(&here, &["replay", "last"]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert!(replayed.stderr.contains(first.stdout.trim()), "{replayed:?}");
    assert!(!replayed.stderr.contains(other.stdout.trim()), "{replayed:?}");
    assert_eq!(in_folder(&here, &["stop"]).code, Some(0));
    assert_run!(in_folder(&here, &["replay", "last"]), @"
    exit: 2
    --- stderr
    error: no app received the delivery, and no zoomhook listen is running for its project
      Name a target with --to. Running for other projects:
        http://127.0.0.1:?????/webhook  /folder/of/test/there
    ");
}

#[test]
fn what_is_sent_without_a_target_never_reaches_the_app_of_another_project() {
    let home = Home::new();
    let [here, there] = projects(&home);
    let in_folder = |folder: &Path, arguments: &[&str]| {
        let mut command = command(home.path(), arguments);
        command.current_dir(folder);
        finish(command)
    };
    let detach = ["listen", "--detach", "--port", "0", "--tunnel", "none", "--forward", "localhost:9/app"];
    let other = in_folder(&there, &detach);
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_run!(in_folder(&here, &["check"]), @"
    exit: 2
    --- stderr
    error: no zoomhook listen of this project forwards to an app
      Name your app as TARGET. Running for other projects:
        http://localhost:9/app  /folder/of/test/there
    ");
    assert_run!(in_folder(&here, &["trigger", "meeting.started"]), @"
    exit: 2
    --- stderr
    error: no zoomhook listen is running for this project
      Name a target with --to. Running for other projects:
        http://127.0.0.1:?????/webhook  /folder/of/test/there
    ");
    assert_run!(in_folder(&here, &["sign", "{}", "--send"]), @"
    exit: 2
    --- stderr
    error: no zoomhook listen is running for this project
      Name a target with --to. Running for other projects:
        http://127.0.0.1:?????/webhook  /folder/of/test/there
    ");
    // The newest session is that of another project.
    let own = in_folder(&here, &["listen", "--detach", "--port", "0", "--tunnel", "none"]);
    let newer = in_folder(&there, &["listen", "--detach", "--port", "0", "--tunnel", "none"]);
    let sent = in_folder(&here, &["sign", "{}", "--send"]);
    assert!(sent.stderr.contains(own.stdout.trim()), "{sent:?}");
    assert!(!sent.stderr.contains(newer.stdout.trim()), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_a_session_refuses_does_not_blame_an_app() {
    let home = Home::new();
    let url = home.detach(&[]).stdout.trim().to_owned();
    assert_eq!(post(&url, "meeting.started", 0).await, 204);
    let other_path = url.replace("/webhook", "/other");
    let replayed = run(home.path(), &["replay", "last", "--to", &other_path]);
    assert_run!(replayed.hide("(?m)^ *. ([0-9A-Z]{10,})"), @"
    exit: 5
    --- stdout
      ✗ meeting.started   404 in ?.? ms  ?????????? → http://127.0.0.1:?????/other
        zoomhook itself answered 404: There is no endpoint at this path.
        Zoom would not retry after 404: the event would be lost.
    ");
}

#[test]
fn wait_refuses_a_project_that_does_not_exist() {
    let home = Home::new();
    assert_run!(run(home.path(), &["wait", "meeting.started", "--project", "nowhere"]), @"
    exit: 2
    --- stderr
    error: --project: there is no folder nowhere
      Name the folder in which `zoomhook listen` runs.
    ");
}
