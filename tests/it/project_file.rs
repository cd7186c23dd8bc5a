//! `zoomhook.toml`: whose value wins, what is refused, and `zoomhook config`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

/// A project with this file.
fn project(file: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("zoomhook.toml"), file).unwrap();
    home
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command
}

fn run(home: &Path, arguments: &[&str]) -> Finished {
    finish(command(home, arguments))
}

/// The path of the endpoint of a `listen` that ends at once.
fn path(folder: &Path, flags: &[&str]) -> String {
    let mut listen = command(folder, &[&["listen"], flags].concat());
    listen.current_dir(folder);
    let listened = finish(listen);
    assert_eq!(listened.code, Some(0), "{listened:?}");
    let line = listened.stdout.lines().next().unwrap();
    serde_json::from_str::<Value>(line).unwrap()["path"].as_str().unwrap().to_owned()
}

const PATHS: &str = r#"
[listen]
path = "/file"
port = 0
tunnel = "none"
timeout = "50ms"
format = "json"

[profile.staging.listen]
path = "/staging"
"#;

const PROFILES: &str = r#"
[sign]
to = "3001/file"

[profile.staging.sign]
to = "3002/staging"
"#;

#[test]
fn a_flag_wins_over_the_profile_and_the_profile_over_the_file() {
    let home = project(PATHS);
    assert_eq!(path(home.path(), &[]), "/file");
    assert_eq!(path(home.path(), &["--profile", "staging"]), "/staging");
    assert_eq!(path(home.path(), &["--profile", "staging", "--path", "/flag"]), "/flag");
    let below = home.path().join("src/deep");
    std::fs::create_dir_all(&below).unwrap();
    assert_eq!(path(&below, &[]), "/file", "found upward");
}

