//! What the real program says when it cannot start: message, hint and exit code.

use std::process::Stdio;

use crate::support::process::{finish, run, zoomhook};

/// Runs it, expects this exit code and an empty stdout, and gives what it says.
#[track_caller]
fn fails(args: &[&str], code: i32) -> String {
    let finished = run(args);
    assert_eq!(finished.code, Some(code), "{finished:?}");
    assert!(finished.stdout.is_empty(), "{finished:?}");
    finished.stderr
}

#[test]
fn fails_without_a_secret_and_names_every_source() {
    let message = fails(&["listen"], 2);
    let sources = [
        "--secret TOKEN",
        "--secret-file",
        "ZOOM_WEBHOOK_SECRET_TOKEN",
        ".env",
        "ZOOM_WEBHOOK_SECRET ",
        "WEBHOOK_SECRET_TOKEN ",
        "--env-file",
    ];
    for source in sources {
        assert!(message.contains(source), "{source}: {message}");
    }
}

#[test]
fn fails_without_an_authtoken_and_names_the_ways_out() {
    let message = fails(&["listen", "--secret", "not-to-be-repeated"], 6);
    assert!(!message.contains("not-to-be-repeated"), "{message}");
    for way in [
        "NGROK_AUTHTOKEN",
        "https://dashboard.ngrok.com/get-started/your-authtoken",
        "--tunnel none",
        "--public-url",
    ] {
        assert!(message.contains(way), "{way}: {message}");
    }
}

#[test]
fn fails_with_a_broken_dotenv_and_names_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PORT=1\nhush hush\n").unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none"]);
    let finished = finish(command);
    let message = finished.stderr;
    assert_eq!(finished.code, Some(2));
    assert!(message.contains(".env, line 2") && !message.contains("hush"), "{message}");
}

#[test]
fn fails_with_a_wrong_flag_and_proposes_the_right_one() {
    assert!(fails(&["listen", "--prot", "1"], 2).contains("--port"));
    assert!(fails(&["lisen"], 2).contains("listen"));
    assert!(fails(&[], 2).contains("Usage: zoomhook"));
}

#[test]
fn shows_its_version_in_one_line() {
    let finished = run(&["--version"]);
    assert_eq!(finished.code, Some(0));
    assert_eq!(finished.stdout, concat!("zoomhook ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn fails_when_the_port_is_taken_and_names_who_holds_it() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let message = fails(&["listen", "--tunnel", "none", "--secret", "abcdefghij", "--port", &port], 2);
    assert!(message.contains(&port) && message.contains("--port 0"), "{message}");
    if cfg!(target_os = "linux") {
        assert!(message.contains(&format!("pid {}", std::process::id())), "{message}");
    }
}

#[test]
fn ends_quietly_when_nobody_reads_its_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = zoomhook(folder.path());
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
