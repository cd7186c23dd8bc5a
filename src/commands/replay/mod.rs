//! `zoomhook replay`: sends stored deliveries to the app again and compares its answers with the earlier ones.

mod context;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::ids::{self, find, no_history};
use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure, help, named_events};
use crate::delivery::StoredDelivery;
use crate::diagnosis::Secrets;
use crate::history::{Filter, HistoryError, HistoryReader, Reference};
use crate::replay::{Choice, NotPrepared, ReplayError, ReplayMode, Replayer};
use crate::report::{Format, OutputError, ReplayReport};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::history::{FilterArgs, HistoryFileArgs};
use crate::settings::prompt::Terminal;
use crate::settings::replay::ReplayTargetArgs;
use crate::settings::secret::SecretArgs;
use crate::watch::Watcher;
use crate::zoom::{Assignment, CHALLENGE_EVENT};

use context::{Program, Stop};

/// Send stored deliveries to your app again, with a fresh signature
///
/// The body and Zoom's headers are sent as received. The signature is new, because a good receiver refuses one that
/// is older than five minutes. The app's answer is compared with its earlier answer.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::REPLAY))]
pub(super) struct ReplayArgs {
    /// Ids as `history list` shows them, last, last-2, or an event's name for its newest delivery [default: last]
    #[arg(value_name = "ID", conflicts_with = "all", add = ids::completer())]
    ids: Vec<Reference>,

    /// Send all that match, oldest first; without challenges, and without what none of your secret tokens signed
    ///
    /// Also left out: imported deliveries without --to, and methods other than POST without --exact and --to. With
    /// --exact, refused requests are left out unless --verdict is given.
    #[arg(long)]
    all: bool,

    /// With --all, also send Zoom's retries of an event
    #[arg(long, requires = "all")]
    with_retries: bool,

    /// Send the stored bytes and headers with the old signature; needs no secret
    #[arg(long)]
    exact: bool,

    /// Change the value at a path: payload.object.topic='Quarterly', or payload.object.duration:=30 for JSON
    #[arg(long, value_name = "PATH=TEXT|PATH:=JSON", conflicts_with = "exact")]
    set: Vec<Assignment>,

    /// Send again each time a file in this folder changes [without PATH: the current folder]; may be repeated
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".", value_hint = clap::ValueHint::AnyPath)]
    watch: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,

    /// Show no notes and no counts
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    target: ReplayTargetArgs,
    #[command(flatten)]
    filter: Box<FilterArgs>,
    #[command(flatten)]
    file: HistoryFileArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

/// The deliveries to send.
enum Chosen {
    /// These deliveries, in this order.
    Named(Vec<StoredDelivery>),
    /// All deliveries that match.
    All { filter: Filter, with_retries: bool },
}

/// Finds the deliveries, sends them, and with `--watch` sends them again after each change.
pub(super) fn run(args: ReplayArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let path = args.file.path(&environment)?;
    if !args.all && !args.filter.is_empty() {
        return Err(Failure::new(ExitStatus::Usage, "a filter needs --all")
            .with_hint("`zoomhook replay --all --since 1h --event 'meeting.*'` sends all that match."));
    }
    let reader = HistoryReader::open(&path)?.ok_or_else(|| no_history(&path))?;
    let (chosen, choice) = choose(&reader, args.ids, args.all, *args.filter, args.with_retries)?;
    let watcher = watcher(&args.watch, &path)?;
    let to = args.target.check(&environment).map_err(Error::from)?;
    let (mode, texts) = if args.exact {
        (ReplayMode::Exact, Vec::new())
    } else {
        let secrets = args.secret.check(&environment, &mut Terminal).map_err(Error::from)?;
        (ReplayMode::Fresh { secrets: secrets.tokens, edits: args.set, body: None }, secrets.texts)
    };
    let mut report = ReplayReport::of_process(args.format, args.quiet);
    if args.exact {
        report
            .note("The old signature is sent. A good receiver refuses a signature older than 5 minutes.")?;
    }
    let speed = to.speed;
    let replayer = Replayer::new(Program::new(&reader, to, report), mode, Secrets::new(texts), speed);
    replay(replayer, || deliveries(&reader, &chosen), choice, watcher)
}

fn choose(
    reader: &HistoryReader,
    ids: Vec<Reference>,
    all: bool,
    filter: FilterArgs,
    with_retries: bool,
) -> Result<(Chosen, Choice), Failure> {
    if all {
        let now = SystemTime::now();
        let mut filter = named_events::checked(filter, now);
        // A delivery sent to a `listen` is stored again. Without this limit it would be sent again without end.
        filter.until = Some(filter.until.unwrap_or(now));
        let choice = if filter.verdict.is_some() { Choice::AllOfVerdict } else { Choice::All };
        return Ok((Chosen::All { filter, with_retries }, choice));
    }
    let ids = if ids.is_empty() { vec![Reference::Last(0)] } else { ids };
    for id in &ids {
        if let Reference::LastOf(pattern) = id
            && named_events::is_pattern(pattern)
        {
            let message = format!("{pattern} is a pattern of events, not a delivery");
            return Err(Failure::new(ExitStatus::Usage, message).with_hint(format!(
                "`zoomhook replay --all --event '{pattern}'` sends all that match, oldest first."
            )));
        }
    }
    let project = filter.project().check(&Environment::of_process());
    let named = ids.iter().map(|id| find(reader, id, project.as_deref()));
    Ok((Chosen::Named(named.collect::<Result<_, _>>()?), Choice::Named))
}