#[test]
fn every_kind_of_value_reaches_the_command() {
    let home = project(
        "[listen]\nport = 0\ntunnel = \"none\"\ntimeout = \"100ms\"\nquiet = true\nno-history = true\nexpect = [\"meeting.started\", \"meeting.ended=2\"]\nformat = \"junit\"\n",
    );
    assert_run!(run(home.path(), &["listen"]), @r#"
    exit: 7
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="zoomhook listen">
      <testsuite name="zoomhook listen">
        <testcase classname="expected" name="meeting.started">
          <failure type="not_delivered" message="meeting.started (0 of 1)"></failure>
        </testcase>
        <testcase classname="expected" name="meeting.ended">
          <failure type="not_delivered" message="meeting.ended (0 of 2)"></failure>
        </testcase>
      </testsuite>
    </testsuites>
    --- stderr
    error: not delivered in time: meeting.started (0 of 1), meeting.ended (0 of 2)
    "#);
    // A switch of the file makes way for a flag that excludes it.
    let kept = run(home.path(), &["listen", "--history-file", "h.db"]);
    assert_eq!(kept.code, Some(7), "{kept:?}");
    assert!(home.path().join("h.db").exists());
    // What follows -- is the command's.
    let with_command = run(home.path(), &["listen", "--format", "pretty", "--", "sh", "-c", "exit 3"]);
    assert_eq!(with_command.code, Some(3), "{with_command:?}");
}

#[test]
fn a_path_is_relative_to_the_folder_of_the_file() {
    let home = project("[history]\nhistory-file = \"data/h.db\"\n");
    std::fs::create_dir(home.path().join("below")).unwrap();
    let mut path = command(home.path(), &["history", "path"]);
    path.current_dir(home.path().join("below"));
    let finished = finish(path);
    assert!(
        finished.stdout.trim().ends_with("/data/h.db") && !finished.stdout.contains("below"),
        "{finished:?}"
    );
}

#[test]
fn a_secret_is_refused_with_what_to_do() {
    for (file, name) in [
        ("[listen]\nsecret = \"hush-hush\"\n", "secret"),
        ("[listen]\nngrok-authtoken = \"hush-hush\"\n", "ngrok-authtoken"),
        ("[listen]\nforward-header = \"Authorization: Bearer hush-hush\"\n", "forward-header"),
        ("[profile.a.listen]\nproxy = \"http://jill:hush-hush@proxy.example\"\n", "proxy"),
        ("[listen]\ndomain = \"zoomhook-test-secret\"\n", "domain"),
        // Inside of a longer value, and a secret of another program.
        ("[listen]\nforward-header = \"X-Hub: zoomhook-test-secret\"\n", "forward-header"),
        ("[listen]\npath = \"/of-the-hushed-database/x\"\n", "path"),
    ] {
        let home = project(file);
        std::fs::write(home.path().join(".env"), "DATABASE_PASSWORD=of-the-hushed-database\nPORT=40000000\n")
            .unwrap();
        for arguments in [&["listen"][..], &["config"], &["history", "list"]] {
            let finished = run(home.path(), arguments);
            assert_eq!(finished.code, Some(2), "{file} {finished:?}");
            assert!(finished.stderr.contains(&format!("zoomhook.toml, line 2: {name} ")), "{finished:?}");
            assert!(!finished.stderr.contains("hush") && !finished.stderr.contains(SECRET), "{finished:?}");
        }
    }
    assert_run!(run(project("[listen]\nsecret = \"x\"\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: secret is or has a secret, and everyone who has the project has this file
      Put it into a .env file that Git ignores, as ZOOM_WEBHOOK_SECRET_TOKEN.
    ");
    assert_run!(run(project("[listen]\ntunnel-command = \"x {port}\"\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: tunnel-command is not taken from this file: it would run a program
      Use --tunnel-command on the command line.
    ");
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    assert_run!(run(project("[listen]\nexit-aftr = 1\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: listen has no flag 'exit-aftr'
      Did you mean exit-after?
    ");
    assert_run!(run(project("tunnel = \"none\"\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 1: zoomhook has no flag 'tunnel'
      The flags of one command are in its table, such as [listen].
    ");
    assert_run!(run(project("[lisen]\nport = 1\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 1: there is no command 'lisen'
      Did you mean listen?
    ");
    assert_run!(run(project("[listen]\nport = true\n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: port takes a value, not true or false
    ");
    assert_run!(run(project("[listen]\nport = \n").path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: string values must be quoted, expected literal string
    ");
    assert_run!(run(project(PROFILES).path(), &["sign", "{}", "--profile", "stagin"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml has no profile 'stagin'
      It has staging.
    ");
    assert_run!(run(TempDir::new().unwrap().path(), &["sign", "{}", "--profile", "a"]), @"
    exit: 2
    --- stderr
    error: --profile a needs a zoomhook.toml in this folder or above it
      Create the file, or leave --profile out. `zoomhook config --help` shows its form.
    ");
}

#[test]
fn a_wrong_value_names_its_line() {
    assert_run!(run(project("\n[listen]\nport = 70000\n").path(), &["listen", "--tunnel", "none"]), @"
    exit: 2
    --- stderr
    error: invalid value '70000' for '--port <PORT>': write a whole number from 0 to 65535

    For more information, try '--help'.
    --port is from zoomhook.toml, line 3.
    ");
}

#[test]
fn config_refuses_the_values_that_the_command_refuses() {
    for (value, refused) in [
        ("port = \"abc\"", true),
        ("port = 4001.5", true),
        ("port = -1", true),
        ("port = 4001", false),
        ("tunnel = \"ngrokk\"", true),
        ("timeout = \"soon\"", true),
    ] {
        for head in ["[listen]", "[profile.a.listen]"] {
            let config = run(project(&format!("{head}\n{value}\n")).path(), &["config"]);
            assert_eq!(config.code, Some(if refused { 2 } else { 0 }), "{value} {config:?}");
        }
    }
    assert_run!(run(project("[listen]\nport = \"abc\"\n").path(), &["config"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: port has a value that it does not take: write a whole number from 0 to 65535
    ");
    assert_run!(run(project("[listen]\ntunnel = \"ngrokk\"\n").path(), &["config"]), @"
    exit: 2
    --- stderr
    error: zoomhook.toml, line 2: tunnel has a value that it does not take: the values are ngrok, ssh, cloudflared, none
    ");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_not_as_if_there_were_none() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("zoomhook.toml");
    std::os::unix::fs::symlink("nowhere.toml", &file).unwrap();
    assert_run!(run(home.path(), &["config"]), @"
    exit: 2
    --- stderr
    error: cannot read zoomhook.toml: it is a link to a file that does not exist, not a regular file
    ");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_run!(run(home.path(), &["config"]), @"
    exit: 2
    --- stderr
    error: cannot read zoomhook.toml: it is a folder, not a regular file
    ");
    std::fs::remove_dir(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert_run!(run(home.path(), &["config"]), @"
    exit: 2
    --- stderr
    error: cannot read zoomhook.toml: it is a named pipe, not a regular file
    ");
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/null", &file).unwrap();
    assert_run!(run(home.path(), &["config"]), @"
    exit: 2
    --- stderr
    error: cannot read zoomhook.toml: it is a device, not a regular file
    ");
}

#[test]
fn the_environment_wins_over_the_file() {
    let home = project("[listen]\ncolor = \"always\"\nsecret-file = \"missing.token\"\n");
    let finished = run(home.path(), &["listen", "--tunnel", "none", "--port", "0", "--timeout", "50ms"]);
    assert_eq!(finished.code, Some(0), "the token of the environment: {finished:?}");
    assert!(finished.stderr.contains('\u{1b}'), "{finished:?}");
    let mut without =
        command(home.path(), &["listen", "--tunnel", "none", "--port", "0", "--timeout", "50ms"]);
    let finished = finish({
        without.env("NO_COLOR", "1");
        without
    });
    assert!(!finished.stderr.contains('\u{1b}'), "{finished:?}");
}

#[test]
fn config_shows_every_value_with_its_origin() {
    let home = project(PROFILES);
    assert_run!(run(home.path(), &["config"]), @"
    exit: 0
    --- stdout
    sign
      to  3001/file  zoomhook.toml, line 3
    ");
    let mut all = command(home.path(), &["config", "sign", "--profile", "staging"]);
    all.env_remove("ZOOM_WEBHOOK_SECRET_TOKEN");
    std::fs::write(home.path().join(".env"), "ZOOM_WEBHOOK_SECRET=hush\n").unwrap();
    assert_run!(finish(all), @"
    exit: 0
    --- stdout
    sign
      to      3002/staging  zoomhook.toml, line 6 (profile staging)
      secret  (not shown)   ZOOM_WEBHOOK_SECRET in .env
    ");
    assert_run!(run(home.path(), &["config", "sgn"]), @"
    exit: 2
    --- stderr
    error: there is no command 'sgn'
      `zoomhook --help` lists the commands.
    ");
    assert_run!(run(TempDir::new().unwrap().path(), &["config"]), @"
    exit: 0
    --- stderr
    There is no zoomhook.toml in this folder or above it.
    ");
}

#[test]
fn a_switch_of_the_file_is_turned_off_on_the_command_line() {
    let home = project("[listen]\nquiet = true\nport = 0\ntunnel = \"none\"\ntimeout = \"50ms\"\n");
    let is_quiet = |flags: &[&str]| {
        let listened = run(home.path(), &[&["listen"], flags].concat());
        assert_eq!(listened.code, Some(0), "{listened:?}");
        listened.stderr.is_empty()
    };
    assert!(is_quiet(&[]) && is_quiet(&["--quiet"]) && is_quiet(&["--quiet=true"]));
    assert!(!is_quiet(&["--quiet=false"]) && !is_quiet(&["--quiet", "--quiet=false"]));
    // As for other flags, the last one counts.
    assert!(is_quiet(&["--quiet=false", "--quiet"]));
    // A flag with a value of its own is not a switch, and an unknown one is an error.
    assert_run!(run(home.path(), &["listen", "--path=false", "--quit=false"]), @"
    exit: 2
    --- stderr
    error: unexpected argument '--quit' found

      tip: a similar argument exists: '--quiet'

    Usage: zoomhook listen --path <PATH> --quiet [-- <COMMAND>...]

    For more information, try '--help'.
    ");
}

#[test]
fn a_secret_as_a_name_is_refused_and_not_repeated() {
    for file in [
        format!("[listen]\n{SECRET} = true\n"),
        format!("[{SECRET}]\nport = 1\n"),
        format!("[profile.{SECRET}.listen]\nport = 1\n"),
        "[listen]\n4fv1RkqGQUq5sWbEz6hA5A = 1\n".to_owned(),
    ] {
        let home = project(&file);
        let refused = run(home.path(), &["config"]);
        assert_eq!(refused.code, Some(2), "{file}: {refused:?}");
        assert!(refused.stderr.contains("a name in this line is or has a secret"), "{file}: {refused:?}");
        assert!(!refused.stderr.contains(SECRET) && !refused.stderr.contains("4fv1"), "{refused:?}");
    }
}

#[test]
fn config_shows_what_the_file_sets_also_where_a_variable_wins() {
    let home = project("[listen]\ncolor = \"always\"\n");
    let mut config = command(home.path(), &["config"]);
    config.env("NO_COLOR", "1");
    assert_run!(finish(config), @"
    exit: 0
    --- stdout
    listen
      color  never  NO_COLOR
    ");
    assert_run!(run(home.path(), &["config"]), @"
    exit: 0
    --- stdout
    listen
      color  always  zoomhook.toml, line 2
    ");
}

#[test]
fn an_agent_gets_no_permission_from_a_file_of_the_project() {
    for line in ["allow-send = true", "allow-target = \"example.com\""] {
        let home = project(&format!("[mcp]\n{line}\n"));
        let refused = run(home.path(), &["mcp"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{refused:?}");
        assert!(
            refused.stderr.contains("is not taken from this file: an AI agent would send"),
            "{refused:?}"
        );
    }
}
