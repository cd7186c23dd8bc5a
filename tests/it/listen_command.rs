//! `zoomhook listen … -- COMMAND`: its environment, its output, its signals, and whose exit code is the result.

use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::app::App;
use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, Script};
use crate::support::process::{Finished, finish_at_once, signal, zoomhook};
use crate::support::requests::SECRET;
use crate::support::screen::Screen;
use crate::support::snapshot::assert_run;

/// `zoomhook listen` without a tunnel, with these flags and this script of `sh`.
fn listen(flags: &[&str], script: &str) -> Command {
    listen_to(&TempDir::new().unwrap(), flags, script)
}

fn listen_to(home: &TempDir, flags: &[&str], script: &str) -> Command {
    listen_with(home, flags, &["sh", "-c", script])
}

/// The same, with any command.
fn listen_with(home: &TempDir, flags: &[&str], words: &[&str]) -> Command {
    let mut command = zoomhook(home.path());
    command.current_dir("/").args(["listen", "--port", "0", "--tunnel", "none", "--no-history"]);
    command.args(flags).arg("--").args(words).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command.env("ZOOMHOOK", env!("CARGO_BIN_EXE_zoomhook"));
    command
}

fn run(flags: &[&str], script: &str) -> Finished {
    finish_at_once(listen(flags, script))
}

/// Sends a genuine event to the session.
const TRIGGER: &str = "$ZOOMHOOK trigger meeting.started --to $ZOOMHOOK_LOCAL_URL --quiet >&2";

#[test]
fn the_command_has_the_urls_in_its_environment_and_decides_the_exit_code() {
    let script = "echo $ZOOMHOOK_LOCAL_URL on $ZOOMHOOK_PORT, public: ${ZOOMHOOK_URL-none}; exit 3";
    let mut command = listen(&["--quiet"], script);
    // That of an outer session must not reach the command.
    command.env("ZOOMHOOK_URL", "https://outer.example");
    assert_run!(finish_at_once(command).hide(r"on (\d+)"), @"
    exit: 3
    --- stdout
    http://127.0.0.1:?????/webhook on ?????, public: none
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_has_the_public_url() {
    let server = NgrokServer::start(Script::default());
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args([
        "listen",
        "--port",
        "0",
        "--quiet",
        "--ngrok-connect-url",
        &server.agent_address.to_string(),
    ]);
    command.args(["--ngrok-ca", server.ca_file().to_str().unwrap()]).env("NGROK_AUTHTOKEN", GOOD_TOKEN);
    command.args(["--", "sh", "-c", "echo $ZOOMHOOK_URL"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = tokio::task::spawn_blocking(|| finish_at_once(command)).await.unwrap();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished.stdout.starts_with("https://") && finished.stdout.ends_with("/webhook\n"),
        "{finished:?}"
    );
}

#[test]
fn stdout_has_only_ndjson_with_format_json() {
    let finished = run(&["--format", "json"], "echo from the command; echo its error >&2");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    for line in finished.stdout.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).unwrap()["type"].is_string(), "{line}");
    }
    assert_eq!(finished.stderr, "from the command\nits error\n");
}

#[test]
fn a_command_that_cannot_be_started_is_an_error() {
    let home = TempDir::new().unwrap();
    let command = listen_with(&home, &["--quiet"], &["no-such-program", "--flag"]);
    assert_run!(finish_at_once(command), @"
    exit: 2
    --- stderr
    error: cannot start the command no-such-program: it is not installed or not in PATH
    ");
    let script = home.path().join("bad.sh");
    std::fs::write(&script, "#!/no/such/interpreter -x\n").unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&script).status().unwrap().success());
    let command = listen_with(&home, &["--quiet"], &[script.to_str().unwrap()]);
    assert_run!(finish_at_once(command), @"
    exit: 2
    --- stderr
    error: cannot start the command /folder/of/test/bad.sh: its first line names /no/such/interpreter, which does not exist
    ");
    let command = listen_with(&home, &["--quiet"], &["./no-such-script.sh"]);
    assert_run!(finish_at_once(command), @"
    exit: 2
    --- stderr
    error: cannot start the command ./no-such-script.sh: there is no such file
    ");
    for words in [&[][..], &[""]] {
        let finished = finish_at_once(listen_with(&home, &["--quiet"], words));
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.starts_with("error: the command after -- is missing\n"), "{finished:?}");
    }
}

#[test]
fn the_screen_says_how_the_command_ended() {
    let failed = run(&[], "exit 9");
    assert!(failed.stderr.ends_with("The command ended with exit code 9.\n"), "{failed:?}");
    let stopped = run(&["--timeout", "300ms"], "exec sleep 60");
    let line = "The time of --timeout is over, which ended the command (exit code 143).\n";
    assert!(stopped.stderr.ends_with(line), "{stopped:?}");
    assert!(!run(&[], "exit 0").stderr.contains("command"));
}

