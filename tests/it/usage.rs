//! Messages, hints and exit codes where the program cannot start.

use std::process::Stdio;

use crate::support::process::{Finished, finish, run, zoomhook};
use crate::support::requests::{SECRET, sign};
use crate::support::snapshot::assert_run;
#[cfg(unix)]
use crate::support::snapshot::assert_text;

#[test]
fn a_missing_secret_fails_with_every_way_to_give_one() {
    assert_run!(run(&["listen"]), @"
    exit: 2
    --- stderr
    error: there is no secret token, which is needed to verify and to sign requests
      It is in Marketplace: your app > Feature > Token > Secret Token. Provide it in one of these ways:
        ZOOM_WEBHOOK_SECRET_TOKEN=TOKEN
            in the environment, or in a .env.local or .env file in this folder or above
            (in the file also as ZOOM_WEBHOOK_SECRET or WEBHOOK_SECRET_TOKEN)
        --env-file PATH      a .env file elsewhere
        --secret-file PATH   a file that contains only the token
        --secret TOKEN       visible to other users of this machine
        --secret             asks for it, on a terminal
      No Zoom app at hand? `zoomhook demo` needs no secret.
      To create a .env file for it:
        zoomhook doctor --only secret --fix
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
      To see where zoomhook looks for it:
        zoomhook doctor --only authtoken --verbose
    ");
}

#[test]
fn a_broken_line_of_our_name_in_a_dotenv_fails_with_file_and_line_and_does_not_repeat_its_text() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PORT=1\nZOOM_WEBHOOK_SECRET_TOKEN=hush hush\n").unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["listen", "--tunnel", "none"]);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: .env, line 2: ZOOM_WEBHOOK_SECRET_TOKEN has a value with a space; put the value into single quotes
      Fix this line, name another file with --env-file PATH, or read no .env with --no-env-file.
    ");
}

/// Signs with the secret token of a `.env` file in the current folder.
fn sign_with(name: &str, content: &[u8]) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), content).unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["sign", "{}", "--timestamp", "1700000000", "--format", "http"]);
    finish(command)
}

#[test]
fn lines_of_a_dotenv_that_are_not_needed_and_its_encoding_do_not_matter() {
    let expected = sign(SECRET, "1700000000", b"{}");
    let ours = format!("ZOOM_WEBHOOK_SECRET_TOKEN={SECRET}\r\n");
    let utf_16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}# ü\r\n{ours}").encode_utf16().flat_map(bytes).collect()
    };
    let mut files = vec![
        utf_16(u16::to_le_bytes),
        utf_16(u16::to_be_bytes),
        format!("\u{feff}{ours}").into_bytes(),
        [b"# \xfc in Latin-1\n", ours.as_bytes()].concat(),
    ];
    for line in [
        "APP_NAME=My App",
        "NODE_OPTIONS=--a --b",
        "MSG=it's fine",
        "WIN=\"C:\\new\\path\"",
        "A-B=1",
        "1ABC=2",
    ] {
        files.push(format!("{line}\r\n{ours}{line}").into_bytes());
    }
    for content in files {
        for name in [".env", ".env.local"] {
            let finished = sign_with(name, &content);
            assert!(finished.stdout.contains(&expected), "{name} {content:?}: {}", finished.stderr);
        }
    }
}

#[test]
fn a_name_in_a_dotenv_that_looks_like_ours_is_mentioned() {
    let finished = sign_with(".env", b"ZOOM_SECRET_TOKEN=hush\n");
    assert_eq!(finished.code, Some(2));
    let hint = "ZOOM_SECRET_TOKEN in .env is not read. If it is the secret token, rename it to ZOOM_WEBHOOK_SECRET_TOKEN.";
    assert!(finished.stderr.contains(hint) && !finished.stderr.contains("hush"), "{}", finished.stderr);
}

