//! The files and connections that a command has open at the same time, and the system's limit on them (`ulimit -n`).
//! Entry point: [`OpenFiles::allow`].
//!
//! A command with too few of them would fail in the middle, with an error of whatever came last. So the number is
//! compared with the limit before a command starts. Only Unix has such a limit.

use super::{ExitStatus, Failure};

/// What a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenFiles {
    /// With fewer, the command does not start.
    pub(super) least: u64,
    /// With more, the command is not faster.
    pub(super) most: u64,
}

/// Standard input, output and error.
const STANDARD: u64 = 3;

impl OpenFiles {
    /// A command that needs a fixed number.
    pub(super) const fn exactly(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// Raises the limit as far as this helps and the system allows it. Returns how many files the command may have open.
    ///
    /// # Errors
    /// The limit is too low.
    pub(super) fn allow(self, command: &str) -> Result<u64, Failure> {
        let Some(limit) = Limit::of_process() else { return Ok(self.most) };
        // A parent can pass on open files, which count as well.
        let passed_on = opened().saturating_sub(STANDARD);
        let allowed = limit.raised_to(self.most + passed_on);
        if allowed < self.least + passed_on {
            return Err(too_few(command, self.least + passed_on, allowed));
        }
        Ok((allowed - passed_on).min(self.most))
    }
}

fn too_few(command: &str, needed: u64, limit: u64) -> Failure {
    let message = format!("zoomhook {command} needs {needed} open files, and the limit is {limit}");
    Failure::new(ExitStatus::Internal, message).with_hint(format!(
        "Set the limit to {needed} or more where it is set: ulimit -n in a shell or its profile, LimitNOFILE in systemd, \
         --ulimit nofile in Docker. A shell cannot raise a limit that it has lowered."
    ))
}

/// The limit of this process.
struct Limit {
    current: u64,
    /// The current one can be raised to this.
    maximum: u64,
}

#[cfg(unix)]
impl Limit {
    fn of_process() -> Option<Self> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        Some(Self { current: limit.current?, maximum: limit.maximum.unwrap_or(u64::MAX) })
    }

    /// Raises the current limit if it is lower than `wanted`. Returns the new one.
    fn raised_to(&self, wanted: u64) -> u64 {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let wanted = wanted.min(self.maximum);
        if wanted <= self.current {
            return self.current;
        }
        let maximum = (self.maximum != u64::MAX).then_some(self.maximum);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        if raised.is_ok() { wanted } else { self.current }
    }
}

#[cfg(not(unix))]
impl Limit {
    fn of_process() -> Option<Self> {
        None
    }

    fn raised_to(&self, _: u64) -> u64 {
        self.current.max(self.maximum)
    }
}

/// The number of files that are open. If it cannot be found, only the standard ones count.
fn opened() -> u64 {
    let folder = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };
    // One of the entries is the folder itself.
    std::fs::read_dir(folder).map_or(STANDARD, |entries| (entries.count() as u64).saturating_sub(1))
}
