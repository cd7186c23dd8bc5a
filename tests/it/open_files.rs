//! Every command with few open files (`ulimit -n`): it works, or it does not start and says how many it needs.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, finish_at_once, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, signed};
use crate::support::snapshot::assert_run;

/// Starts a program as `sh` does after `ulimit -n`.
fn limited(home: &Path, limit: u64) -> Command {
    let ours = zoomhook(home);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {limit}; exec \"$0\" \"$@\"")]).arg(ours.get_program());
    command.env_clear().current_dir(home).stdin(Stdio::null());
    command.env("HOME", home).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command
}

fn run(home: &Path, limit: u64, arguments: &[&str]) -> Finished {
    let mut command = limited(home, limit);
    command.args(arguments);
    finish_at_once(command)
}

/// The number that a command says it needs.
fn needed(finished: &Finished) -> Option<u64> {
    let rest = finished.stderr.strip_prefix("error: zoomhook ")?.split_once(" needs ")?.1;
    rest.split_once(" open files, and the limit is ")?.0.parse().ok()
}

/// Commands that end by themselves. `APP` is the port of an app.
const COMMANDS: [&[&str]; 19] = [
    &["events", "list"],
    &["completions", "bash"],
    &["man"],
    &["verify", "request.http"],
    &["sign", "{}"],
    &["sign", r#"{"event":"meeting.ended"}"#, "--send"],
    &["trigger", "meeting.started", "--quiet", "--count", "8", "--concurrency", "4"],
    &["history", "import", "request.http"],
    &["history", "list"],
    &["history", "export"],
    &["history", "prune", "--older-than", "1d"],
    &["replay", "last", "--quiet"],
    &["replay", "--all", "--quiet"],
    &["demo", "--fast", "--quiet"],
    &["status"],
    &["mcp"],
    &["config", "listen"],
    &["wait", "meeting.started", "--since", "1h", "--timeout", "5s"],
    &["listen", "--tunnel", "none", "--port", "0", "--quiet", "--timeout", "100ms", "--forward", "APP"],
];

/// A home with a running session, which has one delivery, and its app.
async fn start(home: &Path) -> (App, Listen) {
    let app = App::start().await;
    app.answers("HTTP/1.1 204 No Content\r\n\r\n");
    let mut listen = Listen::start_with(|command| {
        for name in ["HOME", "XDG_CONFIG_HOME"] {
            command.env(name, home);
        }
        // The project of the delivery.
        command.current_dir(home);
        command.args(["--tunnel", "none", "--forward", &app.address.port().to_string()]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let request = signed("/webhook", &event("meeting.started", 0));
    std::fs::write(home.join("request.http"), &request).unwrap();
    assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 204);
    listen.delivery();
    (app, listen)
}

fn run_command(home: &Path, limit: u64, command: &[&str], app: &App) -> Finished {
    let port = app.address.port().to_string();
    let arguments: Vec<_> = command.iter().map(|part| if *part == "APP" { &port } else { *part }).collect();
    run(home, limit, &arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_works_or_says_how_many_open_files_it_needs() {
    let home = TempDir::new().unwrap();
    let (app, _listen) = start(home.path()).await;
    for limit in [12, 14, 16, 20, 24, 32, 40, 48, 64] {
        for command in COMMANDS {
            let done = run_command(home.path(), limit, command, &app);
            let says = needed(&done).is_some_and(|needed| needed > limit) && done.code == Some(1);
            assert!(done.code == Some(0) || says, "{limit}: {command:?}: {done:?}");
            assert!(limit < 64 || done.code == Some(0), "{command:?} needs more than 64");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_works_with_the_number_that_it_names() {
    let home = TempDir::new().unwrap();
    let (app, _listen) = start(home.path()).await;
    for command in COMMANDS {
        // Fewer than the loader of a program needs.
        let limit = needed(&run_command(home.path(), 5, command, &app)).unwrap();
        let done = run_command(home.path(), limit, command, &app);
        assert_eq!(done.code, Some(0), "{limit}: {command:?}: {done:?}");
    }
}

#[test]
fn the_message_says_where_a_limit_is_set() {
    let home = TempDir::new().unwrap();
    let refused = run(home.path(), 16, &["listen", "--tunnel", "none"]);
    let usual = needed(&refused).unwrap();
    assert_run!(refused.hide(r"\b(\d\d) (?:open|or more)"), @"
    exit: 1
    --- stderr
    error: zoomhook listen needs ?? open files, and the limit is 16
      Set the limit to ?? or more where it is set: ulimit -n in a shell or its profile, LimitNOFILE in systemd, --ulimit nofile in Docker. A shell cannot raise a limit that it has lowered.
    ");
    let refused = run(home.path(), 16, &["trigger", "meeting.started", "--concurrency", "100"]);
    assert!(needed(&refused).unwrap() > 100, "{refused:?}");
    // Files that the shell passes on count.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 16; exec 8</dev/null 9</dev/null; exec \"$0\" listen --tunnel none"]);
    command
        .arg(zoomhook(home.path()).get_program())
        .env_clear()
        .current_dir(home.path())
        .stdin(Stdio::null());
    assert_eq!(needed(&finish_at_once(command)), Some(usual + 2));
}

#[test]
fn a_soft_limit_is_raised_to_the_hard_one() {
    let home = TempDir::new().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -Sn 12; exec \"$0\" \"$@\""]).arg(zoomhook(home.path()).get_program());
    command.args(["listen", "--tunnel", "none", "--port", "0", "--quiet", "--timeout", "100ms"]);
    command
        .env_clear()
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let done = finish_at_once(command);
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn listen_serves_as_many_connections_as_it_has_open_files_for() {
    let app = App::start().await;
    app.answers("HTTP/1.1 204 No Content\r\n\r\n");
    let home = TempDir::new().unwrap();
    let least = needed(&run(home.path(), 16, &["listen"])).unwrap();
    let limited = ["sh", "-c", &format!("ulimit -n {least} && exec \"$0\" \"$@\"")];
    let mut listen = Listen::start_through(&limited, |command| {
        command.args(["--tunnel", "none", "--forward", &app.address.port().to_string()]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(RawClient::connect(listen.address).await);
    }
    for _ in 0..3 {
        for client in &mut clients {
            let request = signed("/webhook", &event("meeting.started", 0));
            assert_eq!(client.request(&request).await.status, 204);
        }
    }
    // For each further connection an idle one is closed. None of them takes the files of the app's connections or of the
    // history.
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(RawClient::connect(listen.address).await);
    }
    assert_eq!(listen.line("warning")["code"], "connections_exhausted");
    for _ in 0..4 {
        let request = signed("/webhook", &event("meeting.ended", 0));
        assert_eq!(RawClient::connect(listen.address).await.request(&request).await.status, 204);
    }
}
