//! Paths that other users control, and paths of pipes, devices and sockets. Unix only.
//!
//! The tests in `needs_root` act as several users, so `cargo test` lists them as ignored. To run them as root:
//! `cargo test --test it -- --ignored needs_root`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::{Finished, finish, finish_at_once, zoomhook};
use crate::support::requests::{SECRET, event, signed};
use crate::support::snapshot::{assert_run, assert_text};

fn folder(path: &Path, mode: u32) {
    fs::DirBuilder::new().mode(0o700).recursive(true).create(path).unwrap();
    set_mode(path, mode);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn run(home: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(home);
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    // The name of the user who runs the tests.
    finish_at_once(command).put(r"\(owner (\w+),", "ME")
}

const LISTEN: [&str; 7] = ["listen", "--tunnel", "none", "--port", "0", "--timeout", "200ms"];

fn listen(home: &Path, more: &[&str]) -> Finished {
    let mut arguments = LISTEN.to_vec();
    arguments.extend(more);
    run(home, &arguments)
}

/// The message of a warning in NDJSON.
fn warning(finished: &Finished, code: &str) -> String {
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let warning = lines.into_iter().find(|line| line["code"] == code);
    warning.unwrap_or_else(|| panic!("{finished:?}"))["message"].as_str().unwrap().to_owned()
}

/// The command in a message: the line that is indented most.
fn repair(finished: &Finished) -> String {
    let line = finished.stderr.lines().find_map(|line| line.strip_prefix("      "));
    line.unwrap_or_else(|| panic!("no command: {finished:?}")).to_owned()
}

#[test]
fn each_command_refuses_a_state_folder_below_one_that_others_can_write_to() {
    let root = TempDir::new().unwrap();
    let shared = root.path().join("shared");
    let home = shared.join("home");
    folder(&home, 0o700);
    set_mode(&shared, 0o777);
    assert_run!(listen(&home, &[]).put(r"shared/home/\S+/history.db", "HISTORY"), @"
    exit: 2
    --- stderr
    error: the history /folder/of/test/HISTORY is not used: any user can write to the folder /folder/of/test/shared (owner ME, mode 0777)
      Let only the owner write to it:
          chmod go-w '/folder/of/test/shared'
      Or name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
      To check this again:
        zoomhook doctor --only history
    ");
    for arguments in
        [&["history", "list"][..], &["history", "export"], &["history", "prune", "--older-than", "1d"]]
    {
        insta::allow_duplicates! {
            assert_run!(run(&home, arguments).put(r"shared/home/\S+/history.db", "HISTORY"), @"
            exit: 2
            --- stderr
            error: the history /folder/of/test/HISTORY is not used: any user can write to the folder /folder/of/test/shared (owner ME, mode 0777)
              Let only the owner write to it:
                  chmod go-w '/folder/of/test/shared'
              Or name another file with --history-file.
            ");
        }
    }
    for arguments in [&["trigger", "meeting.started"][..], &["sign", "{}", "--send"]] {
        insta::allow_duplicates! {
            assert_run!(run(&home, arguments), @"
            exit: 2
            --- stderr
            error: the list of running listens is not used: any user can write to the folder /folder/of/test/shared (owner ME, mode 0777)
              Let only the owner write to it:
                  chmod go-w '/folder/of/test/shared'
              Or name the endpoint with --to.
            ");
        }
    }
    // Nothing was created.
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
}

#[test]
fn the_command_in_the_message_repairs_the_path() {
    let root = TempDir::new().unwrap();
    let shared = root.path().join("it's shared");
    let file = shared.join("inner").join("h.db");
    folder(file.parent().unwrap(), 0o700);
    for mode in [0o777, 0o707, 0o2777] {
        set_mode(&shared, mode);
        let refused = run(root.path(), &["history", "list", "--history-file", file.to_str().unwrap()]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        let repaired = Command::new("sh").arg("-c").arg(repair(&refused)).status().unwrap();
        assert!(repaired.success());
        let listed = run(root.path(), &["history", "list", "--history-file", file.to_str().unwrap()]);
        assert_eq!(listed.code, Some(0), "{mode:o}: {listed:?}");
    }
}

#[test]
fn a_file_directly_in_a_folder_like_tmp_is_refused() {
    let root = TempDir::new().unwrap();
    let tmp = root.path().join("tmp");
    folder(&tmp, 0o1777);
    let refused = listen(root.path(), &["--history-file", tmp.join("h.db").to_str().unwrap()]);
    let command = repair(&refused);
    assert_run!(refused, @"
    exit: 2
    --- stderr
    error: the history /folder/of/test/tmp/h.db is not used: other users can create files in the folder /folder/of/test/tmp (owner ME, mode 1777)
      Create a folder of your own, and name a file in it:
          mkdir -m 700 '/folder/of/test/tmp/zoomhook'
      Or name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
      To check this again:
        zoomhook doctor --only history --history-file /folder/of/test/tmp/h.db
    ");
    assert!(Command::new("sh").arg("-c").arg(&command).status().unwrap().success());
    let file = tmp.join("zoomhook").join("h.db");
    let listened = listen(root.path(), &["--history-file", file.to_str().unwrap()]);
    assert_eq!((listened.code, file.exists()), (Some(0), true), "{listened:?}");
}

#[test]
fn a_session_that_others_could_not_trust_says_so() {
    let root = TempDir::new().unwrap();
    let home = root.path().join("home");
    folder(&home, 0o777);
    let file = root.path().join("h.db");
    let session = listen(&home, &["--format", "json", "--history-file", file.to_str().unwrap()]);
    assert_eq!(session.code, Some(0), "{session:?}");
    assert_text!(warning(&session, "session_not_listed"), @"Other commands, such as trigger, do not find this session, because any user can write to the folder /folder/of/test/home (owner ME, mode 0777). Repair it: chmod go-w '/folder/of/test/home'");
    set_mode(&home, 0o700);
    set_mode(root.path(), 0o777);
    let best_effort = ["--format", "json", "--history", "best-effort"];
    let session = listen(&home, &best_effort).put(r"home/\S+/history.db", "HISTORY");
    assert_text!(warning(&session, "history_failing"), @"No delivery is stored while the history fails (--history best-effort): the history /folder/of/test/HISTORY is not used: any user can write to the folder /folder/of/test (owner ME, mode 0777). Let only the owner write to it: chmod go-w '/folder/of/test'");
    set_mode(root.path(), 0o700);
}

#[cfg(target_os = "linux")]
#[test]
fn a_found_ngrok_configuration_that_others_can_replace_is_refused() {
    let root = TempDir::new().unwrap();
    let config = root.path().join("ngrok");
    folder(&config, 0o777);
    fs::write(config.join("ngrok.yml"), "version: 2\nauthtoken: abc").unwrap();
    assert_run!(run(root.path(), &["listen"]), @"
    exit: 2
    --- stderr
    error: /folder/of/test/ngrok/ngrok.yml is not used: any user can write to the folder /folder/of/test/ngrok (owner ME, mode 0777)
      Let only the owner write to it:
          chmod go-w '/folder/of/test/ngrok'
      Or name the file with --ngrok-config to use it all the same.
    ");
    let mut command = zoomhook(root.path());
    command.args([
        "listen",
        "--no-history",
        "--port",
        "0",
        "--timeout",
        "1ms",
        "--ngrok-config",
        "ngrok/ngrok.yml",
    ]);
    command.args(["--ngrok-connect-url", "127.0.0.1:1"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let named = finish_at_once(command);
    assert!(!named.stderr.contains("not used"), "{named:?}");
}

#[test]
fn ordinary_folders_are_accepted() {
    let root = TempDir::new().unwrap();
    let home = root.path().join("home");
    folder(&home, 0o755);
    assert_eq!(listen(&home, &["--quiet"]).code, Some(0));
    let below_tmp = root.path().join("tmp").join("user").join("state");
    folder(&below_tmp, 0o700);
    set_mode(&root.path().join("tmp"), 0o1777);
    let in_state = |state: &Path| {
        let mut command = zoomhook(&home);
        command.args(LISTEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("XDG_STATE_HOME", state);
        finish_at_once(command)
    };
    assert_eq!(in_state(&below_tmp).code, Some(0));
    if cfg!(target_os = "linux") {
        assert!(below_tmp.join("zoomhook/history.db").is_file());
    }
    // A folder that may be passed, but not listed.
    let passed = root.path().join("passed");
    folder(&passed.join("state"), 0o700);
    set_mode(&passed, 0o711);
    assert_eq!(in_state(&passed.join("state")).code, Some(0));
    // The user's own links, to a folder and to the file.
    let (link, file) = (root.path().join("link"), root.path().join("link.db"));
    symlink("passed/state/../state", &link).unwrap();
    symlink(link.join("real.db"), &file).unwrap();
    let listened = listen(&home, &["--history-file", file.to_str().unwrap()]);
    assert_eq!((listened.code, passed.join("state/real.db").is_file()), (Some(0), true), "{listened:?}");
    assert_eq!(run(&home, &["history", "list", "--history-file", file.to_str().unwrap()]).code, Some(0));
    let around = root.path().join("around");
    symlink("around", &around).unwrap();
    assert_eq!(listen(&home, &["--history-file", around.join("h.db").to_str().unwrap()]).code, Some(2));
}

#[test]
fn a_link_in_the_place_of_the_log_is_refused() {
    let root = TempDir::new().unwrap();
    let file = root.path().join("h.db");
    let other = root.path().join("other");
    fs::write(&other, "").unwrap();
    symlink(&other, root.path().join("h.db-wal")).unwrap();
    fs::write(&file, "").unwrap();
    assert_run!(listen(root.path(), &["--history-file", "h.db"]), @"
    exit: 2
    --- stderr
    error: the history /folder/of/test/h.db-wal is a link, not a regular file
      Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
    ");
    assert_eq!(fs::metadata(&other).unwrap().len(), 0);
}

#[test]
fn a_history_is_a_regular_file() {
    let root = TempDir::new().unwrap();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    pipe(Path::new(&path("pipe")));
    fs::create_dir(path("folder")).unwrap();
    let _socket = UnixListener::bind(path("socket")).unwrap();
    fs::write(path("lines.ndjson"), "").unwrap();
    for (name, kind) in [
        (path("pipe"), "a named pipe"),
        (path("folder"), "a folder"),
        (path("socket"), "a socket"),
        ("/dev/zero".to_owned(), "a device"),
        ("/dev/tty".to_owned(), "a device"),
    ] {
        let file = ["--history-file", &name];
        let expected = format!("error: the history {name} is {kind}, not a regular file\n");
        for arguments in [
            &["history", "list"][..],
            &["history", "list", "--follow"],
            &["history", "stats"],
            &["history", "prune", "--older-than", "1d"],
            &["history", "import", &path("lines.ndjson")],
            &["replay", "last"],
            &LISTEN,
        ] {
            let refused = run(root.path(), &[arguments, &file].concat());
            assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:?}");
            assert!(refused.stderr.starts_with(&expected), "{arguments:?}: {refused:?}");
        }
    }
    assert_run!(listen(root.path(), &["--history-file", &path("pipe")]), @"
    exit: 2
    --- stderr
    error: the history /folder/of/test/pipe is a named pipe, not a regular file
      Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
    ");
    let best_effort = ["--format", "json", "--history", "best-effort", "--history-file", &path("pipe")];
    assert_text!(warning(&listen(root.path(), &best_effort), "history_failing"), @"No delivery is stored while the history fails (--history best-effort): the history /folder/of/test/pipe is a named pipe, not a regular file. Use another file with --history-file.");
}

#[test]
fn a_pipe_without_a_writer_delays_no_command() {
    let root = TempDir::new().unwrap();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    for name in ["pipe", "pipe.toml"] {
        pipe(Path::new(&path(name)));
    }
    let without_secret = |arguments: &[&str]| {
        let mut command = zoomhook(root.path());
        command.args(arguments);
        finish_at_once(command)
    };
    assert_run!(without_secret(&["sign", "{}", "--env-file", &path("pipe")]), @"
    exit: 2
    --- stderr
    error: cannot read /folder/of/test/pipe: it is a named pipe, not a regular file
      Name another file with --env-file PATH, or the output of a command with --env-file <(cat PATH), or read no .env with --no-env-file.
    ");
    assert_run!(without_secret(&["sign", "{}", "--secret-file", &path("pipe")]), @"
    exit: 2
    --- stderr
    error: cannot read /folder/of/test/pipe: it is a named pipe, not a regular file
      --secret-file takes a file that contains only the token.
    ");
    assert_run!(without_secret(&["listen", "--ngrok-config", &path("pipe"), "--secret", SECRET]), @"
    exit: 2
    --- stderr
    error: cannot read /folder/of/test/pipe: it is a named pipe, not a regular file
    ");
    assert_run!(run(root.path(), &["trigger", &path("pipe.toml")]), @"
    exit: 2
    --- stderr
    error: /folder/of/test/pipe.toml: it is a named pipe, not a regular file
    ");
    // A capture that names a pipe as its body.
    fs::write(
        path("curl.sh"),
        "curl -X POST http://localhost/ -H 'x-zm-signature: v0=1' --data-binary @pipe",
    )
    .unwrap();
    assert_run!(run(root.path(), &["verify", &path("curl.sh")]), @"
    exit: 4
    --- stdout

      ? CANNOT TELL, because the capture lacks a header of Zoom

        The text does not have the whole value of x-zm-signature.

        Instead     Capture x-zm-signature and x-zm-request-timestamp together with the body, or pass them separately.

        Read        /folder/of/test/curl.sh
                    found in the text · no body · 0 bytes
                    signature at line 1
    ");
    fs::rename(path("pipe"), path(".env")).unwrap();
    assert_run!(without_secret(&["sign", "{}"]), @"
    exit: 2
    --- stderr
    error: cannot read .env: it is a named pipe, not a regular file
      Name another file with --env-file PATH, or the output of a command with --env-file <(cat PATH), or read no .env with --no-env-file.
    ");
}

#[test]
fn pipes_that_a_shell_passes_are_read() {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join("token.env"), format!("ZOOM_WEBHOOK_SECRET_TOKEN={SECRET}\n")).unwrap();
    fs::write(root.path().join("token"), SECRET).unwrap();
    for (file, flag) in [("token.env", "--env-file"), ("token", "--secret-file")] {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("cat {file} | \"$0\" sign {{}} {flag} /dev/fd/0")]);
        command
            .arg(env!("CARGO_BIN_EXE_zoomhook"))
            .current_dir(root.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin");
        let signed = finish_at_once(command);
        assert_eq!(signed.code, Some(0), "{flag}: {signed:?}");
    }
    let mut command = zoomhook(root.path());
    command.args(["sign", "{}", "--env-file", "/dev/null"]);
    assert!(
        finish_at_once(command).stderr.contains("/dev/null: the file does not set ZOOM_WEBHOOK_SECRET_TOKEN")
    );
    // `verify <(command)` is a named pipe in some shells.
    let request = root.path().join("request");
    pipe(&request);
    let writer = request.clone();
    let writing = std::thread::spawn(move || {
        fs::OpenOptions::new()
            .write(true)
            .open(writer)
            .unwrap()
            .write_all(&signed("/webhook", &event("a.b", 0)))
    });
    let verified = run(root.path(), &["verify", request.to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    writing.join().unwrap().unwrap();
}

mod needs_root {
    use std::os::unix::fs::{MetadataExt, lchown};

    use super::*;

    /// Any user but root.
    const OTHER: u32 = 65_534;

    fn of_other(path: &Path) {
        lchown(path, Some(OTHER), Some(OTHER)).expect("this test needs root");
    }

    fn list(home: &Path, file: &Path) -> Finished {
        let finished = run(home, &["history", "list", "--history-file", file.to_str().unwrap()]);
        finished.put(r"(?:belongs to|zoomhook as) (\w+)", "OTHER")
    }

    #[test]
    #[ignore = "acts as several users, which needs root"]
    fn a_folder_a_link_or_a_file_of_another_user_is_refused() {
        let root = TempDir::new().unwrap();
        set_mode(root.path(), 0o755);
        let theirs = root.path().join("theirs");
        folder(&theirs.join("inner"), 0o700);
        of_other(&theirs);
        assert_run!(list(root.path(), &theirs.join("inner/h.db")), @"
        exit: 2
        --- stderr
        error: the history /folder/of/test/theirs/inner/h.db is not used: the folder /folder/of/test/theirs belongs to OTHER, and zoomhook runs as root (mode 0700)
          Run zoomhook as OTHER. If the folder is meant for root, change its owner:
              chown root '/folder/of/test/theirs'
          Or name another file with --history-file.
        ");
        let (mine, link) = (root.path().join("mine"), root.path().join("link"));
        folder(&mine, 0o700);
        symlink(&mine, &link).unwrap();
        assert_eq!(list(root.path(), &link.join("h.db")).code, Some(0));
        of_other(&link);
        assert_run!(list(root.path(), &link.join("h.db")), @"
        exit: 2
        --- stderr
        error: the history /folder/of/test/link/h.db is not used: the link /folder/of/test/link belongs to OTHER, and zoomhook runs as root (mode 0777)
          Run zoomhook as OTHER. If the link is meant for root, change its owner:
              chown -h root '/folder/of/test/link'
          Or name another file with --history-file.
        ");
        for name in ["h.db", "h.db-wal", "h.db-journal"] {
            let file = mine.join(name);
            fs::write(mine.join("h.db"), "").unwrap();
            fs::write(&file, "").unwrap();
            of_other(&file);
            let refused = list(root.path(), &mine.join("h.db"));
            assert!(refused.stderr.contains(&format!("the file {}", file.display())), "{refused:?}");
            assert_eq!(refused.code, Some(2));
            fs::remove_file(&file).unwrap();
        }
        // A container that runs as root, with the user's home.
        assert_run!(listen(&theirs, &[]).put(r"(?:belongs to|zoomhook as) (\w+)", "OTHER").put(r"theirs/\.\S+/history.db", "HISTORY"), @"
        exit: 2
        --- stderr
        error: the history /folder/of/test/HISTORY is not used: the folder /folder/of/test/theirs belongs to OTHER, and zoomhook runs as root (mode 0700)
          Run zoomhook as OTHER. If the folder is meant for root, change its owner:
              chown root '/folder/of/test/theirs'
          Or name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
          To check this again:
            zoomhook doctor --only history
        ");
    }

    #[test]
    #[ignore = "acts as several users, which needs root"]
    fn a_dotenv_of_another_user_is_refused_unless_that_user_owns_the_folder() {
        let root = TempDir::new().unwrap();
        let project = root.path().join("project");
        folder(&project, 0o755);
        fs::write(root.path().join(".env"), format!("ZOOM_WEBHOOK_SECRET_TOKEN={SECRET}\n")).unwrap();
        let sign = |arguments: &[&str]| {
            let mut command = zoomhook(&project);
            command.args(["sign", "{}"]).args(arguments);
            finish(command)
        };
        assert_eq!(sign(&[]).code, Some(0));
        of_other(&root.path().join(".env"));
        assert_run!(sign(&[]), @"
        exit: 2
        --- stderr
        error: ../.env belongs to another user, who could have chosen the ZOOM_WEBHOOK_SECRET_TOKEN in it
          If you trust it, name it with --env-file PATH. To read no .env, use --no-env-file.
        ");
        assert_eq!(sign(&["--env-file", "../.env"]).code, Some(0));
        of_other(&project);
        assert_eq!(sign(&[]).code, Some(0));
    }

    /// Ends another user's process.
    struct Attacker(std::process::Child);

    impl Drop for Attacker {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    #[ignore = "acts as several users, which needs root"]
    fn another_user_who_swaps_folders_and_links_gets_no_delivery() {
        let root = TempDir::new().unwrap();
        set_mode(root.path(), 0o755);
        let tmp = root.path().join("tmp");
        folder(&tmp, 0o1777);
        let mine = root.path().join("mine");
        folder(&mine, 0o700);
        let lines = root.path().join("request.http");
        fs::write(&lines, signed("/webhook", &event("a.b", 0))).unwrap();
        // The attacker's folder has a file that SQLite would open, and the attacker's link leads to the folder of the user.
        let script = "umask 0; mkdir a; : > a/h.db; ln -s ../mine b; \
            while :; do mv -T a x; mv -T x a; mv -T b x; mv -T x b; done";
        let mut attack = Command::new("setpriv");
        attack
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script])
            .current_dir(&tmp);
        attack.stdin(Stdio::null()).stderr(Stdio::null());
        let attacker = Attacker(attack.spawn().unwrap());
        let swapped = tmp.join("x");
        let file = swapped.join("h.db");
        let import = ["history", "import", lines.to_str().unwrap(), "--history-file", file.to_str().unwrap()];
        let (started, mut refused, mut stored) = (Instant::now(), 0, 0);
        while started.elapsed() < Duration::from_secs(4) {
            let done = run(root.path(), &import);
            refused += u32::from(done.stderr.contains(" belongs to "));
            // Between two of the attacker's steps, the name was free, and zoomhook created a folder of its own.
            let own = fs::symlink_metadata(&swapped).is_ok_and(|found| found.is_dir() && found.uid() == 0);
            if own {
                stored += 1;
                fs::remove_dir_all(&swapped).unwrap();
            }
        }
        drop(attacker);
        let theirs = [tmp.join("a"), swapped].into_iter().find(|path| {
            fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == OTHER)
        });
        let theirs = theirs.expect("the attacker's folder");
        let files: Vec<_> = fs::read_dir(&theirs).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files, [theirs.join("h.db")]);
        assert_eq!(fs::metadata(&files[0]).unwrap().len(), 0, "the attacker got a delivery");
        println!("{refused} refused, {stored} stored in an own folder");
        assert!(refused > 0, "{refused}");
        assert_eq!(fs::read_dir(&mine).unwrap().count(), 0, "the attacker's link was followed");
    }
}
