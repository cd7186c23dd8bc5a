//! `zoomhook replay`: kept deliveries sent to the app again, and its answers compared with those of then.

mod prepare;
mod round;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::ids::{self, find, no_history};
use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure, help};
use crate::delivery::StoredDelivery;
use crate::diagnosis::Secrets;
use crate::history::{Filter, Reader, Reference};
use crate::report::{Format, ReplayReport};
use crate::settings::{
    Error,
    env::Environment,
    history::{FilterArgs, HistoryFileArgs},
    prompt::Terminal,
    replay::ReplayTargetArgs,
    sample::Assignment,
    secret::SecretArgs,
};
use crate::watch::Watcher;

use prepare::How;
use round::Replaying;

/// Send kept deliveries to your app again, signed afresh
///
/// The body's bytes and Zoom's headers are those that came; the signature is of now, because a good receiver refuses
/// one that is older than five minutes. What the app answers is compared with what it answered then.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::REPLAY))]
pub(super) struct ReplayArgs {
    /// Ids as `history list` shows them, last, or last-2 [default: last]
    #[arg(value_name = "ID", conflicts_with = "all", add = ids::completer())]
    ids: Vec<Reference>,

    /// All that fit, in the order of their arrival; challenges are left out, and refused ones without --verdict
    #[arg(long)]
    all: bool,

    /// With --all: Zoom's retries of an event as well
    #[arg(long, requires = "all")]
    with_retries: bool,

    /// The bytes and headers as they were kept, with the old signature; needs no secret
    #[arg(long)]
    exact: bool,

    /// Another value at a path: payload.object.topic='Quarterly', or payload.object.duration:=30 for JSON
    #[arg(long, value_name = "PATH=TEXT|PATH:=JSON", conflicts_with = "exact")]
    set: Vec<Assignment>,

    /// Again each time a file of your app changes; a folder, or this one; may be repeated
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".", value_hint = clap::ValueHint::AnyPath)]
    watch: Vec<PathBuf>,

    /// For a person, or one JSON object a line
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,

    /// No notes, no counts
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

/// What is sent again.
pub(super) enum Chosen {
    /// These, in this order.
    Named(Vec<StoredDelivery>),
    /// All that fit.
    All {
        /// Which.
        filter: Filter,
        /// The repetitions too.
        with_retries: bool,
        /// Those of strangers too.
        refused: bool,
    },
}

/// Finds the deliveries, sends them, and with `--watch` sends them again and again.
pub(super) fn run(args: ReplayArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let path = args.file.path(&environment)?;
    if !args.all && !args.filter.is_empty() {
        return Err(Failure::new(
            ExitStatus::Usage,
            "a filter chooses among all deliveries, and --all is missing",
        )
        .with_hint("`zoomhook replay --all --since 1h --event 'meeting.*'` sends all that fit."));
    }
    let reader = Reader::open(&path)?.ok_or_else(|| no_history(&path))?;
    let chosen = choose(&reader, args.ids, args.all, *args.filter, args.with_retries)?;
    let watcher = watcher(&args.watch, &path)?;
    let to = args.target.check(&environment).map_err(Error::from)?;
    let (how, texts) = if args.exact {
        (How::Exact, Vec::new())
    } else {
        let secrets = args.secret.check(&environment, &mut Terminal).map_err(Error::from)?;
        (How::Fresh { secrets: secrets.tokens, edits: args.set }, secrets.texts)
    };
    let mut view = ReplayReport::of_process(args.format, args.quiet);
    if args.exact {
        view.note("The old signature is sent: a good receiver refuses it once it is older than 5 minutes.")?;
    }
    work(Replaying::new(&reader, (how, Secrets::new(texts)), to, view), &chosen, watcher)
}

fn choose(
    reader: &Reader,
    ids: Vec<Reference>,
    all: bool,
    filter: FilterArgs,
    with_retries: bool,
) -> Result<Chosen, Failure> {
    if all {
        let now = SystemTime::now();
        let mut filter = filter.check(now);
        // What is sent to a `listen` is kept as well, and would be sent again without end.
        filter.until = Some(filter.until.unwrap_or(now));
        let refused = filter.verdict.is_some();
        return Ok(Chosen::All { filter, with_retries, refused });
    }
    let ids = if ids.is_empty() { vec![Reference::Last(0)] } else { ids };
    let named = ids.iter().map(|id| find(reader, id));
    Ok(Chosen::Named(named.collect::<Result<_, _>>()?))
}

/// The history changes with every delivery to a `listen`: it is no file of the app.
fn watcher(paths: &[PathBuf], history: &Path) -> Result<Option<Watcher>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let beside = ["", "-wal", "-shm", "-journal"].map(|suffix| {
        let mut path = history.as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    });
    let watcher = Watcher::start(paths, beside.into()).map_err(|error| {
        Failure::new(ExitStatus::Usage, error.to_string())
            .with_hint("--watch takes a file or a folder of your app; ids go before it.")
    });
    watcher.map(Some)
}

fn work(
    mut replaying: Replaying<'_>,
    chosen: &Chosen,
    watcher: Option<Watcher>,
) -> Result<ExitStatus, Failure> {
    let watches = watcher.is_some();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = until_ctrl_c(&runtime, replaying.run(chosen, watcher));
    runtime.shutdown_timeout(Duration::ZERO);
    let is_done = done.transpose()?.is_some();
    let tally = replaying.finish()?;
    Ok(match (is_done, watches && tally.sent > 0) {
        (false, false) => ExitStatus::Interrupted,
        (false, true) => ExitStatus::Done,
        (true, _) if tally.is_right() => ExitStatus::Done,
        (true, _) => ExitStatus::Endpoint,
    })
}
