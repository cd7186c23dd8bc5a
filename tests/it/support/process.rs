//! The real binary: started with a scrubbed environment and an empty home, and killed by its guard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::requests::SECRET;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command of the binary whose environment has nothing of this machine: no home, no tokens, no colors.
pub fn zoomhook(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
    command.env_clear().current_dir(home).stdin(Stdio::null());
    at_home(&mut command, home);
    // Windows does not start a socket without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

/// Gives a command this home.
pub fn at_home(command: &mut Command, home: &Path) {
    for name in ["HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "USERPROFILE"] {
        command.env(name, home);
    }
}

/// The command that runs a program as a user whom permissions restrict: `env`, or as `nobody` if the test runs as root.
#[cfg(unix)]
pub fn as_restricted_user(folder: &Path) -> &'static [&'static str] {
    use std::os::unix::fs::{PermissionsExt, chown};
    let probe = folder.join("probe");
    std::fs::write(&probe, "").unwrap();
    std::fs::set_permissions(&probe, std::fs::Permissions::from_mode(0o400)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&probe).is_err() {
        return &["env"];
    }
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let mut command = Command::new(NOBODY[0]);
    command.args(&NOBODY[1..]).arg(env!("CARGO_BIN_EXE_zoomhook")).arg("--version");
    chown(folder, Some(65534), Some(65534)).unwrap();
    let works = command.output().is_ok_and(|done| done.status.success());
    assert!(works, "as root, this test needs setpriv, and a target folder that every user may read");
    NOBODY
}

/// Writes a shell script that can be executed.
#[cfg(unix)]
pub fn write_script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Exit code and output of a finished command.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Finished {
    command.output().unwrap().into()
}

/// Runs a command to its end. Kills it and fails if it does not end in time.
#[cfg(unix)]
pub fn finish_at_once(mut command: Command) -> Finished {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let process = child.id();
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    match ended.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap().into(),
        Err(_) => {
            signal(process, "KILL");
            panic!("{command:?} waits");
        }
    }
}

/// Runs a command to its end with these bytes on stdin.
pub fn finish_with_input(command: Command, input: &[u8]) -> Finished {
    output_with_input(command, input).into()
}

/// The same, for output that may not be UTF-8.
pub fn output_with_input(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // The command may exit before it has read everything.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    })
}

/// Runs the binary to its end in an empty home.
pub fn run(arguments: &[&str]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments);
    finish(command)
}

/// A `zoomhook listen --format json` that is ready.
pub struct Listen {
    child: Child,
    lines: Receiver<Value>,
    stderr: Option<std::thread::JoinHandle<String>>,
    /// The lines before the `ready` line.
    pub before: Vec<Value>,
    /// The `ready` line.
    pub ready: Value,
    /// The local socket.
    pub address: SocketAddr,
    _home: TempDir,
}

