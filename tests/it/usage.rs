//! What the real program says when it cannot start: message, hint and exit code.

use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program in an empty folder, with an empty environment and nobody to ask.
fn zoomhook(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
    command.args(args).env_clear().current_dir(folder.path()).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    zoomhook(&tempfile::tempdir().unwrap(), args).output().unwrap()
}

/// Runs it, expects this exit code and an empty stdout, and gives what it says.
#[track_caller]
fn fails(args: &[&str], code: i32) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
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
    let message = fails(&["listen", "--secret", "abc"], 6);
    for way in ["https://dashboard.ngrok.com/get-started/your-authtoken", "--tunnel none", "--public-url"] {
        assert!(message.contains(way), "{way}: {message}");
    }
}

#[test]
fn fails_with_a_broken_dotenv_and_names_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PORT=1\nhush hush\n").unwrap();
    let output = zoomhook(&folder, &["listen", "--tunnel", "none"]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
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
    let output = run(&["--version"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        concat!("zoomhook ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn ends_quietly_when_nobody_reads_its_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = zoomhook(&folder, &["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
