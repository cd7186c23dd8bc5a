//! `zoomhook trigger`: signs and posts events and scenarios as Zoom does.

pub(super) mod names;
mod schedule;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::open_files::OpenFiles;
use super::{ExitStatus, Failure, help};
use tokio::sync::mpsc::Receiver;

use crate::diagnosis::{ControlRequest, Secrets};
use crate::report::{self, OutputError, PostedReport, VerdictFormat};
use crate::send::{self, EndpointClient, Posted, SendClock, SendTally};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::load::LoadArgs;
use crate::settings::prompt::Terminal;
use crate::settings::sample::SampleArgs;
use crate::settings::secret::SecretArgs;
use crate::settings::sending::SendingArgs;
use crate::settings::sending::answering_app;
use crate::zoom::Assignment;
use crate::zoom::catalogue::Node;

use schedule::Schedule;

/// Post events and whole scenarios to an endpoint, signed as Zoom signs them
///
/// NAME is an event, a built-in scenario, or your own scenario file (TOML, YAML or JSON). Each answer is classified as
/// Zoom does it: delivered, lost or retried.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::TRIGGER))]
pub(super) struct TriggerArgs {
    /// Events, scenarios, or scenario files
    #[arg(value_name = "NAME", required_unless_present_any = ["list", "check"], add = names::completer())]
    names: Vec<String>,

    /// List the built-in scenarios
    #[arg(long, conflicts_with_all = ["names", "check"])]
    list: bool,

    /// Check a scenario file and show the line of an error
    #[arg(long, value_name = "FILE", conflicts_with = "names", value_hint = clap::ValueHint::FilePath)]
    check: Option<PathBuf>,

    /// Set a variable of a scenario, such as participants=300
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<Assignment>,

    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: VerdictFormat,

    /// Show no progress bar and no counts
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    sending: SendingArgs,
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    sample: SampleArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

/// Open files without a connection: the runtime, a scenario file, what a lookup of a name reads.
const WITHOUT_CONNECTIONS: u64 = 20;

impl TriggerArgs {
    /// The files that it has open at the same time.
    pub(super) fn open_files(&self) -> OpenFiles {
        let connections = self.load.clone().check().pace.connections as u64;
        OpenFiles::exactly(WITHOUT_CONNECTIONS + connections)
    }
}

pub(super) fn run(args: TriggerArgs) -> Result<ExitStatus, Failure> {
    if args.list {
        return match report::catalogue::print_names(&names::scenarios()?) {
            Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
            Err(error) => Err(error.into()),
        };
    }
    let variables: Vec<_> = args.variables.into_iter().map(variable).collect();
    if let Some(file) = args.check {
        let plan = names::read(&file)?.plan(&variables);
        let plan =
            plan.map_err(|error| Failure::new(ExitStatus::Usage, format!("{}: {error}", file.display())))?;
        report::print_note(&format!("{}: valid, {} events", file.display(), plan.events.len()));
        return Ok(ExitStatus::Done);
    }
    let found = names::find(&args.names, &variables)?;
    let environment = Environment::of_process();
    let sending = args.sending.check(&environment)?;
    let secrets = args.secret.check(&environment, &mut Terminal).map_err(Error::from)?;
    let origin = secrets.origins.into_iter().next();
    let Some(secret) = secrets.tokens.into_iter().next() else { return Ok(ExitStatus::Internal) };
    let now = SystemTime::now();
    let samples = args.sample.check(now).map_err(Error::from)?;
    if samples.seed_is_chosen && !args.quiet {
        report::print_note(&format!("seed {}", samples.seed));
    }
    let clock = samples.at.map_or(SendClock::System, SendClock::From);
    let begun = samples.at.unwrap_or(now);
    let schedule = Schedule::new(found, samples, args.load.check(), secret.token, begun);
    schedule.check().map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    let added = schedule.added();
    if !added.is_empty() && !args.quiet {
        report::print_note(&report::not_in_the_event(&added));
    }
    if let Some(note) = sending.note.filter(|_| !args.quiet) {
        report::print_note(&note);
    }
    let secrets = Secrets::new(secrets.texts);
    let app = answering_app(&sending.target, &environment);
    let client = EndpointClient::new(sending.target, sending.headers)
        .map_err(|error| Failure::new(ExitStatus::Usage, error.to_string()))?;
    let (status, has_unknown_cause) = send(client, secrets, schedule, clock, args.format, args.quiet)?;
    if has_unknown_cause && !args.quiet {
        report::print_unknown_cause(origin.as_ref(), app.as_ref());
    }
    Ok(status)
}

/// Turns the text of an integer into a number, so that `participants=300` needs no `:=`.
fn variable(assignment: Assignment) -> (String, Node) {
    let (name, value) = assignment.into_parts();
    let number =
        value.text().filter(|text| text.parse::<i64>().is_ok()).map(|text| Node::number(text.to_owned()));
    (name, number.unwrap_or(value))
}

fn send(
    client: EndpointClient,
    secrets: Secrets,
    schedule: Schedule,
    clock: SendClock,
    format: VerdictFormat,
    quiet: bool,
) -> Result<(ExitStatus, bool), Failure> {
    let runtime = match schedule.pace().connections {
        1 => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        _ => tokio::runtime::Builder::new_multi_thread().enable_all().build()?,
    };
    let mut view = PostedReport::of_process(format, quiet, schedule.count());
    let begun = Instant::now();
    let tally = runtime.block_on(show_all(client, secrets, schedule, clock, &mut view));
    runtime.shutdown_timeout(Duration::ZERO);
    let tally = match tally {
        Ok(tally) => tally,
        Err(OutputError::Closed) => return Ok((ExitStatus::Done, false)),
        Err(error) => return Err(error.into()),
    };
    match view.finish(&tally, begun.elapsed()) {
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    let status = if tally.is_right() { ExitStatus::Done } else { ExitStatus::Endpoint };
    Ok((status, tally.has_unknown_cause))
}

async fn show_all(
    client: EndpointClient,
    secrets: Secrets,
    schedule: Schedule,
    clock: SendClock,
    view: &mut PostedReport,
) -> Result<SendTally, OutputError> {
    let (pace, count, schedule) = (schedule.pace(), schedule.count(), Arc::new(schedule));
    let (client, secrets) = (Arc::new(client), Arc::new(secrets));
    let (of_job, of_due) = (schedule.clone(), schedule.clone());
    let make = move |number, now| of_job.job(number, now);
    let due = move |number| of_due.due(number);
    let posts = send::run(client.clone(), secrets.clone(), pace, clock, count, make, due);
    let mut tally = SendTally::default();
    show(posts, &mut tally, view).await?;
    if tally.lacks_a_genuine_request() {
        let control = move |_, now| schedule.control(now);
        let posts = send::run(client, secrets, pace, clock, 1, control, |_| Duration::ZERO);
        show(posts, &mut tally, view).await?;
    }
    Ok(tally)
}

async fn show(
    mut posts: Receiver<(Posted, bool)>,
    tally: &mut SendTally,
    view: &mut PostedReport,
) -> Result<(), OutputError> {
    while let Some((mut posted, is_last)) = posts.recv().await {
        if let (Some(trial), Some(accepted)) = (&mut posted.forgery, &tally.accepted) {
            trial.record(ControlRequest::Genuine, accepted.clone());
        }
        tally.record(&posted, is_last);
        view.show(&posted, is_last)?;
    }
    Ok(())
}