/// The chosen deliveries. All that match are read page by page.
fn deliveries<'a>(
    reader: &'a HistoryReader,
    chosen: &'a Chosen,
) -> Box<dyn Iterator<Item = Result<StoredDelivery, HistoryError>> + 'a> {
    match chosen {
        Chosen::Named(named) => Box::new(named.iter().cloned().map(Ok)),
        Chosen::All { filter, with_retries } => {
            let wanted = |stored: &StoredDelivery| {
                (*with_retries || stored.retry_of.is_none())
                    && stored.event.as_deref() != Some(CHALLENGE_EVENT)
            };
            Box::new(reader.oldest_first(filter).filter(move |read| read.as_ref().map_or(true, wanted)))
        }
    }
}

/// A watcher that ignores the history's files: they change with every delivery to a `listen`.
fn watcher(paths: &[PathBuf], history: &Path) -> Result<Option<Watcher>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let ignored = ["", "-wal", "-shm", "-journal"].map(|suffix| {
        let mut path = history.as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    });
    let watcher = Watcher::start(paths, ignored.into()).map_err(|error| {
        Failure::new(ExitStatus::Usage, error.to_string())
            .with_hint("--watch takes a file or a folder of your app. Ids go before --watch.")
    });
    watcher.map(Some)
}

/// Sends the deliveries, shows the counts and returns the exit status.
fn replay<D>(
    mut replayer: Replayer<Program<'_>>,
    deliveries: impl Fn() -> D,
    choice: Choice,
    watcher: Option<Watcher>,
) -> Result<ExitStatus, Failure>
where
    D: Iterator<Item = Result<StoredDelivery, HistoryError>>,
{
    let watches = watcher.is_some();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = until_ctrl_c(&runtime, async {
        match rounds(&mut replayer, deliveries, choice, watcher).await {
            // The reader of the output has closed it: a normal end.
            Err(ReplayError::Outside(Stop::Output(OutputError::Closed))) => Ok(()),
            done => done.map_err(failure),
        }
    });
    runtime.shutdown_timeout(Duration::ZERO);
    let is_done = done.transpose()?.is_some();
    let tally = replayer.tally();
    match replayer.context().report.finish(&tally) {
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(match (is_done, watches && tally.sent > 0) {
        (false, false) => ExitStatus::Interrupted,
        (false, true) => ExitStatus::Done,
        (true, _) if tally.is_right() => ExitStatus::Done,
        (true, _) => ExitStatus::Endpoint,
    })
}

/// Sends everything; with a watcher, again after each change, without end.
async fn rounds<D>(
    replayer: &mut Replayer<Program<'_>>,
    deliveries: impl Fn() -> D,
    choice: Choice,
    watcher: Option<Watcher>,
) -> Result<(), ReplayError<Stop>>
where
    D: Iterator<Item = Result<StoredDelivery, HistoryError>>,
{
    let round = || deliveries().map(|read| read.map_err(Stop::from));
    replayer.round(round(), choice).await?;
    let Some(mut watcher) = watcher else { return Ok(()) };
    loop {
        // Files that the app writes because of a delivery, such as its log or its database, do not count as changes.
        watcher.forget().await;
        replayer.context().note("Waiting for a change. Ctrl-C stops.")?;
        let path = watcher.changed().await;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        replayer.context().note(&format!("{name} has changed."))?;
        replayer.app_has_changed();
        replayer.round(round(), choice).await?;
    }
}

fn failure(error: ReplayError<Stop>) -> Failure {
    match error {
        ReplayError::Outside(Stop::Output(error)) => error.into(),
        ReplayError::Outside(Stop::Failed(failure)) => failure,
        ReplayError::NotPrepared { id, error: error @ NotPrepared::NotPost } => {
            Failure::new(ExitStatus::Usage, format!("{id}: {error}"))
                .with_hint("To send the request as it is stored, add --exact and --to.")
        }
        ReplayError::NotPrepared { id, error } => Failure::new(ExitStatus::Usage, format!("{id}: {error}"))
            .with_hint("`zoomhook history show ID` shows the complete delivery."),
        ReplayError::NothingChosen => Failure::new(ExitStatus::Usage, "no stored delivery matches").with_hint(
            "`zoomhook history list` takes the same filters. Retries need --with-retries. Challenges, and \
             deliveries that none of your secret tokens signed, must be named by id.",
        ),
    }
}