#[test]
fn an_expectation_decides_if_the_command_ends_with_0() {
    let expects = |flags: &[&str], script: &str| {
        run(&[&["--quiet", "--expect", "meeting.started"], flags].concat(), script).code
    };
    // Met by the command itself, before its end.
    assert_eq!(expects(&[], TRIGGER), Some(0));
    // Met, and the command fails afterwards.
    assert_eq!(expects(&[], &format!("{TRIGGER}; exit 4")), Some(4));
    // A failed command needs no events.
    assert_eq!(expects(&[], "exit 4"), Some(4));
    assert_eq!(expects(&["--timeout", "300ms"], "true"), Some(7));
}

#[test]
fn listen_waits_for_an_event_that_arrives_after_the_command() {
    let script = format!("(sleep 0.3; {TRIGGER}) & exit 0");
    let finished = run(&["--compact", "--expect", "meeting.started", "--timeout", "20s"], &script);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let waits = "The command has ended. Waiting for meeting.started (0 of 1).";
    assert!(finished.stderr.contains(waits), "{finished:?}");
    assert!(finished.stdout.contains("meeting.started"), "{finished:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_is_stopped_when_the_app_refuses_an_expected_event() {
    let app = App::start().await;
    app.answers("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    let port = app.address.port().to_string();
    let command = listen(
        &["--quiet", "--expect", "meeting.started", "--forward", &port],
        &format!("{TRIGGER}; exec sleep 60"),
    );
    let finished = tokio::task::spawn_blocking(|| finish_at_once(command)).await.unwrap();
    assert_eq!(finished.code, Some(5), "{finished:?}");
    let error = "error: your app answered 404 to an expected event: meeting.started\n";
    assert!(finished.stderr.ends_with(error), "{finished:?}");
}

#[test]
fn the_timeout_stops_the_command_and_what_it_has_started() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("pid");
    let script = format!("sleep 60 & echo $! > {}; wait", file.display());
    let finished = finish_at_once(listen_to(&home, &["--quiet", "--timeout", "500ms"], &script));
    // 128 and the number of SIGTERM, as in a shell.
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(143), ""));
    let process = std::fs::read_to_string(file).unwrap();
    let is_there = || Command::new("kill").args(["-0", process.trim()]).output().unwrap().status.success();
    for _ in 0..100 {
        if !is_there() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("a child process of the command still runs");
}

#[test]
fn signals_go_to_the_command_which_decides_what_they_mean() {
    for (name, code) in [("INT", 9), ("TERM", 8)] {
        let home = TempDir::new().unwrap();
        let ready = home.path().join("ready");
        let script = format!(
            "trap 'exit 9' INT; trap 'exit 8' TERM; touch {}; while :; do sleep 0.05; done",
            ready.display()
        );
        let child = listen_to(&home, &["--quiet"], &script).spawn().unwrap();
        while !ready.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        signal(child.id(), name);
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(code), "{name}");
    }
}

#[test]
fn on_a_terminal_ctrl_c_reaches_the_command_once_and_it_reads_the_keys() {
    let script =
        "trap 'echo interrupted' INT; echo type; until read word; do :; done; echo got $word; exit 6";
    let mut screen = Screen::listen(&["--compact", "--", "sh", "-c", script]);
    screen.shows("type");
    screen.press("\x03");
    screen.shows("interrupted");
    screen.press("q\r");
    screen.shows("got q");
    assert_eq!(screen.ended().exit_code(), 6);
    assert_eq!(screen.text().matches("interrupted").count(), 1, "{}", screen.text());
    assert!(!screen.sent().contains("Waiting for events"), "no line is redrawn: {}", screen.text());
}

#[test]
fn junit_has_a_test_case_for_each_expected_event() {
    let flags =
        ["--format", "junit", "--expect", "meeting.started", "--expect", "meeting.ended", "--timeout", "1s"];
    assert_run!(run(&flags, &format!("{TRIGGER}; echo for stderr")), @r#"
    exit: 7
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="zoomhook listen">
      <testsuite name="zoomhook listen">
        <testcase classname="expected" name="meeting.started"/>
        <testcase classname="expected" name="meeting.ended">
          <failure type="not_delivered" message="meeting.ended (0 of 1)"></failure>
        </testcase>
      </testsuite>
    </testsuites>
    --- stderr
     ✓ meeting.started   204 in ?.? ms
    for stderr
    error: not delivered in time: meeting.ended (0 of 1)
    "#);
    assert_run!(run(&["--format", "junit"], "true"), @"
    exit: 2
    --- stderr
    error: --format junit has no test cases without an expected event
      Add --expect EVENT or --exit-after N.
    ");
}

#[test]
fn an_ai_agent_gets_plain_output_on_a_terminal() {
    let words =
        [env!("CARGO_BIN_EXE_zoomhook"), "listen", "--port", "0", "--tunnel", "none", "--timeout", "200ms"];
    let mut screen = Screen::start(100, &words, &[("CLAUDECODE", "1")]);
    screen.ended();
    let text = screen.text();
    assert!(
        text.contains("Zoom cannot reach this address") && !text.contains("Waiting for events"),
        "{text}"
    );
    assert!(!screen.sent().contains('\u{1b}'), "{:?}", screen.sent());
}
