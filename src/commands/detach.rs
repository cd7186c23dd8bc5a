//! `listen --detach`: starts the same command in the background, and returns once it is ready. Entry point: [`run`].
//!
//! The session is the same program with a hidden flag. It has no terminal, so its output goes to a file in the state
//! folder, which only this user can read. The list of running sessions says when it is ready.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure};
use crate::files::CheckedFolder;
use crate::files::MissingFolder;
use crate::files::PathError;
use crate::instances::{self, Entry};
use crate::report::{self, VerdictFormat};
use crate::settings::env::Environment;

/// Pause between two looks at the list of running sessions.
const EVERY: Duration = Duration::from_millis(25);
/// How long the output of a session is kept: a week to look into what went wrong.
const LOG_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Limit on what is shown of the output of a session that could not start.
const LONGEST_OUTPUT: u64 = 64 * 1024;

/// Starts the session, and waits until it is ready or has ended.
pub(super) fn run(format: VerdictFormat) -> Result<ExitStatus, Failure> {
    let no_home = || Failure::new(ExitStatus::Usage, "--detach needs a home folder").with_hint("Set HOME.");
    let listening = Environment::of_process().instances_folder().ok_or_else(no_home)?;
    // A list that cannot be read would never show the session.
    instances::all(&listening).map_err(PathError::from).map_err(no_folder)?;
    let (log, path) = new_log(&listening.with_file_name("background")).map_err(no_folder)?;
    let mut child = spawn(log, &path)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let waited = until_ctrl_c(&runtime, ready_or_ended(&mut child, &listening));
    match waited {
        Some(Ok(Started::Ready(entry))) => super::printed(report::print_started(&entry, format)),
        Some(Ok(Started::Ended(code))) => {
            if let Ok(file) = File::open(&path) {
                report::print_output_of_session(&output(file));
            }
            Ok(ExitStatus::OfCommand(code))
        }
        Some(Err(failure)) => Err(failure),
        None => {
            // It has its own process group, so Ctrl-C has not reached it.
            let _ = instances::request_stop(child.id());
            let _ = child.wait();
            Ok(ExitStatus::Interrupted)
        }
    }
}

enum Started {
    Ready(Box<Entry>),
    /// With this exit code.
    Ended(i32),
}

async fn ready_or_ended(child: &mut Child, listening: &Path) -> Result<Started, Failure> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Started::Ended(status.code().unwrap_or(1)));
        }
        let running = instances::all(listening).map_err(PathError::from).map_err(no_folder)?;
        if let Some(entry) = running.into_iter().find(|entry| entry.pid == child.id() && entry.is_ready) {
            return Ok(Started::Ready(Box::new(entry)));
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Starts this program with the same arguments. It gets no input and no signals of this terminal.
fn spawn(log: File, path: &Path) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments(std::env::args_os(), path));
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(windows)]
    {
        /// No console, and so no event of one.
        const DETACHED_PROCESS: u32 = 0x8;
        std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED_PROCESS);
    }
    Ok(command.spawn()?)
}

/// The arguments of the session: those of this process, with the file instead of `--detach`.
fn arguments(own: impl Iterator<Item = OsString>, log: &Path) -> Vec<OsString> {
    let mut arguments: Vec<_> = own.skip(1).filter(|argument| argument != "--detach").collect();
    // Behind the command's name, because a flag before it may take the next word as its value.
    let command = arguments.iter().position(|argument| argument == "listen").map_or(0, |at| at + 1);
    arguments.splice(command..command, ["--detached-log".into(), log.as_os_str().to_owned()]);
    arguments
}

/// Creates the file for the output, and deletes old ones.
fn new_log(folder: &Path) -> Result<(File, PathBuf), PathError> {
    let folder = CheckedFolder::open(folder, MissingFolder::Create)?;
    for name in folder.names()? {
        let age =
            folder.read(&name).ok().and_then(|file| file.metadata().ok()?.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| age > LOG_AGE) {
            let _ = folder.remove(&name);
        }
    }
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let name = OsString::from(format!("listen-{nanos}.log"));
    let file = folder.create_new(&name)?;
    Ok((file, folder.path().join(&name)))
}

/// What a session has written.
fn output(file: File) -> String {
    let mut bytes = Vec::new();
    // What can be read is shown.
    let _ = file.take(LONGEST_OUTPUT).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn no_folder(error: PathError) -> Failure {
    let failure =
        Failure::new(ExitStatus::Usage, format!("--detach cannot use zoomhook's state folder: {error}"));
    match error {
        PathError::Untrusted(reason) => failure.with_hint(report::repair_command(reason.repair())),
        PathError::Io(_) | PathError::NotAFile { .. } => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_gets_the_same_arguments_and_the_file() {
        let own = ["zoomhook", "--profile", "a", "listen", "--port", "0", "--detach", "--quiet"]
            .map(OsString::from);
        let expected = ["--profile", "a", "listen", "--detached-log", "/log", "--port", "0", "--quiet"];
        assert_eq!(arguments(own.into_iter(), Path::new("/log")), expected.map(OsString::from));
    }
}
