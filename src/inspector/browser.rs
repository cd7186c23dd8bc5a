//! Opens a URL in the user's browser.

use std::io;
use std::process::{Command, Stdio};

/// Starts the system's program for URLs, and does not wait for it.
///
/// # Errors
/// There is none.
pub(super) fn open(url: &str) -> io::Result<()> {
    let mut command = if cfg!(windows) {
        // The shell's `start` would act on `&` in a URL.
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // Waits for its end, so that it does not stay in the table of processes.
    std::thread::spawn(move || child.wait());
    Ok(())
}