impl Listen {
    /// Listens without a tunnel on a free port, with [`SECRET`].
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_on("0", arguments)
    }

    /// Listens on this port, as [`Listen::start`] does on a free one.
    pub fn start_on(port: &str, arguments: &[&str]) -> Self {
        Self::start_at(port, |command| {
            command.args(["--tunnel", "none"]).args(arguments);
            command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        })
    }

    /// Listens on a free port; `set_up` adds everything else.
    pub fn start_with(set_up: impl FnOnce(&mut Command)) -> Self {
        Self::start_at("0", set_up)
    }

    /// Follows the stream of a team, with [`SECRET`].
    pub fn follow(url: &str, arguments: &[&str]) -> Self {
        Self::follow_with(|command| {
            command.arg(url).args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        })
    }

    /// Follows the stream of a team; `set_up` adds everything but the format.
    pub fn follow_with(set_up: impl FnOnce(&mut Command)) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = zoomhook(home.path());
        command.args(["follow", "--format", "json"]);
        set_up(&mut command);
        Self::started(command, home)
    }

    /// As [`Listen::follow_with`], through a program that becomes zoomhook, such as `ip netns exec NAME`.
    pub fn follow_through(wrapper: &[&str], set_up: impl FnOnce(&mut Command)) -> Self {
        let home = TempDir::new().unwrap();
        let ours = zoomhook(home.path());
        let mut command = Command::new(wrapper[0]);
        command.env_clear().current_dir(home.path()).stdin(Stdio::null());
        at_home(&mut command, home.path());
        command.args(&wrapper[1..]).arg(ours.get_program()).args(["follow", "--format", "json"]);
        set_up(&mut command);
        Self::started(command, home)
    }

    /// Listens on this port; `set_up` adds everything else.
    pub fn start_at(port: &str, set_up: impl FnOnce(&mut Command)) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = zoomhook(home.path());
        command.args(["listen", "--port", port, "--format", "json"]);
        set_up(&mut command);
        Self::started(command, home)
    }

    /// As [`Listen::start_with`], through a program that sets limits and then becomes zoomhook, such as `sh`.
    #[cfg(unix)]
    pub fn start_through(wrapper: &[&str], set_up: impl FnOnce(&mut Command)) -> Self {
        let home = TempDir::new().unwrap();
        let ours = zoomhook(home.path());
        let mut command = Command::new(wrapper[0]);
        command.env_clear().current_dir(home.path()).stdin(Stdio::null()).env("HOME", home.path());
        command.args(&wrapper[1..]).arg(ours.get_program());
        command.args(["listen", "--port", "0", "--format", "json"]);
        set_up(&mut command);
        Self::started(command, home)
    }

    fn started(mut command: Command, home: TempDir) -> Self {
        // A history in a test's folder belongs to the project of that folder, in which other commands run.
        let file = command.get_args().skip_while(|argument| *argument != "--history-file").nth(1);
        if let Some(folder) =
            file.and_then(|file| Path::new(file).parent()).filter(|folder| folder.is_absolute())
        {
            let folder = folder.to_owned();
            command.current_dir(folder);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            let mut line = String::new();
            // A line that was cut by a kill has no line end.
            while stdout.read_line(&mut line).is_ok() && line.ends_with('\n') {
                print!("stdout: {line}");
                let _ = sender.send(serde_json::from_str(&line).expect("a line of NDJSON"));
                line.clear();
            }
        });
        let mut stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            println!("stderr: {text}");
            text
        });
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut listen = Self {
            child,
            lines,
            stderr: Some(stderr),
            before: Vec::new(),
            ready: Value::Null,
            address,
            _home: home,
        };
        listen.ready = listen.line_after("ready", |listen, line| listen.before.push(line));
        // A follower has none.
        let port = listen.ready["port"].as_u64().unwrap_or_default();
        listen.address.set_port(u16::try_from(port).unwrap());
        listen
    }

    /// The next line of this type; lines of other types are skipped.
    pub fn line(&mut self, kind: &str) -> Value {
        self.line_after(kind, |_, _| ())
    }

    fn line_after(&mut self, kind: &str, mut skip: impl FnMut(&mut Self, Value)) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if line["type"] == kind => return line,
                Ok(line) => skip(self, line),
                Err(RecvTimeoutError::Timeout) => panic!("no {kind} line in time"),
                Err(RecvTimeoutError::Disconnected) => panic!("stdout was closed without a {kind} line"),
            }
        }
    }

    /// The next delivery.
    pub fn delivery(&mut self) -> Value {
        self.line("delivery")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name, such as `TERM`.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Sends Ctrl-C, or kills the process on Windows, where a test cannot send Ctrl-C. Returns as [`Listen::ended`].
    pub fn interrupted(mut self) -> (ExitStatus, Vec<Value>, String) {
        #[cfg(unix)]
        self.signal("INT");
        #[cfg(windows)]
        self.child.kill().unwrap();
        self.ended()
    }

    /// Waits until the process exits; returns the lines that were not read yet, and stderr.
    pub fn ended(&mut self) -> (ExitStatus, Vec<Value>, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the process does not exit");
            std::thread::sleep(Duration::from_millis(5));
        };
        let stderr = self.stderr.take().map(|stderr| stderr.join().unwrap()).unwrap_or_default();
        (status, self.lines.iter().collect(), stderr)
    }
}

/// Sends a process a signal by name, such as `TERM`.
#[cfg(unix)]
pub fn signal(process: u32, name: &str) {
    let status = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status();
    assert!(status.unwrap().success());
}

impl Drop for Listen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
