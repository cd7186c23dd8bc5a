//! A program that zoomhook starts, and stops together with what that program has started: [`ChildProcess`].

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdout, Command};

/// How long a killed program may take to exit.
const KILL_LIMIT: Duration = Duration::from_millis(500);

/// The process group of a program. Windows has none: there, the whole tree of processes is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessGroup {
    /// Its own. Ctrl-C at the terminal does not reach it, and its child processes are stopped with it.
    Own,
    /// That of zoomhook. It can use the terminal, and Ctrl-C reaches both.
    Shared,
}

/// A running program. Dropping it kills the program, unless it has exited and was [left](Self::leave).
#[derive(Debug)]
pub(crate) struct ChildProcess {
    child: tokio::process::Child,
    /// The group to signal; `None` for a program in the group of zoomhook.
    #[cfg(unix)]
    group: Option<u32>,
}

impl ChildProcess {
    /// Starts a program.
    ///
    /// # Errors
    /// The system cannot start it.
    pub(crate) fn spawn(mut command: Command, group: ProcessGroup) -> io::Result<Self> {
        command.kill_on_drop(true);
        #[cfg(unix)]
        if group == ProcessGroup::Own {
            command.process_group(0);
        }
        #[cfg(not(unix))]
        let _ = group;
        let child = command.spawn()?;
        Ok(Self {
            #[cfg(unix)]
            group: child.id().filter(|_| group == ProcessGroup::Own),
            child,
        })
    }

    /// Its stdout and stderr, if both are pipes and were not taken before.
    pub(crate) fn take_outputs(&mut self) -> Option<(ChildStdout, ChildStderr)> {
        self.child.stdout.take().zip(self.child.stderr.take())
    }

    /// Waits for its exit. Cancel safe.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to exit, and kills it after the grace period. Its exit status, if it has exited.
    pub(crate) async fn end(&mut self, grace: Duration) -> Option<ExitStatus> {
        self.request_exit();
        let in_time = tokio::time::timeout(grace, self.child.wait()).await;
        self.kill();
        match in_time {
            Ok(exited) => exited.ok(),
            Err(_) => tokio::time::timeout(KILL_LIMIT, self.child.wait()).await.ok()?.ok(),
        }
    }

    /// Lets the programs that it has started run on. For a program that has exited.
    pub(crate) fn leave(&mut self) {
        #[cfg(unix)]
        {
            self.group = None;
        }
    }

    #[cfg(unix)]
    fn request_exit(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Windows can ask a console program to exit only with Ctrl-C, which would reach zoomhook as well. So this kills it.
    #[cfg(not(unix))]
    fn request_exit(&mut self) {
        self.kill();
    }

    #[cfg(unix)]
    fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
        self.group = None;
        // An error means that the program has exited.
        let _ = self.child.start_kill();
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        if let Some(id) = self.child.id() {
            let mut taskkill = std::process::Command::new("taskkill");
            let quiet =
                taskkill.args(["/T", "/F", "/PID", &id.to_string()]).stdin(std::process::Stdio::null());
            // Without it, at least the program itself is killed.
            let _ = quiet.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();
        }
        let _ = self.child.start_kill();
    }

    /// Signals its process group, also after its exit: its child processes may still run. In the group of zoomhook, only
    /// the program itself is signaled.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = |id: u32| rustix::process::Pid::from_raw(id.cast_signed());
        // An error means that no process is left.
        let _ = match (self.group.and_then(pid), self.child.id().and_then(pid)) {
            (Some(group), _) => rustix::process::kill_process_group(group, signal),
            (None, Some(program)) => rustix::process::kill_process(program, signal),
            (None, None) => Ok(()),
        };
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
