//! Starting a program and ending it, with everything that it started in turn.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdout, Command};

/// How long a program has to end in order before it is killed. Below the limit of the whole end.
const GRACE: Duration = Duration::from_millis(500);

/// What a program prints.
pub(super) struct Outputs {
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// A program that runs. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Child {
    child: tokio::process::Child,
    /// Its process group.
    #[cfg(unix)]
    group: Option<u32>,
}

/// Starts a program. On Unix it leads a process group of its own: Ctrl-C at the terminal does not end it before
/// what is in flight is answered, and a script's own children end with it.
pub(super) fn start(command: &[String], without: &[&str]) -> io::Result<(Child, Outputs)> {
    let [program, arguments @ ..] = command else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
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
    /// Waits for its end. Nothing is lost when the future is dropped.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to end, and kills it where it does not.
    pub(super) async fn end(&mut self) {
        self.ask();
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
        self.kill();
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
    }

    #[cfg(unix)]
    fn ask(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// A console program cannot be asked without sharing our console.
    #[cfg(not(unix))]
    fn ask(&mut self) {
        let _ = self.child.start_kill();
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        {
            self.signal(rustix::process::Signal::KILL);
            self.group = None;
        }
        // An error means that it has ended.
        let _ = self.child.start_kill();
    }

    /// Also after the program's own end: what it started may have stayed.
    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let group = self.group.and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        if let Some(group) = group {
            // An error means that nobody of the group is left.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}