#[test]
fn an_unknown_flag_or_command_fails_with_the_nearest_one() {
    assert_run!(run(&["listen", "--prot", "1"]), @"
    exit: 2
    --- stderr
    error: unexpected argument '--prot' found

      tip: a similar argument exists: '--port'

    Usage: zoomhook listen --port <PORT> [-- <COMMAND>...]

    For more information, try '--help'.
    ");
    assert_run!(run(&["lisen"]), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'lisen'

      tip: a similar subcommand exists: 'listen'

    Usage: zoomhook [OPTIONS] <COMMAND>

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
          To check this again:
            zoomhook doctor --only port --port ?????
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

#[test]
fn a_pattern_without_any_match_is_reported_with_what_may_be_meant() {
    let patterns =
        ["--expect", "meeting.strated", "--events", "meting.*,meeting.strated", "--forward", "meting.*=1"];
    let listen = [
        &["listen", "--tunnel", "none", "--secret", SECRET, "--port", "0", "--timeout", "100ms"][..],
        &patterns,
    ]
    .concat();
    let finished = run(&listen);
    for sentence in [
        "--expect meeting.strated matches no known event. Did you mean meeting.started?",
        "--events meting.* matches no known event. Did you mean meeting.*?",
        "--forward meting.* matches no known event. Did you mean meeting.*?",
    ] {
        assert!(finished.stderr.contains(sentence) || finished.stdout.contains(sentence), "{finished:?}");
    }
    assert_eq!(finished.code, Some(7));
}

#[test]
fn a_filter_of_the_history_without_any_match_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.http");
    std::fs::write(&file, "POST /webhook HTTP/1.1\r\nhost: x\r\n\r\n{\"event\":\"meeting.started\"}")
        .unwrap();
    let zoomhook = |arguments: &[&str]| {
        let mut command = zoomhook(folder.path());
        command.args(arguments).args(["--history-file", "h.db"]);
        finish(command)
    };
    assert_eq!(zoomhook(&["history", "import", file.to_str().unwrap()]).code, Some(0));
    let sentence = "--event meting.* matches no known event. Did you mean meeting.*?";
    for (pattern, is_reported) in [("meting.*", true), ("meeting.*", false)] {
        for command in ["list", "stats", "export"] {
            let finished = zoomhook(&["history", command, "--event", pattern]);
            assert_eq!(
                (finished.code, finished.stderr.contains(sentence)),
                (Some(0), is_reported),
                "{finished:?}"
            );
        }
    }
}

#[test]
fn a_new_event_that_the_catalogue_lacks_is_expected_without_a_warning() {
    let listen = ["listen", "--tunnel", "none", "--secret", SECRET, "--port", "0", "--timeout", "100ms"];
    let finished = run(&[&listen[..], &["--expect", "brand_new.thing_happened"]].concat());
    assert!(!format!("{finished:?}").contains("matches no known"), "{finished:?}");
}

#[test]
fn skip_verify_does_not_suggest_to_give_the_secret_to_ngrok() {
    assert_run!(run(&["listen", "--skip-verify"]), @"
    exit: 2
    --- stderr
    error: unexpected argument '--skip-verify' found

    For more information, try '--help'.
    ");
    assert!(run(&["listen", "--ngrok-verfy"]).stderr.contains("'--ngrok-verify'"));
}

#[test]
fn a_token_in_the_place_of_a_path_or_an_event_is_not_repeated() {
    const TOKEN: &str = "tGZ3bPqk7RwLx2Vn8Yc5Dh";
    let with_token = |args: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        command.args(["listen", "--tunnel", "none", "--port", "0", "--timeout", "100ms"]).args(args);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", TOKEN);
        let finished = finish(command);
        assert!(!finished.stdout.contains(TOKEN) && !finished.stderr.contains(TOKEN), "{finished:?}");
        finished
    };
    assert_eq!(with_token(&["--path", TOKEN]).code, Some(2));
    assert_eq!(with_token(&["--path", &format!("/{TOKEN}")]).code, Some(2));
    let expected = with_token(&["--expect", TOKEN]);
    assert!(expected.stderr.contains("tGZ… (0 of 1)"), "{}", expected.stderr);
    let lines = with_token(&["--expect", TOKEN, "--format", "json"]).stdout;
    assert!(lines.contains("tGZ… (0 of 1)"), "{lines}");
}

#[cfg(unix)]
#[test]
fn an_error_of_the_parser_is_wrapped_between_words() {
    let words = [env!("CARGO_BIN_EXE_zoomhook"), "history", "list", "--status", "abc"];
    let mut screen = crate::support::screen::Screen::start(60, &words, &[("NO_COLOR", "1")]);
    screen.ended();
    assert_text!(screen.text(), @"
    error: invalid value 'abc' for '--status <STATUS>': write a
    status such as 204, or a class of them such as 5xx

    For more information, try '--help'.
    ");
}
