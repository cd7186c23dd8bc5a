//! `zoomhook status`: the sessions that run on this machine.

use super::{ExitStatus, Failure, help, printed};
use crate::instances::{self, Entry};
use crate::report::{self, Format};
use crate::settings::env::Environment;

/// Show the running listens: URLs, app, project, process
///
/// Lists each listen of this user, the newest first. One that was killed is not listed, and neither is one with
/// --no-history in the foreground. The exit code is 0 also if none runs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::STATUS))]
pub(super) struct StatusArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,
}

pub(super) fn run(args: &StatusArgs) -> Result<ExitStatus, Failure> {
    let running = running(&Environment::of_process())?;
    if running.is_empty() {
        report::print_note("No zoomhook listen is running.");
    }
    printed(report::print_sessions(&running, args.format))
}

/// The running sessions, the newest first.
pub(super) fn running(environment: &Environment) -> Result<Vec<Entry>, Failure> {
    let Some(folder) = environment.instances_folder() else { return Ok(Vec::new()) };
    instances::all(&folder).map_err(|reason| {
        Failure::new(ExitStatus::Usage, format!("the list of running listens is not used: {reason}"))
            .with_hint(report::repair_command(reason.repair()))
    })
}
