//! The files and connections that a command has open at the same time, and the system's limit on them (`ulimit -n`).
//! Entry point: [`OpenFiles::allow`].
//!
//! A command with too few of them would fail in the middle, with an error of whatever came last. So the number is
//! compared with the limit before a command starts. Only Unix has such a limit.

#[cfg(unix)]
use super::ExitStatus;
use super::Failure;

/// What a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenFiles {
    /// With fewer, the command does not start.
    pub(super) least: u64,
    /// With more, the command is not faster.
    pub(super) most: u64,
}

impl OpenFiles {
    /// A command that needs a fixed number.
    pub(super) const fn exactly(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// Raises the limit as far as this helps and the system allows it. Returns how many files the command may have open.
    ///
    /// # Errors
    /// The limit is too low.
    #[cfg(unix)]
    pub(super) fn allow(self, command: &str) -> Result<u64, Failure> {
        // A parent can pass on open files, which count as well.
        let passed_on = opened().saturating_sub(STANDARD);
        let Some(allowed) = raise_limit(self.most + passed_on) else { return Ok(self.most) };
        if allowed < self.least + passed_on {
            return Err(too_few(command, self.least + passed_on, allowed));
        }
        Ok((allowed - passed_on).min(self.most))
    }

    /// Unlimited.
    ///
    /// # Errors
    /// Only where there is a limit.
    #[cfg(not(unix))]
    pub(super) fn allow(self, _command: &str) -> Result<u64, Failure> {
        Ok(self.most.max(self.least))
    }
}

#[cfg(unix)]
fn too_few(command: &str, needed: u64, limit: u64) -> Failure {
    let message = format!("zoomhook {command} needs {needed} open files, and the limit is {limit}");
    Failure::new(ExitStatus::Internal, message).with_hint(format!(
        "Set the limit to {needed} or more where it is set: ulimit -n in a shell or its profile, LimitNOFILE in systemd, \
         --ulimit nofile in Docker. A shell cannot raise a limit that it has lowered."
    ))
}

/// Raises the limit of this process to `wanted`, or as far as the system allows. Returns the limit; `None` if there is
/// none.
#[cfg(unix)]
fn raise_limit(wanted: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    let wanted = limit.maximum.map_or(wanted, |maximum| wanted.min(maximum));
    if wanted <= current {
        return Some(current);
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit });
    Some(if raised.is_ok() { wanted } else { current })
}

/// Standard input, output and error.
#[cfg(unix)]
const STANDARD: u64 = 3;

/// The number of files that are open. If it cannot be found, only the standard ones count.
#[cfg(unix)]
fn opened() -> u64 {
    let folder = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };
    // One of the entries is the folder itself.
    std::fs::read_dir(folder).map_or(STANDARD, |entries| (entries.count() as u64).saturating_sub(1))
}
