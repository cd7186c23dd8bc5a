//! The command of `listen -- COMMAND`: starts it once the session is ready, passes signals on, and stops it.
//!
//! It has the session's addresses in its environment, and zoomhook's stdin, so no keys are read. On a terminal it is in
//! zoomhook's process group: Ctrl-C reaches both, and the command decides what it means. Elsewhere it has its own
//! group, so that what it has started is stopped with it.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::Command;

use super::CommandLine;
use super::ending::ReceivedSignal;
use crate::child::ChildProcess;
use crate::child::ProcessGroup;
use crate::delivery::Ready;
use crate::files::open_regular;
use crate::report::{self, VerdictFormat};
use crate::system_words::without_numbers;

/// The URL for Marketplace. Not set without a tunnel.
const URL: &str = "ZOOMHOOK_URL";
/// The URL on this machine.
const LOCAL_URL: &str = "ZOOMHOOK_LOCAL_URL";
/// The local port.
const PORT: &str = "ZOOMHOOK_PORT";

/// How long a command that is asked to exit may take: time for a test runner to stop what it has started.
const GRACE: Duration = Duration::from_secs(5);

/// Why the command could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the command {program}: {reason}")]
pub(crate) struct CommandNotStarted {
    program: String,
    reason: String,
}

/// The command, from before its start to after its end.
pub(super) enum UserCommand {
    /// There is none, it has not started yet, or it has ended.
    Idle(Option<CommandLine>),
    Running {
        child: ChildProcess,
        /// Decides which signals the terminal has sent to it already.
        #[cfg(unix)]
        group: ProcessGroup,
    },
}

impl UserCommand {
    pub(super) fn new(line: Option<CommandLine>) -> Self {
        Self::Idle(line)
    }

    /// Starts it, if there is one.
    pub(super) fn start(&mut self, ready: &Ready, format: VerdictFormat) -> Result<(), CommandNotStarted> {
        let Self::Idle(line) = self else { return Ok(()) };
        let Some(line) = line.take() else { return Ok(()) };
        let group = if io::stdin().is_terminal() { ProcessGroup::Shared } else { ProcessGroup::Own };
        let child = spawn(&line, group, ready, format).map_err(|error| {
            let program = line.program.to_string_lossy().into_owned();
            let reason = match error.kind() {
                io::ErrorKind::NotFound => not_found(&line.program),
                _ => without_numbers(&error.to_string()),
            };
            CommandNotStarted { program, reason }
        })?;
        *self = Self::Running {
            child,
            #[cfg(unix)]
            group,
        };
        Ok(())
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    /// Waits for its end; the exit code. Waits forever if it does not run. Cancel safe.
    pub(super) async fn ended(&mut self) -> i32 {
        let Self::Running { child, .. } = self else { return std::future::pending().await };
        let status = child.ended().await;
        // What it has left running is the user's, as after a command in a shell.
        child.leave();
        *self = Self::Idle(None);
        status.map_or(1, exit_code)
    }

    /// Passes a signal on, unless the terminal has sent it to both.
    #[cfg(unix)]
    pub(super) fn pass_on(&self, signal: ReceivedSignal) {
        use rustix::process::Signal;
        let Self::Running { child, group } = self else { return };
        match (signal, group) {
            (ReceivedSignal::Interrupt | ReceivedSignal::Hangup, ProcessGroup::Shared) => {}
            (ReceivedSignal::Interrupt, ProcessGroup::Own) => child.signal(Signal::INT),
            (ReceivedSignal::Hangup, ProcessGroup::Own) => child.signal(Signal::HUP),
            (ReceivedSignal::Terminate, _) => child.signal(Signal::TERM),
        }
    }

    /// On Windows, all programs of a console get its events.
    #[cfg(not(unix))]
    pub(super) fn pass_on(&self, _: ReceivedSignal) {}

    /// Stops it if it runs. The exit code, if it was running.
    pub(super) async fn stop(&mut self) -> Option<i32> {
        let Self::Running { child, .. } = self else { return None };
        let status = child.end(GRACE).await;
        *self = Self::Idle(None);
        Some(status.map_or(1, exit_code))
    }
}

/// Why the system has not found a program, or what the program needs: both have the same error.
fn not_found(program: &OsStr) -> String {
    let is_path = Path::new(program).components().nth(1).is_some();
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = std::env::split_paths(&folders).map(|folder| folder.join(program));
    let file = if is_path { Some(program.into()) } else { candidates.find(|file| file.is_file()) };
    match file.filter(|file: &PathBuf| file.is_file()) {
        Some(file) => match interpreter(&file) {
            Some(interpreter) => format!("its first line names {interpreter}, which does not exist"),
            None => "the file exists, but a program that the system needs to run it does not".to_owned(),
        },
        None if is_path => "there is no such file".to_owned(),
        None => "it is not installed or not in PATH".to_owned(),
    }
}

/// The program in the first line of a script.
fn interpreter(script: &Path) -> Option<String> {
    let mut start = Vec::new();
    open_regular(script).ok()?.take(256).read_to_end(&mut start).ok()?;
    let line = start.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line);
    // A carriage return belongs to the name for the system.
    let program = line.trim_start_matches([' ', '\t']).split([' ', '\t']).next()?;
    (!Path::new(program).exists()).then(|| program.to_owned())
}

fn spawn(
    line: &CommandLine,
    group: ProcessGroup,
    ready: &Ready,
    format: VerdictFormat,
) -> io::Result<ChildProcess> {
    let mut command = Command::new(&line.program);
    command.args(&line.arguments).stdout(report::stdout_of_command(format));
    command.env(LOCAL_URL, ready.local_endpoint()).env(PORT, ready.local.port().to_string());
    match ready.public_endpoint() {
        Some(url) => command.env(URL, url),
        // That of an outer session would be wrong.
        None => command.env_remove(URL),
    };
    ChildProcess::spawn(command, group)
}

/// The exit code as a shell reports it: for a program that a signal has ended, 128 and the number of the signal.
fn exit_code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return 128 + signal;
        }
    }
    status.code().unwrap_or(1)
}
