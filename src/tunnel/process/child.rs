//! Starts a program, and stops it together with its child processes. The entry point is [`start`].

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdout, Command};

/// Grace period before a program is killed. Shorter than the limit of the whole shutdown.
const GRACE: Duration = Duration::from_millis(500);

/// A program's output streams.
pub(super) struct Outputs {
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// A running program. Dropping it kills the program.
#[derive(Debug)]
pub(super) struct Child {
    child: tokio::process::Child,
    #[cfg(unix)]
    group: Option<u32>,
}

/// Starts a program. On Unix it gets its own process group: Ctrl-C at the terminal does not stop it while requests are
/// in flight, and the child processes of a script are stopped with it.
pub(super) fn start(
    command: &[String],
    without: &[&str],
    with: &[(&str, &str)],
) -> io::Result<(Child, Outputs)> {
    let [program, arguments @ ..] = command else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    command.envs(with.iter().copied());
    for variable in without {
        command.env_remove(variable);
    }
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    #[cfg(unix)]
    let group = child.id();
    let outputs = match (child.stdout.take(), child.stderr.take()) {
        (Some(stdout), Some(stderr)) => Outputs { stdout, stderr },
        _ => return Err(io::ErrorKind::BrokenPipe.into()),
    };
    let child = Child {
        child,
        #[cfg(unix)]
        group,
    };
    Ok((child, outputs))
}

impl Child {
    /// Waits for the program's exit. Cancel safe.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks the program to exit, and kills it after the grace period.
    pub(super) async fn end(&mut self) {
        self.request_exit();
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
        self.kill();
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
    }

    #[cfg(unix)]
    fn request_exit(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Windows can ask a console program to exit only if it shares zoomhook's console, so this kills it.
    #[cfg(not(unix))]
    fn request_exit(&mut self) {
        let _ = self.child.start_kill();
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        {
            self.signal(rustix::process::Signal::KILL);
            self.group = None;
        }
        // An error means that the program has exited.
        let _ = self.child.start_kill();
    }

    /// Signals the process group, also after the program's exit: its child processes may still run.
    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let group = self.group.and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        if let Some(group) = group {
            // An error means that the group has no processes left.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}
