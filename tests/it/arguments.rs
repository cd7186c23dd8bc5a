//! Arguments that a user did not mean: names of files that act on a terminal, and tokens in the wrong place.

#[cfg(unix)]
use std::ffi::OsString;
use std::sync::LazyLock;

use regex::Regex;
use tempfile::TempDir;

use crate::support::process::{finish, run, zoomhook};
use crate::support::snapshot::{assert_run, assert_text};

/// Writes the clipboard, clears the screen, reorders text, hides text, begins a new line.
const HOSTILE: &str = "x\x1b]52;c;aGk=\x07\x1b[2J\x1b[7;31m\u{9b}2J\u{202e}\u{200b}\rerror:\nerror:";

/// Whether a text holds a character that acts on a terminal.
fn acts(text: &str) -> bool {
    text.chars().any(|c| (c.is_control() && c != '\n') || "\u{202e}\u{200b}".contains(c))
}

#[test]
fn a_wrong_value_of_a_switch_is_reported_with_its_values() {
    assert_run!(run(&["check", "3000", "--strict=no"]), @"
    exit: 2
    --- stderr
    error: invalid value 'no' for '--strict'
      [possible values: true, false]

      tip: write --strict to turn it on, or --strict=false to turn it off

    For more information, try '--help'.
    ");
    // A value of --help is another error.
    assert_run!(run(&["check", "--help=no"]), @"
    exit: 2
    --- stderr
    error: unexpected value 'no' for '--help' found; no more were expected

    Usage: zoomhook check --help [TARGET]

    For more information, try '--help'.
    ");
}

#[test]
fn no_error_repeats_an_argument_that_acts_on_a_terminal() {
    let hostile = |before: &str| format!("{before}{HOSTILE}");
    for arguments in [
        vec![hostile("")],
        vec![hostile("--")],
        vec!["help".to_owned(), hostile("")],
        vec!["listen".to_owned(), hostile("")],
        vec!["listen".to_owned(), hostile("--")],
        vec!["listen".to_owned(), hostile("--port=")],
        vec!["listen".to_owned(), hostile("-"), hostile("")],
        vec!["listen".to_owned(), "--forward".to_owned(), hostile("")],
        vec!["listen".to_owned(), "--tunnel".to_owned(), hostile("")],
        vec!["listen".to_owned(), "--events".to_owned(), hostile("[")],
        vec!["listen".to_owned(), "--forward-header".to_owned(), hostile("")],
        vec!["listen".to_owned(), "--env-file".to_owned(), hostile("")],
        vec!["listen".to_owned(), "--secret-file".to_owned(), hostile("")],
        vec!["listen".to_owned(), "--proxy".to_owned(), hostile("")],
        vec!["verify".to_owned(), hostile("--format=")],
        vec!["verify".to_owned(), hostile("--recursive=")],
        vec!["verify".to_owned(), hostile("")],
        vec!["verify".to_owned(), "--format=junit".to_owned(), hostile("")],
        vec!["verify".to_owned(), "--mine".to_owned(), hostile(""), "a".to_owned()],
        vec!["trigger".to_owned(), hostile("")],
        vec!["trigger".to_owned(), hostile("--form")],
        vec!["trigger".to_owned(), "--check".to_owned(), hostile("")],
        vec!["events".to_owned(), "show".to_owned(), hostile("")],
        vec!["events".to_owned(), "sample".to_owned(), "--set".to_owned(), hostile("")],
        vec!["sign".to_owned(), hostile("")],
        vec!["replay".to_owned(), hostile("")],
        vec!["history".to_owned(), "--history-file".to_owned(), hostile(""), "show".to_owned()],
        vec!["history".to_owned(), "import".to_owned(), hostile("")],
        vec!["man".to_owned(), "--dir".to_owned(), hostile("")],
        vec!["completions".to_owned(), hostile("")],
    ] {
        let home = TempDir::new().unwrap();
        let mut command = zoomhook(home.path());
        command.args(&arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", "abcdefghij");
        // Color, as on a terminal, without its styles: they must not hide an escape sequence of the user.
        for color in ["0", "1"] {
            let output = command.env("CLICOLOR_FORCE", color).output().unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            let text = STYLES.replace_all(&text, "");
            assert!(!acts(&text), "{arguments:?}: {text:?}");
            assert!(!text.contains("\nerror:\n") && !text.contains("\nerror:'"), "{arguments:?}: {text}");
            assert_ne!(output.status.code(), Some(101), "{arguments:?}: {text}");
        }
    }
}

/// The styles of our own text, which set one thing each, unlike the one in [`HOSTILE`].
static STYLES: LazyLock<Regex> = LazyLock::new(|| Regex::new("\x1b\\[[0-9]{1,2}m").unwrap());

#[test]
fn an_unsafe_value_is_shown_with_escapes() {
    assert_run!(run(&["verify", &format!("--format={HOSTILE}")]), @r"
    exit: 2
    --- stderr
    error: invalid value 'x\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{1b}[7;31m\u{9b}2J\u{202e}\u{200b}\rerror:\nerror:' for '--format <FORMAT>'
      [possible values: pretty, json, junit]

    For more information, try '--help'.
    ");
    assert_run!(run(&["verify", &format!("--{HOSTILE}")]), @r"
    exit: 2
    --- stderr
    error: unexpected argument '--x\u{1b}]52;c;aGk' found

      tip: to pass '--x\u{1b}]52;c;aGk' as a value, use '-- --x\u{1b}]52;c;aGk'

    Usage: zoomhook verify [OPTIONS] [FILE]...

    For more information, try '--help'.
    ");
    assert_run!(run(&["listen", "--port", HOSTILE]), @r"
    exit: 2
    --- stderr
    error: invalid value 'x\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{1b}[7;31m\u{9b}2J\u{202e}\u{200b}\rerror:\nerror:' for '--port <PORT>': write a whole number from 0 to 65535

    For more information, try '--help'.
    ");
}

#[test]
fn the_environment_does_not_act_on_a_terminal() {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--secret", "abcdefghij", "--ngrok-authtoken", "abcdefghij"]);
    command.env("HTTPS_PROXY", HOSTILE);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: HTTPS_PROXY: write http://HOST:PORT or socks5://HOST:PORT, with USER:PASSWORD@ before the host if needed
    ");
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_shown_as_text() {
    use std::os::unix::ffi::OsStringExt;
    let home = TempDir::new().unwrap();
    let mut shown = String::new();
    for arguments in [&["verify"][..], &["listen"], &["verify", "--format"], &["trigger"], &[]] {
        let mut command = zoomhook(home.path());
        command.args(arguments).arg(OsString::from_vec(b"a\xff\x1b[2J\x9b".to_vec()));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", "abcdefghij");
        let finished = finish(command);
        shown.push_str(&format!("{arguments:?} {}{}", finished.stdout, finished.stderr));
    }
    assert_text!(shown, @r#"
    ["verify"] 
      ? CANNOT READ

        a�\u{1b}[2J� cannot be read: No such file or directory.

    ["listen"] error: unexpected argument 'a�\u{1b}[2J�' found

    Usage: zoomhook listen [OPTIONS] [-- <COMMAND>...]

    For more information, try '--help'.
    ["verify", "--format"] error: invalid value 'a�\u{1b}[2J�' for '--format <FORMAT>'
      [possible values: pretty, json, junit]

    For more information, try '--help'.
    ["trigger"] error: invalid UTF-8 was detected in one or more arguments

    Usage: zoomhook trigger [OPTIONS] [NAME]...

    For more information, try '--help'.
    [] error: unrecognized subcommand 'a�\u{1b}[2J�'

    Usage: zoomhook [OPTIONS] <COMMAND>

    For more information, try '--help'.
    "#);
}

#[cfg(unix)]
mod on_a_terminal {
    use super::*;
    use crate::support::screen::Screen;

    #[test]
    fn the_name_of_a_file_cannot_write_the_clipboard() {
        let program = env!("CARGO_BIN_EXE_zoomhook");
        let script =
            format!("touch -- '--format=x\x1b]52;c;aGk=\x07'; {program} verify *; {program} --format=*");
        let mut screen = Screen::start(100, &["sh", "-c", &script], &[]);
        screen.ended();
        assert_eq!(screen.copied(), [""; 0], "{}", screen.text());
        assert_text!(screen.text(), @r"
        error: invalid value 'x\u{1b}]52;c;aGk=\u{7}' for '--format <FORMAT>'
          [possible values: pretty, json, junit]

        For more information, try '--help'.
        error: unexpected argument '--format' found

        Usage: zoomhook [OPTIONS] <COMMAND>

        For more information, try '--help'.
        ");
    }
}

/// A token of Zoom's form, an authtoken of ngrok's, and two that only the environment and `.env` know.
const SECRETS: [&str; 4] = [
    "4fv1RkqGQUq5sWbEz6hA5A",
    "2KSrjLvFDQdgYsRCVW8n6WzZqDg_4WzRhJk7r8bEwqTfQ2vVA",
    "token-of-the-environment",
    "token-of-the-file",
];

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join(".env"), format!("ZOOM_WEBHOOK_SECRET={}\n", SECRETS[3])).unwrap();
    let mut shown = String::new();
    for arguments in [
        &["SECRET"][..],
        &["help", "SECRET"],
        &["listen", "SECRET"],
        &["listen", "--SECRET"],
        &["listen", "--port", "SECRET"],
        &["listen", "--port=SECRET"],
        &["listen", "--secret", "app", "SECRET"],
        &["listen", "--public-url", "SECRET"],
        &["listen", "--forward", "SECRET"],
        &["listen", "--domain", "SECRET"],
        &["listen", "--env-file", "SECRET"],
        &["verify", "SECRET"],
        &["verify", "SECRET", "--format", "json"],
        &["verify", "SECRET", "--format", "junit"],
        &["verify", "--format", "SECRET"],
        &["sign", "SECRET"],
        &["trigger", "SECRET"],
        &["trigger", "--SECRET"],
        &["trigger", "meeting.started", "--to", "SECRET"],
        &["trigger", "--check", "SECRET"],
        &["events", "show", "SECRET"],
        &["events", "search", "SECRET"],
        &["replay", "--to", "SECRET"],
        &["history", "show", "SECRET"],
        &["history", "import", "SECRET"],
        &["history", "--history-file", "SECRET", "list"],
        &["history", "--history-file", "SECRET", "show"],
        &["completions", "SECRET"],
    ] {
        for secret in SECRETS {
            let mut command = zoomhook(home.path());
            command.args(arguments.iter().map(|word| word.replace("SECRET", secret)));
            command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRETS[2]);
            let finished = finish(command);
            let text = format!("{}{}", finished.stdout, finished.stderr);
            assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{arguments:?}: {text}");
            assert_ne!(finished.code, Some(0).filter(|_| arguments[0] != "history"), "{arguments:?}: {text}");
            if secret == SECRETS[0] {
                shown.push_str(text.trim().lines().find(|line| line.contains("4fv")).unwrap_or("nothing"));
                shown.push('\n');
            }
        }
    }
    assert_text!(shown, @r#"
    error: unrecognized subcommand '4fv…'
    error: unrecognized subcommand '4fv…'
    error: unexpected argument '4fv…' found
    error: unexpected argument '--4fv…' found
    error: invalid value '4fv…' for '--port <PORT>': write a whole number from 0 to 65535
    error: invalid value '4fv…' for '--port <PORT>': write a whole number from 0 to 65535
    error: unexpected argument '4fv…' found
    nothing
    error: invalid value '4fv…' for '--forward <[PATTERN=]TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    error: invalid value '4fv…' for '--domain <DOMAIN>': write a domain of your ngrok account, such as mine.ngrok.app
    error: cannot read 4fv…: No such file or directory
        4fv… cannot be read: No such file or directory.
    {"v":1,"type":"verdict","source":"4fv…","index":0,"verdict":"unknown","cause":null,"secret_name":null,"fidelity":null,"body_signed":null,"age_s":null,"event":null,"detail":"4fv… cannot be read: No such file or directory."}
        <testcase classname="4fv…" name="request 0">
    error: invalid value '4fv…' for '--format <FORMAT>'
    error: cannot read 4fv…: No such file or directory
    error: there is no event and no scenario '4fv…'
    error: unexpected argument '--4fv…' found
    error: invalid value '4fv…' for '--to <TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    error: 4fv…: the name must end in .toml, .yaml, .yml or .json
    error: there is no event '4fv…'
    error: no event or field has '4fv…' in its name
    error: invalid value '4fv…' for '--to <TARGET>': the port is missing; write HOST:PORT, such as localhost:3000, or a URL with http:// or https://
    nothing
    4fv…: cannot be read: No such file or directory
    Nothing is stored in 4fv… yet. `zoomhook listen` stores every delivery.
    error: there is no history at 4fv…
    error: invalid value '4fv…' for '<SHELL>'
    "#);
}

#[test]
fn an_ordinary_name_is_repeated_as_it_is() {
    let mut shown = String::new();
    for arguments in [
        &["verify", "Zoom-Capture-2026-1129"][..],
        &["verify", "captures/request-with-a-long-name.http"],
        &["sign", "MyLongCaptureFileNames"],
        &["trigger", "recording.transcript_complete"],
        &["history", "import", "2026-11-24T08-00-01-export.ndjson"],
        &["listen", "a-long-argument-of-a-user"],
    ] {
        let home = TempDir::new().unwrap();
        let mut command = zoomhook(home.path());
        command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", "abcdefghij");
        let finished = finish(command);
        let text = format!("{}{}", finished.stdout, finished.stderr);
        shown.push_str(
            text.trim().lines().find(|line| line.contains(arguments[arguments.len() - 1])).expect(&text),
        );
        shown.push('\n');
    }
    assert_text!(shown, @"
        Zoom-Capture-2026-1129 cannot be read: No such file or directory.
        captures/request-with-a-long-name.http cannot be read: No such file or directory.
    error: cannot read MyLongCaptureFileNames: No such file or directory
    error: there is no event and no scenario 'recording.transcript_complete'
    2026-11-24T08-00-01-export.ndjson: cannot be read: No such file or directory
    error: unexpected argument 'a-long-argument-of-a-user' found
    ");
}

#[test]
fn a_file_with_the_name_of_a_token_is_named() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(SECRETS[0])).unwrap();
    let mut command = zoomhook(home.path());
    command.args(["sign", SECRETS[0]]).env("ZOOM_WEBHOOK_SECRET_TOKEN", "abcdefghij");
    let finished = finish(command);
    assert!(finished.stderr.contains(SECRETS[0]), "{finished:?}");
}
