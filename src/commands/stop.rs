//! `zoomhook stop`: ends a running session as Ctrl-C does.

use std::path::Path;
use std::time::{Duration, Instant};

use super::status::running;
use super::{ExitStatus, Failure, help};
use crate::instances::{self, Entry, request_stop};
use crate::report;
use crate::settings::env::Environment;
use crate::settings::number::whole;
use crate::settings::project;

/// Stop a running listen of this project, also one in the background
///
/// It shuts down as with Ctrl-C: requests in flight are answered first. On Windows it ends at once. The exit code is 0 also
/// if none runs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::STOP))]
pub(super) struct StopArgs {
    /// Stop the listen on this port, of any project
    #[arg(long, short, value_name = "PORT", value_parser = whole(1..=u16::MAX))]
    port: Option<u16>,

    /// Stop every running listen of every project
    #[arg(long, conflicts_with = "port")]
    all: bool,
}

/// How long a session may take to shut down: its own limits together, and the time of a command that it stops.
const PATIENCE: Duration = Duration::from_secs(15);
/// Pause between two looks at the list of running sessions.
const EVERY: Duration = Duration::from_millis(20);

pub(super) fn run(args: &StopArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let running = running(&environment)?;
    let chosen = choose(args, running.clone(), project::current(&environment).as_deref())?;
    let Some(folder) = environment.instances_folder().filter(|_| !chosen.is_empty()) else {
        nothing_to_stop(&running).lines().for_each(report::print_note);
        return Ok(ExitStatus::Done);
    };
    for entry in &chosen {
        request_stop(entry.pid).map_err(|error| {
            let message = format!("zoomhook (pid {}) cannot be stopped: {error}", entry.pid);
            Failure::new(ExitStatus::Internal, message)
        })?;
    }
    let deadline = Instant::now() + PATIENCE;
    for entry in &chosen {
        wait_for_end(entry, &folder, deadline)?;
        report::print_note(&format!("Stopped: {}", entry.public_url.as_ref().unwrap_or(&entry.url)));
    }
    Ok(ExitStatus::Done)
}

/// Says that none runs, and how to stop those of other projects.
fn nothing_to_stop(others: &[Entry]) -> String {
    match others {
        [] => "No zoomhook listen is running.".to_owned(),
        others => format!("No zoomhook listen is running for this project. {}", how_to_name(others)),
    }
}

/// The sessions to stop; empty if none runs for this project.
fn choose(args: &StopArgs, running: Vec<Entry>, project: Option<&str>) -> Result<Vec<Entry>, Failure> {
    if args.all || running.is_empty() {
        return Ok(running);
    }
    if let Some(port) = args.port {
        let (chosen, others): (Vec<_>, Vec<_>) =
            running.into_iter().partition(|entry| entry.port() == Some(port));
        let missing = || which(format!("no zoomhook listen is running on port {port}"), &others);
        return if chosen.is_empty() { Err(missing()) } else { Ok(chosen) };
    }
    let (mut of_project, others): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|entry| entry.is_of_project(project));
    match of_project.len() {
        0 | 1 => Ok(of_project),
        several => {
            of_project.extend(others);
            Err(which(format!("{several} zoomhook listens are running for this project"), &of_project))
        }
    }
}

fn which(message: String, candidates: &[Entry]) -> Failure {
    Failure::new(ExitStatus::Usage, message).with_hint(how_to_name(candidates))
}

fn how_to_name(candidates: &[Entry]) -> String {
    let list: Vec<_> =
        candidates.iter().map(|entry| format!("  {}", report::session_in_a_line(entry))).collect();
    format!("Name one with --port, or stop all with --all:\n{}", list.join("\n"))
}

fn wait_for_end(entry: &Entry, folder: &Path, deadline: Instant) -> Result<(), Failure> {
    let runs = || {
        let running = instances::all(folder).unwrap_or_default();
        running.iter().any(|other| (other.pid, other.since) == (entry.pid, entry.since))
    };
    while runs() {
        if Instant::now() > deadline {
            let message = format!("zoomhook (pid {}) has not ended yet", entry.pid);
            return Err(Failure::new(ExitStatus::Internal, message)
                .with_hint("If it has a command (`listen -- COMMAND`), it ends after the command. If it is suspended, it ends once it continues."));
        }
        std::thread::sleep(EVERY);
    }
    Ok(())
}
