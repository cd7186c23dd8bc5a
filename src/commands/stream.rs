//! `zoomhook stream`: what the stream of a team holds, and what is deleted from it.

use std::time::SystemTime;

use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure, help, printed};
use crate::report::{self, StreamFormat};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::prompt::Terminal;
use crate::settings::stream::{PruneArgs, StreamArgs};
use crate::stream::{self, StreamAccess, StreamAddress, StreamConnection, StreamError};

/// Look at the stream that a team shares, and delete from it
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::STREAM))]
pub(super) struct StreamCommandArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show what the stream holds, and how far behind each follower is
    Status(StatusArgs),
    /// Delete old events for all followers, or the positions of followers
    ///
    /// The stream deletes events by itself after its age and size. It asks before it deletes.
    Prune(PruneCommandArgs),
}

#[derive(Debug, clap::Args)]
struct StatusArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = StreamFormat::Pretty, help_heading = "Output")]
    format: StreamFormat,
}

#[derive(Debug, clap::Args)]
struct PruneCommandArgs {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    prune: PruneArgs,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Which stream.
#[derive(Debug, clap::Args)]
struct PlaceArgs {
    /// The NATS server, such as nats://HOST or tls://HOST:4222
    #[arg(value_name = "URL")]
    url: StreamAddress,
    #[command(flatten)]
    stream: StreamArgs,
}

impl PlaceArgs {
    fn access(&self) -> Result<StreamAccess, Failure> {
        let access = self.stream.access(self.url.clone(), &Environment::of_process());
        access.map_err(|error| Error::from(error).into())
    }
}

/// Runs a subcommand.
pub(super) fn run(args: StreamCommandArgs) -> Result<ExitStatus, Failure> {
    match args.action {
        Action::Status(args) => status(&args),
        Action::Prune(args) => prune(args),
    }
}

fn status(args: &StatusArgs) -> Result<ExitStatus, Failure> {
    let (access, app) = (args.place.access()?, args.place.stream.app());
    let status = ask(async {
        let connection = StreamConnection::open(&access, "stream status").await?;
        stream::status(&connection, &app).await
    })?;
    match status {
        Some(status) => printed(report::print_stream_status(&status, SystemTime::now(), args.format)),
        None => Ok(ExitStatus::Interrupted),
    }
}

fn prune(args: PruneCommandArgs) -> Result<ExitStatus, Failure> {
    let (access, app) = (args.place.access()?, args.place.stream.app());
    let prune = args.prune.check(app, SystemTime::now()).map_err(Error::from)?;
    if !args.yes && !confirm()? {
        return Ok(ExitStatus::Interrupted);
    }
    let pruned = ask(async {
        let connection = StreamConnection::open(&access, "stream prune").await?;
        stream::prune(&connection, &prune).await
    })?;
    match pruned {
        Some(pruned) => printed(report::print_pruned(&pruned)),
        None => Ok(ExitStatus::Interrupted),
    }
}

fn confirm() -> Result<bool, Failure> {
    Terminal.confirm("Delete this from the stream of the team?")?.ok_or_else(|| {
        Failure::new(ExitStatus::Usage, "this deletes from the stream of the team")
            .with_hint("To delete without a question, add --yes.")
    })
}

/// Runs a request to the server; `None` if the user interrupts it.
fn ask<T>(request: impl Future<Output = Result<T, StreamError>>) -> Result<Option<T>, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let answer = until_ctrl_c(&runtime, request);
    runtime.shutdown_background();
    Ok(answer.transpose()?)
}
