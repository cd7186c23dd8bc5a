//! Asks a running session to end. Entry point: [`request_stop`].

use std::io;

/// Asks it to shut down in order: the same as Ctrl-C in its terminal.
///
/// # Errors
/// The system's error, such as that there is no such process.
#[cfg(unix)]
pub(crate) fn request_stop(pid: u32) -> io::Result<()> {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).ok_or(io::ErrorKind::NotFound)?;
    Ok(rustix::process::kill_process(pid, rustix::process::Signal::TERM)?)
}

/// Ends it, with everything that it has started. Windows cannot ask a process without a console to shut down. Nothing is
/// lost: each delivery is on disk before it is answered.
///
/// # Errors
/// `taskkill` cannot be started, or has not ended the process.
#[cfg(not(unix))]
pub(crate) fn request_stop(pid: u32) -> io::Result<()> {
    use std::process::{Command, Stdio};
    let mut taskkill = Command::new("taskkill");
    taskkill.args(["/T", "/F", "/PID", &pid.to_string()]).stdin(Stdio::null());
    let status = taskkill.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other("taskkill has failed")) }
}
