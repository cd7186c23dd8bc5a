//! Runs another program for a moment, and reads what it prints.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a program left.
pub(super) struct ProgramOutput {
    /// The exit code; `None` if it was killed.
    pub(super) code: Option<i32>,
    /// stdout and stderr.
    pub(super) text: String,
}

/// Runs a program to its end, in this folder. The caller limits the time: a program that hangs ends with zoomhook.
///
/// # Errors
/// It cannot be started.
pub(super) fn run(program: &str, arguments: &[&str], folder: Option<&Path>) -> io::Result<ProgramOutput> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    // A hook of git sets these for a repository, and the question is about the folder.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.output()?;
    let text = [output.stdout, output.stderr].concat();
    Ok(ProgramOutput { code: output.status.code(), text: String::from_utf8_lossy(&text).into_owned() })
}
