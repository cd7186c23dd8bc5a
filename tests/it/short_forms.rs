//! Short forms that every command understands: ports as targets, piped input, times, and a flag that is repeated.

use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, Listen, finish, finish_with_input, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, sign, signed};
use crate::support::snapshot::{assert_run, assert_text};

const BODY: &str = r#"{"event":"meeting.started","event_ts":1,"payload":{}}"#;

fn run(arguments: &[&str]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_is_a_target_for_trigger_sign_and_replay() {
    let (folder, mut app) = (TempDir::new().unwrap(), App::start().await);
    let history = folder.path().join("h.db");
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(&history);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    RawClient::connect(listen.address).await.request(&signed("/webhook", BODY.as_bytes())).await;
    listen.delivery();
    drop(listen);
    let (port, history) = (app.address.port(), history.to_str().unwrap());
    for command in [
        &["trigger", "meeting.started"][..],
        &["sign", BODY],
        &["replay", "--all-projects", "--history-file", history],
    ] {
        // Without a path, replay uses the path of the request.
        let path = if command[0] == "replay" { "/webhook" } else { "/" };
        for (to, path) in [
            (format!("{port}"), path),
            (format!(":{port}"), path),
            (format!("{port}/zoom"), "/zoom"),
            (format!(":{port}/zoom"), "/zoom"),
            (format!("localhost:{port}/zoom"), "/zoom"),
            (format!("http://127.0.0.1:{port}/zoom"), "/zoom"),
        ] {
            let finished = run(&[command, &["--to", &to]].concat());
            assert_eq!(finished.code, Some(0), "{command:?} {to}: {finished:?}");
            assert!(
                app.next().await.head.starts_with(&format!("POST {path} HTTP/1.1\r\n")),
                "{command:?} {to}"
            );
        }
    }
}

#[test]
fn a_wrong_target_is_explained_alike() {
    let mut shown = String::new();
    for command in [&["trigger", "meeting.started"][..], &["sign", "{}"], &["replay"]] {
        for to in ["hooks.example.com", "70000", "ftp://hooks.example.com"] {
            shown.push_str(run(&[command, &["--to", to]].concat()).stderr.lines().next().unwrap());
            shown.push('\n');
        }
    }
    assert_text!(shown, @"
    error: invalid value 'hooks.example.com' for '--to <TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    error: invalid value '70000' for '--to <TARGET>': a port is a number from 1 to 65535
    error: invalid value 'ftp://hooks.example.com' for '--to <TARGET>': use http://, https:// or unix:
    error: invalid value 'hooks.example.com' for '--to <TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    error: invalid value '70000' for '--to <TARGET>': a port is a number from 1 to 65535
    error: invalid value 'ftp://hooks.example.com' for '--to <TARGET>': use http://, https:// or unix:
    error: invalid value 'hooks.example.com' for '--to <TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    error: invalid value '70000' for '--to <TARGET>': a port is a number from 1 to 65535
    error: invalid value 'ftp://hooks.example.com' for '--to <TARGET>': use http://, https:// or unix:
    ");
}

#[test]
fn what_is_piped_in_needs_no_hyphen() {
    let home = TempDir::new().unwrap();
    let request = signed("/webhook", BODY.as_bytes());
    let with_input = |arguments: &[&str], input: &[u8]| {
        let mut command = zoomhook(home.path());
        command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        finish_with_input(command, input)
    };
    let verified = with_input(&["verify", "--at", "+0s", "--quiet"], &request);
    assert_eq!(verified.code, Some(2), "{verified:?}");
    let verified = with_input(&["verify", "--at", "-1s", "--quiet"], &request);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    assert_run!(with_input(&["history", "import", "--history-file", "h.db"], &request), @"
    exit: 0
    --- stderr
    1 imported.
    ");
    // Nothing is piped in: the test's stdin is not a pipe.
    assert_run!(run(&["verify"]), @"
    exit: 2
    --- stderr
    error: there is no file to verify
      Name a file with a captured request, or pipe one in: zoomhook verify request.http
      Headers and body separately: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'
    ");
}

#[test]
fn a_timestamp_is_a_time_or_an_offset() {
    let stamp = |time: &[&str]| {
        let signed = run(&[&["sign", BODY, "--format", "headers"], time].concat());
        let header = |name: &str| {
            let line = signed.stdout.lines().find(|line| line.starts_with(name)).expect(&signed.stderr);
            line.split_once(": ").unwrap().1.to_owned()
        };
        let stamp = header("x-zm-request-timestamp");
        assert_eq!(header("x-zm-signature"), sign(SECRET, &stamp, BODY.as_bytes()));
        stamp.parse::<i64>().unwrap()
    };
    assert_eq!(stamp(&["--timestamp", "1795507201"]), 1_795_507_201);
    assert_eq!(stamp(&["--timestamp", "2026-11-24T08:00:01Z"]), 1_795_507_201);
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    for (arguments, offset) in [
        (&["--timestamp", "-10m"][..], -600),
        (&["--timestamp=-10m"], -600),
        (&["--timestamp", "+1h"], 3600),
        (&["--timestamp", "-90"], -90),
    ] {
        let difference = stamp(arguments) - now - offset;
        assert!((0..=20).contains(&difference), "{arguments:?}: {difference}");
    }
    let mut shown = String::new();
    for time in ["10m", "yesterday", "-soon", "2300-01-01T00:00:00Z"] {
        shown.push_str(run(&["sign", "{}", "--timestamp", time]).stderr.lines().next().unwrap());
        shown.push('\n');
    }
    assert_text!(shown, @"
    error: invalid value '10m' for '--at <TIME>': write a time such as 2026-11-24T08:00:01Z, Unix seconds, or an offset from now such as -10m
    error: invalid value 'yesterday' for '--at <TIME>': write a time such as 2026-11-24T08:00:01Z, Unix seconds, or an offset from now such as -10m
    error: invalid value '-soon' for '--at <TIME>': an offset from now is such as -10m or +1h, up to 50 years
    error: invalid value '2300-01-01T00:00:00Z' for '--at <TIME>': a timestamp is from 1970 to 2286
    ");
}

#[test]
fn the_last_of_a_repeated_flag_counts() {
    // As an alias does it: `alias zs='zoomhook sign --format curl --timestamp -1h'`.
    let signed = run(&[
        "sign",
        BODY,
        "--format",
        "curl",
        "--timestamp",
        "-1h",
        "--format",
        "headers",
        "--timestamp=5",
    ]);
    assert_eq!(signed.code, Some(0), "{signed:?}");
    assert!(signed.stdout.contains("x-zm-request-timestamp: 5\n"), "{signed:?}");
    let sampled =
        run(&["events", "sample", "a.b", "--seed", "1", "--seed", "2", "--set", "a=1", "--set", "b=2"]);
    assert!(!sampled.stderr.contains("cannot be used multiple times"), "{sampled:?}");
    for words in [
        &["listen", "--port", "1", "--port", "2", "--quiet", "--quiet", "--help"][..],
        &["history", "list", "--since", "1h", "--since", "2h", "--history-file", "a", "--history-file", "b"],
        &["replay", "--to", "1", "--to", "2", "--speed", "1x", "--speed", "max", "--help"],
    ] {
        assert_eq!(run(words).code, Some(0), "{words:?}");
    }
}

#[test]
fn both_of_two_repeated_values_count_where_a_flag_may_be_repeated() {
    let args = ["events", "sample", "meeting.started", "--seed", "1"];
    let sets = ["--set", "payload.object.topic=A", "--set", "payload.object.timezone=B"];
    let sampled = run(&[&args[..], &sets].concat());
    assert!(
        sampled.stdout.contains(r#""topic":"A""#) && sampled.stdout.contains(r#""timezone":"B""#),
        "{sampled:?}"
    );
}
