//! Output of the commands themselves: errors, and scripts and pages that were asked for.

use std::io::{self, Write};

/// Shows an error and what to do about it, on stderr.
pub(super) fn print_error(message: &str, hint: Option<&str>) {
    let mut stderr = io::stderr().lock();
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(stderr, "error: {message}");
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "\n{hint}");
    }
}

/// Writes to stdout.
pub(super) fn print(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}
