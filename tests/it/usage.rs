//! Messages, hints and exit codes where the program cannot start.

use std::process::Stdio;

use crate::support::process::{finish, run, zoomhook};
use crate::support::snapshot::assert_run;

#[test]
fn a_missing_secret_fails_with_every_way_to_give_one() {
    assert_run!(run(&["listen"]), @"
    exit: 2
    --- stderr
    error: there is no secret token, so requests from Zoom cannot be verified
      It is in Marketplace: your app > Feature > Token > Secret Token. Provide it in one of these ways:
        ZOOM_WEBHOOK_SECRET_TOKEN=TOKEN
            in the environment, or in a .env file in this folder or above
            (ZOOM_WEBHOOK_SECRET and
            WEBHOOK_SECRET_TOKEN work in the file too)
        --env-file PATH      a .env file elsewhere
        --secret-file PATH   a file that contains only the token
        --secret TOKEN       visible to other users of this machine
        --secret             asks for it, on a terminal
      No Zoom app at hand? `zoomhook demo` needs no secret.
    ");
}

#[test]
fn a_missing_authtoken_fails_with_the_alternatives_and_does_not_repeat_the_secret() {
    assert_run!(run(&["listen", "--secret", "not-to-be-repeated"]), @"
    exit: 6
    --- stderr
    error: there is no ngrok authtoken, so no public URL can be opened
      Choose one:
        1. --tunnel ssh: a public URL over this machine's ssh, without an account.
        2. --tunnel cloudflared: a public URL by cloudflared, if it is installed, without an account.
        3. Get an authtoken, free of charge: https://dashboard.ngrok.com/get-started/your-authtoken
           Then set NGROK_AUTHTOKEN, or use --ngrok-authtoken TOKEN, or run `ngrok config add-authtoken TOKEN`.
           Unlike the URLs of 1 and 2, yours stays the same after a restart.
        4. --public-url URL: your own tunnel or gateway.
      For tests on this machine only: --tunnel none.
    ");
}

#[test]
fn a_broken_dotenv_fails_with_file_and_line_and_does_not_repeat_its_text() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PORT=1\nhush hush\n").unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none"]);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: .env, line 2: not of the form NAME=value
      Fix this line, name another file with --env-file PATH, or read no .env with --no-env-file.
    ");
}

#[test]
fn an_unknown_flag_or_command_fails_with_the_nearest_one() {
    assert_run!(run(&["listen", "--prot", "1"]), @"
    exit: 2
    --- stderr
    error: unexpected argument '--prot' found

      tip: a similar argument exists: '--port'

    Usage: zoomhook listen --port <PORT>

    For more information, try '--help'.
    ");
    assert_run!(run(&["lisen"]), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'lisen'

      tip: a similar subcommand exists: 'listen'

    Usage: zoomhook <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn no_arguments_fail_with_the_usage() {
    let finished = run(&[]);
    // The whole help is the snapshot of `help.rs`.
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""));
    assert!(finished.stderr.contains("Usage: zoomhook"), "{finished:?}");
}

#[test]
fn the_version_is_one_line() {
    let finished = run(&["--version"]);
    assert_eq!(finished.stdout, concat!("zoomhook ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_run!(finished, @"
    exit: 0
    --- stdout
    zoomhook ?.?.?
    ");
}

#[test]
fn a_port_in_use_fails_with_the_process_that_holds_it() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let finished = run(&["listen", "--tunnel", "none", "--secret", "abcdefghij", "--port", &port]);
    if cfg!(target_os = "linux") {
        assert!(finished.stderr.contains(&format!("pid {}", std::process::id())), "{finished:?}");
        // The name of this test program ends with a hash.
        assert_run!(finished.hide(r"\bit-(\w+)"), @"
        exit: 2
        --- stderr
        error: port ????? on 127.0.0.1 is taken by it-???????????? (pid ?????)
          Use --port 0 for any free port, or stop the other program.
        ");
    } else {
        // Only Linux tells which process holds a port.
        assert_eq!(finished.code, Some(2));
        assert!(finished.stderr.contains(&port) && finished.stderr.contains("--port 0"), "{finished:?}");
    }
}

#[test]
fn a_closed_stdout_is_a_normal_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = zoomhook(folder.path());
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_run!(child.wait_with_output().unwrap().into(), @"exit: 0");
}
