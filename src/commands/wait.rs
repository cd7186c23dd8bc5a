//! `zoomhook wait`: waits until events are delivered to the session that runs.
//!
//! The session stores each delivery before it answers, so this reads the history. It needs no connection to the session,
//! which may start later.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::SystemTime;

use super::interrupt::until_ctrl_c;
use super::status::running;
use super::{ExitStatus, Failure, help};
use crate::delivery::{ExpectationState, StoredDelivery, UnmetExpectation};
use crate::follow_history::{FollowFrom, follow};
use crate::instances::{Entry, SessionHistory};
use crate::report::{self, OutputError, history as view};
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::project::ProjectArgs;
use crate::settings::time::Span;
use crate::settings::waiting::{AwaitedArgs, AwaitedEvents};

/// Wait for events of the running listen
///
/// Prints each of the events as a line of NDJSON, and ends once all are delivered. Events from now on count, or those
/// since --since. With `listen --forward`, an event counts once your app has taken it; the exit code is 5 as soon as it
/// refuses one. The exit code is 7 after --timeout.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::WAIT))]
pub(super) struct WaitArgs {
    #[command(flatten)]
    awaited: AwaitedArgs,

    /// End after this time with exit code 7, such as 30s or 5m [default: no limit]
    #[arg(long, value_name = "DURATION")]
    timeout: Option<Span>,

    /// Also count events that arrived this long before the start, such as 1m
    #[arg(long, value_name = "DURATION", value_parser = Span::with_unit)]
    since: Option<Span>,

    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    file: HistoryFileArgs,
}

/// How the wait ended.
enum Waited {
    Met,
    Failed(UnmetExpectation),
    Output(OutputError),
}

pub(super) fn run(args: WaitArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let now = SystemTime::now();
    let project = args.project.check_existing(&environment)?;
    let (path, is_default) = history(&args.file, project.as_deref(), &environment)?;
    args.awaited.unknown_events().iter().for_each(report::print_warning);
    for name in args.awaited.unlisted() {
        report::print_note(&format!(
            "The catalog has no event {name}. zoomhook still waits for it, because it may be new."
        ));
    }
    let timeout = args.timeout.map(Span::get);
    let (filter, mut awaited) =
        args.awaited.check(args.since.and_then(|since| now.checked_sub(since.get())), project);
    let from = if args.since.is_some() { FollowFrom::Everything } else { FollowFrom::Newest(0) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let waited = until_ctrl_c(&runtime, async {
        let seen = follow(&path, &filter, from, |_, found| Ok::<_, Failure>(see(&mut awaited, found)));
        match timeout {
            Some(timeout) => tokio::time::timeout(timeout, seen).await.ok(),
            None => Some(seen.await),
        }
    });
    match waited {
        None => Ok(ExitStatus::Interrupted),
        Some(None) => Err(Failure::not_met(&awaited.expectation.missing())),
        Some(Some(end)) => match end? {
            Some(Waited::Met) | Some(Waited::Output(OutputError::Closed)) | None => Ok(ExitStatus::Done),
            Some(Waited::Output(error)) => Err(error.into()),
            Some(Waited::Failed(unmet)) => {
                let kept = report::history_flag((!is_default).then_some(path.as_path()));
                Err(Failure::not_taken(&unmet, Some(&kept)))
            }
        },
    }
}

/// Counts deliveries and prints those that are expected.
fn see(awaited: &mut AwaitedEvents, found: &[StoredDelivery]) -> ControlFlow<Waited> {
    for stored in found {
        let Some(state) = awaited.observe(stored, SystemTime::now()) else { continue };
        if let Err(error) = report::print_json(&view::line(stored)) {
            return ControlFlow::Break(Waited::Output(error));
        }
        match state {
            ExpectationState::Open => {}
            ExpectationState::Met => return ControlFlow::Break(Waited::Met),
            ExpectationState::Failed(unmet) => return ControlFlow::Break(Waited::Failed(unmet)),
        }
    }
    ControlFlow::Continue(())
}

/// The history of the session that runs for this project, or else the default one; and whether it is that one.
fn history(
    file: &HistoryFileArgs,
    project: Option<&str>,
    environment: &Environment,
) -> Result<(PathBuf, bool), Failure> {
    let path = file.path(environment)?;
    if file.is_given() {
        return Ok((path, false));
    }
    let of_project = |entry: &Entry| project.is_none() || entry.is_of_project(project);
    let running: Vec<_> = running(environment)?.into_iter().filter(of_project).collect();
    match SessionHistory::of(&running) {
        SessionHistory::File(file) => Ok((file, false)),
        SessionHistory::Usual => Ok((path, true)),
        SessionHistory::NoSession => {
            report::print_note("No zoomhook listen is running for this project. Waiting for the next one.");
            Ok((path, true))
        }
        SessionHistory::None => {
            let message = "the zoomhook listen of this project runs with --no-history, so other commands cannot see its events";
            Err(Failure::new(ExitStatus::Usage, message).with_hint(
                "Start it without --no-history, or let it wait itself: zoomhook listen --expect EVENT",
            ))
        }
    }
}
